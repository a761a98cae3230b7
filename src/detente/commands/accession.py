"""``detente accession``: when a candidate enters, who says no, and what it asked for on record."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from detente.judge.accession import Outcome

HARDEST = 8


def accession(
    candidate: Annotated[str, typer.Option(help="state by code")],
    run: Annotated[Path, typer.Option(help="folder of a finished run that watches the candidate")],
    bloc: Annotated[str, typer.Option(help="NATO or EU")] = "NATO",
    scenario: Annotated[str | None, typer.Option(help="one world of the run (all if left out)")] = None,
    members: Annotated[bool, typer.Option("--members", help="every member, not only the hardest")] = False,
    json: Annotated[bool, typer.Option("--json", help="print everything as JSON")] = False,
) -> None:
    """Read from a run when a bid ends in entry, which members say no, and what would move them."""
    from detente.judge.accession import outcome
    from detente.judge.record import bundle_tables
    from detente.run.result import Result

    result = Result.open(run)
    worlds = (scenario,) if scenario else tuple(result.scenarios)
    found = [outcome(result, bundle_tables(), candidate.upper(), bloc.upper(), w) for w in worlds]
    if json:
        import json as encoder

        from detente.judge.accession import bargains, plain

        prices = {"bargains": [plain(p) for p in bargains(bundle_tables(), bloc.upper())]}
        print(encoder.dumps([plain(f) | prices for f in found], indent=1, ensure_ascii=False))
    else:
        for each in found:
            _show(each, members)
        _show_bargains(bloc.upper())
        _show_prices(bloc.upper())


def _show(found: Outcome, every: bool) -> None:
    from detente.judge.accession import WORDS
    from detente.report.terminal import console, show_rows

    out = console()
    share = f"{found.entered:.1%} ({found.entered_low:.1%} to {found.entered_high:.1%})"
    out.print(f"\n{found.scenario}: {found.candidate} enters {found.bloc} in {share} of {found.draws} draws.")
    if isfinite(found.years[0]):
        early, middle, late = (f"{y:.0f}" for y in found.years)
        out.print(
            f"  among those: a tenth by {early}, half by {middle}, nine tenths by {late}", highlight=False
        )
    out.print(f"  it asks in {found.asked:.0%} of draws", highlight=False)
    if not isfinite(found.ready):
        return
    out.print(
        f"  in a pending year it is judged ready with a chance of {found.ready:.1%}; {found.refusing:.1f} "
        "members would say no",
        highlight=False,
    )
    if not found.voters:
        out.print("  votes by member were not kept: watch the pairs ['bloc:NATO', candidate] in the scenario")
    rows = [
        {
            "member": v.member,
            "says no": f"{1 - v.acceptance:.0%}",
            "holds out": f"{v.holds_out:.0%}",
            "last": f"{v.last:.0%}",
            "over": WORDS.get(v.kind, ""),
            "asked on record": " | ".join(v.asked),
        }
        for v in (found.voters if every else found.voters[:HARDEST])
    ]
    show_rows(rows, out)


def _show_bargains(bloc: str) -> None:
    from detente.judge.accession import WORDS, bargains
    from detente.judge.record import bundle_tables
    from detente.report.terminal import console, show_rows

    console().print(
        "\nWhat would buy a holdout, by what it asks for (quarrels of both blocs on record since 1949):"
    )

    def year(y: float) -> str:
        return f"{y:.0f}" if isfinite(y) else "never in 60"

    show_rows(
        [
            {
                "asked": WORDS[p.kind],
                "gave in": f"{p.gave_in:.0f} of {p.quarrels:.0f}",
                "years: a tenth, half, nine tenths gave in": ", ".join(year(y) for y in p.years),
                f"what it took in {bloc}": "; ".join(p.bought),
            }
            for p in bargains(bundle_tables(), bloc)
        ]
    )


def _show_prices(bloc: str) -> None:
    from detente.judge.accession import prices
    from detente.report.terminal import console, show_rows

    console().print("\nWhat moves a member's vote (log-odds; 0.7 doubles the odds; 90 % interval):")
    show_rows(
        [
            {"if": words, "adds": f"{m:+.2f}", "interval": f"{a:+.2f} to {b:+.2f}"}
            for words, m, a, b in prices(bloc)
        ]
    )
