"""The moves of all single senders in one compiled pass; :func:`equations.moves_plain` says the same in NumPy.

Compiled because a dozen temporaries of shape (n, n) for every draw would cost more than the budget.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

QUANTILES = np.array(
    [
        (0.2, -0.8416212335729143),
        (0.05, -1.6448536269514729),
        (0.01, -2.3263478740408408),
        (0.001, -3.090232306167813),
        (0.0001, -3.719016485455709),
        (0.00001, -4.264890793922825),
    ]
)
"""Uniforms and their normal quantiles: a uniform above one and an index below the other need no more."""


@njit(cache=True, nogil=True)
def happens(x: float, u: float) -> bool:
    """Whether u < Phi(x)."""
    for k in range(QUANTILES.shape[0]):
        if u >= QUANTILES[k, 0]:
            if x < QUANTILES[k, 1]:
                return False
            break
    return u < 0.5 * math.erfc(-x * math.sqrt(0.5))


@njit(cache=True, nogil=True)
def moves(
    level,
    since,
    coded,
    was,
    ideal,
    log_share,
    polyarchy,
    missing,
    coalition,
    onset,
    onset_rho,
    lifting,
    lifting_rho,
    kind,
    quarrel,
    thaw,
    u_move,
    u_kind,
    imposed,
    lifted,
    hard,
):
    """Fill ``imposed``, ``lifted`` and ``hard`` (complete if imposed); booleans (n, n) of one draw.

    ``coalition`` is the share of world GDP of all states that sanction each target. Coefficients
    stand in the order of ``equations.ONSET`` and ``equations.LIFTING``.
    """
    n = level.shape[0]
    a0, a1 = 1.0 / math.sqrt(1.0 - onset_rho), math.sqrt(onset_rho)
    b0, b1 = 1.0 / math.sqrt(1.0 - lifting_rho), math.sqrt(lifting_rho)
    for i in range(n):
        sender = onset[0] + onset[6] * log_share[i] + onset[8] * polyarchy[i]
        for j in range(n):
            if i == j:
                continue
            rivalry, warm = level[i, j] <= 0.25, level[i, j] >= 0.75
            middle = level[i, j] == 0.5 and (coded[i, j] > 0.5 or since[i, j] < 99.0)
            distance, unknown = abs(ideal[i] - ideal[j]), missing[i] + missing[j]
            if not was[i, j]:
                x = (
                    sender
                    + onset[1] * rivalry
                    + onset[2] * middle
                    + onset[3] * warm
                    + onset[4] * (since[i, j] <= 2.0)
                    + onset[5] * distance
                    + onset[7] * log_share[j]
                    + onset[9] * polyarchy[j]
                    + onset[10] * was[j, i]
                    + onset[11] * coalition[j]
                    + onset[13] * unknown
                )
                if happens((x - a1 * quarrel[j]) * a0, u_move[i, j]):
                    imposed[i, j] = True
                    hard[i, j] = happens(kind[0] + kind[1] * rivalry, u_kind[i, j])
            else:
                x = lifting[0] + lifting[1] * warm
                lifted[i, j] = happens((x - b1 * thaw[j]) * b0, u_move[i, j])


@njit(cache=True, nogil=True)
def settle(complete, partial, age, was, imposed, lifted, hard, new_complete, new_partial, new_age):
    """As ``equations.settled``: fill the three new fields of one draw."""
    n = complete.shape[0]
    for i in range(n):
        for j in range(n):
            c, p, a = complete[i, j], partial[i, j], 0.0
            if np.isnan(c) or np.isnan(p):
                c = p = a = np.nan
            elif imposed[i, j]:
                c, p, a = c + hard[i, j], p + (not hard[i, j]), 1.0
            elif lifted[i, j]:
                c, p = 0.0, 0.0
            elif was[i, j]:
                a = max(age[i, j], 1.0) + 1.0
            new_complete[i, j], new_partial[i, j], new_age[i, j] = c, p, a
