"""Equations of balance and posture; arrays (draw, n) or (draw, n, n), NaN where unknown."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit


def goal_moved(
    *, goal: np.ndarray, share: np.ndarray, people: np.ndarray, elasticity: np.ndarray, drift: np.ndarray
) -> np.ndarray:
    """Soldiers toward whom the armed forces tend, thousand.

    ``share`` and ``people``: military share of GDP and population over last year's; 1 where unknown.
    """
    ratio = known_ratio(share)
    return goal * ratio ** elasticity[:, None] * known_ratio(people) * np.exp(drift)[:, None]


def known_ratio(ratio: np.ndarray) -> np.ndarray:
    """The ratio where it is known and above 0, else 1: what is unknown is taken not to move."""
    return np.where(np.isfinite(ratio) & (ratio > 0), ratio, 1.0)


def soldiers(*, before: np.ndarray, goal: np.ndarray, pull: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Partial adjustment in logarithms: a share ``pull`` of the gap is closed in a year; none stays none."""
    gap = np.where(before > 0, goal, 1.0) / np.where(before > 0, before, 1.0)
    return np.where(before == 0, 0.0, before * gap ** pull[:, None] * np.exp(luck))


def shock(*, u: np.ndarray, scale: np.ndarray, freedom: float, most: float) -> np.ndarray:
    """Student's t with ``freedom`` degrees by inverse CDF, cut off at ``most`` scales either way."""
    return scale[:, None] * np.clip(stdtrit(freedom, u), -most, most)


def share_of_world(values: np.ndarray) -> np.ndarray:
    """Each state's share of the sum over states (draw, n); the unknown count for nothing and stay unknown."""
    total = np.nansum(values, axis=1, keepdims=True)
    return np.divide(values, total, out=np.full(values.shape, np.nan), where=total > 0)


def grown_weight(
    *, weight: np.ndarray, output: np.ndarray, people: np.ndarray, elasticity: np.ndarray
) -> np.ndarray:
    """A component's weight after its state's output and population have grown to so many times their start.

    ``elasticity`` (draw, 2): to output, to population. Who has no output on record grows as the median does.
    """
    here = np.where(np.isfinite(output) & (output > 0), output, np.nan)
    usual = np.nanmedian(here, axis=1, keepdims=True) if np.isfinite(here).any() else 1.0
    ratio = np.where(np.isfinite(here), here, usual)
    return weight * ratio ** elasticity[:, :1] * known_ratio(people) ** elasticity[:, 1:]


def index_of_capability(parts: list[np.ndarray]) -> np.ndarray:
    """Composite index: mean of the shares of the world in its components (Singer, Bremer and Stuckey 1972).

    Each part is made to add up to 1 over the world. The mean is over the parts that are known, as in the
    producers' index, and is then made to add up to 1.
    """
    shares = np.stack([share_of_world(p) for p in parts])
    count = np.isfinite(shares).sum(axis=0)
    mean = np.nansum(shares, axis=0) / np.maximum(count, 1)
    return share_of_world(np.where(count > 0, mean, np.nan))


def hostility(*, level: np.ndarray, coded: np.ndarray, pact: np.ndarray, end: float) -> np.ndarray:
    """1 at severe rivalry, falling in a straight line to 0 at peace level ``end``; 0 for others.

    Others are pairs never coded, and those bound by a pact of mutual defence.
    """
    # fmax takes the number where the other is NaN: pairs of unknown level count as not hostile.
    return np.fmax(1.0 - level / end, 0.0) * (coded * (1.0 - pact))


def proximity(*, distance: np.ndarray, reach: float) -> np.ndarray:
    """Loss of strength with distance (Boulding 1962): exp(-km / reach); 1 at home."""
    near = np.nan_to_num(np.exp(-distance / reach), nan=0.0)
    near[..., np.arange(near.shape[-1]), np.arange(near.shape[-1])] = 1.0
    return near


def at_home(*, personnel: np.ndarray, abroad: np.ndarray) -> np.ndarray:
    """Soldiers in their own country, thousand; forces abroad (draw, n, n) are counted among the personnel."""
    return np.maximum(personnel - abroad.sum(axis=2), 0.0)


def force_near(
    *, home: np.ndarray, abroad: np.ndarray, near: np.ndarray, enmity: np.ndarray, senders: np.ndarray
) -> np.ndarray:
    """Hostile soldiers within reach of each state, thousand, by hostility and nearness, (draw, n).

    ``home``: soldiers at home who can be brought to bear. ``enmity[d, i, s]``: hostility between state i and
    sender s. Soldiers stand where they are based: at home, or with the hosts of ``abroad``, of whom only the
    rows ``senders`` are not empty.
    """
    based = np.nan_to_num(home, nan=0.0)
    from_home = np.matmul(enmity * near.swapaxes(-1, -2), based[:, :, None])[:, :, 0]
    hosts = np.flatnonzero(abroad.any(axis=(0, 1)))
    forward = np.matmul(abroad[:, senders][:, :, hosts], near[:, hosts])
    return from_home + np.einsum("dis,dsi->di", enmity[:, :, senders], forward)


def force_beside(
    *, home: np.ndarray, abroad: np.ndarray, enmity: np.ndarray, senders: np.ndarray
) -> np.ndarray:
    """Own soldiers at home and friends' beside them, thousand, (draw, n)."""
    welcome = enmity[:, :, senders].swapaxes(1, 2) == 0
    return home + (abroad[:, senders] * welcome).sum(axis=1)


def standing_cost(*, abroad: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Yearly cost of basing abroad rather than at home, billion USD; ``cost``: thousand USD a soldier."""
    return abroad.sum(axis=2) * cost[:, None] / 1e3
