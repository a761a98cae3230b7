"""Alliances that live: pacts of two are made and ended, members leave bodies, bodies are dissolved.

Hazards fitted on the record of mutual defence since 1946 (ATOP by treaty). Most pairs became allies by
joining a treaty of many; that is left to accession and to scenarios, and only treaties of two come up by
themselves. The bonds of NATO and the CSTO follow their members; a member is who is bound to nine in ten of
the others, so that every word of a scenario that ends or makes pacts moves membership with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from detente.mechanisms import inputs
from detente.mechanisms.alliances import equations as eq
from detente.mechanisms.alliances import fields
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

BODIES = {"nato": "nato_bound", "csto": "csto_member"}
CLAUSE_OF_UNION = 2009
"""Year in which article 42.7 of the Treaty on European Union came into force (1 December)."""
RARE = 0.1
"""Members and bodies whose luck lies above this are not worked out: no fitted chance comes near it."""


def mechanism(as_of: int | None = None) -> Mechanism:
    """The alliances mechanism, with estimates from data up to ``as_of`` (the newest if ``None``)."""
    return Mechanism(
        name="alliances",
        purpose="makes and ends pacts of mutual defence; follows the members of NATO and the CSTO",
        reads=(
            "last.defence_pact",
            "last.peace_level",
            "last.ideal_point",
            "last.milex",
            "polyarchy",
            "land_border",
            "min_distance",
            "pact_of_two",
            "pact_of_many",
            *(f"last.{f}{end}" for f in BODIES.values() for end in ("", "_reached")),
            *(f"{when}{b}_member" for b in ("nato", "eu") for when in ("", "last.")),
        ),
        writes=fields.WRITES,
        step=step,
        inputs=(
            inputs.POLYARCHY,
            inputs.LAND_BORDER,
            inputs.MIN_DISTANCE,
            fields.PACT_OF_TWO,
            fields.PACT_OF_MANY,
        ),
        parameters=load_parameters(Path(__file__).parent, "alliances", as_of),
        chance={
            "pair": fields.PAIR,
            "other": ("state",),
            **{f"{name}_leaves": ("state",) for name in BODIES},
            **{f"{name}_dissolved": () for name in BODIES},
        },
    )


def step(see: View, p: Values, u: Uniforms) -> Mapping[str, np.ndarray]:
    """One year of all pacts: arrays (draw, n, n), symmetric, the diagonal nought.

    Unknown covariates take the estimation sample's mean; an unknown state touches no other.
    """
    before = see["last.defence_pact"] > 0.5
    log_power = relative_power(see["last.milex"])
    members = {name: standing(see, before, field) for name, field in BODIES.items()}
    came, went = turned(see, "nato")
    members["nato"] = (members["nato"] | came) & ~went
    now, out = before.copy(), {}
    for draw in range(see.draws):
        world = _world(see, log_power, draw)
        for name, inside in members.items():
            inside[draw] = stays(world, inside[draw], p, u, draw, name)
        now[draw] = pacts_of_draw(see, world, members, before[draw], p, u, draw)
    for name, field in BODIES.items():
        out[field] = out[f"{field}_reached"] = members[name].astype(float)
        out[f"{name}_cohesion"] = -eq.spread(position=see["last.ideal_point"], members=members[name])
    return {
        "defence_pact": now.astype(float),
        "pact_formed": (now & ~before).astype(float),
        "pact_ended": (before & ~now).astype(float),
        "eu_vetoes": vetoes(see, see["eu_member"] > 0.5, p),
        "nato_vetoes": vetoes(see, members["nato"], p),
        "eu_cohesion": -eq.spread(position=see["last.ideal_point"], members=see["eu_member"] > 0.5),
        **out,
    }


def relative_power(milex: np.ndarray) -> np.ndarray:
    """Log of each state's military spending relative to the largest spender's; NaN unknown or nil."""
    known = milex > 0
    most = np.where(known, milex, 0.0).max(axis=1, keepdims=True)
    return np.log(np.divide(milex, most, out=np.full(milex.shape, np.nan), where=known))


def vetoes(see: View, members: np.ndarray, p: Values) -> np.ndarray:
    """Vetoes expected of a body's members in the year, (draw,); NaN for a body without members."""
    return eq.expected_vetoes(
        position=see["last.ideal_point"], democracy=see["polyarchy"], members=members, terms=p["vetoes"]
    )


def standing(see: View, pact: np.ndarray, field: str) -> np.ndarray:
    """Members at the beginning of the year, booleans (draw, n), as last year's moves left them.

    Whoever is in by its bonds, and whoever a scenario has made a member and is not yet bound; not whom a
    scenario has taken out of the membership.
    """
    explained = (see["pact_of_two"] > 0.5) | (see["pact_of_many"] > 0.5)
    last, reached = see[f"last.{field}"] > 0.5, see[f"last.{field}_reached"] > 0.5
    by_bond = eq.bound(pact=pact, members=last & reached, explained=explained)
    return (by_bond & ~(reached & ~last)) | (last & ~reached)


def turned(see: View, bloc: str) -> tuple[np.ndarray, np.ndarray]:
    """Who has entered and who has left a bloc this year by accession's account, booleans (draw, n)."""
    now, last = see[f"{bloc}_member"] > 0.5, see[f"last.{bloc}_member"] > 0.5
    return now & ~last, last & ~now


def union_bonds(see: View, draw: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs that the Union's clause of mutual defence newly binds, and pairs that it ceases to bind, (n, n).

    Only from its entry into force on; until then joining the Union makes no ally.
    """
    came, went = (x[draw] for x in turned(see, "eu"))
    inside = see["eu_member"][draw] > 0.5
    if see.year < CLAUSE_OF_UNION or not (came.any() or went.any()):
        return (np.zeros((inside.size,) * 2, dtype=bool),) * 2
    new = eq.pairs_of(inside) & (came[:, None] | came[None, :])
    return new, (went[:, None] & (inside | went)) | (went[None, :] & (inside | went)[:, None])


def _world(see: View, log_power: np.ndarray, draw: int) -> dict[str, np.ndarray]:
    return {
        "position": see["last.ideal_point"][draw],
        "democracy": see["polyarchy"][draw],
        "level": see["last.peace_level"][draw],
        "log_power": log_power[draw],
    }


def stays(
    world: Mapping[str, np.ndarray], inside: np.ndarray, p: Values, u: Uniforms, draw: int, name: str
) -> np.ndarray:
    """Members of a body after this year's departures and its possible end, booleans (n,)."""
    own = p.holds("bodies", "own")[draw]
    ends, exits = (own * p[f"{name}_{what}"][draw] for what in ("ends", "exits"))
    if inside.any() and u[f"{name}_dissolved"][draw] < RARE:
        given = {k: world[k] for k in ("position", "democracy", "level")}
        odds = eq.body_covariates(members=inside, **given) @ p["dissolved"][draw] + ends
        if u[f"{name}_dissolved"][draw] < eq.chance(odds):
            return np.zeros_like(inside)
    return inside & ~leavers(world, eq.pairs_of(inside), inside, p, u[f"{name}_leaves"][draw], draw, exits)


def leavers(
    world: Mapping[str, np.ndarray],
    circle: np.ndarray,
    inside: np.ndarray,
    p: Values,
    luck: np.ndarray,
    draw: int,
    shift: float = 0.0,
) -> np.ndarray:
    """Which of the states ``inside`` leave their circle (n, n) this year, booleans (n,)."""
    out = np.zeros_like(inside)
    who = np.flatnonzero(inside & (luck < RARE))
    if who.size:
        x = eq.member_covariates(circle=circle[who], who=who, **world)
        out[who] = luck[who] < eq.chance(x @ p["leaves"][draw] + shift)
    return out


def pacts_of_draw(
    see: View,
    world: Mapping[str, np.ndarray],
    members: Mapping[str, np.ndarray],
    before: np.ndarray,
    p: Values,
    u: Uniforms,
    draw: int,
) -> np.ndarray:
    """Pacts at the end of the year, booleans (n, n), given who is in which body."""
    two, many = see["pact_of_two"][draw] > 0.5, see["pact_of_many"][draw] > 0.5
    bodies = np.zeros_like(before)
    once = np.zeros_like(before)
    for name, field in BODIES.items():
        bodies |= eq.pairs_of(members[name][draw])
        once |= eq.pairs_of(see[f"last.{field}_reached"][draw] > 0.5)
    circle = many & before
    gone = leavers(world, circle, circle.any(axis=1), p, u["other"][draw], draw, p["other_exits"][draw])
    joined, parted = union_bonds(see, draw)
    circle = (circle & ~(gone[:, None] | gone[None, :] | parted)) | joined
    of_two = before & ~bodies & ~circle & (two | ~(many | once))
    made, ended = two_by_two(see, world, before | bodies, of_two, p, u["pair"][draw], draw)
    return bodies | circle | (of_two & ~ended) | made


def two_by_two(
    see: View,
    world: Mapping[str, np.ndarray],
    bound: np.ndarray,
    of_two: np.ndarray,
    p: Values,
    luck: np.ndarray,
    draw: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Treaties of two made by unbound pairs and ended by pairs that nothing else binds, booleans (n, n).

    One uniform a pair: made where it is low and no pact stands, ended where it is low and one does.
    """
    made, ended = np.zeros_like(bound), np.zeros_like(bound)
    i, j = np.nonzero((luck < eq.MOST) & _upper(len(bound)))
    free, held = ~bound[i, j], of_two[i, j]
    for new, rows, odds_of in ((made, free, odds_of_making), (ended, held, odds_of_ending)):
        a, b = i[rows], j[rows]
        if a.size:
            now = luck[a, b] < eq.chance(odds_of(see, world, (a, b), p, luck, bound, draw))
            new[a[now], b[now]] = new[b[now], a[now]] = True
    return made, ended


@lru_cache(maxsize=8)
def _upper(n: int) -> np.ndarray:
    return np.triu(np.ones((n, n), dtype=bool), 1)


def odds_of_making(
    see: View,
    world: Mapping[str, np.ndarray],
    pairs: tuple[np.ndarray, np.ndarray],
    p: Values,
    luck: np.ndarray,
    bound: np.ndarray,
    draw: int,
) -> np.ndarray:
    """Log-odds that pairs without a pact make one, (pair,); none of them has a state that is new.

    What they have in common, costly to find, is looked up only where it could still decide.
    """
    i, j = pairs
    slopes = p["made"][draw]
    x = covariates(see, world, i, j, p, draw)
    odds = x @ slopes[: x.shape[1]] + p["made_drift"][draw]
    rival, ally = slopes[eq.MADE.index("shared_rival")], slopes[eq.MADE.index("shared_ally")]
    open_ = np.flatnonzero(luck[i, j] < eq.chance(odds + max(rival, 0.0) + max(ally, 0.0)))
    a, b = i[open_], j[open_]
    odds[open_] += rival * eq.in_common(world["level"] <= eq.RIVALRY, a, b) + ally * eq.in_common(bound, a, b)
    return np.where(np.isin(np.arange(len(i)), open_), odds, -np.inf)


def odds_of_ending(
    see: View,
    world: Mapping[str, np.ndarray],
    pairs: tuple[np.ndarray, np.ndarray],
    p: Values,
    luck: np.ndarray,
    bound: np.ndarray,
    draw: int,
) -> np.ndarray:
    """Log-odds that pairs bound by a treaty of two end it, (pair,)."""
    i, j = pairs
    x = covariates(see, world, i, j, p, draw)
    x[:, eq.ENDED.index("shared_rival")] = eq.in_common(world["level"] <= eq.RIVALRY, i, j)
    return np.asarray(x @ p["ended"][draw] + p["ended_drift"][draw])


def covariates(
    see: View, world: Mapping[str, np.ndarray], i: np.ndarray, j: np.ndarray, p: Values, draw: int
) -> np.ndarray:
    """Covariates of the pairs (i, j) of one draw, intercept first; ``shared_rival`` is left at nought."""
    return eq.pair_covariates(
        level=world["level"][i, j],
        shared_rival=np.zeros(len(i)),
        ideal=(world["position"][i], world["position"][j]),
        polyarchy=(world["democracy"][i], world["democracy"][j]),
        log_power=(world["log_power"][i], world["log_power"][j]),
        land=see["land_border"][draw][i, j],
        log_km=np.log1p(see["min_distance"][draw][i, j] / eq.KM),
        stand_in=dict(zip(eq.STAND_IN, p["stand_in"][draw], strict=True)),
    )
