"""Means over draws of every cell of a few fields, for fields over pairs that runs cannot keep draw by draw.

Values are added in whole grains of 2⁻³², so that the sums are exact: they come out the same, bit for bit,
in whatever order, chunks and processes the draws are computed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from detente.model.errors import DetenteError, Problem, Problems, nearest
from detente.model.field import Field
from detente.model.simulate import Lane

if TYPE_CHECKING:
    import xarray

    from detente.run.result import Result

GRAINS = 2.0**32
LARGEST = 2.0**63 / GRAINS / 100_000
"""Values beyond this could overflow the sums of the largest ensemble."""
SHARES, UNKNOWN = "#levels", "?"
DIGEST = "means/sha256"
"""Where a chunk file holds the hash of its sums."""
History = Iterator[tuple[int, tuple[Lane, ...]]]


@dataclass
class Sums:
    """Sums over draws by ``world/field``, int64 in grains, of the chunks in ``chunks`` (their first draws).

    Shapes: (year, cell), and (year, level, cell) for an ordinal field with more than two levels, under
    ``world/field#levels``. ``world/field?`` marks cells that are unknown in some draw.
    """

    draws: int = 0
    chunks: frozenset[int] = frozenset()
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    def digest(self) -> np.ndarray:
        """Hash of the sums, as bytes: what ``detente verify`` compares of one chunk."""
        found = hashlib.sha256(str(self.draws).encode())
        for key in sorted(self.arrays):
            found.update(key.encode() + np.ascontiguousarray(self.arrays[key]).tobytes())
        return np.frombuffer(found.digest(), dtype=np.uint8)

    def take_in(self, other: Sums) -> None:
        """Add the sums of further chunks (in place); a chunk that is in already changes nothing."""
        if other.chunks <= self.chunks:
            return
        self.draws, self.chunks = self.draws + other.draws, self.chunks | other.chunks
        for key, more in other.arrays.items():
            mine = self.arrays.setdefault(key, np.zeros_like(more))
            (np.logical_or if more.dtype == bool else np.add)(mine, more, out=mine)

    def means(self) -> dict[str, np.ndarray]:
        """Means over draws, float32, NaN where a cell is unknown in some draw; shares for levels."""
        out: dict[str, np.ndarray] = {"draws": np.array(self.draws)}
        for key, total in self.arrays.items():
            if total.dtype == bool:
                continue
            mean = total / (GRAINS * self.draws if self.draws else np.nan)
            gone = self.arrays.get(key.removesuffix(SHARES) + UNKNOWN)
            if gone is not None:
                mean[gone if mean.ndim == 2 else np.broadcast_to(gone[:, None], mean.shape)] = np.nan
            out[key] = mean.astype(np.float32)
        return out


def cells_of(f: Field, states: int) -> np.ndarray:
    """Flat positions of the cells that are kept of a field: of a symmetric one, each pair once."""
    return _cells(len(f.dims), f.symmetric, states)


@lru_cache(maxsize=16)
def _cells(dims: int, symmetric: bool, states: int) -> np.ndarray:
    if symmetric:
        i, j = np.triu_indices(states, 1)
        return i * states + j
    return np.arange(states**dims)


def summed(
    history: History, fields: Sequence[Field], names: Sequence[str], years: range, sums: Sums
) -> History:
    """The history as it comes, its averaged fields added to ``sums`` on the way."""
    for year, lanes in history:
        sums.draws = len(lanes[0].failed)
        for name, lane in zip(names, lanes, strict=True):
            for f in fields:
                _add(sums.arrays, f"{name}/{f.name}", f, lane.world[f.name], year - years.start, len(years))
        yield year, lanes


def _add(arrays: dict[str, np.ndarray], key: str, f: Field, values: np.ndarray, at: int, years: int) -> None:
    cells = cells_of(f, values.shape[-1] if f.dims else 1)
    alike = values.strides[0] == 0
    rows = (values[:1] if alike else values).reshape(1 if alike else len(values), -1)
    levels = f.grid if len(f.grid) > 2 else ()
    total = np.zeros((len(levels), len(cells)) if levels else len(cells), dtype=np.int64)
    for row in rows:
        here = row[cells]
        gone = ~np.isfinite(here)
        if gone.any():
            here[gone] = 0.0
            arrays.setdefault(key + UNKNOWN, np.zeros((years, len(cells)), dtype=bool))[at] |= gone
        if levels:
            total += np.abs(here - np.array(levels)[:, None]) < 1e-9
        else:
            total += _grains(here, f)
    factor = (int(GRAINS) if levels else 1) * (len(values) if alike else 1)
    name = key + SHARES if levels else key
    arrays.setdefault(name, np.zeros((years, *total.shape), dtype=np.int64))[at] = total * factor


def _grains(values: np.ndarray, f: Field) -> np.ndarray:
    if np.abs(values).max(initial=0.0) > LARGEST:
        raise RuntimeError(f"'{f.name}' is averaged and has values beyond {LARGEST:,.0f} {f.unit}")
    found: np.ndarray = np.rint(values * GRAINS).astype(np.int64)
    return found


def of(result: Result, field: str, world: str, year: int) -> np.ndarray:
    """Means of an averaged field in one world and year: (n,) or (n, n), the diagonal NaN.

    Raises :class:`DetenteError` for what the run does not hold.
    """
    f, row = _row(result, field, world, year)
    return spread(np.array(f.grid) @ row if row.ndim == 2 else row, f, len(result.index))


def labelled(result: Result, field: str, world: str, year: int) -> xarray.DataArray:
    """What :func:`of` gives, with the codes of the states, the unit and the meaning."""
    import xarray as xr

    data = of(result, field, world, year)
    f, codes = result.averaged[field], list(result.index.states)
    coords = dict.fromkeys(("state", "partner")[: data.ndim], codes)
    attrs = {"unit": f.unit, "meaning": f.meaning}
    return xr.DataArray(data, dims=list(coords), coords=coords, name=field, attrs=attrs)


def shares(result: Result, field: str, world: str, year: int) -> np.ndarray:
    """Share of draws at each level of an averaged ordinal field: (level, n, n)."""
    f, row = _row(result, field, world, year)
    if row.ndim == 1:
        raise DetenteError(Problem("field", f"'{field}' has no levels", "a field with three levels or more"))
    return np.stack([spread(at, f, len(result.index)) for at in row])


def _row(result: Result, field: str, world: str, year: int) -> tuple[Field, np.ndarray]:
    problems = Problems()
    if field not in result.averaged:
        known = nearest(field, result.averaged) if result.averaged else "run again: older runs have no means"
        problems.add("field", f"this run keeps no means of '{field}'", known)
    if world not in result.scenarios:
        problems.add("scenario", f"'{world}' is not in this run", nearest(world, result.scenarios))
    if year not in result.years:
        span = f"between {result.years[0]} and {result.years[-1]}"
        problems.add("year", f"{year} is outside the run", span)
    if not problems.found and not int(result.all_means["draws"]):
        problems.add("draws", "no draw of the run came to its end in every world", "see Result.failures")
    problems.raise_if_any()
    f, held = result.averaged[field], result.all_means
    name = f"{world}/{field}"
    return f, held[name + SHARES if name + SHARES in held else name][result.years.index(year)]


def spread(row: np.ndarray, f: Field, states: int) -> np.ndarray:
    """Kept cells as an array over the field's dims; of pairs, both directions, the diagonal NaN."""
    out = np.full(states ** len(f.dims), np.nan)
    out[cells_of(f, states)] = row
    out = out.reshape((states,) * len(f.dims))
    if f.symmetric:
        out = np.fmax(out, out.T)
    if len(f.dims) == 2:
        np.fill_diagonal(out, np.nan)
    return out
