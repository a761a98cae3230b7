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
    "sanction_financial": Look(
        "Financial sanctions",
        "the share under financial sanctions",
        "%",
        factor=100,
        effect_unit="percentage points",
    ),
    "sanction_arms": Look(
        "Arms embargoes",
        "the share under arms embargoes",
        "%",
        factor=100,
        effect_unit="percentage points",
    ),
    "sanction_travel": Look(
        "Travel bans",
        "the share under travel bans",
        "%",
        factor=100,
        effect_unit="percentage points",
    ),
    "joins_sanctions": Look("Joining of sanctions", "joining of sanctions", "0 or 1"),
    "council_vetoes": Look(
        "Vetoes in the Security Council", "vetoes in the Security Council", "vetoes a year"
    ),
    "sector_income": Look(
        "Real income, many sectors",
        "real income by the many-sector model",
        "index, start-year trade costs = 100",
        "weighted:gdp",
        True,
        100,
        places=2,
    ),
    "gas_price": Look(
        "Gas price", "the gas price", "USD per million BTU", "weighted:gas_use", True, places=1
    ),
    "gas_use": Look("Gas used", "gas use", "bcm a year", "sum", True),
    "gas_output": Look("Gas produced", "gas output", "bcm a year", "sum", True),
    "gas_imports": Look("Gas imported", "gas imports", "bcm a year", "sum", True),
    "gas_exports": Look("Gas exported", "gas exports", "bcm a year", "sum", True),
    "lng_exports": Look("Liquefied gas exported", "exports of liquefied gas", "bcm a year", "sum"),
    "gas_bill": Look("Gas bill", "the gas bill", "billion USD a year", "sum"),
    "household_gas_bill": Look(
        "Gas bill of a household", "a household's gas bill", "USD a year", "weighted:population"
    ),
    "gas_rent": Look("Producers' gas rent", "the rent of gas producers", "billion USD a year", "sum"),
    "gas_revenue": Look(
        "Earnings from gas sold abroad", "earnings from gas sold abroad", "billion USD a year", "sum"
    ),
    "lng_fob_price": Look(
        "Price of liquefied gas at the plant",
        "the price of liquefied gas at the plant",
        "USD per million BTU",
        "weighted:lng_exports",
        places=1,
    ),
    "lng_landed_price": Look(
        "Price of liquefied gas on landing",
        "the price of liquefied gas on landing",
        "USD per million BTU",
        "weighted:lng_regasification",
        places=1,
    ),
    "lng_liquefaction": Look("Capacity to liquefy gas", "the capacity to liquefy gas", "bcm a year", "sum"),
    "lng_regasification": Look(
        "Capacity to land liquefied gas", "the capacity to land liquefied gas", "bcm a year", "sum"
    ),
    "gas_cut": Look("Political gas cuts", "political gas cuts", "pairs of states", "sum"),
    "gas_route_flow": Look(
        "Gas carried by pipe across a border", "gas carried by pipe across a border", "bcm a year", "sum"
    ),
    "gas_unserved": Look("Gas demand not met", "gas demand not met", "bcm a year", "sum"),
    "oil_price": Look("Oil price", "the oil price", "USD per barrel", relative=True),
    "metals_price": Look("Metals price", "the price of metals", "index", relative=True),
    "grain_price": Look("Wheat price", "the price of wheat", "USD per tonne", relative=True),
    "fertiliser_price": Look("Fertiliser price", "the price of fertiliser", "index", relative=True),
    **{
        f"{good}_revenue": Look(
            f"{good.capitalize()} revenue", f"{good} revenue", "billion USD a year", "sum", places=1
        )
        for good in ("oil", "metals", "grain", "fertiliser")
    },
    "fdi_inflow": Look("Foreign investment coming in", "inward investment", "billion 2023 USD a year", "sum"),
    "know_how": Look(
        "Productivity from openness",
        "productivity from openness",
        "% against the projection",
        "weighted:gdp",
        factor=100,
        effect_unit="percentage points",
    ),
    "arrivals": Look("Visitors coming in", "visitors coming in", "million a year", "sum", True, places=1),
    "departures": Look("Visitors going out", "visitors going out", "million a year", "sum", True, places=1),
    "arms_exports": Look(
        "Arms sold abroad", "arms sold abroad", "million trend-indicator units", "sum", True
    ),
    "arms_imports": Look(
        "Arms bought abroad", "arms bought abroad", "million trend-indicator units", "sum", True
    ),
    "civil_spending_share": Look(
        "Civil spending out of military money freed",
        "civil spending out of military money freed",
        "% of GDP",
        "weighted:gdp",
        factor=100,
        effect_unit="percentage points of GDP",
    ),
    "freed_share": Look(
        "Military money freed since the start",
        "military money freed since the start",
        "% of GDP",
        "weighted:gdp",
        factor=100,
        effect_unit="percentage points of GDP",
    ),
    "schools_health_share": Look(
        "Schools and health out of military money freed",
        "schools and health out of military money freed",
        "% of GDP",
        "weighted:gdp",
        factor=100,
        effect_unit="percentage points of GDP",
    ),
    "deficit_share": Look(
        "Lower deficit out of military money freed",
        "the lower deficit out of military money freed",
        "% of GDP",
        "weighted:gdp",
        factor=100,
        effect_unit="percentage points of GDP",
    ),
    "tax_share": Look(
        "Lower revenue out of military money freed",
        "lower revenue out of military money freed",
        "% of GDP",
        "weighted:gdp",
        factor=100,
        effect_unit="percentage points of GDP",
    ),
    "gdp_usd": Look("GDP in current dollars", "GDP in current dollars", "billion USD", "sum", True),
    "gdp_ppp": Look(
        "GDP at purchasing power", "GDP at purchasing power", "billion international USD", "sum", True
    ),
    "opinion": Look(
        "Views of the other side",
        "the share of the public that sees the other side favourably",
        "% of those with a view",
        factor=100,
        effect_unit="percentage points",
    ),
    "leader_exit_chance": Look(
        "Chance of a new leader",
        "the chance of a new leader",
        "% a year",
        factor=100,
        effect_unit="percentage points",
    ),
    "leader_change": Look("New leaders", "new leaders", "% of years", factor=100, effect_unit="points"),
    "irregular_change": Look(
        "Leaders thrown out", "leaders thrown out", "% of years", factor=100, effect_unit="points", places=1
    ),
    "leader_years": Look("Years in office", "the leader's years in office", "years"),
    "hardliner": Look("Willingness to use force", "the leader's willingness to use force", "rank, 1 highest"),
    "need_of_enemy": Look("Need of an enemy", "the need of an enemy", "log-odds a year", places=2),
    "upheaval": Look("Upheaval at home", "upheaval at home", "log-odds", places=2),
}


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
