"""Who is bound to whose defence on a day, and how that changes when treaties are edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from typing import Any

from detente.model.errors import DetenteError, Problem
from detente.treaties.checks import by_name
from detente.treaties.edits import apply
from detente.treaties.treaty import Accession, Treaty

Pair = tuple[str, str]
Change = tuple[frozenset[Pair], frozenset[Pair]]
"""Pairs that become bound, and pairs that cease to be."""


def bound_pairs(treaties: Iterable[Treaty], on: date) -> frozenset[Pair]:
    """Pairs (in alphabetical order) of which one at least owes the other help under a treaty of defence."""
    found: set[Pair] = set()
    for treaty in treaties:
        if not treaty.binding or treaty.universal:
            continue
        members = treaty.members(on)
        for a in treaty.articles:
            if a.kind == "assist" and a.on(on) and a.trigger == "armed_attack":
                givers = [s for s in members if not a.holders or s in a.holders]
                takers = [s for s in members if not a.towards or s in a.towards]
                found |= {(min(g, t), max(g, t)) for g in givers for t in takers if g != t}
    return frozenset(found)


def changes(treaties: Sequence[Treaty], edits: Sequence[Any]) -> list[Change | DetenteError]:
    """For each edit, in the order given, what it changes; or what is wrong with it.

    Edits act in the order of their days; one that cannot be made (no such treaty, a party that is one
    already, a stranger that leaves) is left out for those after it.
    """
    order = sorted(range(len(edits)), key=lambda k: (edits[k].on, k))
    out: list[Change | DetenteError] = [(frozenset(), frozenset())] * len(edits)
    held = tuple(treaties)
    for k in order:
        edit = edits[k]
        try:
            _refuse_twice(held, edit)
            edited = apply(held, [edit])
        except DetenteError as error:
            out[k] = error
            continue
        before, after = bound_pairs(held, edit.on), bound_pairs(edited, edit.on)
        held, out[k] = edited, (after - before, before - after)
    return out


def _refuse_twice(treaties: Sequence[Treaty], edit: Any) -> None:
    if edit.edit != "join":
        return
    treaty = by_name(edit.treaty, treaties)
    there = [s for s in edit.who if treaty.binds(s, edit.on)]
    if there:
        raise DetenteError(
            Problem(
                "who", f"{', '.join(there)} is a party of {treaty.short} on {edit.on} already", "leave it out"
            )
        )
    if treaty.ended is not None and treaty.ended <= edit.on:
        raise DetenteError(
            Problem("treaty", f"{treaty.short} ended on {treaty.ended}", "name one that is in force")
        )


def stars(pairs: Iterable[Pair]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Pairs as few groups ``(these, those)``, of which every combination is a pair and no pair is missing."""
    partners: dict[str, set[str]] = {}
    for a, b in pairs:
        partners.setdefault(a, set()).add(b)
    by_partners: dict[frozenset[str], list[str]] = {}
    for state, others in partners.items():
        by_partners.setdefault(frozenset(others), []).append(state)
    return sorted((tuple(sorted(who)), tuple(sorted(others))) for others, who in by_partners.items())


def clique(states: Iterable[str]) -> frozenset[Pair]:
    """All pairs of some states."""
    return frozenset(combinations(sorted(set(states)), 2))


def entry(treaty: Treaty, on: date) -> Accession | None:
    """The rules of accession that hold on a day."""
    return next((a for a in treaty.accession if a.on(on)), None)


def may_join(treaty: Treaty, state: str, area: str, on: date) -> tuple[str, str]:
    """Whether a state is eligible by the treaty's own words: 'yes', 'no' or 'already', and why.

    ``area`` is that of its capital (:func:`detente.treaties.places.capitals`); '' for what is no state.
    """
    if not area:
        return "no", "it is not a state, and only states can be parties"
    if treaty.binds(state, on):
        return "already", f"{state} is a party"
    rule = entry(treaty, on)
    if rule is None:
        return "no", f"{treaty.short} has no rule of accession"
    if not rule.areas or area in rule.areas or state in rule.states:
        return "yes", rule.text
    admitted = ", ".join(rule.areas).replace("_", " ")
    return "no", f"article {rule.article} admits {admitted}; {state} is in {area.replace('_', ' ')}"


def votes_needed(treaty: Treaty, on: date) -> tuple[int, int] | None:
    """Parties whose consent an accession needs on a day, and how many there are; None if no rule is coded."""
    rule, n = entry(treaty, on), len(treaty.members(on))
    if rule is None or rule.majority is None:
        return None
    if rule.majority.share is None:
        return n, n
    whole = rule.majority.share * n
    return int(whole) + (whole > int(whole)), n
