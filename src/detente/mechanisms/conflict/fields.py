"""What the conflict mechanism writes."""

from __future__ import annotations

from detente.model.field import Field

PAIR = ("state", "partner")
LEVERS = "peace_level, defence_pact, at_war, polyarchy"


def _chance(name: str, meaning: str) -> Field:
    return Field(
        name,
        PAIR,
        "chance a year",
        "solved",
        meaning,
        0.0,
        1.0,
        symmetric=True,
        instead=LEVERS,
        averaged=True,
    )


def _event(name: str, meaning: str) -> Field:
    return Field(name, PAIR, "0 or 1", "event", meaning, 0.0, 1.0, symmetric=True, grid=(0.0, 1.0))


DISPUTE_RISK = _chance(
    "dispute_risk",
    "chance that a militarised dispute between the two begins this year (a threat, display or use of force), "
    "as seen from the year before; for two at war, that the war goes on",
)
FATAL_RISK = _chance(
    "fatal_risk",
    "chance that a dispute with a soldier killed begins this year; for two at war, that the war goes on",
)
WAR_RISK = _chance(
    "war_risk", "chance that a war of the two begins this year; for two at war, that it goes on"
)
DISPUTE = _event("dispute", "a militarised dispute between the two begins this year")
FATAL_DISPUTE = _event("fatal_dispute", "a dispute with at least one soldier killed begins this year")
WAR = _event("war", "a war between the two begins this year, or one of them enters it for an ally")
PEACE_YEARS = Field(
    "peace_years",
    PAIR,
    "years",
    "stock",
    "years since a militarised dispute last went on between the two, or since the younger began to exist",
    0.0,
    symmetric=True,
    averaged=True,
)
DISPUTE_MEMORY = Field(
    "dispute_memory",
    PAIR,
    "disputes",
    "stock",
    "disputes that began between the two, each half as much a year later",
    0.0,
    symmetric=True,
    averaged=True,
)
FATAL_MEMORY = Field(
    "fatal_memory",
    PAIR,
    "disputes",
    "stock",
    "disputes with a soldier killed that began between the two, each half as much eight years later",
    0.0,
    symmetric=True,
    inner=True,
    averaged=True,
)
AT_WAR = Field(
    "at_war",
    PAIR,
    "0 or 1",
    "stock",
    "a war between the two goes on in this year",
    0.0,
    1.0,
    symmetric=True,
    grid=(0.0, 1.0),
    averaged=True,
)
WAR_YEARS = Field(
    "war_years",
    PAIR,
    "years",
    "stock",
    "calendar years in which the present war has gone on; 0 in peace",
    0.0,
    symmetric=True,
)
CONFLICT_RISK = Field(
    "conflict_risk",
    ("state",),
    "chance a year",
    "solved",
    "chance that at least one fatal dispute of the state begins this year or a war of it goes on, pairs "
    "taken as independent",
    0.0,
    1.0,
    instead=LEVERS,
)
EXPECTED_DISPUTES = Field(
    "expected_disputes",
    (),
    "disputes a year",
    "solved",
    "disputes of two states expected to begin this year in the whole world",
    0.0,
    instead=LEVERS,
)
EXPECTED_FATAL = Field(
    "expected_fatal",
    (),
    "fatal disputes a year",
    "solved",
    "fatal disputes of two states expected to begin this year in the world; wars that go on are no new ones",
    0.0,
    instead=LEVERS,
)
EXPECTED_WARS = Field(
    "expected_wars",
    (),
    "wars a year",
    "solved",
    "wars of two states expected to begin this year in the whole world, those who enter one not counted",
    0.0,
    instead=LEVERS,
)
OF_PAIRS = (
    DISPUTE_RISK,
    FATAL_RISK,
    WAR_RISK,
    DISPUTE,
    FATAL_DISPUTE,
    WAR,
    PEACE_YEARS,
    DISPUTE_MEMORY,
    FATAL_MEMORY,
    AT_WAR,
    WAR_YEARS,
)
WRITES = (*OF_PAIRS, CONFLICT_RISK, EXPECTED_DISPUTES, EXPECTED_FATAL, EXPECTED_WARS)
