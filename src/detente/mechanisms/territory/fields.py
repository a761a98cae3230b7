"""Fields of the mechanism *territory*: claims of a state (row) on land that its partner (column) holds."""

from __future__ import annotations

from detente.model.field import Field, Kind

STATE, PAIR = ("state",), ("state", "partner")


def _of_claims(
    name: str, unit: str, kind: Kind, meaning: str, high: float = float("inf"), averaged: bool = False
) -> Field:
    instead = "territorial_claim" if kind == "solved" else ""
    grid = (0.0, 1.0) if unit == "0 or 1" else ()
    averaged = name == "territorial_claim"
    return Field(name, PAIR, unit, kind, meaning, 0.0, high, grid=grid, instead=instead, averaged=averaged)


CLAIM = _of_claims(
    "territorial_claim",
    "0 or 1",
    "stock",
    "the government of the state (row) claims territory that the partner (column) holds, or that is held "
    "with its forces or recognition; says nothing on who is right",
    1.0,
)
CLAIM_YEARS = _of_claims(
    "claim_years",
    "years",
    "stock",
    "years that the claim of the state (row) on land held by the partner (column) has stood; 0 without a "
    "claim",
)
SETTLEMENT_CHANCE = _of_claims(
    "settlement_chance",
    "chance a year",
    "solved",
    "chance that the claim of the state (row) on the partner (column) is settled in peace within the year: "
    "dropped, "
    "agreed, voted or decided with a third party; 0 without a claim",
    1.0,
)
SETTLED = _of_claims(
    "claim_settled",
    "0 or 1",
    "event",
    "a claim of the state (row) on the partner (column) is settled in peace",
    1.0,
)
FLARE_UP_RISK = Field(
    "flare_up_risk",
    PAIR,
    "chance a year",
    "solved",
    "chance that a militarised dispute over claimed land begins between the two within the year; 0 without "
    "a claim",
    0.0,
    1.0,
    symmetric=True,
    instead="territorial_claim",
)
FLARE_UP = Field(
    "flare_up",
    PAIR,
    "0 or 1",
    "event",
    "a militarised dispute over claimed land begins between the two",
    0.0,
    1.0,
    symmetric=True,
    grid=(0.0, 1.0),
)
FROZEN = _of_claims(
    "frozen_conflict",
    "0 or 1",
    "solved",
    "the state (row) claims land that was taken by arms and is held by the partner (column) or by an "
    "authority that "
    "its forces uphold, and the two are not at war; says nothing on who is right",
    1.0,
)


def _of_states(name: str, unit: str, meaning: str) -> Field:
    return Field(name, STATE, unit, "solved", meaning, 0.0, instead="territorial_claim")


MADE = _of_states("claims_made", "states", "states from which the state claims territory")
MET = _of_states("claims_met", "states", "states that claim territory which the state holds")
LAND = _of_states(
    "land_at_stake",
    "km2",
    "land that the state holds, or that is held with its forces, and that others claim: what return would "
    "take from it; "
    "land of unknown size is left out",
)
PEOPLE = _of_states(
    "people_at_stake",
    "people",
    "people who lived at the last count on land that the state holds and others claim; uncounted land is "
    "left out",
)
WRITES = (
    CLAIM, CLAIM_YEARS, SETTLEMENT_CHANCE, SETTLED, FLARE_UP_RISK, FLARE_UP, FROZEN, MADE, MET, LAND, PEOPLE,
)  # fmt: skip


def _seen(name: str, unit: str, meaning: str) -> Field:
    return Field(name, PAIR, unit, "input", meaning + ", as seen at the start", 0.0)


SALIENCE = _seen(
    "claim_salience", "0 to 12", "how much is at stake for the two in the claim (ICOW); NaN not coded"
)
SEIZED = _seen(
    "seized_land", "0 or 1", "claimed land was taken by arms or is under a local authority upheld by forces"
)
AREA = _seen("claimed_area", "km2", "area that the state (row) claims from the partner (column); NaN unknown")
DWELLERS = _seen("claimed_people", "people", "people living there at the last count; NaN unknown")
INPUTS = (SALIENCE, SEIZED, AREA, DWELLERS)
