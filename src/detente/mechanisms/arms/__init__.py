"""Arms: weapons sold across borders, spending on equipment, and what an alliance's standards cost."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.mechanisms import inputs
from detente.mechanisms.arms import equations as eq
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

PAIR, STATE = ("state", "partner"), ("state",)
TIE = Field(
    "arms_tie",
    PAIR,
    "log points",
    "stock",
    "what has been added since the start to the pull of the seller (row) on the buyer (column)",
    inner=True,
)
TRANSFER = Field(
    "arms_transfer",
    PAIR,
    "million TIV a year",
    "solved",
    "weapons that the seller (row) delivers to the buyer (column)",
    0.0,
    instead="defence_pact, peace_level, sanction_arms or milex_share",
    kept_where="arms_base",
)
IMPORTS = Field("arms_imports", STATE, "million TIV a year", "stock", "weapons bought abroad", 0.0)
EXPORTS = Field(
    "arms_exports",
    STATE,
    "million TIV a year",
    "solved",
    "weapons sold abroad",
    0.0,
    instead="defence_pact, peace_level, sanction_arms or milex_share",
)
TO_ALLIES = Field(
    "arms_to_allies",
    STATE,
    "million TIV a year",
    "solved",
    "weapons sold to states with which the seller has a pact of mutual defence",
    0.0,
    instead="defence_pact or milex_share",
)
INCOME = Field(
    "arms_income",
    STATE,
    "billion 2023 USD",
    "solved",
    "what the weapons sold abroad bring in, at the world's mean price of a unit of TIV",
    0.0,
    instead="defence_pact, peace_level, sanction_arms or milex_share",
)
EQUIPMENT = Field(
    "equipment_spending",
    STATE,
    "billion 2023 USD",
    "solved",
    "military spending on equipment, at home and abroad",
    0.0,
    instead="milex_share",
)
STANDARDS = Field(
    "alliance_standards",
    STATE,
    "0 to 1",
    "stock",
    "how far forces follow the standards of the strongest alliance: 1 for those whom its pacts bind most",
    0.0,
    1.0,
)
COST = Field(
    "standard_cost",
    STATE,
    "billion 2023 USD",
    "solved",
    "spending of the year on conversion to the standards of an alliance joined since the start",
    0.0,
    instead="defence_pact",
)
INPUTS = (
    inputs.ARMS_BASE,
    inputs.PACT_START,
    inputs.PEACE_START,
    inputs.ARMS_BAN_START,
    inputs.MILEX_START,
)
READS = (
    "milex",
    "last.milex",
    "peace_level",
    "defence_pact",
    "sanction_arms",
    "sanction_complete",
    "last.arms_tie",
    "last.arms_imports",
    "last.alliance_standards",
    *(f.name for f in INPUTS),
)


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="arms",
        purpose="sells weapons across borders and counts what new standards cost",
        reads=READS,
        writes=(TIE, TRANSFER, IMPORTS, EXPORTS, TO_ALLIES, INCOME, EQUIPMENT, STANDARDS, COST),
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "arms", as_of),
        chance={"deals": ("state",)},
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year of the arms trade; a state of unknown military spending buys on as before."""
    i, j = pairs_that_trade(see["arms_base"])
    tie = attraction(see, p, i, j)
    bought = purchases(see, p, u["deals"])
    sold = eq.transfers(base=see["arms_base"][:, i, j], tie=tie, bought=bought, buyer=j)
    n = len(see.index)
    exports = eq.added(values=sold, place=i, size=n)
    adopted = adoption(see, p)
    return {
        "arms_tie": whole(tie, i, j, n),
        "arms_transfer": whole(sold, i, j, n),
        "arms_imports": eq.added(values=sold, place=j, size=n),
        "arms_exports": exports,
        "arms_to_allies": eq.added(values=sold * see["defence_pact"][:, i, j], place=i, size=n),
        "arms_income": exports * p["price"][:, None] / 1e3,
        "equipment_spending": eq.equipment(
            milex=see["milex"],
            start=see["milex_start"],
            share=p["equipment_share"],
            elasticity=p["equipment_elasticity"],
        ),
        "alliance_standards": adopted,
        "standard_cost": (adopted - see["last.alliance_standards"])
        * p["conversion_cost"][:, None]
        * see["milex_start"],
    }


def pairs_that_trade(base: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of sellers and buyers of the pairs with deliveries at the start in any draw; a few hundred."""
    # A stride of 0 says that all draws share the matrix.
    return np.nonzero(base[0] if base.strides[0] == 0 else base.any(axis=0))


def attraction(see: View, p: Values, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Attraction of the pairs (i, j) that trade after the year, (draw, pair)."""

    def of(name: str) -> np.ndarray:
        return see[name][:, i, j]

    now = eq.ties(
        pact=of("defence_pact"),
        level=of("peace_level"),
        ban=np.maximum(of("sanction_arms"), of("sanction_complete")),
        choice=p["choice"],
    )
    then = eq.ties(
        pact=of("pact_start"), level=of("peace_start"), ban=of("arms_ban_start"), choice=p["choice"]
    )
    return eq.drawn_toward(
        tie=of("last.arms_tie"), target=np.nan_to_num(now - then, nan=0.0), past=p["choice"][:, 0]
    )


def whole(values: np.ndarray, i: np.ndarray, j: np.ndarray, n: int) -> np.ndarray:
    """Values of the pairs (i, j) in a matrix (draw, n, n) that is 0 elsewhere."""
    matrix = np.zeros((len(values), n, n))
    matrix[:, i, j] = values
    return matrix


def purchases(see: View, p: Values, u: np.ndarray) -> np.ndarray:
    """Purchases of the year, million TIV, (draw, n)."""
    usual = usual_purchases(see["arms_base"])
    ratio = see["milex"] / see["milex_start"]
    spending = np.log(np.where(np.isfinite(ratio) & (ratio > 0), ratio, 1.0))
    kept, milex = p["demand"].T
    expected = eq.demand(
        before=see["last.arms_imports"], usual=usual, spending=spending, kept=kept, milex=milex
    )
    return expected * eq.luck(u=u, spread=p["demand_noise"], usual=usual)


def usual_purchases(base: np.ndarray) -> np.ndarray:
    """Purchases of a mean year before the start, (draw, n)."""
    if base.strides[0] == 0:
        return np.broadcast_to(base[0].sum(axis=0), base.shape[::2])
    return base.sum(axis=1)


def adoption(see: View, p: Values) -> np.ndarray:
    """How far each state's forces follow the strongest alliance's standards after the year, (draw, n)."""
    force = np.nan_to_num(see["last.milex"], nan=0.0)
    allied = np.matmul(see["defence_pact"], force[:, :, None])[:, :, 0] / np.maximum(
        force.sum(axis=1, keepdims=True), 1e-9
    )
    return eq.standards(
        before=see["last.alliance_standards"],
        allied=allied,
        strongest=allied.max(axis=1, keepdims=True),
        years=float(p["conversion_years"][0]),
    )
