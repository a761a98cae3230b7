"""Collect every mistake first, then speak once.

A message says where the mistake is, what is wrong, and what would be valid.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: the place, what is wrong there, and the remedy."""

    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n    → {self.remedy}" if self.remedy else text


class DetenteError(Exception):
    """A request that cannot be carried out; carries every :class:`Problem` found."""

    def __init__(self, problems: Iterable[Problem] | Problem | str):
        if isinstance(problems, str):
            problems = [Problem("", problems)]
        elif isinstance(problems, Problem):
            problems = [problems]
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


@dataclass(slots=True)
class Problems:
    """A growing list of mistakes that raises them all together."""

    found: list[Problem] = field(default_factory=list)

    def add(self, where: str, what: str, remedy: str = "") -> None:
        """Note one mistake and go on looking."""
        self.found.append(Problem(where, what, remedy))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note several mistakes."""
        self.found.extend(problems)

    def raise_if_any(self) -> None:
        """Raise :class:`DetenteError` with all mistakes, if there are any."""
        if self.found:
            raise DetenteError(self.found)


def nearest(word: str, valid: Iterable[str]) -> str:
    """Say which valid name was probably meant, or list the valid ones when they are few."""
    names = sorted(set(valid))
    folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(str(word).casefold(), folded, n=1, cutoff=0.5)
    if close:
        return f"did you mean '{folded[close[0]]}'?"
    if not names:
        return "there is nothing to choose from here"
    if len(names) <= 12:
        return "valid: " + ", ".join(names)
    return f"valid: {', '.join(names[:10])}, … ({len(names)} in all)"
