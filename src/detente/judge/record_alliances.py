"""Computations on the record of how bonds of mutual defence ended."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.judge.measurement import Measurement, Tables, missing
from detente.judge.rule import Z90

DEMOCRATIC = 0.5


def pact_end_ratio(tables: Tables, *, years: Sequence[int]) -> Measurement:
    """Yearly chance that a bond of defence ends: of all other pairs, divided by that of two democracies.

    Two democracies: both at 0.5 or above on V-Dem's index the year before. A bond ends when no treaty of
    defence binds the two any more and both still exist. Bonds end in batches, so the interval is a jackknife
    over years of the logarithm of the ratio, half an ended bond added on both sides.
    """
    cells = np.array([_of_year(tables, year) for year in range(years[0], years[1] + 1)], dtype=float)
    whole, n = cells.sum(axis=0), len(cells)
    if not whole[[1, 3]].all():
        raise missing("bonds of democracies and of others in these years")
    parts = np.array([_log_ratio(whole - row) for row in cells])
    half = Z90 * float(np.sqrt((n - 1) / n * ((parts - parts.mean()) ** 2).sum()))
    value = _log_ratio(whole)
    ended, held, other_ended, other_held = whole.astype(int)
    return Measurement(
        float(np.exp(value)),
        "times",
        f"chance that a bond of defence ends, other pairs over pairs of democracies, {years[0]}–{years[1]}",
        ("atop", "democracy"),
        float(np.exp(value - half)),
        float(np.exp(value + half)),
        int(ended + other_ended),
        "jackknife over years, 90 %",
        f"{ended} of {held:,} pair-years of democracies, {other_ended} of {other_held:,} of others",
    )


def _log_ratio(cells: np.ndarray) -> float:
    ended, held, other_ended, other_held = cells
    return float(np.log((other_ended + 0.5) / other_held) - np.log((ended + 0.5) / held))


def _of_year(tables: Tables, year: int) -> tuple[int, int, int, int]:
    """Bonds of democracies ended and at risk, and of others, in one year."""
    import polars as pl

    before, after = (
        set(
            tables("pacts")
            .filter((pl.col("year") == y) & pl.col("defence") & ~pl.col("carried"))
            .select("a", "b")
            .iter_rows()
        )
        for y in (year - 1, year)
    )
    lives = {
        s: end
        for s, end in tables("states").select("state", "end_year").iter_rows()
        if end is None or end > year
    }
    score = dict(
        tables("state_year")
        .filter((pl.col("year") == year - 1) & pl.col("polyarchy").is_not_null())
        .select("state", "polyarchy")
        .iter_rows()
    )
    out = [0, 0, 0, 0]
    for pair in before:
        if all(s in lives and s in score for s in pair):
            at = 0 if min(score[s] for s in pair) >= DEMOCRATIC else 2
            out[at + 1] += 1
            out[at] += pair not in after
    return out[0], out[1], out[2], out[3]
