"""What a mechanism promises, and the order of the year that follows from the promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from detente.model.errors import Problems, nearest
from detente.model.field import Dim, Field
from detente.model.parameter import Choice, Parameter
from detente.model.space import Index

LAST = "last."


@dataclass(frozen=True, slots=True)
class View:
    """The fields that a mechanism declared, and no others; arrays cannot be written to."""

    year: int
    index: Index
    draws: int
    arrays: Mapping[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]


@dataclass(frozen=True, slots=True)
class Values:
    """This mechanism's parameter draws: ``p["inertia"]`` has shape (draw,) or (draw, k)."""

    arrays: Mapping[str, np.ndarray]
    theories: Mapping[str, tuple[str, ...]]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]

    def holds(self, name: str, theory: str) -> np.ndarray:
        """In which draws the named rival theory holds: booleans of shape (draw,)."""
        holds: np.ndarray = self.arrays[name] == self.theories[name].index(theory)
        return holds


Uniforms = Mapping[str, np.ndarray]
Step = Callable[[View, Values, Uniforms], Mapping[str, np.ndarray]]


@dataclass(frozen=True)
class Mechanism:
    """One part of the system: it declares what it reads and what it alone writes.

    ``reads`` names fields: ``"wealth"`` is this year's value, ``"last.wealth"`` the value a year ago.
    ``inputs`` are the fields among them that come from outside. ``chance`` names the streams of
    luck that a step needs, with the dimensions of the uniforms. ``step`` is a pure function; it
    returns exactly the fields in ``writes``, each of shape (draw, *dims).
    """

    name: str
    purpose: str
    reads: tuple[str, ...]
    writes: tuple[Field, ...]
    step: Step
    inputs: tuple[Field, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    chance: Mapping[str, tuple[Dim, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """Mechanisms in the order that their declarations imply; printing it shows the year."""

    mechanisms: tuple[Mechanism, ...]
    fields: Mapping[str, Field]
    owners: Mapping[str, str]

    @property
    def told(self) -> tuple[Field, ...]:
        """The fields that a run keeps: every field of a mechanism but its inner memory."""
        return tuple(f for f in self.fields.values() if f.name in self.owners and not f.inner)

    def __getitem__(self, name: str) -> Field:
        return self.fields[name]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All parameters, by mechanism in the order of the year."""
        return tuple(p for m in self.mechanisms for p in m.parameters)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Fields given from outside."""
        return tuple(f.name for f in self.fields.values() if f.kind == "input")

    @property
    def needed_at_start(self) -> tuple[str, ...]:
        """Inputs and every field that some mechanism reads from the year before."""
        lagged = {r.removeprefix(LAST) for m in self.mechanisms for r in m.reads if r.startswith(LAST)}
        return tuple(n for n, f in self.fields.items() if f.kind == "input" or n in lagged)

    def __str__(self) -> str:
        lines = ["The year, in order:"]
        for number, m in enumerate(self.mechanisms, 1):
            lines.append(f"{number}. {m.name}: {m.purpose}")
            lines.append(f"     reads  {', '.join(m.reads) or '(nothing)'}")
            lines.append(f"     writes {', '.join(f.name for f in m.writes)}")
            if m.chance:
                streams = (f"{s}({' × '.join(d) or 'one'})" for s, d in m.chance.items())
                lines.append(f"     chance {', '.join(streams)}")
        lines.append(f"Given from outside: {', '.join(self.inputs) or '(nothing)'}")
        return "\n".join(lines)


def plan(mechanisms: tuple[Mechanism, ...]) -> Model:
    """Check ownership and closure, derive the order, and return the Model.

    Raises
    ------
    DetenteError : two owners of a field, a read that nobody provides, a cycle within the year,
        a parameter or field declared wrongly; every problem at once, with the line to change.
    """
    problems = Problems()
    fields, owners = _ownership(mechanisms, problems)
    _closure(mechanisms, fields, problems)
    _names(mechanisms, problems)
    problems.raise_if_any()
    order = _order(mechanisms, owners, problems)
    problems.raise_if_any()
    return Model(order, fields, owners)


def _ownership(
    mechanisms: tuple[Mechanism, ...], problems: Problems
) -> tuple[dict[str, Field], dict[str, str]]:
    fields: dict[str, Field] = {}
    owners: dict[str, str] = {}
    for m in mechanisms:
        for f in m.writes:
            if f.name in owners:
                problems.add(
                    m.name,
                    f"'{f.name}' already belongs to {owners[f.name]}",
                    f"take '{f.name}' out of the writes of {m.name} or of {owners[f.name]}",
                )
            if f.kind == "input":
                problems.add(
                    m.name, f"'{f.name}' is an input and cannot be written", "declare it in 'inputs'"
                )
            fields[f.name], owners[f.name] = f, m.name
    for m in mechanisms:
        for f in m.inputs:
            if f.kind != "input":
                problems.add(m.name, f"'{f.name}' is declared as an input but has kind '{f.kind}'")
            elif f.name in owners:
                problems.add(
                    m.name, f"input '{f.name}' is written by {owners[f.name]}", "remove it from 'inputs'"
                )
            elif fields.setdefault(f.name, f) != f:
                problems.add(
                    m.name, f"input '{f.name}' is declared differently elsewhere", "share one declaration"
                )
    return fields, owners


def _closure(mechanisms: tuple[Mechanism, ...], fields: Mapping[str, Field], problems: Problems) -> None:
    for m in mechanisms:
        for read in m.reads:
            name = read.removeprefix(LAST)
            if name not in fields:
                problems.add(
                    m.name,
                    f"reads '{read}', which no mechanism writes and no input provides",
                    f"add it to the 'inputs' of {m.name}; {nearest(name, fields)}",
                )
        for f in m.writes:
            mark = fields.get(f.kept_where)
            if f.kept_where and (mark is None or mark.kind != "input" or len(mark.dims) != 2):
                problems.add(m.name, f"'{f.name}' is kept where '{f.kept_where}', not an input over pairs")


def _names(mechanisms: tuple[Mechanism, ...], problems: Problems) -> None:
    seen: set[str] = set()
    for m in mechanisms:
        if m.name in seen:
            problems.add(m.name, "two mechanisms have this name", "rename one")
        seen.add(m.name)
        for p in m.parameters:
            if not p.name.startswith(m.name + "."):
                problems.add(m.name, f"parameter '{p.name}' must be called '{m.name}.…'")


def _order(
    mechanisms: tuple[Mechanism, ...], owners: Mapping[str, str], problems: Problems
) -> tuple[Mechanism, ...]:
    """Owners before readers; among those that are free, the order of names keeps it stable."""
    waits = {
        m.name: {owners[r] for r in m.reads if not r.startswith(LAST) and r in owners and owners[r] != m.name}
        for m in mechanisms
    }
    by_name = {m.name: m for m in mechanisms}
    for m in mechanisms:
        own = [r for r in m.reads if owners.get(r) == m.name]
        for read in own:
            problems.add(m.name, f"reads '{read}' before it has written it", f"read '{LAST}{read}'")
    order: list[Mechanism] = []
    while waits:
        free = sorted(name for name, before in waits.items() if not before & waits.keys())
        if not free:
            _explain_cycle(by_name, waits, owners, problems)
            break
        order.append(by_name[free[0]])
        del waits[free[0]]
    return tuple(order)


def _explain_cycle(
    by_name: Mapping[str, Mechanism],
    waits: Mapping[str, set[str]],
    owners: Mapping[str, str],
    problems: Problems,
) -> None:
    for name in sorted(waits):
        for read in by_name[name].reads:
            if owners.get(read) in waits and owners.get(read) != name:
                problems.add(
                    name,
                    f"reads '{read}' of the same year from {owners[read]}, which waits for {name}",
                    f"in {name}, read '{LAST}{read}' instead",
                )


def theories_of(parameters: tuple[Parameter, ...]) -> dict[str, tuple[str, ...]]:
    """Names of the rival theories of each discrete parameter, by short name."""
    return {p.name.partition(".")[2]: p.prior.theories for p in parameters if isinstance(p.prior, Choice)}
