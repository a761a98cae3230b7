"""Relations of a world commodity market; pure functions, arrays with the draw axis first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

TOLERANCE = 1e-12
MOST_STEPS = 60
LARGEST_CLOSED = 0.98
"""No seller is cut off altogether: smugglers and third parties remain."""


@dataclass(frozen=True, slots=True)
class Sanctioned:
    """The cells in which any trade sanction is in force, in one list over draws, senders and targets."""

    draw: np.ndarray
    pair: np.ndarray
    """sender × n + target"""
    weight: np.ndarray
    """Part of the target's former market that the sender was."""
    complete: np.ndarray
    partial: np.ndarray
    shape: tuple[int, int]
    """Draws and states."""


def sanctioned(*, complete: np.ndarray, partial: np.ndarray, market: np.ndarray) -> Sanctioned:
    """Where trade sanctions (draw, n, n; sender × target) are in force; unknown ones count as none.

    ``market`` (n, n) seller × buyer shares of the former market; unknown ones count as none.
    """
    draws, n = complete.shape[:2]
    some = complete + partial
    at = np.flatnonzero(some > 0)
    draw, pair = np.divmod(at, n * n)
    return Sanctioned(
        draw,
        pair,
        np.nan_to_num(market.T).ravel()[pair],
        complete.reshape(-1)[at],
        partial.reshape(-1)[at],
        (draws, n),
    )


def closed_share(*, where: Sanctioned, reach: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """Part of every seller's former market that is closed to it, (draw, n).

    ``reach`` (n, n) sender × target, what a partial sanction bars, NaN where ``unknown`` (draw,) decides. A
    complete sanction closes all.
    """
    draws, n = where.shape
    share = reach.ravel()[where.pair]
    share = np.where(np.isnan(share), unknown[where.draw], share)
    bars = np.maximum(where.complete, where.partial * share) * where.weight
    out = np.bincount(where.draw * n + where.pair % n, weights=bars, minlength=draws * n)
    return np.minimum(out.reshape(draws, n), LARGEST_CLOSED)


def discount(
    *, closed: np.ndarray, rerouted: np.ndarray, elasticity: np.ndarray, short_over_long: np.ndarray
) -> np.ndarray:
    """How far below the world price a seller must go to keep its volume, share of the price, (draw, n).

    With a trade elasticity θ, demand for a seller's good from the buyers that are left falls by log(1 −
    closed) at given prices; a price lower by log(1 − closed)/θ makes up for it. What has been ``rerouted``
    counts at the long-run elasticity, the rest at the smaller short-run one (Boehm, Levchenko and
    Pandalai-Nayar 2023).
    """
    settled = np.minimum(rerouted, closed)
    old, fresh = -np.log1p(-settled), np.log1p(-settled) - np.log1p(-closed)
    long, short = elasticity[:, None], (elasticity * short_over_long)[:, None]
    return np.maximum(-np.expm1(-(old / long + fresh / short)), 0.0)


def rerouting(*, rerouted: np.ndarray, closed: np.ndarray, speed: np.ndarray) -> np.ndarray:
    """After a year: the rerouted part moves toward the closed one by ``speed``, and never lies above it."""
    return np.minimum(rerouted + speed[:, None] * np.maximum(closed - rerouted, 0.0), closed)


def settled_at_start(*, closed: np.ndarray, years: np.ndarray, speed: np.ndarray) -> np.ndarray:
    """What of ``closed`` (draw, n) has been rerouted after ``years`` (draw, n) of it; the year itself not
    counted."""
    return closed * -np.expm1(np.log1p(-speed)[:, None] * np.maximum(years, 0.0))


def received(*, discount: np.ndarray, exported: np.ndarray) -> np.ndarray:
    """Mean price received over the world price, exports at a discount and home sales without, (draw, n)."""
    return 1.0 - exported * discount


def clearing(
    *,
    share: np.ndarray,
    supply_habit: np.ndarray,
    supply_slope: np.ndarray,
    demand_habit: np.ndarray,
    demand_slope: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Log price at which output meets use, (draw,), and in which draws that was found.

    Solves Σ share · exp(supply_habit + supply_slope·x) = exp(demand_habit + demand_slope·x), with shares
    (draw, n) that add up to 1 and are 0 where unknown, slopes of supply (draw, n) ≥ 0 and of demand (draw,)
    < 0. The left side rises and the right falls, so there is one solution; Newton's method on the logs.
    """
    x = np.zeros(len(share))
    for _ in range(MOST_STEPS):
        made = share * np.exp(supply_habit + supply_slope * x[:, None])
        total = made.sum(axis=1)
        gap = np.log(total) - demand_habit - demand_slope * x
        slope = (made * supply_slope).sum(axis=1) / total - demand_slope
        x = x - np.clip(gap / slope, -2.0, 2.0)
        if not (np.abs(gap) > TOLERANCE).any():
            break
    return x, np.abs(gap) <= 1e-9


def adjusted(
    *, habit: np.ndarray, elasticity: np.ndarray, multiple: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Stock adjustment (Nerlove): (what stays of last year's log deviation, this year's slope).

    ``habit`` last year's log deviation; ``elasticity`` of the first year; ``multiple`` long over short run ≥
    1. A lasting price change moves quantity by ``elasticity`` at once and by ``elasticity × multiple`` in
    the end.
    """
    return (1.0 - 1.0 / multiple) * habit, elasticity


def capped(*, price: np.ndarray, discount: np.ndarray, cap: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Discount (draw, n) where a coalition caps the price: ``reach`` (draw,) of exports sells at the cap at
    most.

    ``price`` (draw,) world price; ``cap`` (draw, n) in its unit, 0 for none. Volumes are not touched: that
    is the aim of such a cap, and output that is already flowing has costs far below it.
    """
    sold = price[:, None] * (1.0 - discount)
    mean = (1.0 - reach[:, None]) * sold + reach[:, None] * np.minimum(sold, cap)
    return np.where(cap > 0, 1.0 - mean / price[:, None], discount)


def path_moved(
    *, price: np.ndarray, mean: np.ndarray, keep: np.ndarray, scale: np.ndarray, shock: np.ndarray
) -> np.ndarray:
    """Price a year on: its log returns toward ``mean`` by 1 − ``keep``, with a ``shock`` of size
    ``scale``."""
    log = np.log(price)
    return np.exp(mean + keep * (log - mean) + scale * shock)


def shock(*, shared: np.ndarray, own: np.ndarray, loading: np.ndarray, df: np.ndarray) -> np.ndarray:
    """Shock of unit variance from uniforms: a part common to all markets and an own one with Student
    tails."""
    common = ndtri(shared)
    tail = stdtrit(df, own) / np.sqrt(df / (df - 2.0))
    return loading * common + np.sqrt(1.0 - loading**2) * tail
