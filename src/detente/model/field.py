"""A Field: one quantity of the world, with its dimensions, unit, bounds and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

Dim = Literal["state", "partner"]
Kind = Literal["stock", "event", "solved", "input"]


@dataclass(frozen=True, slots=True)
class Field:
    """Declaration of one quantity.

    ``kind`` says how it lives in time:

    * ``stock``: carried over from year to year (a level at the end of the year); needs a start value;
    * ``event``: happens during the year, forgotten afterwards;
    * ``solved``: the solution of an equilibrium; may be read but never set by a scenario;
    * ``input``: given from outside as a path over the years; no mechanism owns it.

    Arrays have shape ``(draw, *dims)``. ``("state", "partner")`` is a square matrix over the same
    states; for a directed quantity the state acts on the partner (exporter → importer,
    sender → target). ``symmetric`` fields are kept symmetric when a scenario touches them.
    ``grid`` lists the only values that an ordinal field may take.
    """

    name: str
    dims: tuple[Dim, ...]
    unit: str
    kind: Kind
    meaning: str
    low: float = -inf
    high: float = inf
    symmetric: bool = False
    grid: tuple[float, ...] = ()
    instead: str = ""
    """For a solved field: which fields a scenario can move instead."""
    inner: bool = False
    """Memory that a mechanism carries on and that says nothing by itself; runs leave it out."""
    kept_where: str = ""
    """For a field over pairs: an input over pairs; a run keeps, beside the watched pairs, those where it is
    not 0 at the start (as the corridors of a market)."""
    averaged: bool = False
    """Runs keep its mean over draws for every cell, year and world (for fields over pairs, and inputs)."""

    def __post_init__(self) -> None:
        if self.symmetric and len(self.dims) != 2:
            raise ValueError(f"field '{self.name}': only a field over pairs can be symmetric")
        if self.low > self.high:
            raise ValueError(f"field '{self.name}': low bound {self.low} lies above high bound {self.high}")

    def shape(self, draws: int, states: int) -> tuple[int, ...]:
        """Shape of the array that holds this field."""
        return (draws, *(states for _ in self.dims))
