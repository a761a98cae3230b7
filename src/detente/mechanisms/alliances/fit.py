"""Estimation: pacts of two made and ended, members that leave, bodies that are dissolved.

Logits by Newton's method with a weak normal prior (the events are few: some fifty of each kind, and two dozen
exits), and a covariance clustered by pair (or body) and by year.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from detente.mechanisms.alliances import equations as eq
from detente.mechanisms.alliances.record import Record
from detente.mechanisms.regressions import joint

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2024)
PRIOR_SD = 2.0
"""Width of the normal prior around nought on every coefficient but the intercept, in log-odds."""
WINDOW = 15
"""Years before the vintage whose pacts set the present rate of making them."""
PSEUDO = 0.5
BODIES = {"nato": 3180, "csto": 4220}
"""ATOP's numbers of the bodies whose members the engine follows."""


def pair_rows(known: Record, year: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs i < j that exist in ``year`` and the year before, with their covariates of the year before.

    The matrix has :data:`equations.PAIR` behind an intercept, then ``shared_ally`` and ``new_state``; NaN
    where unknown.
    """
    t = known.at(year)
    i, j = np.triu_indices(len(known.codes), 1)
    here = (known.alive[t] & known.alive[t - 1])[i] & (known.alive[t] & known.alive[t - 1])[j]
    i, j = i[here], j[here]
    level = known.level[t - 1]
    rivals = level <= eq.RIVALRY
    state = {k: (v[t - 1][i], v[t - 1][j]) for k, v in known.states.items()}
    x = eq.pair_covariates(
        level=level[i, j],
        shared_rival=_common(rivals)[i, j],
        ideal=state["ideal_point"],
        polyarchy=state["polyarchy"],
        log_power=state["log_power"],
        land=known.land[i, j],
        log_km=known.log_km[i, j],
        stand_in=dict.fromkeys(eq.STAND_IN, np.nan),
    )
    young = np.minimum(known.age[t][i], known.age[t][j]) <= 5
    more = [_common(known.pact[t - 1])[i, j], young]
    return i, j, np.column_stack([x, *more])


def _common(matrix: np.ndarray) -> np.ndarray:
    square = matrix.astype(np.float32)
    return (square @ square.T) > 0


def pair_panel(known: Record, until: int) -> dict[str, np.ndarray]:
    """All pair-years up to ``until``: x, pact (the year before), two (likewise), made, ended, pair, year.

    ``made``: a treaty of these two alone is in force, and the year before no pact bound them.
    ``ended``: the treaty of two ended and no other binds them.
    """
    parts: dict[str, list[np.ndarray]] = {}
    for year in range(known.years[0] + 1, until + 1):
        t = known.at(year)
        i, j, x = pair_rows(known, year)
        was, is_two = known.pact[t - 1][i, j], known.two[t][i, j]
        alone = known.two[t - 1][i, j] & ~known.many[t - 1][i, j]
        row = {
            "x": x,
            "pact": was,
            "two": alone,
            "made": is_two & ~was,
            "ended": alone & ~known.pact[t][i, j],
            "pair": i * 1000 + j,
            "year": np.full(len(i), year),
        }
        for k, v in row.items():
            parts.setdefault(k, []).append(v)
    return {k: np.concatenate(v) for k, v in parts.items()}


def stand_ins(x: np.ndarray) -> dict[str, float]:
    """Means of the covariates that may be unknown."""
    at = {name: 1 + eq.PAIR.index(name) for name in eq.STAND_IN}
    return {name: float(np.nanmean(x[:, k])) for name, k in at.items()}


def filled(x: np.ndarray, stand_in: dict[str, float]) -> np.ndarray:
    """The matrix with stand-ins for what is unknown."""
    out = x.copy()
    for name, value in stand_in.items():
        column = out[:, 1 + eq.PAIR.index(name)]
        column[np.isnan(column)] = value
    return out


def body_panel(known: Record, until: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Member-years (x, left) and body-years (x, gone) of all treaties of three or more.

    A member left if it still exists, is out, and at least two members stay; a body is gone when fewer than
    two of its members that still exist are bound.
    """
    members: dict[str, list[Any]] = {"x": [], "y": [], "group": [], "year": []}
    whole: dict[str, list[Any]] = {"x": [], "y": [], "group": [], "year": []}
    for body in known.bodies:
        for year in range(known.years[0] + 1, until + 1):
            t = known.at(year)
            before, after = body.members[t - 1] & known.alive[t], body.members[t]
            if before.sum() < 2:
                continue
            shared = {
                "position": known.states["ideal_point"][t - 1],
                "democracy": known.states["polyarchy"][t - 1],
                "level": known.level[t - 1],
            }
            gone = (before & after).sum() < 2
            _add(
                whole, eq.body_covariates(members=before, **shared)[None], np.array([gone]), body.atopid, year
            )
            if not gone:
                who = np.flatnonzero(before)
                circle = eq.pairs_of(before)[who]
                x = eq.member_covariates(
                    log_power=known.states["log_power"][t - 1], circle=circle, who=who, **shared
                )
                _add(members, x, ~after[who], body.atopid, year)
    return _joined(members), _joined(whole)


def circle_panel(known: Record, until: int) -> dict[str, np.ndarray]:
    """State-years (x, y) of states with allies by treaties of many other than NATO's and the CSTO's.

    The event: it loses half or more of these allies, those that ceased to exist not counted. Members of
    several such treaties seldom lose all at one exit, so departures from one treaty cannot stand for it.
    """
    out: dict[str, list[Any]] = {"x": [], "y": [], "group": [], "year": []}
    others = [b for b in known.bodies if b.atopid not in BODIES.values()]
    for year in range(known.years[0] + 1, until + 1):
        t = known.at(year)
        circle, after = (
            np.any([eq.pairs_of(b.members[s] & known.alive[t]) for b in others], axis=0) for s in (t - 1, t)
        )
        who = np.flatnonzero(circle.any(axis=1))
        x = eq.member_covariates(
            position=known.states["ideal_point"][t - 1],
            democracy=known.states["polyarchy"][t - 1],
            log_power=known.states["log_power"][t - 1],
            level=known.level[t - 1],
            circle=circle[who],
            who=who,
        )
        lost = (circle & ~after)[who].sum(axis=1) >= 0.5 * circle[who].sum(axis=1)
        _add(out, x, lost, 0, year)
    return _joined(out)


def _add(to: dict[str, list[Any]], x: np.ndarray, y: np.ndarray, group: int, year: int) -> None:
    to["x"].append(x)
    to["y"].append(y)
    to["group"].append(np.full(len(y), group))
    to["year"].append(np.full(len(y), year))


def _joined(parts: dict[str, list[Any]]) -> dict[str, np.ndarray]:
    return {k: np.concatenate(v).astype(float) for k, v in parts.items()}


def logit(
    x: np.ndarray, y: np.ndarray, clusters: Sequence[np.ndarray] = (), sd: float = PRIOR_SD
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (k,) and covariance (k, k), robust to dependence within each clustering.

    Raises RuntimeError if sixty Newton steps do not bring it to rest.
    """
    prior = np.full(x.shape[1], 1.0 / sd**2)
    prior[0] = 1e-3
    beta = np.zeros(x.shape[1])
    beta[0] = np.log((y.sum() + PSEUDO) / (len(y) - y.sum() + PSEUDO))
    for _ in range(60):
        p = eq.chance(x @ beta)
        information = (x * (p * (1 - p))[:, None]).T @ x + np.diag(prior)
        step = np.linalg.solve(information, x.T @ (y - p) - prior * beta)
        beta = beta + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-8:
            return beta, _robust(x, y, beta, information, prior, clusters)
    raise RuntimeError("a logit of the alliances mechanism did not converge in 60 Newton steps")


def _robust(
    x: np.ndarray,
    y: np.ndarray,
    beta: np.ndarray,
    information: np.ndarray,
    prior: np.ndarray,
    clusters: Sequence[np.ndarray],
) -> np.ndarray:
    bread = np.linalg.inv(information)
    if not clusters:
        return bread
    score = x * (y - eq.chance(x @ beta))[:, None]
    meat = np.diag(prior) - (len(clusters) - 1) * score.T @ score
    for cluster in clusters:
        _, place = np.unique(cluster, return_inverse=True)
        sums = np.stack([np.bincount(place, weights=c) for c in score.T], axis=1)
        meat = meat + sums.T @ sums
    values, vectors = np.linalg.eigh(bread @ meat @ bread)
    return (vectors * values.clip(1e-8)) @ vectors.T


def estimate(
    pairs: dict[str, np.ndarray], bodies: Sequence[dict[str, np.ndarray]], until: int
) -> dict[str, Any]:
    """One vintage: everything that ``parameters.yaml`` points to, from panels cut at ``until``."""
    upto = {k: v[pairs["year"] <= until] for k, v in pairs.items()}
    stand_in = stand_ins(upto["x"])
    x = filled(upto["x"], stand_in)
    free, bound = ~upto["pact"], upto["two"]
    made = upto["made"][free].astype(float)
    beta, cov = logit(x[free], made, (upto["pair"][free], upto["year"][free]))
    ended = upto["ended"][bound].astype(float)
    gone = logit(x[bound][:, : len(eq.ENDED)], ended, (upto["pair"][bound], upto["year"][bound]))
    drift = recent(upto["year"][free], made, eq.chance(x[free] @ beta), until)
    fading = recent(upto["year"][bound], ended, eq.chance(x[bound][:, : len(eq.ENDED)] @ gone[0]), until)
    out = {"made": joint(eq.MADE, beta, cov), "ended": joint(eq.ENDED, *gone)}
    for name, terms, panel in (("leaves", eq.LEAVES, bodies[0]), ("dissolved", eq.DISSOLVED, bodies[1])):
        now = panel["year"] <= until
        found = logit(panel["x"][now], panel["y"][now], (panel["group"][now], panel["year"][now]))
        out[name] = joint(terms, *found)
    for what, name, panel in (("exits", "leaves", bodies[0]), ("ends", "dissolved", bodies[1])):
        pooled = np.array(out[name]["joint"]["mean"])
        out |= {f"{k}_{what}": own_record(panel, pooled, v, until) for k, v in BODIES.items()}
    circles = {k: v[bodies[2]["year"] <= until] for k, v in bodies[2].items()}
    due = eq.chance(circles["x"] @ np.array(out["leaves"]["joint"]["mean"]))
    out["other_exits"] = recent(circles["year"], circles["y"], due, until)
    values = [stand_in[k] for k in eq.STAND_IN]
    out["stand_in"] = joint(eq.STAND_IN, np.array(values), np.zeros((len(values),) * 2))
    return out | {"made_drift": drift, "ended_drift": fading}


def recent(year: np.ndarray, came: np.ndarray, due: np.ndarray, until: int) -> dict[str, Any]:
    """Log ratio of what came to what the logit expected in the last fifteen years, with its Poisson error."""
    now = year > until - WINDOW
    seen, expected = came[now].sum() + PSEUDO, due[now].sum() + PSEUDO
    return log_ratio(seen, expected)


def log_ratio(seen: float, expected: float) -> dict[str, Any]:
    """A normal for the log of seen over expected, with the error of a Poisson count.

    Its mean is lowered by half its variance, so that the chances that it multiplies are right on average over
    draws; else a count of none would raise them.
    """
    sd = float(1.0 / np.sqrt(seen))
    mean = float(np.log(seen / expected)) - sd**2 / 2
    return {"normal": {"mean": float(f"{mean:.6g}"), "sd": float(f"{sd:.6g}")}}


def own_record(panel: dict[str, np.ndarray], mean: np.ndarray, atopid: int, until: int) -> dict[str, Any]:
    """How far a body's own members left more or less often than the pooled logit expects, in log-odds."""
    now = (panel["year"] <= until) & (panel["group"] == atopid)
    seen = panel["y"][now].sum() + PSEUDO
    expected = eq.chance(panel["x"][now] @ mean).sum() + PSEUDO
    return log_ratio(seen, expected)
