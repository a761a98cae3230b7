"""Every bid replayed: the chance of consent in each pending year, beside the base rate and standing still.

``leave_one_out`` forecasts each bid from all others; ``rolling`` forecasts the years after an origin from the
record up to it, one year ahead. Rivals: the base rate of consent a year among the bids known, and persistence
(a pending bid stays pending; its chance is held at one in a hundred so that a score by logarithm exists).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from detente.mechanisms.accession import equations as eq
from detente.mechanisms.accession.fit import rate, upto
from detente.mechanisms.accession.holdouts import Rate
from detente.mechanisms.accession.likelihood import TERMS, VOTES, Consent, fit_consent
from detente.mechanisms.accession.panel import Case
from detente.model.chance import Chance

STILL = 0.01
BOUNDS = (0.001, 0.999)
DRAWS = 400
"""Draws of the parameters over which a forecast is the mean, as the engine draws them."""
Known = Sequence[Mapping[str, Any]]


def leave_one_out(
    cases: Sequence[Case], known: Known, last: int, other: Sequence[Case] = ()
) -> list[dict[str, Any]]:
    """Each candidate-year forecast by a fit that has not seen its bid nor its holdouts; rows with what came.

    ``other``: cases of the other bloc, which the fit may learn from.
    """
    out = []
    for key in sorted({(c.state, c.bid) for c in cases}):
        mine = [c for c in cases if (c.state, c.bid) == key]
        rest = [c for c in cases if (c.state, c.bid) != key]
        spells = [h for h in known if (h["bloc"], h["state"]) != (mine[0].bloc, key[0])]
        out += _rows(fit_consent(rest, other), rate(spells, last), mine, rest)
    return out


def rolling(
    cases: Sequence[Case], known: Known, origin: int, ahead: int, other: Sequence[Case] = ()
) -> list[dict[str, Any]]:
    """Candidate-years of the ``ahead`` years after ``origin`` by a fit to the record up to it."""
    before = upto(cases, origin)
    after = [c for c in cases if origin < c.year <= origin + ahead]
    if not after:
        return []
    return _rows(fit_consent(before, upto(other, origin)), rate(known, origin), after, before)


def _rows(fitted: Consent, gives: Rate, cases: Iterable[Case], rest: Sequence[Case]) -> list[dict[str, Any]]:
    base = float(np.mean([c.consent for c in rest]))
    return [
        {
            "state": c.state,
            "year": c.year,
            "bid": c.bid,
            "came": c.consent,
            "model": predictive(fitted, gives, c),
            "ready": fitted.ready(c),
            "base rate": base,
            "persistence": STILL,
            "last": c.members[int(np.argmin(fitted.votes(c, gives)))],
        }
        for c in cases
    ]


def predictive(fitted: Consent, gives: Rate, case: Case, draws: int = DRAWS) -> float:
    """Chance of consent, the mean over draws of all parameters."""
    from scipy.special import ndtri

    k, n = len(eq.VOTE), len(case.members)
    z = ndtri(Chance(1).row("score", range(draws), 0, TERMS + len(gives.beta) + n))
    beta = fitted.beta + z[:, :TERMS] @ _root(fitted.covariance).T
    slow = gives.beta + z[:, TERMS : TERMS + len(gives.beta)] @ _root(gives.covariance).T
    place = {m: j for j, m in enumerate(fitted.members)}
    at = np.array([place.get(m, -1) for m in case.members])
    own, sd = (np.append(v, fill)[at] for v, fill in ((fitted.own, 0.0), (fitted.own_sd, fitted.spread)))
    x = eq.standard(case.x, fitted.centre[:k], fitted.scale[:k])
    yes = eq.chance(beta[:, :1] + beta[:, 1:VOTES] @ x.T + own + sd * z[:, -n:])
    held = {h.member: h for h in case.held}
    chance = np.prod(yes[:, [m not in held for m in case.members]], axis=1)
    for quarrel in {h.quarrel for h in case.held}:
        mine = [
            Rate(slow.T, gives.covariance).of(h.kind, h.years, len(held) - 1)
            for h in case.held
            if h.quarrel == quarrel
        ]
        chance = chance * np.mean(mine, axis=0)
    r = eq.standard(case.r, fitted.centre[k:], fitted.scale[k:])
    return float((chance * eq.chance(beta[:, VOTES] + beta[:, VOTES + 1 :] @ r)).mean())


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(values.clip(0.0)))


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
        other = others(data, bloc)
        for origin in origins:
            rows = rolling(found.cases, data["holdouts"], origin, ahead, other)
            if rows:
                ours = scores(rows, "model")
                out += [
                    {"bloc": bloc, "origin": origin, "rival": r, "ours": ours, "theirs": scores(rows, r)}
                    for r in ("base rate", "persistence")
                ]
    return out


def others(data: Mapping[str, Any], bloc: str) -> list[Case]:
    """Cases of the blocs beside one."""
    return [c for b, found in data["panels"].items() if b != bloc for c in found.cases]
