"""Coalitions written as sums of states and groups, and what they weigh in a finished run.

``"EU + USA + RUS - HUN"`` means the members of the EU, the United States and Russia, without Hungary. Terms
are three-letter codes, groups (with or without ``bloc:``) and ``all``; ``+`` joins, ``-`` takes away, from
left to right. Groups may overlap: nobody counts twice. A state named by itself that is in already, a group
written twice, or what is taken away without being in, is a mistake and is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from detente.model.errors import DetenteError, Problem, Problems
from detente.model.space import BLOC, Index
from detente.run.estimate import Estimate, summary
from detente.run.result import BASE, Result

WORD = re.compile(r"\s*([+-]?)\s*([A-Za-z][\w:.-]*[\w]|[A-Za-z])\s*")


@dataclass(frozen=True)
class Coalition:
    """A set of states and how it was written."""

    written: str
    states: tuple[str, ...]


def coalition(written: str, index: Index) -> Coalition:
    """The states that an expression means, in their order.

    Raises
    ------
    DetenteError : every unknown name with the nearest valid one, every state that is in twice or taken away
        without being in, an expression that cannot be read, or one that means nobody.
    """
    problems, inside, place = Problems(), dict[str, str](), f"'{written}'"
    joined = set[str]()
    for sign, name in terms(written):
        word = named(name, index)
        wrong = index.problems(word, place)
        problems.extend(wrong)
        if wrong:
            continue
        members, single = index.members(word), word in index.states
        if sign == "-":
            if not any(m in inside for m in members):
                problems.add(place, f"'{name}' is taken away and was not in", f"leave '- {name}' out")
            joined.discard(word)
            for m in members:
                inside.pop(m, None)
        else:
            if single and word in inside:
                problems.add(place, f"'{name}' is in twice", f"it came with {inside[word]} already")
            elif word in joined:
                problems.add(place, f"'{name}' is in twice", "write it once")
            joined.add(word)
            inside.update({m: inside.get(m, name) for m in members})
    problems.raise_if_any()
    if not inside:
        raise DetenteError(Problem(place, "means no state at all", "as in: EU + USA - HUN"))
    return Coalition(written.strip(), tuple(s for s in index.states if s in inside))


def terms(written: str) -> list[tuple[str, str]]:
    """(sign, name) of every term, in order; raises :class:`DetenteError` where it cannot be read."""
    found, at = [], 0
    while at < len(written.rstrip()):
        match = WORD.match(written, at)
        if not match or (match[1] == "" and found) or (match[1] == "-" and not found):
            raise DetenteError(
                Problem(
                    f"'{written}'",
                    f"cannot be read from '{written[at:].strip()}' on",
                    "write states and groups with + and - between them, as in: EU + USA - HUN, or all - RUS",
                )
            )
        found.append((match[1] or "+", match[2]))
        at = match.end()
    if not found:
        raise DetenteError(Problem("coalition", "nothing is written", "as in: EU + USA - HUN"))
    return found


def named(name: str, index: Index) -> str:
    """The selector for a name: groups may go without ``bloc:``, and case does not matter."""
    if name.casefold() == "all":
        return "all"
    bare = name.removeprefix(BLOC)
    groups = {b.casefold(): b for b in index.blocs}
    if bare.casefold() in groups and name.upper() not in index.states:
        return BLOC + groups[bare.casefold()]
    return name if name.startswith(BLOC) else name.upper()


@dataclass(frozen=True)
class Weight:
    """What a coalition weighs in one year: its sum and its share of the world."""

    year: int
    total: Estimate
    share: Estimate


def weigh(
    result: Result, who: Coalition, field: str, scenario: str = BASE, years: tuple[int, ...] = ()
) -> list[Weight]:
    """Sum of a quantity over a coalition, and its share of the sum over all states, year by year.

    States without a value count for nothing, here and in the world; :func:`unknown` names them.
    """
    mine = result.values(field, scenario, state=list(who.states), how="sum")
    whole = result.values(field, scenario, state="all", how="sum")
    part = np.divide(mine, whole, out=np.full(mine.shape, np.nan), where=whole > 0)
    unit = result.fields[field].unit
    at = {y: k for k, y in enumerate(result.years)}
    return [
        Weight(y, summary(mine[:, at[y]], unit), summary(part[:, at[y]], "share of the world"))
        for y in (years or result.years)
    ]


def unknown(result: Result, who: Coalition, field: str, scenario: str = BASE) -> tuple[str, ...]:
    """Members whose value the run does not know in its first year."""
    first = result.values(field, scenario, state=list(who.states), how="each")[:, 0]
    return tuple(s for s, gone in zip(who.states, np.isnan(first).all(axis=0), strict=True) if gone)
