"""Fields of tourism: the pattern that is given, how open each pair is, who travels."""

from __future__ import annotations

from detente.model.field import Field

PAIR = ("state", "partner")

TOURIST_BASE = Field(
    "tourist_base",
    PAIR,
    "million a year",
    "input",
    "visitors from the state (row) to the partner (column) in the base year, 2018 or before; named "
    "by the OECD for the main markets, the rest of a destination's arrivals spread by a gravity rule",
    0.0,
)
TOURISM_GDP = Field(
    "tourism_gdp",
    ("state",),
    "billion 2023 USD",
    "input",
    "real GDP in the base year of tourism",
    0.0,
)
PEACE_BASE = Field(
    "peace_base",
    PAIR,
    "0 to 1",
    "input",
    "peace level in the base year of tourism",
    0.0,
    1.0,
    symmetric=True,
)
TOURISM_CLOSED = Field(
    "tourism_closed",
    PAIR,
    "0, 1 or 2",
    "input",
    "1: flights and easy visas between the two had ended at the start over a quarrel; 2: at war and "
    "the border shut. Counts while either has a sanction on the other (1) or they are severe rivals (2)",
    0.0,
    2.0,
    symmetric=True,
    grid=(0.0, 1.0, 2.0),
)
VISA_FREE = Field(
    "visa_free",
    PAIR,
    "0 or 1",
    "input",
    "the state's (row) citizens no longer need the visa for the partner (column) needed at the start; "
    "0 in the observed world, whatever its visas are: no table of visas is at hand",
    0.0,
    1.0,
    grid=(0.0, 1.0),
)
OPENNESS = Field(
    "tourist_openness",
    PAIR,
    "log points",
    "stock",
    "how much more (or less) the state's people travel to the partner than in the base year at equal income",
    inner=True,
)
GAP = Field(
    "travel_gap",
    (),
    "log points",
    "stock",
    "how far travel in the whole world lies below its path after a shock to all, as the pandemic of 2020",
    high=0.0,
    inner=True,
)
LEVERS = "visa_free, peace_level, tourism_closed"
TOURISTS = Field(
    "tourists",
    PAIR,
    "million a year",
    "solved",
    "visitors from the state (row) to the partner (column)",
    0.0,
    instead=LEVERS,
)
ARRIVALS = Field(
    "arrivals", ("state",), "million a year", "solved", "visitors from abroad", 0.0, instead=LEVERS
)
DEPARTURES = Field(
    "departures",
    ("state",),
    "million a year",
    "solved",
    "visits of the state's people abroad, to destinations whose arrivals are known",
    0.0,
    instead=LEVERS,
)
INPUTS = (TOURIST_BASE, TOURISM_GDP, PEACE_BASE, TOURISM_CLOSED, VISA_FREE)
WRITES = (OPENNESS, GAP, TOURISTS, ARRIVALS, DEPARTURES)
