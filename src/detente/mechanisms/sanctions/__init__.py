"""Who imposes trade sanctions on whom, of which kind, and when they are lifted.

Yearly hazards for every ordered pair of states, fitted on the Global Sanctions Data Base
(Felbermayr et al. 2020; Yalcin et al. 2025). The European Union decides as one; senders share a
common shock for each target; sanctions by everybody (the UN's) only end, for all at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from detente.mechanisms import inputs
from detente.mechanisms.sanctions import equations
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

PAIR = ("state", "partner")
SANCTION_COMPLETE = Field(
    "sanction_complete",
    PAIR,
    "0 or 1",
    "stock",
    "the sender (row) has a trade sanction in force that closes its exports to or imports from the target",
    0.0,
    1.0,
    grid=(0.0, 1.0),
)
SANCTION_PARTIAL = Field(
    "sanction_partial",
    PAIR,
    "0 or 1",
    "stock",
    "the sender (row) has a trade sanction in force that restricts part of its trade with the target",
    0.0,
    1.0,
    grid=(0.0, 1.0),
)
SANCTION_AGE = Field(
    "sanction_age",
    PAIR,
    "years",
    "stock",
    "years that the sender's trade sanction has been in force; 1 in the year of imposition, 0 without one",
    0.0,
)
UNION = "EU"
OF_PAIRS = {
    "level": "last.peace_level",
    "years_since_fall": "last.years_since_fall",
    "coded": "relation_coded",
    "complete": "last.sanction_complete",
    "partial": "last.sanction_partial",
    "age": "last.sanction_age",
}
OF_STATES = {"ideal_point": "last.ideal_point", "polyarchy": "polyarchy", "gdp": "last.gdp"}


def mechanism(as_of: int | None = None) -> Mechanism:
    """The sanctions mechanism, with estimates from data up to ``as_of`` (the newest if ``None``)."""
    return Mechanism(
        name="sanctions",
        purpose="imposes and lifts trade sanctions between states",
        reads=(*OF_PAIRS.values(), *OF_STATES.values()),
        writes=(SANCTION_COMPLETE, SANCTION_PARTIAL, SANCTION_AGE),
        step=step,
        inputs=(inputs.POLYARCHY, inputs.RELATION_CODED),
        parameters=load_parameters(Path(__file__).parent, "sanctions", as_of),
        chance={
            "move": PAIR,
            "kind": PAIR,
            "quarrel": ("state",),
            "thaw": ("state",),
            "union_move": ("state",),
            "union_kind": ("state",),
            "everybody": ("state",),
        },
    )


def step(see: View, p: Values, u: Uniforms) -> Mapping[str, np.ndarray]:
    """One year of all ordered pairs: arrays (draw, n, n), sender in rows.

    What a scenario set last year counts like any other sanction or absence of one. Unknown (NaN)
    sanctions stay unknown and count as none for everybody else.
    """
    from scipy.special import ndtri

    members = see.index.positions([f"bloc:{UNION}"] if UNION in see.index.blocs else [])
    shocks = {k: ndtri(u[k]) for k in ("quarrel", "thaw")}
    shape = (see.draws, len(see.index), len(see.index))
    out = {name: np.empty(shape) for name in ("sanction_complete", "sanction_partial", "sanction_age")}
    for draw in range(see.draws):
        pairs = {k: see[name][draw] for k, name in OF_PAIRS.items()}
        states = {k: see[name][draw] for k, name in OF_STATES.items()}
        states["log_share"] = equations.log_share(states.pop("gdp"))
        luck = {k: u[k][draw] for k in ("move", "kind", "union_move", "union_kind", "everybody")}
        luck |= {k: shock[draw] for k, shock in shocks.items()}
        values = {k: v[draw] for k, v in p.arrays.items()}
        into = tuple(array[draw] for array in out.values())
        equations.year_of_sanctions(
            pairs=pairs, states=states, members=members, p=values, luck=luck, into=into
        )
    return out
