"""Computations on the record of trade."""

from __future__ import annotations

from collections.abc import Sequence

from detente.judge.measurement import Measurement, Tables, members, missing

Selector = str | Sequence[str]


def _flow(tables: Tables, exporter: Selector, importer: Selector | None, year: int) -> float:
    import polars as pl

    rows = tables("trade").filter(pl.col("year") == year)
    if rows.is_empty():
        raise missing(f"trade in {year}")
    rows = rows.filter(pl.col("exporter").is_in(list(members(tables, exporter, year))))
    if importer is not None:
        rows = rows.filter(pl.col("importer").is_in(list(members(tables, importer, year))))
    return float(rows.filter(pl.col("exporter") != pl.col("importer"))["value"].sum())


def _source(year: int) -> str:
    return "cow_trade" if year < 2000 else "baci_2023" if year >= 2021 else "baci"


def export_share(
    tables: Tables, *, exporter: str, importer: Selector, year: int, less: Selector | None = None
) -> Measurement:
    """Share of a state's goods exports that goes to some importers; ``less``: minus that going to others."""
    total = _flow(tables, exporter, None, year)
    if total <= 0:
        raise missing(f"exports of {exporter} in {year}")
    share = _flow(tables, exporter, importer, year) / total
    meaning = f"share of {exporter}'s goods exports going to {importer} in {year}"
    if less is not None:
        other = _flow(tables, exporter, less, year) / total
        meaning += f" ({share:.0%}) less that going to {less} ({other:.0%})"
        share -= other
    return Measurement(share, "share of exports", meaning, (_source(year),))


def trade_value(
    tables: Tables, *, exporter: Selector, importer: Selector, year: int, prices: int
) -> Measurement:
    """Goods exports in million USD, in the prices of another year by the United States GDP deflator."""
    value = _flow(tables, exporter, importer, year)
    factor = _deflator(tables, prices) / _deflator(tables, year)
    meaning = f"exports of {exporter} to {importer} in {year}, in prices of {prices}"
    return Measurement(value * factor, "million USD", meaning, (_source(year), "wdi"))


def _deflator(tables: Tables, year: int) -> float:
    import polars as pl

    row = tables("state_year").filter((pl.col("state") == "USA") & (pl.col("year") == year))
    if row.is_empty() or row["gdp_usd"][0] is None or row["gdp_real"][0] is None:
        raise missing(f"United States GDP deflator for {year}")
    return float(row["gdp_usd"][0]) / float(row["gdp_real"][0])
