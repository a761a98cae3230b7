"""Estimation of what wars do to relations, trade and output; one vintage for each cut-off year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from detente.mechanisms.regressions import joint

VINTAGES = (1990, 2000, 2010, 2024)
RECORD_ENDS, TRADE_ENDS = 2014, 2023
FIRST_GROWTH = 1955
AFTER = ((1, 3), (4, 6), (7, 10))
EFFECTS = ("everywhere", "fatal", "war")


def pair_years(rows: Iterable[tuple[str, str, int]]) -> set[tuple[str, str, int]]:
    """Pair-years both ways."""
    return {key for a, b, y in rows for key in ((a, b, int(y)), (b, a, int(y)))}


def wars(disputes: Any, conflict: Any, measure: str) -> set[tuple[str, str, int]]:
    """Pairs at war by year, both ways: of MID or GML, or UCDP's with 1,000 dead a year."""
    if measure != "ucdp":
        kept = disputes.filter((disputes["measure"] == measure) & disputes["war"])
    else:
        kept = conflict.filter(conflict["intensity"] == 2)
    return pair_years(kept.select("a", "b", "year").iter_rows())


def blows(x: np.ndarray, fell: np.ndarray, cluster: np.ndarray, offset: np.ndarray) -> dict[str, Any]:
    """Logit of falling on (1, fatal dispute, war) beside ``offset``, the log-odds by everything else."""
    beta = np.zeros(x.shape[1])
    prior = np.diag([0.01, 0.1, 0.1])
    for _ in range(100):
        p = 1 / (1 + np.exp(-(x @ beta + offset)))
        bread = np.linalg.inv((x * (p * (1 - p))[:, None]).T @ x + prior)
        step = bread @ (x.T @ (fell - p) - prior @ beta)
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
    _, place = np.unique(cluster, return_inverse=True)
    score = np.stack([np.bincount(place, c) for c in (x * (fell - p)[:, None]).T], 1)
    return joint(EFFECTS, beta, bread @ (score.T @ score + prior) @ bread, digits=5)


def growth_rows(state_year: Any, until: int) -> list[tuple[str, int, float]]:
    """State, year and log growth of real output."""
    rows = state_year.filter(state_year["year"] <= until).select("state", "year", "gdp_real").drop_nulls()
    level = {(s, y): g for s, y, g in rows.iter_rows() if g > 0}
    return [
        (s, y, float(np.log(g / level[s, y - 1])))
        for (s, y), g in level.items()
        if y >= FIRST_GROWTH and (s, y - 1) in level
    ]


def overmatched(state_year: Any, fought: set[tuple[str, str, int]]) -> dict[tuple[str, int], float]:
    """Exposure of each state and year at war (``equations.exposure``), capabilities of the last 12 years."""
    rows = state_year.select("state", "year", "cinc").drop_nulls()
    cinc = {(s, y): c for s, y, c in rows.iter_rows()}

    def power(state: str, year: int) -> float | None:
        return next((cinc[state, year - k] for k in range(12) if (state, year - k) in cinc), None)

    out: dict[tuple[str, int], float] = {}
    for a, b, year in fought:
        mine, theirs = power(a, year), power(b, year)
        if mine and theirs:
            out[a, year] = max(out.get((a, year), 0.0), theirs / (mine + theirs))
    return out


def output(state_year: Any, fought: set[tuple[str, str, int]], until: int) -> dict[str, Any]:
    """Growth on exposure to war, states and years held constant, clustered by state; the sign turned."""
    rows, exposed = growth_rows(state_year, until), overmatched(state_year, fought)
    state = np.unique([s for s, _, _ in rows], return_inverse=True)[1]
    year = np.unique([y for _, y, _ in rows], return_inverse=True)[1]
    both = np.array([(g, exposed.get((s, y), 0.0)) for s, y, g in rows])
    for _ in range(50):
        for group in (state, year):
            count = np.bincount(group)
            means = np.stack([np.bincount(group, c) / count for c in both.T], 1)
            both = both - means[group]
    y, x = both.T
    slope = (x @ y) / (x @ x)
    score = np.bincount(state, x * (y - slope * x))
    return joint(("cost",), np.array([-slope]), np.array([[(score @ score) / (x @ x) ** 2]]), digits=5)


def marked(rows: Any, after: tuple[int, int], name: str) -> Any:
    """Pair-years from ``after[0]`` to ``after[1]`` years after those in ``rows`` (a, b, year)."""
    import polars as pl

    later = [rows.with_columns(year=pl.col("year") + k) for k in range(after[0], after[1] + 1)]
    return pl.concat(later).unique().with_columns(pl.lit(1).alias(name))


def with_wars(frame: Any, rows: Any) -> Any:
    """The trade panel with dummies for war and for the years after it, each pair-year in one of them."""
    import polars as pl

    taken = ["war"]
    frame = frame.join(marked(rows, (0, 0), "war"), on=["a", "b", "year"], how="left", maintain_order="left")
    frame = frame.with_columns(pl.col("war").fill_null(0))
    for first, last in AFTER:
        name = f"after_{first}"
        frame = frame.join(
            marked(rows, (first, last), name), on=["a", "b", "year"], how="left", maintain_order="left"
        )
        free = 1 - pl.max_horizontal(*taken)
        frame = frame.with_columns((pl.col(name).fill_null(0) * free).alias(name))
        taken.append(name)
    return frame


def estimates(
    relations: Callable[[int], tuple[np.ndarray, ...]],
    trade: Callable[[int, Any], Any],
    tables: Mapping[str, Any],
) -> dict[int, dict[str, Any]]:
    """All vintages. ``relations`` gives the rows of :func:`blows`, ``trade`` the PPML estimate with wars."""
    import polars as pl

    found = {}
    for year in VINTAGES:
        fought = {
            m: {k for k in wars(tables["disputes"], tables["conflict"], m) if k[2] <= year}
            for m in ("mid", "gml", "ucdp")
        }
        either = sorted({(min(a, b), max(a, b), y) for a, b, y in set().union(*fought.values())})
        frame = pl.DataFrame(either, schema={"a": pl.String, "b": pl.String, "year": pl.Int64}, orient="row")
        told = trade(min(year, TRADE_ENDS), frame)
        found[year] = {
            "blow": blows(*relations(min(year, RECORD_ENDS))),
            "trade_war": told.joint(("war",)),
            "trade_after": told.joint([f"after_{first}" for first, _ in AFTER]),
            "output_mid": output(tables["state_year"], fought["mid"], min(year, RECORD_ENDS)),
            "output_ucdp": output(tables["state_year"], fought["ucdp"], year),
        }
        # The effect of war is told as trade lost.
        lost = found[year]["trade_war"]["joint"]
        lost["mean"] = [-m for m in lost["mean"]]
    return found
