"""The equilibrium of one gas market, in compiled code: node prices at which every node balances.

Takayama & Judge (1971) as a complementarity problem in the node prices alone. Each route carries
clip((p_to - p_from - cost) / slope, least, capacity), output and use follow their curves; what is left
over at a
node is the gradient of a convex function of the prices, and a damped Newton method finds its lowest point.
:mod:`highs` solves the same market as a quadratic programme and is the reference in tests.
"""

from __future__ import annotations

import numpy as np
from numba import njit

BAND = 0.01
LOW = 0.02
TINY = 1e-9
DAMP = 0.02
"""bcm per USD added to the diagonal while the balance is off by a bcm or more, less and less below: nodes
at which
nothing answers to price would run away otherwise."""


ACCEPT = 0.3
"""A step is long enough where the slope along it has fallen below this share of what it was."""


@njit(cache=True, nogil=True)
def _node(p, cap, cost, curve, ref, at, elasticity, lost):
    """Output less use at a node, and its derivative by the price."""
    value, slope = 0.0, 0.0
    if cap > 0.0 and p > cost:
        share = (cost / p) ** curve
        value += cap * (1.0 - share)
        slope += cap * curve * share / p
    if ref > 0.0:
        low = LOW * at
        if p < low:
            tangent = ref * LOW**elasticity * elasticity / low
            value -= ref * LOW**elasticity + tangent * (p - low)
            slope -= tangent
        elif p <= lost:
            level = ref * (p / at) ** elasticity
            value -= level
            slope -= level * elasticity / p
        else:
            level = ref * (lost / at) ** elasticity
            left = 1.0 - (p / lost - 1.0) / BAND
            if left > 0.0:
                value -= level * left
                slope += level / (lost * BAND)
    return value, slope


@njit(cache=True, nogil=True)
def _carried(gap, slope, least, capacity, penalty):
    """Flow on a route whose price gap less cost is ``gap``, and its derivative.

    The least flow (a contract) is given up only where the gap falls below minus the penalty.
    """
    if capacity <= 0.0:
        return 0.0, 0.0
    floor = min(least, capacity)
    flow = gap / slope
    if flow > capacity:
        return capacity, 0.0
    if flow > floor:
        return flow, 1.0 / slope
    if floor <= 0.0:
        return 0.0, 0.0
    broken = floor + (gap + penalty) / slope
    if broken >= floor:
        return floor, 0.0
    if broken > 0.0:
        return broken, 1.0 / slope
    return 0.0, 0.0


@njit(cache=True, nogil=True)
def excess(p, nodes, tails, heads, routes, penalty, flow, out):
    """Fill ``out`` with inflow + output - outflow - use at every node and ``flow`` with the routes' flows."""
    for n in range(p.size):
        out[n] = _node(
            p[n], nodes[0, n], nodes[1, n], nodes[2, n], nodes[3, n], nodes[4, n], nodes[5, n], nodes[6, n]
        )[0]
    for a in range(tails.size):
        gap = p[heads[a]] - p[tails[a]] - routes[0, a]
        flow[a] = _carried(gap, routes[1, a], routes[2, a], routes[3, a], penalty)[0]
        out[heads[a]] += flow[a]
        out[tails[a]] -= flow[a]


@njit(cache=True, nogil=True)
def _newton(p, nodes, tails, heads, routes, penalty, damp):
    """Derivative of the excess by the prices, ``damp`` added to the diagonal: symmetric, positive
    definite."""
    n = p.size
    matrix = np.zeros((n, n))
    for k in range(n):
        d = _node(
            p[k], nodes[0, k], nodes[1, k], nodes[2, k], nodes[3, k], nodes[4, k], nodes[5, k], nodes[6, k]
        )[1]
        matrix[k, k] += d + damp
    for a in range(tails.size):
        i, j = tails[a], heads[a]
        gap = p[j] - p[i] - routes[0, a]
        d = _carried(gap, routes[1, a], routes[2, a], routes[3, a], penalty)[1]
        if d > 0.0:
            matrix[i, i] += d
            matrix[j, j] += d
            matrix[i, j] -= d
            matrix[j, i] -= d
    return matrix


@njit(cache=True, nogil=True)
def _eliminated(matrix, right, order):
    """Solve a symmetric positive definite system in place, nodes taken in ``order``; zeros are skipped."""
    n = right.size
    held = np.empty(n, np.int64)
    for s in range(n):
        k, count = order[s], 0
        for t in range(s + 1, n):
            if matrix[order[t], k] != 0.0:
                held[count] = order[t]
                count += 1
        for a in range(count):
            i = held[a]
            share = matrix[i, k] / matrix[k, k]
            right[i] -= share * right[k]
            for b in range(a, count):
                j = held[b]
                matrix[j, i] -= share * matrix[j, k]
                matrix[i, j] = matrix[j, i]
    for s in range(n - 1, -1, -1):
        k = order[s]
        for t in range(s + 1, n):
            right[k] -= matrix[order[t], k] * right[order[t]]
        right[k] /= matrix[k, k]
    return right


@njit(cache=True, nogil=True)
def _length(p, step, slope0, nodes, tails, heads, routes, penalty, flow, out):
    """How far to go along ``step``: where the slope of the convex function has all but vanished."""
    low, high, t = 0.0, -1.0, 1.0
    for _ in range(30):
        excess(p + t * step, nodes, tails, heads, routes, penalty, flow, out)
        slope = (out * step).sum()
        if slope > ACCEPT * abs(slope0):
            high = t
        elif slope < -ACCEPT * abs(slope0) and t < 16.0:
            low = t
        else:
            return t
        t = 0.5 * (low + high) if high > 0.0 else 2.0 * t
    return t


@njit(cache=True, nogil=True)
def solve(start, nodes, tails, heads, routes, order, penalty, most, tolerance):
    """Prices, flows and the number of Newton steps; -1 steps where the balance was not reached.

    ``nodes`` (7, n): capacity, cost, curve, reference use, reference price, elasticity, price of lost load.
    ``routes`` (4, a): cost, slope, least flow, capacity. ``order`` (n,): nodes in the order of elimination.
    """
    p = start.copy()
    flow, out = np.zeros(tails.size), np.zeros(p.size)
    excess(p, nodes, tails, heads, routes, penalty, flow, out)
    for k in range(most):
        if np.abs(out).max() < tolerance:
            return p, flow, k
        damp = max(TINY, min(DAMP, DAMP * np.abs(out).max()))
        step = _eliminated(_newton(p, nodes, tails, heads, routes, penalty, damp), -out, order)
        biggest = np.abs(step).max()
        if biggest > 200.0:
            step *= 200.0 / biggest
        t = _length(p, step, (out * step).sum(), nodes, tails, heads, routes, penalty, flow, out)
        p += t * step
        excess(p, nodes, tails, heads, routes, penalty, flow, out)
    return p, flow, most if np.abs(out).max() < tolerance else -1
