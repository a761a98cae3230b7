"""A treaty as a document: parties with dates, articles, scope, how one joins and leaves."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, model_validator
from pydantic import Field as Spec

from detente.model.parameter import Strict
from detente.treaties.scale import EARLIEST, Kind, Strength, Trigger

State = Annotated[str, Spec(pattern=r"^[A-Z]{3}$")]
Id = Annotated[str, Spec(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Area = Literal[
    "europe", "asia", "caucasus", "north_america", "caribbean", "central_america", "south_america", "africa",
    "oceania", "antarctica",
]  # fmt: skip
Sea = Literal[
    "mediterranean", "north_atlantic", "south_atlantic", "baltic", "black_sea", "caspian", "arctic",
    "pacific", "indian_ocean", "red_sea", "persian_gulf",
]  # fmt: skip
Reading = Literal["yes", "open", "no"]
Text = Annotated[str, Spec(min_length=8)]


class Dated(Strict):
    """Something in force from one day up to, and not on, another."""

    model_config = ConfigDict(populate_by_name=True)

    from_: date | None = Spec(default=None, alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Dated:
        if self.from_ and self.from_.year < EARLIEST:
            raise ValueError(f"{self.from_} is before {EARLIEST}, where coding begins")
        if self.from_ and self.to and self.to <= self.from_:
            raise ValueError(f"ends on {self.to}, which is not after it begins on {self.from_}")
        return self

    def on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day < self.to)


class Party(Dated):
    """One spell of a state as a party; ``to`` is the first day on which it no longer is one."""

    state: State
    from_: date = Spec(alias="from")
    signed: date | None = None
    note: str = ""


class Rule(Dated):
    """A rule over places. All that is given must hold; ``reading`` is what follows if it does."""

    everywhere: bool = False
    areas: tuple[Area, ...] = ()
    states: tuple[State, ...] = ()
    tags: tuple[str, ...] = ()
    seas: tuple[Sea, ...] = ()
    island: bool | None = None
    north_of: Annotated[float, Spec(ge=-90, le=90)] | None = None
    within: tuple[tuple[float, float], ...] = ()
    reading: Reading = "yes"
    note: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> Rule:
        said = (self.areas, self.states, self.tags, self.seas, self.within)
        if not (self.everywhere or any(said) or self.north_of is not None or self.island is not None):
            raise ValueError("a rule over places needs 'everywhere', 'areas', 'states', 'tags', 'seas', …")
        return self


class Scope(Strict):
    """Where a duty applies: to attacks on territory, and on forces, ships and aircraft elsewhere.

    ``basis`` says whose territory counts: that to which a state has title, or that which it administers.
    """

    territory: tuple[Rule, ...] = (Rule(everywhere=True),)
    forces: tuple[Rule, ...] = ()
    basis: Literal["title", "administered"] = "title"
    article: str = ""


class Reservation(Dated):
    """A clause by which some parties owe less, or owe it in their own way."""

    states: tuple[State, ...]
    strength: Strength | None = None
    reading: Reading | None = None
    note: Text


class Article(Dated):
    """One obligation. ``text`` is a paraphrase."""

    article: str
    kind: Kind
    strength: Strength = "none"
    trigger: Trigger = "armed_attack"
    scope: Scope | None = None
    anywhere: bool = False
    holders: tuple[State, ...] = ()
    towards: tuple[State, ...] = ()
    attackers: tuple[State, ...] = ()
    among_parties: Reading = "open"
    nonstate: Reading = "open"
    reading: Reading = "yes"
    on_request: bool = False
    reservations: tuple[Reservation, ...] = ()
    text: Text
    note: str = ""

    @model_validator(mode="after")
    def _help_has_strength(self) -> Article:
        if self.kind == "assist" and self.strength in ("none", "consult"):
            raise ValueError("an 'assist' article needs a 'strength' above 'consult'")
        return self


class Majority(Strict):
    """How many must agree: all, or a share above one half of those who decide."""

    unanimity: bool = False
    share: Annotated[float, Spec(gt=0.5, le=1)] | None = None
    consensus: bool = False

    @model_validator(mode="after")
    def _one_of(self) -> Majority:
        if self.unanimity + self.consensus + (self.share is not None) != 1:
            raise ValueError("say one of 'unanimity: true', 'consensus: true' or 'share: 0.5–1'")
        return self


class Accession(Dated):
    """How a state becomes a party."""

    article: str = ""
    areas: tuple[Area, ...] = ()
    states: tuple[State, ...] = ()
    open: bool = True
    decides: str
    majority: Majority | None = None
    ratification: str = ""
    text: Text


class Withdrawal(Dated):
    """How a party leaves."""

    article: str = ""
    notice_months: Annotated[int, Spec(ge=0, le=120)] | None = None
    allowed_from: date | None = None
    text: Text


class Removal(Dated):
    """Suspension or expulsion of a party, or the absence of it."""

    possible: bool
    article: str = ""
    majority: Majority | None = None
    without_the_party: bool = True
    text: Text


class Suspended(Dated):
    """A duty that one party has declared suspended towards another."""

    holder: State
    towards: State
    from_: date = Spec(alias="from")
    reading: Reading = "no"
    note: Text


class Practice(Dated):
    """Something parties did or said that bears on the reading, as a fact with a date."""

    what: str
    states: tuple[State, ...] = ()
    note: Text


class Treaty(Strict):
    """A treaty, or a political commitment coded like one (``binding: false``)."""

    id: Id
    name: str
    short: str
    binding: bool = True
    universal: bool = False
    signed: date | None = None
    in_force: date
    ended: date | None = None
    atop: tuple[int, ...] = ()
    bloc: str = ""
    coded_to: int | None = None
    sources: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    scope: Scope = Scope()
    articles: tuple[Article, ...]
    accession: tuple[Accession, ...] = ()
    withdrawal: tuple[Withdrawal, ...] = ()
    suspension: tuple[Removal, ...] = ()
    expulsion: tuple[Removal, ...] = ()
    suspended: tuple[Suspended, ...] = ()
    practice: tuple[Practice, ...] = ()
    doubts: tuple[str, ...] = ()

    def stands(self, on: date) -> bool:
        """Whether the treaty is in force on a day."""
        return self.in_force <= on and (self.ended is None or on < self.ended)

    def binds(self, state: str, on: date) -> bool:
        """Whether the state is a party on that day; every state, for a universal rule."""
        return self.stands(on) and (
            self.universal or any(p.state == state and p.on(on) for p in self.parties)
        )

    def members(self, on: date) -> tuple[str, ...]:
        """The parties on a day, in the order of the document; empty for a universal rule."""
        return tuple(dict.fromkeys(p.state for p in self.parties if p.on(on))) if self.stands(on) else ()

    def rules(self, article: Article) -> Scope:
        """Where an article applies: by its own scope, or by that of the whole treaty."""
        return article.scope or self.scope
