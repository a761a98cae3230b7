"""Anderson's acceleration of fixed-point sweeps (1965, type II), compiled, on unknowns of shape (row, n)."""

from __future__ import annotations

import numpy as np
from numba import njit

from detente.mechanisms.elimination import eliminate

MEMORY = 8
LEAP = 1.0
"""No step moves a log by more than this."""


@njit(cache=True, nogil=True, error_model="numpy")
def dot(a, b, lanes):
    """Sum of products; ``lanes`` (n,) is working space, summed in a fixed order."""
    for i in range(a.shape[1]):
        lanes[i] = 0.0
    for s in range(a.shape[0]):
        for i in range(a.shape[1]):
            lanes[i] += a[s, i] * b[s, i]
    total = 0.0
    for i in range(a.shape[1]):
        total += lanes[i]
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def weights_of(gram, dr, r, used, lanes, g, weights):
    """Weights γ that minimise |r - Σ γ_k dr_k|, from the normal equations with the slightest ridge."""
    for k in range(used):
        for q in range(used):
            g[k, q] = gram[k, q]
        g[k, k] = max(g[k, k] * (1.0 + 1e-12), 1e-300)
        g[k, used] = dot(dr[k], r, lanes)
    eliminate(g, used, weights)


@njit(cache=True, nogil=True, error_model="numpy")
def remember(at, u, u_old, r, r_old, du, dr, gram, used, lanes):
    """Store the last step and what it did to the residual in slot ``at``, with its products."""
    for s in range(u.shape[0]):
        for i in range(u.shape[1]):
            du[at, s, i] = u[s, i] - u_old[s, i]
            dr[at, s, i] = r[s, i] - r_old[s, i]
    for k in range(used):
        gram[at, k] = dot(dr[at], dr[k], lanes)
        gram[k, at] = gram[at, k]


@njit(cache=True, nogil=True, error_model="numpy")
def largest(r):
    """Largest absolute entry; NaN if one is NaN."""
    worst = 0.0
    for s in range(r.shape[0]):
        for i in range(r.shape[1]):
            if not abs(r[s, i]) <= worst:
                worst = abs(r[s, i])
                if np.isnan(worst):
                    return worst
    return worst


@njit(cache=True, nogil=True, error_model="numpy")
def leap(u, r, u_old, du, dr, used, weights):
    """Move u in place from u_old by r, corrected by the remembered steps, and by no more than LEAP."""
    for s in range(u.shape[0]):
        for i in range(u.shape[1]):
            u[s, i] = r[s, i]
        for k in range(used):
            for i in range(u.shape[1]):
                u[s, i] -= weights[k] * (du[k, s, i] + dr[k, s, i])
    furthest = largest(u)
    scale = LEAP / furthest if furthest > LEAP else 1.0
    for s in range(u.shape[0]):
        for i in range(u.shape[1]):
            u[s, i] = u_old[s, i] + scale * u[s, i]
