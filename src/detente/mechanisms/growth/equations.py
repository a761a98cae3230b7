"""Relations of the mechanism *growth*: potential output around its projected path.

State arrays have shape (draw, n), parameters (draw,). Growth rates are log points a year. NaN marks
a state whose output is unknown; it stays unknown and touches no other state.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

MEMORY = 10
"""Years of record behind a state's expected growth and volatility."""

ENOUGH = 8
"""Fewest observed years of these for which a state's own record counts."""


def student(*, u: np.ndarray, scale: np.ndarray, df: np.ndarray, largest: np.ndarray) -> np.ndarray:
    """Student quantiles times ``scale``, held within ±``largest``; shapes broadcast.

    ``u`` uniforms; ``scale`` > 0; ``df`` degrees of freedom. Where ``scale`` is unknown, so is the result.
    """
    return np.clip(scale * stdtrit(df, u), -largest, largest)


def drift(*, before: np.ndarray, persistence: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Departure of trend growth from its projection, ``persistence × before + step``, (draw, n)."""
    return persistence[:, None] * before + step


def output(*, before: np.ndarray, baseline: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Output after a year: ``before × exp(baseline + deviation)``, in the unit of ``before``, (draw, n)."""
    return before * np.exp(baseline + deviation)


def expected_growth(*, history: np.ndarray, keep: float = 0.4) -> np.ndarray:
    """Growth that a state's own last ten years suggest, drawn toward the world's median, (n,).

    ``history`` (years, n) yearly growth, the newest year last. High and low growth do not last: of
    a state's distance from the world's median, ``keep`` is expected to go on (Pritchett & Summers
    2014; in our panel since 1985 it is 0.44 one year ahead, 0.29 over five years, 0.19 over ten).
    NaN where fewer than eight of the last ten years are known. The rule for starts in the past, for
    which no published projection is at hand.
    """
    own = recent_mean(history)
    middle = np.nanmedian(own)
    return middle + keep * (own - middle)


def growth_volatility(*, history: np.ndarray) -> np.ndarray:
    """Usual size of a state's yearly surprises, log points, (n,).

    Mean absolute deviation over the last ten years of growth less the world's median growth of the
    year, around its own mean; then the geometric mean of that and the world's median, because half
    of what distinguishes a state's last ten years fades in the next ten. A state with fewer than eight
    known years gets the world's median: an imputed value, to be flagged as such.
    """
    last = history[-MEMORY:]
    apart = last - np.nanmedian(last, axis=1, keepdims=True)
    known = np.isfinite(apart).sum(axis=0)
    centred = apart - _mean(apart)
    size = np.where(known >= ENOUGH, _mean(np.abs(centred)), np.nan)
    size = np.where(size > 0, size, np.nan)
    middle = np.nanmedian(size)
    return np.sqrt(np.where(np.isnan(size), middle, size) * middle)


def recent_mean(history: np.ndarray) -> np.ndarray:
    """Mean of the last ten years' growth, NaN where fewer than eight are known, (n,)."""
    last = history[-MEMORY:]
    return np.where(np.isfinite(last).sum(axis=0) >= ENOUGH, _mean(last), np.nan)


def _mean(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
