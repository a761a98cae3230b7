"""Claims on territory between states: which stand, and when they end.

A claim is a state of the pair: the claimant (row) holds that land under the partner's (column) control is its
own. The engine makes no new claims; it lets the old ones end as seldom as they did on record, and scenarios
settle them. What a settlement does to the two states' relations is in the word ``settle_territory``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.mechanisms.territory import equations as eq
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

STATE, PAIR = ("state",), ("state", "partner")
CLAIM = Field(
    "territorial_claim",
    PAIR,
    "0 or 1",
    "stock",
    "the government of the state (row) claims territory that the partner (column) holds, or that is held "
    "with its forces or recognition; says nothing on who is right",
    0.0,
    1.0,
    grid=(0.0, 1.0),
)
MADE = Field(
    "claims_made",
    STATE,
    "states",
    "solved",
    "states from which the state claims territory",
    0.0,
    instead="territorial_claim",
)
MET = Field(
    "claims_met",
    STATE,
    "states",
    "solved",
    "states that claim territory which the state holds",
    0.0,
    instead="territorial_claim",
)


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="territory",
        purpose="keeps claims on territory between states, and ends them as seldom as on record",
        reads=("last.territorial_claim",),
        writes=(CLAIM, MADE, MET),
        inputs=(),
        parameters=load_parameters(Path(__file__).parent, "territory", as_of),
        chance={"end": PAIR},
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year of all claims."""
    claim = eq.standing(claim=see["last.territorial_claim"], chance=eq.yearly_chance(p["ends"]), u=u["end"])
    made, met = eq.counted(claim)
    return {"territorial_claim": claim, "claims_made": made, "claims_met": met}
