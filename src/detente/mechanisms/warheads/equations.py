"""Equations of warheads; arrays (draw, n), NaN where unknown."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri


def pace_moved(*, pace: np.ndarray, growth: np.ndarray, memory: float) -> np.ndarray:
    """Exponential mean of past yearly log growth, which keeps ``memory`` of itself in a year."""
    return memory * pace + (1.0 - memory) * growth


def growth(
    *,
    pace: np.ndarray,
    plan: np.ndarray,
    kept: np.ndarray,
    persistence: np.ndarray,
    scale: np.ndarray,
    u: np.ndarray,
) -> np.ndarray:
    """Log growth of the stockpile in a year if no treaty binds.

    A plan (NaN: none) is followed in the draws where ``kept`` holds; otherwise the state goes on at
    ``persistence`` times its pace. Luck is normal with standard deviation ``scale``.
    """
    trend = persistence[:, None] * pace
    expected = np.where(np.isfinite(plan) & kept[:, None], plan, trend)
    return expected + scale[:, None] * ndtri(u)


def stockpile(
    *, before: np.ndarray, growth: np.ndarray, ceiling: np.ndarray, cut: np.ndarray, first: np.ndarray
) -> np.ndarray:
    """Warheads after the year: as many as the state would have, or fewer where a ceiling binds.

    No more than the share ``cut`` of the stockpile at the start, ``first``, is taken out in a year. Rising in
    ``ceiling`` and in ``before``: a higher ceiling never leaves fewer warheads.
    """
    free = before * np.exp(growth)
    return np.minimum(free, np.maximum(ceiling, before - cut[:, None] * first))


def above(*, warheads: np.ndarray, ceiling: np.ndarray) -> np.ndarray:
    """Warheads above the ceiling; 0 where there is none."""
    return np.maximum(warheads - ceiling, 0.0)


def deployed(*, warheads: np.ndarray, share: np.ndarray, ceiling: np.ndarray) -> np.ndarray:
    """Deployed strategic warheads: the share of the start, or the ceiling if lower."""
    return np.minimum(warheads * share, ceiling)
