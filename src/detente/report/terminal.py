"""What the command line shows: progress, the summary of a run, verdicts, scenarios, tables.

On a terminal in colour and boxes; in a pipe or a file as plain text, so that it can be kept.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from detente.model.scenario import Scenario
from detente.run.result import BASE, Result

if TYPE_CHECKING:
    from rich.console import Console

    from detente.judge.verdict import Verdict

TOP = 5
PLAIN_WIDTH = 110
"""Width of tables where no terminal says its own."""

BOUNDS = {"exact": "", "floor": "at least ", "ceiling": "at most "}

TONES = {"supported": "blue", "contradicted": "red", "undecided": "yellow", "out of reach": "dim"}


def console() -> Console:
    """A console for standard output; without colour and with a fixed width where that is no terminal."""
    import sys

    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, no_color=True, force_terminal=False, width=PLAIN_WIDTH, soft_wrap=True)


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar with the time left, as a function of (done, all); outside a terminal it keeps silent."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    out = console()
    if not out.is_terminal:
        yield lambda done, total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("·"),
        TimeElapsedColumn(),
        TextColumn("gone,"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task("Running paired worlds", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show_summary(result: Result, out: Console | None = None) -> None:
    """Headline effects with intervals, the largest winners and losers, failed draws, and what to do next."""
    from detente.report.words import few_worlds, hindsight_of

    out = out or console()
    r = result.record
    years = f"{result.years[0]}–{result.years[-1]}"
    out.print(f"{r['draws']} paired draws, {years}, {len(result.index)} states, seed {r['seed']}.")
    for said in (few_worlds(r["draws"]), hindsight_of(result)):
        if said:
            out.print(said)
    for scenario in result.scenarios:
        if scenario != BASE:
            _show_world(result, scenario, out)
    if tuple(result.scenarios) == (BASE,):
        out.print("Only the baseline was run: there is no effect to show.")
    out.print(f"The run: {result.directory}")
    out.print(f"Claims:  detente judge {result.directory}")
    out.print(f"Page:    detente report {result.directory}")


def _show_world(result: Result, scenario: str, out: Console) -> None:
    from detente.report.words import answer

    said = answer(result, scenario)
    out.print()
    out.print(f"[bold]{_safe(result.documents[scenario].title)}[/bold]")
    for sentence in said.sentences:
        out.print(f"  • {_safe(sentence.striptags())}")
    if not said.unchanged:
        _show_headlines(result, scenario, said.year, out)
        _show_ends(result, scenario, out)
    lost = result.failures[scenario]
    out.print(
        f"Failed draws: {lost} of {result.record['draws']}" + (", left out of all figures." if lost else ".")
    )


def _show_headlines(result: Result, scenario: str, year: int, out: Console) -> None:
    from detente.report.splits import disputes, line
    from detente.report.tables import headlines

    main = headlines(result, scenario)
    rows = [
        {
            f"{year}": h.title,
            "for": h.change.label,
            "without": h.here.text("mean"),
            "with": h.there.text("mean"),
            "difference": h.change.text("mean", sign=True),
            "90 % interval": f"{h.change.text('low', sign=True)} to {h.change.text('high', sign=True)}",
            "so": h.says,
        }
        for h in main
    ]
    show_rows(rows, out)
    found = [s for d in disputes(result, main) for s in d.splits]
    if found:
        out.print("\nWhere theories disagree")
    for split in found:
        out.print(f"  {_safe(line(split))}")


def _show_ends(result: Result, scenario: str, out: Console) -> None:
    from detente.report.cells import share
    from detente.report.tables import standings

    all_states = standings(result, scenario)
    ends = (
        ("gains most", [s for s in all_states if s.mean > 0][:TOP]),
        ("loses most", [s for s in reversed(all_states) if s.mean < 0][:TOP]),
    )
    for title, rows in ends:
        shown = [
            {
                title: s.name,
                "real income, %": s.text,
                "90 % interval": s.interval,
                "share of worlds": share(s.share),
            }
            for s in rows
        ]
        show_rows(shown, out)


def show_verdicts(verdicts: Sequence[Verdict], out: Console | None = None) -> None:
    """How many claims met which fate, and each of them in a line."""
    from detente.report.claim_rows import claim_groups

    out = out or console()
    groups = claim_groups(verdicts)
    out.print(", ".join(f"{len(rows)} {finding}" for finding, rows in groups) or "No claims were judged.")
    for finding, rows in groups:
        out.print(f"\n[{TONES[finding]}]{finding.capitalize()}[/]")
        for row in rows:
            t = row.tests[0]
            span = f"[{t['interval']}] " if t["interval"] else ""
            size = f" {t['size']} {span}{t['unit']}".rstrip() if t["size"] else ""
            worlds = f"{',' if size else ''} {row.share} of worlds" if row.share else ""
            out.print(f"  {_safe(row.id)} {'★ ' if row.crux else ''}{_safe(row.text)}{_safe(size)}{worlds}")


def show_scenario(scenario: Scenario, out: Console | None = None) -> None:
    """A scenario with the primitives that its words expanded to, and its silent assumptions."""
    out = out or console()
    out.print(f"[bold]{_safe(scenario.title)}[/bold]  ({scenario.id}, fingerprint {scenario.fingerprint()})")
    out.print(_safe(scenario.premise.strip()))
    rows = [
        {
            "start": str(m.start),
            "stop": str(m.stop or ""),
            "ramp": str(m.ramp or ""),
            "do": m.do,
            "what": _what(m),
            "why": " ".join(m.why.split()),
        }
        for m in sorted(scenario.interventions, key=lambda m: m.start)
    ]
    out.print(f"\n{len(rows)} interventions" if rows else "\nNo interventions.")
    show_rows(rows, out)
    for a in scenario.assumptions:
        value = f" {a.value}." if a.value else ""
        out.print(f"  {a.id} {_safe(a.name)}: {a.stance}.{_safe(value)} {_safe(a.why)}")


def _what(move: Any) -> str:
    if move.do == "param":
        return f"{move.parameter}{f' ({move.entry})' if move.entry else ''} = {move.to}"
    at = move.at
    place = " ↔ ".join(map(_word, at.between)) if at.between else _word(at.state)
    place += f" → {_word(at.partner)}" if at.partner is not None else ""
    if move.do != "set":
        return f"{move.field} of {place}: {move.by:g}"
    return f"{move.field} of {place}: {BOUNDS[move.bound]}{move.to:g}"


def _word(selector: Any) -> str:
    return selector if isinstance(selector, str) else " ".join(selector)


def show_rows(rows: Sequence[Mapping[str, Any]], out: Console | None = None) -> None:
    """A table from rows with the same keys."""
    from rich import box
    from rich.table import Table

    if not rows:
        return
    out = out or console()
    table = Table(box=box.SIMPLE_HEAD if out.is_terminal else None, pad_edge=False, header_style="dim")
    for name, value in rows[0].items():
        table.add_column(str(name), justify="right" if _numeric(value) else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_safe("" if v is None else v) for v in row.values()))
    out.print()
    out.print(table)


def _numeric(value: object) -> bool:
    return isinstance(value, int | float) or (
        isinstance(value, str) and value[:1] in "+−-0123456789" and value != ""
    )


def _safe(text: object) -> str:
    """Text with its square brackets kept as they are."""
    from rich.markup import escape

    return escape(str(text))
