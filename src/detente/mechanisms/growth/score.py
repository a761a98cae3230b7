"""Track record of *growth*: fans of real GDP from past years against what followed and a naive rival.

Each forecast runs the mechanism's own step with the estimates of the origin's vintage; the projection
is :func:`detente.mechanisms.growth.equations.expected_growth` at the origin. The naive rival is a
random walk whose drift is each state's own mean growth over the last ten years and whose fan is the
quantiles of all states' errors of the same rule up to the origin.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.fans import compared
from detente.mechanisms.growth import equations as eq
from detente.mechanisms.growth import mechanism
from detente.mechanisms.growth.fit import growth_table
from detente.mechanisms.inputs import PATHWAY_GAPS
from detente.model.chance import Chance
from detente.model.mechanism import Mechanism, Values, View, theories_of
from detente.model.space import Index

HORIZONS = (1, 5, 10)


def track_record(
    state_year: Any, origins: tuple[int, ...], draws: int = 200, seed: int = 1
) -> list[dict[str, Any]]:
    """One row for each origin and horizon: n, and MAE, CRPS, share inside the 90 % interval, ours and naive.

    Errors are of cumulated log growth since the origin. MAE is of the median; CRPS from the draws.
    """
    rows = []
    years, growth = growth_table(state_year, int(state_year["year"].max()))
    for origin in origins:
        at = int(origin - years[0])
        past, after = growth[: at + 1], np.cumsum(growth[at + 1 :], axis=0)
        fans = forecast(past, origin, max(HORIZONS), draws, seed)
        for h in HORIZONS:
            if h <= len(after):
                both = {"ours": fans[h - 1], "walk": naive(past, h, draws)}
                rows.append({"origin": origin, "horizon": h, **compared(both, after[h - 1])})
    return rows


def forecast(
    past: np.ndarray, origin: int, ahead: int, draws: int, seed: int, model: Mechanism | None = None
) -> np.ndarray:
    """Simulated log growth since the origin, (ahead, draw, state); ``past`` (years, states) yearly growth."""
    model = model or mechanism(origin)
    states = past.shape[1]
    index = Index(tuple(f"S{i:03d}" for i in range(states)), tuple(range(states)))
    luck, numbers = Chance(seed), range(draws)
    values = {
        q.name.partition(".")[2]: q.at(luck.row(f"param/{q.name}", numbers, 0, q.width))
        for q in model.parameters
    }
    world = {
        "last.gdp": np.ones((draws, states)),
        "last.growth_drift": np.zeros((draws, states)),
        "last.know_how_gain": np.zeros((draws, states)),
        "last.war_output_loss": np.zeros((draws, states)),
        **{gap.name: np.zeros((draws, states)) for gap in PATHWAY_GAPS},
        "baseline_growth": np.broadcast_to(eq.expected_growth(history=past), (draws, states)),
        "growth_volatility": np.broadcast_to(eq.growth_volatility(history=past), (draws, states)),
    }
    out = []
    for year in range(origin + 1, origin + ahead + 1):
        uniforms = {
            s: luck.uniforms(f"{model.name}/{s}", numbers, year, d, index) for s, d in model.chance.items()
        }
        new = model.step(
            View(year, index, draws, world), Values(values, theories_of(model.parameters)), uniforms
        )
        world = {**world, "last.gdp": new["gdp"], "last.growth_drift": new["growth_drift"]}
        out.append(np.log(new["gdp"]))
    return np.array(out)


def naive(past: np.ndarray, h: int, draws: int) -> np.ndarray:
    """Fan (draw, state) of log growth over h years: own ten-year mean, errors as in the past."""
    errors = []
    for t in range(eq.MEMORY, len(past) - h + 1):
        errors.append(past[t : t + h].sum(axis=0) - h * eq.recent_mean(past[:t]))
    seen = np.concatenate(errors)
    ranks = (np.arange(draws) + 0.5) / draws
    return h * eq.recent_mean(past) + np.nanquantile(seen, ranks)[:, None]
