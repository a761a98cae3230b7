"""``detente gas``: the gas market by itself, before and after a change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def gas(
    year: Annotated[int | None, typer.Option(help="base year: 2021 or 2023 (the newest if left out)")] = None,
    close: Annotated[list[str] | None, typer.Option(help="close a route: turkstream, or NOR-DEU")] = None,
    open: Annotated[
        list[str] | None, typer.Option(help="open a route: nord-stream, or nord-stream:0.5")
    ] = None,
    cut: Annotated[list[str] | None, typer.Option(help="lose a share of a route, as NOR-DEU=0.3")] = None,
    withhold: Annotated[
        list[str] | None, typer.Option(help="bcm that a seller holds back, as RUS=100")
    ] = None,
    terminal: Annotated[list[str] | None, typer.Option(help="LNG terminal added, bcm, as DEU=10")] = None,
    demand: Annotated[list[str] | None, typer.Option(help="demand changed in percent, as DEU=-10")] = None,
    supply: Annotated[
        list[str] | None, typer.Option(help="capacity of fields in percent, as NOR=-20")
    ] = None,
    price_cap: Annotated[list[str] | None, typer.Option(help="highest price, USD/MMBtu, as EU=20")] = None,
    seller: Annotated[str, typer.Option(help="Russia's pricing: withholding or competitive")] = "withholding",
    long_run: Annotated[
        bool, typer.Option("--long-run", help="with the long-run elasticity of demand")
    ] = False,
    show: Annotated[int, typer.Option(min=0, help="rows of routes and states shown")] = 12,
    out: Annotated[
        Path | None, typer.Option(help="write flows, prices and states as .csv to this folder")
    ] = None,
    routes: Annotated[
        bool, typer.Option("--routes", help="list the routes that can be named, and stop")
    ] = False,
) -> None:
    """What a route, a cut, a terminal or a price cap does to gas: flows, prices, bills, rents, who loses."""
    from detente import gas as market
    from detente.report.terminal import show_rows

    if routes:
        print("\n".join(market.routes(year)))
        return
    options = {"cut": cut, "withhold": withhold, "terminal": terminal, "demand": demand, "supply": supply}
    numbers = _numbers(options | {"price_cap": price_cap})
    found = market.market(
        year,
        close=close or (),
        open=open or (),
        **numbers,
        seller=seller,
        elasticity=market.LONG if long_run else market.SHORT,
    )
    print(found)
    print("\nPrices, USD/MMBtu")
    show_rows(_rounded(found.prices().to_dicts()))
    flows = found.flows()
    moved = flows.with_columns((flows["after"] - flows["before"]).alias("change"))
    print("Routes that change most, bcm")
    show_rows(_rounded(moved.sort(moved["change"].abs(), descending=True).head(show).to_dicts()))
    held = found.states()
    print("States, billion USD a year (use and unserved in bcm)")
    show_rows(_rounded(held.sort(held["gain"].abs(), descending=True).head(show).select(COLUMNS).to_dicts()))
    if out:
        _written(found, out)


COLUMNS = ["state", "use_before", "use_after", "unserved_after", "bill_before", "bill_after", "rent_before"]
COLUMNS += ["rent_after", "gain"]


def _numbers(options: dict[str, list[str] | None]) -> dict[str, dict[str, float]]:
    """NAME=NUMBER options as mappings; every mistake at once."""
    from detente.model.errors import Problems

    problems, found = Problems(), {}
    for option, texts in options.items():
        found[option] = {}
        for text in texts or ():
            name, _, number = text.partition("=")
            try:
                found[option][name] = float(number)
            except ValueError:
                problems.add(f"--{option.replace('_', '-')}", f"'{text}' is not NAME=NUMBER", "as in DEU=10")
    problems.raise_if_any()
    return found


def _rounded(rows: list[dict]) -> list[dict]:
    return [{k: f"{v:.1f}" if isinstance(v, float) else v for k, v in row.items()} for row in rows]


def _written(found, folder: Path) -> None:  # type: ignore[no-untyped-def]
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "flows": found.flows(0.0),
        "sales": found.sales(0.0),
        "prices": found.prices(),
        "states": found.states(),
    }
    for name, frame in tables.items():
        frame.write_csv(folder / f"{name}.csv")
    print(f"Written: {folder}")
