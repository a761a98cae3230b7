"""How use and output of gas grow: income elasticity, and how long a country's own trend goes on.

What ships are regression results, not the reviews' series: growth over eight years of all countries that the
Energy Institute lists, against their growth of GDP and the eight years before.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import polars as pl

from detente.data.tables_state import Loaded, state_year_table

SPAN = 8
"""Years of a trend, as in the account (``use_trend``, ``output_trend``)."""
FIRST, SMALLEST = 1985, 0.3
UNTIL = (2021, 2022, 2023)
CLIP = {"use": 0.03, "output": 0.05}
"""Log points a year at which the mechanism cuts a trend off."""

Series = Mapping[tuple[str, int], float]


def gas_growth_table(loaded: Loaded) -> pl.DataFrame:
    """until, what, estimate, error, observations: see :func:`growth`."""
    review = loaded["gas_review"]
    rows = state_year_table(loaded).select("state", "year", "gdp_real").drop_nulls()
    gdp = {(s, y): v for s, y, v in rows.iter_rows() if v > 0}
    held = {m: _series(review, m) for m in CLIP}
    found = []
    for until in UNTIL:
        found += [(until, *row) for row in growth(held["use"], held["output"], gdp, until)]
    names = {"until": pl.Int32, "what": pl.String, "estimate": pl.Float64, "error": pl.Float64, "n": pl.Int32}
    return pl.DataFrame(found, schema=names, orient="row")


def _series(review: pl.DataFrame, measure: str) -> Series:
    rows = review.filter(pl.col("measure") == measure).select("seller", "year", "value").drop_nulls()
    return {(s, y): v for s, y, v in rows.iter_rows() if v > SMALLEST}


def growth(use: Series, output: Series, gdp: Series, until: int) -> list[tuple[str, float, float, int]]:
    """(what, estimate, error clustered by country, observations), on windows that end up to ``until``.

    ``income``: log use on log GDP over eight years, effects of years taken out. ``use_persistence``: part of
    what income left unexplained in eight years that is seen again in the next eight. ``output_persistence``:
    the same of output, without income.
    """
    rows = _windows(use, gdp, until)
    now, before, rich, richer, year, who = rows
    income, error, n = _slope(now, rich, year, who)
    trend = np.clip(before - income * richer, -CLIP["use"], CLIP["use"])
    found = [("income", income, error, n)]
    found.append(("use_persistence", *_slope(now - income * rich, trend, year, who)))
    now, before, _, _, year, who = _windows(output, gdp, until)
    trend = np.clip(before, -CLIP["output"], CLIP["output"])
    found.append(("output_persistence", *_slope(now, trend, year, who)))
    return [(w, round(b, 3), round(e, 3), k) for w, b, e, k in found]


def _windows(series: Series, gdp: Series, until: int) -> tuple[np.ndarray, ...]:
    rows = []
    for s, y in series:
        years = (y, y - SPAN, y - 2 * SPAN)
        if years[2] >= FIRST and y <= until and all((s, t) in series and (s, t) in gdp for t in years):
            steps = [np.log(h[s, a] / h[s, b]) / SPAN for h in (series, gdp) for a, b in pairwise(years)]
            rows.append((*steps, y, s))
    columns = list(zip(*rows, strict=True))
    return tuple(np.array(c) for c in columns)


def _slope(y: np.ndarray, x: np.ndarray, year: np.ndarray, who: np.ndarray) -> tuple[float, float, int]:
    """Least squares of y on x within years; error clustered by country."""

    def within(v: np.ndarray) -> np.ndarray:
        _, at = np.unique(year, return_inverse=True)
        return v - (np.bincount(at, v) / np.bincount(at))[at]

    y, x = within(y), within(x)
    slope = float(x @ y / (x @ x))
    _, group = np.unique(who, return_inverse=True)
    score = np.bincount(group, x * (y - slope * x))
    clusters = score.size
    error = np.sqrt(clusters / (clusters - 1.0) * float(score @ score)) / float(x @ x)
    return slope, float(error), y.size
