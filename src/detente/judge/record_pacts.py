"""Computations on the record of defence pacts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.judge.measurement import Measurement, Tables, missing
from detente.judge.rule import Z90


def pact_ratio_with_shared_enemy(tables: Tables, *, years: Sequence[int]) -> Measurement:
    """Chance of a new defence pact with a shared stronger enemy, divided by that without.

    At risk: pairs of states that had no defence pact the year before. A shared stronger enemy is a
    third state that is the strategic rival of both (Thompson, Sakuwa & Suhas) and has more
    capabilities (CINC) than either, the year before. Pacts come in batches (one treaty binds many
    pairs), so the interval is a jackknife over years of the logarithm of the ratio.
    """
    cells = []
    for year in range(years[0], years[1] + 1):
        codes, power = _capable(tables, year - 1)
        if len(codes) < 3:
            raise missing(f"capabilities in {year - 1}")
        shared = shared_stronger_enemy(_rivals(tables, codes, year - 1), power)
        at_risk = np.triu(~_pacts(tables, codes, year - 1), 1)
        new = at_risk & _pacts(tables, codes, year)
        cells.append(
            [(new & shared).sum(), (at_risk & shared).sum(), (new & ~shared).sum(), (at_risk & ~shared).sum()]
        )
    table = np.array(cells, dtype=float)
    value, low, high = _jackknifed(table)
    pacts, pairs, others, rest = table.sum(axis=0).astype(int)
    meaning = (
        f"chance of a new defence pact with a shared stronger enemy over that without, {years[0]}–{years[1]}"
    )
    remark = f"{pacts} in {pairs:,} pair-years with, {others} in {rest:,} without"
    words = "jackknife over years, 90 %"
    return Measurement(
        value, "times", meaning, ("atop", "rivalries", "nmc"), low, high, int(pacts + others), words, remark
    )


def shared_stronger_enemy(rivals: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Which pairs share a rival stronger than both: booleans (n, n) from rivals (n, n) and power (n,)."""
    stronger = rivals & (power[None, :] > power[:, None])
    return np.asarray((stronger.astype(float) @ stronger.T.astype(float)) > 0)


def _jackknifed(table: np.ndarray) -> tuple[float, float, float]:
    """Ratio of two rates from yearly counts (events, pairs, events, pairs), leaving out year by year."""

    def log_ratio(total: np.ndarray) -> float:
        return float(np.log((total[0] / total[1]) / (total[2] / total[3])))

    whole, n = table.sum(axis=0), len(table)
    if not whole.all():
        raise missing("new defence pact of one of the two kinds in these years")
    parts = np.array([log_ratio(whole - row) for row in table if (whole - row).all()])
    half = Z90 * float(np.sqrt((n - 1) / n * ((parts - parts.mean()) ** 2).sum()))
    value = log_ratio(whole)
    return float(np.exp(value)), float(np.exp(value - half)), float(np.exp(value + half))


def _capable(tables: Tables, year: int) -> tuple[list[str], np.ndarray]:
    import polars as pl

    rows = (
        tables("state_year").filter(pl.col("year") == year).select("state", "cinc").drop_nulls().sort("state")
    )
    return rows["state"].to_list(), rows["cinc"].to_numpy().astype(float)


def _square(codes: list[str], pairs: Sequence[tuple[str, str]]) -> np.ndarray:
    at, out = {s: i for i, s in enumerate(codes)}, np.zeros((len(codes),) * 2, dtype=bool)
    for a, b in pairs:
        if a in at and b in at:
            out[at[a], at[b]] = out[at[b], at[a]] = True
    return out


def _rivals(tables: Tables, codes: list[str], year: int) -> np.ndarray:
    import polars as pl

    rows = tables("rivalry").filter(
        (pl.col("start") <= year) & (pl.col("end").is_null() | (pl.col("end") >= year))
    )
    return _square(codes, rows.select("a", "b").rows())


def _pacts(tables: Tables, codes: list[str], year: int) -> np.ndarray:
    import polars as pl

    rows = tables("pacts").filter((pl.col("year") == year) & pl.col("defence"))
    return _square(codes, rows.select("a", "b").rows())
