"""Estimation of *balance*: what moves armed forces and the parts of capability up to ``until``."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.regressions import demeaned, joint

FIRST = 1960
WINDOW = 10
"""Years over which growth of a component is compared with growth of output."""
FLOOR = 2e-5
"""Shares of the world below this say nothing of growth."""
RECENT = 20
"""Years from which the common drift is taken."""
ADJUSTMENT = ("pull", "follow")
GROWTH = ("output", "people")
TAILS = 3.0
QUARTILE = 0.764892
"""Upper quartile of Student's t with three degrees of freedom."""


def estimates(state_year: Any, capabilities: Any, until: int) -> dict[str, Any]:
    """All estimates of one vintage, in the form of ``estimates.yaml``."""
    panel = grids(state_year, ("milper", "milex_share", "population", "gdp_real"), until)
    beta, covariance, residual = adjustment(panel)
    drift, error = common_drift(panel)
    low, high = np.quantile(residual, [0.25, 0.75])
    found: dict[str, Any] = {
        "adjustment": joint(ADJUSTMENT, beta, covariance),
        "drift": {"normal": {"mean": round(drift, 5), "sd": round(error, 5)}},
        "noise": {"fixed": round(float((high - low) / (2 * QUARTILE)), 4)},
    }
    for part in ("steel", "energy", "towns"):
        found[f"{part}_growth"] = joint(GROWTH, *component_growth(panel, capabilities, part, until))
    return found


def grids(table: Any, columns: tuple[str, ...], until: int) -> dict[str, Any]:
    """Columns as arrays (year, state) from :data:`FIRST`; NaN where unknown; ``states`` gives the order."""
    states = sorted(table["state"].unique())
    place = {s: i for i, s in enumerate(states)}
    found: dict[str, Any] = {"states": states}
    for column in columns:
        grid = np.full((until - FIRST + 1, len(states)), np.nan)
        for state, year, value in table.select("state", "year", column).drop_nulls().iter_rows():
            if FIRST <= year <= until:
                grid[year - FIRST, place[state]] = value
        found[column] = grid
    return found


def log(values: np.ndarray) -> np.ndarray:
    """Logarithm, NaN where a value is unknown or not above 0."""
    return np.log(np.where(values > 0, values, np.nan))


def adjustment(panel: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Growth of soldiers per head on their last level and on the military share of GDP.

    Effects of states and years; errors clustered by state. Returns (share of the gap closed in a year;
    effect of the log share within a year), covariance, and residuals.
    """
    per_head = log(panel["milper"]) - log(panel["population"])
    share = log(panel["milex_share"])
    change = per_head[1:] - per_head[:-1]
    good = np.isfinite(change) & np.isfinite(per_head[:-1]) & np.isfinite(share[1:])
    year, state = np.nonzero(good)
    columns = np.column_stack([change[good], -per_head[:-1][good], share[1:][good]])
    return clustered(columns, state, year)


def common_drift(panel: dict[str, Any]) -> tuple[float, float]:
    """Mean yearly growth of soldiers per head in the last years, and its standard error over years."""
    per_head = log(panel["milper"]) - log(panel["population"])
    change = (per_head[1:] - per_head[:-1])[-RECENT:]
    usable = np.isfinite(change).sum(axis=1) >= 20
    yearly = np.array([np.nanmedian(row) for row in change[usable]])
    means = np.array([np.nanmean(np.clip(row, -0.3, 0.3)) for row in change[usable]])
    middle = (yearly + means) / 2
    return float(middle.mean()), float(middle.std(ddof=1) / np.sqrt(len(middle)))


def component_growth(
    panel: dict[str, Any], capabilities: Any, part: str, until: int
) -> tuple[np.ndarray, np.ndarray]:
    """Ten-year growth of a component's share of the world on growth of output and population, by state.

    Both sides as departures from the mean of the year. Clustered by state.
    """
    place = {s: i for i, s in enumerate(panel["states"])}
    share = np.full(panel["gdp_real"].shape, np.nan)
    for state, year, value in capabilities.select("state", "year", part).drop_nulls().iter_rows():
        if FIRST <= year <= until and state in place and value >= FLOOR:
            share[year - FIRST, place[state]] = np.log(value)
    grown = [v[WINDOW:] - v[:-WINDOW] for v in (share, log(panel["gdp_real"]), log(panel["population"]))]
    good = np.isfinite(np.stack(grown)).all(axis=0)
    year, state = np.nonzero(good)
    columns = np.column_stack([g[good] for g in grown])
    beta, covariance, _ = clustered(columns, state, year, effects=("year",))
    return beta, covariance


def clustered(
    columns: np.ndarray, state: np.ndarray, year: np.ndarray, effects: tuple[str, ...] = ("state", "year")
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First column on the others net of effects; covariance clustered by state; residuals."""
    groups = {"state": state, "year": year}
    net = demeaned(columns, *(groups[e] for e in effects))
    target, design = net[:, 0], net[:, 1:]
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ (design.T @ target)
    residual = target - design @ beta
    clusters = np.unique(state)
    scores = np.stack([design[state == g].T @ residual[state == g] for g in clusters])
    covariance = bread @ (scores.T @ scores) @ bread * len(clusters) / (len(clusters) - 1)
    return beta, covariance, residual
