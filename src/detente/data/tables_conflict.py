"""Tables of disputes and of what bears on them: disputes of pairs, major powers, warheads."""

from __future__ import annotations

import polars as pl

from detente.data.sources.mids import WAR
from detente.data.states import slots
from detente.data.tables_state import Loaded

MEASURES = ("mid", "gml", "ucdp")
COLUMNS = ("a", "b", "year", "measure", "onset", "fatal", "war", "hostility", "by_a")


def disputes_table(loaded: Loaded) -> pl.DataFrame:
    """Disputes of two states by year and measure: a, b, year, measure, onset, fatal, war, hostility, by_a.

    ``measure`` is ``mid`` (dyadic MID 4.03, 1816-2014), ``gml`` (Gibler-Miller-Little, 1816-2010) or
    ``ucdp`` (armed conflict between states with the secondary parties, 1946-2024). A row is a pair-year in
    which a dispute went on; ``onset``: one began in it. ``fatal`` and ``war`` of an onset are of the whole
    dispute, of other rows of the year (mid) or of the dispute (gml). UCDP counts at least 25 dead a year, so
    all its rows are fatal, ``war`` is its intensity 2 (1,000 dead), it has no ``hostility`` (null), and an
    onset is a year of conflict after a year without. ``by_a``: ``a`` stood on the side that began the dispute
    (onsets of mid; else null). Derived: the producers' disputes are merged into yearly flags of pairs.
    """
    parts = [_mid(loaded["mids"]), _gml(loaded["gml"]), _ucdp(loaded["ucdp"])]
    narrow = (pl.col("year").cast(pl.Int16), pl.col("hostility").cast(pl.Int8))
    rows = pl.concat([part.select(COLUMNS).with_columns(*narrow) for part in parts])
    ends = (pl.col(c).replace_strict(slots()) for c in ("a", "b"))
    return rows.sort(*ends, "year", "measure")


def _mid(rows: pl.DataFrame) -> pl.DataFrame:
    """A pair-year in which a dispute begins is described by its new disputes, any other by what goes on."""
    new = pl.col("begun") == pl.col("year")
    whole = rows.with_columns(
        pl.col("fatality", "hostility").max().over("dispute", "a", "b").name.suffix("_whole"),
        new.alias("new"),
        new.any().over("a", "b", "year").alias("onset"),
    ).filter(pl.col("new") | ~pl.col("onset"))
    dead, level = (
        pl.when("onset").then(f"{name}_whole").otherwise(name) for name in ("fatality", "hostility")
    )
    return (
        whole.with_columns(dead.alias("dead"), pl.max_horizontal(level, pl.lit(0)).alias("level"))
        .group_by("a", "b", "year")
        .agg(
            pl.col("onset").any(),
            (pl.col("dead") > 0).any().alias("fatal"),
            (pl.col("level") == WAR).any().alias("war"),
            pl.col("level").max().alias("hostility"),
            pl.when(pl.col("onset").any()).then((pl.col("first") == pl.col("a")).any()).alias("by_a"),
        )
        .with_columns(pl.lit("mid").alias("measure"))
    )


def _gml(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "a",
        "b",
        "year",
        "onset",
        "hostility",
        (pl.col("fatality") > 0).alias("fatal"),
        (pl.col("hostility") == WAR).alias("war"),
        pl.lit("gml").alias("measure"),
        pl.lit(None, dtype=pl.Boolean).alias("by_a"),
    )


def _ucdp(rows: pl.DataFrame) -> pl.DataFrame:
    before = rows.select("a", "b", (pl.col("year") + 1).alias("year"), pl.lit(False).alias("fresh"))
    yearly = rows.join(before, on=["a", "b", "year"], how="left")
    return yearly.select(
        "a",
        "b",
        "year",
        pl.col("fresh").is_null().alias("onset"),
        pl.lit(True).alias("fatal"),
        (pl.col("intensity") == 2).alias("war"),
        pl.lit(None, dtype=pl.Int8).alias("hostility"),
        pl.lit("ucdp").alias("measure"),
        pl.lit(None, dtype=pl.Boolean).alias("by_a"),
    )


def majors_table(loaded: Loaded) -> pl.DataFrame:
    """Major powers (COW): state, start, end; an end in 2016 is the end of the list."""
    return loaded["majors"]


def warheads_table(loaded: Loaded) -> pl.DataFrame:
    """Nuclear warheads in the military stockpile, state-years with any: state, year, warheads; to 2023."""
    return loaded["stockpiles"]
