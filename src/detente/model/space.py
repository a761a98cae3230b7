"""The fixed order of states, and the named groups of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from detente.model.errors import Problem, nearest

BLOC = "bloc:"


@dataclass(frozen=True)
class Index:
    """The states of a world in their permanent order.

    ``slots`` are the states' places in the registry of all states there ever were. Luck is
    addressed by slot, so a world with more or fewer states gives every shared state the same
    numbers. ``blocs`` are named groups; ``names`` are for people.
    """

    states: tuple[str, ...]
    slots: tuple[int, ...]
    blocs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.states) != len(self.slots):
            raise ValueError("an Index needs one slot for each state")
        if len(set(self.states)) != len(self.states) or len(set(self.slots)) != len(self.slots):
            raise ValueError("an Index names each state, and each slot, once")
        if list(self.slots) != sorted(self.slots):
            raise ValueError("the states of an Index stand in the order of their slots")

    def __len__(self) -> int:
        return len(self.states)

    @property
    def capacity(self) -> int:
        """One more than the highest slot: how many states' luck must be drawn."""
        return max(self.slots, default=-1) + 1

    def position(self, state: str) -> int:
        """Place of one state on the state axis."""
        return self.states.index(state)

    def name(self, state: str) -> str:
        """The state's name for people; its code where no name is known."""
        return self.names.get(state, state)

    def members(self, selector: str | Sequence[str]) -> tuple[str, ...]:
        """States meant by a code, ``bloc:NAME``, ``all``, or a list of these; ``-X`` takes X away.

        Raises ``KeyError`` for a name that :meth:`problems` would report.
        """
        words = [selector] if isinstance(selector, str) else list(selector)
        chosen: dict[str, None] = {}
        if words and all(w.startswith("-") for w in words):
            chosen = dict.fromkeys(self.states)
        for word in words:
            minus, bare = word.startswith("-"), word.removeprefix("-")
            for state in self._expand(bare):
                if minus:
                    chosen.pop(state, None)
                else:
                    chosen[state] = None
        return tuple(s for s in self.states if s in chosen)

    def _expand(self, word: str) -> tuple[str, ...]:
        if word == "all":
            return self.states
        if word.startswith(BLOC):
            return tuple(s for s in self.blocs[word.removeprefix(BLOC)] if s in self.states)
        if word not in self.states:
            raise KeyError(word)
        return (word,)

    def positions(self, selector: str | Sequence[str]) -> np.ndarray:
        """Integer positions of the states meant by ``selector``."""
        wanted = set(self.members(selector))
        return np.array([i for i, s in enumerate(self.states) if s in wanted], dtype=np.intp)

    def problems(self, selector: str | Iterable[str], where: str) -> list[Problem]:
        """What is wrong with a selector; empty if nothing is."""
        found = []
        for word in [selector] if isinstance(selector, str) else selector:
            bare = str(word).removeprefix("-")
            if bare.startswith(BLOC) and bare.removeprefix(BLOC) not in self.blocs:
                found.append(
                    Problem(where, f"unknown bloc '{bare}'", nearest(bare, (BLOC + b for b in self.blocs)))
                )
            elif not bare.startswith(BLOC) and bare != "all" and bare not in self.states:
                found.append(Problem(where, f"unknown state '{bare}'", self._suggest(bare)))
        return found

    def _suggest(self, word: str) -> str:
        by_name = {name.casefold(): code for code, name in self.names.items()}
        if word.casefold() in by_name:
            return f"write the code: {by_name[word.casefold()]}"
        if len(word) > 3 and by_name:
            said = nearest(word, self.names.values())
            if said.startswith("did you mean"):
                name = said.split("'")[1]
                return f"did you mean {by_name[name.casefold()]} ({name})?"
        return nearest(word, self.states) + "; states have three-letter codes, groups are written bloc:NAME"


def shell_order(slots: Sequence[int]) -> np.ndarray:
    """Where the number of each ordered pair stands in one long row of numbers.

    Pairs are laid out in growing shells: first every pair among the first two states, then those
    that the third adds, and so on. A state appended to the registry only adds numbers at the end,
    so nobody else's luck moves.

    Returns an integer array of shape ``(n, n)``; entry ``[i, j]`` is the place for i acting on j.

    >>> shell_order([0, 1, 2]).tolist()
    [[0, 1, 4], [2, 3, 5], [6, 7, 8]]
    """
    s = np.asarray(slots, dtype=np.int64)
    row, col = s[:, None], s[None, :]
    shell = np.maximum(row, col)
    inside = np.where(row < col, row, np.where(row == col, 2 * shell, shell + col))
    return shell * shell + inside
