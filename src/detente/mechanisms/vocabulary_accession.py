"""Words of scenario files about accession: a bid, talks, what wins a member, the majority that decides."""

from __future__ import annotations

from math import log
from typing import Annotated, Literal

from pydantic import Field as Spec

from detente.mechanisms.phrases import Primitive, Why, Year, setting, when
from detente.model.parameter import Strict
from detente.model.scenario import Selector

Bloc = Literal["NATO", "EU"]
CERTAIN = 30.0
"""Log-odds that leave no room for a no."""


class ApplyToJoin(Strict):
    """States ask to join NATO or the European Union, in a year.

    Only the bid is made: what the members answer, and when, is left to the engine.
    """

    use: Literal["apply_to_join"]
    bloc: Bloc
    who: Selector
    start: Year
    why: Why

    def expand(self) -> list[Primitive]:
        """A pending bid in that year; from then on the engine carries it."""
        move = {"do": "set", "field": f"{self.bloc.lower()}_bid", "at": {"state": self.who}, "to": 1}
        return [move | {"why": self.why} | when(self.start, self.start)]


class AdmitByMajority(Strict):
    """Candidates for NATO or the European Union are admitted by a share of the members instead of all.

    ``candidates`` limits it to some; the amendment of the treaty itself is law (``amend_treaty``).
    """

    use: Literal["admit_by_majority"]
    bloc: Bloc
    share: Annotated[float, Spec(gt=0.5, le=1)]
    candidates: Selector = "all"
    start: Year
    stop: Year | None = None
    why: Why

    def expand(self) -> list[Primitive]:
        """The share of members that must accept."""
        move = {"do": "set", "field": f"{self.bloc.lower()}_majority", "at": {"state": self.candidates}}
        return [move | {"to": self.share, "why": self.why} | when(self.start, self.stop)]


class OpenTalks(Strict):
    """NATO gives candidates that have asked an action plan, or the European Union opens accession talks."""

    use: Literal["open_talks"]
    bloc: Bloc
    who: Selector
    start: Year
    why: Why

    def expand(self) -> list[Primitive]:
        """Talks in their first year; from then on the engine counts them."""
        move = {"do": "set", "field": f"{self.bloc.lower()}_talks", "at": {"state": self.who}, "to": 1}
        return [move | {"why": self.why} | when(self.start, self.start)]


class SidePayment(Strict):
    """Something is offered to members for their consent to candidates: it multiplies the odds of their yes.

    ``odds`` is by how much: 2 doubles the odds of a yes in the vote, of giving in where they hold out, and of
    ratifying without delay. What that takes in money or arms is the reader's premise (``why``).
    """

    use: Literal["side_payment"]
    bloc: Bloc
    to: Selector
    candidates: Selector
    odds: Annotated[float, Spec(gt=0, le=1e6)]
    start: Year
    stop: Year | None = None
    why: Why

    def expand(self) -> list[Primitive]:
        """The log of the odds, added to the member's."""
        at = {"state": self.to, "partner": self.candidates}
        return [setting(self, f"{self.bloc.lower()}_offer", log(self.odds), **at)]


class SettleDemand(Strict):
    """The demand of members on candidates is settled: they say yes, whatever they held out over.

    The bargain itself is the premise; without ``stop`` it holds for good.
    """

    use: Literal["settle_demand"]
    bloc: Bloc
    of: Selector
    candidates: Selector
    start: Year
    stop: Year | None = None
    why: Why

    def expand(self) -> list[Primitive]:
        """An offer that nobody refuses."""
        at = {"state": self.of, "partner": self.candidates}
        return [setting(self, f"{self.bloc.lower()}_offer", CERTAIN, **at)]


WORDS: dict[str, type[Strict]] = {
    "apply_to_join": ApplyToJoin,
    "open_talks": OpenTalks,
    "side_payment": SidePayment,
    "settle_demand": SettleDemand,
    "admit_by_majority": AdmitByMajority,
}
