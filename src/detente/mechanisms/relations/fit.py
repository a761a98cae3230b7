"""Estimation of the three hazards and the sizes of moves, on the panel of all pairs of states.

Logits by Newton's method. The covariance is clustered by pair and by year (Cameron, Gelbach &
Miller 2011), because moves come in blocs: all of a bloc's pairs break, or join, in the same year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from detente.mechanisms.regressions import clustered, joint
from detente.mechanisms.relations import equations
from detente.mechanisms.relations.panel import Panel, dyad_years

FIRST = 1947
VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2020)
TABLES = ("states", "state_year", "peace", "pacts", "contiguity", "distance", "leaders", "blocs")
PSEUDO = 0.5
"""Weight of the half event and the half non-event added for each standing (Jeffreys' rule)."""
RIDGE = 0.01
"""Precision of a normal prior at zero on each coefficient: next to nothing where there are data, and a
wide error (10) instead of a failure for a covariate that never varies."""


def estimate(tables: Mapping[str, Any], until: int, memory_years: float = 10.0) -> dict[str, Any]:
    """One vintage: everything that ``parameters.yaml`` points to, from moves of 1947 … ``until``.

    The climb out of rivalry is estimated twice, with transitions dated by their beginning and by
    their completion (``…_completed``): whether rivalries get easier to end with age hangs on it.
    """
    out = estimate_from(dyad_years(tables, first=FIRST, until=until, memory_years=memory_years))
    late = dyad_years(tables, first=FIRST, until=until, memory_years=memory_years, dated="completed")
    out["climb_rivalry_completed"] = joint(*hazard(late, "climb_rivalry"))
    out["farther_completed"] = sizes(late)["farther"]
    return out


def estimate_from(panel: Panel) -> dict[str, Any]:
    """All estimates that one panel can give."""
    fits = {name: hazard(panel, name) for name in equations.EQUATIONS}
    out = {name: joint(*found) for name, found in fits.items()}
    out |= {"leap": joint(*leap(panel)), **sizes(panel), "entry": entry(panel)}
    out |= {f"season_{n}": season(*counts(panel, n, found[1])) for n, found in fits.items()}
    k = len(equations.STAND_IN)
    means = np.array([panel.stand_in[s] for s in equations.STAND_IN])
    out["stand_in"] = joint(equations.STAND_IN, means, np.zeros((k, k)))
    return out


def at_risk(panel: Panel, equation: str) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Rows at risk of the equation's move, whether it happened, and the covariates' columns.

    Pairs that enter the European Union together are at no risk of a climb from peace: see :func:`entry`.
    """
    standings = equations.EQUATIONS[equation]
    names = [*standings, *equations.CONTINUOUS, *equations.OWN[equation]]
    columns = [equations.COVARIATES.index(n) for n in names]
    rows = panel.covariates[:, columns[: len(standings)]].any(axis=1)
    if equation == "climb_peace":
        rows &= ~panel.entering
    moved = panel.next < panel.level if equation == "fall" else panel.next > panel.level
    return rows, moved[rows].astype(float), columns


def hazard(panel: Panel, equation: str) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Names, means and covariance of one hazard's coefficients."""
    rows, moved, columns = at_risk(panel, equation)
    x = np.ascontiguousarray(panel.covariates[rows][:, columns])
    names = tuple(equations.COVARIATES[c] for c in columns)
    pair = panel.a[rows].astype(np.int64) * 10_000 + panel.b[rows]
    return names, *logit(x, moved, len(equations.EQUATIONS[equation]), (pair, panel.year[rows]))


def entry(panel: Panel) -> dict[str, Any]:
    """Log-odds that a pair that enters the European Union together climbs in that year (Jeffreys' rule)."""
    came = panel.next > panel.level
    mean, variance = _jeffreys(int((panel.entering & came).sum()), int(panel.entering.sum()))
    return {"normal": {"mean": round(mean, 4), "sd": round(variance**0.5, 4)}}


def counts(panel: Panel, equation: str, beta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Moves of each year, and those expected from the hazard's coefficients ``beta``."""
    rows, moved, columns = at_risk(panel, equation)
    due = equations.hazard(panel.covariates[rows][:, columns] @ beta)
    year = panel.year[rows] - panel.year.min()
    return np.bincount(year, moved), np.bincount(year, due)


def usual_upheaval(panel: Panel, beta: np.ndarray) -> float:
    """Log-odds of a fall that the record's upheavals add on average: for years whose own are not known."""
    rows, _, columns = at_risk(panel, "fall")
    x = panel.covariates[rows][:, columns]
    calm = x.copy()
    calm[:, -1] = 0.0
    return float(np.log(equations.hazard(x @ beta).sum() / equations.hazard(calm @ beta).sum()))


def season(seen: np.ndarray, due: np.ndarray) -> dict[str, Any]:
    """Spread of the log rate of whole years beyond what single pairs make, with its error.

    By moments: the variance of a count is its mean + mean² × (exp(spread²) − 1). The error is that of a
    jackknife over years. Never less than 0.1: a short record that shows none is no proof of none.
    """
    extra, weight = (seen - due) ** 2 - due, due**2
    ratio = max(extra.sum() / weight.sum(), 0.01)
    left_out = (extra.sum() - extra) / (weight.sum() - weight)
    error = np.sqrt((len(seen) - 1) * ((left_out - left_out.mean()) ** 2).mean())
    square = np.log1p(ratio)
    sigma = min(error / (2 * (1 + ratio) * square), 0.5)
    return {"lognormal": {"median": round(float(square**0.5), 4), "sigma": round(float(sigma), 4)}}


def leap(panel: Panel) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Whether a climb out of negative peace goes straight to security community."""
    names = ("negative", "uncoded", "joint_democracy", "ideal_distance")
    columns = [equations.COVARIATES.index(n) for n in names]
    rows = (panel.level == 0.5) & (panel.next > 0.5) & ~panel.entering
    x = panel.covariates[rows][:, columns]
    pair = panel.a[rows].astype(np.int64) * 10_000 + panel.b[rows]
    mean, covariance = logit(x, (panel.next[rows] == 1.0).astype(float), 2, (pair, panel.year[rows]))
    return names, mean, covariance


def logit(
    x: np.ndarray, y: np.ndarray, statuses: int, clusters: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (k,) and two-way clustered covariance (k, k) of a logit without intercept.

    The first ``statuses`` columns are dummies. For each that occurs, half an event and half a
    non-event at its mean covariates are added: a standing that has never been left in the record
    (security community) then has a small chance with a wide error, and not none.
    """
    x, y, weight = _with_pseudo(x, y, statuses)
    beta = _newton(x, y, weight)
    p = equations.hazard(x @ beta)
    prior = RIDGE * np.eye(x.shape[1])
    bread = np.linalg.inv((x * (weight * p * (1 - p))[:, None]).T @ x + prior)
    extra = len(weight) - len(clusters[0])
    score = x * (np.sqrt(weight) * (y - p))[:, None]
    own = -np.arange(1, extra + 1)
    meat = prior - score.T @ score
    for cluster in clusters:
        meat += clustered(score, np.concatenate([cluster, own]))
    covariance = bread @ meat @ bread
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return beta, (vectors * values.clip(1e-10)) @ vectors.T


def _with_pseudo(x: np.ndarray, y: np.ndarray, statuses: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = []
    for s in range(statuses):
        at = x[:, s] > 0
        mean = (
            x[at].mean(axis=0)
            if at.any()
            else np.concatenate([np.eye(statuses)[s], x[:, statuses:].mean(axis=0)])
        )
        rows.append(mean)
    added = np.repeat(np.array(rows), 2, axis=0)
    answers = np.tile([1.0, 0.0], statuses)
    weight = np.concatenate([np.ones(len(y)), np.full(2 * statuses, PSEUDO)])
    return np.concatenate([x, added]), np.concatenate([y, answers]), weight


def _newton(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    beta = np.zeros(x.shape[1])
    for _ in range(100):
        p = equations.hazard(x @ beta)
        gradient = x.T @ (weight * (y - p)) - RIDGE * beta
        information = (x * (weight * p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(x.shape[1])
        step = np.linalg.solve(information, gradient)
        beta = beta + step * min(1.0, 2.0 / np.abs(step).max().clip(1e-12))
        if np.abs(step).max() < 1e-8:
            return beta
    raise RuntimeError("the logit of the relations did not converge in 100 Newton steps")


def sizes(panel: Panel) -> dict[str, Any]:
    """Chances that a move goes on one level further, on the logit scale (Jeffreys' rule)."""
    before, after = panel.level, panel.next
    into_rivalry, warm = (before == 0.5) & (after < 0.5), (before >= 0.75) & (after < before)
    severe, lesser = (before == 0) & (after > 0), (before == 0.25) & (after > 0.25)
    further = (
        (
            "deeper",
            ("from_negative", "from_warm"),
            ((into_rivalry, after == 0), (warm, before - after > 0.3)),
        ),
        (
            "farther",
            ("severe_two", "severe_three", "lesser_two"),
            (
                (severe, after >= 0.5),
                (severe & (after >= 0.5), after >= 0.75),
                (lesser, after >= 0.75),
            ),
        ),
    )
    out = {}
    for name, labels, counts in further:
        pairs = [_jeffreys(int((at & on).sum()), int(at.sum())) for at, on in counts]
        mean, variance = np.array(pairs).T
        out[name] = joint(labels, mean, np.diag(variance))
    return out


def _jeffreys(hits: int, trials: int) -> tuple[float, float]:
    """Mean and variance of a logit after ``hits`` of ``trials``, with half a hit and half a miss added."""
    hit, miss = hits + PSEUDO, trials - hits + PSEUDO
    return float(np.log(hit / miss)), 1 / hit + 1 / miss


def vintages(
    tables: Mapping[str, Any], years: Sequence[int] = VINTAGES, memory_years: float = 10.0
) -> dict[int, Any]:
    """Estimates for each cut-off year, each from moves up to that year alone."""
    return {year: estimate(tables, year, memory_years) for year in years}


def write(path: Path, estimates: Mapping[int, Any]) -> None:
    """Write ``estimates.yaml``; the file says how it was made and from what."""
    import yaml

    text = {
        "made_by": "detente fit relations",
        "data": "peace scale 3.1, UNGA ideal points July 2025, V-Dem polyarchy, ATOP 5.1, COW contiguity, "
        "CShapes distances, SIPRI spending and COW capabilities, leaders of Archigos and REIGN, "
        "members of the European Union; moves from 1947 to the vintage's year",
        "vintages": dict(estimates),
    }
    path.write_text(
        yaml.safe_dump(text, sort_keys=False, width=110, default_flow_style=None), encoding="utf-8"
    )
