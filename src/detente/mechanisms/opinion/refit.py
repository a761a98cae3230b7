"""Refit every vintage: ``detente fit opinion``. Writes ``estimates.yaml`` and where each start finds views.

The second file, ``data/curated/opinion_start.parquet``, holds for every start year since the surveys began
the
filtered view of every pair and the level to which it returns, as the newest vintage then had them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from detente.mechanisms.opinion import equations as eq
from detente.mechanisms.opinion import fit
from detente.mechanisms.opinion.panel import TARGETS, Surveys, circumstances, surveys
from detente.mechanisms.regressions import joint

VINTAGES = (2010, 2014, 2018, 2023)
NOTHING = 1990
"""Vintage of those who had no surveys: coefficients around nought with wide errors."""
NEWEST = 2024
IMPUTED = ("USA", "CHN", "RUS")
THEORIES = ("old", "lower")
Fits = dict[str, fit.Fit]


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on surveys up to its year; write both files."""
    here = Path(__file__).parent
    favourability = table("favourability")
    found: dict[int, Fits] = {}
    vintages: dict[int, Any] = {NOTHING: unknowing()}
    for until in VINTAGES:
        data = surveys(favourability, until)
        seen = circumstances(table, data.pairs, until)
        found[until] = {theory: fit.estimate(data, seen, theory)[0] for theory in THEORIES}
        vintages[until] = written(found[until], *age_gaps(favourability, until))
    starts(table, found).write_parquet(
        here.parents[1] / "data" / "curated" / "opinion_start.parquet", compression="zstd"
    )
    body = {
        "made_by": "detente fit opinion",
        "data": "Pew Global Attitudes (derived shares), peace scale, UN votes, ATOP, GSDB, MID, UCDP",
        "vintages": vintages,
    }
    target = here / "estimates.yaml"
    text = yaml.safe_dump(body, sort_keys=False, width=110, default_flow_style=None)
    target.write_text(text, encoding="utf-8")
    return target


def written(found: Fits, gaps: np.ndarray, errors: np.ndarray) -> dict[str, Any]:
    """One vintage in the form of ``estimates.yaml``."""
    out: dict[str, Any] = {"age_gap": joint(TARGETS, gaps, np.diag(errors**2))}
    for theory, one in found.items():
        out[f"effects_{theory}"] = fit.document(one)
        out[f"keep_{theory}"] = {
            "normal": {"mean": round(one.noise["keep"], 4), "sd": round(one.keep_error, 4)}
        }
        out[f"log_likelihood_{theory}"] = {"fixed": round(one.likelihood, 2)}
    old = found["old"].noise
    return out | {k: {"fixed": round(old[k], 4)} for k in ("own", "common", "house", "spread")}


def unknowing() -> dict[str, Any]:
    """What is known without a survey: next to nothing."""
    names = (*eq.STANDING, *eq.EVENTS)
    wide = joint(names, np.zeros(len(names)), np.eye(len(names)) * 0.25)
    blank = joint(TARGETS, np.zeros(len(TARGETS)), np.eye(len(TARGETS)) * 0.09)
    out: dict[str, Any] = {"age_gap": blank}
    for theory in THEORIES:
        out |= {f"effects_{theory}": wide, f"keep_{theory}": {"normal": {"mean": 0.7, "sd": 0.1}}}
        out[f"log_likelihood_{theory}"] = {"fixed": 0.0}
    return out | {
        "own": {"fixed": 0.3},
        "common": {"fixed": 0.3},
        "house": {"fixed": 0.2},
        "spread": {"fixed": 0.7},
    }


def age_gaps(favourability: Any, until: int) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds of a favourable view under 35 less those from 60 on: mean over publics, and error, by
    target.
    """
    rows = favourability.filter(favourability["year"] <= until).drop_nulls(["young", "old"])
    rows = rows.filter((rows["n_young"] >= 50) & (rows["n_old"] >= 50))
    gaps, errors = np.zeros(len(TARGETS)), np.full(len(TARGETS), 0.3)
    for k, name in enumerate(TARGETS):
        own = rows.filter((rows["target"] == name) & (rows["state"] != name))
        by_public: dict[str, list[float]] = {}
        for state, young, old in own.select("state", "young", "old").iter_rows():
            gap = float(eq.log_odds(np.array(young)) - eq.log_odds(np.array(old)))
            by_public.setdefault(state, []).append(gap)
        means = np.array([np.mean(v) for v in by_public.values()])
        if len(means) >= 5:
            gaps[k], errors[k] = means.mean(), means.std(ddof=1) / np.sqrt(len(means))
    return gaps, errors


def starts(table: Callable[[str], Any], found: dict[int, Fits]) -> Any:
    """Views at the end of every year since the first vintage: year, state, target, view, norms, sd,
    surveyed.
    """
    import polars as pl

    states = [s for s, end in table("states").select("state", "end_year").iter_rows() if end is None]
    more = tuple((s, t) for t in IMPUTED for s in states if s != t)
    parts = []
    for year in range(min(found), NEWEST + 1):
        fits = found[max(v for v in found if v <= year)]
        data = surveys(table("favourability"), year, more)
        parts.append(_year(table, fits, data, year))
    return pl.concat(parts)


def _year(table: Callable[[str], Any], fits: Fits, data: Surveys, year: int) -> Any:
    import polars as pl

    seen = circumstances(table, data.pairs, year)
    wanted = (np.arange(len(data.pairs)), np.full(len(data.pairs), year))
    view, variance = fit.predicted(fits["old"], data, seen, "old", wanted)
    norms = {f"norm_{t}": fit.predicted(fits[t], data, seen, t, wanted, lasting=True)[0] for t in THEORIES}
    asked = set(data.pair.tolist())
    return pl.DataFrame(
        {
            "year": np.full(len(view), year, dtype=np.int16),
            "state": [s for s, _ in data.pairs],
            "target": [t for _, t in data.pairs],
            "view": view.round(3).astype(np.float32),
            "sd": np.sqrt(variance).round(3).astype(np.float32),
            **{k: v.round(3).astype(np.float32) for k, v in norms.items()},
            "surveyed": [k in asked for k in range(len(view))],
        }
    )
