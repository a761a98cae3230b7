"""What a member thinks of a candidate, and what follows if every member has a veto.

Arrays have draws first: (draw, member, candidate) over all states (rows) and the eligible states (columns).
Levels are those of the peace scale (0 rivalry to 1 security community); capabilities are shares of the world.
"""

from __future__ import annotations

import numpy as np

NEUTRAL = 0.5
"""Negative peace: neither rivals nor friends."""
VOTE = ("distance", "relation", "shared_rival", "trade", "own_polyarchy", "burden", "size")
"""Covariates of a member's vote: four of the pair, one of the member, two of the candidate."""
READY = ("polyarchy", "cold_war", "governance", "pending")
"""Covariates of the common judgement that a candidate is ready; polyarchy and governance count from 1990."""
BID = ("nearness", "relation", "burden", "polyarchy", "neighbours", "patron", "income")
"""Covariates of a bid."""


def hostility(*, level: np.ndarray) -> np.ndarray:
    """0 at negative peace or better, 1 at severe rivalry; an unknown level is none."""
    found: np.ndarray = np.clip((NEUTRAL - level) / NEUTRAL, 0.0, 1.0)
    return np.nan_to_num(found, nan=0.0, copy=False)


def mean_over(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted mean over states (axis 1) of (draw, state, candidate), the unknown left out."""
    known = np.isfinite(values)
    w = weight[:, :, None] * known
    total = w.sum(axis=1)
    summed = np.where(known, values, 0.0) * w
    return np.divide(summed.sum(axis=1), total, out=np.full(total.shape, np.nan), where=total > 0)


def standard(x: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Covariates (..., k) in standard deviations of the estimation sample; the unknown take its mean."""
    return np.nan_to_num((x - centre) / scale)


def chance(log_odds: np.ndarray) -> np.ndarray:
    """Logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def unanimous(p: np.ndarray, members: np.ndarray, ready: np.ndarray) -> np.ndarray:
    """Chance of consent, (draw, candidate): the candidate is judged ready, and no member refuses.

    ``p`` (draw, member, candidate) chances of a yes, ``members`` (draw, state), ``ready`` (draw, candidate).
    Members vote independently given what is known; adding one can only lower the chance.
    """
    return np.asarray(ready * np.where(members[:, :, None], p, 1.0).prod(axis=1))


def carried(*, yes: np.ndarray, members: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Whether enough members say yes: at least ``share`` (draw, candidate) of them, 1 being unanimity."""
    whole = members.sum(axis=1)[:, None]
    return np.asarray((yes.sum(axis=1) >= np.ceil(share * whole - 1e-9)) & (whole > 0))


def second(u: np.ndarray) -> np.ndarray:
    """Another uniform from the lower digits of one: 53 binary digits are enough for both."""
    return np.asarray((u * 2.0**20) % 1.0)


def third(u: np.ndarray) -> np.ndarray:
    """A third uniform from digits lower still."""
    return np.asarray((u * 2.0**36) % 1.0)


def months_to_ratify(
    *, members: np.ndarray, line: np.ndarray, spread: np.ndarray, z: np.ndarray
) -> np.ndarray:
    """Months from signature to accession: log-linear in the number of ratifiers.

    ``members`` (draw, candidate) count, ``line`` (draw, 2) intercept and slope, ``spread`` (draw,), ``z``
    standard normal (draw, candidate).
    """
    log_months = line[:, :1] + line[:, 1:] * np.log(members) + spread[:, None] * z
    return np.asarray(np.exp(log_months).clip(1.0, 60.0))
