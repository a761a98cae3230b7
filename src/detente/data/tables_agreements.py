"""Trade agreements in force between two states, derived from DESTA's list of treaties."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import polars as pl

from detente.data import blocs as groups
from detente.data.sources.desta import LAST
from detente.data.states import by_code, slots
from detente.data.tables_state import Loaded

Treaty = tuple[str, str, str, int, str]
"""One state, the other, DESTA's number, year in which it came into force, kind."""
Spell = tuple[int, int]
"""First and last year in force (``LAST``: not known to have ended)."""

KINDS = ("free_trade", "one_way", "framework")
ONE_WAY = (253, 584, 585, 586, 587)
"""Lomé I-IV and Cotonou: preferences that the European side gave and did not ask for."""
FRAMEWORK = (3, 63, 461, 647, 988)
"""African Economic Community, Association of Caribbean States, Global System of Trade Preferences, Protocol
on Trade Negotiations, African Continental Free Trade Area: in force among dozens of states, but plans,
partial lists of goods, or (the last) without tariff cuts applied by most parties within the data."""


def agreements_table(loaded: Loaded) -> pl.DataFrame:
    """Spells in which at least one trade agreement of a kind was in force: a, b, start, end, kind.

    Derived: treaties are merged into spells of pairs; names, depth and articles of DESTA do not ship (this
    list holds no measure of depth). ``start`` is the year of entry into force of the first treaty; treaties
    that were signed but never came into force do not count. ``end`` is the last year in force, null where no
    end is known (the list ends in 2023). ``kind`` is our reading: one_way (:data:`ONE_WAY`), framework
    (:data:`FRAMEWORK`), and free_trade for all others, from free trade in a sector to the European Union.

    The list names no withdrawals, so ends come from law and from the registry alone: a state ceased to exist;
    a state joined the European Union and had an agreement with a third state with which the Union (here: the
    majority of its members) had none; the United Kingdom left the Union and its treaties with it (2020, the
    end of the transition). Other withdrawals (Venezuela from the Andean Community, Tanzania from COMESA ...)
    are not in it: such spells are too long. British agreements that DESTA lists without a year of entry into
    force (Morocco, Switzerland ...) are missing after 2020. Against the agreements notified to the WTO in the
    trade data of the R package penppml (2016), 96 % of their pairs are free_trade here, GSTP aside.
    """
    members = groups.spells(loaded["nato"].select("state", "year").iter_rows())
    return spells_table(loaded["desta"], members)


def spells_table(desta: pl.DataFrame, members: list[groups.Spell]) -> pl.DataFrame:
    """The table from DESTA's treaties and the memberships in blocs; see :func:`agreements_table`."""
    treaties = [
        (one, two, number, year, _kind(base))
        for one, two, number, year, base in desta.drop_nulls("in_force")
        .select("one", "two", "number", "in_force", "base")
        .iter_rows()
    ]
    order, ends = slots(), _ends(treaties, members)
    pairs: dict[tuple[str, str, str], list[Spell]] = {}
    for (one, two, _, start, kind), end in zip(treaties, ends, strict=True):
        first = max(start, *(by_code()[s].start.year for s in (one, two)))
        a, b = sorted((one, two), key=order.__getitem__)
        if first <= end:
            pairs.setdefault((a, b, kind), []).append((first, end))
    rows = [
        (a, b, first, None if end == LAST else end, kind)
        for a, b, kind in sorted(pairs, key=lambda p: (order[p[0]], order[p[1]], KINDS.index(p[2])))
        for first, end in merged(pairs[a, b, kind])
    ]
    schema = {"a": pl.String, "b": pl.String, "start": pl.Int16, "end": pl.Int16, "kind": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _kind(base: int) -> str:
    return "one_way" if base in ONE_WAY else "framework" if base in FRAMEWORK else "free_trade"


def merged(spells: Iterable[Spell]) -> list[Spell]:
    """Spells that touch or overlap made one."""
    found: list[Spell] = []
    for first, end in sorted(spells):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((first, end))
    return found


def _ends(treaties: list[Treaty], members: list[groups.Spell]) -> list[int]:
    """Last year in force of each treaty by the rules of :func:`agreements_table`."""
    joined = {state: first for bloc, state, first, _ in members if bloc == "EU"}
    left = {state: gone for bloc, state, _, gone in members if bloc == "EU" and gone is not None}
    covered = _covered(treaties, members)
    parties: dict[str, set[str]] = {}
    for one, two, number, *_ in treaties:
        parties.setdefault(number, set()).update((one, two))

    def last(one: str, two: str, number: str, start: int) -> int:
        ends = [LAST, *(s.end.year for s in (by_code()[one], by_code()[two]) if s.end)]
        for state, third in ((one, two), (two, one)):
            year = joined.get(state)
            if year is not None and start <= year and not covered(third, year):
                ends.append(year - 1)
            gone = left.get(state)
            if gone is not None and start <= gone and len(parties[number] & set(joined)) > 2:
                ends.append(gone)
        return min(ends)

    return [last(one, two, number, start) for one, two, number, start, _ in treaties]


def _covered(treaties: list[Treaty], members: list[groups.Spell]) -> Callable[[str, int], bool]:
    """Whether a state is in the Union in a year, or most of the Union's old members have a treaty with it."""
    since: dict[tuple[str, str], int] = {}
    for one, two, _, year, kind in treaties:
        if kind != "framework":
            for key in ((one, two), (two, one)):
                since[key] = min(year, since.get(key, year))

    def covered(third: str, year: int) -> bool:
        if third in groups.members(members, "EU", year):
            return True
        inside = groups.members(members, "EU", year - 1)
        return sum(since.get((s, third), LAST + 1) <= year for s in inside) > len(inside) / 2

    return cache(covered)
