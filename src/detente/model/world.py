"""The world: read-only arrays for one chunk of draws at one year, and the observed start of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from detente.model.space import Index


@dataclass(frozen=True, slots=True)
class Observation:
    """Where the start value of a field comes from, how old it is, and what had to be imputed."""

    source: str
    newest: int
    observed: float
    """Share of cells that were observed (the rest is imputed by ``rule`` or missing)."""
    rule: str = ""


@dataclass(frozen=True)
class Start:
    """The observed world at the end of ``year``; the first simulated year is the next one.

    ``values[field]`` has shape (*dims): the level at the end of the year, or a constant input.
    ``paths[field][year]`` has shape (*dims) and gives an input for later years; after the last
    given year the last value holds. Missing is NaN.
    """

    index: Index
    year: int
    values: Mapping[str, np.ndarray]
    paths: Mapping[str, Mapping[int, np.ndarray]] = field(default_factory=dict)
    notes: Mapping[str, Observation] = field(default_factory=dict)

    def given(self, name: str, year: int) -> np.ndarray:
        """Value of an input field in ``year``: the newest given up to then."""
        path = self.paths.get(name, {})
        years = [y for y in path if y <= year]
        return path[max(years)] if years else self.values[name]


def protected(array: np.ndarray) -> np.ndarray:
    """The same numbers behind a lock: an attempt to write to them raises."""
    view = array.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True)
class World:
    """All fields of one chunk of draws at the end of one year; arrays have shape (draw, *dims)."""

    index: Index
    year: int
    draws: int
    arrays: Mapping[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]

    def __contains__(self, name: str) -> bool:
        return name in self.arrays

    def advanced(self, year: int, new: Mapping[str, np.ndarray]) -> World:
        """The world a year later; arrays are locked."""
        return World(self.index, year, self.draws, {k: protected(v) for k, v in new.items()})


def opening(start: Start, draws: int) -> World:
    """The world before the first simulated year: every draw begins alike.

    Arrays are broadcast views, so a thousand draws cost no more memory than one.
    """
    spread = {k: np.broadcast_to(v, (draws, *np.shape(v))) for k, v in start.values.items()}
    return World(start.index, start.year, draws, spread)
