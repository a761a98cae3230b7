"""One chunk of draws, all scenarios side by side, year by year; pure.

The year, for every world in turn: inputs of the year → each mechanism in order → the scenario's
moves on what that mechanism has just written → a locked world. Uniforms of a (stream, year) are
made once and handed to every world, so two worlds of a draw share their luck by construction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detente.model.chance import Chance
from detente.model.mechanism import LAST, Mechanism, Model, Values, View, theories_of
from detente.model.parameter import Choice, Joint, Parameter
from detente.model.scenario import Param, Program
from detente.model.world import Start, World, opening, protected

FAILED = "failed"
"""A mechanism may return this too: booleans of shape (draw,), true where its solver did not converge."""


@dataclass(frozen=True)
class Lane:
    """One scenario's world, and which of its draws have failed so far."""

    program: Program
    world: World
    failed: np.ndarray


def simulate(
    model: Model,
    start: Start,
    programs: Sequence[Program],
    years: range,
    chance: Chance,
    draws: Sequence[int],
) -> Iterator[tuple[int, tuple[Lane, ...]]]:
    """Yield (year, one lane for each program) for every year.

    ``draws`` are the numbers of the draws, not how many there are: a draw comes out the same in
    whatever chunk it is run.
    """
    parameters = draw_parameters(model.parameters, chance, draws, start)
    first = opening(start, len(draws))
    lanes = tuple(Lane(p, first, np.zeros(len(draws), dtype=bool)) for p in programs)
    for year in years:
        luck = {
            m.name: {
                s: chance.uniforms(f"{m.name}/{s}", draws, year, dims, start.index)
                for s, dims in m.chance.items()
            }
            for m in model.mechanisms
        }
        lanes = tuple(_year(model, start, lane, year, parameters, luck) for lane in lanes)
        yield year, lanes


def draw_parameters(
    parameters: Sequence[Parameter], chance: Chance, draws: Sequence[int], start: Start
) -> dict[str, np.ndarray]:
    """Parameter values of every draw, the same in every world: arrays (draw,) or (draw, k)."""
    return {p.name: protected(p.at(chance.row(f"param/{p.name}", draws, 0, p.width))) for p in parameters}


def _year(
    model: Model,
    start: Start,
    lane: Lane,
    year: int,
    parameters: Mapping[str, np.ndarray],
    luck: Mapping[str, Mapping[str, np.ndarray]],
) -> Lane:
    last, now, failed = lane.world, _inputs(model, start, lane, year), lane.failed
    for m in model.mechanisms:
        arrays = {r: last[r.removeprefix(LAST)] if r.startswith(LAST) else now[r] for r in m.reads}
        view = View(year, last.index, last.draws, arrays)
        written = m.step(view, _values(m, lane.program, year, parameters), luck[m.name])
        failed = failed | written.get(FAILED, False)
        _check(m, written, last.draws, len(last.index))
        for f in m.writes:
            value = written[f.name]
            for operation in lane.program.touches(f, year):
                value = operation.apply(value, year, f)
            now[f.name] = protected(value)
    return Lane(lane.program, last.advanced(year, now), failed)


def _inputs(model: Model, start: Start, lane: Lane, year: int) -> dict[str, np.ndarray]:
    now = {}
    for name in model.inputs:
        value = start.given(name, year)
        spread = np.broadcast_to(value, (lane.world.draws, *np.shape(value)))
        for operation in lane.program.touches(model[name], year):
            spread = operation.apply(spread, year, model[name])
        now[name] = protected(spread)
    return now


def _values(m: Mechanism, program: Program, year: int, parameters: Mapping[str, np.ndarray]) -> Values:
    arrays = {p.name.partition(".")[2]: parameters[p.name] for p in m.parameters}
    by_name = {p.name: p for p in m.parameters}
    for move in program.params:
        if move.parameter in by_name and move.active(year):
            short = move.parameter.partition(".")[2]
            arrays[short] = _held(arrays[short], by_name[move.parameter], move)
    return Values(arrays, theories_of(m.parameters))


def _held(drawn: np.ndarray, parameter: Parameter, move: Param) -> np.ndarray:
    out = np.array(drawn)
    if isinstance(parameter.prior, Choice):
        out[:] = parameter.prior.theories.index(str(move.to))
    elif isinstance(parameter.prior, Joint):
        out[:, parameter.prior.joint.names.index(str(move.entry))] = float(move.to)
    else:
        out[:] = float(move.to)
    return protected(out)


def _check(m: Mechanism, written: Mapping[str, np.ndarray], draws: int, states: int) -> None:
    """A step must return exactly what it declared; anything else is a defect of the mechanism."""
    promised = {f.name for f in m.writes}
    got = set(written) - {FAILED}
    if got != promised:
        missing, extra = sorted(promised - got), sorted(got - promised)
        raise RuntimeError(f"{m.name} broke its promise: did not write {missing}, wrote unasked {extra}")
    for f in m.writes:
        if written[f.name].shape != f.shape(draws, states):
            raise RuntimeError(
                f"{m.name} wrote '{f.name}' with shape {written[f.name].shape}, "
                f"declared {f.shape(draws, states)}"
            )
