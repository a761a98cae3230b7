"""Word of scenario files for land that goes back to its claimant, and what is given for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Spec

from detente.mechanisms.phrases import Primitive, Why, Year
from detente.mechanisms.vocabulary_relations import SettleTerritory
from detente.mechanisms.vocabulary_sanctions import Kinds, LiftSanctions
from detente.model.parameter import Strict
from detente.model.scenario import Selector


class ReturnTerritory(Strict):
    """The holder returns the land that the claimant claims, and the senders named lift their sanctions for
    it.

    The same as ``settle_territory`` with ``status: returned``, and from that year ``lift_sanctions`` by
    ``relief_by`` on the holder (left out: nobody), of the ``kind`` named, for as many years as
    ``relief_years``. What return takes from the holder stands in its ``land_at_stake`` and
    ``people_at_stake``; rebuilding and resistance are no quantities of the engine.
    """

    use: Literal["return_territory"]
    claimant: Selector
    holder: Selector
    year: Year
    relief_by: Selector | None = None
    kind: Kinds = "all"
    relief_years: Annotated[int, Spec(ge=1, le=50)] = 1
    lasting: Annotated[int, Spec(ge=1, le=50)] = 20
    why: Why

    def expand(self) -> list[Primitive]:
        """What the two words expand to."""
        common = {
            "claimant": self.claimant,
            "holder": self.holder,
            "year": self.year,
            "lasting": self.lasting,
        }
        settled = SettleTerritory(use="settle_territory", status="returned", why=self.why, **common).expand()
        if self.relief_by is None:
            return settled
        span = {"start": self.year, "stop": self.year + self.relief_years - 1}
        relief = LiftSanctions(
            use="lift_sanctions", by=self.relief_by, on=self.holder, kind=self.kind, why=self.why, **span
        )
        return settled + relief.expand()


WORDS: dict[str, type[Strict]] = {"return_territory": ReturnTerritory}
