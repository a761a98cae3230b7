"""Who a scenario is about, read from its moves: nothing is assumed about any state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from detente.model.errors import DetenteError
from detente.model.scenario import Param, Scenario, Selector
from detente.model.space import BLOC, Index
from detente.run.result import Result

HORIZON = 10
"""Years after the first move for which the answer is given, if the run reaches so far."""

_REGIONS = frozenset({"BALTIC", "NORDIC", "VISEGRAD"})

_WITH_ARTICLE = (
    "United ",
    "Soviet Union",
    "Netherlands",
    "Philippines",
    "Bahamas",
    "Maldives",
    "Gambia",
    "Central African",
    "Dominican Republic",
    "Czech Republic",
    "Solomon Islands",
    "Marshall Islands",
    "Comoros",
    "Seychelles",
)


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a scenario: a selection of states and its name for people."""

    selector: tuple[str, ...]
    label: str

    @property
    def code(self) -> str:
        """The selection in one word, as it stands in the address of a cell."""
        return "+".join(self.selector)

    @property
    def where(self) -> list[str]:
        """The selection as ``Result`` takes it."""
        return list(self.selector)


def party(selector: Selector | Sequence[str], index: Index) -> Party:
    """The party that a selection means."""
    words = (selector,) if isinstance(selector, str) else tuple(selector)
    return Party(words, called(words, index))


def called(words: Sequence[str], index: Index, most: int = 3) -> str:
    """Plain name of a selection: 'NATO without Turkey', 'Georgia and Ukraine', 'the EU and 6 others'."""
    taken = [_name(w, index) for w in words if not w.startswith("-")]
    left_out = [_name(w[1:], index) for w in words if w.startswith("-")]
    text = _listed(taken, most) if taken else "all states"
    return f"{text} without {_listed(left_out, most)}" if left_out else text


def state_name(state: str, index: Index) -> str:
    """A state's name as it stands inside a sentence."""
    name = index.name(state)
    return f"the {name}" if name.startswith(_WITH_ARTICLE) else name


def _name(word: str, index: Index) -> str:
    if word.startswith(BLOC):
        bare = word.removeprefix(BLOC)
        the = bare in {"EU", "CSTO", "G7", "OECD"} or bare.endswith("_PACT")
        if bare in _REGIONS:
            return f"the {bare.capitalize()} states"
        return ("the " if the else "") + " ".join(_cased(w) for w in bare.split("_"))
    return "all states" if word == "all" else state_name(word, index)


def _cased(word: str) -> str:
    """One word of a bloc's name: long ones are words (Warsaw, European), short ones are abbreviations."""
    return word.capitalize() if word == "PACT" or len(word) > 5 else word


def _listed(names: Sequence[str], most: int) -> str:
    if len(names) > most:
        return f"{names[0]} and {len(names) - 1} others"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def parties(scenario: Scenario, index: Index, most: int = 3) -> tuple[Party, ...]:
    """The sides whose own figures are worth showing: first those whose mutual moves (peace, effort, pacts)
    are about most pairs of states, then those named most often in all moves.

    A selection that holds more than half of all states says nothing about who acts, and is left
    out unless nobody else is named.
    """
    counted: Counter[tuple[str, ...]] = Counter()
    for side in _sides(scenario):
        counted[side] += 1
    mutual: Counter[tuple[str, ...]] = Counter()
    for couple in _mutual(scenario):
        for side in couple:
            mutual[side] += _size(couple, index)
    ordered = sorted(counted, key=lambda w: (-mutual[w], -counted[w]))
    narrow = [w for w in ordered if 0 < len(index.members(w)) <= len(index) / 2]
    chosen = narrow or ordered
    return tuple(party(w, index) for w in chosen[:most]) or (Party(("all",), "the world as a whole"),)


def pairs(scenario: Scenario, result: Result, most: int = 3) -> tuple[tuple[Party, Party], ...]:
    """Pairs of sides that the moves are about and that were watched: those whose mutual moves are about most
    pairs of states first, then the most often named."""
    counted: Counter[frozenset[tuple[str, ...]]] = Counter()
    order: dict[frozenset[tuple[str, ...]], tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for one, other in _couples(scenario):
        key = frozenset((one, other))
        if not set(one) & set(other):
            counted[key] += 1
            order.setdefault(key, (one, other))
    found = []
    mutual: Counter[frozenset[tuple[str, ...]]] = Counter()
    for couple in _mutual(scenario):
        mutual[frozenset(couple)] += _size(couple, result.index)
    by_count = sorted(order, key=lambda k: (-mutual[k], -counted[k], sum(map(len, k))))
    for key in by_count:
        one, other = sorted(order[key], key=lambda w: len(result.index.members(w)))
        if watched(result, one, other):
            found.append((party(one, result.index), party(other, result.index)))
    return tuple(found[:most])


def _size(couple: tuple[tuple[str, ...], tuple[str, ...]], index: Index) -> int:
    """How many pairs of states two sides make."""
    one, other = (index.members(w) for w in couple)
    return len(one) * len(other)


def watched(result: Result, one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether values of pairs between two selections were kept."""
    try:
        return bool(result.selected_pairs(list(one), list(other)))
    except DetenteError:
        return False


def answer_year(scenario: Scenario, years: Sequence[int]) -> int:
    """The year that the answer is given for: ten years after the first move, or the last of the run."""
    first = scenario.first_year
    return years[-1] if first is None else min(max(first + HORIZON, years[0]), years[-1])


def _mutual(scenario: Scenario) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The two sides of every move that goes both ways."""
    for move in scenario.interventions:
        if not isinstance(move, Param) and move.at.between is not None:
            yield _words(move.at.between[0]), _words(move.at.between[1])


def _couples(scenario: Scenario) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
    for move in scenario.interventions:
        if isinstance(move, Param):
            continue
        if move.at.between is not None:
            yield _words(move.at.between[0]), _words(move.at.between[1])
        elif move.at.state is not None and move.at.partner is not None:
            yield _words(move.at.state), _words(move.at.partner)
    for one, other in scenario.watch:
        yield _words(one), _words(other)


def _sides(scenario: Scenario) -> Iterable[tuple[str, ...]]:
    for move in scenario.interventions:
        if not isinstance(move, Param):
            for part in move.at.between or (move.at.state, move.at.partner):
                if part is not None:
                    yield _words(part)
    for couple in scenario.watch:
        yield from (_words(part) for part in couple)


def _words(selector: Selector) -> tuple[str, ...]:
    """Words of a selection in one order: states of a list, then what is taken away."""
    words = (selector,) if isinstance(selector, str) else tuple(selector)
    return (
        tuple(sorted(words, key=lambda w: w.startswith("-")))
        if any(w.startswith("-") for w in words)
        else words
    )
