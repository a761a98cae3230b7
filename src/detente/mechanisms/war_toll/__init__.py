"""What disputes and wars leave behind: falls of relations, trade suppressed, output lost.

The record of disputes meets the peace scale, the trade of all pairs since 1950 and the growth of all states
since 1955 in :mod:`fit`. Sanctions, spending and later disputes follow through the fields moved here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from detente.mechanisms import inputs_security
from detente.mechanisms.war_toll import equations
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

PAIR = ("state", "partner")
BLOW = Field(
    "relations_blow",
    PAIR,
    "log-odds of a fall",
    "solved",
    "what a fatal dispute or a war of the two this year adds to the odds that their relations fall",
    symmetric=True,
    inner=True,
    instead="peace_level",
)
SHADOW = Field(
    "war_shadow",
    PAIR,
    "share",
    "stock",
    "share of the effect of war on trade that is in force: 1 at war, fading after it",
    0.0,
    1.0,
    symmetric=True,
    inner=True,
)
TRADE = Field(
    "war_trade_loss",
    PAIR,
    "log points of trade",
    "solved",
    "trade between the two suppressed by war since the start; below 0 where a war of the start has ended",
    symmetric=True,
    instead="at_war, trade_cost",
)
OUTPUT = Field(
    "war_output_loss",
    ("state",),
    "log points",
    "event",
    "output that a state loses this year to wars begun since the start",
    0.0,
)


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (the newest if ``None``)."""
    return Mechanism(
        name="war_toll",
        purpose="what disputes and wars do to relations, trade and output",
        reads=(
            "fatal_dispute",
            "at_war",
            "last.war_shadow",
            "at_war_start",
            "capability",
        ),
        writes=(BLOW, SHADOW, TRADE, OUTPUT),
        inputs=(inputs_security.AT_WAR_START, inputs_security.CAPABILITY),
        parameters=load_parameters(Path(__file__).parent, "war_toll", as_of),
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> Mapping[str, np.ndarray]:
    """One year: arrays (draw, n, n), symmetric, and the loss of output (draw, n); nothing here is unknown."""
    war, start = see["at_war"], see["at_war_start"]
    fading = np.where(p.holds("trade_recovery", "fast"), p["recovery_fast"], p["recovery_slow"])
    shadow = equations.shadow(war=war, before=see["last.war_shadow"], recovery=fading[:, None, None])
    cost = np.where(p.holds("war_measure", "ucdp"), p["output_ucdp"][:, 0], p["output_mid"][:, 0])
    return {
        "relations_blow": equations.blow(war=war, fatal=see["fatal_dispute"], effects=p["blow"]),
        "war_shadow": shadow,
        "war_trade_loss": p["trade_war"][:, :1, None] * (shadow - start),
        "war_output_loss": equations.output_lost(
            war=war, start=start, capability=see["capability"], cost=np.maximum(cost, 0.0)
        ),
    }
