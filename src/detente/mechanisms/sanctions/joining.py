"""A state joins a coalition of sanctioning states: it takes the kinds that the coalition has in force."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

MOST = 0.5
"""A coalition has a kind where those of its members that have it hold more than this share of its GDP."""


def coalition_kinds(
    held: Mapping[str, np.ndarray], gdp: np.ndarray, target: int, without: int
) -> dict[str, bool]:
    """Which kinds the other states that sanction a target have in force, by GDP; all false if nobody does.

    ``held``: kinds (n, n), sender in rows; ``gdp`` (n,), unknown counts as none. A member is whoever
    has any kind in force. Where most sanction trade it is complete or partial, whichever weighs more.
    """
    columns = {k: np.nan_to_num(v[:, target]) > 0.5 for k, v in held.items()}
    for column in columns.values():
        column[without] = False
    weight = np.nan_to_num(gdp)
    total = weight @ np.any(list(columns.values()), axis=0)
    has = {k: bool(total > 0 and weight @ c > MOST * total) for k, c in columns.items()}
    complete, partial = (columns[k] for k in ("sanction_complete", "sanction_partial"))
    trade = bool(total > 0 and weight @ (complete | partial) > MOST * total)
    hard = bool(weight @ complete > weight @ partial)
    return has | {"sanction_complete": trade and hard, "sanction_partial": trade and not hard}


def join(held: Mapping[str, np.ndarray], age: np.ndarray, joins: np.ndarray, gdp: np.ndarray) -> None:
    """Give each joining state the coalition's kinds beside its own, in place.

    Nothing for a state that sanctions the target's trade already, nor for one with any sanction on a
    target that nobody's trade sanctions hit. ``held``: kinds (draw, n, n) as they stand after this year's
    decisions; ``age`` of the trade sanction; ``joins`` (draw, n, n); ``gdp`` (draw, n). States that join do
    not look at each other.
    """
    trade = ("sanction_complete", "sanction_partial")
    for draw, sender, target in np.argwhere(joins > 0.5):
        has = {k for k, v in held.items() if v[draw, sender, target] > 0.5}
        if sender == target or not has.isdisjoint(trade):
            continue
        others = {k: np.where(joins[draw] > 0.5, 0.0, v[draw]) for k, v in held.items()}
        kinds = {k for k, yes in coalition_kinds(others, gdp[draw], target, sender).items() if yes}
        if has and kinds.isdisjoint(trade):
            continue
        for kind in kinds:
            held[kind][draw, sender, target] = 1.0
        if not kinds.isdisjoint(trade):
            age[draw, sender, target] = 1.0
