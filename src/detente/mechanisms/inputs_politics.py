"""Observed quantities of home politics that mechanisms read and none explains yet; see :mod:`inputs`."""

from __future__ import annotations

from detente.model.field import Field

REGIME = Field(
    "regime",
    ("state",),
    "place in a list",
    "input",
    "kind of regime (REIGN): 0 parliamentary, 1 presidential, 2 party, 3 personal, 4 military, 5 monarchy, "
    "6 unsettled",
    0.0,
    6.0,
)
DECIDING_ELECTION = Field(
    "deciding_election",
    ("state",),
    "0 or 1",
    "input",
    "an election that decides who leads is due this year: of parliament in parliamentary regimes, else of "
    "the executive; after the record by the state's own rhythm",
    0.0,
    1.0,
)
DECIDING_ELECTION_BEFORE = Field(
    "deciding_election_before",
    ("state",),
    "0 or 1",
    "input",
    "such an election was due the year before",
    0.0,
    1.0,
)
OPINION_OLD = Field(
    "opinion_old",
    ("state", "partner"),
    "log-odds",
    "input",
    "level to which the public's view of the partner returns if publics forgive, as seen at the start",
)
OPINION_LOWER = Field(
    "opinion_lower",
    ("state", "partner"),
    "log-odds",
    "input",
    "the same if every fatal quarrel lowers it for good",
)
