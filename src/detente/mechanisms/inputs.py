"""Observed quantities that several mechanisms read and none of them explains yet.

Each is declared once here; the observed world (:mod:`detente.data.start`) provides the numbers.
"""

from __future__ import annotations

from detente.model.field import Field

POLYARCHY = Field(
    "polyarchy",
    ("state",),
    "index 0-1",
    "input",
    "V-Dem electoral democracy index (v2x_polyarchy); 1 is most democratic",
    0.0,
    1.0,
    averaged=True,
)
POPULATION = Field("population", ("state",), "persons", "input", "total population", 0.0)
BASELINE_GROWTH = Field(
    "baseline_growth",
    ("state",),
    "log points a year",
    "input",
    "projected growth of real GDP before any effect of ours",
)
GROWTH_VOLATILITY = Field(
    "growth_volatility",
    ("state",),
    "log points a year",
    "input",
    "usual size of a state's yearly growth surprises (mechanisms.growth.equations.growth_volatility)",
    0.0,
)
LAND_BORDER = Field(
    "land_border",
    ("state", "partner"),
    "0 or 1",
    "input",
    "the two share a land or river border (COW direct contiguity, type 1)",
    0.0,
    1.0,
    symmetric=True,
    averaged=True,
)
MIN_DISTANCE = Field(
    "min_distance",
    ("state", "partner"),
    "km",
    "input",
    "shortest distance between the two territories (CShapes 2.0)",
    0.0,
    symmetric=True,
    averaged=True,
)
DEFENCE_PACT = Field(
    "defence_pact",
    ("state", "partner"),
    "0 or 1",
    "input",
    "both are bound by a treaty of mutual defence (ATOP; NATO table since 2018)",
    0.0,
    1.0,
    symmetric=True,
    grid=(0.0, 1.0),
)
"""As given from outside, for a mechanism that runs alone; in the whole model ``alliances`` owns the field."""
RECONCILIATION = Field(
    "reconciliation",
    ("state", "partner"),
    "0 to 1",
    "input",
    "deliberate effort at rapprochement: councils, exercises, hotlines, exchanges; 0 none, 1 as in the "
    "most determined cases on record",
    0.0,
    1.0,
    symmetric=True,
)
BASE_FLOW = Field(
    "base_flow",
    ("state", "partner"),
    "million USD",
    "input",
    "goods sold by exporter (row) to importer (column) in the base year; the diagonal is sales at home",
    0.0,
)
BASE_SANCTION_COMPLETE = Field(
    "base_sanction_complete",
    ("state", "partner"),
    "0 or 1",
    "input",
    "the sender (row) had a complete trade sanction on the target (column) in force in the year of base_flow",
    0.0,
    1.0,
)
BASE_SANCTION_PARTIAL = Field(
    "base_sanction_partial",
    ("state", "partner"),
    "0 or 1",
    "input",
    "the sender (row) had a partial trade sanction on the target (column) in force in the year of base_flow",
    0.0,
    1.0,
)
BASE_SANCTION_FINANCIAL = Field(
    "base_sanction_financial",
    ("state", "partner"),
    "0 or 1",
    "input",
    "the sender (row) had a financial sanction on the target (column) in force in the year of base_flow",
    0.0,
    1.0,
)
BASE_SANCTION_AGE = Field(
    "base_sanction_age",
    ("state", "partner"),
    "years",
    "input",
    "how long the sender's trade sanction (without one, its financial sanction) on the target had been in "
    "force in the year of base_flow; 1 in the year of imposition",
    0.0,
)
BASE_YEAR = Field(
    "base_year",
    ("state",),
    "year",
    "input",
    "year that base_flow, base_gdp, base_gdp_usd and base_sanction_* describe",
)
BASE_GDP = Field(
    "base_gdp",
    ("state",),
    "billion 2023 USD",
    "input",
    "real GDP in the base year, on the scale of the field gdp",
    0.0,
)
BASE_GDP_USD = Field(
    "base_gdp_usd",
    ("state",),
    "billion USD",
    "input",
    "GDP in the base year at current prices and exchange rates, the money of base_flow",
    0.0,
)
TRADE_COST = Field(
    "trade_cost",
    ("state", "partner"),
    "log points of trade",
    "input",
    "added cost of selling from exporter (row) to importer (column), in the trade that it suppresses at "
    "given prices: 0.1 lowers it by 0.1 log points, -0.1 (facilitation) raises it; 0 in the observed world",
)
RELATION_CODED = Field(
    "relation_coded",
    ("state", "partner"),
    "0 or 1",
    "input",
    "the peace scale has coded the pair in the start year or before; other pairs count as negative peace, "
    "with a chance of their own to leave it",
    0.0,
    1.0,
    symmetric=True,
    grid=(0.0, 1.0),
    averaged=True,
)
JOINS_SANCTIONS = Field(
    "joins_sanctions",
    ("state", "partner"),
    "0 or 1",
    "input",
    "the state (row) joins whoever sanctions the partner (column): while it has no trade sanction of its own "
    "it takes the kinds that the coalition has; 0 in the observed world",
    0.0,
    1.0,
    grid=(0.0, 1.0),
)
UNREPORTED_MILEX = Field(
    "unreported_milex",
    ("state",),
    "billion 2023 USD",
    "input",
    "military spending imputed for states that report none: cross-section regression of log spending on log "
    "capabilities (CINC) in the newest year that has both; NaN for states that report",
    0.0,
)
GOVERNANCE = Field(
    "governance",
    ("state",),
    "score 0-100",
    "input",
    "how little corruption is perceived (Transparency International; 100 is clean)",
    0.0,
    100.0,
)
FDI_HABIT = Field(
    "fdi_habit",
    ("state",),
    "asinh of per cent of GDP",
    "input",
    "mean inflow of foreign direct investment over the ten years up to the start",
)
FDI_VOLATILITY = Field(
    "fdi_volatility",
    ("state",),
    "asinh of per cent of GDP",
    "input",
    "usual size of the yearly changes of the inflow in those years, half-way to the median state's",
    0.0,
)
SANCTIONED_HABIT = Field(
    "sanctioned_habit",
    ("state",),
    "share of the world",
    "input",
    "mean share of the rest of world output that sanctioned the state's trade or finance in those years",
    0.0,
    1.0,
)
RIVALS_HABIT = Field(
    "rivals_habit",
    ("state",),
    "share of the world",
    "input",
    "mean share of the rest of the world's output with which the state was in rivalry in the same ten years",
    0.0,
    1.0,
)
GOVERNANCE_HABIT = Field(
    "governance_habit",
    ("state",),
    "score 0-100",
    "input",
    "mean of governance over the same ten years",
    0.0,
    100.0,
)
COMPLETE_START = Field(
    "complete_start",
    ("state",),
    "share of the world",
    "input",
    "share of the rest of world output under whose complete trade sanctions the state stood at the start",
    0.0,
    1.0,
)
PARTIAL_START = Field(
    "partial_start",
    ("state",),
    "share of the world",
    "input",
    "share of the rest of world output under whose partial trade sanctions the state stood at the start",
    0.0,
    1.0,
)
PATHWAY_GAPS = tuple(
    Field(
        f"{pathway}_gap",
        ("state",),
        "log points a year",
        "input",
        f"how much faster output grows on {pathway.upper()} than on SSP2; 0 until 2030",
    )
    for pathway in ("ssp1", "ssp3", "ssp4", "ssp5")
)
MILEX_SHARE_START = Field(
    "milex_share_start",
    ("state",),
    "fraction of GDP",
    "input",
    "military spending as a share of GDP at the start of the run, from which freed money is counted",
    0.0,
    1.2,
)
ARMS_BASE = Field(
    "arms_base",
    ("state", "partner"),
    "million TIV a year",
    "input",
    "weapons that the seller (row) delivered to the buyer (column) in the five years of the newest window "
    "before the start: its share of the world's deliveries times their total",
    0.0,
)
PACT_START = Field(
    "pact_start",
    ("state", "partner"),
    "0 or 1",
    "input",
    "defence_pact as it was at the start of the run",
    0.0,
    1.0,
    symmetric=True,
)
PEACE_START = Field(
    "peace_start",
    ("state", "partner"),
    "0 to 1",
    "input",
    "peace_level as it was at the start of the run",
    0.0,
    1.0,
    symmetric=True,
)
ARMS_BAN_START = Field(
    "arms_ban_start",
    ("state", "partner"),
    "0 or 1",
    "input",
    "the state (row) had an arms embargo or a complete trade sanction on the partner (column) at the start",
    0.0,
    1.0,
)
MILEX_START = Field(
    "milex_start",
    ("state",),
    "billion 2023 USD",
    "input",
    "military spending at the start of the run",
    0.0,
    averaged=True,
)
PPP_FACTOR = Field(
    "ppp_factor",
    ("state",),
    "international dollars per USD",
    "input",
    "GDP at purchasing power, in dollars of 2023, over real GDP in the newest year (World Bank; IMF): turns "
    "billion 2023 USD into billion international dollars",
    0.0,
)
PRICE_LEVEL_HABIT = Field(
    "price_level_habit",
    ("state",),
    "log ratio",
    "input",
    "mean of price_level over the twenty years up to the start",
)
RELATIVE_INCOME_HABIT = Field(
    "relative_income_habit",
    ("state",),
    "log ratio",
    "input",
    "mean over the same years of log output per head at purchasing power, relative to the United States",
)
ALL = (
    POLYARCHY,
    POPULATION,
    BASELINE_GROWTH,
    GROWTH_VOLATILITY,
    LAND_BORDER,
    MIN_DISTANCE,
    RECONCILIATION,
    RELATION_CODED,
    BASE_FLOW,
    BASE_SANCTION_COMPLETE,
    BASE_SANCTION_PARTIAL,
    BASE_SANCTION_FINANCIAL,
    BASE_SANCTION_AGE,
    BASE_YEAR,
    BASE_GDP,
    BASE_GDP_USD,
    TRADE_COST,
    JOINS_SANCTIONS,
    UNREPORTED_MILEX,
    GOVERNANCE,
    FDI_HABIT,
    FDI_VOLATILITY,
    SANCTIONED_HABIT,
    RIVALS_HABIT,
    GOVERNANCE_HABIT,
    COMPLETE_START,
    PARTIAL_START,
    *PATHWAY_GAPS,
    MILEX_SHARE_START,
    ARMS_BASE,
    PACT_START,
    PEACE_START,
    ARMS_BAN_START,
    MILEX_START,
    PPP_FACTOR,
    PRICE_LEVEL_HABIT,
    RELATIVE_INCOME_HABIT,
)
