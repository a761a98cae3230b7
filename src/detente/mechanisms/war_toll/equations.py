"""What war does to two states: pure functions, arrays by keyword, pairs (draw, n, n)."""

from __future__ import annotations

import numpy as np


def blow(*, war: np.ndarray, fatal: np.ndarray, effects: np.ndarray) -> np.ndarray:
    """Log-odds added to a fall of relations; ``effects`` (draw, 3): everywhere, fatal dispute, war.

    The first is below 0: falls that disputes bring are not to be counted twice.
    """
    out = np.empty(war.shape)
    out[:] = effects[:, 0, None, None]
    fought = (war > 0.5) | (fatal > 0.5)
    draw, i, j = np.nonzero(fought)
    out[draw, i, j] += np.where(war[draw, i, j] > 0.5, effects[draw, 2], effects[draw, 1])
    return out


def shadow(*, war: np.ndarray, before: np.ndarray, recovery: np.ndarray) -> np.ndarray:
    """Share of war's effect on trade in force: 1 at war, else last year's less ``recovery`` of it."""
    return np.maximum(war, before * (1.0 - recovery))


def exposure(*, war: np.ndarray, capability: np.ndarray) -> np.ndarray:
    """How far a state is overmatched in its hardest war: the other's share of the two's power, (draw, n).

    0 without a war. Unknown capability counts as none of it: an unknown pair is even.
    """
    out = np.zeros(capability.shape)
    power = np.nan_to_num(capability, nan=0.0)
    draw, i, j = np.nonzero(war > 0.5)
    both = power[draw, i] + power[draw, j]
    share = np.where(both > 0, power[draw, j] / np.where(both > 0, both, 1.0), 0.5)
    np.maximum.at(out, (draw, i), share)
    return out


def output_lost(
    *, war: np.ndarray, start: np.ndarray, capability: np.ndarray, cost: np.ndarray
) -> np.ndarray:
    """Log points of output lost this year: cost × exposure, in wars that were not there at the start.

    Projections know the wars of the start. ``cost`` (draw,).
    """
    new = np.where(start > 0.5, 0.0, war)
    return cost[:, None] * exposure(war=new, capability=capability)
