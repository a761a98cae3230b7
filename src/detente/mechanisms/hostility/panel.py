"""Reported events of pairs of states by year and what was known a year before, for the fits of *hostility*.

Tables are polars frames with the columns of the bundle. Everything is square over pairs × years: ``good``
and ``bad`` are counts of friendly and hostile events (NaN where none is on record), ``standing`` and
``events`` what was so at the end of the year *before*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.hostility import equations as eq

FIRST, LAST = 2002, 2014
"""Years of ICEWS on record."""
ENOUGH = 40
"""Events that a pair must have had by the cut-off to be known at all."""
MID_TO = 2014
TABLES = (
    "event_warmth",
    "levels",
    "state_year",
    "sanctions",
    "territorial_claims",
    "pacts",
    "contiguity",
    "conflict",
    "disputes",
)
Pairs = tuple[tuple[str, str], ...]
Keys = set[tuple[str, str, int]]


@dataclass(frozen=True)
class Panel:
    """Pairs and years: counts (pair, year) from :data:`FIRST`, circumstances (pair, year, k)."""

    pairs: Pairs
    good: np.ndarray
    bad: np.ndarray
    standing: np.ndarray
    events: np.ndarray

    def upto(self, until: int) -> Panel:
        """The same without the years after ``until``, and without pairs that were hardly reported by then."""
        stop = until - FIRST + 1
        cut = [x[:, :stop] for x in (self.good, self.bad, self.standing, self.events)]
        known = np.nansum(cut[0] + cut[1], axis=1) >= ENOUGH
        return Panel(tuple(p for p, k in zip(self.pairs, known, strict=True) if k), *(x[known] for x in cut))


def dyad_years(table: Callable[[str], Any], until: int = LAST, pairs: Pairs | None = None) -> Panel:
    """The panel from 2002 to ``until``; without ``pairs``, those with events enough by ``until``.

    Years after the end of ICEWS have circumstances and no counts.
    """
    rows = table("event_warmth")
    if pairs is None:
        seen = rows.filter(rows["year"] <= until).group_by("a", "b").sum().sort("a", "b")
        seen = seen.filter(seen["for_"] + seen["against"] >= ENOUGH)
        pairs = tuple((min(p), max(p)) for p in seen.select("a", "b").iter_rows())
    years = range(FIRST, until + 1)
    counts = np.full((2, len(pairs), len(years)), np.nan)
    at = {pair: k for k, pair in enumerate(pairs)}
    for a, b, year, good, bad in rows.select("a", "b", "year", "for_", "against").iter_rows():
        k = at.get((min(a, b), max(a, b)))
        if k is not None and year <= until and good + bad:
            counts[:, k, year - FIRST] = good, bad
    return Panel(pairs, *counts, *circumstances(table, pairs, years))


def circumstances(table: Callable[[str], Any], pairs: Pairs, years: range) -> tuple[np.ndarray, np.ndarray]:
    """Standing (pair, year, k) and events (pair, year, e) of the year *before* each of ``years``."""
    before = range(years[0] - 1, years[-1])
    shape = (len(pairs), len(before))
    flags = {name: _marked(keys, pairs, before) for name, keys in known(table, before).items()}
    votes = _votes(table("state_year"), before)
    ends = [(votes.get(a), votes.get(b)) for a, b in pairs]
    blank = np.full(len(before), np.nan)
    one, other = (np.array([blank if e[k] is None else e[k] for e in ends]) for k in (0, 1))
    level = np.full(shape, np.nan)
    at = {pair: k for k, pair in enumerate(pairs)}
    for a, b, year, value in table("levels").select("a", "b", "year", "level").iter_rows():
        k = at.get((min(a, b), max(a, b)))
        if k is not None and year in before and value is not None and value <= 1:
            level[k, year - before[0]] = value
    held = eq.standing(level=level, one=one, other=other) | flags | {"warm": (level >= WARM) * 1.0}
    return (
        np.stack([held[n] for n in eq.USUAL], axis=2),
        np.stack([flags[n] for n in eq.EVENTS], axis=2),
    )


WARM = 0.75


def known(table: Callable[[str], Any], years: range) -> dict[str, Keys]:
    """Which pairs (in order of code) had what in which of ``years``; the last year known is carried on."""
    sanctions = table("sanctions")
    pacts = table("pacts")
    fights = table("conflict")
    quarrels = table("disputes")
    out = {
        "sanctions": _carried(sanctions.select("sender", "target", "year"), years),
        "pact": _carried(pacts.filter(pacts["defence"]).select("a", "b", "year"), years),
        "war": _sorted(fights.select("a", "b", "year").iter_rows()),
        "claim": _spells(table("territorial_claims").select("claimant", "holder", "first", "last"), years),
    }
    borders = table("contiguity")
    borders = borders.filter(borders["type"] == 1).select("a", "b", "start", "end")
    last = borders["end"].max()
    rows = [(a, b, start, None if end == last else end) for a, b, start, end in borders.iter_rows()]
    out["border"] = _each_year(rows, years)
    begun = quarrels.filter(quarrels["onset"])
    out["dispute"], out["fatal"] = set(), set()
    for a, b, year, measure, fatal in begun.select("a", "b", "year", "measure", "fatal").iter_rows():
        if measure == ("mid" if year <= MID_TO else "ucdp"):
            out["dispute"] |= {(min(a, b), max(a, b), year)}
            out["fatal"] |= {(min(a, b), max(a, b), year)} if fatal else set()
    return out


def _sorted(rows: Any) -> Keys:
    return {(min(a, b), max(a, b), y) for a, b, y in rows}


def _carried(rows: Any, years: range) -> Keys:
    held, newest = _sorted(rows.iter_rows()), int(rows["year"].max())
    last = {(a, b) for a, b, y in held if y == newest}
    return held | {(a, b, y) for a, b in last for y in range(newest + 1, years[-1] + 1)}


def _spells(rows: Any, years: range) -> Keys:
    return _each_year(rows.iter_rows(), years)


def _each_year(rows: Any, years: range) -> Keys:
    out: Keys = set()
    for a, b, first, last in rows:
        stop = years[-1] if last is None else min(last - 1, years[-1])
        out |= {(min(a, b), max(a, b), y) for y in range(max(first, years[0]), stop + 1)}
    return out


def _marked(keys: Keys, pairs: Pairs, years: range) -> np.ndarray:
    return np.array([[float((a, b, y) in keys) for y in years] for a, b in pairs])


def _votes(state_year: Any, years: range) -> dict[str, np.ndarray]:
    """Ideal points of each state over ``years``, carried forward."""
    votes: dict[str, np.ndarray] = {}
    rows = state_year.select("state", "year", "ideal_point").drop_nulls().sort("year")
    for state, year, value in rows.iter_rows():
        if year <= years[-1]:
            votes.setdefault(state, np.full(len(years), np.nan))[max(year - years[0], 0) :] = value
    return votes
