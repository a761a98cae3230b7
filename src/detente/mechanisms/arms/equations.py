"""Relations of the mechanism *arms*: who buys how many weapons, from whom, and what new standards cost.

State arrays have shape (draw, n), parameters (draw,). Arrays over pairs that trade have shape (draw, pair),
whole matrices (draw, n, n) with the seller in rows. Weapons are counted in SIPRI's trend-indicator value
(TIV), which measures capability and not money. NaN marks a state of unknown military spending: its
purchases keep their level.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

FRIENDLY, RIVAL = 0.75, 0.25
"""Peace levels from which two states are close, and up to which they are rivals."""
WINDOW = 5.0
"""Years of a window of the record on which the choice of seller is estimated."""


def ties(*, pact: np.ndarray, level: np.ndarray, ban: np.ndarray, choice: np.ndarray) -> np.ndarray:
    """What speaks for buying from the seller, log points within a window, (draw, pair).

    ``pact`` 0/1, ``level`` peace level, ``ban`` 0/1 (the seller's embargo on the buyer); ``choice`` (draw, 5)
    coefficients: past, pact, friendly, rival, ban.
    """
    c = choice[:, :, None]
    return c[:, 1] * pact + c[:, 2] * (level >= FRIENDLY) + c[:, 3] * (level <= RIVAL) + c[:, 4] * ban


def drawn_toward(*, tie: np.ndarray, target: np.ndarray, past: np.ndarray) -> np.ndarray:
    """A year of adjustment of each pair's attraction toward what its ties call for, (draw, pair).

    What one bought before weighs by ``past`` (draw,) over a window of five years, so that ties work out in
    full only over many windows: in the long run ``target / (1 - past)``.
    """
    keep = np.clip(past, 0.0, 0.95)[:, None]
    return tie + (1.0 - keep ** (1.0 / WINDOW)) * (target / (1.0 - keep) - tie)


def demand(
    *, before: np.ndarray, usual: np.ndarray, spending: np.ndarray, kept: np.ndarray, milex: np.ndarray
) -> np.ndarray:
    """Purchases of the year, million TIV, (draw, n).

    ``before`` last year's, ``usual`` those of the years before the start, ``spending`` the log change of
    military spending since the start (0 where unknown); ``kept`` share of the log that lasts from year to
    year, ``milex`` elasticity within a year, so that ``milex / (1 - kept)`` is that of the long run.
    """
    k = np.clip(kept, 0.0, 0.95)[:, None]
    start = np.log(np.maximum(usual, 1e-9))
    now = start + k * (np.log(np.maximum(before, 1e-9)) - start) + milex[:, None] * spending
    return np.where(usual > 0, np.exp(now), 0.0)


def luck(*, u: np.ndarray, spread: np.ndarray, usual: np.ndarray, whole: float = 1000.0) -> np.ndarray:
    """Factor of the year's deals (draw, n) with mean 1: deals are lumpy, most of all for small buyers.

    ``spread`` (draw,) standard deviation of the log for a buyer of median size; it falls with the root of
    purchases above that, a tenth of ``whole`` million TIV.
    """
    size = np.sqrt(np.maximum(usual, 1e-9) / (whole / 10.0))
    sd = spread[:, None] / np.maximum(size, 1.0)
    return np.exp(sd * ndtri(u) - sd**2 / 2.0)


def transfers(*, base: np.ndarray, tie: np.ndarray, bought: np.ndarray, buyer: np.ndarray) -> np.ndarray:
    """Deliveries of every pair that trades, million TIV, (draw, pair); those of a buyer add up to ``bought``.

    A buyer divides its purchases (draw, n) among those that sold to it before the start, by what they sold
    (``base``) times what ties have since added (``tie``, log points). ``buyer`` (pair,) is its place.
    """
    pull = base * np.exp(tie)
    total = added(values=pull, place=buyer, size=bought.shape[1])[:, buyer]
    return np.divide(pull, total, out=np.zeros_like(pull), where=total > 0) * bought[:, buyer]


def added(*, values: np.ndarray, place: np.ndarray, size: int) -> np.ndarray:
    """Sums of (draw, pair) values by the state in ``place`` (pair,), (draw, size)."""
    return np.stack([np.bincount(place, weights=row, minlength=size) for row in values])


def standards(*, before: np.ndarray, allied: np.ndarray, strongest: np.ndarray, years: float) -> np.ndarray:
    """How far forces follow the standards of the strongest alliance, 0 to 1, (draw, n).

    ``allied`` share of the world's military spending to which it is bound, ``strongest`` (draw, 1) the
    largest such share of any state. The standards are reached ``years`` after joining and are not given up.
    """
    goal = np.divide(allied, strongest, out=np.zeros_like(allied), where=strongest > 0)
    return before + np.clip(np.minimum(goal, 1.0) - before, 0.0, 1.0 / years)


def equipment(
    *, milex: np.ndarray, start: np.ndarray, share: np.ndarray, elasticity: np.ndarray
) -> np.ndarray:
    """Spending on equipment, in the unit of ``milex``: it swings more than the whole budget, (draw, n)."""
    moved = np.divide(milex, start, out=np.full_like(milex, np.nan), where=start > 0)
    return share[:, None] * start * moved ** elasticity[:, None]
