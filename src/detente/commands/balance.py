"""``detente balance`` and ``detente warheads``: force of coalitions, and who has how many warheads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from detente.data.force import Strength
    from detente.run.coalition import Coalition
    from detente.run.result import Result

CARRY = 5
"""Years that the newest count of soldiers and capabilities may be old."""


def balance(
    coalitions: Annotated[list[str], typer.Argument(help='as "NATO + RUS", "EU + GBR + RUS - HUN", CSTO')],
    year: Annotated[int | None, typer.Option(help="one year (the newest if left out)")] = None,
    years: Annotated[str | None, typer.Option(help="first and last year, as 1950:2045")] = None,
    every: Annotated[int, typer.Option(min=1, help="show each so many years")] = 10,
    scenario: Annotated[str | None, typer.Option(help="a scenario (the baseline if left out)")] = None,
    run: Annotated[Path | None, typer.Option(help="a finished run to read instead of computing")] = None,
    draws: Annotated[int, typer.Option(help="draws, where it is computed")] = 50,
    seed: Annotated[int, typer.Option(help="seed of all luck")] = 1,
    jobs: Annotated[int, typer.Option(help="processes")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="print as JSON")] = False,
) -> None:
    """Force of any coalition: soldiers, spending, warheads and more, and their shares of the world.

    Years up to 2024 are of the record, later ones of a run. A coalition has the members of today.
    """
    from detente.commands.weight import _read_all
    from detente.data.force import LAST
    from detente.data.start import observed

    asked = _years(year, years, every, LAST)
    world = observed(None)
    parties = _read_all(coalitions, world.index)
    ahead = [y for y in asked if y > LAST]
    result, name = _run(run, scenario, ahead, draws, seed, jobs) if ahead else (None, "")
    found = [(who, y, _rows(who, y, result, name)) for who in parties for y in asked]
    if as_json:
        _print_json(found)
    else:
        _print(found)


def warheads(
    scenario: Annotated[str | None, typer.Option(help="a scenario (the baseline if left out)")] = None,
    run: Annotated[Path | None, typer.Option(help="a finished run to read instead of computing")] = None,
    until: Annotated[int, typer.Option(help="last year")] = 2045,
    every: Annotated[int, typer.Option(min=1, help="show each so many years")] = 5,
    draws: Annotated[int, typer.Option(help="draws, where it is computed")] = 50,
    seed: Annotated[int, typer.Option(help="seed of all luck")] = 1,
    jobs: Annotated[int, typer.Option(help="processes")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="print as JSON")] = False,
) -> None:
    """Who has how many warheads by year, who stands above a ceiling, who has most, and parity."""
    from detente.report.terminal import show_rows
    from detente.run.strength import left, parity

    result, name = _run(run, scenario, [until], draws, seed, jobs)
    shown = [y for y in result.years if y <= until and (y in (result.years[0], until) or y % every == 0)]
    if as_json:
        import json
        from dataclasses import asdict

        body = [{"year": y, "parity": asdict(parity(result, name, y)),
                 "states": [asdict(x) for x in left(result, name, y)]} for y in shown]  # fmt: skip
        print(json.dumps(body, indent=1))
        return
    for y in shown:
        two = parity(result, name, y)
        print(
            f"{y}: {two.world.median:,.0f} in all ({two.world.low:,.0f} to "
            f"{two.world.high:,.0f}); the largest is {two.first_over_second.median:.2f} times the second; "
            f"on hosts' soil {two.hosted.median:,.0f}"
        )
        show_rows([_left_row(x) for x in left(result, name, y)])


def _left_row(x: Any) -> dict[str, str]:
    deployed = "unknown" if x.deployed.missing else f"{x.deployed.median:,.0f}"
    return {
        "state": x.state,
        "stockpile": f"{x.stockpile.median:,.0f}",
        "90 % interval": f"{x.stockpile.low:,.0f} to {x.stockpile.high:,.0f}",
        "deployed strategic": deployed,
        "above its ceiling": f"{x.over.median:,.0f}",
        "has most": f"{x.most:.0%} of worlds",
    }


def _years(year: int | None, years: str | None, every: int, newest: int) -> list[int]:
    from detente.data.force import FIRST
    from detente.model.errors import DetenteError, Problem

    if years is None:
        asked = [newest if year is None else year]
    else:
        first, _, last = years.partition(":")
        if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last)):
            said = f"'{years}' is not a span of years"
            raise DetenteError(Problem("--years", said, "write FIRST:LAST, as in 1950:2045"))
        span = range(int(first), int(last) + 1)
        asked = [y for y in span if y in (span[0], span[-1], newest) or y % every == 0]
    wrong = [y for y in (asked[0], asked[-1]) if not FIRST <= y <= 2100]
    if wrong:
        raise DetenteError(Problem("--year", f"there is no year {wrong[0]}", f"valid: {FIRST} to 2100"))
    return asked


def _run(
    folder: Path | None, scenario: str | None, ahead: list[int], draws: int, seed: int, jobs: int
) -> tuple[Result, str]:
    from detente.commands.weight import _computed, _opened
    from detente.model.errors import DetenteError, Problem

    last = max(ahead)
    if folder is None:
        return _computed((last, last), scenario, None, draws, None, seed, jobs)
    result, name = _opened(folder, scenario, None)
    if "warheads" not in result.fields or "personnel" not in result.fields:
        raise DetenteError(Problem("--run", "this run is older than the balance of force", "run it again"))
    if not set(ahead) <= set(result.years):
        said = f"valid: {result.years[0]} to {result.years[-1]}"
        raise DetenteError(Problem("--year", f"the run does not reach {last}", said))
    return result, name


def _rows(who: Coalition, year: int, result: Result | None, name: str) -> list[Strength]:
    """All quantities of a coalition in a year: of the record, or of the run."""
    from detente.data.force import LAST, UNITS, Strength, strength

    if year <= LAST:
        return [strength(who.states, year, q, CARRY) for q in UNITS]
    from detente.run.strength import projected

    assert result is not None  # noqa: S101  (years ahead have a run)
    rows = []
    for quantity in (q for q in UNITS if q != "population"):
        total, share, gone = projected(result, who.states, quantity, name, year)
        ends = (total.median, total.low, total.high, share.median, share.low, share.high)
        rows.append(Strength(quantity, UNITS[quantity], year, *ends, gone))
    return rows


def _print(found: list[tuple[Coalition, int, list[Strength]]]) -> None:
    from detente.report.terminal import show_rows

    for who, year, rows in found:
        many = "1 state" if len(who.states) == 1 else f"{len(who.states)} states"
        print(f"{who.written}: {many}, {year}{' (projected)' if rows[0].low != rows[0].high else ''}")
        show_rows([_row(r, year) for r in rows])
        for r in rows:
            if 0 < len(r.unknown) < len(who.states):
                print(f"  without a figure of {r.quantity}: {', '.join(r.unknown)}")


def _row(r: Strength, year: int) -> dict[str, str]:
    known = r.total == r.total
    places = 3 if r.quantity == "capability" else 0
    fan = f"{r.low:,.{places}f} to {r.high:,.{places}f}" if known and r.low != r.high else ""
    row = {
        "quantity": r.quantity.replace("_", " at ") + ("" if r.year == year else f" ({r.year})"),
        "total": f"{r.total:,.{places}f}" if known else "unknown",
        "unit": r.unit,
        "of the world": f"{r.share:.1%}" if known else "",
    }
    return row | ({"90 % interval": fan} if fan else {})


def _print_json(found: list[tuple[Coalition, int, list[Strength]]]) -> None:
    import json
    from dataclasses import asdict

    body = [
        {"coalition": who.written, "states": who.states, "year": year, "rows": [asdict(r) for r in rows]}
        for who, year, rows in found
    ]
    print(json.dumps(body, indent=1))
