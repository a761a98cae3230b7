"""Many sectors with input-output links in general equilibrium: the compiled solver.

Caliendo & Parro (2015) in exact-hat algebra, with growth and deficits made explicit. For sector j,
exporter i, importer n, all variables relative to a base of flows X (Dekle, Eaton & Kortum 2008):

    c_ji  = w_i^va_ji · Π_k P_ki^γ_jki               cost of a bundle of value added and inputs
    P_jn  = (Σ_i π_jin · exp(d_jin) · c_ji^-θ_j)^(-1/θ_j)      price of the sector's goods to the buyer
    X'_jin = π_jin · exp(d_jin) · (c_ji / P_jn)^-θ_j · X'_jn    flows; exp(d) = change of the trade term
    Y'_ji = Σ_n X'_jin                               output adds up to what is sold
    X'_jn = Σ_k γ_kjn Y'_kn + α_jn F'_n              bought as inputs and for final use
    w_i V_i = Σ_j va_ji Y'_ji                        income adds up to value added
    F'_n  = w_n V_n + D_n W                          spending: income and the deficit

**Imbalances.** The deficit D_n is a constant share of world income W ("share"), which is the numeraire and
stays put; D may be zero. Or spending keeps its base ratio to income, with one factor for all that
closes the world ("ratio"; the rule of :mod:`detente.mechanisms.trade`).

The unknowns are the logs of wages, prices and sector spending together. One sweep costs two passes over
the flows; sweeps are accelerated (Anderson 1965, type II), and wages move by excess demand over its slope.
Sums run in a fixed order without reassociation, so a draw gives the same bits in whatever batch it is solved.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from detente.mechanisms.sectors.anderson import MEMORY, largest, leap, remember, weights_of

SHARE, RATIO = 0, 1
"""Rules of imbalance."""


@njit(cache=True, nogil=True, error_model="numpy")
def changed(flow, factor, shared, m, m_t):
    """Fill M = X·exp(d) by sector and its transpose, from the factors exp(d).

    ``factor`` holds one matrix for each sector, or one matrix (1, n, n) that acts on the sectors marked
    in ``shared``.
    """
    sectors, n = flow.shape[0], flow.shape[1]
    for j in range(sectors):
        own = factor.shape[0] > 1
        if own or shared[j]:
            moved = factor[j if own else 0]
            for i in range(n):
                for q in range(n):
                    m[j, i, q] = flow[j, i, q] * moved[i, q]
        else:
            for i in range(n):
                for q in range(n):
                    m[j, i, q] = flow[j, i, q]
        for i in range(n):
            for q in range(n):
                m_t[j, i, q] = m[j, q, i]


@njit(cache=True, nogil=True, error_model="numpy")
def costs(u, va, inputs, theta, log_cost, a):
    """Fill the log cost of bundles and the competitiveness c^-θ, from log wages and prices in ``u``."""
    sectors, n = va.shape
    for j in range(sectors):
        for i in range(n):
            log_cost[j, i] = va[j, i] * u[0, i]
        for k in range(sectors):
            for i in range(n):
                log_cost[j, i] += inputs[j, k, i] * u[1 + k, i]
        for i in range(n):
            a[j, i] = np.exp(-theta[j] * log_cost[j, i])


@njit(cache=True, nogil=True, error_model="numpy")
def demand(m, m_t, a, u, c, y):
    """Fill c_jn = Σ_i a M and output y_ji = a Σ_n M X'/c, spending from ``u``."""
    sectors, n = a.shape
    for j in range(sectors):
        for q in range(n):
            c[j, q], y[j, q] = 0.0, 0.0
        for i in range(n):
            for q in range(n):
                c[j, q] += a[j, i] * m[j, i, q]
        for q in range(n):
            share = np.exp(u[1 + sectors + j, q]) / c[j, q]
            for i in range(n):
                y[j, i] += share * m_t[j, q, i]
        for i in range(n):
            y[j, i] *= a[j, i]


@njit(cache=True, nogil=True, error_model="numpy")
def spending(u, value, deficit, rule, final):
    """Fill final spending of every country at the wages in ``u``."""
    n = value.size
    earned, wanted, world = 0.0, 0.0, 0.0
    for i in range(n):
        world += value[i]
        earned += np.exp(u[0, i]) * value[i]
        wanted += np.exp(u[0, i]) * (value[i] + deficit[i])
    for i in range(n):
        income = np.exp(u[0, i]) * value[i]
        if rule == RATIO:
            final[i] = np.exp(u[0, i]) * (value[i] + deficit[i]) * earned / wanted
        else:
            final[i] = income + deficit[i] * earned / world


@njit(cache=True, nogil=True, error_model="numpy")
def own_slope(m, a, u, c, y, va, theta, value, slope):
    """Fill how strongly each country's demand for value added reacts to its own wage (rough, at u)."""
    sectors, n = a.shape
    for i in range(n):
        total, weight = 0.0, 0.0
        for j in range(sectors):
            if y[j, i] > 0.0:
                kept = 0.0
                for q in range(n):
                    part = a[j, i] * m[j, i, q] / c[j, q]
                    kept += part * part * np.exp(u[1 + sectors + j, q])
                home = a[j, i] * m[j, i, i] / c[j, i] * np.exp(u[1 + sectors + j, i]) / y[j, i]
                total += va[j, i] * y[j, i] * (theta[j] * (1.0 - kept / y[j, i]) + 1.0 - home)
                weight += va[j, i] * y[j, i]
        slope[i] = max(total / weight, 0.2)


@njit(cache=True, nogil=True, error_model="numpy")
def called_for(m, m_t, bought, va, inputs, alpha, theta, value, deficit, rule, u, slope, r, a, c, y, final):
    """Fill r with the changes called for: of log wages, log prices, log spending."""
    sectors, n = a.shape
    costs(u, va, inputs, theta, c, a)
    demand(m, m_t, a, u, c, y)
    if slope[0] == 0.0:
        own_slope(m, a, u, c, y, va, theta, value, slope)
    spending(u, value, deficit, rule, final)
    for i in range(n):
        paid = 0.0
        for j in range(sectors):
            paid += va[j, i] * y[j, i]
        r[0, i] = (np.log(paid / value[i]) - u[0, i]) / slope[i]
    for j in range(sectors):
        for q in range(n):
            r[1 + j, q] = -np.log(c[j, q] / bought[j, q]) / theta[j] - u[1 + j, q]
            r[1 + sectors + j, q] = alpha[j, q] * final[q]
        for k in range(sectors):
            for q in range(n):
                r[1 + sectors + j, q] += inputs[k, j, q] * y[k, q]
        for q in range(n):
            r[1 + sectors + j, q] = np.log(r[1 + sectors + j, q]) - u[1 + sectors + j, q]


@njit(cache=True, nogil=True, error_model="numpy")
def through_home(r, va, alpha, final, u, at_home, price_links, spending_links, step):
    """Fill ``step``: the changes called for, carried through each country's own input-output links.

    A price that must rise raises the cost of what is made at home from it, and so on; spending likewise.
    ``at_home`` (sector, n) is the home share of what is bought, the links are inverses per country
    (sector, sector, n) of I less the home part of those rounds (see ``economy.links``). A mere
    preconditioner: it changes how fast the equilibrium is found, not where it lies.
    """
    sectors, n = va.shape
    for i in range(n):
        step[0, i] = r[0, i]
    for j in range(sectors):
        for i in range(n):
            step[1 + j, i], step[1 + sectors + j, i] = 0.0, 0.0
    for k in range(sectors):
        for i in range(n):
            raised = r[1 + k, i] + at_home[k, i] * va[k, i] * r[0, i]
            spent = r[1 + sectors + k, i] + alpha[k, i] * final[i] * np.exp(-u[1 + sectors + k, i]) * r[0, i]
            for j in range(sectors):
                step[1 + j, i] += price_links[j, k, i] * raised
                step[1 + sectors + j, i] += spending_links[j, k, i] * spent


@njit(cache=True, nogil=True, error_model="numpy")
def recentred(u, value):
    """Shift everything to the numeraire: world income as in the base."""
    total, before = 0.0, 0.0
    for i in range(value.size):
        total += value[i] * np.exp(u[0, i])
        before += value[i]
    shift = np.log(total / before)
    if shift != 0.0:
        for s in range(u.shape[0]):
            for i in range(u.shape[1]):
                u[s, i] -= shift


@njit(cache=True, nogil=True, error_model="numpy")
def solved(
    m, m_t, bought, va, inputs, alpha, theta, value, deficit, rule, at_home, price_links, spending_links,
    u, tolerance, sweeps, a, c, y, final,
):  # fmt: skip
    """Find log wages, prices and spending in place by Anderson's method; (sweeps used, largest change)."""
    rows, n = u.shape
    slope, lanes, raw = np.zeros(n), np.empty(n), np.empty((rows, n))
    r, r_old, u_old = np.empty((rows, n)), np.empty((rows, n)), np.empty((rows, n))
    du, dr = np.empty((MEMORY, rows, n)), np.empty((MEMORY, rows, n))
    gram, g, weights = np.empty((MEMORY, MEMORY)), np.empty((MEMORY, MEMORY + 1)), np.empty(MEMORY)
    stored, worst_before, worst = 0, np.inf, np.inf
    recentred(u, value)
    for sweep in range(sweeps):
        called_for(
            m, m_t, bought, va, inputs, alpha, theta, value, deficit, rule, u, slope, raw, a, c, y, final
        )
        through_home(raw, va, alpha, final, u, at_home, price_links, spending_links, r)
        worst = largest(r)
        if not worst > tolerance:
            return sweep + 1, worst
        stored = 0 if worst > 4.0 * worst_before else stored
        if sweep > 0:
            stored += 1
            remember((stored - 1) % MEMORY, u, u_old, r, r_old, du, dr, gram, min(stored, MEMORY), lanes)
        u_old[:], r_old[:] = u, r
        worst_before = worst
        used = min(stored, MEMORY)
        weights_of(gram, dr, r, used, lanes, g, weights)
        leap(u, r, u_old, du, dr, used, weights)
        recentred(u, value)
    return sweeps, worst


@njit(cache=True, nogil=True, error_model="numpy")
def one_draw(
    flow, inputs, factor, shared, theta, rule, balanced, links, tolerance, sweeps, u, m, m_t, a, c, y, income
):
    """Solve one draw from its base ``flow``; return (sweeps, last step).

    Left behind: ``u`` (log wages, log prices, log spending), ``a`` and ``c`` (flows are a·M·exp(spending)/c),
    output ``y``, and ``income`` (4, n): base value added, base and new final spending, log consumer prices.
    ``balanced`` sets all deficits to zero.
    """
    sectors, n = flow.shape[0], flow.shape[1]
    output, bought, va = np.zeros((sectors, n)), np.zeros((sectors, n)), np.ones((sectors, n))
    final, value, deficit = np.zeros((sectors, n)), np.zeros(n), np.zeros(n)
    accounts(flow, inputs, output, bought, va, final, value, deficit)
    spent = value + deficit
    for j in range(sectors):
        for q in range(n):
            final[j, q] /= spent[q]
            u[1 + sectors + j, q] = np.log(bought[j, q])
    if balanced:
        deficit[:] = 0.0
    changed(flow, factor, shared, m, m_t)
    used, worst = solved(
        m, m_t, bought, va, inputs, final, theta, value, deficit, rule, *links,
        u, tolerance, sweeps, a, c, y, income[2],
    )  # fmt: skip
    income[0], income[1], income[3] = value, spent, 0.0
    for j in range(sectors):
        for q in range(n):
            income[3, q] += final[j, q] * u[1 + j, q]
    return used, worst


@njit(cache=True, nogil=True, error_model="numpy")
def accounts(flow, inputs, output, bought, va, final, value, deficit):
    """Fill what follows from flows and input shares (``economy.Economy``). All but ``va`` come in as zero."""
    sectors, n = output.shape
    for j in range(sectors):
        for i in range(n):
            for q in range(n):
                output[j, i] += flow[j, i, q]
                bought[j, q] += flow[j, i, q]
        for k in range(sectors):
            for i in range(n):
                va[j, i] -= inputs[j, k, i]
    for j in range(sectors):
        for i in range(n):
            final[j, i] += bought[j, i]
            value[i] += va[j, i] * output[j, i]
            deficit[i] += bought[j, i] - output[j, i]
        for k in range(sectors):
            for i in range(n):
                final[k, i] -= inputs[j, k, i] * output[j, i]
