"""Gas: a spatial price equilibrium of pipelines and LNG, with investment, bans and political cuts.

Takayama & Judge (1971) on the routes and terminals that exist, calibrated on 2021 and 2023. Active in runs
that start in 2021 or later; before that its fields are unknown (NaN).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from detente.mechanisms import inputs
from detente.mechanisms.gas import equations, fields
from detente.mechanisms.gas.network import calibrated, newest
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters


def mechanism(as_of: int | None = None) -> Mechanism:
    """The gas market on the newest network known in ``as_of`` (none before 2021: all fields unknown)."""
    return Mechanism(
        name="gas",
        purpose="clears the world's gas market over pipelines and LNG: flows, prices, bills, rents",
        reads=(
            "gdp",
            "sanction_complete",
            "sanction_partial",
            "last.peace_level",
            *(f"last.{f.name}" for f in fields.STOCKS),
            *(f"last.{name}" for name in fields.REMEMBERED),
            inputs.POPULATION.name,
            *(f.name for f in fields.INPUTS),
        ),
        writes=(*fields.STOCKS, fields.CUT, *fields.SOLVED),
        step=partial(step, base_year=newest(as_of)),
        inputs=(inputs.POPULATION, *fields.INPUTS),
        parameters=load_parameters(Path(__file__).parent, "gas", as_of),
        chance={"cut": ("state",)},
    )


def written() -> tuple[Field, ...]:
    """All fields that the mechanism owns."""
    return (*fields.STOCKS, fields.CUT, *fields.SOLVED)


@lru_cache(maxsize=4)
def _atlas(base_year: int, states: tuple[str, ...]):  # type: ignore[no-untyped-def]
    from detente.mechanisms.gas.year import atlas

    return atlas(calibrated(base_year), states)


def step(see: View, p: Values, u: Uniforms, base_year: int | None) -> Mapping[str, np.ndarray]:
    """One year: cuts happen, the market clears, plants are built and decided on; arrays (draw, ...)."""
    n = len(see.index)
    out = {f.name: np.full(f.shape(see.draws, n), np.nan) for f in written()}
    failed = np.zeros(see.draws, dtype=bool)
    if base_year is None:
        return out | {"gas_cut": np.zeros(out["gas_cut"].shape), "failed": failed}
    laid = _atlas(base_year, see.index.states)
    out["gas_cut"] = cut_off(see, p, u, laid.sold)
    from detente.mechanisms.gas.plants import new_plants

    plants = new_plants(see, p)
    for draw in range(see.draws):
        failed[draw] = not _draw(see, p, draw, laid, plants, out)
    return out | {"failed": failed}


def cut_off(see: View, p: Values, u: Uniforms, sold: np.ndarray) -> np.ndarray:
    """Political cuts (draw, seller, buyer), where the seller delivered by pipe in the base year
    or a pipe into the buyer is open now.

    All buyers of a seller share its luck, so that those on worse terms are cut first and with them all that
    stand no better: 2006 hit Ukraine alone, 2022 most of Europe.
    """
    level = np.nan_to_num(see["last.peace_level"], nan=0.5)
    hazard = np.exp(p["cut_hazard"])
    group = (level > 0.25).astype(int) + (level > 0.5)
    chance = np.take_along_axis(hazard, group.reshape(see.draws, -1), axis=1).reshape(level.shape)
    delivers = (sold > 0.1) | (see["gas_pipe_open"] * see["gas_pipe_capacity"] > 0.1)
    return ((u["cut"][:, :, None] < chance) & delivers).astype(float)


def _draw(see, p, draw, laid, plants, out) -> bool:  # type: ignore[no-untyped-def]
    """One draw into ``out``; False if its market did not balance."""
    from detente.mechanisms.gas import plants as built
    from detente.mechanisms.gas.year import cleared, fields_of, gathered, spread, warm

    net = laid.net
    one = {name: see[name][draw] for name in ("gdp", *(f.name for f in fields.INPUTS))}
    one |= {k: v[draw] for k, v in plants.items()} | {"gas_cut": out["gas_cut"][draw]}
    memory = spread(laid, see["last.gas_price_memory"][draw], aged(net, see.year, p["adjustment"][draw]))
    start = warm(laid, {name: see[f"last.{name}"][draw] for name in fields.REMEMBERED})
    base, found = cleared(laid, one_draw(p, draw), one, see.year, memory, start)
    if found.steps < 0:
        return False
    n = len(see.index)
    for name, value in fields_of(laid, base, found, see["population"][draw], n).items():
        out[name][draw] = value
    new = equations.remembered(
        memory=memory,
        price=np.minimum(found.price, base.lost_load),
        norm=net.norm,
        speed=p["adjustment"][draw],
    )
    out["gas_price_memory"][draw] = gathered(laid, new, n)
    for name, value in plants.items():
        out[name][draw] = value[draw]
    out["lng_underway"][draw] += built.liquefaction(laid, base, found, p, draw, n)
    before = (plants[name][draw] for name in ("lng_terminal_margin", "lng_terminals_underway"))
    margin, begun = built.terminals(laid, base, found, p, draw, *before)
    out["lng_terminal_margin"][draw] = margin
    out["lng_terminals_underway"][draw] += begun
    return True


def aged(net, year: int, speed: float) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Memory at the start of ``year`` if prices stayed those of the base year, by node."""
    memory = net.memory.copy()
    for _ in range(net.year, year):
        memory = equations.remembered(memory=memory, price=net.price, norm=net.norm, speed=np.array(speed))
    return memory


def one_draw(p: Values, draw: int) -> dict[str, float]:
    """Parameters of one draw under the names that :func:`year.cleared` takes."""
    names = {
        "short": "elasticity_short",
        "long": "elasticity_long",
        "income": "income",
        "supply_long": "supply_long",
        "use_persistence": "use_persistence",
        "output_persistence": "output_persistence",
        "oil_switch": "oil_switch",
        "contract_life": "contract_life",
        "lost_load": "lost_load",
        "contracts": "contracts",
        "tax": "export_tax",
        "west_recall": "west_recall",
        "cut_depth": "cut_depth",
        "take_or_pay": "take_or_pay",
    }
    values = {short: float(p[name][draw]) for short, name in names.items()}
    values["power"] = float(p["withholding_slope"][draw]) * bool(p.holds("seller", "withholding")[draw])
    values["phase_out"] = float(p.holds("phase_out", "kept")[draw])
    return values
