"""What a start knows of the economy by sector: nothing is read from here, only said."""

from __future__ import annotations

from collections.abc import Sequence

from detente.data.bundle import table
from detente.data.start_states import Notes, Values
from detente.model.world import Observation

KNOWN_FROM = 2023
FIELDS = ("sector_income", "input_share")


def sectors(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """No values (the mechanism holds its base economy); the note says whose accounts it stands on."""
    if year < KNOWN_FROM:
        rule = (
            "accounts by sector describe 2022, partners 2023; before that the fields of sectors are missing"
        )
        return {}, dict.fromkeys(FIELDS, Observation("none", year, 0.0, rule))
    names = set(table("sector_flows")["exporter"].cast(str).unique())
    rule = "79 states have accounts of their own, the others are the rest of the world (tables_sectors)"
    said = Observation(
        "OECD ICIO 2022, WIOD 2011, BACI 2023, WDI", 2022, len(names & set(states)) / len(states), rule
    )
    return {}, dict.fromkeys(FIELDS, said)
