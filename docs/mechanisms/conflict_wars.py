"""Write war_sides.csv of the conflict mechanism from dyadic MID 4.03: ``python docs/mechanisms/conflict_wars.py``."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import raw_folder
from detente.data.sources import mids
from detente.data.sources._read import coded
from detente.data.states import from_cow, slots
from detente.mechanisms.conflict.record import WAR_SIDES

FIRST = 1946


def war_sides(raw: Path) -> pl.DataFrame:
    """Pairs whose dispute became a war: dispute, a, b, year (begun), war (its first year of war), began_a, began_b.

    ``began_*``: the state is one of those with which the dispute began (the producers' roles of primary
    initiator and primary target), not one that came in later.
    """
    rows = pl.read_csv(raw / mids.SOURCE.files[0].path, infer_schema_length=None).filter(
        (pl.col("statea") < pl.col("stateb")) & (pl.col("hihost") == mids.WAR)
    )
    named = rows.select(
        coded("statea", from_cow()).alias("one"),
        coded("stateb", from_cow()).alias("two"),
        pl.col("disno").alias("dispute"),
        pl.col("strtyr").alias("year"),
        pl.col("year").alias("war"),
        pl.col("rolea").is_in([1, 3]).cast(pl.Int8).alias("began_one"),
        pl.col("roleb").is_in([1, 3]).cast(pl.Int8).alias("began_two"),
    ).filter((pl.col("year") >= FIRST) & (pl.col("one") != pl.col("two")))
    order = slots()
    first = pl.col("one").replace_strict(order) < pl.col("two").replace_strict(order)
    return (
        named.with_columns(
            pl.when(first).then("one").otherwise("two").alias("a"),
            pl.when(first).then("two").otherwise("one").alias("b"),
            pl.when(first).then("began_one").otherwise("began_two").alias("began_a"),
            pl.when(first).then("began_two").otherwise("began_one").alias("began_b"),
        )
        .group_by("dispute", "a", "b")
        .agg(pl.col("year", "war").min(), pl.col("began_a", "began_b").max())
        .sort("year", "dispute", "a", "b")
    )


if __name__ == "__main__":
    WAR_SIDES.write_text(war_sides(raw_folder()).write_csv(), encoding="utf-8")
