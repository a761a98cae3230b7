"""Estimation of *opinion*: a linear state-space model of all pairs of a target at once, by maximum
likelihood.

View of pair i in year t: goal (own mean plus standing circumstances) + what events left + a passing
deviation,
which reverts by ``keep`` a year and has a part of its own and one that all publics share about the target.
The
model is linear and normal, so the likelihood of the Kalman filter is that of one multivariate normal for each
target (a test compares them); coefficients follow by generalised least squares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.opinion import equations as eq
from detente.mechanisms.opinion.panel import FIRST, TARGETS, Surveys
from detente.mechanisms.regressions import joint

NOISE = ("keep", "own", "common", "house", "spread")
"""Share of a deviation kept a year; yearly shocks of a pair, of a target; survey house error; spread of
means.
"""
START = np.array([1.4, np.log(0.2), np.log(0.2), np.log(0.1), np.log(0.6)])
PRIOR = 2.0
"""Standard deviation of the normal prior around nought of every coefficient, in log-odds: next to nothing."""


@dataclass(frozen=True)
class Fit:
    """Noise (by :data:`NOISE`), coefficients by name with their covariance, log-likelihood, error of keep."""

    noise: dict[str, float]
    names: tuple[str, ...]
    mean: np.ndarray
    covariance: np.ndarray
    likelihood: float
    keep_error: float = 0.0


def noise_of(theta: np.ndarray) -> dict[str, float]:
    """Noise from its free form: logistic for ``keep``, exponential for the others."""
    return dict(zip(NOISE, [float(1 / (1 + np.exp(-theta[0]))), *np.exp(theta[1:]).tolist()], strict=True))


def design(
    pairs: Sequence[tuple[str, str]],
    pair: np.ndarray,
    year: np.ndarray,
    seen: tuple[np.ndarray, np.ndarray],
    keep: float,
    theory: str,
) -> np.ndarray:
    """Regressors (row, k): a constant for each target, standing circumstances, traces of events.

    ``theory`` ``old``: events fade; ``lower``: they stay.
    """
    standing = eq.carried(seen[0], keep)
    traces = eq.faded(seen[1], keep) if theory == "old" else eq.scarred(seen[1])
    targets = np.array([TARGETS.index(t) for _, t in pairs])[pair]
    return np.column_stack(
        [np.eye(len(TARGETS))[targets], standing[pair, year - FIRST], traces[pair, year - FIRST]]
    )


def covariance(
    pair: tuple[np.ndarray, np.ndarray], year: tuple[np.ndarray, np.ndarray], noise: dict[str, float]
) -> np.ndarray:
    """Covariance (row, row') of views of one target, without the error of surveys."""
    apart = np.abs(year[0][:, None] - year[1][None, :])
    fading = noise["keep"] ** apart / (1 - noise["keep"] ** 2)
    same = pair[0][:, None] == pair[1][None, :]
    own = noise["spread"] ** 2 + noise["own"] ** 2 * fading
    return np.where(same, own, 0.0) + noise["common"] ** 2 * fading


def by_target(data: Surveys) -> Iterator[np.ndarray]:
    """Rows of each target."""
    target = data.target
    for name in TARGETS:
        rows = np.flatnonzero(target == name)
        if rows.size:
            yield rows


def solve(data: Surveys, seen: tuple[np.ndarray, np.ndarray], theta: np.ndarray, theory: str) -> Fit:
    """Coefficients and likelihood at given noise."""
    noise = noise_of(theta)
    x = design(data.pairs, data.pair, data.year, seen, noise["keep"], theory)
    k = x.shape[1]
    precision, score, total = np.eye(k) / PRIOR**2, np.zeros(k), 0.0
    for rows in by_target(data):
        inside = covariance((data.pair[rows],) * 2, (data.year[rows],) * 2, noise)
        inside[np.diag_indices(len(rows))] += data.error[rows] + noise["house"] ** 2
        root = np.linalg.cholesky(inside)
        white = np.linalg.solve(root, np.column_stack([x[rows], data.view[rows]]))
        precision += white[:, :-1].T @ white[:, :-1]
        score += white[:, :-1].T @ white[:, -1]
        total -= np.log(np.diag(root)).sum() + 0.5 * white[:, -1] @ white[:, -1]
    spread = np.linalg.inv(precision)
    mean = spread @ score
    total += 0.5 * score @ mean - 0.5 * np.linalg.slogdet(precision)[1]
    return Fit(noise, (*TARGETS, *eq.STANDING, *eq.EVENTS), mean, spread, float(total))


def estimate(
    data: Surveys, seen: tuple[np.ndarray, np.ndarray], theory: str = "old"
) -> tuple[Fit, np.ndarray]:
    """The best noise and what goes with it; also the noise in its free form."""
    from scipy.optimize import minimize

    def loss(theta: np.ndarray) -> float:
        return -solve(data, seen, theta, theory).likelihood

    found = minimize(
        loss, START, method="L-BFGS-B", bounds=[(-1, 4)] + [(-4, 1)] * 4, options={"maxiter": 40}
    )
    best, step = found.x, np.array([0.2, 0, 0, 0, 0])
    bend = (loss(best + step) + loss(best - step) - 2 * loss(best)) / 0.04
    fit = solve(data, seen, best, theory)
    keep = fit.noise["keep"]
    error = keep * (1 - keep) / np.sqrt(max(bend, 1e-6))
    return Fit(fit.noise, fit.names, fit.mean, fit.covariance, fit.likelihood, float(min(error, 0.2))), best


def predicted(
    fit: Fit,
    data: Surveys,
    seen: tuple[np.ndarray, np.ndarray],
    theory: str,
    wanted: tuple[np.ndarray, np.ndarray],
    lasting: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Views (mean, variance) of the pairs and years ``wanted``, given the surveys of ``data``.

    ``wanted`` counts in ``data.pairs``, which may hold pairs without a survey. ``lasting``: the level to
    which
    the view returns, instead of the view. Errors of the coefficients are left out.
    """
    keep = fit.noise["keep"]
    if lasting:
        x = at_rest(data.pairs, *wanted, seen, theory)
    else:
        x = design(data.pairs, *wanted, seen, keep, theory)
    known = design(data.pairs, data.pair, data.year, seen, keep, theory) @ fit.mean
    target = np.array([data.pairs[k][1] for k in wanted[0]])
    mean, variance = x @ fit.mean, np.zeros(len(x))
    for name in np.unique(target):
        ask, rows = np.flatnonzero(target == name), np.flatnonzero(data.target == name)
        asked, held = (wanted[0][ask], wanted[1][ask]), (data.pair[rows], data.year[rows])
        own = covariance((asked[0],) * 2, (asked[1],) * 2, fit.noise)
        inside = covariance((held[0],) * 2, (held[1],) * 2, fit.noise)
        inside[np.diag_indices(len(rows))] += data.error[rows] + fit.noise["house"] ** 2
        cross = covariance((asked[0], held[0]), (asked[1], held[1]), fit.noise)
        if lasting:
            cross = np.where(asked[0][:, None] == held[0][None, :], fit.noise["spread"] ** 2, 0.0)
        gain = np.linalg.solve(inside, cross.T).T
        mean[ask] += gain @ (data.view[rows] - known[rows])
        variance[ask] = np.maximum(np.diag(own) - (gain * cross).sum(axis=1), 1e-6)
    return mean, variance


def at_rest(
    pairs: Sequence[tuple[str, str]],
    pair: np.ndarray,
    year: np.ndarray,
    seen: tuple[np.ndarray, np.ndarray],
    theory: str,
) -> np.ndarray:
    """Regressors of the level to which views return: today's standing in full, and scars if events leave
    any.
    """
    scars = eq.scarred(seen[1]) if theory == "lower" else np.zeros_like(seen[1])
    targets = np.array([TARGETS.index(t) for _, t in pairs])[pair]
    return np.column_stack(
        [np.eye(len(TARGETS))[targets], seen[0][pair, year - FIRST], scars[pair, year - FIRST]]
    )


def document(fit: Fit) -> dict[str, Any]:
    """Coefficients of standing and events as ``estimates.yaml`` has them."""
    k = len(TARGETS)
    return joint(fit.names[k:], fit.mean[k:], fit.covariance[k:, k:])
