"""How each field is shown to people: its plain name, how it is summed over states, its unit and scale.

A field without an entry is shown with the name, unit and meaning of its declaration, so a new
mechanism appears on the page before anyone has written a line here.
"""

from __future__ import annotations

from dataclasses import dataclass

from detente.model.field import Field


@dataclass(frozen=True, slots=True)
class Look:
    """How a field is shown.

    ``how`` is the aggregation over several states (see ``Result.values``). An effect is shown in
    per cent of the baseline if ``relative``, otherwise as a difference in ``effect_unit``; levels
    and differences are multiplied by ``factor`` first.
    """

    title: str
    noun: str
    unit: str
    how: str = "mean"
    relative: bool = False
    factor: float = 1.0
    effect_unit: str = ""
    more: str = "higher"
    less: str = "lower"
    places: int = 0
    """Fewest places after the point of a level."""

    @property
    def scale(self) -> float:
        """What a raw effect is multiplied by before it is shown."""
        return 100.0 if self.relative else self.factor

    @property
    def difference_unit(self) -> str:
        """Unit of the effect as shown."""
        return "%" if self.relative else self.effect_unit or self.unit


LOOKS = {
    "peace_level": Look(
        "Peace level",
        "the level of peace",
        "0 severe rivalry, 1 security community",
        effect_unit="points on the peace scale",
    ),
    "warm_pairs": Look(
        "Pairs at warm peace or better",
        "the share of pairs at warm peace or better",
        "%",
        factor=100,
        effect_unit="percentage points",
    ),
    "ideal_distance": Look(
        "Distance in UN voting",
        "the distance in UN voting",
        "points on the voting scale",
        effect_unit="points on the voting scale",
        more="wider",
        less="narrower",
        places=2,
    ),
    "ideal_point": Look(
        "Position in UN voting",
        "the position in UN voting",
        "points on the voting scale",
        effect_unit="points on the voting scale",
    ),
    "trade_flow": Look("Trade", "trade", "billion USD a year", "sum", True, 1e-3),
    "trade_both": Look("Trade both ways", "trade both ways", "billion USD a year", "sum", True, 1e-3),
    "exports": Look("Exports", "exports", "billion USD a year", "sum", True, 1e-3),
    "imports": Look("Imports", "imports", "billion USD a year", "sum", True, 1e-3),
    "real_income": Look(
        "Real income",
        "real income",
        "index, start-year trade costs = 100",
        "weighted:gdp",
        True,
        100,
        places=2,
    ),
    "real_gdp": Look("Real GDP", "real GDP", "billion 2023 USD", "sum", True),
    "gdp": Look("Potential GDP", "potential GDP", "billion 2023 USD", "sum", True),
    "price_index": Look(
        "Prices of traded goods", "prices of traded goods", "index, start = 100", "weighted:gdp", True, 100
    ),
    "milex": Look("Military spending", "military spending", "billion 2023 USD a year", "sum", True),
    "milex_share": Look(
        "Military spending, share of GDP",
        "military spending as a share of GDP",
        "% of GDP",
        "weighted:gdp",
        False,
        100,
        "percentage points of GDP",
    ),
    "polyarchy": Look("Electoral democracy", "electoral democracy", "index 0–1"),
    "population": Look("Population", "population", "persons", "sum", True),
    "land_border": Look("Common borders", "common borders", "0 or 1"),
    "min_distance": Look("Distances", "distances", "km"),
    "defence_pact": Look("Defence pacts", "defence pacts", "0 or 1"),
    "base_flow": Look(
        "Trade matrix of the base year", "the trade matrix of the base year", "million USD", "sum"
    ),
    "baseline_growth": Look("Projected growth", "projected growth", "log points a year"),
    "reconciliation": Look("Effort at reconciliation", "effort at reconciliation", "0 to 1"),
    "threat": Look("Threat perceived", "the threat perceived", "logarithmic index"),
    "sanction_complete": Look(
        "Complete trade sanctions",
        "the share under complete trade sanctions",
        "%",
        factor=100,
        effect_unit="percentage points",
    ),
    "sanction_partial": Look(
        "Partial trade sanctions",
        "the share under partial trade sanctions",
        "%",
        factor=100,
        effect_unit="percentage points",
    ),
    "council_vetoes": Look(
        "Vetoes in the Security Council", "vetoes in the Security Council", "vetoes a year"
    ),
}


INNER = frozenset({"threat_norm", "ideal_point_passing", "sanction_age", "milex_norm"})
"""Memory that mechanisms keep from year to year; of no interest by itself."""


def look(name: str, field: Field | None = None) -> Look:
    """How to show a field; from its declaration where nothing special is known."""
    if name in LOOKS:
        return LOOKS[name]
    words = (
        name.replace("_", " ")
        .replace("gdp", "GDP")
        .replace("usd", "USD")
        .replace("milex", "military spending")
    )
    return Look(words[:1].upper() + words[1:], words, field.unit if field else "")
