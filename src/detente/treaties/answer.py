"""The answer to a question of law: one line for each state, treaty and article."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from detente.treaties.places import Place
from detente.treaties.scale import HELP, NO, PROMISES, RESTRAINTS, STATUS, YES, rank

BROKEN = {YES: "broken", 1: "broken on one reading", NO: "not broken"}


@dataclass(frozen=True, slots=True)
class Line:
    """What one state owes (or does not) to another under one article. ``holder`` '' means every party."""

    holder: str
    to: str
    treaty: str
    short: str
    article: str
    kind: str
    strength: str
    verdict: int
    why: tuple[str, ...]
    text: str
    binding: bool = True
    on_request: bool = False

    @property
    def status(self) -> str:
        """In a word: owed, unsettled, not owed; broken for what the attacker had promised."""
        return BROKEN[self.verdict] if self.kind in PROMISES else STATUS[self.verdict]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A state bound to both sides."""

    state: str
    to_target: str
    to_attacker: str


@dataclass(frozen=True)
class Answer:
    """Who owes what to whom if ``attacker`` attacks ``target`` at ``place`` on a day."""

    attacker: str
    target: str
    place: Place
    on: date
    what: str
    lines: tuple[Line, ...]
    free: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    notes: tuple[str, ...] = ()

    def help(self, kind: str = "assist", at_least: int = YES) -> tuple[Line, ...]:
        """Lines of help to the target of one kind, owed (or at least unsettled)."""
        return tuple(x for x in self.lines if x.kind == kind and x.verdict >= at_least)

    def owes(self, state: str, kind: str = "assist") -> Line | None:
        """The strongest line of a state's help, best status first; None if no treaty speaks of it."""
        mine = [x for x in self.lines if x.kind == kind and x.holder == state]
        return max(mine, key=lambda x: (x.verdict, rank(x.strength)), default=None)

    def bound(self, kind: str = "assist", at_least: int = YES) -> tuple[str, ...]:
        """States that owe help of a kind, each once."""
        return tuple(dict.fromkeys(x.holder for x in self.help(kind, at_least)))

    def of(self, treaty: str, article: str = "") -> tuple[Line, ...]:
        """Lines under one treaty (id), and one article if given."""
        return tuple(
            x for x in self.lines if x.treaty == treaty and (not article or x.article.split()[0] == article)
        )

    @property
    def broken(self) -> tuple[Line, ...]:
        """What the attacker had promised and breaks."""
        return tuple(x for x in self.lines if x.kind in PROMISES and x.verdict > NO)

    def plain(self) -> dict[str, Any]:
        """The answer as plain values, for JSON."""
        return {
            "attacker": self.attacker,
            "target": self.target,
            "what": self.what,
            "on": self.on.isoformat(),
            "place": asdict(self.place),
            "lines": [asdict(x) | {"status": x.status} for x in self.lines],
            "conflicts": [asdict(c) for c in self.conflicts],
            "free": list(self.free),
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that say the same of several states."""

    states: tuple[str, ...]
    line: Line


def grouped(lines: Iterable[Line]) -> list[Group]:
    """Lines that differ only in their holder put together, strongest first."""
    found: dict[tuple[Any, ...], list[Line]] = {}
    for x in lines:
        found.setdefault((x.treaty, x.article, x.kind, x.strength, x.verdict, x.why, x.to), []).append(x)
    groups = [Group(tuple(dict.fromkeys(x.holder for x in same)), same[0]) for same in found.values()]
    return sorted(
        groups, key=lambda g: (-g.line.verdict, -rank(g.line.strength), not g.line.binding, g.line.treaty)
    )


def sections(answer: Answer) -> dict[str, list[Group]]:
    """The answer as it is read: what is owed, what is open, what was broken, what is not owed and why."""
    lines = answer.lines
    return {
        "owed": grouped(x for x in lines if x.kind in HELP and x.verdict == YES),
        "unsettled": grouped(x for x in lines if x.kind in HELP and x.verdict == 1),
        "broken": grouped(answer.broken),
        "restraint": grouped(x for x in lines if x.kind in RESTRAINTS and x.verdict > NO),
        "right": grouped(x for x in lines if x.kind == "right" and x.verdict > NO),
        "not owed": grouped(x for x in lines if x.kind in HELP and x.verdict == NO),
    }
