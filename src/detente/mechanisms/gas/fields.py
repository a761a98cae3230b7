"""The fields of the gas market: what a scenario can move, and what is computed."""

from __future__ import annotations

from detente.model.field import Field

STATE, PAIR = ("state",), ("state", "partner")
LEVERS = (
    "gas_pipe_open, gas_pipe_capacity, gas_ban, gas_withheld, gas_demand_shift, gas_supply_shift, "
    "gas_price_cap, lng_liquefaction or lng_regasification"
)

OPEN = Field(
    "gas_pipe_open",
    PAIR,
    "share",
    "input",
    "open share of the pipelines from one state into a neighbouring one; 0 where wrecked, idle or forbidden",
    0.0,
    1.0,
)
CAPACITY = Field(
    "gas_pipe_capacity",
    PAIR,
    "bcm a year",
    "input",
    "nameplate of the pipelines from one state into another; 0 where there are none",
    0.0,
)
BAN = Field(
    "gas_ban",
    PAIR,
    "0 to 1",
    "input",
    "the buyer (row) has resolved to take no gas of the seller (column), by pipe or ship; what is done "
    "of it is the theory 'gas.phase_out'",
    0.0,
    1.0,
)
DEMAND_SHIFT = Field("gas_demand_shift", STATE, "log points", "input", "change of gas demand at given prices")
SUPPLY_SHIFT = Field(
    "gas_supply_shift",
    STATE,
    "log points",
    "input",
    "change of the capacity of gas fields; 0 in the observed world",
)
PRICE_CAP = Field(
    "gas_price_cap",
    STATE,
    "USD/MMBtu",
    "input",
    "highest price that may be paid; what cannot be bought at it goes unserved",
    0.0,
)
WITHHELD = Field(
    "gas_withheld",
    PAIR,
    "share",
    "input",
    "share of its gas that the seller (row) holds back from the buyer (column) on top of what chance brings; "
    "0 in the observed world",
    0.0,
    1.0,
)
BASE_GDP = Field(
    "gas_base_gdp", STATE, "billion 2023 USD", "input", "real GDP in the base year of the gas market", 0.0
)
EXPORT_COMING = Field(
    "lng_export_coming",
    STATE,
    "bcm a year",
    "input",
    "liquefaction that is to start this year (under construction in January 2024)",
    0.0,
)
IMPORT_COMING = Field(
    "lng_import_coming",
    STATE,
    "bcm a year",
    "input",
    "regasification that is to start this year (under construction in January 2024)",
    0.0,
)
LANE = Field(
    "lng_lane",
    PAIR,
    "0 or 1",
    "input",
    "the first state liquefies gas for export and the second lands LNG, at the start or under construction",
    0.0,
    1.0,
)
INPUTS = (
    OPEN,
    CAPACITY,
    BAN,
    WITHHELD,
    DEMAND_SHIFT,
    SUPPLY_SHIFT,
    PRICE_CAP,
    BASE_GDP,
    EXPORT_COMING,
    IMPORT_COMING,
    LANE,
)

STOCKS = (
    Field("lng_liquefaction", STATE, "bcm a year", "stock", "capacity to liquefy gas for export", 0.0),
    Field("lng_regasification", STATE, "bcm a year", "stock", "capacity to land liquefied gas", 0.0),
    Field(
        "lng_underway",
        STATE,
        "bcm a year",
        "stock",
        "liquefaction decided upon and not yet ready",
        0.0,
        inner=True,
    ),
    Field(
        "lng_terminals_underway",
        STATE,
        "bcm a year",
        "stock",
        "terminals to land LNG decided upon and not yet ready",
        0.0,
        inner=True,
    ),
    Field(
        "lng_terminal_margin",
        STATE,
        "USD/MMBtu",
        "stock",
        "smoothed margin of the border price over landed LNG and the cost of a new terminal",
        inner=True,
    ),
    Field(
        "lng_held_back",
        STATE,
        "bcm a year",
        "stock",
        "liquefaction built or nearly built that sanctions keep from selling",
        0.0,
        inner=True,
    ),
    Field(
        "gas_price_memory",
        STATE,
        "log points",
        "stock",
        "smoothed log of the gas price over its usual level (2015-2019): what slow adjustment answers to",
        inner=True,
    ),
)
CUT = Field(
    "gas_cut",
    PAIR,
    "0 or 1",
    "solved",
    "the seller (row) holds back gas from the buyer (column) this year for a political reason, by chance",
    0.0,
    1.0,
    instead="gas_withheld, or what relations rest on",
)


KEPT_WHERE = {"gas_route_flow": CAPACITY.name, "gas_lng_flow": LANE.name}
"""Flows that runs keep on every corridor and lane, beside the watched pairs."""


def _solved(name: str, unit: str, meaning: str, dims: tuple[str, ...] = STATE) -> Field:
    kept = KEPT_WHERE.get(name, "")
    return Field(name, dims, unit, "solved", meaning, instead=LEVERS, kept_where=kept)  # type: ignore[arg-type]


REMEMBERED = ("gas_price", "lng_fob_price", "lng_landed_price")
"""Solved fields of the year before from which the next solution starts; they change no result."""
SOLVED = (
    _solved("gas_price", "USD/MMBtu", "price of gas at the border of the state's network, mean of the year"),
    _solved("lng_fob_price", "USD/MMBtu", "price of LNG as it leaves the state's terminals"),
    _solved("lng_landed_price", "USD/MMBtu", "price of LNG as it reaches the state's terminals"),
    _solved("gas_use", "bcm", "gas used"),
    _solved("gas_output", "bcm", "gas produced for the market"),
    _solved("gas_imports", "bcm", "foreign gas used, net of transit"),
    _solved("gas_exports", "bcm", "own gas used abroad, by pipe and ship"),
    _solved("lng_exports", "bcm", "gas liquefied for export"),
    _solved("gas_bill", "billion USD", "all gas used, at the border price"),
    _solved(
        "household_gas_bill",
        "USD a year per household",
        "gas bill of the average household, with taxes and grid",
    ),
    _solved(
        "gas_rent",
        "billion USD",
        "producers' rent: price less marginal cost, with rents of full plants and pipes",
    ),
    _solved("gas_revenue", "billion USD", "earnings from gas sold abroad less gas bought for it"),
    _solved(
        "gas_unserved",
        "bcm",
        "demand that is not met at the price of lost load or a price cap, or that turns to oil",
    ),
    _solved(
        "gas_pipe_flow", "bcm", "gas of the seller (row) that came by pipe and is used by the buyer", PAIR
    ),
    _solved("gas_lng_flow", "bcm", "gas liquefied by the seller (row) and used by the buyer", PAIR),
    _solved(
        "gas_route_flow", "bcm", "gas carried by pipe from one state into the next, whosever it is", PAIR
    ),
)
