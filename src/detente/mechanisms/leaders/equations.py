"""Relations of the mechanism *leaders*: who goes, who comes, and what an enemy is worth at home.

State arrays have shape (draw, n), parameters (draw,) or (draw, k). NaN marks what is unknown.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

REGIMES = ("parliamentary", "presidential", "party", "personal", "military", "monarchy", "unsettled")
"""Kinds of regime (REIGN, after Geddes, Wright & Frantz) in the order of the input ``regime``."""
ELECTED = ("parliamentary", "presidential")
RIVAL = 0.25
"""Peace level up to which two states are rivals."""
USUAL_GROWTH = 0.035
"""Growth of output in a usual year, log points: mean of all states since 1947."""
USUAL_RIVALS = 0.7
"""log(1 + rivals) of a usual state: about one; the effect of rivals is counted from there."""
TERMS = (
    *REGIMES,
    "elected_log_tenure",
    "elected_tenth_year",
    "other_log_tenure",
    "parliamentary_election",
    "parliamentary_election_before",
    "presidential_election",
    "presidential_election_before",
    "other_election",
    "elected_growth",
    "other_growth",
    "growth_unknown",
    "elected_rivals",
    "other_rivals",
)
"""Terms of the log-odds that the leader changes in a year."""


def deciding(regime: str, executive: bool | None, legislative: bool | None) -> float:
    """Whether an election of the year decides who leads: of parliament in parliamentary regimes, else of the
    executive; 0 where unknown."""
    return float(bool(legislative if regime == "parliamentary" else executive))


def hazard(log_odds: np.ndarray) -> np.ndarray:
    """Yearly chance from log-odds; NaN stays NaN."""
    return 1.0 / (1.0 + np.exp(-log_odds))


def terms(
    *,
    regime: np.ndarray,
    tenure: np.ndarray,
    election: np.ndarray,
    election_before: np.ndarray,
    growth: np.ndarray,
    rivals: np.ndarray,
) -> np.ndarray:
    """Matrix (…, k) of :data:`TERMS`.

    ``regime`` place in :data:`REGIMES`; ``tenure`` whole calendar years since the one of entry, at the end
    of last year; ``election`` and ``election_before`` whether one that decides is held this year and was last
    year; ``growth`` of output this year, log points (unknown: flagged); ``rivals`` how many at the end of
    last year. An unknown regime gives NaN in every term.
    """
    kind = np.nan_to_num(regime, nan=0.0).astype(int)
    elected = (kind < len(ELECTED)).astype(float)
    other = 1.0 - elected
    unknown = np.isnan(growth)
    change = np.where(unknown, 0.0, growth)
    stay, enemies = np.log1p(tenure), np.log1p(rivals) - USUAL_RIVALS
    columns = [(kind == k).astype(float) for k in range(len(REGIMES))]
    columns += [
        elected * stay,
        elected * (tenure >= 7.0),
        other * stay,
        (kind == 0) * election,
        (kind == 0) * election_before,
        (kind == 1) * election,
        (kind == 1) * election_before,
        other * election,
        elected * change,
        other * change,
        unknown.astype(float),
        elected * enemies,
        other * enemies,
    ]
    whole = np.stack(np.broadcast_arrays(*columns), axis=-1)
    return np.where(np.isnan(regime)[..., None], np.nan, whole)


def of_regime(values: np.ndarray, regime: np.ndarray) -> np.ndarray:
    """The value of each state's kind of regime: ``values`` (draw, 7), result (draw, n); NaN if unknown."""
    place = np.nan_to_num(np.broadcast_to(regime, (len(values), regime.shape[-1])), nan=0.0).astype(int)
    return np.where(np.isnan(regime), np.nan, np.take_along_axis(values, place, axis=1))


def successor(
    *, before: np.ndarray, mean: np.ndarray, memory: np.ndarray, spread: np.ndarray, u: np.ndarray
) -> np.ndarray:
    """Rank of a new leader's willingness to use force, (draw, n).

    Normal scores: the mean of new leaders in such regimes, some of what the one before had (0 if unknown),
    and luck.
    """
    score = ndtri(np.clip(np.nan_to_num(before, nan=0.5), 0.001, 0.999))
    return ndtr(mean + memory[:, None] * score + spread[:, None] * ndtri(u))


def diversion(*, growth: np.ndarray, regime: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Log-odds that a year's economy adds to the state's beginning a dispute in the next, (draw, n).

    ``slopes`` (draw, 2): per log point of shrinking, for elected leaders and for others; the usual growth
    is :data:`USUAL_GROWTH`.
    """
    elected = np.nan_to_num(regime, nan=0.0) < len(ELECTED)
    slope = np.where(elected, slopes[:, 0:1], slopes[:, 1:2])
    return np.where(np.isnan(regime), np.nan, slope * (USUAL_GROWTH - growth))
