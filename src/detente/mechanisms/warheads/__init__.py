"""Warheads: stockpiles of the nuclear states, what treaties allow, and who hosts whose bombs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.mechanisms import inputs_force
from detente.mechanisms.warheads import equations as eq
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

STATE = ("state",)
WARHEADS = Field(
    "warheads",
    STATE,
    "warheads",
    "stock",
    "nuclear warheads in the military stockpile: deployed and in reserve, without those retired and waiting "
    "to be taken apart",
    0.0,
)
PACE = Field(
    "warhead_pace",
    STATE,
    "log points a year",
    "stock",
    "usual growth of the stockpile (exponential mean), were no treaty to bind",
    inner=True,
)
DEPLOYED = Field(
    "deployed_warheads",
    STATE,
    "warheads",
    "solved",
    "strategic warheads deployed on missiles and at bomber bases",
    0.0,
    instead="deployed_ceiling or warheads",
)
OVER = Field(
    "over_ceiling",
    STATE,
    "warheads",
    "solved",
    "warheads in the stockpile above what a treaty allows at the end of the year",
    0.0,
    instead="warhead_ceiling",
)
HOSTED = Field(
    "hosted_warheads",
    STATE,
    "warheads",
    "stock",
    "warheads of another state on the state's soil; they are counted in their owner's stockpile too",
    0.0,
)
INPUTS = (
    inputs_force.CEILING,
    inputs_force.DEPLOYED_CEILING,
    inputs_force.DEPLOYED_SHARE,
    inputs_force.WARHEADS_START,
    inputs_force.WARHEAD_PLAN,
)
READS = ("last.warheads", "last.warhead_pace", "last.hosted_warheads", *(f.name for f in INPUTS))


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="warheads",
        purpose="moves stockpiles of nuclear warheads and holds them to what treaties allow",
        reads=READS,
        writes=(WARHEADS, PACE, DEPLOYED, OVER, HOSTED),
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "warheads", as_of),
        chance={"stockpile": STATE},
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year of stockpiles; who has none gets none (proliferation is not modelled)."""
    pace = see["last.warhead_pace"]
    change = eq.growth(
        pace=pace,
        plan=see["warhead_plan"],
        kept=p.holds("plans", "kept"),
        persistence=p["persistence"],
        scale=p["noise"],
        u=u["stockpile"],
    )
    stock = eq.stockpile(
        before=see["last.warheads"],
        growth=change,
        ceiling=see["warhead_ceiling"],
        cut=p["fastest_cut"],
        first=see["warheads_start"],
    )
    return {
        "warheads": stock,
        "warhead_pace": eq.pace_moved(pace=pace, growth=change, memory=float(p["memory"][0])),
        "deployed_warheads": eq.deployed(
            warheads=stock, share=see["deployed_share"], ceiling=see["deployed_ceiling"]
        ),
        "over_ceiling": eq.above(warheads=stock, ceiling=see["warhead_ceiling"]),
        "hosted_warheads": np.array(see["last.hosted_warheads"]),
    }
