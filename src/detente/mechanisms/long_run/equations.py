"""Relations of the mechanism *long_run*: output at purchasing power and in dollars of the day.

State arrays have shape (draw, n), parameters (draw,). The price level of a state is the logarithm of its GDP
in dollars over its GDP in international dollars, relative to the United States, whose own is 0. NaN marks a
state without output or without a price level; it stays unknown and touches no other.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, stdtrit


def relative_income(*, ppp: np.ndarray, population: np.ndarray, home: int) -> np.ndarray:
    """Log output per head at purchasing power, relative to the state in place ``home``, (draw, n)."""
    income = np.log(ppp * 1e9 / population)
    return income - income[:, home : home + 1]


def expected_change(
    *,
    level: np.ndarray,
    habit: np.ndarray,
    speed: np.ndarray,
    slope: np.ndarray,
    risen: np.ndarray,
) -> np.ndarray:
    """Expected change of the price level in a year, (draw, n).

    Levels return at ``speed`` (draw,) to the state's own mean ``habit``; where ``slope`` (draw,) is above 0
    that mean rises with relative income, by which ``risen`` says how much higher the log is than it was in
    the years of the habit: richer states are dearer (Balassa 1964, Samuelson 1964). Unknown rises count as
    none.
    """
    goal = habit + slope[:, None] * np.nan_to_num(risen, nan=0.0)
    return speed[:, None] * (goal - level)


def shock(*, u: np.ndarray, scale: np.ndarray, df: np.ndarray, largest: np.ndarray) -> np.ndarray:
    """Student shocks of real exchange rates, (draw, n): devaluations are sudden."""
    drawn = scale[:, None] * stdtrit(df[:, None], u)
    return np.clip(drawn, -largest[:, None], largest[:, None])


def dollar(*, u: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """The year's move of all currencies together against the dollar, (draw, 1)."""
    return (sd * ndtri(u))[:, None]


def prices(*, before: np.ndarray, inflation: np.ndarray, sd: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Price level of the United States after a year, 2023 = 1, (draw,)."""
    return before * np.exp(inflation + sd * ndtri(u))
