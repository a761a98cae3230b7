"""``detente leaders`` and ``detente opinion``: who governs, and how publics see another country."""

from __future__ import annotations

from typing import Annotated

import typer


def leaders(
    state: Annotated[str, typer.Option(help="a state by code or name, as RUS")],
    start: Annotated[int | None, typer.Option(help="last observed year; nothing later is known")] = None,
    years: Annotated[int, typer.Option(min=1, max=60, help="how many years ahead")] = 10,
    draws: Annotated[int, typer.Option(min=20, help="draws of the estimates behind the intervals")] = 200,
) -> None:
    """Who governs a state, since when, and the chance of a change in each coming year."""
    from detente.commands._leaders import chances, place_of
    from detente.data.start import NEWEST, observed
    from detente.data.start_leaders import governing
    from detente.report.terminal import console, show_rows

    world = observed(NEWEST if start is None else start)
    where = place_of(world.index, state, "--state")
    code, out = world.index.states[where], console()
    now = governing(code, world.year)
    if now is None:
        out.print(f"No leader of {world.index.name(code)} is known for {world.year}.")
        return
    out.print(
        f"{world.index.name(code)}, end of {world.year}: {now['leader']}, in office since {now['since']} "
        f"(regime: {now['regime']}; source: {now['source']})",
        highlight=False,
    )
    show_rows(chances(world, where, years, draws), out)
    out.print("Usual growth, rivals as today, the same leader until then; 5 and 95 % over estimates.")


def opinion(
    of: Annotated[str, typer.Option(help="whose public, as POL")],
    on: Annotated[str, typer.Option(help="the country seen, as RUS")],
) -> None:
    """What surveys found: the share of a public that sees a country favourably, among those with a view."""
    from detente.data.bundle import table
    from detente.model.errors import DetenteError, Problem, nearest
    from detente.report.terminal import console, show_rows

    rows = table("favourability")
    asked = rows.filter((rows["state"] == of.upper()) & (rows["target"] == on.upper()))
    if asked.is_empty():
        pairs = sorted(set(rows.filter(rows["target"] == on.upper())["state"]))
        known = sorted(set(rows["target"]))
        remedy = nearest(of.upper(), pairs) if pairs else "countries seen: " + ", ".join(known)
        raise DetenteError(Problem("--of, --on", f"no survey of {of.upper()} about {on.upper()}", remedy))
    show_rows(
        [
            {"year": str(y), "favourable, %": f"{100 * share:.0f}", "asked": str(n)}
            for y, n, share in asked.select("year", "n", "share").iter_rows()
        ],
        console(),
    )
