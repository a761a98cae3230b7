"""World prices of commodities, who produces and exports them, and what embargoes close of them.

What ships of the Energy Institute's oil figures is derived: shares of world output to a tenth of a per cent,
the exported part to a hundredth, for thirteen years of sixty. Prices are the World Bank's (CC BY), as yearly
means.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from detente.data.sources.ei_oil import WORLD
from detente.data.states import by_code, slots
from detente.data.tables_state import Loaded, state_year_table

OIL_YEARS = (1990, 1992, 1995, 1998, 2000, 2003, 2005, 2008, 2010, 2013, 2016, 2019, 2021, 2023)
SMALLEST = 0.0005
"""Producers of less than this share of the world's oil are left out (unknown)."""
METALS_YEAR = 2022
BARRELS_A_YEAR = 365.25 * 1e3
"""Barrels a year of a thousand barrels a day."""
FERTILISER = {"nitrogen": 0.56, "phosphate": 0.22, "potash": 0.22}
"""Shares of the three nutrients in world output of fertiliser (tonnes of N, P2O5 and K2O, about 2021)."""
CONTENT = {"urea_n": 0.46, "dap_n": 0.18, "dap_p": 0.46, "mop_k": 0.60}
"""Nutrient content of the products whose prices are quoted, by weight."""


@cache
def facts() -> dict[str, Any]:
    """The file of facts ``commodities.yaml`` beside this one."""
    path = Path(__file__).with_name("commodities.yaml")
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def commodity_prices_table(loaded: Loaded) -> pl.DataFrame:
    """Yearly means: commodity, year, price (money of the day), real (USD of 2023), unit; whole years only.

    The four markets of the engine are ``oil`` (Brent, USD a barrel), ``metals`` (World Bank index of seven
    metals, 2010 = 100), ``grain`` (US hard red winter wheat, USD a tonne) and ``fertiliser`` (USD a tonne of
    nutrients, see :func:`nutrients`); beside them stand single series. ``real`` is the price over the
    deflator of US GDP (WDI), 2023 = 1.
    """
    names = {"brent": "oil", "metals_index": "metals", "wheat": "grain"}
    found = loaded["pinksheet"]
    markets = found.filter(pl.col("series").is_in(list(names))).with_columns(pl.col("series").replace(names))
    rest = found.filter(~pl.col("series").is_in(list(names)))
    money = (
        state_year_table(loaded)
        .filter(pl.col("state") == "USA")
        .select(
            pl.col("year").cast(pl.Int32), (pl.col("gdp_usd") / pl.col("gdp_real") / 1e9).alias("deflator")
        )
    )
    unit = {"oil": "USD/bbl", "metals": "2010=100"}
    return (
        pl.concat([markets, nutrients(found), rest])
        .join(money, on="year")
        .select(
            pl.col("series").alias("commodity"),
            pl.col("year").cast(pl.Int16),
            pl.col("price").round(3).cast(pl.Float32),
            (pl.col("price") / pl.col("deflator")).round(3).cast(pl.Float32).alias("real"),
            pl.col("series").replace_strict(unit, default="USD/t").alias("unit"),
        )
        .sort("commodity", "year")
    )


def nutrients(series: pl.DataFrame) -> pl.DataFrame:
    """Price of a tonne of plant nutrients from urea, DAP and potash: series 'fertiliser', year, price.

    Nitrogen at its price in urea, phosphate at what is left of DAP after its nitrogen, potash at its price in
    potassium chloride, weighted by world output.
    """
    wide = series.pivot("series", index="year", values="price").drop_nulls(["urea", "dap", "potash"])
    nitrogen = pl.col("urea") / CONTENT["urea_n"]
    phosphate = (pl.col("dap") - CONTENT["dap_n"] * nitrogen) / CONTENT["dap_p"]
    potash = pl.col("potash") / CONTENT["mop_k"]
    parts = zip((nitrogen, phosphate, potash), FERTILISER.values(), strict=True)
    return wide.select(
        pl.lit("fertiliser").alias("series"),
        "year",
        pl.sum_horizontal([value.clip(0) * weight for value, weight in parts]).alias("price"),
    )


def commodity_shares_table(loaded: Loaded) -> pl.DataFrame:
    """Who produces: commodity, state, year, share (of world output), exported (part of own output), world.

    ``world`` is world output in units of which each costs the price: barrels, tonnes, for metals a
    constructed unit. Oil: Energy Institute, shares rounded. Metals: OECD ICIO 2022, output of basic metals;
    exported is the part of sales to industries that goes abroad. Wheat and fertiliser: ``commodities.yaml``.
    """
    parts = [oil_shares(loaded["ei_oil"]), metal_shares(loaded), *written_shares()]
    order = slots()
    return (
        pl.concat(parts)
        .filter(pl.col("state").is_in(list(by_code())))
        .select(
            "commodity",
            "state",
            pl.col("year").cast(pl.Int16),
            pl.col("share").cast(pl.Float32),
            pl.col("exported").cast(pl.Float32),
            pl.col("world").cast(pl.Float64),
        )
        .sort("commodity", "year", pl.col("state").replace_strict(order))
    )


def oil_shares(oil: pl.DataFrame) -> pl.DataFrame:
    """Rounded shares of oil output in ``OIL_YEARS``; the exported part is output less use, where positive."""
    world = oil.filter(pl.col("state") == WORLD).select("year", pl.col("produced").alias("all"))
    net = (1 - pl.col("used") / pl.col("produced")).clip(0, 1).round(2)
    return (
        oil.filter((pl.col("state") != WORLD) & pl.col("year").is_in(list(OIL_YEARS)))
        .join(world, on="year")
        .filter(pl.col("produced") / pl.col("all") >= SMALLEST)
        .select(
            pl.lit("oil").alias("commodity"),
            "state",
            "year",
            (pl.col("produced") / pl.col("all")).round(3).alias("share"),
            # A producer whose use the workbook does not name uses little of what it makes.
            net.fill_null(0.85).alias("exported"),
            (pl.col("all") / 1e3).round(0).mul(1e3 * BARRELS_A_YEAR).alias("world"),
        )
    )


def metal_shares(loaded: Loaded) -> pl.DataFrame:
    """Shares in the output of basic metals in 2022 of the countries of ICIO, and the exported part."""
    prices = commodity_prices_table(loaded)
    there = prices.filter((pl.col("commodity") == "metals") & (pl.col("year") == METALS_YEAR))
    found = loaded["icio_metals"]
    total = float(found["output"].sum())
    return found.filter(pl.col("output") > 0).select(
        pl.lit("metals").alias("commodity"),
        "state",
        pl.lit(METALS_YEAR, pl.Int32).alias("year"),
        (pl.col("output") / total).round(5).alias("share"),
        pl.col("abroad").round(3).alias("exported"),
        # Output in USD over the index of that year: units of which each costs the index.
        pl.lit(total * 1e6 / float(there["price"][0])).alias("world"),
    )


def written_shares() -> Iterator[pl.DataFrame]:
    """Wheat and fertiliser as written in ``commodities.yaml``."""
    for commodity, key in (("grain", "wheat"), ("fertiliser", "fertiliser")):
        held = facts()[key]
        # Rounded shares may add up to a little more than the world.
        whole = max(100.0, sum(share for share, _ in held["shares"].values()))
        rows = [
            (commodity, state, held["base"], share / whole, part / 100, float(held["world"]))
            for state, (share, part) in held["shares"].items()
        ]
        schema = ["commodity", "state", "year", "share", "exported", "world"]
        yield pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("year").cast(pl.Int32))
