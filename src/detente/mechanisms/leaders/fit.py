"""Estimation of *leaders* on all states' record; nothing later than the panel's last year is looked at."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.leaders import equations as eq
from detente.mechanisms.leaders.panel import Panel
from detente.mechanisms.logits import covariance, newton
from detente.mechanisms.regressions import joint

DISPUTES_TO = 2014
SLUMP = ("elected", "other")
QUARREL = (
    *eq.REGIMES,
    "rivals",
    "quarrels_before",
    "elected_tenure",
    "other_tenure",
    "elected_election",
    "slump_unknown",
    "elected_slump",
    "other_slump",
)
"""Terms of the log-odds that a state begins a dispute in a year."""


def estimates(panel: Panel) -> dict[str, Any]:
    """All estimates of one vintage, in the form of ``estimates.yaml``."""
    mean, cov = exit_logit(panel)
    quarrel, quarrel_cov = quarrel_logit(panel)
    places = [QUARREL.index(f"{who}_slump") for who in SLUMP]
    ways, errors = irregular_shares(panel)
    new = successors(panel)
    return {
        "exit": joint(eq.TERMS, mean, cov),
        "irregular": joint(eq.REGIMES, ways, np.diag(errors**2)),
        "slump": joint(SLUMP, quarrel[places], quarrel_cov[np.ix_(places, places)]),
        "successor": joint(eq.REGIMES, new["mean"][:-1], new["covariance"][:-1, :-1]),
        "successor_memory": {
            "normal": {
                "mean": round(float(new["mean"][-1]), 4),
                "sd": round(float(new["covariance"][-1, -1] ** 0.5), 4),
            }
        },
        "successor_spread": {"fixed": round(float(new["spread"]), 4)},
        "observations": {"fixed": float(len(panel.year))},
    }


def design(panel: Panel) -> np.ndarray:
    """Matrix (row, term) of the chance that the leader changes."""
    c = panel.columns
    names = ("tenure", "election", "election_before", "growth", "rivals")
    return eq.terms(regime=c["regime"].astype(float), **{k: c[k] for k in names})


def exit_logit(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and covariance of the change of leader, clustered by state and by year."""
    x, y = design(panel), panel.columns["changed"]
    beta = newton(x, y)
    return beta, covariance(x, y, beta, [panel.state, panel.year])


def quarrel_design(panel: Panel) -> np.ndarray:
    """Matrix (row, term) of :data:`QUARREL`; a slump is last year's growth below the usual, log points."""
    c = panel.columns
    other = (c["regime"] >= len(eq.ELECTED)).astype(float)
    unknown = np.isnan(c["growth_before"])
    slump = np.where(unknown, 0.0, eq.USUAL_GROWTH - c["growth_before"])
    stay = np.log1p(c["tenure"])
    columns = [(c["regime"] == k).astype(float) for k in range(len(eq.REGIMES))]
    columns += [np.log1p(c["rivals"]), np.log1p(c["quarrels_before"]), stay * (1 - other), stay * other]
    columns += [c["election"] * (1 - other), unknown.astype(float), slump * (1 - other), slump * other]
    return np.stack(columns, axis=1)


def quarrel_logit(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and covariance of beginning a dispute: is trouble at home carried abroad?"""
    known = panel.take(panel.year <= DISPUTES_TO)
    x, y = quarrel_design(known), (known.columns["disputes"] > 0).astype(float)
    beta = newton(x, y)
    return beta, covariance(x, y, beta, [known.state, known.year])


def irregular_shares(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds that a change is irregular, by regime, and their errors; half a hit and half a miss added.

    Changes of which the way is known (Archigos, to 2015).
    """
    c = panel.columns
    gone = (c["changed"] > 0) & (c["exit_known"] > 0)
    hits = np.bincount(c["regime"][gone], weights=c["irregular"][gone], minlength=len(eq.REGIMES)) + 0.5
    misses = np.bincount(c["regime"][gone], minlength=len(eq.REGIMES)) + 1.0 - hits
    return np.log(hits / misses), np.sqrt(1.0 / hits + 1.0 / misses)


def normal_scores(force: np.ndarray) -> np.ndarray:
    """Normal scores of theta1 by rank among the known; NaN stays NaN."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    known = np.isfinite(force)
    out = np.full(force.shape, np.nan)
    out[known] = ndtri((rankdata(force[known]) - 0.5) / known.sum())
    return out


def successors(panel: Panel) -> dict[str, Any]:
    """New leaders' normal score of willingness to use force: means by regime, memory of the one before."""
    c = panel.columns
    both = normal_scores(np.concatenate([c["force"], c["force_before"]]))
    now, before = both[: len(c["force"])], both[len(c["force"]) :]
    use = (c["changed"] > 0) & np.isfinite(now) & np.isfinite(before)
    kinds = np.eye(len(eq.REGIMES))[c["regime"][use]]
    x = np.column_stack([kinds, before[use]])
    bread = np.linalg.inv(x.T @ x + 1e-3 * np.eye(x.shape[1]))
    mean = bread @ (x.T @ now[use])
    rest = now[use] - x @ mean
    spread = float(np.sqrt(rest @ rest / max(len(rest) - x.shape[1], 1)))
    return {"mean": mean, "covariance": bread * spread**2, "spread": spread, "n": int(use.sum())}
