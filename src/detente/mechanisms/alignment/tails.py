"""Lasting shocks and passing noise told apart: a non-Gaussian state-space model (Kitagawa 1987).

What the systematic part leaves of a state's path is a random walk with Student shocks, seen through
Student noise that is gone a year later. Yearly changes alone would count the noise twice and call
it movement. The likelihood is exact up to the grid: the distribution of the lasting position is
carried along on a fine grid, year by year, for all states at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import gammaln

STEP = 0.015
GRID = np.arange(-200, 201) * STEP
CLASSES = 6
"""Polyarchy enters the scale in six equal classes of the index."""
NAMES = ("log_shock", "shock_slope", "log_shock_df", "log_passing", "passing_slope", "log_passing_df")
FIRST_GUESS = np.array([-2.8, -0.4, 0.8, -2.9, -1.4, 1.4])


def split(rest: np.ndarray, polyarchy: np.ndarray) -> dict[str, Any]:
    """Maximum-likelihood scale, slope in polyarchy, and degrees of freedom of shocks and of noise.

    ``rest`` and ``polyarchy`` (years, states): moves left by the systematic part, and V-Dem's index
    (unknown counts as ½). Returns names, mean (6,), sandwich covariance clustered by state, log
    likelihood, and the number of moves.
    """
    from scipy.optimize import minimize

    level = np.where(np.isnan(polyarchy), 0.5, polyarchy)
    group = np.clip((level * CLASSES).astype(int), 0, CLASSES - 1)

    def loss(theta: np.ndarray) -> float:
        return -float(log_likelihood(theta, rest, group).sum())

    options = {"maxfev": 500, "xatol": 0.005, "fatol": 0.05, "adaptive": True}
    best = minimize(loss, FIRST_GUESS, method="Nelder-Mead", options=options)
    return {
        "names": NAMES,
        "mean": best.x,
        "covariance": sandwich(best.x, rest, group),
        "log_likelihood": -best.fun,
        "n": int(np.isfinite(rest).sum()),
    }


def log_likelihood(theta: np.ndarray, rest: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Log likelihood of each state's path, (states,); a gap in the record starts a new path."""
    middle = (np.arange(CLASSES) + 0.5) / CLASSES - 0.5
    shock, noise = np.exp(theta[0] + theta[1] * middle), np.exp(theta[3] + theta[4] * middle)
    df_shock, df_noise = np.exp(theta[2]), np.exp(theta[5])
    kernels = [transition(s, df_shock) for s in shock]
    states = rest.shape[1]
    belief, seen = np.zeros((states, len(GRID))), np.zeros(states)
    total, alive = np.zeros(states), np.zeros(states, dtype=bool)
    for t in range(len(rest)):
        present = np.isfinite(rest[t])
        born = present & ~alive
        seen[born] = 0.0
        belief[born] = normalised(density(-GRID[None, :], noise[group[t, born]][:, None], df_noise))
        for k in np.unique(group[t, present]):
            those = present & (group[t] == k)
            belief[those] = belief[those] @ kernels[k]
        seen[present] += rest[t, present]
        spread = noise[group[t, present]][:, None]
        updated = belief[present] * density(seen[present][:, None] - GRID, spread, df_noise)
        mass = np.maximum(updated.sum(1), 1e-300)
        total[present] += np.log(mass)
        belief[present] = updated / mass[:, None]
        recentre(belief, seen, np.flatnonzero(present))
        alive = present
    return total


def recentre(belief: np.ndarray, seen: np.ndarray, states: np.ndarray) -> None:
    """Move a state's grid along when its belief has wandered off the middle (in place)."""
    middle = np.round(belief[states] @ GRID / STEP).astype(int)
    for i, by in zip(states, middle, strict=True):
        if abs(by) > 40:
            belief[i] = np.roll(belief[i], -by)
            seen[i] -= by * STEP


def density(x: np.ndarray, scale: np.ndarray | float, df: float) -> np.ndarray:
    """Student density with the given scale."""
    constant = np.exp(gammaln((df + 1) / 2) - gammaln(df / 2)) / np.sqrt(df * np.pi)
    return constant / scale * np.exp(-(df + 1) / 2 * np.log1p((x / scale) ** 2 / df))


def transition(scale: float, df: float) -> np.ndarray:
    """Chance of going from each grid point (row) to each other (column)."""
    reach = np.arange(-(len(GRID) - 1), len(GRID))
    row = density(reach * STEP, scale, df)
    place = np.arange(len(GRID))
    kernel = row[place[None, :] - place[:, None] + len(GRID) - 1]
    return kernel / kernel.sum(1, keepdims=True)


def normalised(weights: np.ndarray) -> np.ndarray:
    """Weights that add up to 1 in each row."""
    return weights / weights.sum(1, keepdims=True)


def sandwich(theta: np.ndarray, rest: np.ndarray, group: np.ndarray, width: float = 0.02) -> np.ndarray:
    """Covariance of the estimate, robust and clustered by state, from numerical derivatives."""
    k = len(theta)
    shift = np.eye(k) * width
    above = np.array([log_likelihood(theta + s, rest, group) for s in shift])
    below = np.array([log_likelihood(theta - s, rest, group) for s in shift])
    here = log_likelihood(theta, rest, group).sum()
    score = (above - below) / (2 * width)
    hessian = np.diag((above.sum(1) + below.sum(1) - 2 * here) / width**2)
    for i in range(k):
        for j in range(i):
            both = log_likelihood(theta + shift[i] + shift[j], rest, group).sum()
            cross = (both - above[i].sum() - above[j].sum() + here) / width**2
            hessian[i, j] = hessian[j, i] = cross
    bread = np.linalg.pinv(-hessian)
    return bread @ (score @ score.T) @ bread
