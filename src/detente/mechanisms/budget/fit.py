"""Estimation of *budget*: what else moved in public money when military spending fell.

Changes within states over five years, beside growth, with an effect of each span. The change of the military
share is instrumented with its level at the beginning of the span: where armies were large there was more to
cut when tensions eased, whatever the state of the budget. Errors are clustered by state.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

ITEMS = ("expenditure", "revenue", "education", "health")
FIRST, SPAN = 1980, 5
LARGEST, LEAP = 0.12, 0.06
"""Shares and changes of shares beyond these are war economies and are left out."""
PRIOR = {"expenditure": (0.5, 0.75), "revenue": (0.25, 0.5), "education": (0.0, 0.3), "health": (0.0, 0.3)}
"""Mean and error before the record is looked at: half of a unit cut stays in the budget, more or less."""


def estimates(state_year: Any, economy: Any, until: int) -> dict[str, Any]:
    """All estimates of one vintage, in the form of ``estimates.yaml``."""
    data = grids(state_year, economy, until)
    money, covariance = responses(data, ITEMS[:2])
    school, school_covariance = responses(data, ITEMS[2:3])
    health, health_covariance = responses(data, ITEMS[3:])
    mean = np.concatenate([money, school, health])
    whole = np.zeros((4, 4))
    whole[:2, :2], whole[2, 2], whole[3, 3] = covariance, school_covariance[0, 0], health_covariance[0, 0]
    return {
        "use": {
            "joint": {
                "names": list(ITEMS),
                "mean": [float(f"{v:.6g}") for v in mean],
                "covariance": [[float(f"{v:.6g}") for v in row] for row in whole],
            }
        },
        "schools_in_civil": {"fixed": round(civil_share(data), 4)},
    }


def grids(state_year: Any, economy: Any, until: int) -> dict[str, np.ndarray]:
    """Arrays (years, states) from 1980 to ``until`` of the items, the military share and log real output."""
    states = sorted(state_year["state"].unique())
    place, years = {s: i for i, s in enumerate(states)}, until - FIRST + 1
    out = {}
    for frame, columns in ((state_year, ("milex_share", "gdp_real")), (economy, ITEMS)):
        for column in columns:
            grid = np.full((years, len(states)), np.nan)
            for state, year, value in frame.select("state", "year", column).drop_nulls().iter_rows():
                if FIRST <= year <= until:
                    grid[year - FIRST, place[state]] = value
            out[column] = grid
    return out


def spans(data: dict[str, np.ndarray], items: Sequence[str]) -> np.ndarray:
    """Rows (state, span, change of the military share, growth, its share before, changes of the items)."""
    years, rows = len(data["gdp_real"]), []
    for k, a in enumerate(range(0, years - SPAN, SPAN)):
        b = a + SPAN
        change = {c: around(data[c], b) - around(data[c], a) for c in (*items, "milex_share")}
        before = around(data["milex_share"], a)
        growth = np.log(data["gdp_real"][b] / data["gdp_real"][a]) / SPAN
        good = np.isfinite(growth) & (before < LARGEST) & (np.abs(change["milex_share"]) < LEAP)
        for c in items:
            good &= np.isfinite(change[c])
        at = np.flatnonzero(good)
        rows.append(
            np.column_stack(
                [
                    at,
                    np.full(len(at), k),
                    change["milex_share"][at],
                    growth[at],
                    before[at],
                    *(change[c][at] for c in items),
                ]
            )
        )
    return np.concatenate(rows) if rows else np.empty((0, 5 + len(items)))


def responses(data: dict[str, np.ndarray], items: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Change of each item for each unit by which the military share changes: means and covariance.

    Two-stage least squares with the share before as instrument, joined with :data:`PRIOR` by precision.
    """
    mean0 = np.array([PRIOR[c][0] for c in items])
    precision0 = np.diag([PRIOR[c][1] ** -2.0 for c in items])
    rows = spans(data, items)
    if len(rows) < 40:
        return mean0, np.linalg.inv(precision0)
    slopes, covariance = instrumented(rows)
    precision = np.linalg.inv(covariance + 1e-12 * np.eye(len(items)))
    joined = np.linalg.inv(precision0 + precision)
    return joined @ (precision0 @ mean0 + precision @ slopes), joined


def instrumented(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two-stage least squares on rows of :func:`spans`: slopes of the items and their covariance."""
    state, span = rows[:, 0].astype(int), rows[:, 1].astype(int)
    dummies = (span[:, None] == np.unique(span)[None, :]).astype(float)
    exogenous = np.column_stack([rows[:, 3], dummies])
    x = np.column_stack([rows[:, 2], exogenous])
    z = np.column_stack([rows[:, 4], exogenous])
    inverse = np.linalg.inv(z.T @ x)
    y = rows[:, 5:]
    beta = inverse @ (z.T @ y)
    residual = y - x @ beta
    groups = np.unique(state)
    scores = np.stack([(inverse @ (z[state == g].T @ residual[state == g]))[0] for g in groups])
    return beta[0], scores.T @ scores * len(groups) / (len(groups) - 1)


def civil_share(data: dict[str, np.ndarray]) -> float:
    """Share of education and health in public spending other than military: median of ten years."""
    social = data["education"] + np.nan_to_num(data["health"], nan=0.05)
    civil = data["expenditure"] - data["milex_share"]
    share = (social / np.where(civil > 0, civil, np.nan))[-10:]
    return float(np.nanmedian(share)) if np.isfinite(share).any() else 0.3


def around(values: np.ndarray, at: int) -> np.ndarray:
    """Mean over a year and its neighbours of the values known; NaN where none is."""
    window = values[max(0, at - 1) : at + 2]
    known = np.isfinite(window)
    count = known.sum(axis=0)
    total = np.where(known, window, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
