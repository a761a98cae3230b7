"""Relations of the mechanism *hostility*: how the share of hostile events between two states moves.

A linear model in log-odds. Arrays of pairs have any shape; NaN stays NaN and touches no other.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

STANDING = ("severe", "lesser", "ideal_distance")
"""What may change and draws hostility to its level: severe and lesser rivalry on the peace scale, distance
in votes."""
USUAL = (*STANDING, "sanctions", "claim", "war", "warm", "pact", "border")
"""What a pair is like over the years of the record: the same, a sanction of either on the other, a claim on
territory, war, warm peace or better, a pact of defence, a land border."""
EVENTS = ("dispute", "fatal")
"""What a year before leaves behind: a militarised dispute, a fatal one."""
USUAL_DISTANCE = 1.0
"""Distance in votes that stands for an unknown one."""
LEAST, MOST = 0.002, 0.998
"""Shares are held within these: a year without one hostile event is no proof of none."""


def log_odds(share: np.ndarray) -> np.ndarray:
    """Log-odds of a share, held within :data:`LEAST` and :data:`MOST`."""
    held = np.clip(share, LEAST, MOST)
    return np.log(held / (1.0 - held))


def share(view: np.ndarray) -> np.ndarray:
    """Share from log-odds."""
    return 1.0 / (1.0 + np.exp(-view))


def standing(*, level: np.ndarray, one: np.ndarray, other: np.ndarray) -> dict[str, np.ndarray]:
    """The circumstances of :data:`STANDING` by name; ``one`` and ``other`` are the two ideal points.

    An unknown level counts as no rivalry, unknown votes as the usual distance.
    """
    rung = np.floor(np.nan_to_num(level, nan=0.5) * 4.0 + 0.5)
    apart = np.abs(one - other)
    return {
        "severe": (rung == 0) * 1.0,
        "lesser": (rung == 1) * 1.0,
        "ideal_distance": np.where(np.isnan(apart), USUAL_DISTANCE, apart),
    }


def weighted(values: Mapping[str, np.ndarray], weights: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Sum of the named values, each times its weight; values (draw, pair), weights (draw, k)."""
    total = np.zeros_like(values[names[0]])
    for k, name in enumerate(names):
        total = total + weights[:, k, None] * values[name]
    return total


def moved(
    *, view: np.ndarray, goal: np.ndarray, keep: np.ndarray, struck: np.ndarray, shock: np.ndarray
) -> np.ndarray:
    """A year of reversion in log-odds: what ``keep`` keeps, the rest of the way to the goal, blows, luck."""
    return keep * view + (1.0 - keep) * goal + struck + shock
