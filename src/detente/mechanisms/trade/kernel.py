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

from detente.mechanisms.elimination import eliminate

# Declared rather than inferred types: whether an array is locked or a view must not compile a new version.
GIVEN_3 = types.Array(types.float64, 3, "C", readonly=True)
GIVEN_2 = types.Array(types.float64, 2, "C", readonly=True)
GIVEN_1 = types.Array(types.float64, 1, "C", readonly=True)
SIGNATURE = types.void(
    GIVEN_3,
    GIVEN_3,
    types.int64[::1],
    GIVEN_2,
    GIVEN_1,
    types.float64,
    types.float64[:, ::1],
    types.float64,
    types.int64,
    types.float64[:, :, ::1],
    types.float64[:, ::1],
    types.float64[:, :, ::1],
    types.int64[::1],
    types.float64[::1],
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
    for j in range(n):
        c[j], d[j] = 0.0, 0.0
    for i in range(n):
        for j in range(n):
            c[j] += a[i] * m[i, j]
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
def least_squares_weights(dr, r, used, g, weights):
    """Weights γ that minimise |r - Σ γ_k dr_k|, from the normal equations with the slightest ridge."""
    for k in range(used):
        for q in range(used + 1):
            product = 0.0
            for i in range(r.size):
                product += dr[k, i] * (dr[q, i] if q < used else r[i])
            g[k, q if q < used else used] = product
        g[k, k] = max(g[k, k] * (1.0 + 1e-12), 1e-300)
    eliminate(g, used, weights)


@njit(cache=True, nogil=True, error_model="numpy")
def recentred(x, quantity, supply):
    """Shift x to the numeraire: Σ Q·exp(x) = ΣQ with elastic income, mean zero with fixed margins."""
    total, before = 0.0, 0.0
    for i in range(x.size):
        total += x[i] if supply == 0.0 else quantity[i] * np.exp(x[i])
        before += quantity[i]
    shift = total / x.size if supply == 0.0 else np.log(total / before)
    for i in range(x.size):
        x[i] -= shift


@njit(cache=True, nogil=True, error_model="numpy")
def largest(r):
    """Largest absolute entry; NaN if one is NaN."""
    worst = 0.0
    for i in range(r.size):
        if not abs(r[i]) <= worst:
            worst = abs(r[i])
            if np.isnan(worst):
                return worst
    return worst


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
def leap(x, r, x_old, dx, dr, used, weights):
    """Move x in place from x_old by r, corrected by the remembered steps, and by no more than LEAP."""
    furthest = 0.0
    for i in range(x.size):
        move = r[i]
        for k in range(used):
            move -= weights[k] * (dx[k, i] + dr[k, i])
        x[i] = move
        furthest = max(furthest, abs(move))
    scale = LEAP / furthest if furthest > LEAP else 1.0
    for i in range(x.size):
        x[i] = x_old[i] + scale * x[i]


@njit(cache=True, nogil=True, error_model="numpy")
def accelerated(m, m_t, quantity, phi, power, supply, x, tolerance, sweeps):
    """Find log prices in place by Anderson's method; return (sweeps used, largest change called for)."""
    n = x.size
    slope, r, r_old, x_old = np.zeros(n), np.empty(n), np.empty(n), np.empty(n)
    dx, dr, weights = np.empty((MEMORY, n)), np.empty((MEMORY, n)), np.empty(MEMORY)
    g = np.empty((MEMORY, MEMORY + 1))
    stored, worst_before, worst = 0, np.inf, np.inf
    recentred(x, quantity, supply)
    for sweep in range(sweeps):
        called_for(m, m_t, quantity, phi, power, supply, x, slope, r)
        worst = largest(r)
        if not worst > tolerance:
            return sweep + 1, worst
        stored = 0 if worst > 4.0 * worst_before else stored
        if sweep > 0:
            for i in range(n):
                dx[stored % MEMORY, i] = x[i] - x_old[i]
                dr[stored % MEMORY, i] = r[i] - r_old[i]
            stored += 1
        for i in range(n):
            x_old[i], r_old[i] = x[i], r[i]
        worst_before = worst
        used = min(stored, MEMORY)
        least_squares_weights(dr, r, used, g, weights)
        leap(x, r, x_old, dx, dr, used, weights)
        recentred(x, quantity, supply)
    return sweeps, worst


@njit(cache=True, nogil=True, error_model="numpy")
def newton_step(m, m_t, quantity, phi, power, supply, x, share, g, step):
    """Fill step with the solution of the linearised system at x; the numeraire replaces the last market."""
    n = x.size
    a, output, spending, c, d = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    competitiveness_and_spending(x, quantity, phi, power, supply, a, output, spending)
    demand(m, m_t, a, spending, c, d)
    world = 0.0
    for i in range(n):
        world += output[i]
        for j in range(n):
            share[i, j] = a[i] * m[i, j] / c[j]
    for i in range(n):
        for k in range(n):
            overlap = 0.0
            for j in range(n):
                overlap += share[i, j] * spending[j] * share[k, j]
            income = share[i, k] * spending[k] + d[i] * (output[k] - spending[k]) / world
            g[i, k] = (supply * income - power * overlap) / output[i]
        g[i, i] += (power * d[i] - supply * output[i]) / output[i]
        g[i, n] = 1.0 - d[i] / output[i]
    for k in range(n):
        g[n - 1, k] = output[k] / world if supply > 0.0 else 1.0 / n
    g[n - 1, n] = 0.0
    eliminate(g, n, step)


@njit(cache=True, nogil=True, error_model="numpy")
def by_newton(m, m_t, quantity, phi, power, supply, x, tolerance, rounds):
    """Find log prices in place by damped Newton steps; return (rounds used, largest step or NaN)."""
    n, worst = x.size, np.nan
    share, g, step = np.empty((n, n)), np.empty((n, n + 1)), np.empty(n)
    for done in range(rounds):
        newton_step(m, m_t, quantity, phi, power, supply, x, share, g, step)
        worst = largest(step)
        if not worst < np.inf:
            return done + 1, np.nan
        scale = LEAP / worst if worst > LEAP else 1.0
        for i in range(n):
            x[i] += scale * step[i]
        recentred(x, quantity, supply)
        if worst <= tolerance:
            return done + 1, worst
    return rounds, worst


@njit(cache=True, nogil=True, error_model="numpy")
def gathered(base, change, inside, m, m_t, sold, bought):
    """Fill M = X·exp(d) of the states that take part, its transpose, and the sums of X.

    An unknown flow counts as no trade, an unknown change as none.
    """
    n = inside.size
    for i in range(n):
        sold[i], bought[i] = 0.0, 0.0
    for i in range(n):
        for j in range(n):
            flow, move = base[inside[i], inside[j]], change[inside[i], inside[j]]
            if np.isnan(flow):
                flow = 0.0
            sold[i] += flow
            bought[j] += flow
            if not np.isnan(move) and move != 0.0:
                flow *= np.exp(move)
            m[i, j] = flow
            m_t[j, i] = flow


@njit(cache=True, nogil=True, error_model="numpy")
def scattered(base, inside, a, m, spending, c, flows, abroad):
    """Fill flows, exports and imports on the full axis of states.

    NaN for those who take no part and where the base is unknown; exports and imports leave out
    domestic sales and unknown flows.
    """
    for i in range(flows.shape[0]):
        abroad[0, i], abroad[1, i] = np.nan, np.nan
        for j in range(flows.shape[1]):
            flows[i, j] = np.nan
    for i in range(inside.size):
        abroad[0, inside[i]], abroad[1, inside[i]] = 0.0, 0.0
    for i in range(inside.size):
        for j in range(inside.size):
            if not np.isnan(base[inside[i], inside[j]]):
                flow = a[i] * m[i, j] * spending[j] / c[j]
                flows[inside[i], inside[j]] = flow
                if i != j:
                    abroad[0, inside[i]] += flow
                    abroad[1, inside[j]] += flow


@njit(cache=True, nogil=True, error_model="numpy")
def one_draw(base, change, inside, given, sigma, supply, x, tolerance, sweeps, flows, index, abroad):
    """Solve one draw in place (x, flows, index, abroad); return (sweeps, last step)."""
    n = x.size
    m, m_t, a, output = np.empty((n, n)), np.empty((n, n)), np.empty(n), np.empty(n)
    spending, c, d, sold, bought = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    gathered(base, change, inside, m, m_t, sold, bought)
    phi, quantity, power = np.empty(n), np.empty(n), 1.0 - sigma
    for i in range(n):
        phi[i] = bought[i] / sold[i]
        quantity[i] = sold[i] if np.isnan(given[i]) else given[i]
    used, worst = accelerated(m, m_t, quantity, phi, power, supply, x, tolerance, sweeps)
    if not worst <= tolerance and np.isfinite(power):
        for i in range(n):
            x[i] = 0.0
        rounds, worst = by_newton(m, m_t, quantity, phi, power, supply, x, tolerance, ROUNDS)
        used += rounds
    competitiveness_and_spending(x, quantity, phi, power, supply, a, output, spending)
    demand(m, m_t, a, spending, c, d)
    for j in range(n):
        index[j] = (c[j] / bought[j]) ** (1.0 / power)
    scattered(base, inside, a, m, spending, c, flows, abroad)
    return used, worst


@njit(SIGNATURE, cache=True, nogil=True, error_model="numpy")
def many_draws(
    base, change, inside, given, sigma, supply, x, tolerance, sweeps, flows, index, abroad, used, worst
):
    """Solve every draw in place; ``base`` and ``change`` may hold one matrix for all draws.

    ``given`` is output at base prices, NaN for what the base matrix sells. ``flows`` and ``abroad``
    (exports, imports) stand on the full axis of states, ``x`` and ``index`` on that of ``inside``.
    """
    for k in range(x.shape[0]):
        b, c = min(k, base.shape[0] - 1), min(k, change.shape[0] - 1)
        used[k], worst[k] = one_draw(
            base[b],
            change[c],
            inside,
            given[k],
            sigma[k],
            supply,
            x[k],
            tolerance,
            sweeps,
            flows[k],
            index[k],
            abroad[k],
        )
