"""Two-stage least squares with errors clustered in two ways."""

from __future__ import annotations

import numpy as np


def two_stage(
    y: np.ndarray, x: np.ndarray, z: np.ndarray, clusters: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Two-stage least squares with covariance clustered in two ways; negative eigenvalues are set to 0."""
    fitted = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    bread = np.linalg.inv(fitted.T @ x)
    mean = bread @ (fitted.T @ y)
    score = fitted * (y - x @ mean)[:, None]
    meat = sum(clustered(score, c) for c in clusters) - score.T @ score
    values, vectors = np.linalg.eigh(bread @ meat @ bread.T)
    return mean, (vectors * values.clip(0)) @ vectors.T


def clustered(score: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """Sum of outer products of the scores' sums by cluster, with the small-sample factor g/(g−1)."""
    sums = np.zeros((cluster.max() + 1, score.shape[1]))
    np.add.at(sums, cluster, score)
    groups = len(np.unique(cluster))
    return sums.T @ sums * groups / (groups - 1)
