"""Estimation of *growth* from the record of forecast errors; nothing later than ``until`` is looked at.

From every origin since 1980 the next fifteen years are forecast by
:func:`detente.mechanisms.growth.equations.expected_growth`. What the errors do as the horizon grows
tells surprises that are gone after a year from departures of the trend that last; their quantiles
tell how heavy the tails are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.special import gammaln, stdtrit

from detente.mechanisms.growth import equations as eq
from detente.mechanisms.regressions import joint

FIRST_ORIGIN = 1980
HORIZONS = (1, 2, 3, 5, 7, 10, 15)
LEVELS = (0.05, 0.25, 0.75, 0.95)
ERRORS = ("log_surprise", "log_step", "atanh_persistence", "log_df")
POINTS = 4096
GROUPS = 10


@dataclass(frozen=True)
class Errors:
    """Forecast errors. ``own[h]``: (origin × state, 2) columns state place and error over h years in
    multiples of the state's volatility, net of the world's. ``shared[h]``: median error of all states over
    h years, one for each origin. ``largest``: largest error of one state in one year."""

    own: dict[int, np.ndarray]
    shared: dict[int, np.ndarray]
    largest: float


def estimates(state_year: Any, until: int) -> dict[str, Any]:
    """All estimates of one vintage, in the form of ``estimates.yaml``, from column ``gdp_real``."""
    made = errors(growth_table(state_year, until), until)
    mean, covariance = spread(made)
    world, world_covariance = student_fit(made.shared[1])
    return {
        "errors": joint(ERRORS, mean, covariance, digits=7),
        "world": joint(("log_scale", "log_df"), world, world_covariance, digits=7),
        "world_step": world_step(made, float(np.tanh(mean[2]))),
        "largest_deviation": {"fixed": round(made.largest, 4)},
    }


def growth_table(state_year: Any, until: int) -> tuple[np.ndarray, np.ndarray]:
    """Years and growth of real GDP (years, states), log points, up to ``until``."""
    frame = state_year.filter(state_year["gdp_real"].is_not_null() & (state_year["year"] <= until))
    states = sorted(frame["state"].unique().to_list())
    years = np.arange(int(frame["year"].min()), until + 1)
    place = {s: i for i, s in enumerate(states)}
    level = np.full((len(years), len(states)), np.nan)
    for state, year, value in frame.select("state", "year", "gdp_real").iter_rows():
        level[year - years[0], place[state]] = np.log(value) if value > 0 else np.nan
    return years[1:], np.diff(level, axis=0)


def errors(table: tuple[np.ndarray, np.ndarray], until: int) -> Errors:
    """Forecast errors from every origin, for all horizons that end by ``until``."""
    years, growth = table
    own: dict[int, list[np.ndarray]] = {h: [] for h in HORIZONS}
    shared: dict[int, list[float]] = {h: [] for h in HORIZONS}
    largest = 0.0
    for origin in range(FIRST_ORIGIN, until):
        at = origin - years[0]
        past, ahead = growth[: at + 1], growth[at + 1 :]
        expected, size = eq.expected_growth(history=past), eq.growth_volatility(history=past)
        miss = np.cumsum(ahead - expected, axis=0)
        for h in HORIZONS:
            if h <= len(miss):
                middle = float(np.nanmedian(miss[h - 1]))
                apart = (miss[h - 1] - middle) / size
                known = np.flatnonzero(np.isfinite(apart))
                own[h].append(np.stack([known, apart[known]], axis=1))
                shared[h].append(middle)
        largest = max(largest, float(np.nanmax(np.abs(miss[0]))))
    stacked = {h: np.concatenate(rows) for h, rows in own.items() if rows}
    return Errors(stacked, {h: np.array(v) for h, v in shared.items() if v}, largest)


def spread(made: Errors) -> tuple[np.ndarray, np.ndarray]:
    """Parameters whose errors have the observed quantiles at every horizon; jackknife covariance."""

    def fit(leave_out: int | None, guess: np.ndarray) -> np.ndarray:
        from scipy.optimize import least_squares

        kept = {
            h: e[:, 1] if leave_out is None else e[e[:, 0] % GROUPS != leave_out, 1]
            for h, e in made.own.items()
        }
        seen = np.concatenate([log_widths(e) for e in kept.values()])
        return least_squares(lambda theta: implied(theta, tuple(kept)) - seen, guess, diff_step=1e-3).x

    mean = fit(None, np.array([0.2, -0.7, 0.9, 1.1]))
    without = np.array([fit(g, mean) for g in range(GROUPS)])
    apart = without - without.mean(axis=0)
    return mean, (GROUPS - 1) / GROUPS * apart.T @ apart


def log_widths(sample: np.ndarray) -> np.ndarray:
    """Logs of the widths of the central 50 % and 90 % of a sample."""
    low, lower, upper, high = np.quantile(sample, LEVELS)
    return np.log([upper - lower, high - low])


def implied(theta: np.ndarray, horizons: tuple[int, ...]) -> np.ndarray:
    """The same log widths for errors made by the model, on a fixed even spread of points."""
    surprise, step, persistence, df = np.exp(theta[0]), np.exp(theta[1]), np.tanh(theta[2]), np.exp(theta[3])
    quantiles = stdtrit(df, (np.arange(POINTS) + 0.5) / POINTS)[lattice(2 * max(horizons))]
    drift, total, out = np.zeros(POINTS), np.zeros(POINTS), []
    for year in range(1, max(horizons) + 1):
        drift = persistence * drift + step * quantiles[:, 2 * year - 1]
        total = total + drift + surprise * quantiles[:, 2 * year - 2]
        if year in horizons:
            out.append(log_widths(total))
    return np.concatenate(out)


@cache
def lattice(dims: int) -> np.ndarray:
    """Ranks 0 … POINTS−1 in ``dims`` columns, evenly spread together: multiples of roots of primes."""
    primes = [n for n in range(2, 400) if all(n % k for k in range(2, int(n**0.5) + 1))][:dims]
    points = np.arange(1, POINTS + 1)[:, None] * np.sqrt(primes)
    return np.argsort(np.argsort(points % 1.0, axis=0), axis=0)


def world_step(made: Errors, persistence: float) -> dict[str, Any]:
    """Size of the yearly step in the trend of all states together, as a log-normal.

    What the squared shared error over h ≥ 5 years has beyond h independent yearly errors is laid to
    steps that fade with ``persistence``; the floor is a tenth of the yearly error. Spans of ten years are
    counted as independent, so the error is wide.
    """
    yearly = float(np.mean(made.shared[1] ** 2))
    found = []
    for h in (h for h in made.shared if h >= 5):
        reach = (1 - persistence ** np.arange(1, h + 1)) / (1 - persistence)
        found.append((float(np.mean(made.shared[h] ** 2)) - h * yearly) / float((reach**2).sum()))
    size = np.sqrt(max(float(np.mean(found)), yearly / 100))
    spans = len(made.shared[1]) / 10
    return {"lognormal": {"median": float(f"{size:.4g}"), "sigma": float(f"{1 / np.sqrt(2 * spans):.4g}")}}


def student_fit(sample: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Maximum-likelihood log scale and log degrees of freedom of a centred Student sample, with covariance.

    A weak prior (log df around log 4, standard deviation 0.7) keeps the tails of a short record finite.
    """
    from scipy.optimize import minimize

    def loss(theta: np.ndarray) -> float:
        df, z = np.exp(theta[1]), sample / np.exp(theta[0])
        constant = gammaln((df + 1) / 2) - gammaln(df / 2) - 0.5 * np.log(df * np.pi) - theta[0]
        fit = np.sum(constant - (df + 1) / 2 * np.log1p(z**2 / df))
        return float(-fit + 0.5 * ((theta[1] - np.log(4)) / 0.7) ** 2)

    best = minimize(loss, np.array([np.log(np.median(np.abs(sample))), np.log(4)]), method="Nelder-Mead").x
    width, k = 0.05, 2
    shift = np.eye(k) * width
    hessian = np.array(
        [
            [loss(best + a + b) - loss(best + a - b) - loss(best - a + b) + loss(best - a - b) for b in shift]
            for a in shift
        ]
    ) / (4 * width**2)
    return best, np.linalg.inv(hessian)
