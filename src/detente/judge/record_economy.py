"""Computations on the record of economies: investment, debt, arms, travel, sectors, weight in the world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from detente.judge.measurement import Measurement, Tables, at, column_source, members, missing, plain, series
from detente.judge.record_trade import deflator

Selector = str | Sequence[str]
DRAWS = 2000
"""Draws of the budget mechanism's parameters behind an interval."""


def _economy(tables: Tables, column: str, state: str, year: int) -> float:
    frame = tables("economy")
    row = frame.filter((frame["state"] == state) & (frame["year"] == year))
    if row.is_empty() or row[column][0] is None:
        raise missing(f"{column} of {state} in {year}")
    return float(row[column][0])


def direct_investment(
    tables: Tables, *, state: str, year: int, prices: int, part: float = 1.0
) -> Measurement:
    """Net inflow of direct investment, billion USD in the prices of another year, times ``part``.

    Table ``economy`` (WDI); the United States GDP deflator.
    """
    value = _economy(tables, "fdi", state, year) * deflator(tables, prices) / deflator(tables, year)
    share = f"{part:.0%} of " if part != 1 else ""
    meaning = f"{share}inflow of direct investment into {state} in {year}, in prices of {prices}"
    return Measurement(part * value, "billion USD", meaning, ("wdi_economy", "wdi"))


def government_debt(
    tables: Tables, *, state: str, year: int, share: bool = False, minus_year: int | None = None
) -> Measurement:
    """Gross debt of general government, billion current USD, or as a ``share`` of GDP.

    Table ``economy`` (IMF, rounded); ``minus_year``: less that of another year.
    """

    def of(when: int) -> float:
        debt = _economy(tables, "debt", state, when)
        return debt if share else debt * at(series(tables, "gdp_usd", state), when, f"GDP of {state}") / 1e9

    value = of(year) - (0.0 if minus_year is None else of(minus_year))
    less = "" if minus_year is None else f" less {minus_year}"
    meaning = f"public debt of {state} in {year}{less}"
    return Measurement(value, "share of GDP" if share else "billion USD", meaning, ("weo_fiscal", "wdi"))


def arms_rank(tables: Tables, *, seller: str, years: Sequence[int]) -> Measurement:
    """Place of a state among all sellers of arms by deliveries (million TIV) of some years (first and last).

    Table ``economy``, national totals (Gapminder, from SIPRI).
    """
    import polars as pl

    first, last = years
    rows = tables("economy").filter(pl.col("year").is_between(first, last)).drop_nulls("arms_exports")
    totals = rows.group_by("state").agg(_sum("arms_exports")).sort("arms_exports")[::-1]
    order = totals["state"].to_list()
    if seller not in order:
        raise missing(f"arms sold by {seller} in {first}-{last}")
    whole = float(totals["arms_exports"].sum())
    remark = ", ".join(f"{s} {v / whole:.1%}" for s, v in totals.head(4).iter_rows())
    meaning = f"place of {seller} among sellers of arms, {first}-{last}"
    return Measurement(order.index(seller) + 1, "place", meaning, ("gapminder",), n=len(order), remark=remark)


def largest_seller_share(tables: Tables, *, buyers: Selector, window: int) -> Measurement:
    """Share of the arms that states bought abroad over five years that came from their largest seller.

    Table ``arms``; members at the end of the window; what states make at home is not in it.
    """
    rows = _window(tables, window)
    rows = rows.filter(rows["buyer"].is_in(list(members(tables, buyers, window))))
    if rows.is_empty():
        raise missing(f"arms bought by {plain(buyers)} in {window - 4}-{window}")
    totals = rows.group_by("seller").agg(_sum("share")).sort("share")[::-1]
    value = float(totals["share"][0]) / float(totals["share"].sum())
    meaning = f"share of {totals['seller'][0]} in the arms bought by {plain(buyers)}, {window - 4}-{window}"
    return Measurement(value, "share", meaning, ("sipri_transfers", "blocs"), n=rows["buyer"].n_unique())


def arms_buyer_place(tables: Tables, *, seller: str, buyers: Selector, window: int) -> Measurement:
    """Best place of any of the ``buyers`` among all buyers of one seller's arms over five years."""
    rows = _window(tables, window)
    order = rows.filter(rows["seller"] == seller).sort("share")[::-1]["buyer"].to_list()
    chosen = set(members(tables, buyers, window))
    places = [k + 1 for k, buyer in enumerate(order) if buyer in chosen]
    if not places:
        raise missing(f"arms sold by {seller} to {plain(buyers)} in {window - 4}-{window}")
    meaning = f"best place of {plain(buyers)} among buyers of {seller}'s arms, {window - 4}-{window}"
    remark = "largest buyers: " + ", ".join(order[:6])
    return Measurement(places[0], "place", meaning, ("sipri_transfers", "blocs"), n=len(order), remark=remark)


def _window(tables: Tables, window: int) -> Any:
    rows = tables("arms")
    rows = rows.filter(rows["window"] == window)
    if rows.is_empty():
        raise missing(f"arms trade of the five years to {window}")
    return rows


def _sum(column: str) -> Any:
    import polars as pl

    return pl.col(column).sum()


def visitors(
    tables: Tables,
    *,
    origin: Selector,
    destination: Selector,
    year: int,
    part: float = 1.0,
) -> Measurement:
    """Visitors from some states to others, million a year, times ``part``; ``all`` stands for everybody.

    Table ``tourism`` (main markets as named by the OECD, the rest spread by a gravity rule).
    """
    rows = tables("tourism")
    rows = rows.filter(rows["year"] == year)
    if rows.is_empty():
        raise missing(f"travel in {year}")
    for column, who in (("origin", origin), ("destination", destination)):
        if who != "all":
            rows = rows.filter(rows[column].is_in(list(members(tables, who, year))))
    share = f"{part:.0%} of " if part != 1 else ""
    meaning = f"{share}visitors from {plain(origin)} to {plain(destination)} in {year}"
    value = part * float(rows["tourists"].sum())
    return Measurement(value, "million", meaning, ("oecd_tourism", "unwto"), n=len(rows))


def inputs_from(
    tables: Tables, *, sellers: Selector, buyer: str, year: int, part: float = 1.0
) -> Measurement:
    """Share of the sellers in all that the buyer's industries use as inputs, times ``part``.

    Table ``input_origin``: input-output tables of 2011 (WIOD) and 2022 (OECD); blocs with their members
    of ``year``.
    """
    rows = tables("input_origin")
    rows = rows.filter((rows["year"] == year) & (rows["importer"] == buyer))
    if rows.is_empty():
        raise missing(f"inputs of {buyer} in {year}")
    mine = rows.filter(rows["exporter"].is_in(list(members(tables, sellers, year))))
    share = f"{part:.0%} of the " if part != 1 else ""
    meaning = f"{share}share of {plain(sellers)} in the inputs of {buyer}'s industries in {year}"
    source = "wiod" if year < 2020 else "icio"
    return Measurement(part * float(mine["share"].sum()), "share", meaning, (source, "blocs"), n=len(mine))


def sectors_in_exports(tables: Tables, *, exporter: str, sectors: Sequence[str], year: int) -> Measurement:
    """Share of some sectors in a state's exports of goods.

    Tables ``sector_trade_2013`` and ``sector_flows`` (2022, Russia's partners as of 2023).
    """
    if year not in (2013, 2022):
        raise missing(f"exports by sector in {year}; there are 2013 and 2022")
    rows = tables("sector_trade_2013" if year == 2013 else "sector_flows")
    names = rows.with_columns(*(_text(c) for c in ("sector", "exporter", "importer")))
    goods = ~names["sector"].is_in(["services", "utilities"])
    mine = names.filter((names["exporter"] == exporter) & (names["importer"] != exporter) & goods)
    if mine.is_empty():
        raise missing(f"exports of {exporter} by sector")
    part = mine.filter(mine["sector"].is_in(list(sectors)))
    value = float(part["value"].sum()) / float(mine["value"].sum())
    meaning = f"share of {', '.join(sectors)} in {exporter}'s exports of goods in {year}"
    return Measurement(value, "share of exports", meaning, ("baci" if year == 2013 else "icio_sectors",))


def _text(column: str) -> Any:
    import polars as pl

    return pl.col(column).cast(pl.String)


def trend(
    tables: Tables, *, column: str, state: str, years: Sequence[int], of_world: bool = False
) -> Measurement:
    """Slope of a straight line through a column of ``state_year``, a decade; ``of_world``: through its share
    of the sum over all states that have a value. A description of the years, so without an interval."""
    first, last = years
    values = _world_share(tables, column, state) if of_world else series(tables, column, state)
    inside = {y: v for y, v in values.items() if first <= y <= last}
    if len(inside) < 3:
        raise missing(f"{column} of {state} in {first}-{last}")
    slope = float(np.polyfit(list(inside), list(inside.values()), 1)[0]) * 10
    seen = sorted(inside)
    what = f"{state}'s share of the world's {column}" if of_world else f"{column} of {state}"
    meaning = f"trend of {what}, {seen[0]}-{seen[-1]}"
    remark = f"{inside[seen[0]]:.3g} in {seen[0]}, {inside[seen[-1]]:.3g} in {seen[-1]}"
    return Measurement(slope, "a decade", meaning, (column_source(column),), n=len(inside), remark=remark)


def _world_share(tables: Tables, column: str, state: str) -> dict[int, float]:
    frame = tables("state_year").select("state", "year", column).drop_nulls()
    whole: dict[int, float] = {}
    own: dict[int, float] = {}
    for who, year, value in frame.iter_rows():
        whole[year] = whole.get(year, 0.0) + float(value)
        if who == state:
            own[year] = float(value)
    return {year: value / whole[year] for year, value in sorted(own.items())}


def defence_partners_trend(tables: Tables, *, state: str, years: Sequence[int]) -> Measurement:
    """Slope of the number of states with which a state has a pact of mutual defence, a decade.

    Table ``pacts``.
    """
    import polars as pl

    first, last = years
    rows = tables("pacts").filter(pl.col("defence") & pl.col("year").is_between(first, last))
    mine = rows.filter((pl.col("a") == state) | (pl.col("b") == state))
    count = dict(mine.group_by("year").len().sort("year").iter_rows())
    if len(count) < 3:
        raise missing(f"pacts of {state} in {first}-{last}")
    slope = float(np.polyfit(list(count), list(count.values()), 1)[0]) * 10
    seen = sorted(count)
    meaning = f"trend of the number of {state}'s partners in defence, {seen[0]}-{seen[-1]}"
    remark = f"{count[seen[0]]} in {seen[0]}, {count[seen[-1]]} in {seen[-1]}"
    return Measurement(slope, "a decade", meaning, ("atop", "nato"), n=len(count), remark=remark)


def consumption_without_cut(
    tables: Tables, *, states: Sequence[str], held_at: int, years: Sequence[int]
) -> Measurement:
    """By what share consumption would have been lower with military shares of GDP held at those of a year.

    Bookkeeping (:mod:`detente.mechanisms.budget.backcast`), as a mean over ``years`` (first and last). The
    interval spans the parts that the budget mechanism gives a freed unit, and both readings of what a larger
    deficit would have done: lower consumption or investment, each in half of the draws.
    """
    from detente.mechanisms import budget
    from detente.mechanisms.budget.backcast import consumption_lost, foregone

    freed = foregone(tables("state_year"), states, held_at, range(years[0], years[1] + 1))
    if not np.isfinite(freed).any():
        raise missing(f"military shares of {plain(states)} in {held_at}")
    parts, _ = budget.uses(_drawn(budget.mechanism()))
    lost = np.concatenate([consumption_lost(freed, parts, counts) for counts in (True, False)])
    low, middle, high = (float(q) for q in np.quantile(lost, (0.05, 0.5, 0.95)))
    meaning = f"consumption lost, mean of {years[0]}-{years[1]}, had military shares stayed as in {held_at}"
    remark = f"freed in a mean year: {float(np.nanmean(freed)):.2%} of GDP"
    words = "uses of freed money (budget mechanism), both readings of a deficit"
    return Measurement(middle, "share", meaning, ("wdi", "weo_fiscal"), low, high, len(states), words, remark)


def _drawn(model: Any) -> Any:
    """Parameters of a mechanism for :data:`DRAWS` draws of seed 1."""
    from detente.model.chance import Chance
    from detente.model.mechanism import Values, theories_of

    luck = Chance(1)
    values = {
        q.name.partition(".")[2]: q.at(luck.row(q.name, range(DRAWS), 0, q.width)) for q in model.parameters
    }
    return Values(values, theories_of(model.parameters))
