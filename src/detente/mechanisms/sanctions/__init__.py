"""Who imposes sanctions on whom, of which kind, and when they are lifted.

Yearly hazards for every ordered pair of states, fitted on the Global Sanctions Data Base
(Felbermayr et al. 2020; Yalcin et al. 2025): trade sanctions first, then financial, travel and arms
sanctions given what was decided on those before (:mod:`measures`). The European Union decides as one;
senders share a common shock for each target; sanctions by everybody (the UN's) only end, for all at once.
A state that a scenario has join a coalition takes the kinds that the coalition has.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from detente.mechanisms import inputs
from detente.mechanisms.sanctions import equations, joining, measures
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
    inner=True,
)
MEASURES = tuple(
    Field(
        f"sanction_{kind}",
        PAIR,
        "0 or 1",
        "stock",
        f"the sender (row) has {what} in force",
        0.0,
        1.0,
        grid=(0.0, 1.0),
    )
    for kind, what in (
        ("financial", "a financial sanction on the target"),
        ("travel", "a travel ban on persons of the target"),
        ("arms", "an arms embargo on the target"),
    )
)
"""The other kinds, in the order in which they are decided."""
KINDS = tuple(f.name for f in (SANCTION_COMPLETE, SANCTION_PARTIAL, *MEASURES))
UNION = "EU"
OF_PAIRS = {
    "level": "last.peace_level",
    "years_since_fall": "last.years_since_fall",
    "coded": "relation_coded",
    "complete": "last.sanction_complete",
    "partial": "last.sanction_partial",
    "age": "last.sanction_age",
    **{kind: f"last.sanction_{kind}" for kind in measures.CHAIN},
}
OF_STATES = {"ideal_point": "last.ideal_point", "polyarchy": "polyarchy", "gdp": "last.gdp"}


def mechanism(as_of: int | None = None) -> Mechanism:
    """The sanctions mechanism, with estimates from data up to ``as_of`` (the newest if ``None``)."""
    return Mechanism(
        name="sanctions",
        purpose="imposes and lifts sanctions between states: trade, financial, travel, arms",
        reads=(*OF_PAIRS.values(), *OF_STATES.values(), inputs.JOINS_SANCTIONS.name),
        writes=(SANCTION_COMPLETE, SANCTION_PARTIAL, SANCTION_AGE, *MEASURES),
        step=step,
        inputs=(inputs.POLYARCHY, inputs.RELATION_CODED, inputs.JOINS_SANCTIONS),
        parameters=load_parameters(Path(__file__).parent, "sanctions", as_of),
        chance={
            "move": PAIR,
            "kind": PAIR,
            "quarrel": ("state",),
            "thaw": ("state",),
            "union_move": ("state",),
            "union_kind": ("state",),
            "everybody": ("state",),
            **dict.fromkeys((*measures.SHOCKS, *measures.UNION_STREAMS), ("state",)),
        },
    )


def step(see: View, p: Values, u: Uniforms) -> Mapping[str, np.ndarray]:
    """One year of all ordered pairs: arrays (draw, n, n), sender in rows.

    What a scenario set last year counts like any other sanction or absence of one. Unknown (NaN)
    sanctions stay unknown and count as none for everybody else.
    """
    from scipy.special import ndtri

    members = see.index.positions([f"bloc:{UNION}"] if UNION in see.index.blocs else [])
    shocks = {k: ndtri(u[k]) for k in ("quarrel", "thaw", *measures.SHOCKS)}
    uniforms = ("move", "kind", "union_move", "union_kind", "everybody", *measures.UNION_STREAMS)
    shape = (see.draws, len(see.index), len(see.index))
    out = {name: np.empty(shape) for name in (*KINDS[:2], SANCTION_AGE.name, *KINDS[2:])}
    for draw in range(see.draws):
        pairs = {k: see[name][draw] for k, name in OF_PAIRS.items()}
        states = {k: see[name][draw] for k, name in OF_STATES.items()}
        states["log_share"] = equations.log_share(states.pop("gdp"))
        luck = {k: u[k][draw] for k in uniforms} | {k: shock[draw] for k, shock in shocks.items()}
        values = {k: v[draw] for k, v in p.arrays.items()}
        given = {"pairs": pairs, "states": states, "members": members, "p": values, "luck": luck}
        into = [array[draw] for array in out.values()]
        trade, other = tuple(into[:3]), tuple(into[3:])
        equations.year_of_sanctions(**given, into=trade)
        measures.year_of_measures(**given, trade=measures.trade_moves(pairs, trade), into=other)
    joins = see[inputs.JOINS_SANCTIONS.name]
    if (joins > 0.5).any():
        joining.join({k: out[k] for k in KINDS}, out[SANCTION_AGE.name], joins, see["last.gdp"])
    return out
