"""The year of all pairs in one compiled loop; :func:`conflict.plain_year` is its NumPy twin and oracle.

The same equations in the same order as :mod:`equations`, pair by pair, so that a pair's number never depends
on the pairs beside it. Imported on first use only: numba takes a second to load.
"""

from __future__ import annotations

from math import exp, floor, isnan, log, log1p

import numba
import numpy as np

FATAL_KEPT = 0.5**0.125
LOGS = np.log1p(np.arange(512.0))
"""Logarithms of one plus whole years."""
IN1, IN2 = (numba.types.Array(numba.float64, d, "C", readonly=True) for d in (1, 2))
OUT = numba.float64[:, ::1]
SIGNATURE = numba.void(
    *[IN2] * 13, *[IN1] * 5, IN2, *[IN1] * 5, numba.float64, *[OUT] * 11, *[numba.float64[::1]] * 2
)
"""One compilation for locked and open arrays; all must be contiguous."""


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
def _calm(years: float) -> float:
    """Log of one plus the years of peace, mostly whole."""
    whole = int(years)
    return LOGS[whole] if whole == years and whole < 512 else log1p(years)


@numba.njit(cache=True, inline="always")
def _low(a: float, b: float) -> float:
    return a + b if isnan(a + b) else min(a, b)


@numba.njit(cache=True, inline="always")
def _high(a: float, b: float) -> float:
    return a + b if isnan(a + b) else max(a, b)


@numba.njit(cache=True)
def covariates(
    x: np.ndarray,
    land: float,
    water: float,
    log_km: float,
    pact: float,
    shielded: float,
    level: float,
    coded: float,
    recent: float,
    calm: float,
    powers: tuple[float, float],
    majors: float,
    armed: float,
    polyarchies: tuple[float, float],
    ideals: tuple[float, float],
    activity: float,
    claim: float,
    stand_in: np.ndarray,
) -> None:
    """Fill ``x`` with the covariates of one pair in the order of ``equations.COVARIATES``.

    ``log_km`` is log(1 + km/100), ``calm`` log(1 + peace years).
    """
    step = 2.0 if isnan(level) else floor(level * 4.0 + 0.5)
    severe, lesser = 1.0 if step == 0.0 else 0.0, 1.0 if step == 1.0 else 0.0
    rival = severe + lesser
    high = _high(powers[0], powers[1])
    near = _known(log_km, stand_in[0])
    strong = _known(high, stand_in[1])
    border = _zero(land)
    x[0], x[1], x[2], x[3] = border, _zero(water) * (1.0 - border), near, near**2
    x[4], x[5], x[6] = near * strong, strong, _known(high - _low(powers[0], powers[1]), stand_in[2])
    x[7], x[8] = 1.0 if majors >= 1.0 else 0.0, 1.0 if majors >= 2.0 else 0.0
    x[9] = _known(_low(polyarchies[0], polyarchies[1]), stand_in[3])
    x[10] = _known(_high(polyarchies[0], polyarchies[1]), stand_in[4])
    x[11] = _known(abs(ideals[0] - ideals[1]), stand_in[5])
    x[12], x[13], x[14] = _zero(pact), 1.0 if armed >= 1.0 else 0.0, 1.0 if armed >= 2.0 else 0.0
    x[15], x[16], x[17], x[18] = shielded, severe, lesser, 1.0 if step >= 3.0 else 0.0
    x[19] = 1.0 if step == 2.0 and coded > 0.5 else 0.0
    x[20], x[21], x[22] = 0.0 if recent == 0.0 else log1p(recent), activity, activity * near
    x[23], x[24] = (1.0 - rival) * calm, rival * near
    x[25], x[26], x[27] = x[1] * near, x[6] * near, 1.0 if claim > 0.5 else 0.0


@numba.njit(cache=True, inline="always")
def _grown(x: np.ndarray, c: np.ndarray) -> float:
    """Log-odds of the second stage; the terms are ``equations.ESCALATION``."""
    total = c[0] + c[1] * x[0] + c[2] * x[2] + c[3] * x[16] + c[4] * x[17]
    return total + c[5] * x[6] + c[6] * x[7] + c[7] * x[9] + c[8] * x[12] + c[9] * x[21]


@numba.njit(cache=True, inline="always")
def _nuclear(armed: float, covered: float, c: np.ndarray) -> float:
    """What nuclear arms add to the log-odds of war; the terms are ``equations.NUCLEAR``."""
    one, met = 1.0 if armed == 1.0 else 0.0, covered
    return c[10] * one * (1.0 - met) + c[11] * met + c[12] * one + c[13] * (1.0 if armed >= 2.0 else 0.0)


@numba.njit(cache=True)
def chances(
    x: np.ndarray,
    deadly: float,
    nuclear: tuple[float, float],
    onset: np.ndarray,
    fatal: np.ndarray,
    war: np.ndarray,
) -> tuple[float, float, float]:
    """Chance of a dispute, that one is fatal, that a fatal one is a war.

    ``deadly`` is the memory of fatal disputes, ``nuclear`` how many of the two are armed and whether an armed
    one faces one that is covered.
    """
    total = onset[0]
    for k in range(x.size):
        total += onset[k + 1] * x[k]
    again = fatal[10] * x[20] + (0.0 if deadly == 0.0 else fatal[11] * log1p(deadly))
    grows = _grown(x, war) + _nuclear(nuclear[0], nuclear[1], war)
    return _chance(total), _chance(_grown(x, fatal) + again), _chance(grows)


@numba.njit(SIGNATURE, cache=True)
def year(
    land, water, log_km, pact, shielded, level, coded, recent, at_war, war_years, killed, claim,
    covered, power, major, armed, polyarchy, ideal, u, onset, fatal, war, war_end, stand_in, season,
    dispute_risk, fatal_risk, war_risk, dispute, fatal_dispute, war_begun,
    new_peace_years, new_recent, new_killed, new_at_war, new_war_years, safe, expected,
):  # fmt: skip
    """One year of all pairs of one draw.

    ``season`` multiplies the odds of the year. Outputs (n, n) come filled with nought, ``new_peace_years``
    with last year's; they are written both ways. ``safe`` (n,), filled with ones, becomes each state's chance
    of no fatal dispute, ``expected`` (3,) the disputes, fatal ones and wars expected.
    """
    n = power.size
    x = np.empty(28)
    total, busy = np.zeros(n), np.zeros(n)
    for i in range(n):
        for j in range(n):
            total[i] += recent[i, j]
        busy[i] = log1p(max(total[i], 0.0))
    for i in range(n):
        for j in range(i + 1, n):
            own = recent[i, j]
            began = going = 0.0
            if at_war[i, j] > 0.5:
                lasted = log(max(war_years[i, j], 1.0))
                chance = 1.0 - _chance(war_end[0] + war_end[1] * lasted)
                deadly = grows = 1.0
                if u[i, j] < chance:
                    going = new_at_war[i, j] = new_at_war[j, i] = 1.0
                    new_war_years[i, j] = new_war_years[j, i] = max(war_years[i, j], 0.0) + 1.0
            else:
                if own == 0.0:
                    activity = busy[i] + busy[j]
                else:
                    activity = log1p(max(total[i] - own, 0.0)) + log1p(max(total[j] - own, 0.0))
                covariates(
                    x, land[i, j], water[i, j], log_km[i, j], pact[i, j], shielded[i, j], level[i, j],
                    coded[i, j], own, _calm(new_peace_years[i, j]), (power[i], power[j]), major[i] + major[j],
                    armed[i] + armed[j], (polyarchy[i], polyarchy[j]), (ideal[i], ideal[j]), activity,
                    max(_zero(claim[i, j]), _zero(claim[j, i])), stand_in,
                )  # fmt: skip
                chance, deadly, grows = chances(
                    x, killed[i, j], (armed[i] + armed[j], covered[i, j]), onset, fatal, war
                )
                expected[0] += chance
                expected[1] += chance * deadly
                expected[2] += chance * deadly * grows
                today = chance * season / (1.0 - chance + chance * season)
                if u[i, j] < today:
                    began = going = dispute[i, j] = dispute[j, i] = 1.0
                    if u[i, j] < today * deadly:
                        fatal_dispute[i, j] = fatal_dispute[j, i] = 1.0
                    if u[i, j] < today * deadly * grows:
                        war_begun[i, j] = war_begun[j, i] = 1.0
                        new_at_war[i, j] = new_at_war[j, i] = 1.0
                        new_war_years[i, j] = new_war_years[j, i] = 1.0
            dispute_risk[i, j] = dispute_risk[j, i] = chance
            fatal_risk[i, j] = fatal_risk[j, i] = chance * deadly
            war_risk[i, j] = war_risk[j, i] = chance * deadly * grows
            safe[i] *= 1.0 - chance * deadly
            safe[j] *= 1.0 - chance * deadly
            new_peace_years[i, j] = new_peace_years[j, i] = (new_peace_years[i, j] + 1.0) * (1.0 - going)
            if own != 0.0 or began != 0.0:
                new_recent[i, j] = new_recent[j, i] = 0.5 * own + began
            if killed[i, j] != 0.0 or began != 0.0:
                bled = FATAL_KEPT * killed[i, j] + fatal_dispute[i, j]
                new_killed[i, j] = new_killed[j, i] = bled
