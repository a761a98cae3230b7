"""Words of scenario files about accession: a bid is made, or the majority that decides on bids changes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Spec

from detente.mechanisms.phrases import Primitive, Why, Year, when
from detente.model.parameter import Strict
from detente.model.scenario import Selector

Bloc = Literal["NATO", "EU"]


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


WORDS: dict[str, type[Strict]] = {"apply_to_join": ApplyToJoin, "admit_by_majority": AdmitByMajority}
