"""How single states respond to threat, and how the response compares with published ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from detente.mechanisms.defence import equations as eq
from detente.mechanisms.defence.estimation import Fit, student_regression
from detente.mechanisms.defence.fit import columns, demand_fit, sample
from detente.mechanisms.defence.panel import Panel, assemble, lagged, norms

NEWS = eq.DEMAND.index("threat_news")
LEVEL = eq.DEMAND.index("threat_level")
LAGS = 3
LEAST_YEARS, LEAST_SPREAD = 15, 0.05


def response_by_state(table: Callable[[str], Any], until: int, constants: Mapping[str, float]) -> Any:
    """Response of each state's spending to news of threat; a polars frame.

    Columns: state, estimate (log points of the share a year per unit of news), error (Newey & West,
    three lags), years, spread (standard deviation of the state's news), answer (whether there were at
    least 15 years and news to respond to), clear (estimate above 0 at 5 %, two-sided). The other
    terms of demand are held at their common estimates.
    """
    return response_of(assemble(table, until), constants)


def response_of(seen: Panel, constants: Mapping[str, float]) -> Any:
    """As :func:`response_by_state`, from a panel."""
    import polars as pl

    parts = columns(seen, constants)
    full = demand_fit(seen, parts, eq.DEMAND)
    rows = sample(seen, parts, eq.DEMAND)
    left = full.residuals + rows.x[:, NEWS] * full.coefficients[NEWS]
    weight = weights(full, rows.z)
    found = []
    for k in np.unique(rows.state):
        mine = rows.state == k
        news = rows.x[mine, NEWS]
        answer = bool(mine.sum() >= LEAST_YEARS and news.std() >= LEAST_SPREAD)
        value, error = slope(left[mine], news, weight[mine]) if answer else (None, None)
        clear = answer and value - 1.96 * error > 0
        found.append((seen.states[k], value, error, int(mine.sum()), float(news.std()), answer, clear))
    names = ["state", "estimate", "error", "years", "spread", "answer", "clear"]
    return pl.DataFrame(found, schema=names, orient="row")


def weights(full: Fit, z: np.ndarray) -> np.ndarray:
    """Weight of each row under the common Student likelihood: outliers of war and collapse count little."""
    df = 2.0 + np.exp(full.noise[-1])
    square = (full.residuals / np.exp(z @ full.noise[:-1])) ** 2
    return (df + 1) / (df + square)


def slope(y: np.ndarray, x: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Weighted least squares of y on x and a constant; error robust to serial correlation."""
    design = np.stack([np.ones_like(x), x], 1)
    bread = np.linalg.inv((design * weight[:, None]).T @ design)
    b = bread @ (design * weight[:, None]).T @ y
    score = design * (weight * (y - design @ b))[:, None]
    meat = score.T @ score
    for lag in range(1, LAGS + 1):
        cross = score[lag:].T @ score[:-lag]
        meat += (1 - lag / (LAGS + 1)) * (cross + cross.T)
    covariance = bread @ meat @ bread * len(y) / (len(y) - 2)
    return float(b[1]), float(np.sqrt(max(covariance[1, 1], 0.0)))


def dispute_chance(seen: Panel) -> np.ndarray:
    """Chance of at least one fatal dispute with anyone, by the mechanism *conflict*, (year, n)."""
    return 1 - np.prod(1 - seen.risk.astype(float), axis=2)


def dispute_response(seen: Panel, constants: Mapping[str, float]) -> dict[str, float]:
    """Effect of one point more of :func:`dispute_chance` on spending, per cent, after 1, 10 and 20 years.

    Demand with the chance (in per cent) and its news in place of our threat; with the error of the
    first year. For comparison with the 3 % of Nordhaus, Oneal & Russett (2012).
    """
    parts = columns(seen, constants).copy()
    chance = 100 * dispute_chance(seen)
    parts[..., LEVEL] = np.where(np.isnan(parts[..., LEVEL]), np.nan, chance)
    parts[..., NEWS] = parts[..., LEVEL] - lagged(norms(chance, constants["threat_memory"]))
    found = student_regression(sample(seen, parts, eq.DEMAND))
    b = dict(zip(eq.DEMAND, found.coefficients, strict=True))
    pair = found.covariance[np.ix_([LEVEL, NEWS], [LEVEL, NEWS])]
    path = step_response(b, constants["threat_memory"], 20)
    return {
        "first_year": 100 * float(path[0]),
        "first_year_error": 100 * float(np.sqrt(pair.sum())),
        "ten_years": 100 * float(np.expm1(path[9])),
        "twenty_years": 100 * float(np.expm1(path[19])),
    }


def step_response(coefficients: Mapping[str, float], memory: float, years: int) -> np.ndarray:
    """Log share after 1 … ``years`` years of one unit more threat for good, allies apart."""
    path, level, norm = [], 0.0, 0.0
    for _ in range(years):
        level += coefficients["threat_level"] + coefficients["threat_news"] * (1 - norm)
        level -= coefficients["pull"] * (path[-1] if path else 0.0)
        norm += (1 - norm) / memory
        path.append(level)
    return np.array(path)
