"""Relations of the peace scale: what moves a pair up or down, and by how much.

The scale is that of Goertz, Diehl & Balas (2016) and Diehl, Goertz & Gallegos (2021):
0 severe rivalry, 0.25 lesser rivalry, 0.5 negative peace, 0.75 warm peace, 1 security community.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

GRID = (0.0, 0.25, 0.5, 0.75, 1.0)
STEP = 0.25
NEVER = 99.0
KM = 100.0
"""Distance enters as log(1 + km/KM): neighbours and near-neighbours differ little."""
STATUS = ("severe", "lesser", "negative", "uncoded", "warm", "community")
"""Present standing of a pair: the five levels, with level 0.5 split into coded and uncoded pairs."""
CONTINUOUS = (
    "log_years",
    "ideal_distance",
    "joint_democracy",
    "defence_pact",
    "land_border",
    "log_km",
    "power_gap",
    "reach",
    "recent_fall",
    "incomplete",
)
OCCASIONS = ("upheaval", "entering")
"""What the panel notes besides: an irregular change of leader in either state in the year before, and two
that have just come to be members of the European Union together (:func:`entering`)."""
COVARIATES = STATUS + CONTINUOUS + OCCASIONS
EQUATIONS = {
    "fall": ("lesser", "negative", "uncoded", "warm", "community"),
    "climb_rivalry": ("severe", "lesser"),
    "climb_peace": ("negative", "uncoded", "warm"),
}
"""The three hazards and the standings at risk in each; all continuous covariates enter each."""
OWN = {"fall": ("upheaval",), "climb_rivalry": (), "climb_peace": ()}
"""Covariates of one hazard alone, the last of its coefficients."""
STAND_IN = ("ideal_distance", "joint_democracy", "log_km", "power_gap", "reach")
"""Covariates that may be unknown, and then take the mean of the estimation sample."""


def snap(level: np.ndarray) -> np.ndarray:
    """Nearest level of the grid, for values that a scenario has put between two; NaN stays NaN."""
    return np.clip(np.floor(level * 4.0 + 0.5), 0, 4) * STEP


def memory(
    *, level: np.ndarray, last_level: np.ndarray, last_years: np.ndarray, last_since: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Years in the present level and years since the last fall, at the end of the year.

    All arrays share one shape. Both counts are 0 in the year of the move. A pair that was unknown
    the year before starts at 0 years in its level and 99 (never) since a fall; the count since a
    fall stops at 98, so that 99 keeps its meaning. NaN levels give NaN in both.
    """
    known = ~np.isnan(last_level)
    moved = ~known | (level != last_level)
    fell = known & (level < last_level)
    years = np.where(moved, 0.0, last_years + 1.0)
    since = np.where(known & (last_since < NEVER), np.minimum(last_since + 1.0, NEVER - 1.0), NEVER)
    since = np.where(fell, 0.0, since)
    gone = np.isnan(level)
    return np.where(gone, np.nan, years), np.where(gone, np.nan, since)


def status_columns(level: np.ndarray, coded: np.ndarray) -> np.ndarray:
    """Place of each pair in :data:`STATUS`: integers of the shape of ``level`` (0 where NaN)."""
    step = np.nan_to_num(level * 4.0).astype(np.int8)
    return step + (step > 2) + ((step == 2) & ~coded)


def known_to_be_coded(
    relation_coded: np.ndarray, level: np.ndarray, years_since_fall: np.ndarray
) -> np.ndarray:
    """Whether a pair has, or has had, a relation that the peace scale codes.

    ``relation_coded`` is the record's word at the start; a pair that has left negative peace, or
    has ever fallen, is coded from then on.
    """
    return (relation_coded > 0.5) | (level != 0.5) | (years_since_fall < NEVER)


def continuous(
    *,
    years_in_level: np.ndarray,
    years_since_fall: np.ndarray,
    ideal: tuple[np.ndarray, np.ndarray],
    polyarchy: tuple[np.ndarray, np.ndarray],
    log_power: tuple[np.ndarray, np.ndarray],
    pact: np.ndarray,
    border: np.ndarray,
    log_km: np.ndarray,
    memory_years: np.ndarray | float,
    stand_in: Mapping[str, np.ndarray | float],
) -> tuple[np.ndarray, ...]:
    """The covariates named in :data:`CONTINUOUS`, in that order, as pairs of arrays (…, pair).

    ``ideal``, ``polyarchy`` and ``log_power`` (log of military spending relative to the largest spender) hold
    the two states' values. Unknown values are replaced by ``stand_in`` (the estimation sample's
    mean) and flagged in the last covariate; an unknown pact or border counts as none.
    """
    distance = np.abs(ideal[0] - ideal[1])
    democracy = np.minimum(polyarchy[0], polyarchy[1])
    gap = np.abs(log_power[0] - log_power[1])
    reach = np.maximum(log_power[0], log_power[1])
    incomplete = np.isnan(distance) | np.isnan(democracy) | np.isnan(gap) | np.isnan(log_km)

    def filled(x: np.ndarray, name: str) -> np.ndarray:
        return np.where(np.isnan(x), stand_in[name], x)

    return (
        np.log1p(years_in_level),
        filled(distance, "ideal_distance"),
        filled(democracy, "joint_democracy"),
        np.nan_to_num(pact),
        np.nan_to_num(border),
        filled(log_km, "log_km"),
        filled(gap, "power_gap"),
        filled(reach, "reach"),
        np.exp(-years_since_fall / memory_years),
        incomplete.astype(float),
    )


def hazard(log_odds: np.ndarray) -> np.ndarray:
    """Yearly chance from log-odds (logistic function); NaN stays NaN."""
    return 1.0 / (1.0 + np.exp(-log_odds))


def direction(u: np.ndarray, fall: np.ndarray, climb: np.ndarray) -> np.ndarray:
    """-1 where the pair falls, +1 where it climbs, 0 where it stays.

    One uniform serves both: falls take the low end, climbs the high end, so raising a chance can
    only add moves of its own kind. Where the two chances overlap the fall goes first. A NaN
    chance moves nothing.
    """
    falls = u < fall
    return ((u > 1.0 - climb) & ~falls).astype(np.int8) - falls


def fall_steps(level: np.ndarray, v: np.ndarray, from_negative: float, from_warm: float) -> np.ndarray:
    """How many levels a falling pair drops, from a second uniform ``v``.

    ``from_negative`` is the chance that a fall that crosses 0.25 goes on to 0; ``from_warm`` that
    a fall from warm peace or better goes on one level further while it is above 0.5.
    """
    top = np.nan_to_num(level * 4.0).astype(np.int8)
    second = np.where(top >= 3, from_warm, np.where(top == 2, from_negative, 0.0))
    third = second * np.where(top == 4, from_warm, np.where(top == 3, from_negative, 0.0))
    fourth = third * np.where(top == 4, from_negative, 0.0)
    return 1 + (v < second) + (v < third) + (v < fourth).astype(np.int64)


def climb_steps(
    level: np.ndarray, v: np.ndarray, from_severe: tuple[float, float], from_lesser: float, leap: np.ndarray
) -> np.ndarray:
    """How many levels a climbing pair rises, from a second uniform ``v``.

    ``from_severe`` are the chances that a climb out of severe rivalry covers two levels, and three
    given two; ``from_lesser`` that one out of lesser rivalry covers two; ``leap`` (per pair) that
    one out of negative peace goes straight to security community.
    """
    top = np.nan_to_num(level * 4.0).astype(np.int8)
    second = np.where(
        top == 0, from_severe[0], np.where(top == 1, from_lesser, np.where(top == 2, leap, 0.0))
    )
    third = np.where(top == 0, from_severe[0] * from_severe[1], 0.0)
    return 1 + (v < second) + (v < third).astype(np.int64)


def moved_by_scenario(
    *, level: np.ndarray, reached: np.ndarray, years: np.ndarray, since: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Years in level and since a fall, corrected for what a scenario did after last year's step.

    Where the level is no longer the one that the pair ``reached`` by itself, the scenario moved
    it: it is new in its level, and if it was pushed down, that was a fall. Shapes all alike.
    """
    pushed = (level != reached) & ~np.isnan(level)
    return np.where(pushed, 0.0, years), np.where(pushed & (level < reached), 0.0, since)


def bases(p: Mapping[str, np.ndarray]) -> np.ndarray:
    """Log-odds of falling (row 0) and climbing (row 1) by :data:`STATUS`; -inf where not at risk."""
    out = np.full((2, len(STATUS)), -np.inf)
    for name, standings in EQUATIONS.items():
        row = 0 if name == "fall" else 1
        out[row, [STATUS.index(s) for s in standings]] = p[name][: len(standings)]
    return out


def slopes(p: Mapping[str, np.ndarray]) -> np.ndarray:
    """Coefficients of :data:`CONTINUOUS` in the three hazards, (3, k)."""
    return np.stack([p[name][len(s) : len(s) + len(CONTINUOUS)] for name, s in EQUATIONS.items()])


def chances(
    *,
    status: np.ndarray,
    covariates: tuple[np.ndarray, ...],
    fall: np.ndarray,
    climb_rivalry: np.ndarray,
    climb_peace: np.ndarray,
    fall_effort: np.ndarray,
    climb_effort: np.ndarray,
    seasons: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> tuple[np.ndarray, np.ndarray]:
    """Yearly chances of falling and of climbing, arrays (pair,).

    ``status`` is the place in :data:`STATUS`; ``covariates`` those of :func:`continuous`. Each
    coefficient vector holds the standings of its equation, then one number for each covariate.
    The efforts are log-odds added for deliberate reconciliation and upheavals; ``seasons`` the logs of what
    the year multiplies the chances by (falls, climbs of rivals, of others; :func:`season`). Chances above 1
    are certain.
    """
    p = {"fall": fall, "climb_rivalry": climb_rivalry, "climb_peace": climb_peace}
    (falls, climbs), weights = bases(p), slopes(p)
    rivals = status < STATUS.index("negative")
    down, up = falls[status] + fall_effort, climbs[status] + climb_effort
    by_fall, rival, other = np.zeros((3, *status.shape))
    # Summed one by one and not by BLAS: a pair's chance must not depend on the pairs beside it.
    for c, x in enumerate(covariates):
        by_fall += weights[0, c] * x
        rival += weights[1, c] * x
        other += weights[2, c] * x
    luck = np.where(rivals, seasons[1], seasons[2])
    by_climb = np.where(rivals, rival, other)
    return hazard(down + by_fall) * np.exp(seasons[0]), hazard(up + by_climb) * np.exp(luck)


def moved(
    *,
    level: np.ndarray,
    status: np.ndarray,
    fall: np.ndarray,
    climb: np.ndarray,
    democracy: np.ndarray,
    distance: np.ndarray,
    u: np.ndarray,
    v: np.ndarray,
    deeper: np.ndarray,
    farther: np.ndarray,
    leap: np.ndarray,
) -> np.ndarray:
    """The level after the year's move: arrays (pair,); NaN levels stay NaN.

    ``deeper`` and ``farther`` are log-odds of going on (see ``fit.sizes``), ``leap`` the
    coefficients (negative, uncoded, joint democracy, ideal-point distance). Only pairs that move
    are worked on.
    """
    way = direction(u, fall, climb)
    new = level.copy()
    down, up = np.flatnonzero(way < 0), np.flatnonzero(way > 0)
    if down.size:
        new[down] -= STEP * fall_steps(level[down], v[down], *hazard(deeper))
    if up.size:
        base = np.where(status[up] == STATUS.index("uncoded"), leap[1], leap[0])
        straight = hazard(base + leap[2] * democracy[up] + leap[3] * distance[up])
        two, three, lesser = hazard(farther)
        new[up] += STEP * climb_steps(level[up], v[up], (two, three), lesser, straight)
    return np.clip(new, GRID[0], GRID[-1])


def entering(
    *,
    member: tuple[np.ndarray, np.ndarray],
    before: tuple[np.ndarray, np.ndarray],
    level: np.ndarray,
    house: np.ndarray | float,
) -> np.ndarray:
    """Pairs that have just come to be members together, at negative peace or better and below the house.

    ``member`` and ``before``: the two states' membership of the European Union (0/1, NaN counts as none)
    at the end of this and of last year; ``house`` as of :func:`house`. All shapes (pair,).
    """
    now, old = ((x[0] > 0.5) & (x[1] > 0.5) for x in (member, before))
    return now & ~old & (level >= GRID[2]) & (level < house)


def house(level: np.ndarray, member: np.ndarray) -> float:
    """The level on which members stand with each other: the (lower) median over their pairs; NaN without any.

    ``level`` (n, n) and ``member`` (n,) at the end of last year.
    """
    inside = np.flatnonzero(member > 0.5)
    among = level[np.ix_(inside, inside)][np.triu_indices(len(inside), 1)]
    known = np.sort(among[~np.isnan(among)])
    return float(known[(len(known) - 1) // 2]) if known.size else float("nan")


def season(spread: float, u: float) -> float:
    """Log of what the luck of the year multiplies the chances of all pairs by; the factor's mean is 1.

    ``spread`` is the standard deviation of the log rate of whole years, ``u`` the year's uniform.
    """
    from scipy.special import ndtri

    return float(spread * ndtri(u) - spread**2 / 2)


def goes_on(*, level: np.ndarray, reached: np.ndarray, v: np.ndarray, farther: np.ndarray) -> np.ndarray:
    """Pairs whose rivalry a scenario has just ended at negative peace and that go on to warm peace.

    An exit from rivalry covers more than one level in a known share of cases (``fit.sizes``), whoever
    brings it about; without this a decreed exit would stop short where others now and then do not.
    ``level`` is where the scenario put the pair, ``reached`` what the engine had made of it, ``v`` the
    uniform of the size of moves, ``farther`` the chances (two levels, three given two; two from lesser).
    """
    on = np.where(reached == GRID[0], farther[1], farther[2])
    return (level == GRID[2]) & (reached <= GRID[1]) & (v < on)
