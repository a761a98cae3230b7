"""Does a change of leader open or close a window? Moves of the peace scale in the years after it.

Every pair that the peace scale codes, 1947-2020: logits of falling and of climbing on what happened to the
leaders of either state, with the level, years in it, democracy and distance in votes held fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.logits import covariance, newton

FIRST = 1947
WAYS = ("irregular", "handover", "other")
"""How leaders change: thrown out; by an election that changed who holds power; in any other way."""


@dataclass(frozen=True)
class Moves:
    """Pair-years at risk: level at the end of the year before, the move, and changes of leader by lag.

    ``after[way]`` (lag, row), lags 0, 1, 2: whether either state's leader changed so, that many years before.
    """

    pair: np.ndarray
    year: np.ndarray
    level: np.ndarray
    move: np.ndarray
    controls: np.ndarray
    after: dict[str, np.ndarray]
    ends: tuple[Sequence[str], Sequence[str]]


def moves(table: Callable[[str], Any], until: int = 2020) -> Moves:
    """The record of coded pairs; a transition in progress keeps the level before it until it is complete."""
    import polars as pl

    own = (
        table("peace")
        .filter((pl.col("year") <= until) & (pl.col("level").is_null() | (pl.col("level") <= 1)))
        .sort("a", "b", "year")
        .with_columns(pl.col("level").cast(pl.Float64).forward_fill().over("a", "b"))
        .drop_nulls("level")
    )
    begun = pl.col("level") != pl.col("level").shift(1).over("a", "b")
    own = own.with_columns(
        pl.when(begun.fill_null(True)).then("year").forward_fill().over("a", "b").alias("since"),
        pl.col("level").shift(1).over("a", "b").alias("before"),
        pl.col("year").shift(1).over("a", "b").alias("year_before"),
    ).with_columns(pl.col("since").shift(1).over("a", "b").alias("since_before"))
    rows = own.filter((pl.col("year_before") == pl.col("year") - 1) & (pl.col("year") >= FIRST))
    return _columns(rows, table)


def _columns(rows: Any, table: Callable[[str], Any]) -> Moves:
    a, b, year = rows["a"].to_list(), rows["b"].to_list(), rows["year"].to_numpy().astype(int)
    change = changes(table("leaders"))
    panel = table("state_year").select("state", "year", "ideal_point", "polyarchy")
    held = {(s, y): (i, p) for s, y, i, p in panel.iter_rows()}
    nothing = (None, None)
    ends = [
        [held.get((s, y - 1), nothing) for s, y in zip(side, year.tolist(), strict=True)] for side in (a, b)
    ]
    votes, rule = (
        np.array([[np.nan if v[k] is None else v[k] for v in side] for side in ends]) for k in (0, 1)
    )
    distance, democracy = np.abs(votes[0] - votes[1]), rule.min(axis=0)
    level, stay = rows["before"].to_numpy(), year - 1 - rows["since_before"].to_numpy()
    unknown = np.isnan(distance) | np.isnan(democracy)
    kinds = np.eye(5)[np.round(level * 4).astype(int)]
    plain = [np.log1p(stay.clip(0)), np.nan_to_num(distance), np.nan_to_num(democracy), unknown]
    after = {
        way: np.array(
            [
                [
                    float(way in (change.get((s, y - lag)), change.get((t, y - lag))))
                    for s, t, y in zip(a, b, year.tolist(), strict=True)
                ]
                for lag in range(3)
            ]
        )
        for way in WAYS
    }
    move = np.sign(rows["level"].to_numpy() - level)
    _, pair = np.unique(np.array([f"{s}-{t}" for s, t in zip(a, b, strict=True)]), return_inverse=True)
    return Moves(pair, year, level, move, np.column_stack([kinds, *plain]).astype(float), after, (a, b))


def changes(leaders: Any) -> dict[tuple[str, int], str]:
    """How the leader of each state changed in each year with a change (:data:`WAYS`)."""
    rows = list(leaders.select("state", "year", "changed", "exit", "handover").iter_rows())
    handed = {(s, y) for s, y, _, _, h in rows if h}
    out = {}
    for s, y, changed, how, _ in rows:
        if changed:
            by_vote = (s, y) in handed or (s, y - 1) in handed
            thrown = how in ("irregular", "foreign")
            out[s, y] = "irregular" if thrown else "handover" if by_vote else "other"
    return out


def effect(
    found: Moves, *, climbing: bool, rivals_only: bool, covariates: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds that ``covariates`` (k, row) add to a climb (or a fall), and their covariance (k, k).

    Clustered by pair and by year; standings that cannot move that way are left out.
    """
    possible = (found.level < 1) if climbing else (found.level > 0)
    use = possible & (found.level <= 0.25) if rivals_only else possible
    y = (found.move[use] > 0 if climbing else found.move[use] < 0).astype(float)
    x = np.column_stack([covariates[:, use].T, found.controls[use]])
    beta = newton(x, y)
    cov = covariance(x, y, beta, [found.pair[use], found.year[use]])
    k = len(covariates)
    return beta[:k], cov[:k, :k]


def upheaval(found: Moves) -> tuple[float, float]:
    """Log-odds that an irregular change of leader the year before adds to a fall, and its error."""
    mean, cov = effect(found, climbing=False, rivals_only=False, covariates=found.after["irregular"][1][None])
    return float(mean[0]), float(cov[0, 0] ** 0.5)


def new_leaders(found: Moves) -> tuple[float, float]:
    """Log-odds that an irregular or party-changing turnover in the two years before adds to climbing."""
    ways = [found.after[way][lag] for way in ("irregular", "handover") for lag in (1, 2)]
    mean, cov = effect(found, climbing=True, rivals_only=True, covariates=np.max(ways, axis=0)[None])
    return float(mean[0]), float(cov[0, 0] ** 0.5)


def military_interest(found: Moves, table: Callable[[str], Any]) -> tuple[float, float, int]:
    """Log-odds of easing a rivalry per point of GDP of the larger military share of the two; error; rows.

    Only rivalries with a known share in the year before.
    """
    rows = table("state_year").select("state", "year", "milex_share").drop_nulls().iter_rows()
    share = {(s, y): 100.0 * v for s, y, v in rows}
    nan = float("nan")
    larger = np.fmax(
        *(
            np.array([share.get((s, y - 1), nan) for s, y in zip(side, found.year.tolist(), strict=True)])
            for side in found.ends
        )
    )
    known = np.isfinite(larger)
    cut = Moves(
        found.pair[known],
        found.year[known],
        found.level[known],
        found.move[known],
        found.controls[known],
        {},
        ((), ()),
    )
    mean, cov = effect(cut, climbing=True, rivals_only=True, covariates=larger[known][None])
    return float(mean[0]), float(cov[0, 0] ** 0.5), int((cut.level <= 0.25).sum())
