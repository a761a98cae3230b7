"""What a state's record says about its growth: the rules for starts that have no published projection.

The same rules as in ``detente.mechanisms.growth.equations``, which this layer may not import; a test holds
the two together.
"""

from __future__ import annotations

import numpy as np

MEMORY = 10
"""Years of record behind expected growth and volatility."""
ENOUGH = 8
"""Fewest observed years of these for which a state's own record counts."""
KEEP = 0.4
"""Part of a state's distance from the world's median that goes on (Pritchett and Summers 2014)."""


def _mean(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)


def enough_since(year: int, first: int) -> int:
    """Fewest observed growth rates that count in ``year`` when the record begins in ``first``."""
    return min(ENOUGH, year - first)


def expected_growth(history: np.ndarray, enough: int = ENOUGH) -> np.ndarray:
    """Mean log growth of ten years drawn toward the world's median, (n,); NaN with under ``enough`` years.

    ``history`` (years, n), the newest year last.
    """
    last = history[-MEMORY:]
    own = np.where(np.isfinite(last).sum(axis=0) >= enough, _mean(last), np.nan)
    middle = np.nanmedian(own)
    return middle + KEEP * (own - middle)


def growth_volatility(history: np.ndarray, enough: int = ENOUGH) -> np.ndarray:
    """Usual size of a state's yearly surprises, (n,): own and the world's median size, in geometric mean."""
    last = history[-MEMORY:]
    apart = last - np.nanmedian(last, axis=1, keepdims=True)
    known = np.isfinite(apart).sum(axis=0)
    size = np.where(known >= enough, _mean(np.abs(apart - _mean(apart))), np.nan)
    size = np.where(size > 0, size, np.nan)
    middle = np.nanmedian(size)
    return np.sqrt(np.where(np.isnan(size), middle, size) * middle)
