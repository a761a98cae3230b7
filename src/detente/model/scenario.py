"""Scenarios: frozen documents that intervene on the machinery, and nothing but data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field as Spec
from pydantic import model_validator

from detente.model.errors import Problem, Problems, nearest
from detente.model.field import Field
from detente.model.mechanism import Model
from detente.model.parameter import Choice, Joint, Strict
from detente.model.space import Index

Selector = str | tuple[str, ...]


class Place(Strict):
    """Which cells: states, ordered pairs (``state`` acting on ``partner``), or pairs both ways."""

    state: Selector | None = None
    partner: Selector | None = None
    between: tuple[Selector, Selector] | None = None

    @model_validator(mode="after")
    def _one_way_of_saying_it(self) -> Place:
        if self.between is not None and (self.state is not None or self.partner is not None):
            raise ValueError("give either 'between' or 'state' and 'partner'")
        if self.between is None and self.state is None:
            raise ValueError("say which 'state', or 'between' whom")
        return self

    def words(self) -> tuple[str, ...]:
        """Every name used."""
        parts = self.between or tuple(s for s in (self.state, self.partner) if s is not None)
        return tuple(w for part in parts for w in ((part,) if isinstance(part, str) else part))


class _Move(Strict):
    start: Annotated[int, Spec(ge=1800, le=2200)]
    stop: Annotated[int | None, Spec(ge=1800, le=2200)] = None
    ramp: Annotated[int, Spec(ge=0, le=100)] = 0
    why: Annotated[str, Spec(min_length=3)]

    @model_validator(mode="after")
    def _in_order(self) -> _Move:
        if self.stop is not None and self.stop < self.start:
            raise ValueError(f"'stop' ({self.stop}) lies before 'start' ({self.start})")
        return self

    def active(self, year: int) -> bool:
        """Whether the move acts in ``year``."""
        return self.start <= year and (self.stop is None or year <= self.stop)


class Set(_Move):
    """Give a field a value and hold it there from ``start`` to ``stop`` (for ever if not given).

    ``bound: floor`` only raises cells that lie below, ``bound: ceiling`` only lowers cells above.
    """

    do: Literal["set"]
    field: str
    at: Place
    to: float
    bound: Literal["exact", "floor", "ceiling"] = "exact"


class Shift(_Move):
    """Add ``by`` to a field. A stock is moved once, in equal steps over the ramp, and then let go."""

    do: Literal["shift"]
    field: str
    at: Place
    by: float


class Scale(_Move):
    """Multiply a field by ``by``. A stock is moved once over the ramp, and then let go."""

    do: Literal["scale"]
    field: str
    at: Place
    by: Annotated[float, Spec(gt=0)]


class Param(_Move):
    """Hold a parameter at a value, or at one of its rival theories, in this world only."""

    do: Literal["param"]
    parameter: str
    entry: str | None = None
    to: float | str


Intervention = Annotated[Set | Shift | Scale | Param, Spec(discriminator="do")]


class Assumption(Strict):
    """Something the premise needs and does not say: decided here, left to chance, or left alone."""

    id: str
    name: str
    stance: Literal["set", "chance", "untouched"]
    value: str = ""
    why: str


class Scenario(Strict):
    """A what-if: who does what, when, and why."""

    id: Annotated[str, Spec(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    title: Annotated[str, Spec(min_length=3, max_length=200)]
    premise: str
    interventions: tuple[Intervention, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    watch: tuple[tuple[Selector, Selector], ...] = ()
    """Pairs whose own values are kept draw by draw."""

    def fingerprint(self) -> str:
        """Hash of what acts: the interventions, whatever the wording around them."""
        acts = [i.model_dump(exclude={"why"}) for i in self.interventions]
        return hashlib.sha256(json.dumps(acts, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def first_year(self) -> int | None:
        """First year in which any move acts."""
        return min((i.start for i in self.interventions), default=None)

    def problems(
        self, model: Model, index: Index, years: range | None = None, call: Callable[[int], str] | None = None
    ) -> dict[int | None, list[Problem]]:
        """Everything wrong with this scenario on this model: by intervention (None: the whole).

        ``call`` says how to call the intervention of a number when another one is at odds with it.
        """
        found: dict[int | None, list[Problem]] = {}
        for number, move in enumerate(self.interventions):
            mine = (
                _param_problems(move, model)
                if isinstance(move, Param)
                else _field_problems(move, model, index)
            )
            if years is not None and not years.start <= move.start < years.stop:
                mine.append(
                    Problem(
                        "start",
                        f"{move.start} is outside the years of the run ({years.start}–{years.stop - 1})",
                        "move the intervention or the years",
                    )
                )
            if mine:
                found[number] = mine
        for pair in self.watch:
            for word in pair:
                bad = index.problems(word, "watch")
                if bad:
                    found.setdefault(None, []).extend(bad)
        for number, problem in _overlaps(
            self, model, index, set(found), call or (lambda k: f"intervention {k + 1}")
        ):
            found.setdefault(number, []).append(problem)
        return found


BASELINE = Scenario(id="baseline", title="Baseline: no intervention", premise="Nothing is done.")


def _param_problems(move: Param, model: Model) -> list[Problem]:
    by_name = {p.name: p for p in model.parameters}
    if move.parameter not in by_name:
        return [
            Problem("parameter", f"unknown parameter '{move.parameter}'", nearest(move.parameter, by_name))
        ]
    parameter, found = by_name[move.parameter], Problems()
    if isinstance(parameter.prior, Choice):
        if move.to not in parameter.prior.theories:
            found.add(
                "to",
                f"'{move.to}' is no theory of {parameter.name}",
                nearest(str(move.to), parameter.prior.theories),
            )
    elif isinstance(move.to, str):
        found.add("to", f"{parameter.name} needs a number, not '{move.to}'")
    elif parameter.range and not parameter.range[0] <= move.to <= parameter.range[1]:
        found.add(
            "to",
            f"{move.to} is outside the range of {parameter.name}",
            f"between {parameter.range[0]} and {parameter.range[1]}",
        )
    if isinstance(parameter.prior, Joint):
        names = parameter.prior.joint.names
        if move.entry not in names:
            found.add(
                "entry",
                f"{parameter.name} is a set of estimates; '{move.entry}' is none of them",
                nearest(str(move.entry), names),
            )
    elif move.entry is not None:
        found.add("entry", f"{parameter.name} is a single number", "leave 'entry' out")
    if move.ramp:
        found.add("ramp", "a parameter has no ramp", "leave 'ramp' out")
    return found.found


def _field_problems(move: Set | Shift | Scale, model: Model, index: Index) -> list[Problem]:
    found = Problems()
    for word in move.at.words():
        found.extend(index.problems(word, "at"))
    if move.field not in model.fields:
        found.add("field", f"unknown field '{move.field}'", nearest(move.field, model.fields))
        return found.found
    target = model[move.field]
    if target.kind == "solved":
        hint = f"move {target.instead} instead" if target.instead else "move what it is computed from instead"
        found.add("field", f"'{target.name}' is the solution of an equilibrium and cannot be {move.do}", hint)
    pairwise = len(target.dims) == 2
    if pairwise and move.at.between is None and move.at.partner is None:
        found.add("at", f"'{target.name}' is about pairs", "add 'partner', or write 'between: [A, B]'")
    if not pairwise and (move.at.partner is not None or move.at.between is not None):
        found.add("at", f"'{target.name}' is about single states", "write 'state' only")
    if target.kind == "stock" and not isinstance(move, Set) and move.stop is not None:
        found.add(
            "stop",
            f"a {move.do} moves the stock '{target.name}' once and lets go",
            "leave 'stop' out, or use 'do: set'",
        )
    if target.grid and (move.ramp or not isinstance(move, Set)):
        found.add(
            "ramp" if isinstance(move, Set) else "do",
            f"'{target.name}' has steps and takes no {'ramp' if isinstance(move, Set) else move.do}",
            f"'do: set' without 'ramp', to one of {', '.join(map(str, target.grid))}",
        )
    elif isinstance(move, Set):
        if not target.low <= move.to <= target.high:
            found.add(
                "to",
                f"{move.to} is outside the bounds of '{target.name}'",
                f"between {target.low} and {target.high} ({target.unit})",
            )
        elif target.grid and move.to not in target.grid:
            found.add(
                "to", f"'{target.name}' has no value {move.to}", "valid: " + ", ".join(map(str, target.grid))
            )
    if not found.found and not cells(move, target, index).any():
        found.add(
            "at", "means no state or pair at all", "check the selection and what is taken away with '-'"
        )
    return found.found


def cells(move: Set | Shift | Scale, target: Field, index: Index) -> np.ndarray:
    """Which cells a move touches: booleans of shape (*dims); a state is never paired with itself."""
    n = len(index)
    mask = np.zeros((n,) * len(target.dims), dtype=bool)
    left, right = move.at.between or (move.at.state, move.at.partner)
    if len(target.dims) == 1:
        mask[index.positions(left or ())] = True
        return mask
    mask[np.ix_(index.positions(left or ()), index.positions(right or ()))] = True
    if target.symmetric or move.at.between is not None:
        mask |= mask.T
    np.fill_diagonal(mask, False)
    return mask


def _overlaps(
    scenario: Scenario, model: Model, index: Index, skip: set[int | None], call: Callable[[int], str]
) -> list[tuple[int, Problem]]:
    """Pairs of moves that fight over the same cells in the same years."""
    found = []
    sound = [(k, m) for k, m in enumerate(scenario.interventions) if k not in skip]
    fields = [(k, m, cells(m, model[m.field], index)) for k, m in sound if not isinstance(m, Param)]
    for a, (k, first, mask) in enumerate(fields):
        for j, second, other in fields[a + 1 :]:
            if first.field != second.field or (not isinstance(first, Set) and not isinstance(second, Set)):
                continue
            years = _together(first, second, model[first.field].kind)
            if years and (mask & other).any():
                found.append(
                    (
                        j,
                        Problem(
                            "",
                            f"fights with {call(k)} over {_example(mask & other, index)} "
                            f"of '{first.field}' in {years}",
                            "give one of them a 'stop', or take the shared states out with '-XXX'",
                        ),
                    )
                )
    params = [(k, m) for k, m in sound if isinstance(m, Param)]
    for a, (k, one) in enumerate(params):
        for j, two in params[a + 1 :]:
            if (one.parameter, one.entry) == (two.parameter, two.entry) and _together(one, two):
                found.append((j, Problem("", f"sets '{two.parameter}' as {call(k)} does", "keep one")))
    return found


def _together(one: _Move, two: _Move, kind: str = "input") -> str:
    start, ends = max(one.start, two.start), [s for m in (one, two) if (s := _last(m, kind)) is not None]
    if ends and min(ends) < start:
        return ""
    if not ends:
        return f"{start} and after"
    return f"{start}–{min(ends)}" if min(ends) > start else f"{start}"


def _last(move: _Move, kind: str) -> int | None:
    """Last year in which a move acts: one that shifts or scales a stock lets go after its ramp."""
    once = kind == "stock" and isinstance(move, Shift | Scale)
    return move.start + max(1, move.ramp) - 1 if once else move.stop


def _example(mask: np.ndarray, index: Index) -> str:
    spots = np.argwhere(mask)
    one = "–".join(index.states[i] for i in spots[0])
    return one if len(spots) == 1 else f"{one} and {len(spots) - 1} more"


@dataclass(frozen=True, slots=True)
class Operation:
    """A move made ready: the cells it touches."""

    move: Set | Shift | Scale
    mask: np.ndarray

    def acts(self, year: int, kind: str) -> bool:
        """A shift or scale of a stock acts while its ramp lasts; everything else while it is active."""
        if kind == "stock" and not isinstance(self.move, Set):
            return self.move.start <= year < self.move.start + max(1, self.move.ramp)
        return self.move.active(year)

    def apply(self, array: np.ndarray, year: int, target: Field) -> np.ndarray:
        """The field with the move applied: a new array of shape (draw, *dims)."""
        out = np.array(array)
        now = out[:, self.mask]
        out[:, self.mask] = np.clip(self._moved(now, year, target.kind == "stock"), target.low, target.high)
        return out

    def _moved(self, now: np.ndarray, year: int, stock: bool) -> np.ndarray:
        step, steps = year - self.move.start + 1, max(1, self.move.ramp)
        done = min(1.0, step / steps)
        if isinstance(self.move, Set):
            # A stock already carries last year's part of the way; what is left is spread over the rest.
            part = 1.0 / max(1, steps - step + 1) if stock else done
            moved = np.where(np.isnan(now), self.move.to, now + part * (self.move.to - now))
            if self.move.bound == "exact":
                return np.asarray(moved)
            return np.asarray(np.fmax(now, moved) if self.move.bound == "floor" else np.fmin(now, moved))
        part = 1.0 / steps if stock else done
        if isinstance(self.move, Shift):
            return np.asarray(now + part * self.move.by)
        return np.asarray(now * self.move.by**part)


@dataclass(frozen=True)
class Program:
    """A scenario compiled for one model and index."""

    scenario: Scenario
    operations: Mapping[str, tuple[Operation, ...]]
    params: tuple[Param, ...]

    def touches(self, field: Field, year: int) -> tuple[Operation, ...]:
        """Operations on a field that act in a year, in the order written."""
        return tuple(op for op in self.operations.get(field.name, ()) if op.acts(year, field.kind))


def compile_scenario(scenario: Scenario, model: Model, index: Index) -> Program:
    """Make a checked scenario ready to run."""
    operations: dict[str, tuple[Operation, ...]] = {}
    for move in scenario.interventions:
        if not isinstance(move, Param):
            op = Operation(move, cells(move, model[move.field], index))
            operations[move.field] = (*operations.get(move.field, ()), op)
    return Program(scenario, operations, tuple(m for m in scenario.interventions if isinstance(m, Param)))


def schema() -> dict[str, Any]:
    """JSON schema of a scenario of primitives."""
    return Scenario.model_json_schema()
