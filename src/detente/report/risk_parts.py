"""Why a pair's chance of a dispute moves: what each part of the conflict equation contributes.

The equation is evaluated at the means of both worlds (:meth:`Result.pair_means`), and its parts are handed
from one world to the other in every possible order; a part's contribution is the mean of what its handing
over changes (Shapley 1953). The contributions and a rest add up to the change in the mean chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from math import factorial
from typing import Any

import numpy as np

from detente.run import means
from detente.run.result import BASE, Result

RELATIONS, WAR, REST = "relations", "war", "rest"
LEAST = 1e-9
"""Parts of the log-odds that differ by less between the worlds do not move."""
RISK = "dispute_risk"
Ends = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class Side:
    """One world at the year before: parts of the log-odds by group, (draw, level, pair); shares of levels,
    (level, pair); chances that a war goes on and that there is one, (pair,)."""

    parts: Mapping[str, np.ndarray]
    shares: np.ndarray
    goes_on: np.ndarray
    at_war: np.ndarray


def parts(
    result: Result, scenario: str, year: int, pairs: Sequence[tuple[int, int]]
) -> list[dict[str, float]]:
    """For each pair of positions what moves its chance of a dispute in ``year``, by part; empty if unknown.

    Chances are those of ``dispute_risk``. The distribution over levels of relations and the draws of the
    coefficients are kept; all else stands at its mean over draws. ``rest`` is what that leaves unexplained,
    together with parameters that a scenario sets.
    """
    if not pairs or not can_tell(result, year):
        return []
    ends = tuple(np.array(x) for x in zip(*pairs, strict=True))
    weights = coefficients(result)
    here, there = (side(result, w, year, ends, weights) for w in (BASE, scenario))
    told = handed_over(here, there)
    moved = [means.of(result, RISK, w, year)[ends] for w in (BASE, scenario)]
    rest = moved[1] - moved[0] - sum(told.values())
    return [{k: float(v[n]) for k, v in (told | {REST: rest}).items()} for n in range(len(pairs))]


def can_tell(result: Result, year: int) -> bool:
    """Whether the run keeps all that the conflict equation needs."""
    pairs, states = _wanted()
    known = {*result.averaged, *result.fields}
    asked = {n.removeprefix("last.") for n in (*pairs.values(), *states.values())}
    here = {"conflict." + k for k in ("onset", "drift")} <= {c["name"] for c in result.parameter_cards}
    return here and asked <= known and {RISK, "war_risk"} <= set(result.averaged) and year > result.years[0]


def _wanted() -> tuple[dict[str, str], dict[str, str]]:
    """Fields over pairs and states that the equation reads, by its own names."""
    from detente.mechanisms.conflict import OF_PAIRS, OF_STATES

    pairs = {k: v for k, v in OF_PAIRS.items() if k not in ("level", "war_years")}
    power = {"cinc": "capability", "milex_start": "milex_start", "milex": "last.milex"}
    return pairs, OF_STATES | power


def coefficients(result: Result) -> np.ndarray:
    """Coefficients of the onset of disputes in each draw that did not fail, (draw, term)."""
    from detente.mechanisms.conflict import of_draw
    from detente.model.mechanism import Values

    drawn = {n.partition(".")[2]: v for n, v in result.parameters.items() if n.startswith("conflict.")}
    rival = {c["name"]: tuple(c["theories"]) for c in result.parameter_cards if "theories" in c}
    theories = {n.partition(".")[2]: names for n, names in rival.items() if n.startswith("conflict.")}
    lost = np.any([result.failed(s) for s in result.scenarios], axis=0)
    p = Values(drawn, theories)
    return np.array([of_draw(p, int(d))["onset"] for d in np.flatnonzero(~lost)])


def side(result: Result, world: str, year: int, ends: Ends, weights: np.ndarray) -> Side:
    """One world as the equation sees it for the pairs ``ends``."""
    from detente.mechanisms.conflict import equations

    pairs, states = ({k: _mean(result, world, year, name) for k, name in some.items()} for some in _wanted())
    at_war = pairs.pop("at_war")
    squares = {k: np.where(np.eye(len(v), dtype=bool), 0.0, np.fmax(v, v.T)) for k, v in pairs.items()}
    squares["shielded"] = equations.shields(squares["pact"])
    squares["covered"] = equations.covered(squares["pact"], states["armed"])
    cinc = equations.capability(**{k: states.pop(k) for k in ("cinc", "milex_start", "milex")})
    states |= {"log_power": equations.log_power(cinc), "activity": squares["recent"].sum(axis=1)}
    given: dict[str, Any] = {k: v[ends] for k, v in squares.items()}
    given["states"] = {k: (v[ends[0]], v[ends[1]]) for k, v in states.items()}
    stand_in = np.atleast_2d(result.parameters["conflict.stand_in"]).mean(axis=0)
    given["stand_in"] = dict(zip(equations.STAND_IN, stand_in, strict=True))
    levels = [
        equations.covariates(**given, level=np.full(len(ends[0]), level))
        for level in result.averaged["peace_level"].grid
    ]
    place = {t: n for n, t in enumerate(equations.TERMS)}
    found = {
        name: sum(weights[:, place[t], None, None] * np.array([x[t] for x in levels])[None] for t in terms)
        for name, terms in equations.GROUPS.items()
    }
    found[REST] = weights[:, :1, None] * np.ones((1, len(levels), len(ends[0])))
    shares = means.shares(result, "peace_level", world, year - 1)[:, *ends]
    goes_on = np.minimum(means.of(result, "war_risk", world, year)[ends], at_war[ends])
    return Side(found, shares, goes_on, at_war[ends])


def _mean(result: Result, world: str, year: int, name: str) -> np.ndarray:
    """Mean over draws of what the equation reads as ``name``: this year's, or last year's."""
    bare = name.removeprefix("last.")
    when = year if bare == name else year - 1
    if bare in result.averaged:
        return means.of(result, bare, world, when)
    values = result.values(bare, world, state="all", year=when, how="each")
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)


def handed_over(here: Side, there: Side) -> dict[str, np.ndarray]:
    """Contribution of each part to the change in the chance of the pairs, (pair,)."""
    moving = [k for k in here.parts if np.abs(there.parts[k] - here.parts[k]).max() > LEAST]
    still = sum(v for k, v in here.parts.items() if k not in moving)
    names = list(dict.fromkeys([RELATIONS, WAR, *moving]))
    chance: dict[frozenset[str], np.ndarray] = {}
    for gone in map(frozenset, chain.from_iterable(combinations(names, n) for n in range(len(names) + 1))):
        odds = still + sum((there if k in gone else here).parts[k] for k in moving)
        onset = (1.0 / (1.0 + np.exp(-odds))).mean(axis=0)
        fought, of = (there if k in gone else here for k in (WAR, RELATIONS))
        chance[gone] = fought.goes_on + (1.0 - fought.at_war) * (of.shares * onset).sum(axis=0)
    return {name: shapley(chance, name, names) for name in names}


def shapley(value: Mapping[frozenset[str], np.ndarray], name: str, names: Sequence[str]) -> np.ndarray:
    """Mean over all orders of what handing over ``name`` changes in ``value``, one for every set of names."""
    others, n = [k for k in names if k != name], len(names)
    total = np.zeros(())
    for size in range(n):
        weight = factorial(size) * factorial(n - size - 1) / factorial(n)
        for before in map(frozenset, combinations(others, size)):
            total = total + weight * (value[before | {name}] - value[before])
    return total
