"""Uniforms of the kinds of one pair, made from the one uniform of the pair."""

from __future__ import annotations

import numpy as np

SALTS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
FIRST_SALT = 0xD1B54A32D192ED03
"""Odd constants that give each kind of the chain a uniform of its own."""


def mixed(u: np.ndarray, k: int) -> np.ndarray:
    """The uniform of the chain's ``k``-th decision out of the 53 bits of a pair's uniform.

    The finaliser of SplitMix64 (Steele, Lea & Flood 2014) on the bits plus a salt, which leaves no trace of
    the order of ``u``: 21 high bits for each kind from one salt, the low bits from a salt of the kind's own.
    """
    bits = (u * 2.0**53).astype(np.uint64)
    high = (_scrambled(bits, FIRST_SALT) >> np.uint64(21 * k)) & np.uint64(2**21 - 1)
    low = (_scrambled(bits, SALTS[k]) >> np.uint64(11)).astype(float)
    return (high.astype(float) + (low + 0.5) * 2.0**-53) * 2.0**-21


def _scrambled(bits: np.ndarray, salt: int) -> np.ndarray:
    with np.errstate(over="ignore"):
        z = bits + np.uint64(salt)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
