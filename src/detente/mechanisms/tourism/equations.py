"""Relations of international tourism; pure functions, arrays with the draw axis first."""

from __future__ import annotations

import numpy as np


def aimed_at(
    *, change: np.ndarray, visa: np.ndarray, effect: np.ndarray, visa_effect: np.ndarray
) -> np.ndarray:
    """Log openness that peace and visas call for, relative to the base year; all arrays of one shape.

    ``change`` of the peace level since the base year; ``visa`` 1 where the need for a visa has been waived.
    """
    return effect * change + visa_effect * visa


def still_closed(*, kind: np.ndarray, sanctioned: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Which of the pairs that were closed at the start still are, (draw, pair) true or false.

    ``kind`` (pair,) 1: over a quarrel, as long as either of the two has a sanction on the other
    (``sanctioned``); 2: by war, as long as that holds or they are rivals (``level`` below 0.5).
    """
    return sanctioned | ((kind == 2) & (level < 0.5))


def closure(*, closed: np.ndarray, left: np.ndarray, lasting: np.ndarray) -> np.ndarray:
    """Log openness of the pairs closed at the start, (draw, pair): ``log(left)`` while closed, ``lasting``
    of it after.

    ``left`` (draw, pair) part of the visitors that still come; ``lasting`` (draw,) part of the fall that
    stays.
    """
    fall = np.log(left)
    return np.where(closed, fall, lasting[:, None] * fall)


def moved(*, last: np.ndarray, aim: np.ndarray, speed: np.ndarray) -> np.ndarray:
    """Openness after a year: falls come at once, rises close ``speed`` of the distance; all of one shape."""
    return last + (aim - last) * np.where(aim > last, speed, 1.0)


def visitors(*, base: np.ndarray, income: np.ndarray, openness: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Visitors of every pair (draw, n, n), in the unit of ``base`` (n, n).

    ``income`` (draw, n) factor of the origin, ``openness`` (draw, n, n) and ``gap`` (draw,) in log points.
    Most pairs are as open as in the base year, so only the others cost an exponential.
    """
    factor = income * np.exp(gap)[:, None]
    flow = np.empty(openness.shape)
    np.multiply(base, factor[:, :, None], out=flow)
    at = np.flatnonzero(openness)
    # `flow` is contiguous, so this is a view of it; the product alone may be laid out draw last.
    flow.reshape(-1)[at] *= np.exp(openness.reshape(-1)[at])
    return flow


def income_factor(*, gdp: np.ndarray, base: np.ndarray, elasticity: np.ndarray) -> np.ndarray:
    """Growth of an origin's travel with its income since the base year, (draw, n); 1 where unknown.

    A state whose income is not known travels as in the base year, so that it does not hide its destinations.
    """
    ratio = np.divide(gdp, base, out=np.ones_like(gdp), where=(base > 0) & np.isfinite(gdp))
    return np.where(ratio > 0, ratio, 1.0) ** elasticity[:, None]


def totals(*, flow: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Arrivals and departures (draw, n) of ``flow`` (draw, n, n), which holds 0 where it is not ``known``
    (n, n).

    Sums over the partners that are known; NaN where none is.
    """
    return (
        np.where(known.any(axis=0), flow.sum(axis=1), np.nan),
        np.where(known.any(axis=1), flow.sum(axis=2), np.nan),
    )
