"""An answer with its error: middle, 90 % interval over worlds, Monte Carlo error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """Summary of one quantity over draws.

    ``low`` and ``high`` are the 5 % and 95 % quantiles over draws, ``se`` the Monte Carlo standard
    error of the mean, ``share_above`` the share of draws above zero. ``missing`` says that no draw
    has a value.
    """

    mean: float
    median: float
    low: float
    high: float
    se: float
    share_above: float
    n: int
    unit: str
    missing: bool = False

    def __str__(self) -> str:
        if self.missing:
            return "no data"
        return f"{self.mean:.4g} [{self.low:.4g}, {self.high:.4g}] {self.unit}"


def summary(values: np.ndarray, unit: str) -> Estimate:
    """Estimate from one value per draw; missing draws are left out."""
    known = values[~np.isnan(values)].astype(float)
    n = len(known)
    if not n:
        nan = float("nan")
        return Estimate(nan, nan, nan, nan, nan, nan, 0, unit, missing=True)
    low, median, high = np.quantile(known, (LOW, 0.5, HIGH))
    se = float(known.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")
    return Estimate(
        float(known.mean()), float(median), float(low), float(high), se, float((known > 0).mean()), n, unit
    )


def chance(happened: np.ndarray, known: np.ndarray) -> Estimate:
    """Chance of an event with the Wilson 90 % interval of a share (Wilson 1927)."""
    n = int(known.sum())
    if not n:
        nan = float("nan")
        return Estimate(nan, nan, nan, nan, nan, nan, 0, "share of worlds", missing=True)
    z, p = 1.6448536269514722, float(happened[known].mean())
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    se = float(np.sqrt(p * (1 - p) / n))
    return Estimate(p, p, max(0.0, middle - half), min(1.0, middle + half), se, p, n, "share of worlds")
