"""``detente criteria``: how far a state is from the entry criteria of NATO or the EU."""

from __future__ import annotations

from math import isfinite, isinf
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from detente.judge.criteria import Line, Scorecard


def criteria(
    state: Annotated[str, typer.Option(help="state by code or name")],
    bloc: Annotated[str, typer.Option(help="NATO or EU")] = "NATO",
    year: Annotated[int, typer.Option(help="year to score")] = 2024,
    since: Annotated[int, typer.Option(help="only entrants from this year on set the thresholds")] = 0,
    json: Annotated[bool, typer.Option("--json", help="print the scorecard as JSON")] = False,
) -> None:
    """Score a state against those who entered before it: what is met, what is missed, how many years away."""
    from detente.judge.criteria import resolve, scorecard
    from detente.judge.record import bundle_tables

    tables = bundle_tables()
    card = scorecard(tables, resolve(tables, state), bloc.upper(), year, since)
    if json:
        import json as encoder

        print(encoder.dumps(card.plain(), indent=1, ensure_ascii=False))
    else:
        _show(card)


def _show(card: Scorecard) -> None:
    from detente.report.terminal import console, show_rows

    out = console()
    known = [x for x in card.lines if x.met is not None]
    met = sum(bool(x.met) for x in known)
    out.print(
        f"{card.state} and {card.bloc}, {card.year}: at or above the lowest entrant on {met} of {len(known)} "
        "measures.",
        highlight=False,
    )
    if card.member_since is not None:
        out.print(f"note: {card.state} is a member since {card.member_since}; it is scored all the same.")
    if card.thresholds_to > card.year:
        out.print(f"note: nobody had entered by {card.year}; thresholds: entrants to {card.thresholds_to}.")
    show_rows([_row(x) for x in card.lines], out)
    for what, why in card.not_measured:
        out.print(f"not measured: {what} ({why})", highlight=False)
    out.print(
        "Thresholds are what entrants had in the year they entered (founders left out). Years to the lowest: "
        "at the state's own mean gain of ten years with a 90 % interval, and at the largest gain of ten "
        "years by any entrant.",
        highlight=False,
    )


def _row(x: Line) -> dict[str, str]:
    return {
        "asks": x.asks,
        "measure": x.measure,
        "value": _number(x.value) + (f" ({x.seen})" if x.seen else ""),
        "lowest": f"{_number(x.lowest)} {x.lowest_by}",
        "median": _number(x.median),
        "met": {None: "no data", True: "yes", False: f"missed by {_number(x.missed_by)}"}[x.met],
        "years": _span(x) if x.missed_by > 0 else "",
        "at best pace": _best(x) if x.missed_by > 0 else "",
    }


def _span(x: Line) -> str:
    """Years at the state's own pace; bounds only where they say more."""
    middle, low, high = (_years(v) for v in (x.years, x.years_low, x.years_high))
    if {middle, low, high} <= {"-"}:
        return "-"
    return middle if middle == low == high else f"{middle} ({low} to {high})"


def _best(x: Line) -> str:
    said = _years(x.best_years)
    return f"{said} ({x.best_by})" if x.best_by else said


def _number(x: float) -> str:
    return f"{x:.3g}" if isfinite(x) else "-"


def _years(x: float) -> str:
    if isinf(x):
        return "never"
    if not isfinite(x):
        return "-"
    return "under 1" if x < 0.95 else f"{x:.0f}"
