"""Observed quantities of security that mechanisms read and none explains yet; see :mod:`inputs`."""

from __future__ import annotations

from detente.model.field import Field

WATER_BORDER = Field(
    "water_border",
    ("state", "partner"),
    "0 or 1",
    "input",
    "the two are contiguous across at most 400 miles of water and not by land (COW direct contiguity, "
    "types 2 to 5)",
    0.0,
    1.0,
    symmetric=True,
    grid=(0.0, 1.0),
    averaged=True,
)
CAPABILITY = Field(
    "capability",
    ("state",),
    "share of the world's",
    "input",
    "composite index of national capability (COW CINC) at the start: mean of the shares of the world's "
    "military spending and personnel, iron and steel, energy, population and urban population",
    0.0,
    1.0,
    averaged=True,
)
MAJOR_POWER = Field(
    "major_power",
    ("state",),
    "0 or 1",
    "input",
    "a major power by the COW list",
    0.0,
    1.0,
    grid=(0.0, 1.0),
    averaged=True,
)
NUCLEAR_ARMED = Field(
    "nuclear_armed",
    ("state",),
    "0 or 1",
    "input",
    "has nuclear warheads of its own in its military stockpile (Federation of American Scientists)",
    0.0,
    1.0,
    grid=(0.0, 1.0),
    averaged=True,
)
AT_WAR_START = Field(
    "at_war_start",
    ("state", "partner"),
    "0 or 1",
    "input",
    "a war between the two went on at the start (UCDP, primary parties)",
    0.0,
    1.0,
    symmetric=True,
    grid=(0.0, 1.0),
)
PLEDGED_SHARE = Field(
    "pledged_share",
    ("state",),
    "fraction of GDP",
    "input",
    "share of GDP that NATO's heads of government have pledged to spend on defence by a date (0: none); "
    "binds those who are members",
    0.0,
    1.0,
)
