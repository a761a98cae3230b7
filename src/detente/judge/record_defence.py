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
