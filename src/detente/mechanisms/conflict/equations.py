"""Conflict of pairs of states: what bears on the chance of a militarised dispute, and what may follow.

A logit on pair-years with everything as known at the end of the year before, in the tradition of Oneal &
Russett (1999); time without disputes after Carter & Signorino (2010). Dispute, fatal dispute and war are
those of the Correlates of War Project (Palmer et al. 2022): a threat, display or use of force; with at least
one soldier killed; hostility at the level of war.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

KM = 100.0
"""Distance enters as log(1 + km/KM)."""
LEAST_POWER = 1e-6
KEPT = 0.5
"""Share of the memory of disputes that lasts a year (half-life one year)."""
FATAL_KEPT = 0.5**0.125
"""Share of the memory of fatal disputes that lasts a year (half-life eight years)."""
COVARIATES = (
    "land",
    "water",
    "log_km",
    "log_km_squared",
    "km_power",
    "power",
    "power_ratio",
    "one_major",
    "two_majors",
    "democracy_low",
    "democracy_high",
    "ideal_distance",
    "defence_pact",
    "one_nuclear",
    "two_nuclear",
    "shielded",
    "severe",
    "lesser",
    "warm",
    "coded",
    "recent",
    "activity",
    "activity_km",
    "calm",
    "rival_km",
    "water_km",
    "ratio_km",
    "claim",
)
TERMS = ("intercept", *COVARIATES)
STAND_IN = ("log_km", "power", "power_ratio", "democracy_low", "democracy_high", "ideal_distance")
"""Covariates that may be unknown, and then take the mean of the estimation sample."""
GROUPS: Mapping[str, tuple[str, ...]] = {
    "contiguity and distance": ("land", "water", "log_km", "log_km_squared", "water_km", "rival_km"),
    "relations": ("severe", "lesser", "warm", "coded"),
    "years without a dispute, last disputes": ("calm", "recent"),
    "both states' other disputes": ("activity", "activity_km"),
    "power": ("power", "power_ratio", "km_power", "ratio_km"),
    "major powers": ("one_major", "two_majors"),
    "regime": ("democracy_low", "democracy_high"),
    "alignment": ("ideal_distance",),
    "pacts": ("defence_pact", "shielded"),
    "nuclear arms": ("one_nuclear", "two_nuclear"),
    "claims on territory": ("claim",),
}
"""Covariates by subject, for the explanation of a number."""
ESCALATION = (
    "intercept",
    "land",
    "log_km",
    "severe",
    "lesser",
    "power_ratio",
    "one_major",
    "democracy_low",
    "defence_pact",
    "activity",
)
"""Terms of the second stage, common to both steps of it."""
NUCLEAR = ("armed_bare", "armed_met", "one_armed", "two_nuclear")
"""An armed state against one that no armed ally covers; against one armed or covered; by arms alone."""
WAR = (*ESCALATION, *NUCLEAR)
"""Terms of war given a fatal dispute; each theory of nuclear arms has some of the last, others nought."""
NUCLEAR_THEORIES: Mapping[str, tuple[str, ...]] = {
    "shield": ("armed_bare", "armed_met"),
    "armed": ("one_armed", "two_nuclear"),
    "none": (),
}
FATAL = (*ESCALATION, "recent", "deadly")
"""Terms of fatal given a dispute; ``deadly`` is the log of one plus the memory of fatal disputes."""
STAGES: Mapping[str, tuple[str, ...]] = {"fatal": FATAL, "war": WAR}
ENTER = ("intercept", "log_odds", "foe_major", "foe_armed")
"""Terms of entering a war: log-odds of a dispute with the side fought, whether great, whether armed."""
STATES = ("log_power", "major", "armed", "polyarchy", "ideal", "activity")
"""Values of single states that covariates of pairs are made of."""


def hazard(log_odds: np.ndarray) -> np.ndarray:
    """Chance from log-odds; NaN stays NaN."""
    return 1.0 / (1.0 + np.exp(-log_odds))


def remember(
    *, recent: np.ndarray, peace_years: np.ndarray, onset: np.ndarray, going: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Memory of a pair at the end of a year: recent disputes, and years without any.

    ``recent`` counts onsets, each half as much a year later. ``going`` says whether a dispute went on in the
    year. Both may be chances (where the record is silent): the first is then an expectation and the years are
    those whose logarithm is the expected one.
    """
    years = np.expm1((1.0 - going) * np.log1p(peace_years + 1.0))
    return KEPT * recent + onset, years


def capability(*, cinc: np.ndarray, milex_start: np.ndarray, milex: np.ndarray) -> np.ndarray:
    """Share of the world's material capabilities (draw, n), moved by what happened to military spending.

    CINC is the mean of six shares of the world's total, one of them of spending (Singer, Bremer & Stuckey
    1972). The other five stay as observed. Spending in any one unit; unknown spending moves nothing.
    """
    both = np.isfinite(milex) & np.isfinite(milex_start)
    now, then = np.where(both, milex, 0.0), np.where(both, milex_start, 0.0)
    share_now, share_then = (x / np.maximum(x.sum(axis=-1, keepdims=True), 1e-12) for x in (now, then))
    return cinc + (share_now - share_then) / 6.0


def log_power(cinc: np.ndarray) -> np.ndarray:
    """Logarithm of a state's share of capabilities; NaN unknown."""
    return np.log(np.maximum(cinc, LEAST_POWER))


def shields(pact: np.ndarray) -> np.ndarray:
    """How many of the two states have a defender who is not bound to the other: 0, 1 or 2; (n, n).

    ``pact`` is 0 or 1, symmetric; what is unknown counts as none.
    """
    bound = (np.nan_to_num(pact) > 0.5).astype(np.float32)
    np.fill_diagonal(bound, 0.0)
    outside = (bound.sum(axis=1)[:, None] - bound - bound @ bound) > 0.5
    return (outside.astype(float) + outside.T) * (1.0 - np.eye(len(bound)))


def covered(pact: np.ndarray, armed: np.ndarray) -> np.ndarray:
    """Pairs in which an armed state faces one armed too or with an armed ally of its own: 0 or 1; (n, n).

    An ally of one that is bound to the other, or is the other, covers nobody; ``pact`` as in :func:`shields`.
    """
    bound = (np.nan_to_num(pact) > 0.5).astype(np.float32)
    np.fill_diagonal(bound, 0.0)
    have = np.nan_to_num(armed) > 0.5
    free = 1.0 - bound[:, have] - np.eye(len(bound), dtype=np.float32)[:, have]
    safe = have[:, None] | (bound[:, have] @ free.T > 0.5)
    return ((have[:, None] | have) & safe & safe.T) * (1.0 - np.eye(len(bound)))


def log_activity(total: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Log of one plus a state's recent disputes with others than the partner."""
    return np.log1p(np.maximum(total - own, 0.0))


def covariates(
    *,
    land: np.ndarray,
    water: np.ndarray,
    km: np.ndarray,
    pact: np.ndarray,
    shielded: np.ndarray,
    level: np.ndarray,
    coded: np.ndarray,
    recent: np.ndarray,
    peace_years: np.ndarray,
    deadly: np.ndarray,
    claim: np.ndarray,
    covered: np.ndarray,
    states: Mapping[str, tuple[np.ndarray, np.ndarray]],
    stand_in: Mapping[str, float],
) -> dict[str, np.ndarray]:
    """The covariates of pairs by name, arrays (pair,).

    ``level`` is the peace level of the year before; ``states`` holds for each of :data:`STATES` the values of
    the two, ``deadly`` the memory of fatal disputes, ``claim`` whether either claims land that the other
    holds, ``covered`` as in :func:`covered`. Unknown values take ``stand_in``, an unknown pact,
    border or claim none; a NaN level counts as 0.5.
    """
    steps = np.floor(np.nan_to_num(level, nan=0.5) * 4.0 + 0.5)
    severe, lesser = (steps == 0) * 1.0, (steps == 1) * 1.0
    rival = severe + lesser
    power = _two(states["log_power"])
    democracy = _two(states["polyarchy"])
    raw = {
        "log_km": np.log1p(km / KM),
        "power": power[1],
        "power_ratio": power[1] - power[0],
        "democracy_low": democracy[0],
        "democracy_high": democracy[1],
        "ideal_distance": np.abs(states["ideal"][0] - states["ideal"][1]),
    }
    known = {name: np.where(np.isnan(x), stand_in[name], x) for name, x in raw.items()}
    majors, armed = (states[k][0] + states[k][1] for k in ("major", "armed"))
    activity = sum(log_activity(total, recent) for total in states["activity"])
    border, near = np.nan_to_num(land), known["log_km"]
    sea = np.nan_to_num(water) * (1.0 - border)
    return known | {
        "land": border,
        "water": sea,
        "log_km_squared": near**2,
        "km_power": near * known["power"],
        "one_major": (majors >= 1) * 1.0,
        "two_majors": (majors >= 2) * 1.0,
        "defence_pact": np.nan_to_num(pact),
        "one_nuclear": (armed >= 1) * 1.0,
        "two_nuclear": (armed >= 2) * 1.0,
        "shielded": shielded,
        "severe": severe,
        "lesser": lesser,
        "warm": (steps >= 3) * 1.0,
        "coded": ((steps == 2) & (coded > 0.5)) * 1.0,
        "recent": np.log1p(recent),
        "activity": activity,
        "activity_km": activity * near,
        "calm": (1.0 - rival) * np.log1p(peace_years),
        "rival_km": rival * near,
        "water_km": sea * near,
        "ratio_km": known["power_ratio"] * near,
        "claim": (np.nan_to_num(claim) > 0.5) * 1.0,
        "deadly": np.log1p(deadly),
        "one_armed": (armed == 1) * 1.0,
        "armed_bare": (armed == 1) * (1.0 - covered),
        "armed_met": covered,
    }


def _two(pair: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The lower and the higher of the two; NaN if one is unknown."""
    return np.minimum(*pair), np.maximum(*pair)


def log_odds(
    values: Mapping[str, np.ndarray], coefficients: np.ndarray, terms: Sequence[str] = TERMS
) -> np.ndarray:
    """Linear predictor: intercept first, the covariates summed one by one in the order of ``terms``.

    Not by BLAS: a pair's chance must not depend on the pairs beside it.
    """
    total = np.full(np.shape(values["land"]), float(coefficients[0]))
    for weight, name in zip(coefficients[1:], terms[1:], strict=True):
        total += weight * values[name]
    return total


def war_end(*, years: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Chance that a war that has gone on in ``years`` calendar years is not carried into the next."""
    return hazard(coefficients[0] + coefficients[1] * np.log(np.maximum(years, 1.0)))


def year_of_pairs(
    given: Mapping[str, Mapping[str, np.ndarray]], ends: tuple[np.ndarray, np.ndarray], u: np.ndarray
) -> dict[str, np.ndarray]:
    """What a year brings the pairs (i, j) of one draw: every field over pairs, arrays (pair,).

    ``given`` holds ``pairs`` (squares), ``states`` (values) and ``one`` (the draw's parameters).
    """
    (i, j), one = ends, given["one"]
    pair = {k: v[i, j] for k, v in given["pairs"].items()}
    total = given["pairs"]["recent"].sum(axis=1)
    pair["claim"] = np.maximum(pair["claim"], given["pairs"]["claim"][j, i])
    states = {k: (v[i], v[j]) for k, v in (given["states"] | {"activity": total}).items()}
    war, years = pair.pop("at_war") > 0.5, pair.pop("war_years")
    stand_in = dict(zip(STAND_IN, one["stand_in"], strict=True))
    found = covariates(**pair, states=states, stand_in=stand_in)
    odds = log_odds(found, one["onset"])
    deadly, grows = (hazard(log_odds(found, one[k], terms)) for k, terms in STAGES.items())
    goes_on = 1.0 - war_end(years=years, coefficients=one["war_end"])
    steps = (np.ones_like(deadly), deadly, deadly * grows)
    risks = [np.where(war, goes_on, hazard(odds) * share) for share in steps]
    luck = u[i, j]
    today = hazard(odds + np.log(one["season"]))
    events = [np.where(war, 0.0, luck < today * share) for share in steps]
    fights = np.where(war, luck < goes_on, events[2])
    going = np.where(war, fights, events[0])
    kept = remember(recent=pair["recent"], peace_years=pair["peace_years"], onset=events[0], going=going)
    names = ("dispute_risk", "fatal_risk", "war_risk", "dispute", "fatal_dispute", "war")
    return dict(zip(names, [*risks, *events], strict=True)) | {
        "dispute_memory": kept[0],
        "fatal_memory": FATAL_KEPT * pair["deadly"] + events[1],
        "peace_years": np.where(going > 0, 0.0, pair["peace_years"] + 1.0),
        "at_war": fights * 1.0,
        "war_years": np.where(war, years + 1.0, 1.0) * fights,
    }


def attackers(
    *, begun: np.ndarray, log_power: np.ndarray, slope: float, u: np.ndarray
) -> list[tuple[int, int]]:
    """Who attacks whom in each war that begins: (attacker, attacked).

    ``slope`` is how much likelier the stronger is to begin, ``u`` (n, n) a uniform, read below the diagonal.
    """
    one, two = np.nonzero(np.triu(begun, 1))
    gap = np.nan_to_num(log_power[one] - log_power[two])
    first = u[two, one] < hazard(slope * gap)
    return [(i, j) if begins else (j, i) for i, j, begins in zip(one, two, first, strict=True)]


def joined(
    *,
    wars: Sequence[tuple[int, int]],
    pact: np.ndarray,
    fighting: np.ndarray,
    risk: np.ndarray,
    states: Mapping[str, np.ndarray],
    honour: tuple[float, float],
    follow: float,
    enter: np.ndarray,
    u: np.ndarray,
    against: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Third states that enter wars that begin this year: positions of both ends, both ways.

    The allies of the attacked who are not bound to the attacker keep their word together with the chance
    ``honour`` (log-odds, and what they gain if the attacker is armed): then the strongest comes, and each
    other with the chance ``follow``. All others come against either side by :func:`coming`. ``wars`` as from
    :func:`attackers`, ``pact`` (n, n) mutual defence, ``fighting`` (n, n) who is at war with whom already,
    ``risk`` (n, n) the chances of a dispute, ``states`` their ``log_power``, ``major`` and ``armed`` (n,),
    ``against`` (n,) the standard normal of the coalition against each, ``u`` (n,) each state's uniform of the
    year; the attacked one's is that of its alliances, and of the others' each side of a war has one end.
    """
    out = np.zeros(pact.shape, dtype=bool)
    known = np.nan_to_num(states["log_power"], nan=-99.0)
    for attacker, victim in wars:
        bound = (pact[victim] > 0.5) & ~(pact[attacker] > 0.5)
        bound[[attacker, victim]] = False
        leads = np.arange(len(bound)) == np.argmax(np.where(bound, known, -999.0))
        kept = u[victim] < hazard(honour[0] + honour[1] * states["armed"][attacker])
        chance = np.where(leads, 1.0, follow) if kept else np.zeros(len(bound))
        for luck, foe in ((u, attacker), (1.0 - u, victim)):
            own = coming(foe=foe, risk=risk[:, foe], states=states, enter=enter, against=against[foe])
            comes = (luck < np.where(bound, chance if foe == attacker else 0.0, own)) & ~(fighting[foe] > 0.5)
            comes[[attacker, victim]] = False
            out[comes, foe] = out[foe, comes] = True
    return tuple(np.nonzero(out))


def coming(
    *, foe: int, risk: np.ndarray, states: Mapping[str, np.ndarray], enter: np.ndarray, against: float
) -> np.ndarray:
    """Chance (n,) that a state not bound to the side that it helps enters a war against ``foe``.

    ``enter`` holds weights of :data:`ENTER` and, last, the log of the spread between coalitions, ``risk``
    (n,) each state's chance of a dispute with the foe, ``against`` the standard normal of the coalition.
    """
    odds = risk.clip(1e-9, 1 - 1e-9)
    fear = sum(w * float(states[k][foe] > 0.5) for w, k in zip(enter[2:4], ("major", "armed"), strict=True))
    level = enter[0] + fear + np.exp(enter[4]) * against
    return hazard(level + enter[1] * np.log(odds / (1 - odds)))
