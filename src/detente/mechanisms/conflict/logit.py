"""Logits of rare events on many rows: Newton's method, and a covariance clustered by pair and by year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from detente.mechanisms.conflict.equations import hazard

RIDGE = 1e-3
"""Weight of a normal prior around nought on every coefficient; keeps what never happened finite."""
BLOCK = 100_000


def newton(
    x: np.ndarray, y: np.ndarray, offset: np.ndarray | float = 0.0, ridge: float | np.ndarray = RIDGE
) -> np.ndarray:
    """Coefficients (k,) of a logit of ``y`` (row,) on ``x`` (row, k); the first column is the intercept.

    ``ridge``: precision of the normal prior around nought, of all or of each coefficient.

    Raises RuntimeError if fifty steps do not bring it to rest.
    """
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(y.mean() / (1.0 - y.mean())) - np.mean(offset)
    for _ in range(50):
        p = hazard(x @ beta + offset)
        gradient = x.T @ (y - p) - ridge * beta
        step = np.linalg.solve(information(x, p, ridge), gradient)
        beta = beta + step * min(1.0, 3.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-8:
            return beta
    raise RuntimeError("a logit of the conflict mechanism did not converge in 50 Newton steps")


def information(x: np.ndarray, p: np.ndarray, ridge: float | np.ndarray = RIDGE) -> np.ndarray:
    """Information matrix (k, k), summed block by block so that no second copy of ``x`` is made."""
    total = ridge * np.eye(x.shape[1])
    for at in range(0, len(x), BLOCK):
        part, chance = x[at : at + BLOCK], p[at : at + BLOCK]
        total += (part * (chance * (1.0 - chance))[:, None]).T @ part
    return total


def covariance(
    x: np.ndarray,
    y: np.ndarray,
    beta: np.ndarray,
    clusters: Sequence[np.ndarray],
    ridge: float | np.ndarray = RIDGE,
) -> np.ndarray:
    """Covariance (k, k) of the coefficients, robust to dependence within each of the clusterings."""
    p = hazard(x @ beta)
    bread = np.linalg.inv(information(x, p, ridge))
    score = x * (y - p)[:, None]
    meat = sum(_clustered(score, c) for c in clusters) - (len(clusters) - 1) * score.T @ score
    values, vectors = np.linalg.eigh(bread @ (meat + ridge * np.eye(len(beta))) @ bread)
    return (vectors * values.clip(1e-10)) @ vectors.T


def _clustered(score: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    _, place = np.unique(cluster, return_inverse=True)
    sums = np.stack([np.bincount(place, weights=column) for column in score.T], axis=1)
    return sums.T @ sums


def level(
    mean: np.ndarray, errors: np.ndarray, expected: Callable[[np.ndarray], float], count: float
) -> np.ndarray:
    """The estimates with the intercept moved so that what is expected, *over draws*, is what was counted.

    With few cases the mean of a chance over uncertain log-odds lies well above the chance at their middle.
    ``expected`` gives the cases expected under coefficients. Draws are the points of the third-degree
    spherical rule. Raises RuntimeError if it does not come to rest.
    """
    k, out = len(mean), np.array(mean, dtype=float)
    away = np.linalg.cholesky(errors + 1e-12 * np.eye(k)).T * k**0.5
    for _ in range(50):
        over = float(np.mean([expected(out + side * a) for a in away for side in (1.0, -1.0)]))
        step = float(np.log(count / over))
        out[0] += step
        if abs(step) < 1e-4:
            return out
    raise RuntimeError("the level of a logit of the conflict mechanism did not come to rest in 50 steps")


def joint(names: Sequence[str], mean: np.ndarray, covariance: np.ndarray) -> dict[str, Any]:
    """Estimates as the document that ``parameter.Joint`` reads, rounded to six digits."""

    def short(x: float) -> float:
        return float(f"{x:.6g}")

    rows = [[short(v) for v in row] for row in (covariance + covariance.T) / 2]
    return {"joint": {"names": list(names), "mean": [short(v) for v in mean], "covariance": rows}}
