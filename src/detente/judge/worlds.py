"""Quantities of a claim, world by world: arrays with the draws first, NaN where a draw failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from detente.data.bundle import table
from detente.data.states import by_code
from detente.judge.questions import Happening, Quantity, Term, Where
from detente.model.errors import DetenteError, Problem, nearest


class Unreachable(Exception):
    """This run cannot answer: it lacks the world, the year or the pair that a claim asks about."""


def first_move(result: Any, scenario: str) -> int:
    """The year from which a claim counts: the scenario's first move, or the first simulated year."""
    require_world(result, scenario)
    document = result.documents.get(scenario)
    first = getattr(document, "first_year", None)
    return int(first) if first is not None else int(result.years[0])


def require_world(result: Any, *scenarios: str) -> None:
    """Raise :class:`Unreachable` for a scenario that was not run."""
    for scenario in scenarios:
        if scenario not in result.scenarios:
            raise Unreachable(f"this run has no world '{scenario}'")


def calendar(result: Any, scenario: str, year: int) -> int:
    """The calendar year meant by ``year``, which below 1000 counts from the first move."""
    meant = year if year >= 1000 else first_move(result, scenario) + year
    if meant not in result.years:
        span = f"{result.years[0]}–{result.years[-1]}"
        raise Unreachable(f"needs the year {meant}; this run covers {span}")
    return meant


def name_problems(result: Any, test: Any, origin: str) -> Iterator[Problem]:
    """Fields, states and blocs in a test that mean nothing in this run."""
    inside = (getattr(test, key, None) for key in ("what", "versus", "rising"))
    parts = (test, *inside, *getattr(test, "plus", ()))
    for part in parts:
        if part is None:
            continue
        for name in (getattr(part, "field", None), getattr(part, "over", None)):
            if name is not None and name not in result.fields:
                yield Problem(origin, f"unknown field '{name}'", nearest(name, result.fields))
        where = getattr(part, "where", ())
        for place in where if isinstance(where, tuple) else (where,):
            for selector in (place.state, place.partner):
                if selector is not None:
                    yield from _meaningless(result, selector, origin)
        for key in ("apart_from", "share_of", "states"):
            if getattr(part, key, None) is not None:
                yield from _meaningless(result, getattr(part, key), origin)


def _meaningless(result: Any, selector: str | Sequence[str], origin: str) -> Iterator[Problem]:
    """Names of a selector that no state or bloc of any year has; one of another year is out of reach."""
    for word in [selector] if isinstance(selector, str) else selector:
        bare = str(word).removeprefix("-")
        if bare not in by_code() and bare not in blocs_of_all_years():
            yield from result.index.problems(word, origin)


@cache
def blocs_of_all_years() -> frozenset[str]:
    """Selectors of the blocs that the table of blocs knows."""
    return frozenset(f"bloc:{b}" for b in table("blocs")["bloc"].unique())


def require_here(result: Any, *selectors: str | Sequence[str] | None) -> None:
    """Raise :class:`Unreachable` for a state or bloc that the world of this run does not hold."""
    for selector in selectors:
        absent = result.index.problems(selector, "") if selector is not None else ()
        if absent:
            what = ", ".join(p.what.removeprefix("unknown ") for p in absent)
            raise Unreachable(f"the world of this run has no {what}")


def _values(result: Any, field: str, scenario: str, place: Where, how: str, year: int | None) -> np.ndarray:
    require_here(result, place.state, place.partner)
    try:
        return np.asarray(
            result.values(field, scenario, state=place.state, partner=place.partner, year=year, how=how),
            dtype=float,
        )
    except DetenteError as error:
        raise Unreachable("; ".join(p.what for p in error.problems)) from error


def _added(result: Any, field: str, scenario: str, q: Quantity | Term, how: str, year: int) -> np.ndarray:
    parts = [_values(result, field, scenario, place, how, year) for place in q.where]
    return np.asarray(np.sum(parts, axis=0))


def at_year(result: Any, scenario: str, q: Quantity, year: int) -> np.ndarray:
    """The quantity in one calendar year: (draw,)."""
    if q.share_of is not None:
        whole = _values(result, q.field, scenario, Where(state=q.share_of), "sum", year)
        return _ratio(_added(result, q.field, scenario, q, "sum", year), whole)
    if q.over is not None:
        below = _added(result, q.over, scenario, q, "sum", year)
        return _ratio(_added(result, q.field, scenario, q, "sum", year), below)
    here = _added(result, q.field, scenario, q, q.how, year)
    for term in q.plus:
        here = here + term.times * _added(result, term.field, scenario, term, term.how, year)
    if q.apart_from is None:
        return here
    there = _values(result, q.field, scenario, Where(state=q.apart_from), q.how, year)
    return np.asarray(np.abs(here - there))


def over_span(result: Any, scenario: str, counts_from: str, q: Quantity, span: tuple[int, int]) -> np.ndarray:
    """Mean of the quantity over the years of a span, counted from ``counts_from``'s first move."""
    first, last = (calendar(result, counts_from, year) for year in span)
    every = [at_year(result, scenario, q, y) for y in range(first, last + 1)]
    return np.asarray(np.mean(every, axis=0))


def effect(result: Any, test: Any, span: tuple[int, int]) -> np.ndarray:
    """Paired difference of the quantity; as a share of its size in the other world where the test says so."""
    require_world(result, test.scenario, test.versus)
    here = over_span(result, test.scenario, test.scenario, test, span)
    there = over_span(result, test.versus, test.scenario, test, span)
    return _ratio(here - there, np.abs(there)) if getattr(test, "relative", False) else here - there


def speed(result: Any, test: Any) -> np.ndarray:
    """Share of the late effect that is there early; NaN where there is no late effect."""
    early = effect(result, test, (test.early, test.early))
    return _ratio(early, effect(result, test, (test.late, test.late)))


def by_state(result: Any, test: Any) -> np.ndarray:
    """Effect for each state selected: (draw, state)."""
    require_world(result, test.scenario, test.versus)
    year = calendar(result, test.scenario, test.at)
    place = Where(state=test.states)
    here = _values(result, test.field, test.scenario, place, "each", year)
    there = _values(result, test.field, test.versus, place, "each", year)
    return _ratio(here - there, there) if test.relative else here - there


def trend(result: Any, scenario: str, rising: Any) -> np.ndarray:
    """Change of a quantity between two years of one world: (draw,)."""
    first, last = (calendar(result, scenario, y) for y in rising.between)
    return np.asarray(at_year(result, scenario, rising, last) - at_year(result, scenario, rising, first))


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Quotient, NaN where the divisor is zero."""
    undefined = np.full(np.shape(above), np.nan)
    return np.asarray(np.divide(above, below, out=undefined, where=below != 0))


def years_until(result: Any, what: Happening, world: str | None = None) -> np.ndarray:
    """Years from the first move until the happening; infinite if not by its ``by``.

    NaN if the quantity is unknown in any of the years that count.

    With ``lasting`` the stretch must be over by then; the year counted is the one it began in. In another
    ``world``, the same happening there, over the years counted from the first move of its own scenario.
    """
    t0, last = first_move(result, what.scenario), calendar(result, what.scenario, what.by)
    met, known = _met(result, what if world is None else what.model_copy(update={"scenario": world}))
    years = np.asarray(result.years)
    first = t0 if what.since is None else calendar(result, what.scenario, what.since)
    window = (years >= first) & (years <= last)
    known = known[:, window].all(axis=1)
    met, years = met[:, window], years[window]
    runs = np.zeros(met.shape, dtype=int)
    for t in range(met.shape[1]):
        runs[:, t] = np.where(met[:, t], (runs[:, t - 1] if t else 0) + 1, 0)
    done = runs >= what.lasting
    when = np.where(done.any(axis=1), years[done.argmax(axis=1)] - what.lasting + 1 - t0, np.inf)
    return np.where(known, when, np.nan)


def _met(result: Any, what: Happening) -> tuple[np.ndarray, np.ndarray]:
    """In which years the condition is met and in which it is known at all: (draw, year) both."""
    path = _paths(result, what)
    known = np.isfinite(path).all(axis=tuple(range(2, path.ndim)))
    here = path >= what.at_least if what.at_least is not None else path <= what.at_most
    if what.after_at_least is not None:
        high = np.maximum.accumulate(path >= what.after_at_least, axis=1)
        here = here & high
    if path.ndim == 3:
        here = np.asarray(here.all(axis=2) if what.across == "all" else here.any(axis=2))
    return here, known


def _paths(result: Any, what: Happening) -> np.ndarray:
    """Path of the quantity: (draw, year), or (draw, year, place) where each place counts by itself."""
    require_world(result, what.scenario)
    how = "mean" if what.across == "mean" else "each"
    return _values(result, what.field, what.scenario, what.where, how, None)
