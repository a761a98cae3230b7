"""Many draws of the many-sector equilibrium in one compiled call.

Numba's cache goes by this file's date: after a change of :mod:`kernel`, :mod:`anderson` or
:mod:`growth_kernel`, touch this file too, or the old code runs on.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from detente.mechanisms.sectors.growth_kernel import grown
from detente.mechanisms.sectors.kernel import one_draw


@njit(cache=True, nogil=True, error_model="numpy")
def base_of(k, flow, flow_t, output, bought, inputs, growth, effort, new_flow, new_inputs):
    """Fill the base of draw k: the economy itself, or grown to the draw's sizes."""
    if growth.shape[0] == 0:
        new_flow[:], new_inputs[:] = flow, inputs
    else:
        grown(flow, flow_t, output, bought, inputs, growth[k], effort[0], effort[1], new_flow, new_inputs)


@njit(cache=True, nogil=True, error_model="numpy")
def written(flow, m, a, c, u, flows):
    """Fill the flows of the solution: a·M·exp(spending)/c."""
    sectors, n = a.shape
    for j in range(sectors):
        for i in range(n):
            for q in range(n):
                flows[j, i, q] = a[j, i] * m[j, i, q] * np.exp(u[1 + sectors + j, q]) / c[j, q]


@njit(cache=True, nogil=True, error_model="numpy")
def bought_from(m, a, c, y, u, inputs, share):
    """Fill the share of each seller in the inputs that the buyer's industries use, all sectors together."""
    sectors, n = a.shape
    for q in range(n):
        total = 0.0
        for i in range(n):
            share[i, q] = 0.0
        for k in range(sectors):
            used = 0.0
            for j in range(sectors):
                used += inputs[j, k, q] * y[j, q]
            total += used
            for i in range(n):
                share[i, q] += used * a[k, i] * m[k, i, q] / c[k, q]
        for i in range(n):
            share[i, q] /= total


@njit(cache=True, nogil=True, error_model="numpy")
def many_draws(
    flow, flow_t, output, bought, inputs, factor, shared, theta, growth, rule, balanced, links, effort,
    tolerance, sweeps, u, held, income, flows, shares, used, worst,
):  # fmt: skip
    """Solve every draw in place; ``factor`` may hold one change for all draws.

    Filled for each draw: ``u`` (log wages, prices, spending), ``held`` (log cost, output, base output),
    ``income`` (see ``kernel.one_draw``), and as far as they have room ``flows`` and ``shares``.
    """
    draws, (sectors, n) = theta.shape[0], output.shape
    base, technology = np.empty(flow.shape), np.empty(inputs.shape)
    m, m_t = np.empty(flow.shape), np.empty(flow.shape)
    a, c = np.empty((sectors, n)), np.empty((sectors, n))
    for k in range(draws):
        if k == 0 or growth.shape[0] > 0:
            base_of(k, flow, flow_t, output, bought, inputs, growth, effort, base, technology)
        f = min(k, factor.shape[0] - 1)
        used[k], worst[k] = one_draw(
            base, technology, factor[f], shared, theta[k], rule, balanced, links, tolerance, sweeps,
            u[k], m, m_t, a, c, held[k, 1], income[k],
        )  # fmt: skip
        held[k, 0] = -np.log(a) / theta[k].reshape(-1, 1)
        for j in range(sectors):
            for i in range(n):
                held[k, 2, j, i] = base[j, i].sum()
        if flows.shape[0] > k:
            written(base, m, a, c, u[k], flows[k])
        if shares.shape[0] > k:
            bought_from(m, a, c, held[k, 1], u[k], technology, shares[k])
