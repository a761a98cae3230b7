"""Estimation of *arms*: whom one buys from, and how much; nothing later than ``until`` is looked at."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.arms.panel import REGRESSORS, Windows
from detente.mechanisms.regressions import demeaned, joint

FIRST = 1970
DEMAND = ("kept", "milex")
SMALL = 5.0
"""Million TIV a year below which purchases are single deals and say nothing of demand."""


def estimates(windows: Windows, state_year: Any, economy: Any, until: int) -> dict[str, Any]:
    """All estimates of one vintage, in the form of ``estimates.yaml``."""
    beta, covariance = choice_of_seller(windows.until(until))
    demand, demand_covariance, spread = demand_for_arms(state_year, economy, until)
    return {
        "choice": joint(REGRESSORS, beta, covariance),
        "demand": joint(DEMAND, demand, demand_covariance),
        "demand_noise": {"fixed": round(spread, 4)},
    }


def choice_of_seller(windows: Windows) -> tuple[np.ndarray, np.ndarray]:
    """PPML of shares of world deliveries on :data:`REGRESSORS` with seller-window and buyer-window effects.

    Estimates and covariance clustered by pair (Santos Silva & Tenreyro 2006). Only sellers and buyers that
    dealt at all in a window take part.
    """
    import pandas as pd
    import pyfixest as pf

    rows = []
    for k, last in enumerate(windows.last):
        share = windows.share[k]
        sellers, buyers = np.flatnonzero(share.sum(axis=1) > 0), np.flatnonzero(share.sum(axis=0) > 0)
        i, j = (grid.ravel() for grid in np.meshgrid(sellers, buyers, indexing="ij"))
        apart = i != j
        i, j = i[apart], j[apart]
        frame = {"share": share[i, j] * 1e3, "seller": [f"{last}:{a}" for a in i]}
        frame |= {
            "buyer": [f"{last}:{b}" for b in j],
            "pair": [f"{a}:{b}" for a, b in zip(i, j, strict=True)],
        }
        frame |= {name: windows.x[k, i, j, c] for c, name in enumerate(REGRESSORS)}
        rows.append(pd.DataFrame(frame))
    data = pd.concat(rows, ignore_index=True)
    told = [name for name in REGRESSORS if data[name].std() > 0]
    model = pf.fepois(f"share ~ {' + '.join(told)} | seller + buyer", data, vcov={"CRV1": "pair"})
    beta, covariance = np.zeros(len(REGRESSORS)), np.eye(len(REGRESSORS))
    at = [REGRESSORS.index(name) for name in model.coef().index]
    beta[at] = model.coef().to_numpy()
    covariance[np.ix_(at, at)] = model._vcov
    return beta, covariance


def demand_for_arms(state_year: Any, economy: Any, until: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Log purchases of a year on last year's and on log military spending, effects of states and years.

    Estimates (share kept; elasticity within the year), covariance clustered by state, and the standard
    deviation of residuals (from their interquartile range, for they are heavy-tailed).
    """
    y, x, state, year = _purchases(state_year, economy, until)
    both = demeaned(np.column_stack([y, x]), state, year)
    target, design = both[:, 0], both[:, 1:]
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ (design.T @ target)
    residual = target - design @ beta
    groups = np.unique(state)
    scores = np.stack([design[state == g].T @ residual[state == g] for g in groups])
    covariance = bread @ (scores.T @ scores) @ bread * len(groups) / (len(groups) - 1)
    low, high = np.quantile(residual, [0.25, 0.75])
    return beta, covariance, float((high - low) / 1.349)


def _purchases(
    state_year: Any, economy: Any, until: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    states = sorted(economy.drop_nulls("arms_imports")["state"].unique())
    place = {s: i for i, s in enumerate(states)}
    bought, spent = (np.full((until - FIRST + 1, len(states)), np.nan) for _ in range(2))
    for state, year, value in economy.select("state", "year", "arms_imports").drop_nulls().iter_rows():
        if FIRST <= year <= until and value >= SMALL:
            bought[year - FIRST, place[state]] = np.log(value)
    rows = state_year.select("state", "year", "milex_share", "gdp_real").drop_nulls()
    for state, year, share, gdp in rows.iter_rows():
        if FIRST <= year <= until and state in place and share > 0:
            spent[year - FIRST, place[state]] = np.log(share * gdp)
    good = np.isfinite(bought[1:]) & np.isfinite(bought[:-1]) & np.isfinite(spent[1:])
    year, state = np.nonzero(good)
    x = np.column_stack([bought[:-1][good], spent[1:][good]])
    return bought[1:][good], x, state, year
