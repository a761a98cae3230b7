"""The package in Python: what the command line does, in a handful of functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from detente.data.start import observed
from detente.library import find_scenario, shipped
from detente.mechanisms import EARLIEST, HINDSIGHT, default_model, hindsight
from detente.mechanisms.at_start import unfit
from detente.mechanisms.written import Written
from detente.mechanisms.written import read_scenario as read_file
from detente.model.errors import DetenteError, Problem, Problems
from detente.model.mechanism import Model
from detente.model.scenario import Scenario
from detente.model.world import Observation, Start
from detente.run.ensemble import Ensemble
from detente.run.result import Result

if TYPE_CHECKING:
    from detente.judge.verdict import Verdict

LAST_YEAR = 2045
SPAN = 20
WATCHED = (
    ("RUS", "bloc:NATO"),
    ("USA", "bloc:NATO"),
    ("CHN", "bloc:NATO"),
    ("RUS", "CHN"),
    ("RUS", "UKR"),
    ("RUS", "GEO"),
    ("RUS", "bloc:EU"),
)
"""Pairs that every run keeps draw by draw, whatever its scenarios ask for."""


def read_scenario(name: str | Path) -> Scenario:
    """A scenario by file name, or a shipped one by id."""
    return read_file(find_scenario(str(name))).scenario


def what_if(
    *scenarios: str | Path | Scenario,
    draws: int = 200,
    years: tuple[int, int] | None = None,
    start: int | None = None,
    seed: int = 1,
    jobs: int = 1,
    out: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Run the world with and without each scenario, in paired draws.

    Parameters
    ----------
    scenarios : shipped ids, files, or :class:`Scenario` objects.
    draws : paired draws of luck and parameters.
    years : first and last simulated year; the first must follow the start.
    start : last observed year; ``None`` for the one that the scenarios name, else the newest. An earlier one
        knows nothing later, neither data nor estimates.
    seed, jobs, out : seed of all luck; processes; folder for the run (``None``: a temporary one).

    Raises
    ------
    DetenteError : with everything wrong with the request.
    """
    read = [s if isinstance(s, Scenario) else read_file(find_scenario(str(s))) for s in scenarios]
    model, world = laboratory(start_of(read) if start is None else start)
    span = span_of(years, world.year)
    problems = Problems()
    for item in read:
        if isinstance(item, Written):
            problems.extend(item.problems(model, world.index, span))
            problems.extend(unfit(item.document, world.index, world.values))
    problems.raise_if_any()
    texts = {
        w.scenario.id: find_scenario(str(s)).read_text(encoding="utf-8")
        for w, s in zip(read, scenarios, strict=True)
        if isinstance(w, Written) and not isinstance(s, Scenario)
    }
    chosen = tuple(w.scenario if isinstance(w, Written) else w for w in read)
    ensemble = Ensemble(chosen, draws, span, seed, texts, WATCHED)
    result = ensemble.run(model, world, Path(out) if out is not None else None, jobs, progress)
    result.shown = _in_a_notebook
    return result


def start_of(read: Sequence[Written | Scenario]) -> int | None:
    """The start that scenario files name (``start:``); ``None`` if none does.

    Raises DetenteError if they name different ones, for one run has one start.
    """
    named = {w.start: w for w in read if isinstance(w, Written) and w.start is not None}
    if len(named) > 1:
        listed = ", ".join(f"{w.scenario.id} {year}" for year, w in sorted(named.items()))
        raise DetenteError(
            Problem(
                "--start", f"the scenarios name different starts: {listed}", "give --start, or run them apart"
            )
        )
    return next(iter(named), None)


def _in_a_notebook(result: Result) -> str:
    from detente.report.notebook import result_html

    return result_html(result)


def laboratory(start: int | None = None) -> tuple[Model, Start]:
    """The model and the observed world at the end of ``start`` (None: the newest year).

    A past start gets the estimates of its time; one before the earliest estimates gets those and says so in
    its note on ``estimates``. Norms of threat are then unknown, for their record begins in 1960 only.
    """
    from detente.data.bundle import table
    from detente.data.pledges import with_history
    from detente.mechanisms.defence.opening import informed

    world = observed(start)
    model = default_model(None if start is None else world.year)
    if said := hindsight(world.year):
        note = Observation("the record to the year named", EARLIEST, 1.0, said)
        return model, replace(world, notes={**world.notes, HINDSIGHT: note})
    defence = next(m for m in model.mechanisms if m.name == "defence")
    return model, informed(world, defence, with_history(table))


def span_of(years: tuple[int, int] | None, start: int) -> range:
    """Simulated years: as asked, or from the year after the start for twenty years and a bit."""
    first, last = years or (
        start + 1,
        LAST_YEAR if start + 1 < LAST_YEAR - SPAN + 2 and start > 2020 else start + SPAN,
    )
    return range(first, last + 1)


def verdicts(result: Result, claims: Sequence[str | Path] | None = None) -> tuple[Verdict, ...]:
    """Judge claims (the shipped ones if none are named) on a result and on the record."""
    from detente.judge.claims import load_claims
    from detente.judge.judging import judge

    paths = [Path(c) for c in claims] if claims else sorted(shipped("claims").glob("*.yaml"))
    return judge(result, load_claims(paths))


def page(result: Result, judged: Sequence[Verdict], out: str | Path) -> Path:
    """Write the one-file page of a result."""
    from detente.report.page import write_page

    return write_page(result, tuple(judged), Path(out))
