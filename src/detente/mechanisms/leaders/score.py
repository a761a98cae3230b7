"""Track record of *leaders*: chances of a change of leader in the ten years after an origin.

Coefficients know nothing after the origin. Growth, elections and rivals of each year are those that came:
what is scored is the hazard, one year ahead, not a forecast of the economy. Rivals: the base rate of the
kind of regime, and that rate by years in office (first four years, later).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.leaders import equations as eq
from detente.mechanisms.leaders.fit import design
from detente.mechanisms.leaders.panel import Panel
from detente.mechanisms.logits import newton

AHEAD = 10


def track_record(panel: Panel, origins: tuple[int, ...]) -> list[dict[str, Any]]:
    """One row for each origin: n, log and Brier scores of the model and of both rivals, AUC."""
    rows = []
    for origin in origins:
        known, later = panel.until(origin), panel.take((panel.year > origin) & (panel.year <= origin + AHEAD))
        if not len(later.year):
            continue
        came = later.columns["changed"]
        chances = {
            "ours": eq.hazard(design(later) @ newton(design(known), known.columns["changed"])),
            "regime": rate(known, later, split=False),
            "tenure": rate(known, later, split=True),
        }
        row: dict[str, Any] = {"origin": origin, "n": len(came), "auc": auc(came, chances["ours"])}
        for name, chance in chances.items():
            row[f"log_{name}"] = float(-np.log(np.where(came > 0, chance, 1 - chance)).mean())
            row[f"brier_{name}"] = float(((chance - came) ** 2).mean())
        rows.append(row)
    return rows


def rate(known: Panel, later: Panel, *, split: bool) -> np.ndarray:
    """Share of leaders that changed in such regimes (and early or late in office) up to the origin."""

    def cell(panel: Panel) -> np.ndarray:
        late = (panel.columns["tenure"] >= 4) if split else np.zeros(len(panel.year), dtype=bool)
        return panel.columns["regime"] * 2 + late

    cells = 2 * len(eq.REGIMES)
    seen = np.bincount(cell(known), minlength=cells) + 1.0
    gone = np.bincount(cell(known), weights=known.columns["changed"], minlength=cells) + 0.5
    return (gone / seen)[cell(later)]


def auc(came: np.ndarray, chance: np.ndarray) -> float:
    """Chance that a year with a change is given the higher chance than one without; ties count half."""
    from scipy.stats import rankdata

    ones = came > 0
    ranks = rankdata(chance)
    n, m = int(ones.sum()), int((~ones).sum())
    return float((ranks[ones].sum() - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")
