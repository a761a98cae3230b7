"""A finished run answers: levels, paired effects, chances, each with its error."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.npyio import NpzFile

from detente.model.errors import DetenteError, Problem, nearest
from detente.model.field import Field
from detente.model.scenario import Scenario
from detente.model.space import Index
from detente.run import means
from detente.run.estimate import Estimate, chance, summary
from detente.run.keep import recorded_keep
from detente.run.store import MEANS, TIMING, Store, read_json

if TYPE_CHECKING:
    import polars
    import xarray

Where = str | tuple[str, ...] | list[str]
BASE = "baseline"
CACHE_BYTES = 512_000_000
"""What a result keeps in memory of the fields that it has read."""
OPEN_CHUNKS = 64
"""Chunk files that a result leaves open."""


class Result:
    """A run on disk, read as it is asked.

    Selections are written as in scenarios: a code, ``bloc:NAME``, ``all``, or a list of these with
    ``-X`` to take X away. ``how`` joins several states or pairs: ``mean``, ``sum``,
    ``weighted:FIELD`` (weights from the same world and year), or ``each`` to keep them apart.
    """

    def __init__(self, folder: Path, record: dict[str, Any], keep_alive: object = None):
        self.directory = folder
        self.record = record
        self._keep_alive = keep_alive
        self.index = Index(
            tuple(record["states"]),
            tuple(record["slots"]),
            {b: tuple(m) for b, m in record["blocs"].items()},
            record["names"],
        )
        first, last = record["years"]
        self.years = tuple(range(first, last + 1))
        self.documents = {s["id"]: Scenario.model_validate(s) for s in record["scenarios"]}
        self.scenarios = tuple(self.documents)
        self.fields = {f["name"]: _field(f) for f in record["fields"]}
        self.averaged = {f["name"]: _field(f) for f in record.get("averaged", ())}
        self.kept = recorded_keep(record)
        self.pairs = self.kept.pairs
        self._cache: dict[Hashable, np.ndarray] = {}
        self._chunks: dict[Path, NpzFile] = {}
        self.shown: Callable[[Result], str] | None = None
        """How the result shows itself in a notebook; given by whoever knows how to draw."""

    def __repr__(self) -> str:
        worlds = ", ".join(s for s in self.scenarios if s != BASE) or "the baseline alone"
        span = f"{self.years[0]}–{self.years[-1]}"
        return f"Result({worlds}; {self.record['draws']} paired draws, {span}, {len(self.index)} states)"

    def _repr_html_(self) -> str:
        return self.shown(self) if self.shown else f"<pre>{escape(repr(self))}</pre>"

    @classmethod
    def open(cls, folder: Path | str, keep_alive: object = None) -> Result:
        """Open a finished run.

        Raises
        ------
        DetenteError : no finished run here, or a chunk file that is missing or damaged.
        """
        store = Store(Path(folder))
        record, damaged = store.record(), store.damaged()
        if damaged:
            raise DetenteError(damaged)
        return cls(store.folder, record, keep_alive)

    # --- what is in it -------------------------------------------------------------------------

    @property
    def parameter_cards(self) -> list[dict[str, Any]]:
        """Every parameter: unit, basis, source or judgement, why, middle and interval."""
        return list(self.record["parameters"])

    @property
    def start_notes(self) -> dict[str, dict[str, Any]]:
        """For each field of the start: source, newest year, share observed, rule of imputation."""
        return dict(self.record["start_notes"])

    @cached_property
    def parameters(self) -> dict[str, np.ndarray]:
        """Parameter values of every draw: (draw,) or (draw, k)."""
        return {c["name"]: self._load(f"param/{c['name']}") for c in self.parameter_cards}

    @cached_property
    def all_means(self) -> NpzFile:
        """Means over draws as the run wrote them."""
        return np.load(self.directory / MEANS)

    @cached_property
    def seconds(self) -> float:
        """How long the computing took."""
        return float(read_json(self.directory / TIMING)["seconds"])

    def failed(self, scenario: str) -> np.ndarray:
        """Draws left out because a solver did not converge in this world or in the baseline."""
        return self._load(f"{scenario}/failed").astype(bool) | self._load(f"{BASE}/failed").astype(bool)

    @property
    def failures(self) -> dict[str, int]:
        """How many draws each scenario lost."""
        return {s: int(self.failed(s).sum()) for s in self.scenarios}

    def selected(self, state: Where = "all") -> tuple[str, ...]:
        """Codes of the states that a selection means."""
        self._must_know(state)
        return self.index.members(state)

    def selected_pairs(self, state: Where, partner: Where, field: str = "") -> tuple[tuple[str, str], ...]:
        """Watched pairs that a selection means; of a ``field`` that keeps more of them, those too."""
        chosen = self._pairs(state, partner, field)[1]
        return tuple((self.index.states[i], self.index.states[j]) for i, j in chosen)

    # --- values --------------------------------------------------------------------------------

    def values(
        self,
        field: str,
        scenario: str,
        *,
        state: Where | None = None,
        partner: Where | None = None,
        year: int | None = None,
        how: str = "mean",
    ) -> np.ndarray:
        """Values draw by draw: (draw, year), or (draw,) with ``year``; ``each`` adds a last axis.

        Failed draws are NaN. Not to be written to.
        """
        key = (field, scenario, str(state), str(partner), how)
        array = self._remembered(key, lambda: self._whole(field, scenario, state, partner, how))
        return array if year is None else array[:, self._year(year)]

    def _whole(
        self, field: str, scenario: str, state: Where | None, partner: Where | None, how: str
    ) -> np.ndarray:
        array = self._selection(field, scenario, state, partner)
        if array.ndim == 3 and how != "each":
            array = self._joined(array, scenario, state, partner, how)
        lost = self.failed(scenario)
        if lost.any():
            array = np.where(lost.reshape(-1, *(1,) * (array.ndim - 1)), np.nan, array)
        return array

    def _selection(self, field: str, scenario: str, state: Where | None, partner: Where | None) -> np.ndarray:
        if scenario not in self.scenarios:
            raise DetenteError(
                Problem("scenario", f"'{scenario}' is not in this run", nearest(scenario, self.scenarios))
            )
        if field not in self.fields:
            raise DetenteError(
                Problem("field", f"'{field}' is not kept in this run", nearest(field, self.fields))
            )
        array, dims = self._load(f"{scenario}/{field}"), len(self.fields[field].dims)
        if dims == 0:
            return array
        if dims == 1:
            self._must_know(state or "all")
            return array[:, :, self.index.positions(state or "all")]
        if state is None or partner is None:
            raise DetenteError(Problem("where", f"'{field}' is about pairs", "say 'state' and 'partner'"))
        return array[:, :, self._pairs(state, partner, field)[0]]

    def _joined(
        self, array: np.ndarray, scenario: str, state: Where | None, partner: Where | None, how: str
    ) -> np.ndarray:
        known = ~np.isnan(array)
        filled = np.where(known, array, 0.0).astype(float)
        if how == "sum":
            return np.where(known.any(-1), filled.sum(-1), np.nan)
        if how == "mean":
            weights = known.astype(float)
        elif how.startswith("weighted:") and partner is None:
            heavy = self._selection(how.removeprefix("weighted:"), scenario, state, None)
            weights = np.where(known & ~np.isnan(heavy), heavy, 0.0).astype(float)
        else:
            raise DetenteError(
                Problem(
                    "how", f"cannot join by '{how}'", "valid: mean, sum, each, and weighted:FIELD for states"
                )
            )
        total = weights.sum(-1)
        return np.divide((filled * weights).sum(-1), total, out=np.full(total.shape, np.nan), where=total > 0)

    # --- answers -------------------------------------------------------------------------------

    def level(self, field: str, scenario: str, **where: Any) -> Estimate:
        """Value in one world and ``year``."""
        return summary(self.values(field, scenario, **self._one_year(where)), self._unit(field))

    def effect(
        self, field: str, scenario: str, versus: str = BASE, *, relative: bool = False, **where: Any
    ) -> Estimate:
        """Difference between two worlds within each draw, then summarised; ``relative``: ratio − 1."""
        return summary(
            self.differences(field, scenario, versus, relative=relative, **self._one_year(where)),
            "share" if relative else self._unit(field),
        )

    def differences(
        self, field: str, scenario: str, versus: str = BASE, *, relative: bool = False, **where: Any
    ) -> np.ndarray:
        """The effect in each draw."""
        there, here = self.values(field, scenario, **where), self.values(field, versus, **where)
        there, here = there.astype(float), here.astype(float)
        if not relative:
            return there - here
        return np.divide(there, here, out=np.full(there.shape, np.nan), where=here != 0) - 1.0

    def path(self, field: str, scenario: str, **where: Any) -> list[Estimate]:
        """Level in every year."""
        array = self.values(field, scenario, **where)
        return [summary(array[:, k], self._unit(field)) for k in range(array.shape[1])]

    def effect_path(
        self, field: str, scenario: str, versus: str = BASE, *, relative: bool = False, **where: Any
    ) -> list[Estimate]:
        """Effect in every year."""
        array = self.differences(field, scenario, versus, relative=relative, **where)
        unit = "share" if relative else self._unit(field)
        return [summary(array[:, k], unit) for k in range(array.shape[1])]

    def effects_by_state(
        self, field: str, scenario: str, *, year: int, versus: str = BASE, relative: bool = False
    ) -> polars.DataFrame:
        """Effect on each state: state, name, mean, median, low, high, share_above, n; missing is null."""
        import polars as pl

        array = self.differences(
            field, scenario, versus, relative=relative, year=year, state="all", how="each"
        )
        rows = []
        for k, state in enumerate(self.index.states):
            e = summary(array[:, k], "")
            known = {
                "mean": e.mean,
                "median": e.median,
                "low": e.low,
                "high": e.high,
                "share_above": e.share_above,
            }
            rows.append(
                {"state": state, "name": self.index.name(state)}
                | {c: None if e.missing else v for c, v in known.items()}
                | {"n": e.n}
            )
        return pl.DataFrame(rows, infer_schema_length=None)

    def chance_of(
        self,
        field: str,
        scenario: str,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        year: int | None = None,
        ever_by: int | None = None,
        **where: Any,
    ) -> Estimate:
        """Share of worlds where the field reaches a bound in ``year``, or at any time up to ``ever_by``."""
        if (at_least is None) == (at_most is None) or (year is None) == (ever_by is None):
            raise DetenteError(
                Problem(
                    "chance_of", "give one bound and one time", "at_least= or at_most=, and year= or ever_by="
                )
            )
        array = self.values(field, scenario, **where)
        span = (
            slice(0, self._year(ever_by) + 1)
            if ever_by is not None
            else slice(self._year(year or 0), self._year(year or 0) + 1)
        )
        part = array[:, span].reshape(len(array), -1)
        reached = part >= at_least if at_least is not None else part <= at_most
        return chance(reached.any(axis=1), ~np.isnan(part).all(axis=1))

    def pairing_gain(self, field: str, scenario: str, versus: str = BASE, **where: Any) -> float:
        """How many times larger the variance of the effect would be without shared luck; 1: no gain."""
        where = self._one_year(where)
        there, here = self.values(field, scenario, **where), self.values(field, versus, **where)
        paired = np.nanvar(there - here)
        return float((np.nanvar(there) + np.nanvar(here)) / paired) if paired > 0 else float("inf")

    def level_counts(self, scenario: str, field: str = "peace_level") -> np.ndarray:
        """Number of pairs at each level of an ordinal field: (draw, year, level)."""
        return self._load(f"{scenario}/{field}#levels")

    def pair_means(self, field: str, scenario: str, year: int) -> xarray.DataArray:
        """Mean over the draws that failed in no world, for every pair; see :attr:`averaged`."""
        return means.labelled(self, field, scenario, year)

    def to_xarray(self, field: str) -> xarray.DataArray:
        """A field with labels: (scenario, draw, year[, state or pair])."""
        import xarray as xr

        data = np.stack([self._load(f"{s}/{field}") for s in self.scenarios])
        dims, f = ["scenario", "draw", "year"], self.fields[field]
        coords: dict[str, Any] = {"scenario": list(self.scenarios), "year": list(self.years)}
        if len(f.dims) == 1:
            dims, coords = [*dims, "state"], coords | {"state": list(self.index.states)}
        if len(f.dims) == 2:
            names = [f"{self.index.states[i]}-{self.index.states[j]}" for i, j in self.kept.of(field)]
            dims, coords = [*dims, "pair"], coords | {"pair": names}
        return xr.DataArray(
            data, dims=dims, coords=coords, name=field, attrs={"unit": f.unit, "meaning": f.meaning}
        )

    # --- inside --------------------------------------------------------------------------------

    def _load(self, key: str) -> np.ndarray:
        paths = Store(self.directory).paths(self.record)
        return self._remembered(key, lambda: np.concatenate([self._chunk(p)[key] for p in paths]))

    def _remembered(self, key: Hashable, made: Callable[[], np.ndarray]) -> np.ndarray:
        """What was made for a key before, or is made now; what was used last is given up last."""
        found = self._cache.pop(key, None)
        if found is None:
            found = made()
            found.flags.writeable = False
        self._cache[key] = found
        while len(self._cache) > 1 and sum(a.nbytes for a in self._cache.values()) > CACHE_BYTES:
            del self._cache[next(iter(self._cache))]
        return found

    def _chunk(self, path: Path) -> NpzFile:
        """A chunk file, left open: to read its table of contents takes longer than to read a field."""
        found = self._chunks.pop(path, None)
        self._chunks[path] = np.load(path) if found is None else found
        while len(self._chunks) > OPEN_CHUNKS:
            self._chunks.pop(next(iter(self._chunks))).close()
        return self._chunks[path]

    def _must_know(self, *selectors: Where) -> None:
        problems = [p for s in selectors for p in self.index.problems(s, "where")]
        if problems:
            raise DetenteError(problems)

    def _pairs(self, state: Where, partner: Where, field: str) -> tuple[np.ndarray, list[tuple[int, int]]]:
        self._must_know(state, partner)
        rows, columns = set(self.index.positions(state)), set(self.index.positions(partner))
        kept = self.kept.of(field)
        chosen = [k for k, (i, j) in enumerate(kept) if i in rows and j in columns]
        if not chosen:
            raise DetenteError(
                Problem(
                    "where",
                    f"no pair of {state} and {partner} was watched in this run",
                    "add it to the scenario's 'watch' and run again",
                )
            )
        return np.array(chosen), [kept[k] for k in chosen]

    def _year(self, year: int) -> int:
        if year not in self.years:
            raise DetenteError(
                Problem("year", f"{year} is outside the run", f"between {self.years[0]} and {self.years[-1]}")
            )
        return self.years.index(year)

    def _one_year(self, where: dict[str, Any]) -> dict[str, Any]:
        return where if where.get("year") is not None else where | {"year": self.years[-1]}

    def _unit(self, field: str) -> str:
        return self.fields[field].unit if field in self.fields else ""


def _field(card: dict[str, Any]) -> Field:
    return Field(
        card["name"],
        tuple(card["dims"]),
        card["unit"],
        card["kind"],
        card["meaning"],
        symmetric=card["symmetric"],
        grid=tuple(card["grid"]),
    )
