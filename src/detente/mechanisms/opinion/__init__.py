"""Opinion: how each public sees the countries that it has been asked about, and what moves that view.

A linear state-space model in log-odds: reversion to a level that follows the peace scale, votes and
sanctions; blows from fatal disputes; shocks of its own and shared by all publics; new generations.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.special import ndtri

from detente.mechanisms import inputs_politics as inputs
from detente.mechanisms.opinion import equations as eq
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

PAIR = ("state", "partner")
TARGETS = ("USA", "CHN", "RUS", "IRN", "JPN", "DEU", "FRA", "IND", "BRA", "TWN")
"""Countries about which publics were asked, in the order of the parameter ``age_gap``."""
OPINION = Field(
    "opinion",
    PAIR,
    "share 0-1",
    "stock",
    "share of the people of the state (row), of those with a view, who see the partner (column) "
    "favourably; known for pairs that Pew has surveyed, imputed by regression for other publics' views of "
    "the United States, China and Russia",
    0.0,
    1.0,
)
OPINION_NORM = Field(
    "opinion_norm", PAIR, "log-odds", "stock", "level to which the view returns under the theory that holds "
    "in the draw, less its level at the start", inner=True,
)  # fmt: skip
SANCTIONS = (
    "sanction_complete",
    "sanction_partial",
    "sanction_financial",
    "sanction_arms",
    "sanction_travel",
)
INPUTS = (inputs.OPINION_OLD, inputs.OPINION_LOWER)
CHANGING = ("peace_level", "ideal_point", *SANCTIONS)
READS = (
    *CHANGING,
    *(f"last.{name}" for name in CHANGING),
    "fatal_dispute",
    "last.opinion",
    "last.opinion_norm",
    *(f.name for f in INPUTS),
)


def mechanism(as_of: int | None = None) -> Mechanism:
    """The opinion mechanism, with estimates from surveys up to ``as_of`` (the newest if ``None``)."""
    return Mechanism(
        name="opinion",
        purpose="moves each public's view of the countries that it has been asked about",
        reads=READS,
        writes=(OPINION, OPINION_NORM),
        step=step,
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "opinion", as_of),
        chance={"own": PAIR, "tide": ("state",)},
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year; arrays (draw, n, n), NaN but for the columns of :data:`TARGETS` that exist."""
    known = {code: k for k, code in enumerate(see.index.states)}
    held = [k for k, code in enumerate(TARGETS) if code in known]
    columns = np.array([known[TARGETS[k]] for k in held], dtype=np.intp)
    lower = p.holds("opinion_mean", "lower")
    weights = np.where(lower[:, None], p["effects_lower"], p["effects_old"])
    keep = np.where(lower, p["keep_lower"], p["keep_old"])[:, None, None]
    struck = blows(see, weights, columns)
    scars = np.where(lower[:, None, None], struck, 0.0)
    drift = p["age_gap"][:, held] / p["generation_years"][:, None]
    norm = see["last.opinion_norm"][:, :, columns] + scars + standing_moved(see, weights, columns)
    norm = norm + np.where(p.holds("generations", "renewal")[:, None], drift, 0.0)[:, None, :]
    first = np.where(
        lower[:, None, None], see["opinion_lower"][:, :, columns], see["opinion_old"][:, :, columns]
    )
    shock = p["own"][:, None, None] * ndtri(u["own"][:, :, columns])
    shock = shock + (p["common"][:, None] * ndtri(u["tide"][:, columns]))[:, None, :]
    before = eq.log_odds(see["last.opinion"][:, :, columns])
    view = eq.moved(view=before, goal=first + norm, keep=keep, struck=struck, shock=shock)
    # Under 'lower' the goal has already fallen with the blow: only what is kept of it is still to come.
    view = view - np.where(lower[:, None, None], (1.0 - keep) * struck, 0.0)
    whole = np.full((see.draws, len(known), len(known)), np.nan)
    out = {"opinion": whole, "opinion_norm": np.zeros_like(whole)}
    out["opinion"][:, :, columns] = eq.share(view)
    out["opinion_norm"][:, :, columns] = norm
    return out


def standing_moved(see: View, weights: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """What this year's changes of standing circumstances do to the level of rest, (draw, n, target).

    A change that is not known (a state without votes) counts as none.
    """
    peace = see["peace_level"][:, :, columns] - see["last.peace_level"][:, :, columns]
    apart = distance(see["ideal_point"], columns) - distance(see["last.ideal_point"], columns)
    punished = any_of(see, "", columns) - any_of(see, "last.", columns)
    moved = (peace, apart, np.zeros(1), punished)
    return sum(np.nan_to_num(m) * weights[:, k, None, None] for k, m in enumerate(moved))


def any_of(see: View, when: str, columns: np.ndarray) -> np.ndarray:
    """Whether the public's state has any sanction on the target, (draw, n, target)."""
    return np.max([see[when + name][:, :, columns] for name in SANCTIONS], axis=0)


def distance(position: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Distance in votes between public and target, (draw, n, target)."""
    return np.abs(position[:, :, None] - position[:, None, columns])


def blows(see: View, weights: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Log-odds that this year's fatal disputes take from each view, (draw, n, target)."""
    fatal = np.nan_to_num(see["fatal_dispute"][:, :, columns])
    others = (fatal.sum(axis=1, keepdims=True) - fatal > 0.5) * 1.0
    apart = distance(see["last.ideal_point"], columns)
    apart = np.where(np.isnan(apart), eq.USUAL_DISTANCE, apart)
    own, any_, by_distance = (weights[:, len(eq.STANDING) + k, None, None] for k in range(3))
    return own * fatal + others * (any_ + by_distance * apart)
