"""Computations on the record of military spending."""

from __future__ import annotations

from collections.abc import Sequence

from detente.judge.measurement import Measurement, Tables, members, missing

Selector = str | Sequence[str]


def states_answering_threat(tables: Tables, *, states: Selector, until: int) -> Measurement:
    """How many states' military spending rose clearly (5 %, two-sided) with news of threat up to a year.

    Each state's own response by :mod:`detente.mechanisms.defence.response`, the other terms of demand
    held at their common estimates; a state with under 15 usable years is not counted among those that answer.
    """
    from detente.data.pledges import with_history
    from detente.mechanisms.defence import mechanism
    from detente.mechanisms.defence.opening import constants_of
    from detente.mechanisms.defence.response import response_by_state

    found = response_by_state(with_history(tables), until, constants_of(mechanism(until)))
    wanted = members(tables, states, until)
    rows = found.filter(found["state"].is_in(list(wanted)))
    if rows.is_empty():
        raise missing(f"military spending of {states} up to {until}")
    clear = int(rows["clear"].sum())
    meaning = (
        f"states of {states} whose spending answered clearly to news of threat up to {until} "
        f"({int(rows['answer'].sum())} of {len(wanted)} could be estimated)"
    )
    return Measurement(float(clear), "states", meaning, ("wdi", "peace_scale", "atop", "distance"))


def states_cutting(tables: Tables, *, since: int, until: int) -> Measurement:
    """How many states spent a smaller share of GDP on the military in a later year than in an earlier one.

    States that report both (``state_year``). Gupta, Schiff & Clements (1996) count 90 of 130, 1990-95.
    """
    frame = tables("state_year").select("state", "year", "milex_share").drop_nulls()
    frame = frame.filter(frame["milex_share"] > 0)
    then, now = (
        dict(frame.filter(frame["year"] == y).select("state", "milex_share").iter_rows())
        for y in (since, until)
    )
    both = sorted(set(then) & set(now))
    if not both:
        raise missing(f"military spending in both {since} and {until}")
    cut = sum(now[s] < then[s] for s in both)
    meaning = f"states of {len(both)} whose military share of GDP was lower in {until} than in {since}"
    return Measurement(float(cut), "states", meaning, ("wdi",), n=len(both))


def budgets_beside(tables: Tables, states: Sequence[str], year: int) -> dict[str, dict[str, float]]:
    """Public ``education`` and ``health`` budgets to set a dividend against, fractions of GDP by state.

    The newest on record in the five years up to ``year`` (table ``economy``: World Bank; WHO through
    Gapminder); a state or a budget without one is left out. With :func:`equations.part_of_budget` of the
    mechanism *defence* they say what part a sum would add.
    """
    frame = tables("economy")
    frame = frame.filter(frame["state"].is_in(list(states)) & frame["year"].is_between(year - 4, year)).sort(
        "year"
    )
    found: dict[str, dict[str, float]] = {}
    for name in ("education", "health"):
        for state, value in frame.select("state", name).drop_nulls().iter_rows():
            found.setdefault(state, {})[name] = float(value)
    return found
