"""Fields of the commodity markets: what is given, what is carried over, what the markets solve."""

from __future__ import annotations

from detente.model.field import Field

COMMODITIES = ("oil", "metals", "grain", "fertiliser")
UNITS = {
    "oil": "USD of 2023 per barrel",
    "metals": "index, 2010 = 100, in USD of 2023",
    "grain": "USD of 2023 per tonne",
    "fertiliser": "USD of 2023 per tonne of nutrients",
}
WORDS = {
    "oil": "crude oil (Brent)",
    "metals": "metals (World Bank index of seven)",
    "grain": "wheat (US hard red winter)",
    "fertiliser": "fertiliser (nitrogen, phosphate and potash by weight of nutrients)",
}
STATE, PAIR = ("state",), ("state", "partner")

FORMER_MARKET = Field(
    "former_market",
    PAIR,
    "share",
    "input",
    "part of the seller's (row) goods exports that went to the buyer (column) in the newest of the last 15 "
    "years in which few of its buyers had a trade sanction on it; a seller's shares add up to 1",
    0.0,
    1.0,
)
CLOSED_YEARS = Field(
    "closed_years",
    STATE,
    "years",
    "input",
    "for how long, at the start, the closed part of the state's former market for oil had been closed",
    0.0,
)
SWING_PRODUCER = Field(
    "swing_producer",
    STATE,
    "0 or 1",
    "input",
    "holds back oil to steady the price: the members of OPEC with spare capacity",
    0.0,
    1.0,
)
OIL_QUOTA = Field(
    "oil_quota",
    STATE,
    "0 or 1",
    "input",
    "member of OPEC, since 2017 of OPEC+, with a quota (Iran, Libya and Venezuela are exempt)",
    0.0,
    1.0,
)
OPEC_DISCIPLINE = Field(
    "opec_discipline",
    STATE,
    "0 to 1",
    "input",
    "1: a swing producer holds back its spare capacity; 0: it sells all it can; no matter for others",
    0.0,
    1.0,
)
OIL_PRICE_CAP = Field(
    "oil_price_cap",
    STATE,
    "USD of 2023 per barrel",
    "input",
    "price above which a coalition's ships and insurers may not carry the state's oil; 0: no cap. The cap of "
    "December 2022 on Russian oil counts as part of the embargo of that time, not here",
    0.0,
)
COMMODITY_TREND = Field(
    "commodity_trend",
    (),
    "log points",
    "stock",
    "growth of world output since the start, which carries the size of the markets",
    inner=True,
)
OPEC_BROKEN = Field(
    "opec_broken",
    (),
    "0 or 1",
    "stock",
    "OPEC+ broke up when a member's markets reopened",
    0.0,
    1.0,
    grid=(0.0, 1.0),
)
SPARE_SOLD = Field(
    "spare_sold",
    (),
    "share",
    "stock",
    "part of the spare capacity of the swing producers that is on the market",
    0.0,
    1.0,
    inner=True,
)


def given(of: str) -> tuple[Field, ...]:
    """Inputs of one market."""
    return (
        Field(
            f"{of}_share",
            STATE,
            "share",
            "input",
            f"part of world output of {WORDS[of]}; NaN: not known",
            0.0,
            1.0,
        ),
        Field(
            f"{of}_exported",
            STATE,
            "share",
            "input",
            f"part of its output of {of} that a state exports",
            0.0,
            1.0,
        ),
        Field(
            f"{of}_reach",
            PAIR,
            "share",
            "input",
            f"how much of the sender's (row) purchases of {of} from the target (column) its partial trade "
            "sanction bars; 0: one is in force at the start that leaves it alone; NaN: none is in force yet",
            0.0,
            1.0,
        ),
        Field(
            f"{of}_closed_start",
            STATE,
            "share",
            "input",
            f"part of the state's former market for {of} that was closed to it at the start",
            0.0,
            1.0,
        ),
        Field(
            f"{of}_world",
            (),
            "units of the price",
            "input",
            f"world output of {of} in a year at the start",
            0.0,
        ),
    )


def carried(of: str) -> tuple[Field, ...]:
    """Stocks of one market."""
    return (
        Field(
            f"{of}_path", (), UNITS[of], "stock", f"price of {of} on its path before any effect of ours", 0.0
        ),
        Field(
            f"{of}_supply", STATE, "ratio", "stock", f"output of {of} relative to its trend", 0.0, inner=True
        ),
        Field(
            f"{of}_demand", (), "ratio", "stock", f"world use of {of} relative to its trend", 0.0, inner=True
        ),
        Field(
            f"{of}_rerouted",
            STATE,
            "share",
            "stock",
            f"part of the former market for {of} whose loss the state has got over by finding other buyers",
            0.0,
            1.0,
            inner=True,
        ),
    )


def solved(of: str) -> tuple[Field, ...]:
    """What one market solves."""
    closed = "sanction_partial, sanction_complete"
    return (
        Field(f"{of}_price", (), UNITS[of], "solved", f"world price of {WORDS[of]}", 0.0, instead=closed),
        Field(
            f"{of}_revenue",
            STATE,
            "billion 2023 USD",
            "solved",
            f"what the state's producers earn with {of}: output at home and abroad at the price received",
            0.0,
            instead=closed,
        ),
        Field(
            f"{of}_discount",
            STATE,
            "share",
            "solved",
            f"how far below the world price the state sells its exports of {of}, because buyers are barred",
            0.0,
            1.0,
            instead=closed if of != "oil" else closed + ", oil_price_cap",
        ),
    )


OWN_INPUTS = (FORMER_MARKET, CLOSED_YEARS, SWING_PRODUCER, OIL_QUOTA, OPEC_DISCIPLINE, OIL_PRICE_CAP)
INPUTS = (*OWN_INPUTS, *(f for of in COMMODITIES for f in given(of)))
STOCKS = (COMMODITY_TREND, OPEC_BROKEN, SPARE_SOLD, *(f for of in COMMODITIES for f in carried(of)))
WRITES = (*STOCKS, *(f for of in COMMODITIES for f in solved(of)))
