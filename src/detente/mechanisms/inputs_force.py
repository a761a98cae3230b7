"""Observed quantities of armed force that mechanisms read and none explains yet; see :mod:`inputs`."""

from __future__ import annotations

from detente.model.field import Field

STATE, PAIR = ("state",), ("state", "partner")
PARTS = {
    "spending": "military spending at exchange rates",
    "steel": "iron and steel",
    "energy": "energy use",
    "towns": "people in cities of 100,000 and more",
}
WEIGHTS = {
    part: Field(
        f"{part}_weight",
        STATE,
        "share of the world's",
        "input",
        f"{meaning} at the start (COW NMC), as the index of national capability counts it",
        0.0,
        1.0,
    )
    for part, meaning in PARTS.items()
}
GDP_START = Field("gdp_start", STATE, "billion 2023 USD", "input", "real GDP at the start of the run", 0.0)
POPULATION_START = Field(
    "population_start", STATE, "persons", "input", "population at the start of the run", 0.0
)
FORWARD_START = Field(
    "forward_troops_start",
    PAIR,
    "thousand",
    "input",
    "forces of the state (row) in the partner's (column) land at the start of the run, in peace",
    0.0,
)
CEILING = Field(
    "warhead_ceiling",
    STATE,
    "warheads",
    "input",
    "most warheads that a treaty allows in the military stockpile with its reserve; a million: no treaty",
    0.0,
)
DEPLOYED_CEILING = Field(
    "deployed_ceiling",
    STATE,
    "warheads",
    "input",
    "most deployed strategic warheads that a treaty allows, as in New START; a million: no treaty",
    0.0,
)
DEPLOYED_SHARE = Field(
    "deployed_share",
    STATE,
    "share of the stockpile",
    "input",
    "strategic warheads deployed at the start, as a share of the military stockpile",
    0.0,
    1.0,
)
WARHEADS_START = Field(
    "warheads_start",
    STATE,
    "warheads",
    "input",
    "warheads in the military stockpile at the start of the run",
    0.0,
)
WARHEAD_PLAN = Field(
    "warhead_plan",
    STATE,
    "log points a year",
    "input",
    "growth of the stockpile to the number that others' governments foretell; unknown: none foretold",
)
ALL = (
    *WEIGHTS.values(),
    GDP_START,
    POPULATION_START,
    FORWARD_START,
    CEILING,
    DEPLOYED_CEILING,
    DEPLOYED_SHARE,
    WARHEADS_START,
    WARHEAD_PLAN,
)
