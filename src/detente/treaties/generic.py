"""Generic treaties made from a coding of alliances (ATOP): what kind of duty, between whom, when.

The coding says that there is a duty and whether it is conditional, not its words. So strength is
the plain 'assist', and a duty that the coders call conditional is open: the condition is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from detente.treaties.treaty import Article, Party, Rule, Scope, Treaty

LAST = 2018
"""Last year of ATOP 5.1; treaties in force then are carried on, and the answer says so."""

FLAGS: Mapping[str, str] = {
    "adversary": "only against certain attackers",
    "location": "only for attacks in certain places",
    "conflict": "only in certain kinds of conflict",
    "number": "only against more than one attacker, or the like",
    "provoked": "only if the ally did not provoke the attack",
}
"""Kinds of condition that ATOP codes for defence (defcoadv, defcoloc, defcocon, defconum, defconpr)."""

FORCES = Scope(
    forces=(
        Rule(
            everywhere=True,
            reading="open",
            note="the coding does not say whether attacks on forces elsewhere count",
        ),
    )
)


def treaties_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Treaty, ...]:
    """One treaty for each alliance.

    ``rows`` are spells of members: atopid, state, start, end (dates, end null: in force when coding ends),
    defence, nonaggression, neutrality, consultation (booleans) and conditions (words of :data:`FLAGS`).
    """
    by_treaty: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_treaty.setdefault(row["atopid"], []).append(row)
    return tuple(_treaty(number, spells) for number, spells in sorted(by_treaty.items()))


def _treaty(number: int, spells: list[Mapping[str, Any]]) -> Treaty:
    states = sorted({s["state"] for s in spells})
    names = "–".join(states) if len(states) <= 3 else f"{'–'.join(states[:2])} and {len(states) - 2} others"
    parties = tuple(
        Party.model_construct(state=s["state"], from_=s["start"], to=s["end"], signed=None, note="")
        for s in spells
    )
    return Treaty.model_construct(
        id=f"atop-{number}",
        name=f"{names} ({min(s['start'] for s in spells).year}, ATOP {number})",
        short=f"{names} {min(s['start'] for s in spells).year} [ATOP {number}]",
        binding=True, universal=False, signed=None, in_force=min(s["start"] for s in spells), ended=None,
        atop=(number,), bloc="", coded_to=LAST, sources=("leeds2002",), parties=parties, scope=FORCES,
        articles=tuple(_articles(spells)), accession=(), withdrawal=(), suspension=(), expulsion=(),
        suspended=(), practice=(), doubts=(),
    )  # fmt: skip


def _articles(spells: list[Mapping[str, Any]]) -> Iterable[Article]:
    """Articles by obligation; who holds each is read from the members' own coding."""
    if (who := _holders(spells, "defence")) is not None:
        flags = sorted({f for s in spells if s["defence"] for f in (s["conditions"] or "").split()})
        said = "; ".join(FLAGS[f] for f in flags)
        note = f"ATOP codes the duty as conditional ({said}), without saying which" if flags else ""
        yield _article(
            "defence (ATOP)", "assist", "assist", "armed_attack", who, note, "a duty to help if attacked"
        )
    if (who := _holders(spells, "consultation")) is not None:
        yield _article(
            "consultation (ATOP)", "consult", "consult", "threat", who, "", "a duty to consult in a crisis"
        )
    if (who := _holders(spells, "nonaggression")) is not None:
        text = "a promise not to attack each other"
        yield _article("non-aggression (ATOP)", "nonaggression", "none", "force_or_threat", who, "", text)
    if (who := _holders(spells, "neutrality")) is not None:
        text = "a promise to stay out if the other is at war"
        yield _article("neutrality (ATOP)", "neutrality", "none", "force", who, "", text)


def _holders(spells: list[Mapping[str, Any]], flag: str) -> tuple[str, ...] | None:
    """The states that owe it; () for all of them, None for nobody."""
    who = sorted({s["state"] for s in spells if s[flag]})
    everybody = {s["state"] for s in spells}
    return None if not who else (() if set(who) == everybody else tuple(who))


def _article(
    name: str, kind: str, strength: str, trigger: str, holders: tuple[str, ...], note: str, text: str
) -> Article:
    return Article.model_validate(
        {
            "article": name,
            "kind": kind,
            "strength": strength,
            "trigger": trigger,
            "holders": holders,
            "anywhere": kind == "consult",
            "reading": "open" if note else "yes",
            "note": note,
            "text": text + " (coded, wording not held)",
        }
    )


def carried(treaty: Treaty, on: date) -> bool:
    """Whether an answer on that day rests on a coding that ended before it."""
    return treaty.coded_to is not None and on.year > treaty.coded_to
