"""Estimation of *investment* on all states' record; nothing later than ``until`` is looked at."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.investment.panel import Panel, habits, mean
from detente.mechanisms.regressions import demeaned, joint

RESPONSE = ("persistence", "sanctioned", "rivals", "governance")
NOISE = ("log_scale", "log_df")
SPAN, FAR = 5, 10
"""Years of a step of the regression of growth on investment, and of a far forecast."""
PRIOR_SD = {"sanctioned": 1.0, "rivals": 1.0, "governance": 0.3}
"""Where few years are known the record says little: a weak prior around no effect (ridge), in asinh."""


def estimates(panel: Panel) -> dict[str, Any]:
    """All estimates of one vintage, in the form of ``estimates.yaml``."""
    y, x, state, year = stacked(panel)
    mean_, covariance, _ = within(y, x, state, year)
    errors = {h: rule_errors(panel, float(mean_[0]), h) for h in (1, FAR)}
    noise, noise_covariance = student(errors[1])
    slope, error = growth_on_investment(panel)
    return {
        "response": joint(RESPONSE, mean_, covariance),
        "noise": joint(NOISE, noise, noise_covariance),
        "drift": {"fixed": round(drift_sd(errors[1], errors[FAR], float(mean_[0])), 4)},
        "tide": {"fixed": round(tide_sd(panel), 4)},
        "largest_shock": {"fixed": round(float(np.quantile(np.abs(errors[1]), 0.999)), 3)},
        "lowest": {"fixed": round(float(np.nanquantile(panel.level, 0.01)), 3)},
        "highest": {"fixed": round(float(np.nanquantile(panel.level, 0.99)), 3)},
        "investment_growth": {"normal": {"mean": round(slope, 6), "sd": round(error, 6)}},
        "observations": {"fixed": float(len(y))},
    }


def stacked(panel: Panel) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rows with this and last year's level known: level, regressors (rows, 4), place of state, row of year.

    Governance is unknown before 1996; there it stands at the state's own mean, which its effect absorbs.
    """
    usual = np.nan_to_num(mean(panel.governance, np.isfinite(panel.governance)), nan=0.0)
    governed = np.where(np.isnan(panel.governance), usual, panel.governance)
    columns = np.stack(
        [panel.level[:-1], panel.sanctioned[1:], panel.rivals[1:], governed[1:] / 10.0], axis=-1
    )
    y = panel.level[1:]
    good = np.isfinite(y) & np.isfinite(columns).all(axis=-1)
    year, state = np.nonzero(good)
    return y[good], columns[good], state, year


def within(
    y: np.ndarray, x: np.ndarray, state: np.ndarray, year: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Least squares with effects of states and years, errors clustered by state; a weak prior on responses.

    Returns estimates, covariance and residuals. With thirty years the bias of the persistence that effects of
    states cause (Nickell 1981) is about -(1 + rho) / years, and is taken back.
    """
    both = demeaned(np.column_stack([y, x]), state, year)
    target, design = both[:, 0], both[:, 1:]
    free = float(np.var(target - design @ np.linalg.lstsq(design, target, rcond=None)[0]))
    penalty = np.diag([0.0] + [free / PRIOR_SD[name] ** 2 for name in RESPONSE[1:]])
    bread = np.linalg.inv(design.T @ design + penalty)
    beta = bread @ (design.T @ target)
    residual = target - design @ beta
    groups = np.unique(state)
    scores = np.stack([design[state == g].T @ residual[state == g] for g in groups])
    covariance = bread @ (scores.T @ scores + penalty * free) @ bread * len(groups) / (len(groups) - 1)
    length = len(y) / len(groups)
    beta[0] += (1.0 + beta[0]) / length
    return beta, covariance, residual


def rule_errors(panel: Panel, persistence: float, ahead: int) -> np.ndarray:
    """Errors of the mechanism's own rule ``ahead`` years on, from every year with a habit, in volatilities.

    The rule: last year's level returns to the habit of ten years by what persistence does not keep.
    """
    errors = []
    for t in range(5, len(panel.years) - ahead):
        usual, kept = habits(panel, t), persistence**ahead
        miss = panel.level[t + ahead] - (kept * panel.level[t] + (1.0 - kept) * usual["level"])
        scaled = miss / usual["volatility"]
        errors.append(scaled[np.isfinite(scaled)])
    return np.concatenate(errors)


def drift_sd(near: np.ndarray, far: np.ndarray, persistence: float) -> float:
    """Yearly step of the level to which a state returns, from how errors grow up to :data:`FAR` years.

    Widths are those of the middle half. What passing shocks of the size of ``near`` would make of the errors
    after :data:`FAR` years is taken from those that were made; the rest is steps that stay.
    """
    near_sd, far_sd = (float(np.subtract(*np.quantile(e, [0.75, 0.25]))) / 1.349 for e in (near, far))
    kept = persistence ** np.arange(1, FAR + 1)
    passing = near_sd**2 * float((persistence ** (2.0 * np.arange(FAR))).sum())
    return float(np.sqrt(max(far_sd**2 - passing, 0.0) / float(((1.0 - kept) ** 2).sum())))


def student(errors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log scale and log degrees of freedom of errors by maximum likelihood, and their covariance."""
    from scipy.optimize import minimize
    from scipy.stats import t

    def loss(theta: np.ndarray) -> float:
        return -float(t.logpdf(errors, np.exp(theta[1]), scale=np.exp(theta[0])).sum())

    found = minimize(loss, np.array([np.log(np.std(errors) / 2), np.log(3.0)]), method="BFGS")
    return found.x, np.asarray(found.hess_inv)


def tide_sd(panel: Panel) -> float:
    """Standard deviation of the yearly change that all states share (median over states), from 1991 on."""
    return float(np.std(np.nanmedian(np.diff(panel.level, axis=0), axis=1)))


def growth_on_investment(panel: Panel) -> tuple[float, float]:
    """Log points of growth a year for each per cent of GDP more inflow: estimate and error.

    Growth over five years on the mean inflow of the five years before, with effects of states and of spans,
    errors clustered by state; inflows held between -5 and 15 per cent. Correlation within states, not proof.
    """
    share = np.clip(np.sinh(panel.level), -5.0, 15.0)
    rows = []
    for k, at in enumerate(range(SPAN, len(panel.years) - SPAN + 1, SPAN)):
        past = share[at - SPAN : at]
        growth = np.log(panel.gdp[at + SPAN - 1] / panel.gdp[at - 1]) / SPAN
        inflow = mean(past, np.isfinite(past))
        good = np.flatnonzero(np.isfinite(growth) & np.isfinite(inflow))
        rows.append(np.column_stack([growth[good], inflow[good], good, np.full(len(good), k)]))
    data = np.concatenate(rows)
    state, span = data[:, 2].astype(int), data[:, 3].astype(int)
    net = demeaned(data[:, :2], state, span)
    xx = float(net[:, 1] @ net[:, 1])
    slope = float(net[:, 1] @ net[:, 0]) / xx
    scores = np.bincount(state, weights=net[:, 1] * (net[:, 0] - slope * net[:, 1]))
    return slope, float(np.sqrt(scores @ scores)) / xx
