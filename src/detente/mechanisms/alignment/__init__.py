"""Alignment: where every state stands on the main axis of world politics, and how it moves.

A position has two parts. The *lasting* part moves by a weak pull toward friends and allies, toward
where states of the same regime stand, and by shocks with heavy tails: small in most years, a leap
in a few (1989–1991). The *passing* part comes from one year's agenda and from the error of the
estimate and is gone the year after. A scenario that moves ``ideal_point`` moves the lasting part.

Third parties answer: where two powers drew closer within five years and a state is a rival of one and not of
the other, it moves toward either, or toward the others, by the estimate of the record (``triads.py``) or not
at all (rival theories).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.mechanisms.alignment import equations as eq
from detente.mechanisms.alignment import triads
from detente.mechanisms.inputs import POLYARCHY
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

IDEAL_POINT = Field(
    "ideal_point",
    ("state",),
    "idealpointfp",
    "stock",
    "position on the main axis of UN General Assembly voting; larger is nearer to the United States",
    -4.0,
    4.0,
)
PASSING = Field(
    "ideal_point_passing",
    ("state",),
    "idealpointfp",
    "stock",
    "the part of this year's ideal point that comes from the year's agenda and will not last",
    -4.0,
    4.0,
    inner=True,
)
BEFORE = tuple(
    Field(
        f"ideal_point_before_{k}",
        ("state",),
        "idealpointfp",
        "stock",
        f"the ideal point {k} year{'s' * (k > 1)} before this one, to see who drew closer to whom",
        -4.0,
        4.0,
        inner=True,
    )
    for k in range(1, triads.SPAN + 1)
)
LEVELS_BEFORE = Field(
    "peace_levels_before",
    ("state", "partner"),
    "digits to base 6",
    "stock",
    "peace levels of the five years before this one between the powers, in quarters, the newest last",
    0.0,
    triads.BASE**triads.SPAN - 1.0,
    inner=True,
)
P4_AGREEMENT = Field(
    "p4_agreement",
    (),
    "share",
    "solved",
    "share of Assembly roll calls on which the USA, the United Kingdom, France and Russia vote alike",
    0.0,
    1.0,
    instead="ideal_point",
)
FOUR = ("USA", "GBR", "FRA", "RUS")


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="alignment",
        purpose="moves every state's ideal point; how often four permanent members vote alike",
        reads=(
            "last.ideal_point",
            "last.ideal_point_passing",
            "last.peace_level",
            "defence_pact",
            "polyarchy",
            "last.polyarchy",
            *(f"last.{f.name}" for f in (*BEFORE, LEVELS_BEFORE)),
        ),
        writes=(IDEAL_POINT, PASSING, P4_AGREEMENT, *BEFORE, LEVELS_BEFORE),
        inputs=(POLYARCHY,),
        parameters=load_parameters(Path(__file__).parent, "alignment", as_of),
        chance={
            "shock": ("state",),
            "passing": ("state",),
            "tide": (),
            "stretch": (),
            "roll_calls": (),
        },
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year of ideal points; states without a position keep none."""
    shocks = p["shocks"]
    before = see["last.ideal_point"] - see["last.ideal_point_passing"]
    lasting = before + systematic(see, before, p) + answers(see, p) + random(see, before, p, u)
    passing = eq.student_move(
        u=u["passing"],
        df=np.exp(shocks[:, 5]),
        largest=p["largest_move"],
        scale=eq.scale_by_regime(polyarchy=see["polyarchy"], log_scale=shocks[:, 3], slope=shocks[:, 4]),
    )
    position = np.clip(lasting + passing, IDEAL_POINT.low, IDEAL_POINT.high)
    return {
        "ideal_point": position,
        "ideal_point_passing": np.where(np.isnan(position), np.nan, passing),
        "p4_agreement": four_alike(see, position, p, u),
        **memory(see),
    }


def systematic(see: View, before: np.ndarray, p: Values) -> np.ndarray:
    """Moves that follow from regime, friends and allies, (draw, n).

    Whether states drift toward where others of their regime stand is disputed by the track record;
    in the draws in which they do not, only a *change* of regime moves them.
    """
    centre, reversion, regime, democratisation, friends, allies = p["moves"].T
    returns = p.holds("home", "returns")
    centre, reversion, regime = centre * returns, reversion * returns, regime * returns
    seen = see["last.ideal_point"]
    warm = eq.mean_of_partners(position=seen, partners=see["last.peace_level"] >= eq.WARM_PEACE)
    allied = eq.mean_of_partners(position=seen, partners=see["defence_pact"] > 0.5)
    by_regime = eq.regime_move(
        position=before,
        polyarchy=see["polyarchy"],
        before=see["last.polyarchy"],
        centre=centre,
        reversion=reversion,
        regime=regime,
        democratisation=democratisation,
    )
    return (
        by_regime
        + eq.pull(toward=warm, position=before, strength=friends)
        + eq.pull(toward=allied, position=before, strength=allies)
    )


def powers(see: View) -> np.ndarray:
    """Places of those powers that exist, (k,)."""
    return np.array([see.index.position(s) for s in triads.POWERS if s in see.index.states], dtype=np.intp)


def answers(see: View, p: Values) -> np.ndarray:
    """Moves of third parties where powers drew closer, (draw, n); 0 in draws that hold there is no answer."""
    at, position = powers(see), see["last.ideal_point"]
    among = (slice(None), at[:, None], at[None, :])
    pairs = triads.drawn_closer(
        position=position[:, at],
        before=see[f"last.{BEFORE[-1].name}"][:, at],
        level=see["last.peace_level"][among],
        level_before=triads.oldest(memory=see["last.peace_levels_before"][among]),
    )
    pairs &= p.holds("third_parties", "as_estimated")[:, None, None]
    rivals = see["last.peace_level"][:, at] <= triads.RIVALRY
    toward, _ = triads.directions(position=position, rivals=rivals, powers=at, pairs=pairs)
    return triads.answer(toward=toward, effects=p["answers"])


def memory(see: View) -> dict[str, np.ndarray]:
    """Positions and levels of peace of the five years before this one."""
    names = ["ideal_point", *(f.name for f in BEFORE)]
    held = {new: see[f"last.{old}"] for old, new in zip(names[:-1], names[1:], strict=True)}
    at, level = powers(see), see["last.peace_level"]
    among = (slice(None), at[:, None], at[None, :])
    levels = np.full(level.shape, np.nan)
    levels[among] = triads.remembered(level=level[among], memory=see["last.peace_levels_before"][among])
    return {**held, "peace_levels_before": levels}


def random(see: View, before: np.ndarray, p: Values, u: Uniforms) -> np.ndarray:
    """Lasting shocks: each state's own, and those of all together, (draw, n)."""
    shocks = p["shocks"]
    own = eq.student_move(
        u=u["shock"],
        df=np.exp(shocks[:, 2]),
        largest=p["largest_move"],
        scale=eq.scale_by_regime(polyarchy=see["polyarchy"], log_scale=shocks[:, 0], slope=shocks[:, 1]),
    )
    together = eq.common_move(
        position=before, u_tide=u["tide"], u_stretch=u["stretch"], tide=p["tide"], stretch=p["stretch"]
    )
    return own + together


def four_alike(see: View, position: np.ndarray, p: Values, u: Uniforms) -> np.ndarray:
    """Share of roll calls on which the four vote alike, (draw,); NaN where one of them is missing."""
    if any(state not in see.index.states for state in FOUR):
        return np.full(see.draws, np.nan)
    places = [see.index.position(state) for state in FOUR]
    level, slope = p["agreement"].T
    return eq.alike_share(
        gap=eq.widest_gap(position=position[:, places]),
        level=level,
        slope=slope,
        scatter=p["agreement_scatter"],
        u=u["roll_calls"],
    )
