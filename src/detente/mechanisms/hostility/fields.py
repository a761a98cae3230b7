"""Fields of the mechanism *hostility*."""

from __future__ import annotations

from detente.model.field import Field

PAIR = ("state", "partner")
HOSTILITY = Field(
    "hostility",
    PAIR,
    "share 0-1",
    "stock",
    "everyday hostility short of force: share of hostile ones (accusations, threats, protests, expulsions, "
    "punishments, violence) among all events between the two states that newspapers report, as ICEWS codes "
    "them; cyber attacks and interference count only so far as newspapers report quarrels over them; known "
    "for "
    "pairs with reported events enough",
    0.0,
    1.0,
    symmetric=True,
)
OWN = Field(
    "hostility_own",
    PAIR,
    "log-odds",
    "input",
    "what is the pair's own in its usual hostility, beyond its circumstances (relations, votes, sanctions, "
    "claims, war), as seen at the start; NaN where too few events were reported",
    symmetric=True,
)
