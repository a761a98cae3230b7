"""Out-of-time scores: fitted to a past year, chances of the five years after it, one year ahead.

Rivals: the base rate of the fifteen years before the origin, and no change at all (Brier score only, since a
chance of nought that errs has no logarithm).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from detente.mechanisms.alliances import equations as eq
from detente.mechanisms.alliances import fit
from detente.mechanisms.alliances.record import LAST, record

AHEAD = 5


def track_record(table: Callable[[str], Any], origins: Iterable[int]) -> list[dict[str, Any]]:
    """One row an origin and kind of event: n, events, log scores and Brier scores of model and rivals.

    Kinds: treaties of two made and ended, members that leave, bodies dissolved. Scores are per thousand rows.
    """
    known = record(table)
    pairs, bodies = fit.pair_panel(known, LAST), fit.body_panel(known, LAST)
    out = []
    for origin in origins:
        if origin < LAST:
            for kind, panel in panels(pairs, bodies, origin).items():
                row = compared(*panel, origin, drifting=kind in ("made", "ended"))
                out.append({"origin": origin, "kind": kind, **row})
    return out


def panels(
    pairs: dict[str, np.ndarray], bodies: tuple[dict[str, np.ndarray], ...], origin: int
) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Design, outcome and year of each kind of event; stand-ins from what was known at the origin."""
    x = fit.filled(pairs["x"], fit.stand_ins(pairs["x"][pairs["year"] <= origin]))
    free, bound, k = ~pairs["pact"], pairs["two"], len(eq.ENDED)
    return {
        "made": (x[free], pairs["made"][free].astype(float), pairs["year"][free]),
        "ended": (x[bound][:, :k], pairs["ended"][bound].astype(float), pairs["year"][bound]),
        "leaves": (bodies[0]["x"], bodies[0]["y"], bodies[0]["year"]),
        "dissolved": (bodies[1]["x"], bodies[1]["y"], bodies[1]["year"]),
    }


def compared(x: np.ndarray, y: np.ndarray, year: np.ndarray, origin: int, drifting: bool) -> dict[str, Any]:
    """Scores of one kind of event from one origin."""
    known, later = year <= origin, (year > origin) & (year <= origin + AHEAD)
    beta, _ = fit.logit(x[known], y[known])
    odds = x[later] @ beta
    recent = year > origin - fit.WINDOW
    base = (y[known & recent].sum() + fit.PSEUDO) / ((known & recent).sum() + 1)
    if drifting:
        due = eq.chance(x[known & recent] @ beta).sum() + fit.PSEUDO
        odds = odds + np.log((y[known & recent].sum() + fit.PSEUDO) / due)
    ours, seen = eq.chance(odds), y[later]
    flat = np.full(len(seen), base)
    return {
        "n": int(later.sum()),
        "events": int(seen.sum()),
        "forecast": float(ours.sum()),
        "log_ours": log_score(ours, seen),
        "log_base": log_score(flat, seen),
        "brier_ours": 1000 * float(((ours - seen) ** 2).mean()),
        "brier_none": 1000 * float((seen**2).mean()),
    }


def log_score(p: np.ndarray, y: np.ndarray) -> float:
    """Minus the mean log probability, per thousand rows."""
    return -1000 * float((y * np.log(p) + (1 - y) * np.log1p(-p)).mean())
