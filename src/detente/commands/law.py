"""``detente law``: who owes what to whom if one state attacks another at a place on a day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from detente.treaties.answer import Answer, Group

SHOWN = 14
"""States named in one cell before the rest are counted."""


def law(
    attacker: Annotated[str, typer.Option(help="state by code or name, or non-state")],
    target: Annotated[str, typer.Option(help="state by code or name")],
    at: Annotated[str, typer.Option(help="place by name, or LAT,LON in degrees")],
    on: Annotated[str, typer.Option(help="day, YYYY-MM-DD")],
    what: Annotated[
        str, typer.Option(help="armed_attack, threat, shooting_down, blockade, cyber, internal or terror")
    ] = "armed_attack",
    assume: Annotated[
        list[str] | None, typer.Option(help="an edit in a phrase, as 'RUS in NATO from 2030'")
    ] = None,
    edit: Annotated[list[Path] | None, typer.Option(help="files with a list of edits")] = None,
    scenario: Annotated[str | None, typer.Option(help="a scenario whose treaty words apply")] = None,
    json: Annotated[bool, typer.Option("--json", help="print the whole answer as JSON")] = False,
) -> None:
    """Ask the treaties: who owes what to whom, by which article, how strongly, and why not others."""
    from detente.judge.legal import ask, edits_of

    answer = ask(attacker, target, at, on, what, edits_of(assume or (), edit or (), scenario))
    if json:
        import json as encoder

        print(encoder.dumps(answer.plain(), indent=1, ensure_ascii=False))
    else:
        _show(answer)


def _show(answer: Answer) -> None:
    import os

    from rich.console import Console

    console = Console(highlight=False, width=None if os.isatty(1) else 110)
    console.print(headline(answer), style="bold")
    for note in answer.notes:
        console.print(f"  note: {note}", style="dim")
    for title, rows in tables(answer):
        console.print(f"\n[bold]{title}[/bold]")
        console.print(_table(rows))
    console.print(f"\nFree of any duty to help: {_listed(answer.free)}.")
    for line in remarks(answer):
        console.print(line, style="dim")


def headline(answer: Answer) -> str:
    """The question in a sentence."""
    what = answer.what.replace("_", " ")
    return (
        f"{_party(answer.attacker)} against {answer.target} ({what}) at {answer.place.name} on {answer.on}: "
        f"{answer.place.whose}"
    )


def _party(state: str) -> str:
    from detente.treaties.law import NONSTATE

    return "no state" if state == NONSTATE else state


TITLES = {
    "owed": "Help that is owed",
    "unsettled": "Help on which the text leaves room",
    "broken": "What the attacker had promised",
    "restraint": "Who is kept from the attacker's side",
    "right": "What any state may do",
    "not owed": "Treaties of the target under which nothing is owed, and why",
}


def tables(answer: Answer) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Each part of the answer as rows: who, what under which article, why."""
    from detente.treaties.answer import sections

    for key, groups in sections(answer).items():
        if groups:
            yield TITLES[key], [_row(key, g) for g in groups]
    if answer.conflicts:
        both: dict[tuple[str, str], list[str]] = {}
        for c in answer.conflicts:
            both.setdefault((c.to_target, c.to_attacker), []).append(c.state)
        yield (
            "Bound to both sides",
            [
                (_listed(tuple(who)), f"to the target: {to}", f"to the attacker: {against}")
                for (to, against), who in both.items()
            ],
        )


HELPING = ("owed", "unsettled", "not owed")
SAID = {"neutrality": "to stay out", "no_aid": "no aid to the attacker", "right": "allowed"}


def _row(key: str, group: Group) -> tuple[str, str, str]:
    from detente.treaties.law import strength_in_words

    x = group.line
    who = _listed(group.states) if any(group.states) else "every party"
    duty = f" — {strength_in_words(x) if key in HELPING else SAID.get(x.kind, x.status)}"
    asked = ", if asked" if x.on_request and key != "not owed" else ""
    soft = "" if x.binding else " (political)"
    why = "; ".join(x.why) or x.text
    return who, f"{x.short}, {x.article}{soft}{duty}{asked}", why


def _listed(states: tuple[str, ...]) -> str:
    named = [s for s in states if s]
    if len(named) > SHOWN:
        return f"{', '.join(named[:SHOWN])} and {len(named) - SHOWN} more"
    return ", ".join(named) or "nobody"


def remarks(answer: Answer) -> list[str]:
    """What the reader should know of the answer as a whole."""
    from detente.judge.legal import coverage_note

    told = ["What is owed is not what is done: a duty says nothing of whether it will be kept."]
    note = coverage_note(answer.on)
    return [*([note[0].upper() + note[1:] + "."] if note else []), *told]


def _table(rows: list[tuple[str, str, str]]) -> object:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, show_edge=False, padding=(0, 1), expand=True)
    for name, share in (("who", 3), ("what, under which article", 4), ("why", 5)):
        table.add_column(name, ratio=share, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table
