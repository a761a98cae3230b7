"""``detente regret``: a friendship betrayed early or late, against never having tried."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from detente.run.estimate import Estimate

SCENARIO, WRITTEN = "friendship-then-betrayal", 2034


def regret(
    betrayal: Annotated[list[int] | None, typer.Option(help="year of the break; several if wished")] = None,
    scenario: Annotated[str, typer.Option(help="scenario of a friendship and its break")] = SCENARIO,
    written: Annotated[int, typer.Option(help="year of the break as the file has it")] = WRITTEN,
    one: Annotated[str, typer.Option(help="one side")] = "RUS",
    many: Annotated[str, typer.Option(help="the other side")] = "bloc:NATO",
    window: Annotated[int, typer.Option(min=1, help="years after the break")] = 5,
    draws: Annotated[int, typer.Option(help="paired draws")] = 40,
    seed: Annotated[int, typer.Option(help="seed of all luck")] = 1,
    jobs: Annotated[int, typer.Option(help="processes")] = 2,
    out: Annotated[Path | None, typer.Option(help="folder to keep the run in")] = None,
) -> None:
    """The regret curve: effects on peace, spending and income by the year of the betrayal."""
    from detente.api import what_if
    from detente.judge.regret import curve, variants
    from detente.library import find_scenario
    from detente.mechanisms.written import read_scenario
    from detente.report.terminal import progress_bar, show_rows

    document = read_scenario(find_scenario(scenario)).document
    made = variants(document.content, written, betrayal or (2030, 2035, 2040))
    last = max(made) + window - 1
    with progress_bar() as progress:
        result = what_if(
            *made.values(),
            draws=draws,
            years=(2025, max(2045, last)),
            seed=seed,
            jobs=jobs,
            out=out,
            progress=progress,
        )
    found = curve(result, {year: s.id for year, s in made.items()}, one, many, window)
    show_rows(
        [
            {
                "measure": r.measure,
                "betrayed in": str(r.year),
                "friendship": _said(r.during, r.relative),
                f"{window} years after": _said(r.after, r.relative),
                "all years": _said(r.whole, r.relative),
            }
            for r in found
        ]
    )
    print(f"Difference from never having tried, mean of the years and 90 % interval of {draws} paired draws.")
    print("Spending and income in per cent; the peace level on its scale from 0 to 1.")


def _said(e: Estimate, relative: bool) -> str:
    if e.missing:
        return "unknown"
    scale, digits = (100, 2) if relative else (1, 3)
    return f"{e.mean * scale:+.{digits}f} ({e.low * scale:+.{digits}f} to {e.high * scale:+.{digits}f})"
