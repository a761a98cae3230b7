"""``detente risk``: the chance of a dispute, a fatal one and a war between two states, by its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from detente.mechanisms.conflict.explain import Explanation
    from detente.model.world import Start

DRAWS = 200


def risk(
    pair: Annotated[tuple[str, str], typer.Option(help="two states by code or name, as RUS POL")],
    year: Annotated[int | None, typer.Option(help="year of the chances (the year after the start)")] = None,
    start: Annotated[int | None, typer.Option(help="last observed year; nothing later is known")] = None,
    draws: Annotated[int, typer.Option(min=20, help="draws of the parameters behind the intervals")] = DRAWS,
) -> None:
    """Explain the yearly chance of conflict between two states: what raises it, what lowers it."""
    from detente.report.terminal import console, show_rows

    world = _world(year, start)
    one, two = _positions(world, pair)
    found = _explained(world, one, two, draws)
    names = " and ".join(world.index.name(world.index.states[k]) for k in (one, two))
    out = console()
    out.print(f"{names}, {world.year + 1}, as seen from the end of {world.year}:", highlight=False)
    for line in _sentences(found):
        out.print(line, highlight=False)
    show_rows(_rows(found), out)
    out.print(
        "Log-odds against the mean of all pairs; a log-odds of 0.7 doubles the odds. 5 and 95 % of "
        f"{draws} draws of the estimates and of the theories. Estimated on disputes to "
        f"{min(world.year, 2014)}; see docs/mechanisms/conflict.md.",
        highlight=False,
    )


def _world(year: int | None, start: int | None) -> Start:
    from detente.data.start import NEWEST, observed
    from detente.mechanisms import EARLIEST
    from detente.model.errors import DetenteError, Problem

    at = start if start is not None else (NEWEST if year is None else year - 1)
    if not EARLIEST <= at <= NEWEST:
        where = "--start" if start is not None else "--year"
        first, last = (EARLIEST, NEWEST) if start is not None else (EARLIEST + 1, NEWEST + 1)
        asked = start if start is not None else year
        what = f"no observed world, or no estimates from data of its time, for {asked}"
        raise DetenteError(Problem(where, what, f"valid: {first} to {last}"))
    if year is not None and year != at + 1:
        remedy = f"write --year {at + 1}, or leave --start out; for later years: detente run"
        raise DetenteError(Problem("--year", f"the chances after {at} are those of {at + 1}", remedy))
    return observed(at)


def _positions(world: Start, pair: tuple[str, str]) -> tuple[int, int]:
    from detente.data.states import by_code, code_of
    from detente.model.errors import Problems

    problems, codes = Problems(), tuple(code_of(word) for word in pair)
    for code in codes:
        known = by_code().get(code)
        if known is not None and code not in world.index.states:
            span = f"{known.start.year} to {known.end.year}" if known.end else f"since {known.start.year}"
            what = f"{known.name} ({code}) does not exist at the end of {world.year}"
            problems.add("--pair", what, f"it is a state {span}")
        elif known is None:
            problems.extend(world.index.problems(code, "--pair"))
    if codes[0] == codes[1]:
        problems.add("--pair", f"'{codes[0]}' is named twice", "name two states")
    problems.raise_if_any()
    return world.index.position(codes[0]), world.index.position(codes[1])


def _explained(world: Start, one: int, two: int, draws: int) -> Explanation:
    from detente.mechanisms import conflict
    from detente.mechanisms.conflict.explain import explain
    from detente.model.chance import Chance
    from detente.model.mechanism import Values, View, theories_of
    from detente.model.world import opening

    machine = conflict.mechanism(world.year)
    opened = opening(world, 1)
    seen: dict[str, Any] = {}
    for name in machine.reads:
        last = name.startswith("last.")
        seen[name] = opened[name[5:]] if last else world.given(name, world.year + 1)[None]
    chance, rows = Chance(1), range(draws)
    drawn = {
        q.name.partition(".")[2]: q.at(chance.row(f"param/{q.name}", rows, 0, q.width))
        for q in machine.parameters
    }
    view = View(world.year + 1, world.index, 1, seen)
    return explain(view, Values(drawn, theories_of(machine.parameters)), one, two)


def _sentences(found: Explanation) -> list[str]:
    if found.at_war:
        return [f"  the two are at war; chance that it goes on this year: {_chance(found.war)}"]
    kinds = (
        ("a militarised dispute begins", found.dispute),
        ("one with a soldier killed", found.fatal),
        ("a war", found.war),
        ("for comparison, a dispute of a pair average in everything", found.average),
    )
    return [f"  {what}: {_chance(value)}" for what, value in kinds]


def _chance(value: tuple[float, float, float]) -> str:
    low, middle, high = (_percent(v) for v in value)
    return f"{middle} ({low} to {high})"


def _percent(value: float) -> str:
    return f"{100 * value:.3g} %"


def _rows(found: Explanation) -> list[dict[str, str]]:
    ordered = sorted(found.parts, key=lambda part: -abs(part.adds[1]))
    return [
        {
            "what": part.name,
            "adds to log-odds": f"{part.adds[1]:+.2f}",
            "5 to 95 %": f"{part.adds[0]:+.2f} to {part.adds[2]:+.2f}",
            "because": ", ".join(f"{k.replace('_', ' ')} {v:.3g}" for k, v in part.values.items() if v),
        }
        for part in ordered
    ]
