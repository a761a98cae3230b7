"""What is kept of a run: fields of states whole, fields of pairs for the watched pairs only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detente.model.field import Field
from detente.model.mechanism import Model
from detente.model.simulate import Lane
from detente.model.space import Index


@dataclass(frozen=True, slots=True)
class Keep:
    """Ordered pairs of positions whose own values are kept draw by draw."""

    pairs: tuple[tuple[int, int], ...]


def watched_pairs(
    index: Index, watch: Iterable[tuple[str | Sequence[str], str | Sequence[str]]]
) -> tuple[tuple[int, int], ...]:
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
    owned = [f for f in model.fields.values() if f.name in model.owners]
    rows = np.array([i for i, _ in keep.pairs], dtype=np.intp)
    columns = np.array([j for _, j in keep.pairs], dtype=np.intp)
    arrays: dict[str, np.ndarray] = {}
    for year, lanes in history:
        at = year - years.start
        for name, lane in zip(names, lanes, strict=True):
            for f in owned:
                value = lane.world[f.name]
                _put(
                    arrays,
                    f"{name}/{f.name}",
                    value[:, rows, columns] if len(f.dims) == 2 else value,
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
