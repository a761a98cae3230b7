"""Scores of forecast fans, shared by the mechanisms that forecast a quantity of every state."""

from __future__ import annotations

from typing import Any

import numpy as np


def compared(fans: dict[str, np.ndarray], after: np.ndarray) -> dict[str, Any]:
    """Scores of several fans (draw, state) on the states for which all of them and the outcome are known."""
    use = np.isfinite(after)
    for fan in fans.values():
        use &= np.isfinite(fan).all(axis=0)
    row: dict[str, Any] = {"n": int(use.sum())}
    for name, fan in fans.items():
        sample, seen = fan[:, use], after[use]
        low, middle, high = np.quantile(sample, [0.05, 0.5, 0.95], axis=0)
        row[f"mae_{name}"] = float(np.abs(middle - seen).mean())
        row[f"crps_{name}"] = float(crps(sample, seen).mean())
        row[f"inside_{name}"] = float(((low <= seen) & (seen <= high)).mean())
    return row


def crps(sample: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score of samples (draw, case) for outcomes (case,); fair estimator."""
    ordered = np.sort(sample, axis=0)
    m = len(ordered)
    weight = (2 * np.arange(1, m + 1) - m - 1)[:, None]
    spread = (weight * ordered).sum(axis=0) / (m * (m - 1))
    return np.abs(sample - seen).mean(axis=0) - spread
