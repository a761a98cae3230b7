"""Estimation: how often claims on territory are settled in peace, and how often disputes between claimants
flare up over the land.

Claims of one state on another that overlap in time count as one, as in the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.logits import covariance, hazard, newton
from detente.mechanisms.regressions import joint
from detente.mechanisms.territory import equations as eq
from detente.mechanisms.territory.record import LAST, Record, claim_years

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2017)
RIDGE = 1.0
"""Precision of a normal prior at nought on each coefficient but the intercept: few claims end."""
FLARES_TO = 2014
FEW = ("intercept", "log_age", "pact")
"""Terms of the theory that age and a pact tell enough: best of eight sets on 1966-90 from 1965 and from
1975."""


@dataclass(frozen=True)
class Hazard:
    """A logit: coefficients in the order of the terms, covariance, means for unknown terms."""

    mean: np.ndarray
    covariance: np.ndarray
    stand_in: np.ndarray


def filled(record: Record, stand_in: np.ndarray) -> np.ndarray:
    """The terms (row, k), unknown ones replaced by ``stand_in``."""
    x = record.known.copy()
    for name, value in zip(eq.STAND_IN, stand_in, strict=True):
        column = x[:, eq.COVARIATES.index(name)]
        column[np.isnan(column)] = value
    return x


def settlement(record: Record, terms: Iterable[str] = eq.COVARIATES) -> Hazard:
    """Chance in log-odds a year that a claim is settled in peace; errors clustered by pair and by year.

    Terms that are not named stay at nought. Years of war or of a state's end just end the watching.
    """
    means = np.array([np.nanmean(record.known[:, eq.COVARIATES.index(n)]) for n in eq.STAND_IN])
    at = [eq.COVARIATES.index(n) for n in terms]
    x = filled(record, means)[:, at]
    # The prior is on differences: columns are centred, and the intercept set back afterwards.
    centre = np.where(np.array(at) == 0, 0.0, x.mean(axis=0))
    beta = newton(x - centre, record.settled, ridge=RIDGE)
    spread = covariance(x - centre, record.settled, beta, (record.pair, record.year), ridge=RIDGE)
    back = np.eye(len(at))
    back[0] -= centre
    mean, cover = np.zeros(len(eq.COVARIATES)), np.zeros((len(eq.COVARIATES),) * 2)
    mean[at], cover[np.ix_(at, at)] = back @ beta, back @ spread @ back.T
    return Hazard(mean, cover, means)


def chance(found: Hazard, record: Record) -> np.ndarray:
    """Chances of the record's rows."""
    return hazard(filled(record, found.stand_in) @ found.mean)


def flares(table: Callable[[str], Any], record: Record, until: int) -> dict[str, Any]:
    """Share of new disputes between two with a standing claim that are over territory (half a case to both
    sides)."""
    stop = min(until, FLARES_TO)
    land = table("territorial_disputes")
    over = _keys(land.filter(land["onset"]).select("a", "b", "year").iter_rows())
    quarrels = table("disputes")
    mid = quarrels.filter(quarrels["onset"] & (quarrels["measure"] == "mid"))
    begun = _keys(mid.select("a", "b", "year").iter_rows())
    rows = zip(record.claimant, record.holder, record.year, strict=True)
    stands = _keys((a, b, int(y)) for a, b, y in rows if y <= stop)
    seen = stands & (begun | over)
    yes = len(seen & over)
    share = (yes + 0.5) / (len(seen) + 1.0)
    error = (share * (1 - share) / (len(seen) + 1.0)) ** 0.5
    return {"normal": {"mean": round(share, 4), "sd": round(error, 4)}}


def _keys(rows: Iterable[tuple[str, str, int]]) -> set[tuple[str, str, int]]:
    return {(min(a, b), max(a, b), int(y)) for a, b, y in rows}


def estimates(table: Callable[[str], Any], until: int) -> dict[str, Any]:
    """One vintage, as in ``estimates.yaml``."""
    record = claim_years(table, min(until, LAST))
    found = settlement(record)
    few = settlement(record, FEW)
    still = joint(eq.STAND_IN, found.stand_in, np.zeros((len(eq.STAND_IN),) * 2))
    return {
        "settles_age": joint(eq.COVARIATES, few.mean, few.covariance),
        "settles_relations": joint(eq.COVARIATES, found.mean, found.covariance),
        "stand_in": still,
        "flares": flares(table, record, until),
    }
