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
        last = openness(see, p, see["last.peace_level"], None)
    now = openness(see, p, see["peace_level"], last)
    gap = see["last.travel_gap"] * (1.0 - p["recovery_speed"])
    income = eq.income_factor(gdp=see["real_gdp"], base=see["tourism_gdp"], elasticity=effects(p)[0])
    base = see["tourist_base"][0]
    known = np.isfinite(base) & ~np.eye(len(base), dtype=bool)
    flow = eq.visitors(base=np.nan_to_num(base), income=income, openness=now, gap=gap)
    arrivals, departures = eq.totals(flow=flow, known=known)
    flow[:, :, ~known.any(axis=0)] = np.nan
    return {
        "tourist_openness": now,
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


def openness(see: View, p: Values, level: np.ndarray, last: np.ndarray | None) -> np.ndarray:
    """Openness at the end of the year, (draw, n, n); without ``last`` that of the start, fully adjusted.

    Only the pairs whose peace level, visas or links differ from the base year cost anything.
    """
    draws, n = level.shape[:2]
    visa = see["visa_free"]
    differs = level != see["peace_base"]
    if last is not None:
        differs |= last != 0
        differs |= (visa if visa.strides[0] else visa[:1]) != 0
    aim, (i, j) = np.zeros(draws * n * n), np.nonzero(see["tourism_closed"][0] > 0)
    at = np.flatnonzero(differs)
    draw, pair = np.divmod(at, n * n)
    aim[at] = eq.aimed_at(
        change=level.reshape(-1)[at] - see["peace_base"][0].reshape(-1)[pair],
        visa=visa[draw, pair // n, pair % n] if last is not None else np.zeros(at.size),
        effect=effects(p)[1][draw],
        visa_effect=p["visa_effect"][draw],
    )
    if i.size:
        aim.reshape(draws, n, n)[:, i, j] += links(see, p, level, i, j, at_start=last is None)
        differs[:, i, j] = True
        at = np.flatnonzero(differs)
        draw = at // (n * n)
    if last is not None:
        aim[at] = eq.moved(last=last.reshape(-1)[at], aim=aim[at], speed=p["recovery_speed"][draw])
    return np.nan_to_num(aim).reshape(draws, n, n)


def links(
    see: View, p: Values, level: np.ndarray, i: np.ndarray, j: np.ndarray, at_start: bool
) -> np.ndarray:
    """Log openness of the pairs (i, j) that were closed at the start, (draw, pair)."""
    kind = see["tourism_closed"][0][i, j]
    left = np.where(kind == 1, p["left"][:, None], p["left_at_war"][:, None])
    closed = np.ones(left.shape, dtype=bool)
    if not at_start:
        closed = eq.still_closed(kind=kind, sanctioned=either(see, i, j), level=level[:, i, j])
    lasting = np.where(p.holds("return", "half"), p["lasting_loss"], 0.0)
    return eq.closure(closed=closed, left=left, lasting=lasting)


def either(see: View, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Whether either of the two in each pair has a sanction on the other, (draw, pair); unknown is none."""
    found = np.zeros((see.draws, i.size), dtype=bool)
    for name in SANCTIONS:
        found |= (see[name][:, i, j] > 0) | (see[name][:, j, i] > 0)
    return found
