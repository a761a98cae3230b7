"""Every bid replayed: the chance of consent in each pending year, beside the base rate and standing still.

``leave_one_out`` forecasts each bid from all others; ``rolling`` forecasts the years after an origin from the
record up to it, one year ahead. Rivals: the base rate of consent a year among the bids known, and persistence
(a pending bid stays pending; its chance is held at one in a hundred so that a score by logarithm exists).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from detente.mechanisms.accession.fit import gives_in, upto
from detente.mechanisms.accession.likelihood import Consent, fit_consent
from detente.mechanisms.accession.panel import Case

STILL = 0.01
BOUNDS = (0.001, 0.999)


def leave_one_out(
    cases: Sequence[Case], known: Sequence[Mapping[str, Any]], last: int
) -> list[dict[str, Any]]:
    """Each candidate-year forecast by a fit that has not seen its bid; rows with what came."""
    rates = gives_in(known, last)
    out = []
    for key in sorted({(c.state, c.bid) for c in cases}):
        mine = [c for c in cases if (c.state, c.bid) == key]
        rest = [c for c in cases if (c.state, c.bid) != key]
        fitted = fit_consent(rest, (rates[0].mean, rates[1].mean))
        out += _rows(fitted, mine, rest)
    return out


def rolling(
    cases: Sequence[Case], known: Sequence[Mapping[str, Any]], origin: int, ahead: int
) -> list[dict[str, Any]]:
    """Candidate-years of the ``ahead`` years after ``origin`` by a fit to the record up to it."""
    rates = gives_in(known, origin)
    before = upto(cases, origin)
    after = [c for c in cases if origin < c.year <= origin + ahead]
    if not after:
        return []
    return _rows(fit_consent(before, (rates[0].mean, rates[1].mean)), after, before)


def _rows(fitted: Consent, cases: Iterable[Case], rest: Sequence[Case]) -> list[dict[str, Any]]:
    base = float(np.mean([c.consent for c in rest]))
    return [
        {
            "state": c.state,
            "year": c.year,
            "bid": c.bid,
            "came": c.consent,
            "model": fitted.chance(c),
            "ready": fitted.ready(c),
            "base rate": base,
            "persistence": STILL,
            "last": c.members[int(np.argmin(fitted.votes(c)))],
        }
        for c in cases
    ]


def scores(rows: Sequence[Mapping[str, Any]], method: str) -> dict[str, float]:
    """Brier and logarithmic score of one method, with consents forecast and actual."""
    y = np.array([r["came"] for r in rows], dtype=float)
    p = np.array([r[method] for r in rows]).clip(*BOUNDS)
    log = -np.where(y > 0, np.log(p), np.log1p(-p)).mean()
    return {
        "brier": float(((p - y) ** 2).mean()),
        "log": float(log),
        "forecast": float(p.sum()),
        "actual": float(y.sum()),
        "n": len(rows),
    }


def track_record(data: Mapping[str, Any], origins: Iterable[int], ahead: int = 5) -> list[dict[str, Any]]:
    """Scores of the years after each origin for each bloc and rival."""
    out = []
    for bloc, found in data["panels"].items():
        for origin in origins:
            rows = rolling(found.cases, data["holdouts"], origin, ahead)
            if rows:
                ours = scores(rows, "model")
                out += [
                    {"bloc": bloc, "origin": origin, "rival": r, "ours": ours, "theirs": scores(rows, r)}
                    for r in ("base rate", "persistence")
                ]
    return out
