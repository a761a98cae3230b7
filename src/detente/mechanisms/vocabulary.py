"""The domain words of scenario files, each of which expands to primitive interventions.

A word is a small document with an ``expand`` that returns primitives; nothing else. The expansion
is what runs, what is shown in the report, and what is hashed. To add a word: one class here, and
its name in :data:`WORDS`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Spec

from detente.mechanisms.phrases import Primitive, Why, Year, setting, when
from detente.mechanisms.vocabulary_accession import WORDS as ACCESSION_WORDS
from detente.mechanisms.vocabulary_accession import (
    AdmitByMajority,
    ApplyToJoin,
    OpenTalks,
    SettleDemand,
    SidePayment,
)
from detente.mechanisms.vocabulary_economy import WORDS as ECONOMY_WORDS
from detente.mechanisms.vocabulary_economy import MendGovernance, OilPriceCap, OpecBreaks, VisaWaiver
from detente.mechanisms.vocabulary_force import WORDS as FORCE_WORDS
from detente.mechanisms.vocabulary_force import BaseForces, RemoveHostedWarheads, WarheadCeiling
from detente.mechanisms.vocabulary_gas import (
    GAS_WORDS,
    GasBan,
    GasCut,
    GasDemand,
    GasPriceCap,
    GasRoute,
    LngTerminal,
)
from detente.mechanisms.vocabulary_relations import WORDS as RELATIONS_WORDS
from detente.mechanisms.vocabulary_relations import SettleTerritory, Step
from detente.mechanisms.vocabulary_sanctions import (
    ImposeSanctions,
    JoinSanctions,
    LeaveSanctions,
    LiftSanctions,
)
from detente.mechanisms.vocabulary_territory import WORDS as TERRITORY_WORDS
from detente.mechanisms.vocabulary_territory import ReturnTerritory
from detente.mechanisms.vocabulary_treaties import (
    TREATY_WORDS,
    AmendTreaty,
    DissolveTreaty,
    FoundTreaty,
    JoinTreaty,
    LeaveTreaty,
)
from detente.model.parameter import Strict
from detente.model.scenario import Selector

Level = Literal[0, 0.25, 0.5, 0.75, 1]


class Rapprochement(Strict):
    """Two sides set out to end their enmity, and work at it.

    ``level`` is the peace level that they declare in the first year (left out: none; pairs that are
    closer already stay where they are); from then on the pair is free, and climbs or falls as the
    engine finds. ``effort`` is how determined the work
    is, 1 being the most determined cases on record; it reaches its height after ``ramp`` years.
    """

    use: Literal["rapprochement"]
    between: tuple[Selector, Selector]
    start: Year
    stop: Year | None = None
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    level: Level | None = None
    effort: Annotated[float, Spec(ge=0, le=1)] = 1.0
    why: Why

    def expand(self) -> list[Primitive]:
        """A declared level in the first year, and effort from then on."""
        at, why = {"between": self.between}, self.why
        declared = (
            _peace(self.between, self.level, self.start, why, "floor") if self.level is not None else []
        )
        effort = {"do": "set", "field": "reconciliation", "at": at, "to": self.effort, "why": why}
        return [*declared, effort | when(self.start, self.stop, self.ramp)]


class WarEnds(Strict):
    """A war ends in a given year at a peace level; from then on the pair is free."""

    use: Literal["war_ends"]
    between: tuple[Selector, Selector]
    year: Year
    level: Level = 0.25
    why: Why

    def expand(self) -> list[Primitive]:
        """At least the level, and no war, in that year alone."""
        over = {"do": "set", "field": "at_war", "at": {"between": self.between}, "to": 0, "why": self.why}
        ended = over | when(self.year, self.year)
        return [*_peace(self.between, self.level, self.year, self.why, "floor"), ended]


class Breach(Strict):
    """Relations are broken off in a given year and fall to a level; effort ends."""

    use: Literal["breach"]
    between: tuple[Selector, Selector]
    year: Year
    level: Level = 0
    why: Why

    def expand(self) -> list[Primitive]:
        """At most the level, in that year alone."""
        return _peace(self.between, self.level, self.year, self.why, "ceiling")


class TradeOpening(Strict):
    """Other barriers between two sides fall (or rise): a trade deal, transit, payments, standards.

    ``log_points`` is the long-run change of the logarithm of their trade at given prices, reached
    after ``ramp`` years; 0.1 is about a tenth more trade.
    """

    use: Literal["trade_opening"]
    between: tuple[Selector, Selector]
    log_points: Annotated[float, Spec(ge=-10, le=10)]
    start: Year
    stop: Year | None = None
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    why: Why

    def expand(self) -> list[Primitive]:
        """Set the added cost of trade, which is the trade that it suppresses."""
        move = {"do": "set", "field": "trade_cost", "at": {"between": self.between}, "to": -self.log_points}
        return [move | {"why": self.why} | when(self.start, self.stop, self.ramp)]


class Pact(Strict):
    """Every two of the members are bound to each other's defence from a year on."""

    use: Literal["pact"]
    members: Selector
    start: Year
    stop: Year | None = None
    why: Why

    def expand(self) -> list[Primitive]:
        """Set mutual defence among the members."""
        return [_bound(self.members, self.members, 1, self)]


class LeavePact(Strict):
    """States leave: no mutual defence between them and the others from a year on."""

    use: Literal["leave_pact"]
    who: Selector
    others: Selector
    start: Year
    stop: Year | None = None
    why: Why

    def expand(self) -> list[Primitive]:
        """End mutual defence between the two sides."""
        return [_bound(self.who, self.others, 0, self)]


class Realignment(Strict):
    """A state's position in world politics moves by ``by`` points of the ideal-point scale, once."""

    use: Literal["realignment"]
    who: Selector
    by: Annotated[float, Spec(ge=-6, le=6)]
    start: Year
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    why: Why

    def expand(self) -> list[Primitive]:
        """Shift the ideal point, spread over the ramp."""
        move = {
            "do": "shift",
            "field": "ideal_point",
            "at": {"state": self.who},
            "by": self.by,
            "why": self.why,
        }
        return [move | when(self.start, None, self.ramp)]


class Reform(Strict):
    """A state's electoral democracy reaches a value between 0 and 1 over ``ramp`` years."""

    use: Literal["reform"]
    who: Selector
    to: Annotated[float, Spec(ge=0, le=1)]
    start: Year
    stop: Year | None = None
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    why: Why

    def expand(self) -> list[Primitive]:
        """Set polyarchy."""
        return [setting(self, "polyarchy", self.to, state=self.who)]


class SpendingPledge(Strict):
    """States hold military spending at a share of GDP from a year on."""

    use: Literal["spending_pledge"]
    who: Selector
    share: Annotated[float, Spec(gt=0, le=0.5)]
    start: Year
    stop: Year | None = None
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    why: Why

    def expand(self) -> list[Primitive]:
        """Set the military share of GDP."""
        return [setting(self, "milex_share", self.share, state=self.who)]


Word = (
    Rapprochement
    | WarEnds
    | Breach
    | LiftSanctions
    | ImposeSanctions
    | JoinSanctions
    | LeaveSanctions
    | TradeOpening
    | Pact
    | LeavePact
    | Realignment
    | Reform
    | SpendingPledge
    | JoinTreaty
    | LeaveTreaty
    | DissolveTreaty
    | FoundTreaty
    | AmendTreaty
    | ApplyToJoin
    | AdmitByMajority
    | OpenTalks
    | SidePayment
    | SettleDemand
    | OpecBreaks
    | OilPriceCap
    | VisaWaiver
    | MendGovernance
    | GasRoute
    | GasBan
    | GasDemand
    | LngTerminal
    | GasPriceCap
    | GasCut
    | WarheadCeiling
    | RemoveHostedWarheads
    | BaseForces
    | Step
    | SettleTerritory
    | ReturnTerritory
)
WORDS: dict[str, type[Strict]] = {
    "rapprochement": Rapprochement,
    "war_ends": WarEnds,
    "breach": Breach,
    "lift_sanctions": LiftSanctions,
    "impose_sanctions": ImposeSanctions,
    "join_sanctions": JoinSanctions,
    "leave_sanctions": LeaveSanctions,
    "trade_opening": TradeOpening,
    "pact": Pact,
    "leave_pact": LeavePact,
    "realignment": Realignment,
    "reform": Reform,
    "spending_pledge": SpendingPledge,
    **TREATY_WORDS,
    **ACCESSION_WORDS,
    **ECONOMY_WORDS,
    **GAS_WORDS,
    **FORCE_WORDS,
    **RELATIONS_WORDS,
    **TERRITORY_WORDS,
}


def _peace(
    between: tuple[Selector, Selector], level: float, year: int, why: str, bound: str
) -> list[Primitive]:
    move = {"do": "set", "field": "peace_level", "at": {"between": between}, "to": level, "bound": bound}
    return [move | {"why": why} | when(year, year)]


def _bound(one: Selector, other: Selector, to: float, word: Pact | LeavePact) -> Primitive:
    move = {"do": "set", "field": "defence_pact", "at": {"between": (one, other)}, "to": to, "why": word.why}
    return move | when(word.start, word.stop)
