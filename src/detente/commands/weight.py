"""``detente weight``: the economic weight of any coalition, year by year, with its fan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from detente.model.scenario import Scenario
    from detente.model.space import Index
    from detente.run.coalition import Coalition, Weight
    from detente.run.result import Result

PATHWAY = "growth.pathway"


def weight(
    coalition: Annotated[list[str], typer.Argument(help='as "EU + USA + RUS - HUN"; several if wished')],
    years: Annotated[str, typer.Option(help="first and last year, as 2025:2050")] = "2025:2050",
    ppp: Annotated[bool, typer.Option("--ppp", help="at purchasing power, in dollars of 2023")] = False,
    constant: Annotated[
        bool, typer.Option("--constant", help="at exchange rates of the year, without inflation")
    ] = False,
    scenario: Annotated[str | None, typer.Option(help="a scenario (the baseline if left out)")] = None,
    pathway: Annotated[str | None, typer.Option(help="ssp1 to ssp5 (ssp2 if left out)")] = None,
    run: Annotated[Path | None, typer.Option(help="a finished run to read instead of computing")] = None,
    draws: Annotated[int, typer.Option(help="draws, where it is computed")] = 100,
    start: Annotated[int | None, typer.Option(help="last observed year")] = None,
    seed: Annotated[int, typer.Option(help="seed of all luck")] = 1,
    jobs: Annotated[int, typer.Option(help="processes")] = 2,
    every: Annotated[int, typer.Option(min=1, help="show each so many years")] = 5,
) -> None:
    """Output of any coalition of states and its share of the world, by year, with 90 % intervals."""
    from detente.data.start import observed
    from detente.report.terminal import show_rows
    from detente.run.coalition import unknown, weigh

    span = _span(years)
    if run:
        result, world = _opened(run, scenario, pathway)
        parties = _read_all(coalition, result.index)
    else:
        parties = _read_all(coalition, observed(start).index)
        result, world = _computed(span, scenario, pathway, draws, start, seed, jobs)
    field = "gdp_ppp" if ppp else "gdp_market" if constant else "gdp_usd"
    unit = result.fields[field].unit.replace("billion ", "")
    shown = [y for y in result.years if span[0] <= y <= span[1]]
    shown = [y for y in shown if y in (shown[0], shown[-1]) or y % every == 0]
    for who in parties:
        many = "1 state" if len(who.states) == 1 else f"{len(who.states)} states"
        print(f"{who.written}: {many}, trillion {unit}")
        show_rows([_row(w) for w in weigh(result, who, field, world, tuple(shown))])
        missing = unknown(result, who, field, world)
        if missing:
            print(f"Not counted, for want of data: {', '.join(missing)}\n")


def _row(w: Weight) -> dict[str, str]:
    return {
        "year": str(w.year),
        "output": f"{w.total.median / 1e3:.2f}",
        "90 % interval": f"{w.total.low / 1e3:.2f} to {w.total.high / 1e3:.2f}",
        "of the world": f"{w.share.median:.1%}",
        "interval": f"{w.share.low:.1%} to {w.share.high:.1%}",
    }


def _read_all(written: list[str], index: Index) -> list[Coalition]:
    """All coalitions, or everything wrong with any of them."""
    from detente.model.errors import DetenteError, Problems
    from detente.run.coalition import coalition

    problems, parties = Problems(), []
    for text in written:
        try:
            parties.append(coalition(text, index))
        except DetenteError as error:
            problems.extend(error.problems)
    problems.raise_if_any()
    return parties


def _span(text: str) -> tuple[int, int]:
    first, _, last = text.partition(":")
    if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last)):
        raise typer.BadParameter(f"'{text}' is not a span of years; write FIRST:LAST, as in 2025:2050")
    return int(first), int(last)


def _opened(folder: Path, scenario: str | None, pathway: str | None) -> tuple[Result, str]:
    """A finished run, and which of its worlds is asked for."""
    from detente.model.errors import DetenteError, Problem, nearest
    from detente.run.result import BASE, Result

    result, world = Result.open(folder), scenario or BASE
    if pathway:
        raise DetenteError(Problem("--pathway", "a finished run has its pathway", "leave out --run"))
    if world not in result.scenarios:
        valid = nearest(world, result.scenarios)
        raise DetenteError(Problem("--scenario", f"'{world}' is not in this run", valid))
    if "gdp_ppp" not in result.fields:
        raise DetenteError(Problem("--run", "this run is older than the weights of states", "run it again"))
    return result, world


def _computed(
    span: tuple[int, int],
    scenario: str | None,
    pathway: str | None,
    draws: int,
    start: int | None,
    seed: int,
    jobs: int,
) -> tuple[Result, str]:
    """A run made for the occasion, from the start on whatever years are shown."""
    from detente.api import laboratory, read_scenario, what_if
    from detente.report.terminal import progress_bar
    from detente.run.result import BASE

    chosen = read_scenario(scenario) if scenario else None
    first = laboratory(start)[1].year + 1
    if pathway:
        chosen = _on_pathway(chosen, pathway, first)
    with progress_bar() as progress:
        result = what_if(
            *((chosen,) if chosen else ()),
            draws=draws,
            years=(first, span[1]),
            start=start,
            seed=seed,
            jobs=jobs,
            progress=progress,
        )
    return result, chosen.id if chosen else BASE


def _on_pathway(chosen: Scenario | None, pathway: str, first: int) -> Scenario:
    """The scenario, or none, in a world that follows the pathway from the first year on."""
    from detente.model.scenario import Param, Scenario

    hold = Param(do="param", parameter=PATHWAY, to=pathway.lower(), start=first, why="the pathway asked for")
    moves = chosen.interventions if chosen else ()
    return Scenario(
        id=f"{chosen.id if chosen else 'baseline'}-on-{pathway.lower()}",
        title=f"On the pathway {pathway}",
        premise=chosen.premise if chosen else "Nothing is done.",
        interventions=(*moves, hold),
    )
