"""Trade that goes round: what third states bought from a coalition and sold to its target, against gravity.

Two legs for each third state k: the coalition sells to k, and k sells to the target. Each is held against
what the gravity of the other flows says (seller factor × buyer factor × the pair's own past flow, as in
:mod:`rupture`, the leg itself left out of the fit). A general equilibrium sends more through every third
state alike, which the factors of the target as a buyer and of k as a seller take up; what is over in both
legs is goods that went round. It cannot tell a forbidden good from a legal one.

The error is that of a placebo: the spread of the same statistic over other states and pairs of like size that
have nothing to do with the target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.mechanisms.trade.rupture import without_rupture

LIKE = 8.0
"""Placebos are flows between one eighth and eight times the size of the one tested."""
FEWEST = 12
"""With fewer placebos of like size the nearest so many are taken."""


@dataclass(frozen=True)
class Leg:
    """A sum of flows: recorded, expected from gravity (same money), and the error of their log ratio."""

    before: float
    recorded: float
    expected: float
    error: float

    @property
    def excess(self) -> float:
        """Log of recorded over expected."""
        return (
            float(np.log(self.recorded / self.expected)) if min(self.recorded, self.expected) > 0 else np.nan
        )

    @property
    def surplus(self) -> float:
        """Recorded less expected, in the money of the flows."""
        return self.recorded - self.expected


@dataclass(frozen=True)
class Detour:
    """The two legs of one third state, and what went round: the smaller surplus, at least 0."""

    state: str
    bought: Leg
    sold: Leg

    @property
    def rerouted(self) -> float:
        """What can have gone round by this state at most, in the money of the flows."""
        return max(0.0, min(self.bought.surplus, self.sold.surplus))


def detours(
    before: np.ndarray,
    now: np.ndarray,
    states: Sequence[str],
    *,
    target: str,
    coalition: Sequence[str],
    thirds: Sequence[str],
) -> tuple[list[Detour], float]:
    """The legs of each of ``thirds``, and the trade of the coalition to the target that is missing ``now``.

    ``before``, ``now`` flows (n, n), exporter in rows, zero where there are none (sales at home are not
    used). Missing trade is what gravity expected the coalition to sell to the target less what it sold.
    """
    at = {s: k for k, s in enumerate(states)}
    west = np.array([at[s] for s in coalition if s in at])
    aim = at[target]
    broken = np.zeros(now.shape, dtype=bool)
    broken[west, aim] = broken[aim, west] = True
    through = [at[s] for s in thirds]
    broken[np.ix_(west, through)] = True
    broken[through, aim] = True
    expected = without_rupture(before, now, broken)
    bought, sold = _placebos(before, now, broken, west, aim, through)
    found = [
        Detour(
            s,
            _leg(before[west, at[s]], now[west, at[s]], expected[west, at[s]], bought),
            _leg(before[at[s], aim], now[at[s], aim], expected[at[s], aim], sold),
        )
        for s in thirds
    ]
    return found, float(expected[west, aim].sum() - now[west, aim].sum())


def _leg(before: np.ndarray, now: np.ndarray, expected: np.ndarray, placebo: np.ndarray) -> Leg:
    size = float(np.sum(expected))
    return Leg(float(np.sum(before)), float(np.sum(now)), size, _spread(placebo, size))


def _placebos(
    before: np.ndarray,
    now: np.ndarray,
    broken: np.ndarray,
    west: np.ndarray,
    aim: int,
    through: Sequence[int],
) -> tuple[np.ndarray, np.ndarray]:
    """(expected size, log excess) of both legs for states that are no part of it; rows of two numbers.

    For each other buyer in turn: what the coalition sells it, that leg left out of the fit, and what each
    state outside the coalition sells it, from a fit without those flows.
    """
    outside = np.ones(len(now), dtype=bool)
    outside[west] = False
    outside[[aim, *through]] = False
    bought, sold = [], []
    for k in np.flatnonzero(outside & (before.sum(axis=0) > 0) & (now.sum(axis=0) > 0)):
        held = broken.copy()
        held[west, k] = True
        expected = without_rupture(before, now, held)
        bought.append((expected[west, k].sum(), now[west, k].sum()))
        held = broken.copy()
        sellers = np.flatnonzero(outside)[::7]
        sellers = sellers[sellers != k]
        held[sellers, k] = True
        expected = without_rupture(before, now, held)
        sold += list(zip(expected[sellers, k], now[sellers, k], strict=True))
    return _logs(bought), _logs(sold)


def _logs(pairs: Sequence[tuple[float, float]]) -> np.ndarray:
    both = np.array([p for p in pairs if min(p) > 0.0])
    return np.column_stack([both[:, 0], np.log(both[:, 1] / both[:, 0])])


def _spread(placebo: np.ndarray, size: float) -> float:
    """Robust standard deviation (from the median absolute deviation) of placebos of like size."""
    far = np.abs(np.log(placebo[:, 0] / size))
    near = placebo[far <= np.log(LIKE), 1]
    if len(near) < FEWEST:
        near = placebo[np.argsort(far)[:FEWEST], 1]
    return float(1.4826 * np.median(np.abs(near - np.median(near))))
