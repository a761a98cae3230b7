"""Words of scenario files about treaties: they act on ``defence_pact`` and are kept for questions of law.

Which pairs a word binds or frees is computed from the treaties themselves, with all the treaty words of the
scenario applied in the order of their years: two states that leave one treaty and stay together in
another stay bound. A pair that a later word changes again is held only until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field as Spec
from pydantic import ValidationError, model_validator

from detente.mechanisms.phrases import Primitive, Why, Year, when
from detente.model.errors import DetenteError
from detente.model.parameter import Strict
from detente.treaties.checks import shipped
from detente.treaties.edits import Amend, Dissolve, Found, Join, Leave
from detente.treaties.membership import changes, stars
from detente.treaties.scale import Strength
from detente.treaties.treaty import Area, Id, Majority, State

MEMBERS = {"nato": "nato_member", "eu": "eu_member", "csto": "csto_member"}
"""Fields that keep the members of bodies, by treaty; the engine lets them join and leave by itself too."""
Who = Annotated[tuple[State, ...], Spec(min_length=1)]


class TreatyWord(Strict):
    """What words about treaties share."""

    start: Year
    why: Why

    def edit(self) -> Any:
        """The word as an edit of treaties."""
        raise NotImplementedError

    def expand(self) -> list[Primitive]:
        """The primitives if this were the only word about treaties."""
        return expand_among([self], 0)

    @property
    def day(self) -> date:
        """First day of its year."""
        return date(self.start, 1, 1)


class JoinTreaty(TreatyWord):
    """States become parties of a treaty, on the first day of a year."""

    use: Literal["join_treaty"]
    treaty: str
    who: Who

    def edit(self) -> Join:
        """The accession."""
        return Join(edit="join", treaty=self.treaty, who=self.who, on=self.day)


class LeaveTreaty(TreatyWord):
    """Parties leave a treaty, on the first day of a year."""

    use: Literal["leave_treaty"]
    treaty: str
    who: Who

    def edit(self) -> Leave:
        """The departure."""
        return Leave(edit="leave", treaty=self.treaty, who=self.who, on=self.day)


class DissolveTreaty(TreatyWord):
    """A treaty ends on the first day of a year."""

    use: Literal["dissolve_treaty"]
    treaty: str

    def edit(self) -> Dissolve:
        """The end."""
        return Dissolve(edit="dissolve", treaty=self.treaty, on=self.day)


class FoundTreaty(TreatyWord):
    """A new treaty of mutual defence: a European army's, a pan-European security treaty.

    ``areas`` limits it to attacks on territory there; ``among_members`` says that it also runs against a
    member that attacks another, as in collective security.
    """

    use: Literal["found_treaty"]
    treaty: Id
    name: str = ""
    who: Annotated[tuple[State, ...], Spec(min_length=2)]
    strength: Strength = "by_all_means"
    areas: tuple[Area, ...] = ()
    among_members: bool = False
    accession: Majority = Majority(unanimity=True)

    def edit(self) -> Found:
        """The founding."""
        return Found(
            edit="found",
            treaty=self.treaty,
            name=self.name,
            who=self.who,
            on=self.day,
            strength=self.strength,
            areas=self.areas,
            among_members=self.among_members,
            accession=self.accession,
        )


class AmendTreaty(TreatyWord):
    """The rules of a treaty change; this is law only and moves no quantity by itself."""

    use: Literal["amend_treaty"]
    treaty: str
    article: str = ""
    not_in: tuple[Area, ...] = ()
    also_in: tuple[Area, ...] = ()
    strength: Strength | None = None
    accession: Majority | None = None
    suspension: Majority | None = None
    expulsion: Majority | None = None

    @model_validator(mode="after")
    def _can_be_made(self) -> AmendTreaty:
        try:
            self.edit()
        except ValidationError as error:
            raise ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
        return self

    def edit(self) -> Amend:
        """The amendment."""
        said = self.model_dump(exclude={"use", "start", "why"}, exclude_none=True)
        return Amend.model_validate(said | {"edit": "amend", "on": self.day})


TREATY_WORDS: dict[str, type[TreatyWord]] = {
    "join_treaty": JoinTreaty,
    "leave_treaty": LeaveTreaty,
    "dissolve_treaty": DissolveTreaty,
    "found_treaty": FoundTreaty,
    "amend_treaty": AmendTreaty,
}


def words_in(interventions: Iterable[Any]) -> list[tuple[int, TreatyWord]]:
    """The valid words about treaties among written interventions, with their numbers."""
    found = []
    for number, raw in enumerate(interventions):
        kind = TREATY_WORDS.get(str(raw.get("use"))) if isinstance(raw, Mapping) else None
        if kind is None:
            continue
        try:
            found.append((number, kind.model_validate(raw)))
        except ValidationError:
            continue  # reported where the word itself is read
    return found


def edits_in(interventions: Iterable[Any]) -> tuple[Any, ...]:
    """The edits of treaties that a scenario's words make."""
    return tuple(word.edit() for _, word in words_in(interventions))


def expand_among(words: Sequence[TreatyWord], number: int) -> list[Primitive]:
    """Primitives of one word of a scenario, given all its words about treaties.

    Raises
    ------
    DetenteError : an unknown treaty, a state that is a party already or cannot leave, and the like.
    """
    moved = changes(shipped(), [w.edit() for w in words])
    mine, own = words[number], moved[number]
    if isinstance(own, DetenteError):
        raise own
    later = [
        (w.start, k, change[0] | change[1])
        for k, (w, change) in enumerate(zip(words, moved, strict=True))
        if (w.start, k) > (mine.start, number) and not isinstance(change, DetenteError)
    ]
    out: list[Primitive] = []
    for to, pairs in ((1, own[0]), (0, own[1])):
        by_end: dict[int | None, set[tuple[str, str]]] = {}
        for pair in pairs:
            end = min((year - 1 for year, _, touched in later if pair in touched), default=None)
            if end is None or end >= mine.start:
                by_end.setdefault(end, set()).add(pair)
        for end, group in sorted(by_end.items(), key=lambda x: (x[0] is None, x[0] or 0)):
            out += [_set(these, those, to, mine, end) for these, those in stars(group)]
    return out + _membership(mine)


def _membership(word: TreatyWord) -> list[Primitive]:
    """The move of the field that keeps a body's members, where one does: in the word's year alone."""
    field = MEMBERS.get(getattr(word, "treaty", ""))
    if field is None or not isinstance(word, JoinTreaty | LeaveTreaty | DissolveTreaty):
        return []
    who = "all" if isinstance(word, DissolveTreaty) else word.who
    to = 1 if isinstance(word, JoinTreaty) else 0
    move = {"do": "set", "field": field, "at": {"state": who}, "to": to, "why": word.why}
    return [move | when(word.start, word.start)]


def _set(
    these: tuple[str, ...], those: tuple[str, ...], to: int, word: TreatyWord, end: int | None
) -> Primitive:
    move = {
        "do": "set",
        "field": "defence_pact",
        "at": {"between": (these, those)},
        "to": to,
        "why": word.why,
    }
    return move | when(word.start, end)
