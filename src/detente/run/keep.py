"""What is kept of a run: fields of states whole, fields of pairs for the watched pairs only.

A field over pairs may name an input (``kept_where``) that marks further pairs to keep for it. Inner
memory of mechanisms is not kept; it can be computed again from the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detente.model.field import Field
from detente.model.mechanism import Model
from detente.model.simulate import Lane
from detente.model.space import Index
from detente.model.world import Start

Pairs = tuple[tuple[int, int], ...]
Watch = tuple[str | Sequence[str], str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Keep:
    """Ordered pairs of positions whose own values are kept draw by draw; ``more`` by field."""

    pairs: Pairs
    more: Mapping[str, Pairs] = field(default_factory=dict)
    averaged: tuple[str, ...] = ()
    """Fields whose means over draws are kept for every cell (:mod:`detente.run.means`)."""

    def of(self, name: str) -> Pairs:
        """The pairs kept of one field."""
        return self.more.get(name, self.pairs)


def to_keep(model: Model, start: Start, watch: Iterable[Watch]) -> Keep:
    """The watched pairs, and for fields that ask for it those which their input marks at the start."""
    pairs = watched_pairs(start.index, watch)
    asking = [f for f in model.told if f.kept_where]
    more = {f.name: tuple(sorted({*pairs, *_marked(start, f.kept_where)})) for f in asking}
    return Keep(pairs, more, tuple(f.name for f in model.fields.values() if f.averaged))


def recorded_keep(record: Mapping[str, Any]) -> Keep:
    """What the record of a run says was kept; runs made before there was a part of it have none."""
    more = {name: _pairs(pairs) for name, pairs in record.get("more_pairs", {}).items()}
    return Keep(_pairs(record["pairs"]), more, tuple(c["name"] for c in record.get("averaged", ())))


def _pairs(written: Iterable[Sequence[int]]) -> Pairs:
    return tuple((int(i), int(j)) for i, j in written)


def _marked(start: Start, name: str) -> Pairs:
    found = np.argwhere(np.nan_to_num(start.values[name]) != 0)
    return tuple((int(i), int(j)) for i, j in found if i != j)


def watched_pairs(index: Index, watch: Iterable[Watch]) -> Pairs:
    """Both directions of every pair that a list of selector pairs means, in a fixed order.

    A selector that means nothing in this index (a state that did not yet exist) adds no pair.
    """
    found = set()
    for left, right in watch:
        if index.problems(left, "") or index.problems(right, ""):
            continue
        for i in index.positions(left):
            for j in index.positions(right):
                if i != j:
                    found |= {(int(i), int(j)), (int(j), int(i))}
    return tuple(sorted(found))


def kept_arrays(
    history: Iterator[tuple[int, tuple[Lane, ...]]],
    model: Model,
    keep: Keep,
    names: Sequence[str],
    years: range,
) -> dict[str, np.ndarray]:
    """Arrays of one chunk, keyed ``scenario/field``, float32.

    Shapes: (draw, year) for a field of the whole world, (draw, year, state), (draw, year, pair);
    ``scenario/field#levels`` counts the pairs at each level of an ordinal field, each pair once;
    ``scenario/failed`` marks the draws whose solver did not converge.
    """
    cells = {f.name: np.array(keep.of(f.name), dtype=np.intp).reshape(-1, 2).T for f in model.told}
    arrays: dict[str, np.ndarray] = {}
    for year, lanes in history:
        at = year - years.start
        for name, lane in zip(names, lanes, strict=True):
            for f in model.told:
                value = lane.world[f.name]
                _put(
                    arrays,
                    f"{name}/{f.name}",
                    value[:, *cells[f.name]] if len(f.dims) == 2 else value,
                    at,
                    years,
                )
                if f.symmetric and f.grid:
                    _put(arrays, f"{name}/{f.name}#levels", _level_counts(value, f), at, years)
            arrays[f"{name}/failed"] = lane.failed
    return arrays


def _put(arrays: dict[str, np.ndarray], key: str, value: np.ndarray, at: int, years: range) -> None:
    if key not in arrays:
        arrays[key] = np.full((value.shape[0], len(years), *value.shape[1:]), np.nan, dtype=np.float32)
    arrays[key][:, at] = value


def _level_counts(value: np.ndarray, field: Field) -> np.ndarray:
    upper = value[:, *np.triu_indices(value.shape[1], 1)]
    return np.stack([(np.abs(upper - level) < 1e-9).sum(axis=1) for level in field.grid], axis=1)
