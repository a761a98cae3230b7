"""A chance explained by its parts: contributions to log-odds against the average pair of the world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.mechanisms.conflict import OF_PAIRS, OF_STATES, equations, of_draw
from detente.model.mechanism import Values, View

LEVEL = (0.05, 0.5, 0.95)
Interval = tuple[float, float, float]


@dataclass(frozen=True)
class Part:
    """One group of covariates: log-odds that it adds against the average pair (5, 50, 95 % of the draws)."""

    name: str
    values: dict[str, float]
    adds: Interval


@dataclass(frozen=True)
class Explanation:
    """A pair's chances of the coming year, of the average pair's dispute, and the parts between the two.

    ``at_war``: the two are at war, and the chances are that the war goes on.
    """

    dispute: Interval
    fatal: Interval
    war: Interval
    average: Interval
    parts: tuple[Part, ...]
    at_war: bool


def explain(see: View, p: Values, one: int, two: int) -> Explanation:
    """The chances of the pair at positions ``one`` and ``two`` over all draws of ``p``.

    ``see`` holds one draw, the world at the start; the parts add up, draw by draw, to the gap between the
    pair's log-odds and those of the mean covariates over all pairs.
    """
    i, j = np.triu_indices(len(see.index), 1)
    place = int(np.flatnonzero((i == min(one, two)) & (j == max(one, two)))[0])
    found = _covariates(see, of_draw(p, 0), (i, j))
    pair = {k: np.array([v[place]]) for k, v in found.items()}
    mean = {k: np.array([v.mean()]) for k, v in found.items()}
    draws = range(len(p["drift"]))
    rows = [_draw(pair, mean, of_draw(p, draw), see, (one, two)) for draw in draws]
    columns = {k: _interval([row[k] for row in rows]) for k in rows[0]}
    parts = tuple(
        Part(name, {t: float(pair[t][0]) for t in terms}, columns[name])
        for name, terms in equations.GROUPS.items()
    )
    war = bool(see["last.at_war"][0, one, two] > 0.5)
    return Explanation(*(columns[k] for k in ("dispute", "fatal", "war", "average")), parts, war)


def _covariates(
    see: View, told: dict[str, np.ndarray], ends: tuple[np.ndarray, np.ndarray]
) -> dict[str, np.ndarray]:
    squares = {k: see[name][0] for k, name in OF_PAIRS.items() if k not in ("at_war", "war_years")}
    squares["claim"] = np.maximum(squares["claim"], squares["claim"].T)
    squares["shielded"] = equations.shields(squares["pact"])
    squares["covered"] = equations.covered(squares["pact"], see["nuclear_armed"][0])
    cinc = equations.capability(
        cinc=see["capability"][0], milex_start=see["milex_start"][0], milex=see["last.milex"][0]
    )
    values = {k: see[name][0] for k, name in OF_STATES.items()}
    values |= {"log_power": equations.log_power(cinc), "activity": squares["recent"].sum(axis=1)}
    return equations.covariates(
        **{k: v[ends] for k, v in squares.items()},
        states={k: (v[ends[0]], v[ends[1]]) for k, v in values.items()},
        stand_in=dict(zip(equations.STAND_IN, told["stand_in"], strict=True)),
    )


def _draw(
    pair: dict[str, np.ndarray],
    mean: dict[str, np.ndarray],
    told: dict[str, np.ndarray],
    see: View,
    ends: tuple[int, int],
) -> dict[str, float]:
    weights = dict(zip(equations.TERMS, told["onset"], strict=True))
    onset = float(equations.hazard(equations.log_odds(pair, told["onset"]))[0])
    deadly, grows = (
        float(equations.hazard(equations.log_odds(pair, told[k], terms))[0])
        for k, terms in equations.STAGES.items()
    )
    out = {"dispute": onset, "fatal": onset * deadly, "war": onset * deadly * grows}
    if see["last.at_war"][0][ends] > 0.5:
        on = 1.0 - equations.war_end(years=see["last.war_years"][0][ends], coefficients=told["war_end"])
        out = dict.fromkeys(out, float(on))
    out["average"] = float(equations.hazard(equations.log_odds(mean, told["onset"]))[0])
    for name, terms in equations.GROUPS.items():
        out[name] = float(sum(weights[t] * (pair[t][0] - mean[t][0]) for t in terms))
    return out


def _interval(values: list[float]) -> Interval:
    low, middle, high = np.quantile(values, LEVEL)
    return float(low), float(middle), float(high)
