"""Estimation of *warheads*: how far the pace of a stockpile lasts; nothing after ``until``."""

from __future__ import annotations

from typing import Any

import numpy as np

MEMORY = 0.8
"""What the exponential mean of past growth keeps of itself in a year; see ``parameters.yaml``."""
MOST = 0.3
"""Growth of a year beyond this counts as this."""
FIRST = 1965
SMALL = 20
"""Stockpiles below this many warheads grow by single test and say little of pace."""


def estimates(warheads: Any, until: int) -> dict[str, Any]:
    """All estimates of one vintage, in the form of ``estimates.yaml``."""
    pace, growth, _ = pairs(warheads, until)
    slope, error, spread = persistence(pace, growth)
    return {
        "persistence": {"normal": {"mean": round(slope, 4), "sd": round(float(error), 4)}},
        "noise": {"fixed": round(spread, 4)},
    }


def persistence(pace: np.ndarray, growth: np.ndarray) -> tuple[float, float, float]:
    """Slope through the origin of next year's growth on pace, its error, and the spread of residuals.

    Single years of great cuts (1992) are heavy-tailed: residuals beyond :data:`MOST` count as it.
    """
    slope = float((pace @ growth) / (pace @ pace))
    residual = np.clip(growth - slope * pace, -MOST, MOST)
    error = np.sqrt(float(((pace * residual) ** 2).sum())) / float(pace @ pace)
    return slope, error, float(residual.std())


def pairs(warheads: Any, until: int) -> tuple[np.ndarray, np.ndarray, list[tuple[str, int]]]:
    """Pace at the end of a year and log growth in the next, for stockpiles worth the name."""
    stock: dict[str, dict[int, float]] = {}
    for state, year, count in warheads.select("state", "year", "warheads").iter_rows():
        if year <= until:
            stock.setdefault(state, {})[year] = float(count)
    found = []
    for state, series in sorted(stock.items()):
        for year, pace in paces(series).items():
            if year >= FIRST and year + 1 in series and series[year] >= SMALL:
                found.append((pace, np.log(series[year + 1] / series[year]), (state, year)))
    return (
        np.array([f[0] for f in found]),
        np.array([f[1] for f in found]),
        [f[2] for f in found],
    )


def paces(series: dict[int, float]) -> dict[int, float]:
    """Exponential mean of past yearly log growth at the end of each year; it begins with the first growth."""
    out: dict[int, float] = {}
    pace = None
    for year in sorted(series):
        if year - 1 in series:
            grown = float(np.clip(np.log(series[year] / series[year - 1]), -MOST, MOST))
            pace = grown if pace is None else MEMORY * pace + (1 - MEMORY) * grown
            out[year] = pace
    return out
