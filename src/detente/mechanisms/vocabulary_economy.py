"""The words of scenario files about markets and travel: OPEC+, a cap on a price, visas, governance."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Spec

from detente.mechanisms.phrases import Primitive, Why, Year, setting
from detente.model.parameter import Strict
from detente.model.scenario import Selector

SWING = ("SAU", "ARE", "KWT", "IRQ")


class OpecBreaks(Strict):
    """Producers who hold back oil to steady its price stop doing so, until ``stop`` or for good.

    Left out, ``who`` are the four with nearly all spare capacity. Whether OPEC+ breaks by itself when a
    member's markets reopen is the parameter ``commodities.opec_plus`` (``holds`` or ``breaks``).
    """

    use: Literal["opec_breaks"]
    who: Selector = SWING
    start: Year
    stop: Year | None = None
    ramp: Annotated[int, Spec(ge=0, le=20)] = 0
    why: Why

    def expand(self) -> list[Primitive]:
        """Discipline falls to none."""
        return [setting(self, "opec_discipline", 0.0, state=self.who)]


class OilPriceCap(Strict):
    """A coalition lets its ships and insurers carry a seller's oil only below a price, in USD of 2023 a
    barrel."""

    use: Literal["oil_price_cap"]
    on: Selector
    usd: Annotated[float, Spec(gt=0, le=1000)]
    start: Year
    stop: Year | None = None
    why: Why

    def expand(self) -> list[Primitive]:
        """Set the cap."""
        return [setting(self, "oil_price_cap", self.usd, state=self.on)]


class VisaWaiver(Strict):
    """Two sides no longer ask each other's citizens for the visas that they needed before.

    It does nothing for pairs that needed none; which those are is not known here. Where links had been
    closed over a quarrel they stay closed until the sanctions end.
    """

    use: Literal["visa_waiver"]
    between: tuple[Selector, Selector]
    start: Year
    stop: Year | None = None
    why: Why

    def expand(self) -> list[Primitive]:
        """Set freedom from visas, both ways."""
        return [setting(self, "visa_free", 1.0, between=self.between)]


class MendGovernance(Strict):
    """A state's corruption score (0 to 100, 100 is clean) reaches a value over ``ramp`` years.

    It is Transparency International's, and stands for rule of law, openness and probity of offices
    together, which move together on record.
    """

    use: Literal["mend_governance"]
    who: Selector
    to: Annotated[float, Spec(ge=0, le=100)]
    start: Year
    stop: Year | None = None
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    why: Why

    def expand(self) -> list[Primitive]:
        """Set governance."""
        return [setting(self, "governance", self.to, state=self.who)]


WORDS: dict[str, type[Strict]] = {
    "opec_breaks": OpecBreaks,
    "oil_price_cap": OilPriceCap,
    "visa_waiver": VisaWaiver,
    "mend_governance": MendGovernance,
}
