"""Track record of *arms*: whom buyers bought from in the next five years, foretold from past windows.

Estimates know only windows up to the origin. Two forecasts of each pair's share of the world's deliveries
in the window that follows: *unconditional*, with ties as they were at the origin, and *conditional*, which
is told the pacts, peace levels and embargoes that came. Both are told how much each buyer bought; the rival
is persistence: the buyer divides it as before. The score is the share of deliveries that is put on a wrong
seller.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.arms import mechanism
from detente.mechanisms.arms.panel import Windows
from detente.model.parameter import Joint


def track_record(windows: Windows, origins: tuple[int, ...]) -> list[dict[str, Any]]:
    """One row for each origin with a window after it: misplaced shares of three forecasts."""
    rows = []
    for origin in origins:
        ended = [k for k, last in enumerate(windows.last) if last <= origin]
        if not ended or ended[-1] + 1 >= len(windows.last):
            continue
        k = ended[-1]
        choice = _means(origin)
        told = forecast(windows.share[k], windows.x[k], windows.x[k + 1], choice)
        blind = forecast(windows.share[k], windows.x[k], windows.x[k], choice)
        actual = windows.share[k + 1]
        rows.append(
            {
                "origin": windows.last[k],
                "horizon": windows.last[k + 1] - windows.last[k],
                "n": int((actual > 0).sum()),
                "conditional": misplaced(told, actual),
                "unconditional": misplaced(blind, actual),
                "persistence": misplaced(windows.share[k], actual),
            }
        )
    return rows


def forecast(share: np.ndarray, before: np.ndarray, after: np.ndarray, choice: np.ndarray) -> np.ndarray:
    """Shares (n, n) in the next window: those of the last, moved by what ties have changed."""
    change = ((after - before)[..., 1:] * choice[1:]).sum(axis=-1)
    return share * np.exp(change)


def misplaced(guess: np.ndarray, actual: np.ndarray) -> float:
    """Share of deliveries put on a wrong seller, of buyers that had bought before and bought again."""
    bought, held = actual.sum(axis=0), guess.sum(axis=0)
    both = (bought > 0) & (held > 0)
    scaled = guess[:, both] / held[both] * bought[both]
    return float(np.abs(scaled - actual[:, both]).sum() / 2.0 / actual[:, both].sum())


def _means(origin: int) -> np.ndarray:
    prior = next(q.prior for q in mechanism(origin).parameters if q.name == "arms.choice")
    assert isinstance(prior, Joint)
    return np.array(prior.joint.mean)
