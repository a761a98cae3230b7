"""Structural gravity in general equilibrium: the compiled solver.

One good per country, CES demand, fixed output (Anderson & van Wincoop 2003; Yotov, Piermartini,
Monteiro & Larch 2016, ch. 2), written in changes relative to a base matrix ("exact hats", Dekle,
Eaton & Kortum 2008), so that neither trade costs nor tastes need to be known in levels:

    a_i   = p_i^(1-σ)                                    competitiveness of exporter i
    M_ij  = X_ij · exp(d_ij)                             base flow times the change of its trade term t^(1-σ)
    c_j   = Σ_i a_i M_ij,   P_j = (c_j / ΣX_.j)^(1/(1-σ))     price index of importer j
    X'_ij = a_i M_ij E'_j / c_j                          new flows
    Y'_i  = p_i Q_i ,  E'_j = κ φ_j Y'_j ,  κ = ΣY' / ΣφY'    output, expenditure
    Σ_j X'_ij = Y'_i                                     every market clears

**Imbalances.** A country goes on spending the base ratio φ of its output (the Guide's rule). With
φ alone the world would not add up once output moves between deficit and surplus countries, and the
n conditions would have no solution; the common factor κ (about 1) closes it exactly. This is the
"multiplicative" rule of Baier, Yotov & Zylkin (2019). Constant dollar deficits would close too, but
can drive the spending of a small country below zero.

**Numeraire.** World output at base prices: Σ p_i Q_i = Σ Q_i.

With ``supply=0`` output and expenditure stay where they are and only the multilateral resistances
move (the Guide's conditional equilibrium); a matrix is then balanced to given margins.

The unknown is x = log p. Each sweep costs two passes over the matrix; steps are scaled by the
diagonal of the Jacobian and accelerated (Anderson 1965, type II). Where that fails (nearly closed
economies, enormous shocks) damped Newton steps take over. Sums run in a fixed order without
reassociation, so a draw gives the same bits in whatever batch it is solved.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

# Declared rather than inferred types: whether an array is locked or a view must not compile a new version.
GIVEN_3 = types.Array(types.float64, 3, "C", readonly=True)
GIVEN_2 = types.Array(types.float64, 2, "C", readonly=True)
GIVEN_1 = types.Array(types.float64, 1, "C", readonly=True)
SIGNATURE = types.void(
    GIVEN_3, GIVEN_3, GIVEN_2, GIVEN_1, types.float64, types.float64[:, ::1], types.float64, types.int64,
    types.float64[:, :, ::1], types.float64[:, ::1], types.int64[::1], types.float64[::1],
)

MEMORY = 6
ROUNDS = 60
LEAP = 1.0
"""No step moves a log price by more than this."""


@njit(cache=True, nogil=True, error_model="numpy")
def competitiveness_and_spending(x, quantity, phi, power, supply, a, output, spending):
    """Fill a = exp(power·x), Y = Q·exp(supply·x) and E = κφY at log prices x; nothing is returned."""
    total, wanted = 0.0, 0.0
    for i in range(x.size):
        a[i] = np.exp(power * x[i])
        output[i] = quantity[i] * np.exp(supply * x[i])
        spending[i] = phi[i] * output[i]
        total += output[i]
        wanted += spending[i]
    for i in range(x.size):
        spending[i] *= total / wanted


@njit(cache=True, nogil=True, error_model="numpy")
def demand(m, m_t, a, spending, c, d):
    """Fill c_j = Σ_i a_i M_ij and d_i = a_i Σ_j M_ij E_j / c_j (world demand for each good)."""
    n = a.size
    c[:] = 0.0
    for i in range(n):
        for j in range(n):
            c[j] += a[i] * m[i, j]
    d[:] = 0.0
    for j in range(n):
        share = spending[j] / c[j]
        for i in range(n):
            d[i] += share * m_t[j, i]
    for i in range(n):
        d[i] *= a[i]


@njit(cache=True, nogil=True, error_model="numpy")
def own_slope(m, a, spending, output, c, power, supply, slope):
    """Fill -d log(D_i/Y_i) / dx_i: how strongly each market's excess demand reacts to its own price."""
    n = a.size
    for i in range(n):
        kept = 0.0
        for j in range(n):
            bought = a[i] * m[i, j] / c[j]
            kept += bought * bought * spending[j] / output[i]
        home = a[i] * m[i, i] * spending[i] / (c[i] * output[i])
        slope[i] = max(-power * (1.0 - kept) + supply * (1.0 - home), 1e-3)


@njit(cache=True, nogil=True, error_model="numpy")
def least_squares_weights(dr, r, used, weights):
    """Weights γ that minimise |r - Σ γ_k dr_k|, by elimination on the slightly ridged normal equations."""
    g = np.empty((used, used + 1))
    for k in range(used):
        for q in range(used):
            g[k, q] = np.sum(dr[k] * dr[q])
        g[k, used] = np.sum(dr[k] * r)
    for k in range(used):
        g[k, k] *= 1.0 + 1e-12
    for k in range(used):
        if g[k, k] <= 0.0:
            g[k, k] = 1e-300
        for q in range(k + 1, used):
            factor = g[q, k] / g[k, k]
            for s in range(k, used + 1):
                g[q, s] -= factor * g[k, s]
    for k in range(used - 1, -1, -1):
        weights[k] = g[k, used]
        for s in range(k + 1, used):
            weights[k] -= g[k, s] * weights[s]
        weights[k] /= g[k, k]


@njit(cache=True, nogil=True, error_model="numpy")
def recentred(x, quantity, supply):
    """Shift x to the numeraire: Σ Q·exp(x) = ΣQ with elastic income, mean zero with fixed margins."""
    if supply == 0.0:
        x -= np.mean(x)
    else:
        x -= np.log(np.sum(quantity * np.exp(x)) / np.sum(quantity))


@njit(cache=True, nogil=True, error_model="numpy")
def called_for(m, m_t, quantity, phi, power, supply, x, slope, r):
    """Fill r with the price changes called for: log excess demand over its own-price slope."""
    n = x.size
    a, output, spending = np.empty(n), np.empty(n), np.empty(n)
    c, d = np.empty(n), np.empty(n)
    competitiveness_and_spending(x, quantity, phi, power, supply, a, output, spending)
    demand(m, m_t, a, spending, c, d)
    if slope[0] == 0.0:
        own_slope(m, a, spending, output, c, power, supply, slope)
    for i in range(n):
        r[i] = np.log(d[i] / output[i]) / slope[i]


@njit(cache=True, nogil=True, error_model="numpy")
def accelerated(m, m_t, quantity, phi, power, supply, x, tolerance, sweeps):
    """Find log prices in place by Anderson's method; return (sweeps used, largest change called for)."""
    n = x.size
    slope, r, r_old, x_old = np.zeros(n), np.empty(n), np.empty(n), np.empty(n)
    dx, dr, weights = np.empty((MEMORY, n)), np.empty((MEMORY, n)), np.empty(MEMORY)
    stored, worst_before, worst = 0, np.inf, np.inf
    recentred(x, quantity, supply)
    for sweep in range(sweeps):
        called_for(m, m_t, quantity, phi, power, supply, x, slope, r)
        worst = np.max(np.abs(r))
        if not worst > tolerance:
            return sweep + 1, worst
        if sweep > 0:
            dx[stored % MEMORY] = x - x_old
            dr[stored % MEMORY] = r - r_old
            stored += 1
        if worst > 4.0 * worst_before:
            stored = 0
        x_old[:], r_old[:], worst_before = x, r, worst
        x += r
        used = min(stored, MEMORY)
        if used > 0:
            least_squares_weights(dr, r, used, weights)
            for k in range(used):
                x -= weights[k] * (dx[k] + dr[k])
        leap = np.max(np.abs(x - x_old))
        if leap > LEAP:
            x[:] = x_old + (x - x_old) * (LEAP / leap)
        recentred(x, quantity, supply)
    return sweeps, worst


@njit(cache=True, nogil=True, error_model="numpy")
def newton_step(m, m_t, quantity, phi, power, supply, x):
    """Solution of the linearised system at x; the last market is replaced by the numeraire."""
    n = x.size
    a, output, spending, c, d = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    competitiveness_and_spending(x, quantity, phi, power, supply, a, output, spending)
    demand(m, m_t, a, spending, c, d)
    share = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            share[i, j] = a[i] * m[i, j] / c[j]
    slope = -power * np.dot(share * spending, share.T)
    world = np.sum(output)
    for i in range(n):
        for k in range(n):
            slope[i, k] += supply * (share[i, k] * spending[k] + d[i] * (output[k] - spending[k]) / world)
        slope[i, i] += power * d[i] - supply * output[i]
        slope[i] /= output[i]
    gap = (d - output) / output
    gap[n - 1] = 0.0
    slope[n - 1] = output / world if supply > 0.0 else np.full(n, 1.0 / n)
    return np.linalg.solve(slope, -gap)


@njit(cache=True, nogil=True, error_model="numpy")
def by_newton(m, m_t, quantity, phi, power, supply, x, tolerance, rounds):
    """Find log prices in place by damped Newton steps; return (rounds used, largest step or NaN)."""
    worst = np.nan
    for done in range(rounds):
        step = newton_step(m, m_t, quantity, phi, power, supply, x)
        worst = np.max(np.abs(step))
        if not np.isfinite(worst):
            return done + 1, np.nan
        x += step * min(1.0, LEAP / max(worst, 1e-300))
        recentred(x, quantity, supply)
        if worst <= tolerance:
            return done + 1, worst
    return rounds, worst


@njit(cache=True, nogil=True, error_model="numpy")
def shocked(base, change, m, m_t):
    """Fill M = X·exp(d) and its transpose; an unknown flow counts as no trade, an unknown change as none."""
    n = m.shape[0]
    for i in range(n):
        for j in range(n):
            flow, move = base[i, j], change[i, j]
            if np.isnan(flow):
                flow = 0.0
            elif not np.isnan(move) and move != 0.0:
                flow *= np.exp(move)
            m[i, j] = flow
            m_t[j, i] = flow


@njit(cache=True, nogil=True, error_model="numpy")
def one_draw(base, change, quantity, sigma, supply, x, tolerance, sweeps, flows, index):
    """Solve one draw in place (x, flows, index); return (sweeps, last step)."""
    n = x.size
    m, m_t, a, output = np.empty((n, n)), np.empty((n, n)), np.empty(n), np.empty(n)
    spending, c, d, sold, bought = np.empty(n), np.empty(n), np.empty(n), np.zeros(n), np.zeros(n)
    for i in range(n):
        for j in range(n):
            if not np.isnan(base[i, j]):
                sold[i] += base[i, j]
                bought[j] += base[i, j]
    shocked(base, change, m, m_t)
    phi, power = bought / sold, 1.0 - sigma
    used, worst = accelerated(m, m_t, quantity, phi, power, supply, x, tolerance, sweeps)
    if not worst <= tolerance and np.isfinite(power):
        x[:] = 0.0
        rounds, worst = by_newton(m, m_t, quantity, phi, power, supply, x, tolerance, ROUNDS)
        used += rounds
    competitiveness_and_spending(x, quantity, phi, power, supply, a, output, spending)
    demand(m, m_t, a, spending, c, d)
    for j in range(n):
        index[j] = (c[j] / bought[j]) ** (1.0 / power)
    for i in range(n):
        for j in range(n):
            flows[i, j] = np.nan if np.isnan(base[i, j]) else a[i] * m[i, j] * spending[j] / c[j]
    return used, worst


@njit(SIGNATURE, cache=True, nogil=True, error_model="numpy")
def many_draws(base, change, quantity, sigma, supply, x, tolerance, sweeps, flows, index, used, worst):
    """Solve every draw in place; ``base`` and ``change`` may hold one matrix for all draws."""
    for k in range(x.shape[0]):
        b, c = min(k, base.shape[0] - 1), min(k, change.shape[0] - 1)
        used[k], worst[k] = one_draw(
            base[b], change[c], quantity[k], sigma[k], supply, x[k], tolerance, sweeps, flows[k], index[k]
        )
