"""The record of pacts, year by year, as squares over all states: for estimation and scoring only.

Tables are polars frames with the columns of the bundle. A pair that the peace scale does not code counts as
negative peace (0.5). Pacts come from the dates of ATOP's members, by treaty, so that a treaty of two states
can be told from one of many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.peace_levels import ends, levels

FIRST, LAST = 1946, 2018
"""Years of the record of pacts: ATOP ends in 2018."""
KM = 100.0
TABLES = ("states", "state_year", "peace", "alliances", "contiguity", "distance")


@dataclass(frozen=True)
class Body:
    """One treaty of mutual defence with three parties or more: members by year, booleans (year, state)."""

    atopid: int
    members: np.ndarray


@dataclass(frozen=True)
class Record:
    """Everything known of states and pairs at the end of each year of :data:`years`."""

    codes: tuple[str, ...]
    years: range
    alive: np.ndarray
    """(year, state)"""
    age: np.ndarray
    """Years since the state began, (year, state)."""
    level: np.ndarray
    """Peace scale, (year, state, state)."""
    states: Mapping[str, np.ndarray]
    """ideal_point, polyarchy, log_power (relative to the strongest): (year, state)."""
    land: np.ndarray
    log_km: np.ndarray
    """(state, state), as known at the end of the record."""
    two: np.ndarray
    """Bound by a treaty of these two alone, booleans (year, state, state)."""
    many: np.ndarray
    """Bound by a treaty of three or more, booleans (year, state, state)."""
    bodies: tuple[Body, ...]

    def at(self, year: int) -> int:
        """Position of a year."""
        return year - self.years[0]

    @property
    def pact(self) -> np.ndarray:
        """Bound by any treaty of mutual defence."""
        return self.two | self.many


def record(tables: Mapping[str, Any] | Callable[[str], Any], until: int = LAST) -> Record:
    """The record of 1946 … ``until``; ``tables`` maps names to frames, or gives them when called."""
    take = tables if callable(tables) else tables.__getitem__
    states = take("states").sort("slot")
    codes = tuple(states["state"].to_list())
    years = range(FIRST, until + 1)
    place = {c: k for k, c in enumerate(codes)}
    start = states["start_year"].to_numpy().astype(int)
    end = states["end_year"].fill_null(9999).to_numpy().astype(int)
    when = np.array(years)[:, None]
    two, many, bodies = _treaties(take("alliances"), place, years)
    land, log_km = _ground(take("contiguity"), take("distance"), place)
    return Record(
        codes,
        years,
        (when >= start) & (when < end),
        np.maximum(when - start, 0),
        levels(take("peace"), place, years),
        _states(take("state_year"), place, years),
        land,
        log_km,
        two,
        many,
        bodies,
    )


def _states(state_year: Any, place: Mapping[str, int], years: range) -> dict[str, np.ndarray]:
    rows = state_year.filter(
        state_year["year"].is_between(years[0], years[-1]) & state_year["state"].is_in(list(place))
    )
    t = rows["year"].to_numpy().astype(int) - years[0]
    s = np.array([place[c] for c in rows["state"].to_list()])
    raw = {}
    for name in ("ideal_point", "polyarchy", "milex_usd", "cinc"):
        raw[name] = np.full((len(years), len(place)), np.nan)
        raw[name][t, s] = rows[name].cast(float).fill_null(float("nan")).to_numpy()
    spending, capability = (_relative(raw[k]) for k in ("milex_usd", "cinc"))
    power = np.where(np.isnan(spending), capability, spending)
    return {"ideal_point": raw["ideal_point"], "polyarchy": raw["polyarchy"], "log_power": np.log(power)}


def _relative(x: np.ndarray) -> np.ndarray:
    known = np.where(x > 0, x, np.nan)
    return known / np.nanmax(np.nan_to_num(known), axis=-1, keepdims=True).clip(1e-12)


def _ground(contiguity: Any, distance: Any, place: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
    n = len(place)
    land, km = np.zeros((n, n), dtype=bool), np.full((n, n), np.nan)
    i, j, _ = ends(contiguity.filter(contiguity["type"] == 1), place)
    land[i, j] = land[j, i] = True
    i, j, rows = ends(distance.sort("start"), place)
    km[i, j] = km[j, i] = rows["km"].cast(float).to_numpy()
    return land, np.log1p(km / KM)


def _treaties(
    alliances: Any, place: Mapping[str, int], years: range
) -> tuple[np.ndarray, np.ndarray, tuple[Body, ...]]:
    """In force at the end of a year; a treaty is of many if three states or more ever were parties."""
    n = len(place)
    two, many = np.zeros((2, len(years), n, n), dtype=bool)
    bodies = []
    rows = alliances.filter(alliances["defence"] & alliances["state"].is_in(list(place)))
    for (atopid,), spells in rows.group_by("atopid", maintain_order=True):
        inside = np.zeros((len(years), n), dtype=bool)
        for state, start, end in spells.select("state", "start", "end").iter_rows():
            first = max(start.year - years[0], 0)
            stop = len(years) if end is None else max(end.year - years[0], 0)
            inside[first:stop, place[state]] = True
        both = inside[:, :, None] & inside[:, None, :]
        if spells["state"].n_unique() > 2:
            many |= both
            bodies.append(Body(int(atopid), inside))
        else:
            two |= both
    every = np.arange(n)
    two[:, every, every] = many[:, every, every] = False
    return two, many, tuple(bodies)
