"""Relations of the mechanism *investment*: direct investment from abroad, and know-how.

State arrays have shape (draw, n), pair arrays (draw, n, n), parameters (draw,). Inflows are handled as
asinh(per cent of GDP): nearly the share itself when small, nearly its logarithm when large, and defined
for outflows. NaN marks a state whose inflow is unknown; it stays unknown and touches no other.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, stdtrit

RIVAL = 0.25
"""Peace level up to which two states are rivals."""
ROOM = 2.0
"""How far past its habit a state of extreme inflows may go, asinh of per cent of GDP."""
HORIZON = 15.0
"""Years after an opening over which its published effect on growth is an average."""


def coverage(*, flag: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Share of the rest of the world, by ``weight``, for which ``flag`` (from, onto) holds, (draw, n).

    A partner of unknown weight counts for nothing; a world without known weights gives 0.
    """
    held = np.nan_to_num(weight, nan=0.0)
    others = held.sum(axis=1, keepdims=True) - held
    touched = np.matmul(held[:, None, :], np.asarray(flag, dtype=float))[:, 0]
    share = np.divide(touched, others, out=np.zeros_like(touched), where=others > 0)
    return np.minimum(share, 1.0)  # a difference beside a giant is true to rounding only


def asinh_share(*, inflow: np.ndarray, gdp: np.ndarray) -> np.ndarray:
    """asinh of the inflow in per cent of GDP; both in one unit of money."""
    return np.arcsinh(100.0 * inflow / gdp)


def inflow(*, level: np.ndarray, gdp: np.ndarray) -> np.ndarray:
    """Inflow in the unit of ``gdp`` from its asinh share."""
    return np.sinh(level) / 100.0 * gdp


def norm(
    *,
    habit: np.ndarray,
    sanctioned: np.ndarray,
    rivals: np.ndarray,
    governance: np.ndarray,
    response: np.ndarray,
) -> np.ndarray:
    """Level to which inflows return, (draw, n): the state's own habit, moved by what has changed since.

    ``sanctioned``, ``rivals`` (shares of the world) and ``governance`` (points) are differences from their
    means over the years of the habit; an unknown difference of governance counts as none. ``response``
    (draw, 3) per unit of share, share, and ten points.
    """
    change = (
        response[:, 0:1] * sanctioned
        + response[:, 1:2] * rivals
        + response[:, 2:3] * np.nan_to_num(governance, nan=0.0) / 10.0
    )
    return habit + change


def senders_stay_away(
    *, habit: np.ndarray, sanctioned: np.ndarray, usual: np.ndarray, loss: np.ndarray
) -> np.ndarray:
    """Level when a share ``loss`` (draw,) of sanctioning states' investors stays away while sanctions last.

    ``sanctioned`` and ``usual``: shares of the world that sanction now and in the years of the habit.
    """
    # Some investment remains even of a world that stays away, so that the ratio stays finite.
    left = np.maximum(1.0 - loss[:, None] * np.clip(sanctioned, 0.0, 1.0), 0.05)
    before = np.maximum(1.0 - loss[:, None] * np.clip(usual, 0.0, 1.0), 0.05)
    return np.arcsinh(np.sinh(habit) * left / before)


def adjusted(
    *, before: np.ndarray, norm: np.ndarray, persistence: np.ndarray, shock: np.ndarray
) -> np.ndarray:
    """Partial adjustment of last year's level to its norm, with this year's shock, (draw, n)."""
    keep = persistence[:, None]
    return keep * before + (1.0 - keep) * norm + shock


def shock(*, u: np.ndarray, size: np.ndarray, noise: np.ndarray, largest: np.ndarray) -> np.ndarray:
    """Student shocks by state (draw, n).

    ``size`` usual size of the state's yearly changes (:func:`volatility`); ``noise`` (draw, 2): log of the
    scale in multiples of it, log degrees of freedom; ``largest`` (draw,) bound, in the same multiples.
    """
    scale, df = np.exp(noise).T
    drawn = scale[:, None] * stdtrit(df[:, None], u)
    return size * np.clip(drawn, -largest[:, None], largest[:, None])


def volatility(*, history: np.ndarray) -> np.ndarray:
    """Usual size of a state's yearly changes of level, (n,), from ``history`` (years, n), the newest last.

    Mean absolute change over the years given, half-way in logs to the median state: financial centres leap,
    large economies do not. A state with under five known changes has the median state's.
    """
    change = np.abs(np.diff(history, axis=0))
    known = np.isfinite(change)
    count = known.sum(axis=0)
    total = np.where(known, change, 0.0).sum(axis=0)
    own = np.divide(total, count, out=np.full(count.shape, np.nan), where=count >= 5)
    own = np.where(own > 0, own, np.nan)
    middle = np.nanmedian(own) if np.isfinite(own).any() else np.nan
    return np.sqrt(np.where(np.isnan(own), middle, own) * middle)


def within_record(
    *, level: np.ndarray, habit: np.ndarray, lowest: np.ndarray, highest: np.ndarray
) -> np.ndarray:
    """Levels held within what is on record, (draw, n): nothing is known of flows beyond.

    ``lowest`` and ``highest`` (draw,) are the levels that one state-year in a hundred lies below, and above;
    a state whose own habit is near or beyond them may go :data:`ROOM` past its habit.
    """
    low = np.fmin(lowest[:, None], habit - ROOM)
    high = np.fmax(highest[:, None], habit + ROOM)
    return np.clip(level, low, high)


def drifted(*, before: np.ndarray, sd: np.ndarray, u: np.ndarray) -> np.ndarray:
    """How far the level to which inflows return has moved after a year, (draw, n): a random walk."""
    return before + sd * ndtri(u)


def tide(*, u: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """The year's shock to all states together, (draw, 1)."""
    return (sd * ndtri(u))[:, None]


def gain_from_opening(
    *, opened: np.ndarray, known: np.ndarray, rate: np.ndarray, memory: np.ndarray
) -> np.ndarray:
    """Growth of productivity in a year from having opened, log points, (draw, n).

    ``opened`` is how much more of the world is open than at the start (negative: less), ``known`` the gain so
    far. A full opening adds ``rate`` a year on average over :data:`HORIZON` years (Wacziarg & Welch 2008) and
    its growth effect fades over ``memory`` years, so that the level stays and the growth does not.
    """
    first = rate * (HORIZON / memory) / (1.0 - np.exp(-HORIZON / memory))
    return first[:, None] * opened - known / memory[:, None]


def gain_from_investment(
    *, level: np.ndarray, habit: np.ndarray, known: np.ndarray, per_point: np.ndarray, memory: np.ndarray
) -> np.ndarray:
    """Growth of productivity from inflows above habit, log points, (draw, n); 0 where inflows are unknown.

    ``per_point`` log points of growth a year for each per cent of GDP more than is usual.
    """
    extra = np.nan_to_num(np.sinh(level) - np.sinh(habit), nan=0.0)
    return per_point[:, None] * extra - known / memory[:, None]
