"""The moves of all single senders down the chain of measures, in one compiled pass.

:mod:`measures` says the same in NumPy.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from detente.mechanisms.sanctions.kernel import happens
from detente.mechanisms.sanctions.measures_luck import FIRST_SALT, SALTS

KINDS = len(SALTS)
SALT = np.array(SALTS, dtype=np.uint64)
FIRST, MASK = np.uint64(FIRST_SALT), np.uint64(2**21 - 1)
ONE, TWO = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S30, S27, S31, S11, S21, S42 = (np.uint64(x) for x in (30, 27, 31, 11, 21, 42))


@njit(cache=True, nogil=True)
def scrambled(bits, salt):
    """The finaliser of SplitMix64 on the bits plus a salt."""
    z = bits + salt
    z = (z ^ (z >> S30)) * ONE
    z = (z ^ (z >> S27)) * TWO
    return z ^ (z >> S31)


@njit(cache=True, nogil=True)
def mixed(bits, high, k):
    """As ``measures_luck.mixed``, from the pair's bits and the high bits of its kinds."""
    low = np.float64(scrambled(bits, SALT[k]) >> S11)
    return (high + (low + 0.5) * 1.1102230246251565e-16) * 2.0**-21


@njit(cache=True, nogil=True)
def survey(kind, share, held, count, weight):
    """Fill what is held (n, n), and for each target how many hold it and their share of GDP."""
    n = kind.shape[0]
    for i in range(n):
        for j in range(n):
            has = kind[i, j] > 0.5
            held[i, j] = has
            if has:
                count[j] += 1.0
                weight[j] += share[i]


@njit(cache=True, nogil=True)
def settle(before, flips, new):
    """As ``measures.settled_plain``."""
    n = before.shape[0]
    for i in range(n):
        for j in range(n):
            x = before[i, j]
            if flips[i, j] and not np.isnan(x):
                x = 0.0 if x > 0.5 else 1.0
            new[i, j] = 0.0 if i == j else x


@njit(cache=True, nogil=True)
def chance(x):
    """Phi(x)."""
    return 0.5 * math.erfc(-x * math.sqrt(0.5))


@njit(cache=True, nogil=True)
def ceilings(ideal, log_share, polyarchy, coalition, onset, rho, quarrel, out):
    """High bits that no uniform of a sender without a sanction or a new one can reach and still impose one.

    For each kind and target, from the largest index that any sender may have.
    """
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
            out[k, j] = np.int64((chance((x - a1 * quarrel[k, j]) * a0) + 1e-12) * 2097152.0) + 1


@njit(cache=True, nogil=True)
def lifts(b, rho, shock, warm, trade, gone, u):
    """Whether a measure in force is lifted; ``trade``: 0 none, 1 held, 2 lifted, 3 newly imposed."""
    x = b[0] + b[1] * warm + b[2] * (trade == 2) + b[3] * (trade == 1) + b[4] * gone
    return happens((x - math.sqrt(rho) * shock) / math.sqrt(1.0 - rho), u)


@njit(cache=True, nogil=True)
def imposes(b, rho, shock, base, trade, new, others, coalition, u):
    """Whether a measure is imposed; ``base`` is the index of what does not change along the chain."""
    x = base + b[6] * (trade == 3) + b[7] * (trade == 1) + b[8] * new + b[9] * others + b[10] * coalition
    return happens((x - math.sqrt(rho) * shock) / math.sqrt(1.0 - rho), u)


@njit(cache=True, nogil=True)
def standing(was, moved):
    """What became of a trade sanction: 0 none, 1 held, 2 lifted, 3 newly imposed."""
    if was:
        return 2 if moved else 1
    return 3 if moved else 0


@njit(cache=True, nogil=True)
def chain(i, j, trade, bits, first, held, level, states, coalition, ceiling, given, luck, moved):
    """Decide all kinds of one sender and target; ``first`` are the high bits of their uniforms."""
    others = held[0, i, j] or held[1, i, j] or held[2, i, j]
    quiet = trade == 0 and not others
    new, gone = False, False
    ideal, log_share, polyarchy, missing = states
    onset, rho, lifting, fade = given
    quarrel, thaw = luck
    for k in range(KINDS):
        high = np.int64((first >> np.uint64(21 * k)) & MASK)
        if quiet and not new and high >= ceiling[k, j]:
            continue
        u = mixed(bits, np.float64(high), k)
        if held[k, i, j]:
            if lifts(lifting[k], fade[k], thaw[k, j], level[i, j] >= 0.75, trade, gone, u):
                moved[k, i, j] = gone = True
            continue
        b = onset[k]
        base = b[0] + b[1] * (level[i, j] <= 0.25) + b[2] * abs(ideal[i] - ideal[j]) + b[3] * log_share[i]
        base += b[4] * polyarchy[i] + b[5] * polyarchy[j] + b[12] * (missing[i] + missing[j])
        if imposes(b, rho[k], quarrel[k, j], base, trade, new, others, coalition[k, j], u):
            moved[k, i, j] = new = True


@njit(cache=True, nogil=True)
def moves(level, trade_was, trade_moved, held, states, coalition, given, luck, u_kind, moved):
    """Fill ``moved`` (kind, n, n): whether each measure of each sender is imposed or lifted; one draw.

    ``states``: ideal points, log shares, polyarchy, how much is missing; ``given``: coefficients of imposing
    in the order of ``measures.ONSET`` and their common shares, the same of lifting; ``luck``: both shocks;
    kinds in the order of CHAIN.
    """
    n = level.shape[0]
    ceiling = np.empty((KINDS, n), dtype=np.int64)
    ceilings(states[0], states[1], states[2], coalition, given[0], given[1], luck[0], ceiling)
    for i in range(n):
        for j in range(n):
            if i == j:
                continue
            trade = standing(trade_was[i, j], trade_moved[i, j])
            bits = np.uint64(np.int64(u_kind[i, j] * 9007199254740992.0))
            first = scrambled(bits, FIRST)
            # Where nothing is between the two, the high bits alone nearly always say that nothing comes.
            if (
                trade == 0
                and not (held[0, i, j] or held[1, i, j] or held[2, i, j])
                and np.int64(first & MASK) >= ceiling[0, j]
                and np.int64((first >> S21) & MASK) >= ceiling[1, j]
                and np.int64((first >> S42) & MASK) >= ceiling[2, j]
            ):
                continue
            chain(i, j, trade, bits, first, held, level, states, coalition, ceiling, given, luck, moved)


@njit(cache=True, nogil=True)
def union_moves(
    rivalry, warm, distance, size, democracy, polyarchy, unknown, trade_was, trade_moved, held, coalition,
    given, luck, u, moved,
):  # fmt: skip
    """Fill ``moved`` (kind, n): what a union decides on each target, as :func:`moves`."""
    onset, rho, lifting, fade = given
    quarrel, thaw = luck
    for j in range(len(rivalry)):
        trade = standing(trade_was[j], trade_moved[j])
        others = held[0, j] or held[1, j] or held[2, j]
        new, gone = False, False
        for k in range(KINDS):
            if held[k, j]:
                if lifts(lifting[k], fade[k], thaw[k, j], warm[j], trade, gone, u[k, j]):
                    moved[k, j] = gone = True
                continue
            b = onset[k]
            base = b[0] + b[1] * rivalry[j] + b[2] * distance[j] + b[3] * size + b[4] * democracy
            base += b[5] * polyarchy[j] + b[11] + b[12] * unknown[j]
            if imposes(b, rho[k], quarrel[k, j], base, trade, new, others, coalition[k, j], u[k, j]):
                moved[k, j] = new = True
