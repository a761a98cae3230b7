"""Every pair's place on the scale from rivalry to security community, and its memory.

Semi-Markov moves on the five-level peace scale (Goertz, Diehl & Balas 2016; Diehl, Goertz &
Gallegos 2021), with yearly hazards of falling and of climbing fitted on all pairs of states.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from detente.mechanisms import inputs
from detente.mechanisms.relations import equations
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

PAIR = ("state", "partner")
PEACE_LEVEL = Field(
    "peace_level",
    PAIR,
    "peace scale 0-1",
    "stock",
    "0 severe rivalry, 0.25 lesser rivalry, 0.5 negative peace, 0.75 warm peace, 1 security community",
    0.0,
    1.0,
    symmetric=True,
    grid=equations.GRID,
    averaged=True,
)
PEACE_LEVEL_REACHED = Field(
    "peace_level_reached",
    PAIR,
    "peace scale 0-1",
    "stock",
    "the level that the pair reached by itself this year, before any intervention; where it differs from "
    "peace_level a scenario has moved the pair, and its years in the level begin anew",
    0.0,
    1.0,
    symmetric=True,
    grid=equations.GRID,
    inner=True,
)
YEARS_IN_LEVEL = Field(
    "years_in_level",
    PAIR,
    "years",
    "stock",
    "years since the pair entered its present level; 0 in the year of the move",
    0.0,
    symmetric=True,
)
YEARS_SINCE_FALL = Field(
    "years_since_fall",
    PAIR,
    "years",
    "stock",
    "years since the pair's level last fell; 99 = never",
    0.0,
    equations.NEVER,
    symmetric=True,
)
WRITES = (PEACE_LEVEL, PEACE_LEVEL_REACHED, YEARS_IN_LEVEL, YEARS_SINCE_FALL)
INPUTS = (
    inputs.POLYARCHY,
    inputs.LAND_BORDER,
    inputs.MIN_DISTANCE,
    inputs.RECONCILIATION,
    inputs.RELATION_CODED,
)
OF_PAIRS = {
    "level": "last.peace_level",
    "reached": "last.peace_level_reached",
    "years": "last.years_in_level",
    "since": "last.years_since_fall",
    "pact": "defence_pact",
    "border": "land_border",
    "km": "min_distance",
    "effort": "reconciliation",
    "coded": "relation_coded",
    "blow": "relations_blow",
}
MEMBERS = ("eu_member", "last.eu_member")
OF_STATES = ("last.ideal_point", "polyarchy", "last.milex", "last.irregular_change", *MEMBERS)
SEASONS = tuple(f"season_{name}" for name in equations.EQUATIONS)


def mechanism(as_of: int | None = None) -> Mechanism:
    """The relations mechanism, with estimates from data up to ``as_of`` (the newest if ``None``)."""
    return Mechanism(
        name="relations",
        purpose="moves every pair of states up or down the peace scale, and keeps its memory",
        reads=(*OF_PAIRS.values(), *OF_STATES),
        writes=WRITES,
        step=step,
        inputs=INPUTS,
        parameters=load_parameters(Path(__file__).parent, "relations", as_of),
        chance={"move": PAIR, "size": PAIR} | dict.fromkeys(SEASONS, ()),
    )


def step(see: View, p: Values, u: Uniforms) -> Mapping[str, np.ndarray]:
    """One year of all pairs: arrays (draw, n, n), symmetric; the diagonal keeps last year's values.

    A pair whose level is unknown (NaN) stays unknown and touches no other pair. An unknown
    covariate is replaced and flagged (``equations.continuous``). Compiled; :func:`plain_year` is
    the same in NumPy.
    """
    from detente.mechanisms.relations import kernel

    out = {f.name: np.empty_like(see["last." + f.name], order="C") for f in WRITES[:1] + WRITES[2:]}
    diagonal = np.arange(len(see.index))
    for name, new in out.items():
        new[:, diagonal, diagonal] = see["last." + name][:, diagonal, diagonal]
    power, thrown = log_power(see["last.milex"]), np.nan_to_num(see["last.irregular_change"])
    for draw in range(see.draws):
        one = of_draw(p, draw)
        member, before, house = membership(see, draw)
        kernel.year(
            *(see[name][draw] for name in OF_PAIRS.values()),
            see["last.ideal_point"][draw],
            see["polyarchy"][draw],
            power[draw],
            thrown[draw],
            member,
            member * (1.0 - before),
            u["move"][draw],
            u["size"][draw],
            equations.bases(one),
            equations.slopes(one),
            np.array([one["reconciliation_fall"], one["reconciliation_climb"]]),
            equations.hazard(one["deeper"]),
            equations.hazard(one["farther"]),
            one["leap"],
            one["stand_in"],
            np.array(seasons(one, u, draw)),
            np.array([1.0 - equations.hazard(one["entry"]), house]),
            one["fall"][-1],
            one["memory_years"],
            out["peace_level"][draw],
            out["years_in_level"][draw],
            out["years_since_fall"][draw],
        )
    out["peace_level_reached"] = out["peace_level"].copy()
    return out


def plain_year(see: View, p: Values, u: Uniforms) -> Mapping[str, np.ndarray]:
    """What :func:`step` computes, in plain NumPy on the pairs i < j: the oracle of the compiled loop."""
    upper, lower = _triangle(len(see.index))
    out = {f.name: see["last." + f.name].copy() for f in WRITES}
    power = log_power(see["last.milex"])
    for draw in range(see.draws):
        pairs = {k: see[name][draw].ravel()[upper] for k, name in OF_PAIRS.items()}
        luck = {k: u[k][draw].ravel()[upper] for k in ("move", "size")}
        states = {
            "ideal": see["last.ideal_point"][draw],
            "polyarchy": see["polyarchy"][draw],
            "log_power": power[draw],
        }
        one, n = of_draw(p, draw), len(see.index)
        i, j = _ends(n)
        thrown = np.nan_to_num(see["last.irregular_change"][draw])
        pairs["upheaval"] = np.maximum(thrown[i], thrown[j]) * one["fall"][-1]
        member, before, house = membership(see, draw)
        pairs["enters"] = equations.entering(
            member=(member[i], member[j]),
            before=(before[i], before[j]),
            level=equations.snap(pairs["level"]),
            house=house,
        )
        one |= {"house": house, "seasons": seasons(one, u, draw)}
        new = _pairs_of_a_year(pairs, states, one, luck, n)
        for name, values in new.items():
            flat = out[name][draw].reshape(-1)
            flat[upper] = values
            flat[lower] = values
    return out


def of_draw(p: Values, draw: int) -> dict[str, np.ndarray]:
    """One draw's parameters, with the climb out of rivalry as the theory that holds in it has it."""
    one = {k: v[draw] for k, v in p.arrays.items()}
    if p.holds("rivalry_age", "easier")[draw]:
        one["climb_rivalry"], one["farther"] = one["climb_rivalry_completed"], one["farther_completed"]
    return one


def log_power(milex: np.ndarray) -> np.ndarray:
    """Log of each state's military spending relative to the largest spender's, (draw, n).

    NaN where it is unknown or nil.
    """
    known = milex > 0
    most = np.where(known, milex, 0.0).max(axis=1, keepdims=True)
    relative = np.divide(milex, most, out=np.full(milex.shape, np.nan), where=known)
    return np.log(relative)


def membership(see: View, draw: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Members of the European Union this year and last (0/1 each, (n,)), and the level members stand on.

    The level is looked up only in years in which somebody joins; NaN else.
    """
    member, before = ((see[name][draw] > 0.5) * 1.0 for name in MEMBERS)
    joined = (member > before).any()
    return member, before, equations.house(see["last.peace_level"][draw], before) if joined else np.nan


def seasons(one: Mapping[str, np.ndarray], u: Uniforms, draw: int) -> tuple[float, ...]:
    """Logs of what the year multiplies the chances by: falls, climbs out of rivalry, climbs from peace."""
    return tuple(equations.season(float(one[name]), float(u[name][draw])) for name in SEASONS)


@lru_cache(maxsize=8)
def _triangle(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Flat places of the pairs (i, j) with i < j, and of their mirror images."""
    i, j = np.triu_indices(n, 1)
    return i * n + j, j * n + i


@lru_cache(maxsize=8)
def _ends(n: int) -> tuple[np.ndarray, np.ndarray]:
    return np.triu_indices(n, 1)


def _pairs_of_a_year(
    pairs: Mapping[str, np.ndarray],
    states: Mapping[str, np.ndarray],
    p: Mapping[str, np.ndarray],
    luck: Mapping[str, np.ndarray],
    n: int,
) -> dict[str, np.ndarray]:
    """The new values of :data:`WRITES` for the pairs (i < j) of one draw."""
    level = equations.snap(pairs["level"])
    years, since = equations.moved_by_scenario(
        level=level, reached=pairs["reached"], years=pairs["years"], since=pairs["since"]
    )
    covariates = _covariates(pairs, states, p, years, since, n)
    status = equations.status_columns(level, equations.known_to_be_coded(pairs["coded"], level, since))
    effort = np.nan_to_num(pairs["effort"])
    fall, climb = equations.chances(
        status=status,
        covariates=covariates,
        fall=p["fall"],
        climb_rivalry=p["climb_rivalry"],
        climb_peace=p["climb_peace"],
        fall_effort=effort * p["reconciliation_fall"] + pairs["upheaval"] + pairs["blow"],
        climb_effort=effort * p["reconciliation_climb"],
        seasons=p["seasons"],
    )
    new = equations.moved(
        level=level,
        status=status,
        fall=fall,
        climb=climb,
        democracy=covariates[2],
        distance=covariates[1],
        u=luck["move"],
        v=luck["size"],
        deeper=p["deeper"],
        farther=p["farther"],
        leap=p["leap"],
    )
    enters = pairs["enters"] & (luck["move"] > 1.0 - equations.hazard(p["entry"]))
    new = np.where(enters, p["house"], new)
    on = equations.goes_on(
        level=level, reached=pairs["reached"], v=luck["size"], farther=equations.hazard(p["farther"])
    )
    new = np.where(on, equations.GRID[3], new)
    stay, fell = equations.memory(level=new, last_level=level, last_years=years, last_since=since)
    return {"peace_level": new, "peace_level_reached": new, "years_in_level": stay, "years_since_fall": fell}


def _covariates(
    pairs: Mapping[str, np.ndarray],
    states: Mapping[str, np.ndarray],
    p: Mapping[str, np.ndarray],
    years: np.ndarray,
    since: np.ndarray,
    n: int,
) -> tuple[np.ndarray, ...]:
    i, j = _ends(n)
    return equations.continuous(
        years_in_level=years,
        years_since_fall=since,
        pact=pairs["pact"],
        border=pairs["border"],
        log_km=np.log1p(pairs["km"] / equations.KM),
        memory_years=p["memory_years"],
        stand_in=dict(zip(equations.STAND_IN, p["stand_in"], strict=True)),
        **{k: (x[i], x[j]) for k, x in states.items()},
    )
