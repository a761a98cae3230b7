"""How long claims on territory last."""

from __future__ import annotations

import numpy as np


def standing(*, claim: np.ndarray, chance: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Claims that still stand after a year: 1 or 0, (draw, claimant, holder).

    ``claim`` last year's, ``chance`` (draw,) that one ends in a year, ``u`` uniforms of the
    pairs. All claims of a pair count as one; NaN (unknown) stays unknown.
    """
    ends = (claim > 0) & (u < chance[:, None, None])
    return np.where(ends, 0.0, claim)


def yearly_chance(log_odds: np.ndarray) -> np.ndarray:
    """Chance that a claim ends in a year, from its log-odds."""
    return 1.0 / (1.0 + np.exp(-log_odds))


def counted(claim: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """States that each state claims land from, and states that claim land from it: (draw, n) each."""
    known = np.nan_to_num(claim)
    return known.sum(axis=2), known.sum(axis=1)
