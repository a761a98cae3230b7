"""Fields of the alliances mechanism."""

from __future__ import annotations

from detente.model.field import Field

PAIR = ("state", "partner")
DEFENCE_PACT = Field(
    "defence_pact",
    PAIR,
    "0 or 1",
    "stock",
    "both are bound by a treaty of mutual defence (at the start ATOP, with the NATO table since 2018)",
    0.0,
    1.0,
    symmetric=True,
    grid=(0.0, 1.0),
    averaged=True,
)
PACT_FORMED = Field(
    "pact_formed",
    PAIR,
    "0 or 1",
    "event",
    "the two become bound this year, by a treaty of their own or as members of a body",
    0.0,
    1.0,
    symmetric=True,
    grid=(0.0, 1.0),
)
PACT_ENDED = Field(
    "pact_ended",
    PAIR,
    "0 or 1",
    "event",
    "the last bond of mutual defence between the two ends this year",
    0.0,
    1.0,
    symmetric=True,
    grid=(0.0, 1.0),
)


def _member(name: str, body: str, inner: bool = False) -> Field:
    what = (
        "as the engine left it last, before any intervention" if inner else f"bound by the treaty of {body}"
    )
    return Field(name, ("state",), "0 or 1", "stock", what, 0.0, 1.0, grid=(0.0, 1.0), inner=inner)


def _cohesion(name: str, body: str) -> Field:
    meaning = f"minus the mean distance of {body}'s members from their mean position in UN votes, a year ago"
    return Field(name, (), "idealpointfp", "solved", meaning, high=0.0, instead="ideal_point")


NATO_BOUND = _member("nato_bound", "NATO")
CSTO_MEMBER = _member("csto_member", "the CSTO")
NATO_REACHED = _member("nato_bound_reached", "NATO", inner=True)
CSTO_REACHED = _member("csto_member_reached", "the CSTO", inner=True)
NATO_COHESION = _cohesion("nato_cohesion", "NATO")
CSTO_COHESION = _cohesion("csto_cohesion", "the CSTO")
EU_COHESION = _cohesion("eu_cohesion", "the EU")
PACT_OF_TWO = Field(
    "pact_of_two",
    PAIR,
    "0 or 1",
    "input",
    "at the start the two are bound by a treaty of mutual defence of these two alone (ATOP)",
    0.0,
    1.0,
    symmetric=True,
    grid=(0.0, 1.0),
)
PACT_OF_MANY = Field(
    "pact_of_many",
    PAIR,
    "0 or 1",
    "input",
    "at the start the two are bound by a treaty of mutual defence of three or more other than NATO's and "
    "the CSTO's (ATOP): Rio, the Arab League, the EU, ECOWAS and others",
    0.0,
    1.0,
    symmetric=True,
    grid=(0.0, 1.0),
)
EU_VETOES = Field(
    "eu_vetoes",
    (),
    "vetoes a year",
    "solved",
    "vetoes expected of the EU's members, by their distances from each other in UN votes, regimes and number",
    0.0,
    instead="ideal_point, polyarchy, eu_member",
)
NATO_VETOES = Field(
    "nato_vetoes",
    (),
    "vetoes a year",
    "solved",
    "decisions that would be blocked in NATO if its members blocked as the EU's do: a proxy, for comparison "
    "of one membership with another and not as a number of its own",
    0.0,
    instead="ideal_point, polyarchy, nato_member",
)
WRITES = (
    DEFENCE_PACT,
    PACT_FORMED,
    PACT_ENDED,
    NATO_BOUND,
    CSTO_MEMBER,
    NATO_REACHED,
    CSTO_REACHED,
    NATO_COHESION,
    CSTO_COHESION,
    EU_COHESION,
    EU_VETOES,
    NATO_VETOES,
)
