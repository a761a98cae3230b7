"""Tourism: who travels where, with income, peace, visas and closed skies."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.mechanisms.tourism import equations as eq
from detente.mechanisms.tourism.fields import INPUTS, WRITES
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

SANCTIONS = ("sanction_complete", "sanction_partial", "sanction_travel")
FITTED = ("income", "peace")
"""Order of the estimates of both fits: income elasticity, effect of a whole point of the peace level."""


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="tourism",
        purpose="moves travel between states with income, peace, visas and closed links",
        reads=(
            "real_gdp",
            "peace_level",
            "last.peace_level",
            "last.tourist_openness",
            "last.travel_gap",
            *SANCTIONS,
            *(f.name for f in INPUTS),
        ),
        writes=WRITES,
        step=step,
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "tourism", as_of),
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year of travel; arrays (draw, n) and (draw, n, n). Destinations without a record stay NaN."""
    last = see["last.tourist_openness"]
    if np.isnan(last[0, 0, 0]):
        last = aim(see, p, see["last.peace_level"], at_start=True)
    openness = eq.moved(last=last, aim=aim(see, p, see["peace_level"]), speed=p["recovery_speed"])
    gap = see["last.travel_gap"] * (1.0 - p["recovery_speed"])
    income = eq.income_factor(gdp=see["real_gdp"], base=see["tourism_gdp"], elasticity=effects(p)[0])
    flow = eq.visitors(base=see["tourist_base"][0], income=income, openness=openness, gap=gap)
    arrivals, departures = eq.totals(flow)
    return {
        "tourist_openness": openness,
        "travel_gap": gap,
        "tourists": flow,
        "arrivals": arrivals,
        "departures": departures,
    }


def effects(p: Values) -> tuple[np.ndarray, np.ndarray]:
    """Income elasticity and effect of peace under the theory that holds in each draw, (draw,) each."""
    within, between = p["effects_within"], p["effects_between"]
    peace = np.where(p.holds("peace_effect", "within"), within[:, 1], between[:, 1])
    return within[:, 0], peace


def aim(see: View, p: Values, level: np.ndarray, at_start: bool = False) -> np.ndarray:
    """Openness that this year's peace, visas and links call for, (draw, n, n)."""
    out = eq.openness_aimed_at(
        change=level - see["peace_base"],
        visa=see["visa_free"] if not at_start else np.zeros(1),
        effect=effects(p)[1],
        visa_effect=p["visa_effect"],
    )
    i, j = np.nonzero(np.nan_to_num(see["tourism_closed"][0]))
    if i.size:
        kind = see["tourism_closed"][0][i, j]
        left = np.where(kind == 1, p["left"][:, None], p["left_at_war"][:, None])
        closed = np.ones(left.shape, dtype=bool)
        if not at_start:
            closed = eq.still_closed(kind=kind, sanctioned=either(see, i, j), level=level[:, i, j])
        lasting = np.where(p.holds("return", "half"), p["lasting_loss"], 0.0)
        out[:, i, j] += eq.closure(closed=closed, left=left, lasting=lasting)
    return out


def either(see: View, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Whether either of the two in each pair has a sanction on the other, (draw, pair); unknown is none."""
    found = np.zeros((see.draws, i.size), dtype=bool)
    for name in SANCTIONS:
        found |= (see[name][:, i, j] > 0) | (see[name][:, j, i] > 0)
    return found
