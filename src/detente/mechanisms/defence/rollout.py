"""The mechanism run by the kernel from an observed past year, told or not told what came after."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.mechanisms import inputs
from detente.mechanisms.defence import mechanism
from detente.mechanisms.defence.fit import GROWTH_MEMORY
from detente.mechanisms.defence.opening import constants_of, opening_of
from detente.mechanisms.defence.panel import Panel, lagged, norms
from detente.model.chance import Chance
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View, plan
from detente.model.scenario import Scenario, compile_scenario
from detente.model.simulate import simulate
from detente.model.space import Index
from detente.model.world import Start

PAIR = ("state", "partner")
TOLD = (
    Field(
        "told_risk",
        PAIR,
        "chance a year",
        "input",
        "chances of fatal disputes as they looked",
        symmetric=True,
    ),
    inputs.DEFENCE_PACT,
    Field("nato_member", ("state",), "0 or 1", "input", "members of NATO", grid=(0.0, 1.0)),
    Field("told_growth", ("state",), "log points", "input", "growth of real GDP as recorded or expected"),
)
RECORD = (
    Field(
        "fatal_risk",
        PAIR,
        "chance a year",
        "stock",
        "chances of fatal disputes as they looked",
        symmetric=True,
    ),
    Field("real_gdp", ("state",), "billion 2023 USD", "stock", "output as recorded or expected"),
)


def record() -> Mechanism:
    """A stand-in for the mechanisms that defence reads from: it repeats what it is told."""

    def step(see: View, p: Values, u: Uniforms) -> Mapping[str, np.ndarray]:
        return {
            "fatal_risk": np.array(see["told_risk"]),
            "real_gdp": see["last.real_gdp"] * np.exp(see["told_growth"]),
        }

    return Mechanism(
        "record",
        "repeats what is given",
        ("told_risk", "told_growth", "last.real_gdp"),
        RECORD,
        step,
        inputs=TOLD,
    )


def rollout(
    seen: Panel, origin: int, horizon: int, draws: int, seed: int, conditional: bool
) -> dict[int, np.ndarray]:
    """Simulated shares of GDP by year, each (draw, n), from the end of ``origin``.

    Estimates are those of the newest vintage up to the origin. ``conditional``: told the chances of disputes,
    pacts, members, pledges, output and unreported capabilities that came; otherwise these stay as they were
    or, for output, grow as expected (exponential mean of past growth).
    """
    machine = mechanism(origin)
    model = plan((record(), machine))
    start = observed_start(seen, machine, origin, horizon, conditional)
    nothing = Scenario(id="nothing", title="as it was", premise="")
    program = compile_scenario(nothing, model, start.index)
    years = range(origin + 1, origin + horizon + 1)
    run = simulate(model, start, (program,), years, Chance(seed), range(draws))
    return {year: np.array(lanes[0].world["milex_share"]) for year, lanes in run}


def observed_start(seen: Panel, machine: Mechanism, origin: int, horizon: int, conditional: bool) -> Start:
    """The start of a world with the fields that defence needs and nothing later than it may know."""
    o = seen.years.index(origin)
    past = seen.until(origin)
    known = opening_of(past, constants_of(machine))
    growth = np.log(seen.gdp) - lagged(np.log(seen.gdp))
    expected = norms(growth[: o + 1], GROWTH_MEMORY)[-1]
    values = {
        "min_distance": seen.distance[o],
        "polyarchy": seen.polyarchy[o],
        "baseline_growth": expected,
        "real_gdp": seen.gdp[o],
        "milex": seen.milex[o],
        "milex_share": seen.share[o],
        "fatal_risk": seen.risk[o].astype(float),
        "told_risk": seen.risk[o].astype(float),
        "told_growth": expected,
        "defence_pact": seen.pact[o],
        "nato_member": seen.member[o],
        "pledged_share": pledged_next(seen, o),
        "fiscal_room": seen.room[o],
        "population": np.full(len(seen.states), np.nan),
        **{k: known[k] for k in ("milex_norm", "threat_norm", "unreported_milex")},
    }
    paths = {}
    if conditional:
        years = {origin + k: o + k for k in range(1, horizon + 1)}
        paths = {
            "told_risk": {y: seen.risk[t].astype(float) for y, t in years.items()},
            "defence_pact": {y: seen.pact[t] for y, t in years.items()},
            "told_growth": {y: np.where(np.isnan(growth[t]), expected, growth[t]) for y, t in years.items()},
            "nato_member": {y: seen.member[t] for y, t in years.items()},
            "pledged_share": {y: pledged_next(seen, t - 1) for y, t in years.items()},
            # Capabilities of a year ago make this year's threat.
            "unreported_milex": {y: seen.unreported[t - 1] for y, t in years.items()},
        }
    return Start(Index(seen.states, tuple(range(len(seen.states)))), origin, values, paths)


def pledged_next(seen: Panel, o: int) -> np.ndarray:
    """Share of GDP that is pledged at the end of a year for the next, for every state, (n,)."""
    return np.full(len(seen.states), float(seen.pledged[o, 0]))
