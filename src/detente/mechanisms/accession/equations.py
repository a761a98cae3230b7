"""What a member thinks of a candidate, and what follows if every member has a veto.

Arrays have draws first: (draw, member, candidate) over all states (rows) and the eligible states (columns).
Levels are those of the peace scale (0 rivalry to 1 security community); capabilities are shares of the world.
"""

from __future__ import annotations

import numpy as np

COLD_WAR_TO = 1990
"""First year after the time in which no text asked for democracy."""
NEUTRAL = 0.5
"""Negative peace: neither rivals nor friends."""
VOTE = ("distance", "relation", "shared_rival", "trade", "own_polyarchy", "burden", "size")
"""Covariates of a member's vote: four of the pair, one of the member, two of the candidate."""
READY = ("polyarchy", "cold_war", "governance", "pending", "talks", "talking", "since_last")
"""Covariates of the common judgement that a candidate is ready: polyarchy and governance (from 1990), years
pending (log), whether talks or an action plan were open and for how long (log), years since anybody was
agreed to (log): rounds come in waves."""
TALKS = ("polyarchy", "cold_war", "governance", "pending", "since_last", "burden", "size")
"""Covariates of the opening of talks."""
KINDS = ("price", "time", "tie", "purpose")
"""What a holdout asks for: something that can be paid, a later round or reforms first, the settlement of a
quarrel of the two, or that the candidate stay out as such."""
HELD = ("log_years", "others")
"""Beside its kind, what the rate at which a holdout gives in rests on: years held, other holdouts."""
BID = ("nearness", "relation", "burden", "polyarchy", "neighbours", "patron", "income")
"""Covariates of a bid."""


def known(x: np.ndarray) -> np.ndarray:
    """The numbers, the unknown as nought."""
    return np.where(np.isnan(x), 0.0, x)


def hostility(*, level: np.ndarray) -> np.ndarray:
    """0 at negative peace or better, 1 at severe rivalry; an unknown level is none."""
    return np.fmin(np.fmax(1.0 - level / NEUTRAL, 0.0), 1.0)


def mean_over(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted mean over states (axis 1) of (draw, state, candidate), the unknown left out."""
    known = np.isfinite(values)
    w = weight[:, :, None] * known
    total = w.sum(axis=1)
    summed = np.where(known, values, 0.0) * w
    return np.divide(summed.sum(axis=1), total, out=np.full(total.shape, np.nan), where=total > 0)


def standard(x: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Covariates (..., k) in standard deviations of the estimation sample; the unknown take its mean."""
    return known((x - centre) / scale)


def chance(log_odds: np.ndarray) -> np.ndarray:
    """Logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def unanimous(p: np.ndarray, members: np.ndarray, ready: np.ndarray) -> np.ndarray:
    """Chance of consent, (draw, candidate): the candidate is judged ready, and no member refuses.

    ``p`` (draw, member, candidate) chances of a yes, ``members`` (draw, state), ``ready`` (draw, candidate).
    Members vote independently given what is known; adding one can only lower the chance.
    """
    return np.asarray(ready * np.where(members[:, :, None], p, 1.0).prod(axis=1))


def carried(*, no: np.ndarray, voting: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Whether enough members say yes, (draw, candidate): at least ``share`` of those ``voting``, 1 being all.

    ``no`` and ``voting`` (draw, member, candidate) booleans.
    """
    whole = voting.sum(axis=1)
    yes = whole - (no & voting).sum(axis=1)
    return np.asarray((yes >= np.ceil(share * whole - 1e-9)) & (whole > 0))


def digits(u: np.ndarray, k: int) -> np.ndarray:
    """The ``k``-th uniform (0 to 3) out of one: 53 binary digits are enough for four."""
    return u if k == 0 else np.asarray((u * 2.0 ** (13 * k)) % 1.0)


def ridge_logit(
    x: np.ndarray, y: np.ndarray, precision: np.ndarray, weight: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Posterior mode (k,) and Laplace covariance (k, k) of a logit of ``y`` (row,) on ``x`` (row, k).

    ``precision`` (k,) of normal priors at nought, ``weight`` (row,) of the rows. Newton's method.
    """
    w, beta = np.ones(len(y)) if weight is None else weight, np.zeros(x.shape[1])
    for _ in range(200):
        p = chance(x @ beta)
        hessian = (x * (w * p * (1 - p))[:, None]).T @ x + np.diag(precision)
        move = np.linalg.solve(hessian, x.T @ (w * (y - p)) - precision * beta)
        beta = beta + move * min(1.0, 2.0 / max(float(np.abs(move).max()), 1e-12))
        if np.abs(move).max() < 1e-9:
            return beta, np.linalg.inv(hessian)
    raise RuntimeError("a logit did not converge in 200 Newton steps")


def months_to_ratify(
    *, members: np.ndarray, line: np.ndarray, spread: np.ndarray, z: np.ndarray
) -> np.ndarray:
    """Months from signature to accession: log-linear in the number of ratifiers.

    ``members`` (draw, candidate) count, ``line`` (draw, 2) intercept and slope, ``spread`` (draw,), ``z``
    standard normal (draw, candidate).
    """
    log_months = line[:, :1] + line[:, 1:] * np.log(members) + spread[:, None] * z
    return np.asarray(np.exp(log_months).clip(1.0, 60.0))
