"""Computations on the record of militarised disputes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.judge.measurement import Measurement, Tables, missing
from detente.judge.rule import Z90


def disputes_elsewhere(
    tables: Tables,
    *,
    before: Sequence[int],
    after: Sequence[int],
    without: Sequence[str] = ("NATO", "WARSAW_PACT"),
    fatal: bool = True,
) -> Measurement:
    """Rate of disputes of pairs outside a great quarrel after its end, divided by the rate before it.

    Disputes that began (dyadic MID) between two states of which none was ever a member of the blocs
    ``without`` by the end of ``before`` (first and last year, as ``after``), for each pair-year of such
    in existence, so that more states alone raise nothing. Russia belongs to the second bloc. Interval: two
    Poisson counts, on the logarithm; disputes of one crisis count as independent, so it is too narrow.
    """
    import polars as pl

    blocs = tables("blocs").filter(pl.col("bloc").is_in(list(without)) & (pl.col("from_year") <= before[1]))
    apart = {*blocs["state"].to_list(), "RUS"}
    rows = tables("disputes").filter((pl.col("measure") == "mid") & pl.col("onset"))
    if fatal:
        rows = rows.filter(pl.col("fatal").cast(pl.Boolean) | pl.col("war").cast(pl.Boolean))
    rows = rows.filter(~pl.col("a").is_in(list(apart)) & ~pl.col("b").is_in(list(apart)))
    counts, pairs = [], []
    for first, last in (before, after):
        counts.append(rows.filter(pl.col("year").is_between(first, last)).height)
        pairs.append(sum(_pairs(tables, apart, year) for year in range(first, last + 1)))
    if not all(counts):
        raise missing(f"disputes outside {', '.join(without)} in {before} or {after}")
    value = (counts[1] / pairs[1]) / (counts[0] / pairs[0])
    error = Z90 * float(np.sqrt(sum(1 / n for n in counts)))
    kind = "fatal disputes" if fatal else "disputes"
    meaning = (
        f"rate of {kind} outside {' and '.join(without)}, {after[0]}–{after[1]} over {before[0]}–{before[1]}"
    )
    low, high = value * float(np.exp(-error)), value * float(np.exp(error))
    remark = f"{counts[0]} before, {counts[1]} after, in {pairs[0]:,} and {pairs[1]:,} pair-years"
    return Measurement(value, "times", meaning, ("mids",), low, high, sum(counts), "Poisson, 90 %", remark)


def _pairs(tables: Tables, apart: set[str], year: int) -> int:
    """Pairs of states in existence in a year, those in ``apart`` left out."""
    rows = tables("states").select("state", "start_year", "end_year").iter_rows()
    n = sum(s not in apart and start <= year <= (end or 9999) for s, start, end in rows)
    return n * (n - 1) // 2
