"""Who enters a war begun by others: entrants told apart from beginners, allies who kept their word."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.conflict.logit import joint
from detente.mechanisms.conflict.panel import Panel

NODES = 31
"""Nodes of the quadrature over the luck of coalitions."""


def wars_begun(panel: Panel) -> dict[tuple[int, int, int], int]:
    """Row of each war that began, by (year, one, other), both ways."""
    at = np.flatnonzero(panel.outcome["war"] > 0)
    return {(int(panel.year[r]), *ends): int(r) for r in at for ends in _both_ways(panel, r)}


def _both_ways(panel: Panel, row: int) -> tuple[tuple[int, int], tuple[int, int]]:
    a, b = int(panel.a[row]), int(panel.b[row])
    return (a, b), (b, a)


def allies(panel: Panel) -> dict[int, dict[int, set[int]]]:
    """Who is bound to whom before each year in which a war began: year, state, its allies."""
    years = np.unique(panel.year[panel.outcome["war"] > 0])
    out: dict[int, dict[int, set[int]]] = {int(y): {} for y in years}
    for r in np.flatnonzero((panel.columns["pact"] > 0) & np.isin(panel.year, years)):
        for one, other in _both_ways(panel, r):
            out[int(panel.year[r])].setdefault(one, set()).add(other)
    return out


def coalition(panel: Panel, chance: np.ndarray) -> np.ndarray:
    """Rows of wars that one side entered when another already fought the same opponent: booleans (row,).

    With a pact or without: the likeliest of the wars against one opponent, of that year or the year
    before, is the one that began.
    """
    begun = wars_begun(panel)
    against: dict[tuple[int, int], list[int]] = {}
    for (year, _, other), row in begun.items():
        against.setdefault((year, other), []).append(row)
    out = np.zeros(len(panel.year), dtype=bool)
    for (year, _, other), row in begun.items():
        rivals = [r for y in (year, year - 1) for r in against.get((y, other), [])]
        out[row] |= any(chance[r] > chance[row] for r in rivals)
    return out


def entering(panel: Panel, chance: np.ndarray, others: np.ndarray) -> dict[str, Any]:
    """Who enters a war begun by others: a logit on the log-odds of its own dispute with the side fought.

    One row for each war begun by itself, each side of it and each third state not bound to the side that it
    would help; it enters if at war with the other in that year or the next. Most wars draw in nobody and a
    few draw in a dozen: each side of a war has a normal luck of its own in the intercept, integrated out
    (maximum likelihood); the third number is the log of its standard deviation.
    """
    begun, bound = wars_begun(panel), allies(panel)
    log_odds, came, side = [], [], []
    for (year, one, foe), row in begun.items():
        if others[row]:
            continue
        friends = bound[year].get(one, set()) - bound[year].get(foe, set())
        for r in np.flatnonzero((panel.year == year) & ((panel.a == foe) | (panel.b == foe))):
            third = int(panel.a[r] + panel.b[r] - foe)
            if third != one and third not in friends:
                log_odds.append(np.log(chance[r] / (1 - chance[r])))
                came.append(float(any((t, third, foe) in begun for t in (year, year + 1))))
                side.append(2 * row + (one < foe))
    _, group = np.unique(side, return_inverse=True)
    mean, errors = coalitions(np.array(log_odds), np.array(came), group)
    return joint(("intercept", "log_odds", "log_spread"), mean, errors)


def coalitions(x: np.ndarray, y: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logit of ``y`` (row,) on ``x`` (row,) with a normal intercept of each group: estimates, covariance.

    Intercept, slope, log standard deviation; Gauss-Hermite quadrature, covariance from the observed
    information. A half-normal prior of standard deviation 3 keeps the spread finite.
    """
    from scipy.optimize import minimize

    z, weight = np.polynomial.hermite_e.hermegauss(NODES)
    weight = np.log(weight / weight.sum())

    def loss(theta: np.ndarray) -> float:
        spread = np.exp(theta[2])
        odds = (theta[0] + theta[1] * x)[:, None] + spread * z
        each = y[:, None] * odds - np.logaddexp(0.0, odds)
        sums = np.zeros((group.max() + 1, len(z)))
        np.add.at(sums, group, each)
        return float(-np.logaddexp.reduce(sums + weight, axis=1).sum() + (spread / 3.0) ** 2 / 2.0)

    tight = {"xatol": 1e-7, "fatol": 1e-9, "maxiter": 5000}
    found = minimize(loss, np.array([-3.0, 0.4, 0.5]), method="Nelder-Mead", options=tight)
    if not found.success:
        raise RuntimeError(f"the likelihood of coalitions did not come to rest: {found.message}")
    return found.x, np.linalg.inv(curvature(loss, found.x))


def curvature(loss: Any, at: np.ndarray, step: float = 1e-3) -> np.ndarray:
    """Second derivatives (k, k) of a function at a point, by central differences."""
    e = np.eye(len(at)) * step
    cells = [
        [loss(at + a + b) - loss(at + a - b) - loss(at - a + b) + loss(at - a - b) for b in e] for a in e
    ]
    return np.array(cells) / (4.0 * step**2)


def kept_word(panel: Panel, others: np.ndarray) -> dict[str, Any]:
    """How often allies of either side of a war begun by itself entered it, that year or the next.

    ``honour_record``: the share of sides with allies of whom at least one came. ``follow``: the share of
    the rest that came where one did. Who was attacked is not told apart: of the two sides' allies those of
    the attacked are the ones who owe, so the first is a low reading. Errors over wars; half a case added
    to both sides of each count.
    """
    begun, bound = wars_begun(panel), allies(panel)
    owed, came = [], []
    for (year, one, other), row in begun.items():
        friends = bound[year].get(one, set()) - bound[year].get(other, set()) - {other}
        if not others[row] and friends:
            owed.append(len(friends))
            came.append(sum((y, f, other) in begun for f in friends for y in (year, year + 1) if f != one))
    due, kept = np.array(owed, dtype=float), np.minimum(np.array(came, dtype=float), owed)
    helped = kept > 0
    rate = (helped.sum() + 0.5) / (len(due) + 1.0)
    rest, came_too = (due - 1)[helped], (kept - 1)[helped]
    share = (came_too.sum() + 0.5) / (rest.sum() + 1.0)
    spread = np.sqrt(((came_too - share * rest) ** 2).sum()) / (rest.sum() + 1.0)
    error = (rate * (1 - rate) / (len(due) + 1.0)) ** 0.5
    return {
        "honour_record": {"normal": {"mean": round(float(rate), 4), "sd": round(float(error), 4)}},
        "follow": {"normal": {"mean": round(float(share), 4), "sd": round(max(float(spread), 0.01), 4)}},
    }
