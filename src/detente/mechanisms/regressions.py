"""What the fits of mechanisms share: fixed effects taken out, sums by cluster, estimates as written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml


def demeaned(values: np.ndarray, *groups: np.ndarray) -> np.ndarray:
    """Columns (row, k) net of the means of every group, by turns until nothing moves.

    ``groups`` hold one number a row, from 0 on: the within transformation of fixed effects.
    """
    out = values - values.mean(axis=0)
    counts = [np.maximum(np.bincount(g).astype(float), 1.0) for g in groups]
    for _ in range(200):
        moved = 0.0
        for g, count in zip(groups, counts, strict=True):
            sums = np.stack([np.bincount(g, weights=column) for column in out.T], axis=1)
            shift = (sums / count[:, None])[g]
            out, moved = out - shift, max(moved, float(np.abs(shift).max()))
        if moved < 1e-9:
            break
    return out


def clustered(score: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """Outer products (k, k) of the scores (row, k) summed within each cluster: the meat of a sandwich."""
    _, place = np.unique(cluster, return_inverse=True)
    sums = np.stack([np.bincount(place, weights=column) for column in score.T], axis=1)
    return sums.T @ sums


def joint(names: Iterable[str], mean: np.ndarray, covariance: np.ndarray, digits: int = 6) -> dict[str, Any]:
    """Estimates as the document that ``parameter.Joint`` reads, rounded to significant ``digits``."""

    def short(value: float) -> float:
        return float(f"{value:.{digits}g}")

    square = np.atleast_2d(covariance)
    rows = [[short(v) for v in row] for row in (square + square.T) / 2]
    return {"joint": {"names": list(names), "mean": [short(v) for v in mean], "covariance": rows}}


def write_estimates(folder: Path, data: str, vintages: Mapping[int, Any]) -> Path:
    """Write ``estimates.yaml`` of the mechanism in ``folder``: made how, from which data, each vintage."""
    document = {"made_by": f"detente fit {folder.name}", "data": data, "vintages": dict(vintages)}
    text = yaml.safe_dump(document, sort_keys=False, width=110, default_flow_style=None)
    target = folder / "estimates.yaml"
    target.write_text(text, encoding="utf-8")
    return target
