"""Computations on the record of trade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from detente.judge.measurement import Measurement, Tables, members, missing

if TYPE_CHECKING:
    import polars as pl

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
    factor = deflator(tables, prices) / deflator(tables, year)
    meaning = f"exports of {exporter} to {importer} in {year}, in prices of {prices}"
    return Measurement(value * factor, "million USD", meaning, (_source(year), "wdi"))


def deflator(tables: Tables, year: int) -> float:
    """United States GDP deflator of a year, up to a factor that is the same for all years."""
    import polars as pl

    row = tables("state_year").filter((pl.col("state") == "USA") & (pl.col("year") == year))
    if row.is_empty() or row["gdp_usd"][0] is None or row["gdp_real"][0] is None:
        raise missing(f"United States GDP deflator for {year}")
    return float(row["gdp_usd"][0]) / float(row["gdp_real"][0])


SEPARATION = -12.0
"""Log change of trade that stands for none at all: six millionths of it are left."""

ELASTICITIES = (6.0, 4.0, 8.0)
"""Middle and bounds of the elasticity of substitution, as in the trade mechanism's prior."""


def separation_loss_ratio(tables: Tables, *, state: str, partner: Selector, year: int) -> Measurement:
    """Loss of real income of one side, divided by the other's, if the two traded no goods at all.

    General equilibrium on the observed trade and domestic sales of ``year``
    (:func:`detente.mechanisms.trade.api.counterfactual`); income is that from goods, and several
    partners are weighted by their goods output. The interval spans elasticities of 4 to 8.
    """
    import polars as pl

    from detente.mechanisms.trade.api import counterfactual

    others = [s for s in members(tables, partner, year) if s != state]
    flows = world_of(tables, year)
    pairs = [(a, b) for o in others for a, b in ((state, o), (o, state))]
    cut = pl.DataFrame({"exporter": [a for a, _ in pairs], "importer": [b for _, b in pairs]})
    cut = cut.with_columns(pl.lit(SEPARATION).alias("change"))
    output = dict(flows.group_by("exporter").agg(pl.col("value").sum()).iter_rows())
    ratios, losses = [], []
    for sigma in ELASTICITIES:
        found = counterfactual(flows, cut, sigma=sigma)
        income = dict(zip(found.states, found.real_income, strict=True))
        total = sum(output[s] for s in others if s in income)
        theirs = sum(output[s] * (1 - income[s]) for s in others if s in income) / total
        ratios.append((1 - income[state]) / theirs)
        losses.append((1 - income[state], theirs))
    (own, theirs), words = losses[0], "elasticity of substitution from 4 to 8"
    where = partner if isinstance(partner, str) else ", ".join(partner)
    meaning = f"loss of {state} over loss of {where} if they traded no goods, from the flows of {year}"
    remark = f"at an elasticity of 6: {state} {own:.1%}, {where} {theirs:.2%} of income from goods"
    data = (_source(year), "icio")
    return Measurement(
        float(ratios[0]),
        "times",
        meaning,
        data,
        float(min(ratios)),
        float(max(ratios)),
        len(others),
        words,
        remark,
    )


def world_of(tables: Tables, year: int) -> pl.DataFrame:
    """Flows of a year with domestic sales, of the states that have both."""
    import polars as pl

    home = tables("domestic").filter((pl.col("year") == year) & (pl.col("domestic_sales") > 0))
    if home.is_empty():
        raise missing(f"domestic sales in {year}")
    states = home["state"].to_list()
    flows = tables("trade").filter(
        (pl.col("year") == year)
        & pl.col("exporter").is_in(states)
        & pl.col("importer").is_in(states)
        & (pl.col("exporter") != pl.col("importer"))
        & (pl.col("value") > 0)
    )
    own = home.select(
        pl.col("state").alias("exporter"),
        pl.col("state").alias("importer"),
        pl.col("domestic_sales").cast(float).alias("value"),
    )
    return pl.concat([flows.select("exporter", "importer", pl.col("value").cast(float)), own])
