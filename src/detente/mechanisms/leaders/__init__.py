"""Leaders: who loses office when, by what way, who follows, and what trouble at home asks of foreign policy.

Hazards of a change of leader by kind of regime, time in office, elections, growth and rivals abroad, fitted
on all states since 1947 (Archigos, REIGN). Elections follow each state's own rhythm.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.mechanisms import inputs_politics as inputs
from detente.mechanisms.leaders import equations as eq
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

LEVERS = "leader_years, peace_level, gdp"
LEADER_EXIT_CHANCE = Field(
    "leader_exit_chance",
    ("state",),
    "chance a year",
    "solved",
    "chance that another leader than a year before governs at the end of the year",
    0.0,
    1.0,
    instead=LEVERS,
)
LEADER_CHANGE = Field(
    "leader_change",
    ("state",),
    "0 or 1",
    "event",
    "another leader than a year before governs at the end of the year",
    0.0,
    1.0,
)
IRREGULAR_CHANGE = Field(
    "irregular_change",
    ("state",),
    "0 or 1",
    "event",
    "the leader of a year before was thrown out: by coup, revolt, assassination or from abroad",
    0.0,
    1.0,
)
LEADER_YEARS = Field(
    "leader_years", ("state",), "years", "stock", "years since the one in which the leader took office", 0.0
)
HARDLINER = Field(
    "hardliner",
    ("state",),
    "0 to 1",
    "stock",
    "rank of the leader's willingness to use force among all leaders since 1945, from his life before office "
    "(Carter & Smith 2020); 1 most willing. Unknown for most leaders since 2008",
    0.0,
    1.0,
)
NEED_OF_ENEMY = Field(
    "need_of_enemy",
    ("state",),
    "log-odds a year",
    "solved",
    "what this year's economy adds to the log-odds that the state begins a dispute in the next; 0 at the "
    "usual growth",
    instead="gdp",
)
UPHEAVAL = Field(
    "upheaval",
    ("state",),
    "log-odds",
    "event",
    "what an irregular change of leader this year adds to the log-odds that the state's relations fall in "
    "the next year; 0 without one",
)
WRITES = (
    LEADER_EXIT_CHANCE,
    LEADER_CHANGE,
    IRREGULAR_CHANGE,
    LEADER_YEARS,
    HARDLINER,
    NEED_OF_ENEMY,
    UPHEAVAL,
)
INPUTS = (inputs.REGIME, inputs.DECIDING_ELECTION, inputs.DECIDING_ELECTION_BEFORE)
READS = ("gdp", "last.gdp", "last.peace_level", "last.leader_years", "last.hardliner") + tuple(
    f.name for f in INPUTS
)


def mechanism(as_of: int | None = None) -> Mechanism:
    """The leaders mechanism, with estimates from data up to ``as_of`` (the newest if ``None``)."""
    return Mechanism(
        name="leaders",
        purpose="replaces leaders, and says what trouble at home asks of foreign policy",
        reads=READS,
        writes=WRITES,
        step=step,
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "leaders", as_of),
        chance={"exit": ("state",), "way": ("state",), "successor": ("state",)},
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year; arrays (draw, n). A state without a known regime stays unknown and touches no other."""
    growth = np.log(see["gdp"] / see["last.gdp"]).clip(-0.2, 0.2)
    regime, tenure = see["regime"], see["last.leader_years"]
    chance = exit_chance(see, p, growth)
    known = ~np.isnan(chance)
    gone = known & (u["exit"] < chance)
    thrown = gone & (u["way"] < eq.of_regime(eq.hazard(p["irregular"]), regime))
    follows = eq.successor(
        before=see["last.hardliner"],
        mean=eq.of_regime(p["successor"], regime),
        memory=p["successor_memory"],
        spread=p["successor_spread"],
        u=u["successor"],
    )
    return {
        "leader_exit_chance": chance,
        "leader_change": np.where(known, gone, np.nan),
        "irregular_change": np.where(known, thrown, np.nan),
        "upheaval": np.where(known, thrown * p["upheaval"][:, None], np.nan),
        "leader_years": np.where(gone, 0.0, tenure + 1.0),
        "hardliner": np.where(gone, follows, see["last.hardliner"]),
        "need_of_enemy": eq.diversion(
            growth=growth,
            regime=regime,
            slopes=np.where(p.holds("diversion", "estimated")[:, None], p["slump"], 0.0),
        ),
    }


def exit_chance(see: View, p: Values, growth: np.ndarray) -> np.ndarray:
    """Chance that the leader changes this year, (draw, n), under the theory that holds in each draw."""
    shape = growth.shape
    whole = eq.terms(
        regime=np.broadcast_to(see["regime"], shape),
        tenure=np.broadcast_to(see["last.leader_years"], shape),
        election=see["deciding_election"],
        election_before=see["deciding_election_before"],
        growth=growth,
        rivals=(see["last.peace_level"] <= eq.RIVAL).sum(axis=2),
    )
    weights = np.array(p["exit"])
    places = [eq.TERMS.index(name) for name in ("elected_rivals", "other_rivals")]
    weights[:, places] *= p.holds("enemies_keep_leaders", "estimated")[:, None]
    return eq.hazard((whole * weights[:, None, :]).sum(axis=-1))
