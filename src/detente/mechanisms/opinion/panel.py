"""Surveys and what publics had seen by then, for the fits of *opinion*.

Tables are polars frames with the columns of the bundle: ``favourability``, ``state_year``, ``levels`` (the
peace
scale continued to the newest year), ``pacts``, ``sanctions``, ``disputes``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.opinion import equations as eq

FIRST = 1995
TARGETS = ("USA", "CHN", "RUS", "IRN", "JPN", "DEU", "FRA", "IND", "BRA", "TWN")
FEWEST = 100
MID_TO = 2014
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Surveys:
    """One row for each survey of a public's view of a country.

    ``pair`` place in ``pairs`` (public, target); ``year``; ``view`` log-odds of the favourable share among
    those
    who answered; ``error`` variance of that from the sample.
    """

    pairs: Pairs
    pair: np.ndarray
    year: np.ndarray
    view: np.ndarray
    error: np.ndarray

    def take(self, rows: np.ndarray) -> Surveys:
        """The same surveys with only these rows."""
        return Surveys(self.pairs, self.pair[rows], self.year[rows], self.view[rows], self.error[rows])

    @property
    def target(self) -> np.ndarray:
        """Target of each row."""
        return np.array([self.pairs[k][1] for k in self.pair])


def surveys(favourability: Any, until: int = 9999, more: Pairs = ()) -> Surveys:
    """Surveys up to ``until`` of states about other states, with at least a hundred answers.

    ``more``: pairs to list though nobody was asked.
    """
    rows = [
        (s, t, y, n, share)
        for s, t, y, n, share in favourability.select("state", "target", "year", "n", "share").iter_rows()
        if t in TARGETS and s != t and n >= FEWEST and y <= until and share is not None
    ]
    pairs = tuple(sorted({(s, t) for s, t, *_ in rows} | set(more)))
    place = {pair: k for k, pair in enumerate(pairs)}
    share = np.array([r[4] for r in rows]).clip(0.01, 0.99)
    count = np.array([r[3] for r in rows], dtype=float)
    return Surveys(
        pairs,
        np.array([place[r[0], r[1]] for r in rows]),
        np.array([r[2] for r in rows]),
        np.log(share / (1 - share)),
        eq.DESIGN / (count * share * (1 - share)),
    )


def circumstances(
    table: Callable[[str], Any], pairs: Sequence[tuple[str, str]], last: int
) -> tuple[np.ndarray, np.ndarray]:
    """What each public had before it: standing (pair, year, w) and events (pair, year, e), from 1995 on.

    Standing in the order of :data:`equations.STANDING`, events in that of :data:`equations.EVENTS`. A vote
    position that is not yet known is that of the last year; none at all counts as the mean distance.
    """
    years = range(FIRST, last + 1)
    level = _pair_years(table("levels"), "level", years)
    pact = _flags(table("pacts"), ("a", "b"), "defence", years)
    punished = _flags(table("sanctions"), ("sender", "target"), None, years)
    votes = _votes(table("state_year"), years)
    fought, fatal = _quarrels(table("disputes"), years)
    standing = np.zeros((len(pairs), len(years), len(eq.STANDING)))
    events = np.zeros((len(pairs), len(years), len(eq.EVENTS)))
    for k, (public, target) in enumerate(pairs):
        for t, year in enumerate(years):
            apart = abs(votes.get((public, year), np.nan) - votes.get((target, year), np.nan))
            key = (min(public, target), max(public, target), year)
            standing[k, t] = (
                level.get((public, target, year), 0.5),
                eq.USUAL_DISTANCE if np.isnan(apart) else apart,
                float((public, target, year) in pact or (target, public, year) in pact),
                float((public, target, year) in punished),
            )
            others = float(bool(fought.get((target, year), set()) - {public}))
            events[k, t] = (float(key in fatal), others, others * standing[k, t, 1])
    return standing, events


def _pair_years(levels: Any, column: str, years: range) -> dict[tuple[str, str, int], float]:
    rows = levels.filter(levels["year"].is_between(years[0], years[-1])).select("a", "b", "year", column)
    out = {}
    for a, b, year, value in rows.iter_rows():
        if value is not None and value <= 1:
            out[a, b, year] = out[b, a, year] = float(value)
    return out


def _flags(rows: Any, ends: tuple[str, str], column: str | None, years: range) -> set[tuple[str, str, int]]:
    held = rows.filter(rows["year"].is_between(years[0], years[-1]))
    if column is not None:
        held = held.filter(held[column])
    out = set(held.select(*ends, "year").iter_rows())
    newest = int(rows["year"].max())
    last = [(a, b) for a, b, y in out if y == newest]
    return out | {(a, b, y) for a, b in last for y in range(newest + 1, years[-1] + 1)}


def _votes(state_year: Any, years: range) -> dict[tuple[str, int], float]:
    out = {
        (s, y): v for s, y, v in state_year.select("state", "year", "ideal_point").drop_nulls().iter_rows()
    }
    for code in {s for s, _ in out}:
        for year in years:
            if (code, year) not in out and (code, year - 1) in out:
                out[code, year] = out[code, year - 1]
    return out


def _quarrels(
    disputes: Any, years: range
) -> tuple[dict[tuple[str, int], set[str]], set[tuple[str, str, int]]]:
    """Fatal disputes that began: opponents of each state by year, and pairs (in order of code) by year.

    MID to 2014, UCDP's armed conflicts after it.
    """
    by_state: dict[tuple[str, int], set[str]] = {}
    pairs = set()
    rows = disputes.filter(disputes["onset"] & disputes["fatal"]).select("a", "b", "year", "measure")
    for a, b, year, measure in rows.iter_rows():
        if year in years and measure == ("mid" if year <= MID_TO else "ucdp"):
            pairs.add((min(a, b), max(a, b), year))
            by_state.setdefault((a, year), set()).add(b)
            by_state.setdefault((b, year), set()).add(a)
    return by_state, pairs
