"""The moves of all single senders down the chain of measures, in one compiled pass.

:mod:`measures` says the same in NumPy.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from detente.mechanisms.sanctions.kernel import happens
from detente.mechanisms.sanctions.measures import SALTS

KINDS = len(SALTS)
SALT = np.array(SALTS, dtype=np.uint64)
ONE, TWO = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S30, S27, S31, S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@njit(cache=True, nogil=True)
def mixed(u, salt):
    """As ``measures.mixed``."""
    z = np.uint64(u * 9007199254740992.0) + salt
    z = (z ^ (z >> S30)) * ONE
    z = (z ^ (z >> S27)) * TWO
    z = z ^ (z >> S31)
    return (np.float64(z >> S11) + 0.5) * 1.1102230246251565e-16


@njit(cache=True, nogil=True)
def chance(x):
    """Phi(x)."""
    return 0.5 * math.erfc(-x * math.sqrt(0.5))


@njit(cache=True, nogil=True)
def ceilings(ideal, log_share, polyarchy, coalition, onset, rho, quarrel, out):
    """For each kind and target: a chance that no sender without a sanction or a new one can exceed."""
    n = len(ideal)
    low, high = ideal.min(), ideal.max()
    for k in range(KINDS):
        b, sender = onset[k], -np.inf
        for i in range(n):
            sender = max(sender, b[3] * log_share[i] + b[4] * polyarchy[i])
        top = b[0] + sender + max(b[1], 0.0) + max(b[12], 0.0) * 2.0
        a0, a1 = 1.0 / math.sqrt(1.0 - rho[k]), math.sqrt(rho[k])
        for j in range(n):
            far = max(high - ideal[j], ideal[j] - low)
            x = top + max(b[2], 0.0) * far + b[5] * polyarchy[j] + b[10] * coalition[k, j]
            out[k, j] = chance((x - a1 * quarrel[k, j]) * a0) + 1e-12


@njit(cache=True, nogil=True)
def moves(
    level,
    trade_was,
    trade_moved,
    held,
    ideal,
    log_share,
    polyarchy,
    missing,
    coalition,
    onset,
    onset_rho,
    lifting,
    lifting_rho,
    quarrel,
    thaw,
    u_kind,
    moved,
):
    """Fill ``moved`` (kind, n, n): whether each measure of each sender is imposed or lifted; one draw.

    Coefficients stand in the order of ``measures.ONSET`` and ``measures.LIFTING``, kinds in that of CHAIN.
    """
    n = level.shape[0]
    ceiling = np.empty((KINDS, n))
    ceilings(ideal, log_share, polyarchy, coalition, onset, onset_rho, quarrel, ceiling)
    for i in range(n):
        for j in range(n):
            if i == j:
                continue
            others = held[0, i, j] or held[1, i, j] or held[2, i, j]
            quiet = not (trade_was[i, j] or trade_moved[i, j] or others)
            new, gone = False, False
            for k in range(KINDS):
                u = mixed(u_kind[i, j], SALT[k])
                if quiet and not new and u >= ceiling[k, j]:
                    continue
                if held[k, i, j]:
                    b = lifting[k]
                    x = (
                        b[0]
                        + b[1] * (level[i, j] >= 0.75)
                        + b[2] * (trade_was[i, j] and trade_moved[i, j])
                        + b[3] * (trade_was[i, j] and not trade_moved[i, j])
                        + b[4] * gone
                    )
                    x = (x - math.sqrt(lifting_rho[k]) * thaw[k, j]) / math.sqrt(1.0 - lifting_rho[k])
                    if happens(x, u):
                        moved[k, i, j] = gone = True
                    continue
                b = onset[k]
                x = (
                    b[0]
                    + b[1] * (level[i, j] <= 0.25)
                    + b[2] * abs(ideal[i] - ideal[j])
                    + b[3] * log_share[i]
                    + b[4] * polyarchy[i]
                    + b[5] * polyarchy[j]
                    + b[6] * (not trade_was[i, j] and trade_moved[i, j])
                    + b[7] * (trade_was[i, j] and not trade_moved[i, j])
                    + b[8] * new
                    + b[9] * others
                    + b[10] * coalition[k, j]
                    + b[12] * (missing[i] + missing[j])
                )
                x = (x - math.sqrt(onset_rho[k]) * quarrel[k, j]) / math.sqrt(1.0 - onset_rho[k])
                if happens(x, u):
                    moved[k, i, j] = new = True
