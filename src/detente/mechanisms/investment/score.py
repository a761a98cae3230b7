"""Track record of *investment*: fans of inflows from past years against what followed and naive rivals.

Each forecast runs the mechanism's equations with the estimates of the origin's vintage and the world as it
was at the origin: sanctions, rivalries and governance stay as they are. Rivals: persistence (last year's
share of GDP with the errors of the same rule up to the origin) and the state's own ten-year mean, likewise.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.fans import compared
from detente.mechanisms.investment import equations as eq
from detente.mechanisms.investment import long_run, mechanism
from detente.mechanisms.investment.panel import Panel, habits
from detente.model.chance import Chance
from detente.model.space import Index

HORIZONS = (1, 5, 10)


def track_record(
    panel: Panel, origins: tuple[int, ...], draws: int = 200, seed: int = 1
) -> list[dict[str, Any]]:
    """One row for each origin and horizon: n; MAE, CRPS, share inside the 90 % interval of asinh shares."""
    rows = []
    for origin in origins:
        at = int(origin - panel.years[0])
        fans = forecast(panel, at, max(HORIZONS), draws, seed)
        for h in HORIZONS:
            if at + h < len(panel.years):
                both = {
                    "ours": fans[h - 1],
                    "walk": naive(panel, at, h, draws, own_mean=False),
                    "mean": naive(panel, at, h, draws, own_mean=True),
                }
                rows.append({"origin": origin, "horizon": h, **compared(both, panel.level[at + h])})
    return rows


def forecast(panel: Panel, at: int, ahead: int, draws: int, seed: int) -> np.ndarray:
    """Simulated levels (ahead, draw, state) from row ``at`` on; nothing after it is known."""
    model, luck, numbers = mechanism(int(panel.years[at])), Chance(seed), range(draws)
    p = {
        q.name.partition(".")[2]: q.at(luck.row(f"param/{q.name}", numbers, 0, q.width))
        for q in model.parameters
    }
    usual, n = habits(panel, at), len(panel.states)
    index = Index(tuple(f"S{i:03d}" for i in range(n)), tuple(range(n)))
    goal = eq.norm(
        habit=np.broadcast_to(usual["level"], (draws, n)),
        sanctioned=panel.sanctioned[at] - np.nan_to_num(usual["sanctioned"]),
        rivals=panel.rivals[at] - np.nan_to_num(usual["rivals"]),
        governance=panel.governance[at] - usual["governance"],
        response=long_run(p["response"]),
    )
    level, size, out = np.broadcast_to(panel.level[at], (draws, n)), usual["volatility"], []
    drift = np.zeros((draws, n))
    for year in range(int(panel.years[at]) + 1, int(panel.years[at]) + ahead + 1):
        u = {s: luck.uniforms(f"investment/{s}", numbers, year, d, index) for s, d in model.chance.items()}
        shock = eq.shock(u=u["shock"], size=size[None], noise=p["noise"], largest=p["largest_shock"])
        shock = shock + eq.tide(u=u["tide"], sd=p["tide"])
        drift = eq.drifted(before=drift, sd=p["drift"][:, None] * size, u=u["drift"])
        level = eq.adjusted(before=level, norm=goal + drift, persistence=p["response"][:, 0], shock=shock)
        level = eq.within_record(
            level=level, habit=usual["level"][None], lowest=p["lowest"], highest=p["highest"]
        )
        out.append(level)
    return np.array(out)


def naive(panel: Panel, at: int, h: int, draws: int, own_mean: bool) -> np.ndarray:
    """Fan (draw, state) of a naive rule, with the errors that the rule had made up to row ``at``."""
    errors = []
    for t in range(5, at - h + 1):
        errors.append(panel.level[t + h] - rule(panel, t, own_mean))
    ranks = (np.arange(draws) + 0.5) / draws
    return rule(panel, at, own_mean) + np.nanquantile(np.concatenate(errors), ranks)[:, None]


def rule(panel: Panel, at: int, own_mean: bool) -> np.ndarray:
    """What a naive rule expects from row ``at`` on, by state."""
    return habits(panel, at)["level"] if own_mean else panel.level[at]
