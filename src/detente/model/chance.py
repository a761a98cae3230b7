"""Luck has an address: every uniform is a function of (seed, stream, draw, year, entity) alone.

The only file of the package that touches ``numpy.random``. A toy: throw a die for Monday under the
name "rain" and another for Tuesday; whoever asks for Monday's "rain" again, in whatever world, in
whatever order, gets the same die. Two worlds that differ only in what a government decides then
differ only by that decision and its consequences, and not by the weather.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.model.field import Dim
from detente.model.space import Index, shell_order


@dataclass(frozen=True, slots=True)
class Chance:
    """All the luck there is for one seed."""

    seed: int

    def uniforms(
        self, stream: str, draws: Sequence[int] | np.ndarray, year: int, dims: tuple[Dim, ...], index: Index
    ) -> np.ndarray:
        """Uniforms on (0, 1) of shape (draw, *dims), locked.

        Numbers for every state of the registry are drawn, whether or not it is in ``index``, so
        that a state more or less moves nobody else's luck.
        """
        if not dims:
            return self.row(stream, draws, year, 1)[:, 0]
        slots = np.array(index.slots)
        places = slots if len(dims) == 1 else shell_order(index.slots)
        out = self.row(stream, draws, year, index.capacity ** len(dims))[:, places]
        out.flags.writeable = False
        return out

    def row(self, stream: str, draws: Sequence[int] | np.ndarray, year: int, width: int) -> np.ndarray:
        """Uniforms of shape (draw, width); a longer row begins with the shorter one's numbers."""
        digest = hashlib.sha256(f"{self.seed}/{stream}".encode()).digest()
        key = np.frombuffer(digest[:16], dtype=np.uint64)
        out = np.empty((len(draws), width))
        for k, draw in enumerate(draws):
            counter = np.array([0, 0, year, draw], dtype=np.uint64)
            np.random.Generator(np.random.Philox(key=key, counter=counter)).random(out=out[k])
        # A uniform of exactly 0 has no quantile; half the smallest step is as good and safe.
        return np.maximum(out, 2.0**-54, out=out)
