"""Logits by Newton's method with a covariance clustered one or more ways, for the fits of mechanisms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.mechanisms.regressions import clustered

RIDGE = 0.01
"""Precision of a normal prior at zero on every coefficient: next to nothing where there are data."""


def hazard(log_odds: np.ndarray) -> np.ndarray:
    """Chance from log-odds (logistic function); NaN stays NaN."""
    return 1.0 / (1.0 + np.exp(-log_odds))


def newton(x: np.ndarray, y: np.ndarray, ridge: float = RIDGE) -> np.ndarray:
    """Coefficients (k,) of a logit of ``y`` (row,) on ``x`` (row, k), no intercept added.

    Raises RuntimeError if a hundred steps do not bring it to rest.
    """
    beta = np.zeros(x.shape[1])
    for _ in range(100):
        p = hazard(x @ beta)
        gradient = x.T @ (y - p) - ridge * beta
        step = np.linalg.solve(information(x, p, ridge), gradient)
        beta = beta + step * min(1.0, 3.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-8:
            return beta
    raise RuntimeError("a logit did not converge in 100 Newton steps")


def information(x: np.ndarray, p: np.ndarray, ridge: float = RIDGE) -> np.ndarray:
    """Information matrix (k, k) at chances ``p`` (row,)."""
    return (x * (p * (1.0 - p))[:, None]).T @ x + ridge * np.eye(x.shape[1])


def covariance(
    x: np.ndarray, y: np.ndarray, beta: np.ndarray, clusters: Sequence[np.ndarray], ridge: float = RIDGE
) -> np.ndarray:
    """Covariance (k, k) robust to dependence within each clustering (Cameron, Gelbach & Miller 2011)."""
    p = hazard(x @ beta)
    bread = np.linalg.inv(information(x, p, ridge))
    score = x * (y - p)[:, None]
    meat = sum(clustered(score, c) for c in clusters) - (len(clusters) - 1) * score.T @ score
    values, vectors = np.linalg.eigh(bread @ (meat + ridge * np.eye(len(beta))) @ bread)
    return (vectors * values.clip(1e-10)) @ vectors.T
