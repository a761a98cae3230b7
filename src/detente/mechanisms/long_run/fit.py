"""Estimation of *long_run* on all states' price levels; nothing later than ``until`` is looked at."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.regressions import joint

HOME = "USA"
FIRST = 1980
WILD = 0.7
"""Log points a year beyond which a change is a new currency or a break in the data, and is left out."""
SMALLEST = 1.0
"""Billion 2023 USD of output below which a state is left out."""


def estimates(state_year: Any, economy: Any, until: int) -> dict[str, Any]:
    """All estimates of one vintage, in the form of ``estimates.yaml``."""
    level, income, gdp = grids(state_year, economy, until)
    slope, slope_error, moves = slope_of_prices(level, income, gdp)
    speed, error = own_speed(level, gdp)
    noise, noise_covariance = student(moves)
    inflation = us_inflation(state_year, until)
    return {
        "slope": normal(slope, slope_error),
        "own_speed": normal(speed, error),
        "rate_noise": joint(("log_scale", "log_df"), noise, noise_covariance),
        "largest_shock": {"fixed": WILD},
        "dollar": {"fixed": round(float(np.nanmedian(np.diff(level, axis=0), axis=1).std()), 4)},
        "inflation": normal(float(inflation.mean()), drift(inflation)),
        "inflation_noise": {"fixed": round(float(inflation.std()), 4)},
    }


def grids(state_year: Any, economy: Any, until: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Price level and log income per head relative to the United States, and real output: (years, states)."""
    rows = state_year.select("state", "year", "gdp_usd", "gdp_real", "population").join(
        economy.select("state", "year", "ppp_gdp"), on=["state", "year"]
    )
    rows = rows.drop_nulls()
    states = sorted(rows["state"].unique())
    place, years = {s: i for i, s in enumerate(states)}, until - FIRST + 1
    level, income, gdp = (np.full((years, len(states)), np.nan) for _ in range(3))
    for state, year, usd, real, people, ppp in rows.iter_rows():
        if FIRST <= year <= until:
            at = (year - FIRST, place[state])
            level[at], income[at], gdp[at] = np.log(usd / 1e9 / ppp), np.log(ppp * 1e9 / people), real
    home = place[HOME]
    return level - level[:, home : home + 1], income - income[:, home : home + 1], gdp


def slope_of_prices(
    level: np.ndarray, income: np.ndarray, gdp: np.ndarray
) -> tuple[float, float, np.ndarray]:
    """How much dearer richer states are: level on log income, effects of years, errors clustered by state.

    Estimate, error, and as residuals the yearly changes of levels net of the year's common one.
    """
    good = np.isfinite(level) & np.isfinite(income) & (gdp > SMALLEST)
    x, y = (np.where(good, v, np.nan) for v in (income, level))
    x, y = (v - np.nanmean(v, axis=1, keepdims=True) for v in (x, y))
    x, y = np.where(good, x, 0.0), np.where(good, y, 0.0)
    slope = float((x * y).sum() / (x * x).sum())
    scores = (x * (y - slope * x)).sum(axis=0)
    error = float(np.sqrt(scores @ scores) / (x * x).sum())
    change = np.diff(level, axis=0)
    net = change - np.nanmedian(change, axis=1, keepdims=True)
    kept = np.isfinite(net) & (np.abs(net) < WILD) & (gdp[1:] > SMALLEST)
    return slope, error, net[kept]


def own_speed(level: np.ndarray, gdp: np.ndarray) -> tuple[float, float]:
    """Yearly speed of return to a state's own mean, net of the year's common move: estimate, error by state.

    Least squares with effects of states are too fast by about (1 + kept) / years (Nickell 1981); taken back.
    """
    net = level - np.nanmedian(level, axis=1, keepdims=True)
    change = np.diff(net, axis=0)
    good = np.isfinite(change) & (np.abs(change) < WILD) & (gdp[1:] > SMALLEST)
    count = np.maximum(good.sum(axis=0), 1)
    x = np.where(good, net[:-1], 0.0)
    y = np.where(good, change, 0.0)
    x = np.where(good, x - x.sum(axis=0) / count, 0.0)
    y = np.where(good, y - y.sum(axis=0) / count, 0.0)
    slope = float((x * y).sum() / (x * x).sum())
    scores = (x * (y - slope * x)).sum(axis=0)
    error = float(np.sqrt(scores @ scores)) / float((x * x).sum())
    length = float(good.sum() / np.maximum((good.sum(axis=0) > 0).sum(), 1))
    return max(-slope - (2.0 + slope) / length, 0.01), error


def student(residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Student scale and degrees of freedom of residuals, in logs, by maximum likelihood; and covariance."""
    from scipy.optimize import minimize
    from scipy.stats import t

    def loss(theta: np.ndarray) -> float:
        return -float(t.logpdf(residual, np.exp(theta[1]), scale=np.exp(theta[0])).sum())

    found = minimize(loss, np.array([np.log(np.std(residual) / 2), np.log(3.0)]), method="BFGS")
    return found.x, np.asarray(found.hess_inv)


def us_inflation(state_year: Any, until: int) -> np.ndarray:
    """Yearly log change of the GDP deflator of the United States over the thirty years up to ``until``."""
    rows = state_year.filter((state_year["state"] == HOME) & (state_year["year"] <= until)).sort("year")
    deflator = np.log(rows["gdp_usd"].to_numpy() / rows["gdp_real"].to_numpy())
    return np.diff(deflator[np.isfinite(deflator)])[-30:]


def drift(inflation: np.ndarray) -> float:
    """Error of long-run inflation: spread of means of ten years, or the error of the mean if larger."""
    means = [inflation[k : k + 10].mean() for k in range(0, len(inflation) - 9, 5)]
    return max(float(np.std(means)), float(inflation.std() / np.sqrt(len(inflation))))


def normal(mean: float, sd: float) -> dict[str, Any]:
    """A normal estimate in the form of ``estimates.yaml``."""
    return {"normal": {"mean": round(mean, 5), "sd": round(sd, 5)}}
