"""How third parties answer when two others draw closer: triads of the record, 1950 to the newest year.

A and B are two of the powers; C is a rival of A (0.25 or below on the peace scale) and not of B. Treated:
A and B
drew closer over the last five years, by a step on the peace scale or by half a point in UN votes. Asked of
the
next five years: does C come nearer to B (wooing, wedging), to A (coming to terms, bandwagoning), to the
others
whom A or B have as rivals (balancing)? Nearer: by ideal points, and by the peace scale. Estimated against
triads
of the same kind whose A and B did not draw closer, with effects of years and the level at the outset, errors
clustered by pair A-B and by C.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from detente.mechanisms.alliances import equations as eq
from detente.mechanisms.alliances.record import Record

POWERS = ("USA", "GBR", "FRA", "DEU", "RUS", "CHN", "JPN", "IND")
SPAN = 5
CLOSER = 0.5
"""Points of the ideal-point scale by which two must draw nearer in five years to count as closer."""
OUTCOMES = (
    "wooing_votes",
    "wooing_peace",
    "terms_votes",
    "terms_peace",
    "balancing_votes",
    "balancing_peace",
)


def triads(known: Record, first: int = 1950, last: int = 2015) -> dict[str, np.ndarray]:
    """One row a triad-year: ``treated``, the outcomes (NaN unknown), their levels at the outset, and who.

    Votes: minus the change of distance in the five years after (positive is nearer). Peace: change of level.
    """
    place = {c: k for k, c in enumerate(known.codes)}
    powers = [place[p] for p in POWERS]
    rows: dict[str, list[Any]] = {}
    for year in range(first, last + 1):
        t = known.at(year)
        if t + SPAN >= len(known.years):
            break
        x, level = known.states["ideal_point"], known.level
        for a in powers:
            for b in powers:
                if a != b and known.alive[t, a] and known.alive[t, b]:
                    _triads_of(rows, known, x, level, t, a, b)
    return {k: np.array(v, dtype=float) for k, v in rows.items()}


def _triads_of(
    rows: dict[str, list[Any]], known: Record, x: np.ndarray, level: np.ndarray, t: int, a: int, b: int
) -> None:
    drew = abs(x[t - SPAN, a] - x[t - SPAN, b]) - abs(x[t, a] - x[t, b]) if t >= SPAN else np.nan
    warmer = level[t, a, b] - level[t - SPAN, a, b] if t >= SPAN else np.nan
    if np.isnan(drew):
        return
    here = known.alive[t] & known.alive[t + SPAN]
    third = here & (level[t, a] <= eq.RIVALRY) & (level[t, b] > eq.RIVALRY)
    third[[a, b]] = False
    foes = (level[t, a] <= eq.RIVALRY) | (level[t, b] <= eq.RIVALRY)
    for c in np.flatnonzero(third):
        others = foes & here
        others[[a, b, c]] = False
        found = {
            "treated": (drew >= CLOSER) or (warmer >= 0.25),
            "ab": min(a, b) * 1000 + max(a, b),
            "a": a,
            "b": b,
            "c": c,
            "year": known.years[t],
        }
        for name, to in (("wooing", [b]), ("terms", [a]), ("balancing", list(np.flatnonzero(others)))):
            gap = [
                abs(x[s, c] - np.nanmean(x[s, to]))
                if np.isfinite(x[t, to]).any() and np.isfinite(x[t + SPAN, to]).any()
                else np.nan
                for s in (t, t + SPAN)
            ]
            peace = [level[s, c, to].mean() if to else np.nan for s in (t, t + SPAN)]
            found |= {f"{name}_votes": gap[0] - gap[1], f"{name}_votes_at": gap[0]}
            found |= {f"{name}_peace": peace[1] - peace[0], f"{name}_peace_at": peace[0]}
        for k, v in found.items():
            rows.setdefault(k, []).append(v)


def answer(panel: dict[str, np.ndarray], outcome: str) -> dict[str, float]:
    """Effect of A and B drawing closer on one outcome: estimate, error, number of triad-years and of
    treated."""
    y, at = panel[outcome], panel[f"{outcome}_at"]
    use = np.isfinite(y) & np.isfinite(at)
    years, place = np.unique(panel["year"][use], return_inverse=True)
    x = np.column_stack([panel["treated"][use], at[use]])
    both = np.column_stack([y[use], x])
    count = np.bincount(place)
    means = np.stack([np.bincount(place, weights=c) / count for c in both.T], axis=1)
    net = both - means[place]
    bread = np.linalg.inv(net[:, 1:].T @ net[:, 1:])
    beta = bread @ (net[:, 1:].T @ net[:, 0])
    score = net[:, 1:] * (net[:, 0] - net[:, 1:] @ beta)[:, None]
    cross = panel["ab"][use] * 1000 + panel["c"][use]
    meat = _sums(score, panel["ab"][use]) + _sums(score, panel["c"][use]) - _sums(score, cross)
    error = float(np.sqrt(max((bread @ meat @ bread)[0, 0], 0.0)))
    return {
        "estimate": float(beta[0]),
        "error": error,
        "n": int(use.sum()),
        "treated": int(panel["treated"][use].sum()),
    }


def _sums(score: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    _, place = np.unique(cluster, return_inverse=True)
    sums = np.stack([np.bincount(place, weights=c) for c in score.T], axis=1)
    return np.asarray(sums.T @ sums)


def answers(panel: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """All outcomes."""
    return {name: answer(panel, name) for name in OUTCOMES}


def cases(known: Record, asked: Sequence[tuple[str, str, str, int]]) -> list[dict[str, Any]]:
    """What happened around a year: for (A, B, C, year) the distances A-B, C-A and C-B five years before,
    then, and
    five years after (or in the newest year), and the peace levels."""
    place = {c: k for k, c in enumerate(known.codes)}
    out = []
    for a, b, c, year in asked:
        times = [known.at(max(year - SPAN, known.years[0])), known.at(year)]
        times.append(min(known.at(year) + SPAN, len(known.years) - 1))
        row: dict[str, Any] = {"a": a, "b": b, "c": c, "year": year}
        x = known.states["ideal_point"]
        for name, (i, j) in {"ab": (a, b), "ca": (c, a), "cb": (c, b)}.items():
            i_, j_ = place[i], place[j]
            row[name] = [float(abs(x[t, i_] - x[t, j_])) for t in times]
            row[name + "_peace"] = [float(known.level[t, i_, j_]) for t in times]
        out.append(row)
    return out
