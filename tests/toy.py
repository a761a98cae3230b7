"""A toy world: states with wealth, pairs with a bond; small enough to check by hand."""

from __future__ import annotations

import numpy as np

from detente.model.field import Field
from detente.model.mechanism import Mechanism, Model, plan
from detente.model.parameter import Choice, Joint, Normal, Parameter
from detente.model.scenario import Place, Scenario, Shift
from detente.model.space import Index
from detente.model.world import Start

WEALTH = Field("wealth", ("state",), "coins", "stock", "what a state owns", 0.0)
QUARREL = Field("quarrel", ("state", "partner"), "0 or 1", "event", "a quarrel this year", 0.0, 1.0, symmetric=True)
BOND = Field("bond", ("state", "partner"), "level", "stock", "how close", 0.0, 1.0, symmetric=True, grid=(0.0, 0.5, 1.0))
PRICE = Field("price", ("state",), "coins", "solved", "a price", instead="'tax'")
TAX = Field("tax", ("state",), "share", "input", "a tax", 0.0, 1.0)
ALL = ("A", "B", "C", "D", "E")


def grow(see, p, u):
    noise = p["spread"][:, None] * (u["luck"] - 0.5)
    theory = np.where(p.holds("theory", "fast"), 1.0, 0.5)[:, None]
    wealth = see["last.wealth"] * (1 + 0.02 * theory) + noise + p["joint"][:, :1] - see["tax"]
    return {"wealth": np.maximum(wealth, 0.0), "price": wealth * 2}


def quarrel(see, p, u):
    chance = np.clip(0.1 + 0.01 * np.abs(see["wealth"][:, :, None] - see["wealth"][:, None, :]), 0, 1)
    upper = np.triu(u["spark"] < chance, 1)
    now = (upper | upper.transpose(0, 2, 1)).astype(float)
    bond = np.clip(see["last.bond"] + np.where(now > 0, -0.5, 0.0), 0, 1)
    return {"quarrel": now, "bond": bond}


def parameters():
    return (
        Parameter(name="growth.spread", unit="coins", prior=Normal(normal={"mean": 1, "sd": 0.2}), source="toy", why="toy"),
        Parameter(name="growth.theory", unit="theory", prior=Choice(choice={"slow": 1, "fast": 1}), judgement="toy", why="toy"),
        Parameter(
            name="growth.joint", unit="coins", source="fit:toy", why="toy",
            prior=Joint(joint={"names": ("a", "b"), "mean": (0.1, 0.2), "covariance": ((0.01, 0.005), (0.005, 0.01))}),
        ),
    )


GROWTH = Mechanism("growth", "wealth grows", ("last.wealth", "tax"), (WEALTH, PRICE), grow, (TAX,), parameters(), {"luck": ("state",)})
QUARRELS = Mechanism("quarrels", "pairs quarrel", ("wealth", "last.bond"), (QUARREL, BOND), quarrel, (), (), {"spark": ("state", "partner")})


def toy_model(*more: Mechanism) -> Model:
    return plan((QUARRELS, GROWTH, *more))


def toy_start(states=ALL) -> Start:
    slots = tuple(ALL.index(s) if s in ALL else 5 + k for k, s in enumerate(states))
    n = len(states)
    index = Index(tuple(states), slots, {"WEST": ("A", "B"), "EAST": ("C", "D")}, {"A": "Aland", "B": "Beland"})
    return Start(index, 2020, {
        "wealth": 10.0 + np.array(slots, dtype=float), "tax": np.zeros(n), "bond": np.full((n, n), 0.5),
    })


def gift(start=2023, to="A", by=5.0, ramp=0) -> Scenario:
    return Scenario(
        id="gift", title="A gift", premise="A is given coins.",
        interventions=(Shift(do="shift", field="wealth", at=Place(state=to), by=by, start=start, ramp=ramp, why="the premise"),),
        watch=(("A", "bloc:EAST"),),
    )
