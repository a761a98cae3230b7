"""The record of trade sanctions as decisions: who could impose or lift one in a year, and did.

The year's covariates are made by the very functions that the running engine uses
(:mod:`detente.mechanisms.sanctions.equations`), so the fit and the engine cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.mechanisms.sanctions import equations

if TYPE_CHECKING:
    import polars as pl

FIRST_YEAR = 1951
UNION = "EU"
Rows = tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]
"""Positions of the cells, and their values."""


@dataclass(frozen=True)
class Frames:
    """The tables of the bundle that the fit needs, under their names there."""

    sanctions: pl.DataFrame
    peace: pl.DataFrame
    state_year: pl.DataFrame
    states: pl.DataFrame
    blocs: pl.DataFrame

    def until(self, year: int) -> Frames:
        """The same tables with nothing later than ``year``."""
        import polars as pl

        cut = pl.col("year") <= year
        return Frames(
            self.sanctions.filter(cut),
            self.peace.filter(cut),
            self.state_year.filter(cut),
            self.states,
            self.blocs.filter(pl.col("from_year") <= year),
        )


@dataclass(frozen=True)
class Year:
    """All states and pairs at the end of one year; arrays (n,) or (n, n), sender in rows."""

    year: int
    alive: np.ndarray
    members: np.ndarray
    level: np.ndarray
    coded: np.ndarray
    years_since_fall: np.ndarray
    complete: np.ndarray
    partial: np.ndarray
    age: np.ndarray
    everybodys: np.ndarray
    states: dict[str, np.ndarray]

    @property
    def in_force(self) -> np.ndarray:
        """Trade sanctions that are a sender's own act (UN sanctions are not)."""
        return self.complete | self.partial


def years(frames: Frames, until: int) -> Iterator[Year]:
    """Every year from 1950 to ``until``.

    Peace levels are carried forward from the last one coded (the scale ends in 2020 and skips
    transitions); a pair never coded stands at negative peace and is marked as not coded.
    """
    states = frames.states.sort("slot")
    order = {s: k for k, s in enumerate(states["state"].to_list())}
    n = len(order)
    level, coded = np.full((n, n), 0.5), np.zeros((n, n), dtype=bool)
    since, age = np.full((n, n), equations.NEVER), np.zeros((n, n))
    peace = by_year(frames.peace.drop_nulls("level"), order, ("a", "b"), ("level",))
    record = by_year(frames.sanctions, order, ("sender", "target"), ("complete", "partial", "un"))
    things = by_year(frames.state_year, order, ("state",), ("gdp_real", "polyarchy", "ideal_point"))
    for year in range(min(min(peace), FIRST_YEAR - 1), until + 1):
        since = np.where(since < equations.NEVER, np.minimum(since + 1, equations.NEVER - 1), since)
        if year in peace:
            (i, j), (now,) = peace[year]
            for a, b in ((i, j), (j, i)):
                since[a, b] = np.where(coded[a, b] & (now < level[a, b]), 0.0, since[a, b])
                level[a, b], coded[a, b] = now, True
        if year < FIRST_YEAR - 1:
            continue
        complete, partial, everybody = _sanctions(record.get(year), n)
        age = np.where(complete | partial, age + 1, 0.0)
        yield Year(
            year,
            _alive(states, year),
            _members(frames.blocs, order, year),
            level.copy(),
            coded.copy(),
            since.copy(),
            complete,
            partial,
            age,
            everybody,
            _states(things.get(year), n),
        )


def by_year(
    frame: pl.DataFrame, order: dict[str, int], keys: tuple[str, ...], values: tuple[str, ...]
) -> dict[int, Rows]:
    """Rows of a table by year: positions of the states named by ``keys``, and the values."""
    import polars as pl

    codes = frame.filter(pl.all_horizontal(pl.col(k).is_in(list(order)) for k in keys)).select(
        "year",
        *(pl.col(k).replace_strict(order, return_dtype=pl.Int64) for k in keys),
        *(pl.col(v).cast(pl.Float64) for v in values),
    )
    return {
        int(year): (tuple(part[k].to_numpy() for k in keys), tuple(part[v].to_numpy() for v in values))
        for (year,), part in codes.partition_by("year", as_dict=True).items()
    }


def _sanctions(rows: Rows | None, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Own complete and partial sanctions, and which targets everybody sanctions (UN included)."""
    complete, partial, world = (np.zeros((n, n), dtype=bool) for _ in range(3))
    if rows is not None:
        (i, j), (c, p, un) = rows
        own = un < 0.5
        complete[i[own], j[own]] = c[own] > 0
        partial[i[own], j[own]] = (p[own] > 0) & (c[own] == 0)
        world[i, j] = (c > 0) | (p > 0)
    return complete, partial, equations.everybodys(world)


def _states(rows: Rows | None, n: int) -> dict[str, np.ndarray]:
    gdp, polyarchy, ideal = (np.full(n, np.nan) for _ in range(3))
    if rows is not None:
        (i,), found = rows
        for store, values in zip((gdp, polyarchy, ideal), found, strict=True):
            store[i] = values
    return {"log_share": equations.log_share(gdp), "polyarchy": polyarchy, "ideal_point": ideal}


def _alive(states: pl.DataFrame, year: int) -> np.ndarray:
    end = states["end_year"].fill_null(9999).to_numpy()
    return (states["start_year"].to_numpy() <= year) & (year <= end)


def _members(blocs: pl.DataFrame, order: dict[str, int], year: int) -> np.ndarray:
    import polars as pl

    inside = blocs.filter(
        (pl.col("bloc") == UNION) & (pl.col("from_year") <= year) & (pl.col("to_year").fill_null(9999) > year)
    )["state"].to_list()
    return np.isin(np.arange(len(order)), [order[s] for s in inside if s in order])


@dataclass(frozen=True)
class Decisions:
    """One row for each decision: covariates at the end of the year before, and what was decided."""

    names: tuple[str, ...]
    x: np.ndarray
    moved: np.ndarray
    year: np.ndarray
    target: np.ndarray
    sender: np.ndarray
    """Position of the sender; the union's rows have -1."""
    complete: np.ndarray
    """Whether the sanction in force after the decision is complete (onsets only)."""

    def of(self, rows: np.ndarray) -> Decisions:
        """Some of the rows."""
        parts = (getattr(self, k)[rows] for k in ("x", "moved", "year", "target", "sender", "complete"))
        return Decisions(self.names, *parts)


def decisions(frames: Frames, until: int, stand_in: dict[str, float]) -> tuple[Decisions, Decisions]:
    """(onset, lifting) decisions of the years 1951..``until``.

    Left out: targets that everybody sanctioned the year before, and a member's own part in what the
    union does or did (the union's row stands for it).
    """
    onset: list[tuple[np.ndarray, ...]] = []
    lifting: list[tuple[np.ndarray, ...]] = []
    before: Year | None = None
    for now in years(frames, until):
        if before is not None:
            _collect(before, now, stand_in, onset, lifting)
        before = now

    def whole(names: tuple[str, ...], parts: list[tuple[np.ndarray, ...]]) -> Decisions:
        return Decisions(names, *(np.concatenate(p) for p in zip(*parts, strict=True)))

    return whole(equations.ONSET, onset), whole(equations.LIFTING, lifting)


def terms_of(before: Year, stand_in: dict[str, float]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Covariates of all pairs at the end of a year, and the states' quantities behind them."""
    states, missing = equations.known(before.states, stand_in)
    terms = equations.pair_terms(
        level=before.level,
        coded=before.coded,
        years_since_fall=before.years_since_fall,
        in_force=before.in_force,
        states=states,
        missing=missing,
    )
    return terms, states


def _collect(
    before: Year,
    now: Year,
    stand_in: dict[str, float],
    onset: list[tuple[np.ndarray, ...]],
    lifting: list[tuple[np.ndarray, ...]],
) -> None:
    terms, states = terms_of(before, stand_in)
    alive, n = before.alive & now.alive, len(now.alive)
    pairs = alive[:, None] & alive[None, :] & ~np.eye(n, dtype=bool) & ~before.everybodys[None, :]
    inside = now.members & alive
    was, is_now = before.in_force, now.in_force
    if inside.any():
        acted = was[inside].mean(axis=0) > 0.5, is_now[inside].mean(axis=0) > 0.5
        pairs &= ~(inside[:, None] & (acted[0] | acted[1])[None, :])
        part = {k: np.broadcast_to(v, (n, n))[inside] for k, v in terms.items()}
        rows = equations.union_terms(part, inside, was, states)
        targets = alive & ~before.everybodys & ~inside
        kind = now.complete[inside].mean(axis=0) > 0.5
        _append(onset, equations.ONSET, rows, targets & ~acted[0], acted[1], kind, now.year)
        _append(lifting, equations.LIFTING, rows, targets & acted[0], ~acted[1], kind, now.year)
    _append(onset, equations.ONSET, terms, pairs & ~was, is_now, now.complete, now.year)
    _append(lifting, equations.LIFTING, terms, pairs & was, ~is_now, now.complete, now.year)


def _append(
    store: list[tuple[np.ndarray, ...]],
    names: tuple[str, ...],
    terms: dict[str, np.ndarray],
    rows: np.ndarray,
    moved: np.ndarray,
    complete: np.ndarray,
    year: int,
) -> None:
    shape = rows.shape
    x = np.stack([np.broadcast_to(terms[k], shape)[rows] for k in names], axis=1)
    where = np.nonzero(rows)
    sender = where[0] if len(where) == 2 else np.full(len(where[0]), -1)
    full = np.full(len(sender), year)
    store.append((x, moved[rows], full, where[-1], sender, complete[rows]))
