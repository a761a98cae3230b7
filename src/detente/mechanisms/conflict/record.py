"""The record of disputes and of what was known the year before, year by year, over all pairs of states.

Used for estimation, scoring and the bridge to the present, never in a simulated year. Tables are polars
frames with the columns of the bundle; arrays are square over the panel's states (registry order).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detente.mechanisms.conflict import equations

FIRST_DISPUTE = 1816
LAST = {"mid": 2014, "gml": 2010, "ucdp": 2024}
CONTIGUITY_TO, MAJORS_TO = 2016, 2016
TABLES = (
    "states",
    "state_year",
    "disputes",
    "levels",
    "pacts",
    "contiguity",
    "distance",
    "geodist",
    "majors",
    "warheads",
    "conflict",
    "territories",
)
Table = Callable[[str], Any]
WAR_SIDES = Path(__file__).with_name("war_sides.csv")
"""Who fought whom in the disputes that became wars, and who began them: dyadic MID 4.03, from 1946."""


@dataclass(frozen=True)
class Registry:
    """The states of the panel and when they exist."""

    codes: tuple[str, ...]
    start: np.ndarray
    end: np.ndarray

    @property
    def place(self) -> dict[str, int]:
        """Position of each code."""
        return {code: k for k, code in enumerate(self.codes)}

    def alive(self, year: int) -> np.ndarray:
        """Which states exist on at least one day of the year: booleans (state,)."""
        return (self.start <= year) & (self.end >= year)


def registry(states: Any) -> Registry:
    """All states since 1946 in registry order."""
    rows = states.sort("slot")
    return Registry(
        tuple(rows["state"].to_list()),
        rows["start_year"].to_numpy().astype(int),
        rows["end_year"].fill_null(9999).to_numpy().astype(int),
    )


def pair_rows(
    frame: Any, who: Registry, one: str = "a", two: str = "b"
) -> tuple[np.ndarray, np.ndarray, Any]:
    """Positions of both states of the rows whose states are in the panel, and those rows."""
    kept = frame.filter(frame[one].is_in(list(who.codes)) & frame[two].is_in(list(who.codes)))
    place = who.place
    ends = [np.array([place[c] for c in kept[side].to_list()], dtype=np.intp) for side in (one, two)]
    return ends[0], ends[1], kept


def war_sides(who: Registry, until: int) -> dict[int, list[tuple[int, int, int, bool]]]:
    """Pairs of each dispute that had become a war by ``until``: year, both positions, whether both began it.

    The year is that in which the pair's own dispute began, which may lie years before its war.
    """
    from csv import DictReader

    place, out = who.place, {}
    with WAR_SIDES.open(encoding="utf-8") as lines:
        for row in DictReader(lines):
            if int(row["war"]) <= until:
                began = row["began_a"] == row["began_b"] == "1"
                told = (int(row["year"]), place[row["a"]], place[row["b"]], began)
                out.setdefault(int(row["dispute"]), []).append(told)
    return out


def both(
    n: int, i: np.ndarray, j: np.ndarray, value: np.ndarray | float = 1.0, fill: float = 0.0
) -> np.ndarray:
    """A symmetric square array with ``value`` at the pairs (i, j)."""
    out = np.full((n, n), fill)
    out[i, j] = out[j, i] = value
    return out


def by_year(frame: Any, who: Registry, columns: Mapping[str, float]) -> dict[int, dict[str, np.ndarray]]:
    """Symmetric squares of each year of a pair table: columns with the value where there is no row."""
    i, j, rows = pair_rows(frame, who)
    year = rows["year"].to_numpy().astype(int)
    values = {c: rows[c].cast(float).fill_null(float("nan")).to_numpy() for c in columns}
    order = np.argsort(year, kind="stable")
    cuts = np.searchsorted(year[order], np.arange(year.min(), year.max() + 2))
    out = {}
    for k, y in enumerate(range(int(year.min()), int(year.max()) + 1)):
        at = order[cuts[k] : cuts[k + 1]]
        out[y] = {c: both(len(who.codes), i[at], j[at], values[c][at], fill) for c, fill in columns.items()}
    return out


def disputes_by_year(disputes: Any, who: Registry, measure: str) -> dict[int, dict[str, np.ndarray]]:
    """Squares ``going``, ``onset``, ``fatal``, ``war`` (0 or 1) of each year of one measure."""
    rows = disputes.filter(disputes["measure"] == measure)
    rows = rows.with_columns(rows["onset"].is_not_null().alias("going"))
    return by_year(rows, who, dict.fromkeys(("going", "onset", "fatal", "war"), 0.0))


def ground(tables: Mapping[str, Any], who: Registry, year: int) -> dict[str, np.ndarray]:
    """``land``, ``water`` (COW contiguity 1; 2 to 5), ``km`` as of ``year``, as at the start of a run."""
    n, born = len(who.codes), np.maximum(who.start[:, None], who.start[None, :])
    i, j, rows = pair_rows(tables["contiguity"], who)
    start, end, kind = (rows[c].to_numpy().astype(int) for c in ("start", "end", "type"))
    now = (start <= np.maximum(year, born[i, j])) & ((end > year) | (end == CONTIGUITY_TO))
    land, water = (both(n, i[at], j[at]) for at in (now & (kind == 1), now & (kind > 1)))
    di, dj, spans = pair_rows(tables["distance"].sort("start"), who)
    begun = spans["start"].to_numpy().astype(int) <= np.maximum(year, born[di, dj])
    km = both(n, di[begun], dj[begun], spans["km"].cast(float).to_numpy()[begun], np.nan)
    gi, gj, cities = pair_rows(tables["geodist"], who, "exporter", "importer")
    between = both(n, gi, gj, cities["dist"].cast(float).to_numpy(), np.nan)
    return {"land": land, "water": water * (1 - land), "km": np.where(np.isnan(km), between, km)}


def state_values(tables: Mapping[str, Any], who: Registry, years: range) -> dict[str, np.ndarray]:
    """Columns of ``state_year`` as arrays (year, state), carried forward up to five years; NaN unknown."""
    rows, place = tables["state_year"], who.place
    rows = rows.filter(rows["year"].is_between(years[0], years[-1]) & rows["state"].is_in(list(who.codes)))
    t = rows["year"].to_numpy().astype(np.intp) - years[0]
    s = np.array([place[c] for c in rows["state"].to_list()], dtype=np.intp)
    out = {}
    for name in ("cinc", "polyarchy", "ideal_point", "gdp_usd"):
        out[name] = np.full((len(years), len(who.codes)), np.nan)
        out[name][t, s] = rows[name].cast(float).fill_null(float("nan")).to_numpy()
        out[name] = carried(out[name], 5)
    return out


def carried(x: np.ndarray, reach: int) -> np.ndarray:
    """Gaps along the first axis filled with the newest earlier value, at most ``reach`` years old."""
    out, age, held = x.copy(), np.full(x.shape[1:], 99), np.full(x.shape[1:], np.nan)
    for t in range(len(x)):
        known = ~np.isnan(x[t])
        held, age = np.where(known, x[t], held), np.where(known, 0, age + 1)
        out[t] = np.where(age <= reach, held, np.nan)
    return out


def standing(tables: Mapping[str, Any], who: Registry, year: int) -> dict[str, np.ndarray]:
    """``major`` and ``armed`` (with warheads) of each state in ``year``: 0 or 1."""
    place = who.place
    major, armed = np.zeros((2, len(who.codes)))
    for state, start, end in tables["majors"].select("state", "start", "end").iter_rows():
        if state in place and start <= year and (year <= end or end == MAJORS_TO):
            major[place[state]] = 1.0
    stock = tables["warheads"]
    newest = min(year, int(stock["year"].max()))
    for state in stock.filter(stock["year"] == newest)["state"].to_list():
        armed[place[state]] = 1.0
    return {"major": major, "armed": armed}


def levels_by_year(levels: Any, who: Registry, years: range) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Peace level and whether the pair has been coded, at the end of each of ``years``.

    A pair that the scale does not code stands at 0.5; one in transition a step above its last level if
    that was a rivalry, else there, as at the start of a run.
    """
    n = len(who.codes)
    rows = levels.filter(levels["year"] <= years[-1])
    rows = rows.with_columns(rows["year"].is_not_null().alias("listed"))
    squares = by_year(rows, who, {"level": np.nan, "listed": 0.0})
    last, coded = np.full((n, n), np.nan), np.zeros((n, n), dtype=bool)
    none = {"level": np.full((n, n), np.nan), "listed": np.zeros((n, n))}
    for year in range(min(squares), years[-1] + 1):
        now = squares.get(year, none)
        known, listed = ~np.isnan(now["level"]) & (now["level"] <= 1), now["listed"] > 0
        turning = np.where(last < 0.5, last + 0.25, np.where(np.isnan(last), 0.5, last))
        level = np.where(known, now["level"], np.where(listed, turning, 0.5))
        last = np.where(known, now["level"], np.where(listed, last, np.nan))
        coded |= listed
        if year in years:
            yield level, coded.copy()


def claims(territories: Any, who: Registry, year: int) -> np.ndarray:
    """Pairs of which either officially claims territory that the other holds in ``year``, by our list."""
    rows = territories.filter(territories["official"] & (territories["status"] != "settled"))
    i, j, told = pair_rows(rows, who, "claimant", "holder")
    now = (told["first"].to_numpy() <= year) & (told["last"].fill_null(9999).to_numpy() >= year)
    return both(len(who.codes), i[now], j[now])


@dataclass(frozen=True)
class Memory:
    """What is remembered of disputes at the end of a year: square arrays (see ``equations.remember``)."""

    recent: np.ndarray
    peace_years: np.ndarray
    deadly: np.ndarray

    @property
    def squares(self) -> dict[str, np.ndarray]:
        """By name, as the covariates take them."""
        return {"recent": self.recent, "peace_years": self.peace_years, "deadly": self.deadly}

    def after(self, onset: np.ndarray, going: np.ndarray, fatal: np.ndarray) -> Memory:
        """The memory a year later; ``onset``, ``going`` and ``fatal`` (those begun) may be chances."""
        kept = equations.remember(recent=self.recent, peace_years=self.peace_years, onset=onset, going=going)
        return Memory(*kept, equations.FATAL_KEPT * self.deadly + fatal)

    def without(self, young: np.ndarray) -> Memory:
        """The same with the pairs that have only just begun to exist made new."""
        return Memory(*(np.where(young, 0.0, square) for square in self.squares.values()))


def memories(
    disputes: Mapping[int, Mapping[str, np.ndarray]], who: Registry, last: int
) -> Iterator[tuple[int, Memory]]:
    """The memory at the end of every year from 1816 to ``last``, of one measure of disputes."""
    n = len(who.codes)
    none = dict.fromkeys(("onset", "going", "fatal", "war"), np.zeros((n, n)))
    kept = Memory(*np.zeros((3, n, n)))
    for year in range(FIRST_DISPUTE, last + 1):
        both_here = (
            who.alive(year)[:, None] & who.alive(year) & who.alive(year - 1)[:, None] & who.alive(year - 1)
        )
        now = disputes.get(year, none)
        fatal = now["onset"] * np.maximum(now["fatal"], now["war"])
        kept = kept.without(~both_here).after(now["onset"], now["going"], fatal)
        yield year, kept
