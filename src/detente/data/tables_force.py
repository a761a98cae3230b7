"""Tables of force: components of capability, forces abroad, nuclear inventories."""

from __future__ import annotations

import polars as pl

from detente.data.tables_state import Loaded

PARTS = ("spending", "soldiers", "steel", "energy", "people", "towns")


def capabilities_table(loaded: Loaded) -> pl.DataFrame:
    """Shares of the world's capabilities: state, year and six components; 1946-2022.

    Derived from COW NMC 7.0: each component as a share of the year's world total, to seven places. The mean
    of the shares that are known is the index CINC.
    """
    rows = loaded["nmc_parts"]
    return rows.with_columns(
        pl.col("year").cast(pl.Int16), *(pl.col(c).round(7).cast(pl.Float32) for c in PARTS)
    ).sort("state", "year")


def forces_abroad_table(loaded: Loaded) -> pl.DataFrame:
    """United States forces by host: state (the host), year, troops (active duty), bases (Vine's map, 2015).

    Hosts of ten soldiers and more. Troops on rotation are not in these counts (Poland has some 300 here and
    some ten thousand on the ground), and counts of Afghanistan, Iraq and Syria end in 2017.
    """
    kept = (pl.col("troops") >= 10) | pl.col("bases").is_not_null()
    return (
        loaded["troopdata"].filter(kept).with_columns(pl.col("troops").cast(pl.Int32)).sort("state", "year")
    )


def inventories_table(loaded: Loaded) -> pl.DataFrame:
    """Nuclear warheads by status in 2023: state, year, strategic, other (deployed), reserve, retired."""
    return loaded["inventories"]
