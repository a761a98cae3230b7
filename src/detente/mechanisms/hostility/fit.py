"""Estimation of *hostility*: a linear state-space model of all pairs at once, by maximum likelihood.

The log ratio of hostile to friendly events of a pair in a year is its hostility and an error of counting.
Hostility is the pair's own level, what its circumstances add, what events left, and a deviation that reverts
by ``keep`` a year. The model is linear and normal: the Kalman filter of every pair gives the likelihood, and
coefficients follow by generalised least squares on the filter's innovations. The year's own level (all pairs
together; coverage and coders change) is taken out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from detente.mechanisms.hostility import equations as eq
from detente.mechanisms.hostility.panel import Panel
from detente.mechanisms.regressions import joint

NOISE = ("keep", "shock", "spread", "count")
"""Share of a deviation kept a year, yearly shock, spread of pairs' own levels, error of counting beyond that
of the counts themselves."""
START = np.array([0.5, np.log(0.4), np.log(1.0), np.log(0.4)])
PRIOR = 0.5
"""Standard deviation of the normal prior around nought of what changes and events do, in log-odds: a
judgement that hardly tells in the newest vintage and holds the first, of a few years, back. Levels have one
of 2."""
WIDE = 2.0
OWN_EVENTS = 4.0
"""Events of the pair's usual kind added to each year; 4 did best of 0.5 to 32 on 2009-11 from 2008."""


@dataclass(frozen=True)
class Fit:
    """Noise by :data:`NOISE`; coefficients (intercept, usual, standing, events) with covariance;
    log-likelihood.

    ``years``: level of each year beyond the usual one, log-odds.
    """

    noise: dict[str, float]
    mean: np.ndarray
    covariance: np.ndarray
    likelihood: float
    years: np.ndarray
    keep_error: float = 0.0


@dataclass(frozen=True)
class Seen:
    """Each pair at its last year: hostility in log-odds and own level, means and variances (pair,)."""

    view: np.ndarray
    view_variance: np.ndarray
    own: np.ndarray
    own_variance: np.ndarray


def noise_of(theta: np.ndarray) -> dict[str, float]:
    """Noise from its free form: logistic for ``keep``, exponential for the others."""
    return dict(zip(NOISE, [float(1 / (1 + np.exp(-theta[0]))), *np.exp(theta[1:]).tolist()], strict=True))


def measured(data: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds of a hostile event by pair and year, and the variance of them that counting makes; NaN none.

    :data:`OWN_EVENTS` events with the pair's share of all years are added to each year's, and the variance
    is that of the pooled share: otherwise a year with few events and no hostile one pulls by its luck.
    """
    every, bad = np.nansum(data.good + data.bad, axis=1), np.nansum(data.bad, axis=1)
    usual = bad.sum() / max(every.sum(), 1.0)
    share = ((bad + OWN_EVENTS * usual) / (every + OWN_EVENTS))[:, None]
    hostile, friendly = data.bad + OWN_EVENTS * share, data.good + OWN_EVENTS * (1 - share)
    variance = 1 / ((data.good + data.bad + OWN_EVENTS) * share * (1 - share))
    return np.log(hostile / friendly), variance


def carried(data: Panel, keep: float) -> np.ndarray:
    """Regressors (pair, year, k): a constant, the pair's usual circumstances, and what has worked of
    changes.

    The pair's mean of each standing circumstance stands beside its changes (Mundlak 1978): allies and
    neighbours have more to quarrel about than strangers, and that is no effect of a pact. Then the events as
    far as they have worked.
    """
    usual = data.standing.mean(axis=1, keepdims=True)
    moved = (data.standing - usual)[:, :, : len(eq.STANDING)]
    standing, events = np.array(moved), np.array(data.events)
    for t in range(1, standing.shape[1]):
        standing[:, t] = keep * standing[:, t - 1] + (1 - keep) * moved[:, t]
        events[:, t] += keep * events[:, t - 1]
    every = np.broadcast_to(usual, data.standing.shape)
    return np.concatenate([np.ones((*standing.shape[:2], 1)), every, standing, events], axis=2)


def filtered(
    columns: np.ndarray, variance: np.ndarray, noise: dict[str, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Kalman filter of every pair, the same gains for all columns (pair, year, c).

    Returns innovations (pair, year, c) over their standard deviation, those deviations (pair, year; NaN
    where nothing was measured), and at the last year the states (pair, 2, c) and their covariance (pair, 2,
    2). State: the deviation, and the pair's own level.
    """
    n, years, c = columns.shape
    keep, count = noise["keep"], noise["count"] ** 2
    state = np.zeros((n, 2, c))
    cover = np.zeros((n, 2, 2))
    cover[:, 0, 0], cover[:, 1, 1] = noise["shock"] ** 2 / (1 - keep**2), noise["spread"] ** 2
    left, width = np.zeros_like(columns), np.full((n, years), np.nan)
    for t in range(years):
        if t:
            state[:, 0] *= keep
            cover[:, 0, :] *= keep
            cover[:, :, 0] *= keep
            cover[:, 0, 0] += noise["shock"] ** 2
        at = np.flatnonzero(np.isfinite(variance[:, t]))
        look = cover[at].sum(axis=2)
        total = look.sum(axis=1) + variance[at, t] + count
        miss = columns[at, t] - state[at].sum(axis=1)
        gain = look / total[:, None]
        state[at] += gain[:, :, None] * miss[:, None, :]
        cover[at] -= gain[:, :, None] * look[:, None, :]
        width[at, t] = np.sqrt(total)
        left[at, t] = miss / width[at, t][:, None]
    return left, width, state, cover


def solve(data: Panel, theta: np.ndarray) -> Fit:
    """Coefficients and likelihood at given noise, with the years' levels."""
    noise = noise_of(theta)
    ratio, variance = measured(data)
    x = carried(data, noise["keep"])
    years = np.broadcast_to(np.eye(x.shape[1])[:, 1:], (len(x), x.shape[1], x.shape[1] - 1))
    stack = np.concatenate([x, years, np.nan_to_num(ratio)[:, :, None]], axis=2)
    left, width, _, _ = filtered(stack, variance, noise)
    rows = left[np.isfinite(width)]
    k = stack.shape[2] - 1
    prior = np.full(k, WIDE)
    prior[1 + len(eq.USUAL) : x.shape[2]] = PRIOR
    precision = np.diag(prior**-2.0) + rows[:, :-1].T @ rows[:, :-1]
    score = rows[:, :-1].T @ rows[:, -1]
    spread = np.linalg.inv(precision)
    mean = spread @ score
    total = -np.log(width[np.isfinite(width)]).sum() - 0.5 * rows[:, -1] @ rows[:, -1] + 0.5 * score @ mean
    total -= 0.5 * np.linalg.slogdet(precision)[1]
    own = x.shape[2]
    level = np.concatenate([[0.0], mean[own:]])
    # The usual year: the intercept is that of the mean over years, not of the first one.
    mean[0] += level.mean()
    return Fit(noise, mean[:own], spread[:own, :own], float(total), level - level.mean())


def estimate(data: Panel) -> Fit:
    """The best noise and the coefficients that go with it."""
    from scipy.optimize import minimize

    def loss(theta: np.ndarray) -> float:
        return -solve(data, theta).likelihood

    found = minimize(
        loss, START, method="L-BFGS-B", bounds=[(-2, 4)] + [(-4, 2)] * 3, options={"maxiter": 30}
    )
    best, step = found.x, np.array([0.2, 0, 0, 0])
    bend = (loss(best + step) + loss(best - step) - 2 * found.fun) / 0.04
    fit = solve(data, best)
    keep = fit.noise["keep"]
    error = keep * (1 - keep) / np.sqrt(max(bend, 1e-6))
    return replace(fit, keep_error=float(min(error, 0.2)))


def seen(data: Panel, fit: Fit) -> Seen:
    """Hostility of each pair at the panel's last year, and what is its own, given everything reported.

    Years later than those of the fit have the mean of what is left in them for their level.
    """
    ratio, variance = measured(data)
    known = carried(data, fit.noise["keep"]) @ fit.mean
    rest = ratio - known
    rest -= np.concatenate([fit.years, np.nanmean(rest[:, len(fit.years) :], axis=0)])[: rest.shape[1]]
    _, _, state, cover = filtered(np.nan_to_num(rest)[:, :, None], variance, fit.noise)
    usual, k = data.standing.mean(axis=1), len(eq.USUAL)
    lasting = fit.mean[0] + usual @ fit.mean[1 : 1 + k] - usual[:, : len(eq.STANDING)] @ within(fit)[0]
    return Seen(
        known[:, -1] + state[:, :, 0].sum(axis=1),
        cover.sum(axis=(1, 2)),
        lasting + state[:, 1, 0],
        cover[:, 1, 1],
    )


def within(fit: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of changes of standing circumstances, and of events."""
    first = 1 + len(eq.USUAL)
    return fit.mean[first : first + len(eq.STANDING)], fit.mean[first + len(eq.STANDING) :]


def ahead(fit: Fit, now: Seen, standing: np.ndarray, events: np.ndarray) -> np.ndarray:
    """Expected log-odds of each pair over years ahead, (pair, year), from where it is seen.

    ``standing`` and ``events``: circumstances of the year before each of them.
    """
    keep, (slopes, blows) = fit.noise["keep"], within(fit)
    view, out = now.view, []
    for t in range(standing.shape[1]):
        goal = now.own + standing[:, t, : len(eq.STANDING)] @ slopes
        view = keep * view + (1 - keep) * goal + events[:, t] @ blows
        out.append(view)
    return np.stack(out, axis=1)


def document(fit: Fit) -> dict[str, Any]:
    """One vintage as ``estimates.yaml`` has it."""
    first = 1 + len(eq.USUAL)
    body = {
        "effects": joint((*eq.STANDING, *eq.EVENTS), fit.mean[first:], fit.covariance[first:, first:]),
        "usual": joint(eq.USUAL, fit.mean[1:first], fit.covariance[1:first, 1:first]),
    }
    body["keep"] = {"normal": {"mean": round(fit.noise["keep"], 4), "sd": round(fit.keep_error, 4)}}
    fixed = {k: {"fixed": round(fit.noise[k], 4)} for k in NOISE[1:]}
    return body | fixed | {"level": {"fixed": round(float(fit.mean[0]), 4)}}
