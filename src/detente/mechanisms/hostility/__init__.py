"""Hostility: everyday quarrels of two states short of force, as the share of hostile ones among reported
events.

A linear process in log-odds: reversion to a pair's own level, which severe and lesser rivalry and distance
in votes raise; what disputes of the year before leave; and luck. Fitted on ICEWS 2002-14, checked on GDELT
2018-24. It covers what newspapers report. Cyber attacks, sabotage and interference in elections are on no
list that we hold and are not told apart; a scenario may move the field, and nothing else reads it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.special import ndtri

from detente.mechanisms.hostility import equations as eq
from detente.mechanisms.hostility import fields
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

PAIRS = ("last.hostility", "last.peace_level", "last.dispute", "last.fatal_dispute")


def mechanism(as_of: int | None = None) -> Mechanism:
    """The hostility mechanism, with estimates from events up to ``as_of`` (the newest if ``None``)."""
    return Mechanism(
        name="hostility",
        purpose="moves the share of hostile events between two states, short of force",
        reads=(*PAIRS, "last.ideal_point", fields.OWN.name),
        writes=(fields.HOSTILITY,),
        inputs=(fields.OWN,),
        parameters=load_parameters(Path(__file__).parent, "hostility", as_of),
        chance={"quarrel": fields.PAIR},
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year; arrays (draw, n, n), symmetric, NaN for pairs that were not known at the start.

    One uniform for each pair, that of the cell with the lower position first.
    """
    i, j = known_pairs(np.isfinite(see["hostility_own"][0]).tobytes(), len(see.index))
    before, level, dispute, fatal = (see[name][:, i, j] for name in PAIRS)
    votes = see["last.ideal_point"]
    now = eq.standing(level=level, one=votes[:, i], other=votes[:, j])
    struck = {"dispute": np.nan_to_num(dispute), "fatal": np.nan_to_num(fatal)}
    k = len(eq.STANDING)
    view = eq.moved(
        view=eq.log_odds(before),
        goal=see["hostility_own"][:, i, j] + eq.weighted(now, p["effects"][:, :k], eq.STANDING),
        keep=p["keep"][:, None],
        struck=eq.weighted(struck, p["effects"][:, k:], eq.EVENTS),
        shock=p["shock"][:, None] * ndtri(u["quarrel"][:, i, j]),
    )
    out = np.full((see.draws, len(see.index), len(see.index)), np.nan)
    out[:, i, j] = out[:, j, i] = eq.share(view)
    return {"hostility": out}


@lru_cache(maxsize=8)
def known_pairs(known: bytes, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions (i < j) of the pairs marked in the booleans (n, n)."""
    i, j = np.nonzero(np.triu(np.frombuffer(known, dtype=bool).reshape(n, n), 1))
    return i, j
