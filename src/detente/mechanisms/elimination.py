"""A small linear system solved inside compiled loops, where a call to a library costs more."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def eliminate(g, size, solution):
    """Solve the size × size system in g (right-hand side in column ``size``) in place, with pivoting."""
    for k in range(size):
        best = k
        for q in range(k + 1, size):
            if abs(g[q, k]) > abs(g[best, k]):
                best = q
        for s in range(k, size + 1):
            g[k, s], g[best, s] = g[best, s], g[k, s]
        for q in range(k + 1, size):
            factor = g[q, k] / g[k, k]
            for s in range(k + 1, size + 1):
                g[q, s] -= factor * g[k, s]
    for k in range(size - 1, -1, -1):
        total = g[k, size]
        for s in range(k + 1, size):
            total -= g[k, s] * solution[s]
        solution[k] = total / g[k, k]
