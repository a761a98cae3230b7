"""Computations on the record of armed force: shares of the world, reserves, stockpiles, hosts, bases."""

from __future__ import annotations

from collections.abc import Sequence

from detente.judge.measurement import Measurement, Tables, members, missing, plain

Selector = str | Sequence[str]
SOURCES = {
    "capability": ("nmc",),
    "personnel": ("nmc",),
    "spending": ("wdi",),
    "spending_ppp": ("wdi", "wdi_economy"),
    "warheads": ("stockpiles",),
    "gdp": ("wdi",),
    "population": ("wdi",),
}
ERROR_OF_RESERVES = 0.15
"""Lists of reserves differ by about as much: who counts as one, and in which year."""


def force_share(tables: Tables, *, states: Selector, quantity: str, year: int) -> Measurement:
    """Share of the world's capability, personnel, spending, spending_ppp, warheads, gdp or population."""
    from detente.data.force import UNITS, strength
    from detente.model.errors import DetenteError, Problem, nearest

    if quantity not in UNITS:
        raise DetenteError(Problem("record", f"there is no quantity '{quantity}'", nearest(quantity, UNITS)))
    found = strength(members(tables, states, year), year, quantity, carry=3)
    if found.share != found.share:
        raise missing(f"{quantity} in {year}")
    meaning = f"share of the world's {quantity} of {plain(states)} in {found.year}"
    remark = f"unknown: {', '.join(found.unknown)}" if found.unknown else ""
    return Measurement(found.share, "share of the world", meaning, SOURCES[quantity], remark=remark)


def inventory_share(tables: Tables, *, states: Selector, year: int = 2023) -> Measurement:
    """Share of all the world's warheads, with those retired and waiting to be taken apart."""
    import polars as pl

    rows = tables("inventories").filter(pl.col("year") == year)
    if rows.is_empty():
        raise missing(f"inventories by status in {year}")
    every = pl.sum_horizontal("strategic", "other", "reserve", "retired")
    inside = pl.col("state").is_in(list(members(tables, states, year)))
    share = float(rows.filter(inside).select(every.sum()).item()) / float(rows.select(every.sum()).item())
    return Measurement(
        share, "share of the world", f"share of all warheads of {plain(states)} in {year}", ("inventories",)
    )


def soldiers_and_reserves(tables: Tables, *, year: int) -> Measurement:
    """Million soldiers, active and reserve, of 48 countries from Iceland to the Urals with USA and Canada.

    Active by COW; reserves by a list of ours, rounded from published figures of about 2018-2021, which are
    taken to be right within 15 per cent together (the interval).
    """
    import polars as pl

    from detente.data.start_force import curated

    reserves = {row["state"]: float(row["thousand"]) for row in curated("reserves")}
    rows = tables("state_year").filter((pl.col("year") == year) & pl.col("state").is_in(list(reserves)))
    known = rows.drop_nulls("milper")
    if known.is_empty():
        raise missing(f"personnel in {year}")
    active, more = float(known["milper"].sum()) / 1e6, sum(reserves.values()) / 1e3
    error = ERROR_OF_RESERVES * more
    meaning = (
        f"soldiers of {len(reserves)} countries: {active:.2f} million active in {year}, {more:.2f} reserve"
    )
    names = f"without a count: {', '.join(sorted(set(reserves) - set(known['state'])))}"
    return Measurement(
        active + more,
        "million",
        meaning,
        ("nmc", "iiss2024"),
        active + more - error,
        active + more + error,
        len(reserves),
        "reserves ± 15 %, a judgement",
        names if known.height < len(reserves) else "",
    )


def stockpile(tables: Tables, *, states: Selector, year: int, over: float = 1.0) -> Measurement:
    """Warheads in the military stockpiles of the states, divided by ``over`` (a number that a text gives)."""
    import polars as pl

    rows = tables("warheads").filter(
        (pl.col("year") == year) & pl.col("state").is_in(list(members(tables, states, year)))
    )
    if rows.is_empty():
        raise missing(f"stockpile of {plain(states)} in {year}")
    count = float(rows["warheads"].sum())
    meaning = f"military stockpile of {plain(states)} in {year}: {count:,.0f}"
    if over != 1.0:
        meaning += f", over the {over:,.0f} that the text gives"
    return Measurement(count / over, "warheads" if over == 1.0 else "ratio", meaning, ("stockpiles",))


def stockpile_change(tables: Tables, *, states: Selector, since: int, until: int) -> Measurement:
    """Relative change of the joint military stockpile between two years."""
    first = stockpile(tables, states=states, year=since).value
    last = stockpile(tables, states=states, year=until).value
    meaning = f"military stockpile of {plain(states)}: {first:,.0f} in {since}, {last:,.0f} in {until}"
    return Measurement(last / first - 1.0, "relative change", meaning, ("stockpiles",))


def hosts(tables: Tables, *, states: Sequence[str], year: int) -> Measurement:
    """How many of the states named hosted warheads of the United States, by the newest estimate."""
    from detente.data.start_force import curated

    del tables  # a list of ours, not a table
    newest: dict[str, float] = {}
    for row in sorted(curated("hosted_warheads"), key=lambda r: int(r["year"])):
        if int(row["year"]) <= year and row["owner"] == "USA":
            newest[row["host"]] = float(row["high"] or "nan")
    if not newest:
        raise missing(f"estimate of hosted warheads up to {year}")
    named = [s for s in states if newest.get(s, 0.0) > 0]
    others = sorted(s for s, n in newest.items() if n > 0 and s not in states)
    remark = f"others: {', '.join(others)}" if others else "no others"
    meaning = f"of {', '.join(states)}: hosts of warheads of the United States up to {year}"
    return Measurement(
        float(len(named)), "states", meaning, ("kristensen2023b",), n=len(states), remark=remark
    )


def hosts_of_bases(tables: Tables, *, fewest: int = 1) -> Measurement:
    """States with bases or small sites of the United States on the map of 2015 (Vine); no territories."""
    import polars as pl

    rows = tables("forces_abroad").filter(pl.col("bases") >= fewest)
    meaning = f"states with {fewest} or more bases of the United States, 2015"
    return Measurement(float(rows["state"].n_unique()), "states", meaning, ("troopdata",), n=rows.height)
