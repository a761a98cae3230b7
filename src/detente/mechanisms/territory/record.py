"""Claims on territory since 1946, year by year, with what was known the year before; for the fits of
*territory*.

Tables are polars frames with the columns of the bundle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.territory import equations as eq

FIRST = 1946
LAST = 2017
"""Last year of ICOW's claims with the extension."""
SETTLED = (1, 2, 4, 8, 9, 10, 12, 13, 14)
"""ICOW's ways of ending in peace: dropped, renounced, agreed, voted, decided by or with a third party."""
TAKEN = (7,)
"""Ended by military occupation."""
TABLES = ("territorial_claims", "levels", "state_year", "pacts", "disputes")
Pair = tuple[str, str]


@dataclass(frozen=True)
class Record:
    """One row for each year of each claim, from the year after it began: arrays (row,).

    ``known`` (row, k) in the order of :data:`equations.COVARIATES`, as of the year before. ``settled``,
    ``taken``: how the claim ended in the year, if it did.
    """

    claim: np.ndarray
    claimant: np.ndarray
    holder: np.ndarray
    year: np.ndarray
    known: np.ndarray
    settled: np.ndarray
    taken: np.ndarray

    def take(self, rows: np.ndarray) -> Record:
        """The same record with only these rows."""
        return Record(*(getattr(self, k)[rows] for k in self.__dataclass_fields__))

    @property
    def pair(self) -> np.ndarray:
        """A number for each pair of states."""
        keys = [f"{min(a, b)}{max(a, b)}" for a, b in zip(self.claimant, self.holder, strict=True)]
        return np.unique(keys, return_inverse=True)[1]


@dataclass(frozen=True)
class Spell:
    """Claims of one state on another that overlap in time, as one; ``last`` None: it stood when last seen."""

    claimant: str
    holder: str
    first: int
    last: int | None
    seen: int
    how: int | None
    salience: float


def spells(claims: Any) -> list[Spell]:
    """All spells of the table ``territorial_claims``; ``how`` that of the claim that ended last."""
    found: dict[Pair, list[Spell]] = {}
    columns = ("claimant", "holder", "first", "last", "seen", "how", "salience")
    for who, holder, first, last, seen, how, salience in claims.sort("first").select(columns).iter_rows():
        worth = np.nan if salience is None else float(salience)
        new = Spell(who, holder, first, last, seen, how, worth)
        before = found.setdefault((who, holder), [])
        old = before[-1] if before else None
        if old is not None and (old.last is None or first <= old.last + 1):
            before[-1] = _merged(old, new)
        else:
            before.append(new)
    return [s for pair in sorted(found) for s in found[pair]]


def _merged(old: Spell, new: Spell) -> Spell:
    later = new if old.last is not None and (new.last is None or new.last >= old.last) else old
    worth = np.fmax(old.salience, new.salience)
    seen = max(old.seen, new.seen)
    return Spell(old.claimant, old.holder, old.first, later.last, seen, later.how, float(worth))


def claim_years(table: Callable[[str], Any], until: int = LAST) -> Record:
    """All years of all claims up to ``until``, as far as each was watched; claims not yet made then are
    unknown."""
    look = Lookup.of(table)
    rows: list[tuple[Any, ...]] = []
    every = spells(table("territorial_claims").filter(table("territorial_claims")["first"] <= until))
    for number, s in enumerate(every):
        stop = min(s.last if s.last is not None else s.seen, until)
        for year in range(max(s.first + 1, FIRST), stop + 1):
            known = look.known((s.claimant, s.holder), year - 1, year - 1 - s.first, s.salience)
            ends = s.last == year
            tail = (known, float(ends and s.how in SETTLED), float(ends and s.how in TAKEN))
            rows.append((number, s.claimant, s.holder, year, *tail))
    return Record(*(np.array(column) for column in zip(*rows, strict=True)))


@dataclass(frozen=True)
class Lookup:
    """What is known of pairs and states by year."""

    level: Mapping[tuple[str, str, int], float]
    states: Mapping[tuple[str, int], tuple[float | None, float | None]]
    pacts: frozenset[tuple[str, str, int]]
    fights: Mapping[Pair, list[int]]

    @classmethod
    def of(cls, table: Callable[[str], Any]) -> Lookup:
        """From the tables of :data:`TABLES`."""
        levels = {}
        for a, b, year, value in table("levels").select("a", "b", "year", "level").iter_rows():
            if value is not None and value <= 1:
                levels[min(a, b), max(a, b), year] = float(value)
        rows = table("state_year").select("state", "year", "polyarchy", "cinc").iter_rows()
        states = {(s, y): (p, c) for s, y, p, c in rows}
        pacts = table("pacts")
        bound = pacts.filter(pacts["defence"]).select("a", "b", "year").iter_rows()
        fights: dict[Pair, list[int]] = {}
        quarrels = table("disputes")
        onsets = quarrels.filter(quarrels["onset"]).select("a", "b", "year", "measure").iter_rows()
        for a, b, year, measure in onsets:
            if measure == ("mid" if year <= 2014 else "ucdp"):
                fights.setdefault((min(a, b), max(a, b)), []).append(year)
        return cls(levels, states, frozenset((min(a, b), max(a, b), y) for a, b, y in bound), fights)

    def known(self, pair: Pair, year: int, age: int, salience: float) -> list[float]:
        """The covariates of a claim (claimant, holder) at the end of ``year``."""
        a, b = sorted(pair)
        (pa, ca), (pb, cb) = (self._state(s, year) for s in pair)
        since = [year - y for y in self.fights.get((a, b), ()) if y <= year]
        found = eq.covariates(
            level=np.array(self.level.get((a, b, year), 0.5)),
            democracy=(np.array(pa), np.array(pb)),
            power=(np.array(ca), np.array(cb)),
            pact=np.array(float((a, b, year) in self.pacts)),
            age=np.array(float(age)),
            calm=np.array(float(min(since, default=99))),
            salience=np.array(salience),
        )
        return [float(found[name]) for name in eq.COVARIATES]

    def _state(self, state: str, year: int) -> tuple[float, float]:
        for back in range(6):
            if (state, year - back) in self.states:
                p, c = self.states[state, year - back]
                return (np.nan if p is None else p), (np.nan if c is None else c)
        return np.nan, np.nan
