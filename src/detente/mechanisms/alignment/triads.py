"""Answers of third parties: what a state does when a rival of its own draws closer to a state that is none.

A and B are two of the powers; C is a rival of A (0.25 or below on the peace scale) and not of B. A and B draw
closer if within five years their distance in UN votes fell by half a point or their peace level rose by a
step. C then may come nearer to B (*wooing*), to A (*terms*) or to the others whom A or B have as rivals
(*balancing*). The same functions give the regressors of the fit (years in place of draws) and the year as it
runs. State arrays have shape (draw, n), arrays of powers (draw, k) or (draw, k, k), rivals (draw, k, n).
"""

from __future__ import annotations

import numpy as np

POWERS = ("USA", "GBR", "FRA", "DEU", "RUS", "CHN", "JPN", "IND")
SPAN = 5
"""Years over which two draw closer, and over which thirds answer."""
CLOSER = 0.5
"""Points of the ideal-point scale by which two must draw nearer in five years to count as closer."""
WARMER = 0.25
"""Steps of the peace scale that count as closer: one."""
RIVALRY = 0.25
"""Highest level of the peace scale that is a rivalry."""
UNKNOWN, BASE = 5, 6
"""Digit of an unknown level, and the base of the memory of levels."""


def drawn_closer(
    *, position: np.ndarray, before: np.ndarray, level: np.ndarray, level_before: np.ndarray
) -> np.ndarray:
    """Which pairs of powers drew closer, (draw, k, k) booleans; ``before`` is five years ago.

    By :data:`CLOSER` in votes or by :data:`WARMER` on the peace scale. Pairs without positions in both years
    do not count (the record of answers begins with their votes).
    """
    nearer = _gaps(before) - _gaps(position)
    warmer = np.nan_to_num(level - level_before, nan=0.0) >= WARMER
    return np.isfinite(nearer) & ((np.nan_to_num(nearer, nan=0.0) >= CLOSER) | warmer)


def _gaps(position: np.ndarray) -> np.ndarray:
    gaps: np.ndarray = np.abs(position[:, :, None] - position[:, None, :])
    return gaps


def directions(
    *, position: np.ndarray, rivals: np.ndarray, powers: np.ndarray, pairs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where B, A and the others lie as each third party sees it: mean signs (draw, n, 3), and its triads.

    Over the pairs of powers that are true in ``pairs`` (both orders) and of which the state is a third: +1
    where B (A, the mean of the others) lies above its own position, −1 below. Zero for a state that is the
    third of no pair, and for states without a position. ``powers`` are the powers' places among the states.
    """
    draws, n = position.shape
    total, count = np.zeros((draws, n, 3)), np.zeros((draws, n))
    draw, a, b = np.nonzero(pairs)
    if len(draw) == 0:
        return total, count
    third, x = thirds(position, rivals, powers, draw, a, b), position[draw]
    toward = (x[np.arange(len(draw)), powers[b], None], x[np.arange(len(draw)), powers[a], None])
    others = mean_of_others(x, rivals[draw, a] | rivals[draw, b], powers[a], powers[b])
    signs = np.stack([np.where(third, np.sign(to - x), 0.0) for to in (*toward, others)], axis=-1)
    first = np.flatnonzero(np.diff(draw, prepend=-1))
    total[draw[first]] = np.add.reduceat(signs, first)
    count[draw[first]] = np.add.reduceat(third.astype(float), first)
    return total / np.maximum(count, 1.0)[:, :, None], count


def thirds(
    position: np.ndarray,
    rivals: np.ndarray,
    powers: np.ndarray,
    draw: np.ndarray,
    a: np.ndarray,
    b: np.ndarray,
) -> np.ndarray:
    """Who is a rival of A and not of B, and neither of them, with a known position; (triple, n) booleans."""
    third: np.ndarray = rivals[draw, a] & ~rivals[draw, b] & np.isfinite(position[draw])
    row = np.arange(len(draw))
    third[row, powers[a]] = third[row, powers[b]] = False
    return third


def mean_of_others(x: np.ndarray, foes: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Mean position of the rivals of A or B beside A, B and the third itself, (triple, n).

    A third is among these rivals and is taken out of its own mean; where it is the only one, its own position
    stands (no direction).
    """
    known = foes & np.isfinite(x)
    row = np.arange(len(x))
    known[row, a] = known[row, b] = False
    left = known.sum(axis=1)[:, None] - 1.0
    rest = np.where(known, x, 0.0).sum(axis=1)[:, None] - x
    return np.where(left > 0, rest / np.maximum(left, 1.0), x)


def answer(*, toward: np.ndarray, effects: np.ndarray) -> np.ndarray:
    """Yearly move of third parties, (draw, n): a fifth of the sum of the effects on the five years to come.

    ``toward`` (draw, n, 3) from :func:`directions`; ``effects`` (draw, 3): points in five years by which a
    state moves toward B, toward A, toward the others.
    """
    return np.einsum("dnk,dk->dn", toward, effects) / SPAN


def remembered(*, level: np.ndarray, memory: np.ndarray) -> np.ndarray:
    """The memory of peace levels a year on: five digits to base 6, the newest last (quarters; 5: unknown)."""
    held = np.where(np.isnan(memory), BASE**SPAN - 1.0, memory)
    digit = np.where(np.isnan(level), UNKNOWN, np.rint(4 * level))
    return np.mod(held, BASE ** (SPAN - 1)) * BASE + digit


def oldest(*, memory: np.ndarray) -> np.ndarray:
    """The peace level five years ago, as the memory holds it; NaN where unknown."""
    digit = np.floor_divide(memory, BASE ** (SPAN - 1))
    return np.where((digit < UNKNOWN) & np.isfinite(memory), digit / 4, np.nan)
