"""The year of all pairs in one compiled loop; :func:`relations.plain_year` is its NumPy twin and oracle.

The same equations in the same order as :mod:`equations`, pair by pair, so that a pair's number
never depends on the pairs beside it. Imported on first use only: numba takes a second to load.
"""

from __future__ import annotations

from math import exp, isnan, log1p, nan

import numba
import numpy as np

IN1, IN2 = (numba.types.Array(numba.float64, d, "A", readonly=True) for d in (1, 2))
OUT = numba.float64[:, ::1]
SIGNATURE = numba.void(
    *[IN2] * 10, *[IN1] * 6, *[IN2] * 4, *[IN1] * 7, numba.float64, numba.float64, OUT, OUT, OUT
)
"""One compilation for locked and open arrays, contiguous or not."""
QUIET, CALM = -3.0, 0.05
"""Log-odds below QUIET are a chance below CALM: a uniform between CALM and 1 - CALM then moves nothing.

The luck of the year included: a chance is less than its odds, so times a factor less than the odds times it.
"""
SPLIT = 2
"""Places 0 and 1 of the standings are rivalries; see ``equations.STATUS``."""


@numba.njit(cache=True, inline="always")
def _known(value: float, stand_in: float) -> float:
    return stand_in if isnan(value) else value


@numba.njit(cache=True, inline="always")
def _zero(value: float) -> float:
    return 0.0 if isnan(value) else value


@numba.njit(cache=True, inline="always")
def _chance(log_odds: float) -> float:
    return 1.0 / (1.0 + exp(-log_odds))


@numba.njit(cache=True, inline="always")
def _steps(v: float, second: float, third: float, fourth: float) -> int:
    return 1 + (v < second) + (v < third) + (v < fourth)


@numba.njit(cache=True)
def _drop(top: int, v: float, from_negative: float, from_warm: float) -> int:
    second = from_warm if top >= 3 else (from_negative if top == 2 else 0.0)
    third = second * (from_warm if top == 4 else (from_negative if top == 3 else 0.0))
    return _steps(v, second, third, third * (from_negative if top == 4 else 0.0))


@numba.njit(cache=True)
def _rise(top: int, v: float, farther: np.ndarray, leap: float) -> int:
    if top == 0:
        return _steps(v, farther[0], farther[0] * farther[1], 0.0)
    return _steps(v, farther[2] if top == 1 else (leap if top == 2 else 0.0), 0.0, 0.0)


@numba.njit(cache=True)
def _goes_on(level: float, reached: float, v: float, farther: np.ndarray) -> bool:
    """See ``equations.goes_on``."""
    return level == 0.5 and reached <= 0.25 and v < (farther[1] if reached == 0.0 else farther[2])


@numba.njit(cache=True)
def _enters(level: float, u: float, joined: float, members: float, entry: np.ndarray) -> bool:
    """See ``equations.entering``; ``joined`` and ``members`` count those of the two states that are."""
    return joined > 0.5 and members > 1.5 and u > entry[0] and 0.5 <= level < entry[1]


@numba.njit(cache=True)
def covariates(
    x: np.ndarray,
    years: float,
    ideal_a: float,
    ideal_b: float,
    poly_a: float,
    poly_b: float,
    power_a: float,
    power_b: float,
    pact: float,
    border: float,
    km: float,
    recent: float,
    stand_in: np.ndarray,
) -> None:
    """Fill ``x`` with the covariates of one pair in the order of ``equations.CONTINUOUS``."""
    distance, gap = abs(ideal_a - ideal_b), abs(power_a - power_b)
    either = isnan(poly_a) or isnan(poly_b)
    democracy = nan if either else min(poly_a, poly_b)
    reach = nan if isnan(gap) else max(power_a, power_b)
    log_km = log1p(km / 100.0)
    incomplete = isnan(distance) or either or isnan(gap) or isnan(log_km)
    x[0], x[1], x[2] = log1p(years), _known(distance, stand_in[0]), _known(democracy, stand_in[1])
    x[3], x[4], x[5] = _zero(pact), _zero(border), _known(log_km, stand_in[2])
    x[6], x[7] = _known(gap, stand_in[3]), _known(reach, stand_in[4])
    x[8], x[9] = recent, 1.0 if incomplete else 0.0


@numba.njit(cache=True)
def move(
    level: float,
    status: int,
    x: np.ndarray,
    effort: float,
    trouble: float,
    luck: tuple[float, float],
    u: float,
    v: float,
    bases: np.ndarray,
    slopes: np.ndarray,
    efforts: np.ndarray,
    deeper: np.ndarray,
    farther: np.ndarray,
    leap: np.ndarray,
) -> float:
    """The level of one pair after the year's move; ``bases`` (2, 6) and ``slopes`` (3, k)."""
    down = bases[0, status] + (effort * efforts[0] + trouble)
    up = bases[1, status] + effort * efforts[1]
    climb = 1 if status < SPLIT else 2
    by_fall = by_climb = 0.0
    for c in range(x.shape[0]):
        by_fall += slopes[0, c] * x[c]
        by_climb += slopes[climb, c] * x[c]
    top = int(level * 4.0)
    quiet = down + by_fall + luck[0] < QUIET and up + by_climb + luck[1] < QUIET
    if quiet and CALM < u < 1.0 - CALM:
        return level
    if u < _chance(down + by_fall) * exp(luck[0]):
        return max(level - 0.25 * _drop(top, v, deeper[0], deeper[1]), 0.0)
    if u > 1.0 - _chance(up + by_climb) * exp(luck[1]):
        straight = 0.0
        if top == SPLIT:
            base = leap[1] if status == SPLIT + 1 else leap[0]
            straight = _chance(base + leap[2] * x[2] + leap[3] * x[1])
        return min(level + 0.25 * _rise(top, v, farther, straight), 1.0)
    return level


@numba.njit(SIGNATURE, cache=True)
def year(
    level: np.ndarray,
    reached: np.ndarray,
    years: np.ndarray,
    since: np.ndarray,
    pact: np.ndarray,
    border: np.ndarray,
    km: np.ndarray,
    effort: np.ndarray,
    coded: np.ndarray,
    blow: np.ndarray,
    ideal: np.ndarray,
    polyarchy: np.ndarray,
    power: np.ndarray,
    upheaval: np.ndarray,
    member: np.ndarray,
    joined: np.ndarray,
    u: np.ndarray,
    v: np.ndarray,
    bases: np.ndarray,
    slopes: np.ndarray,
    efforts: np.ndarray,
    deeper: np.ndarray,
    farther: np.ndarray,
    leap: np.ndarray,
    stand_in: np.ndarray,
    seasons: np.ndarray,
    entry: np.ndarray,
    trouble: float,
    memory_years: float,
    out_level: np.ndarray,
    out_years: np.ndarray,
    out_since: np.ndarray,
) -> None:
    """One year of one draw: square inputs (n, n), results written to both halves of the outputs.

    ``seasons``: log factor of the year for falls, climbs out of rivalry, climbs from peace; ``entry``: the
    uniform above which a pair that enters the Union together goes to the house's level, and that level;
    ``trouble``: log-odds of a fall where ``upheaval`` (0/1) is 1 in either state.
    """
    n = level.shape[0]
    x = np.empty(slopes.shape[1])
    never = exp(-99.0 / memory_years)
    for i in range(n):
        for j in range(i + 1, n):
            here, stay, fell = level[i, j], years[i, j], since[i, j]
            if isnan(here):
                out_level[i, j] = out_level[j, i] = nan
                out_years[i, j] = out_years[j, i] = nan
                out_since[i, j] = out_since[j, i] = nan
                continue
            here = min(max(int(here * 4.0 + 0.5), 0), 4) * 0.25
            if here != reached[i, j]:
                stay = 0.0
                if here < reached[i, j]:
                    fell = 0.0
            known = coded[i, j] > 0.5 or here != 0.5 or fell < 99.0
            status = int(here * 4.0) + (here > 0.5) + (here == 0.5 and not known)
            covariates(
                x,
                stay,
                ideal[i],
                ideal[j],
                polyarchy[i],
                polyarchy[j],
                power[i],
                power[j],
                pact[i, j],
                border[i, j],
                km[i, j],
                never if fell >= 99.0 else exp(-fell / memory_years),
                stand_in,
            )
            if _goes_on(here, reached[i, j], v[i, j], farther):
                new = 0.75
            elif _enters(here, u[i, j], joined[i] + joined[j], member[i] + member[j], entry):
                new = entry[1]
            else:
                new = move(
                    here,
                    status,
                    x,
                    _zero(effort[i, j]),
                    max(upheaval[i], upheaval[j]) * trouble + blow[i, j],
                    (seasons[0], seasons[1] if status < SPLIT else seasons[2]),
                    u[i, j],
                    v[i, j],
                    bases,
                    slopes,
                    efforts,
                    deeper,
                    farther,
                    leap,
                )
            stay = stay + 1.0 if new == here else 0.0
            fell = 0.0 if new < here else (min(fell + 1.0, 98.0) if fell < 99.0 else 99.0)
            out_level[i, j] = out_level[j, i] = new
            out_years[i, j] = out_years[j, i] = stay
            out_since[i, j] = out_since[j, i] = fell
