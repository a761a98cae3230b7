"""Out-of-time scores of the onset of disputes: fitted to data up to a year, one year ahead after it.

Each year's covariates are those of the year before; coefficients never see a later year. The drift of the
rate is that of the last five years before the year forecast, as the engine has it at its start. Rivals: the
base rate, whether the two had a dispute last year, and a logit of rivalry, land border and peace years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.conflict import equations
from detente.mechanisms.conflict.fit import PSEUDO, WINDOW, yearly
from detente.mechanisms.conflict.logit import newton
from detente.mechanisms.conflict.panel import Panel

RELATIONS = ("severe", "lesser", "warm", "coded", "rival_km")
"""Terms that rest on the peace scale."""
HINDSIGHT = ("claim",)
"""Terms that no score may use: the list of claims was made by people who knew what came of them."""
TERMS = tuple(t for t in equations.TERMS if t not in HINDSIGHT)


@dataclass(frozen=True)
class Forecast:
    """Pair-years after ``origin`` with what came and each method's chance; arrays (row,)."""

    origin: int
    year: np.ndarray
    onset: np.ndarray
    chance: Mapping[str, np.ndarray]
    at_risk: np.ndarray
    """Not those in which an old dispute went on and none began."""


def forecasts(panel: Panel, origin: int, last: int) -> Forecast:
    """Chances of the years after ``origin`` up to ``last`` by the model, without drift, and by the rivals."""
    known, later = panel.take(panel.year <= origin), panel.take((panel.year > origin) & (panel.year <= last))
    stand_in = known.stand_in()
    x, y = known.design(stand_in, TERMS), known.outcome["onset"]
    after = later.design(stand_in, TERMS)
    beta = newton(x, y)
    raw = equations.hazard(after @ beta)
    history = yearly(known.year, y, equations.hazard(x @ beta))
    came = later.outcome["onset"]
    history |= yearly(later.year, came, raw)
    drifts = {int(t): drift_before(history, int(t)) for t in np.unique(later.year)}
    factor = np.exp(np.array([drifts[int(t)] for t in later.year]))
    quiet_x, quiet_after = simple(known), simple(later)
    busy = known.columns["peace_years"] == 0
    rates = [y[busy == state].mean() for state in (False, True)]
    chance = {
        "model": raw * factor / (1 - raw + raw * factor),
        "model without drift": raw,
        "base rate": np.full(len(came), y.mean()),
        "persistence": np.where(later.columns["peace_years"] == 0, rates[1], rates[0]),
        "rivalry, border, peace years": equations.hazard(quiet_after @ newton(quiet_x, y)),
    }
    return Forecast(origin, later.year, came, chance, at_risk(later))


def at_risk(panel: Panel) -> np.ndarray:
    """Rows in which a dispute begins or none goes on: booleans (row,).

    The convention of the literature on onsets (years of an old dispute are dropped; Bennett and Stam 2000).
    """
    return (panel.outcome["onset"] > 0) | ~(panel.outcome["going"] > 0)


def drift_before(history: Mapping[int, tuple[float, float]], year: int) -> float:
    """Log ratio of onsets to expected onsets in the five years before ``year``."""
    told = [history[t] for t in range(year - WINDOW, year) if t in history]
    seen, due = (sum(v[k] for v in told) + PSEUDO for k in (0, 1))
    return float(np.log(seen / due))


def simple(panel: Panel) -> np.ndarray:
    """Design of the simplest serious rival: rivalry, land border, and a cubic of peace years."""
    steps = np.floor(panel.columns["level"] * 4 + 0.5)
    years = panel.columns["peace_years"].astype(float).clip(0, 100) / 10
    columns = (np.ones(len(years)), steps == 0, steps == 1, panel.columns["land"], years, years**2, years**3)
    return np.stack([np.asarray(c, dtype=float) for c in columns], axis=1)


def auc(y: np.ndarray, p: np.ndarray) -> float:
    """Chance that a pair-year with an onset is given the higher chance than one without; ties count half."""
    from scipy.stats import rankdata

    ones = y > 0
    n, m = int(ones.sum()), int((~ones).sum())
    return float((rankdata(p)[ones].sum() - n * (n + 1) / 2) / (n * m))


def average_precision(y: np.ndarray, p: np.ndarray) -> float:
    """Mean precision over the recall levels, rows of equal chance taken together."""
    order = np.argsort(-p, kind="stable")
    last = np.append(np.flatnonzero(np.diff(p[order])), len(p) - 1)
    hits = np.cumsum(y[order])[last]
    precision = hits / (last + 1.0)
    return float((precision * np.diff(np.append(0.0, hits / hits[-1]))).sum())


def brier(y: np.ndarray, p: np.ndarray) -> float:
    """Mean squared error of chances."""
    return float(((p - y) ** 2).mean())


def log_score(y: np.ndarray, p: np.ndarray) -> float:
    """Mean of minus the log of the chance given to what came."""
    return float(-(y * np.log(p) + (1 - y) * np.log1p(-p)).mean())


def scores(y: np.ndarray, p: np.ndarray) -> dict[str, float]:
    """All scores of one set of chances, with onsets forecast and actual."""
    return {
        "auc": auc(y, p),
        "ap": average_precision(y, p),
        "brier": brier(y, p),
        "log": log_score(y, p),
        "forecast": float(p.sum()),
        "actual": float(y.sum()),
        "n": len(y),
    }


def reliability(y: np.ndarray, p: np.ndarray, bins: int = 10) -> list[dict[str, float]]:
    """Forecast and actual onsets in bins of equal size, lowest chances first."""
    return [
        {
            "n": len(rows),
            "mean": float(p[rows].mean()),
            "forecast": float(p[rows].sum()),
            "actual": float(y[rows].sum()),
        }
        for rows in np.array_split(np.argsort(p, kind="stable"), bins)
    ]


def panel_of(tables: Any) -> Panel:
    """The panel of all years on record from the bundle's own tables (peace scale as coded)."""
    from detente.mechanisms.conflict import record
    from detente.mechanisms.conflict.panel import dyad_years

    names = [n for n in record.TABLES if n != "levels"]
    return dyad_years({n: tables(n) for n in names} | {"levels": tables("peace")})


def track_record(panel: Panel, origins: Iterable[int], ahead: int = 5) -> list[dict[str, Any]]:
    """Scores of the years after each origin, one year ahead: one row for each origin and rival."""
    newest, out = int(panel.year.max()), []
    for origin in origins:
        if origin < newest:
            cast = forecasts(panel, origin, min(origin + ahead, newest))
            ours = scores(cast.onset, cast.chance["model"])
            for rival, p in cast.chance.items():
                if rival != "model":
                    out.append(
                        {"origin": origin, "rival": rival, "ours": ours, "theirs": scores(cast.onset, p)}
                    )
    return out


def without(panel: Panel, origin: int, last: int, terms: Sequence[str]) -> np.ndarray:
    """Chances of the model fitted without ``terms`` (no drift)."""
    known, later = panel.take(panel.year <= origin), panel.take((panel.year > origin) & (panel.year <= last))
    stand_in = known.stand_in()
    kept = [t for t in TERMS if t not in terms]
    beta = newton(known.design(stand_in, kept), known.outcome["onset"])
    return equations.hazard(later.design(stand_in, kept) @ beta)
