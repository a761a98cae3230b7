"""Regression with Student errors whose scale depends on the state; errors clustered by state and year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln


@dataclass(frozen=True)
class Sample:
    """Rows of a regression: y (rows,), x (rows, k), z (rows, m) for the log scale; groups as integers."""

    y: np.ndarray
    x: np.ndarray
    z: np.ndarray
    state: np.ndarray
    year: np.ndarray


def part(rows: Sample, keep: np.ndarray) -> Sample:
    """The rows where ``keep`` is true."""
    return Sample(rows.y[keep], rows.x[keep], rows.z[keep], rows.state[keep], rows.year[keep])


@dataclass(frozen=True)
class Fit:
    """Estimates: coefficients of x, log-scale coefficients of z with log(df − 2), their covariances."""

    coefficients: np.ndarray
    covariance: np.ndarray
    noise: np.ndarray
    noise_covariance: np.ndarray
    log_likelihood: float
    residuals: np.ndarray

    @property
    def errors(self) -> np.ndarray:
        """Standard errors of the coefficients."""
        return np.sqrt(np.diag(self.covariance).clip(0))


def student_regression(rows: Sample, rounds: int = 12) -> Fit:
    """Maximum likelihood for y = x b + s t, log s = z a, t Student with df > 2.

    Alternates weighted least squares for b (the weights of a Student likelihood) with a quasi-Newton
    step for the noise. Covariance of b: sandwich with scores clustered by state and by year (Cameron,
    Gelbach & Miller 2011), made positive semi-definite; of the noise: clustered by state.
    """
    from scipy.optimize import minimize

    noise = np.r_[np.log(0.08), np.zeros(rows.z.shape[1] - 1), np.log(0.5)]
    weight = np.full(len(rows.y), 1.0)
    best = None
    for turn in range(rounds):
        root = np.sqrt(weight)
        b = np.linalg.lstsq(rows.x * root[:, None], rows.y * root, rcond=None)[0]
        rest = rows.y - rows.x @ b
        if turn in (0, rounds // 2, rounds - 1):
            best = minimize(lambda a, r=rest: -densities(a, r, rows.z).sum(), noise, method="BFGS")
            noise = best.x
        size, df = np.exp(rows.z @ noise[:-1]), 2.0 + np.exp(noise[-1])
        weight = (df + 1) / (df + (rest / size) ** 2) / size**2
    covariance = _location_covariance(rows, rest, size, df)
    return Fit(b, covariance, noise, _noise_covariance(rows, rest, noise), -float(best.fun), rest)


def densities(noise: np.ndarray, rest: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Log density of each residual under a Student distribution with log scale z a and df 2 + e^last."""
    log_size, df = z @ noise[:-1], 2.0 + np.exp(noise[-1])
    norm = gammaln((df + 1) / 2) - gammaln(df / 2) - 0.5 * np.log(df * np.pi)
    return norm - log_size - (df + 1) / 2 * np.log1p((rest / np.exp(log_size)) ** 2 / df)


def _location_covariance(rows: Sample, rest: np.ndarray, size: np.ndarray, df: float) -> np.ndarray:
    square = (rest / size) ** 2
    score = rows.x * ((df + 1) * rest / (df + square) / size**2)[:, None]
    bend = (df + 1) * (df - square) / (df + square) ** 2 / size**2
    bread = np.linalg.pinv((rows.x * bend[:, None]).T @ rows.x)
    return bread @ two_way(score, rows.state, rows.year) @ bread


def two_way(score: np.ndarray, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Outer product of scores clustered both ways, negative eigenvalues raised to 0."""
    meat = clustered(score, one) + clustered(score, two) - score.T @ score
    values, vectors = np.linalg.eigh((meat + meat.T) / 2)
    return vectors * values.clip(0) @ vectors.T


def clustered(score: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Outer product of the groups' summed scores, with the usual correction for few groups."""
    _, place = np.unique(group, return_inverse=True)
    sums = np.zeros((place.max() + 1, score.shape[1]))
    np.add.at(sums, place, score)
    return sums.T @ sums * len(sums) / (len(sums) - 1)


def _noise_covariance(rows: Sample, rest: np.ndarray, noise: np.ndarray, width: float = 1e-4) -> np.ndarray:
    """Sandwich from numerical scores and their numerical slope, clustered by state."""
    k = len(noise)

    def scores(a: np.ndarray) -> np.ndarray:
        steps = np.eye(k) * width
        either = ((densities(a + s, rest, rows.z), densities(a - s, rest, rows.z)) for s in steps)
        return np.stack([(up - down) / (2 * width) for up, down in either], 1)

    slope = np.stack([(scores(noise + s).sum(0) - scores(noise - s).sum(0)) / 2e-3 for s in np.eye(k) * 1e-3])
    bread = np.linalg.pinv(-(slope + slope.T) / 2)
    return bread @ clustered(scores(noise), rows.state) @ bread
