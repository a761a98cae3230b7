"""Disputes in which a side sought to change who holds a territory (dyadic MID 4.03, type of revision)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from detente.data.source import Problem, bounds
from detente.data.sources._read import coded
from detente.data.sources.mids import SOURCE as MIDS
from detente.data.sources.mids import in_registry_order
from detente.data.states import from_cow

SOURCE = replace(
    MIDS, key="mid_claims", title="Dyadic Militarized Interstate Disputes 4.03: types of revision"
)
TERRITORY = 1


def load(raw: Path) -> pl.DataFrame:
    """Pair-years of disputes with a territorial aim of either side: a, b, year, onset (one began)."""
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=None)
    aim = (pl.col("revtypea") == TERRITORY) | (pl.col("revtypeb") == TERRITORY)
    named = table.filter((pl.col("statea") < pl.col("stateb")) & aim).select(
        coded("statea", from_cow()).alias("one"),
        coded("stateb", from_cow()).alias("two"),
        pl.col("year").cast(pl.Int32),
        (pl.col("strtyr") == pl.col("year")).alias("onset"),
    )
    kept = named.drop_nulls().filter(pl.col("one") != pl.col("two"))
    return (
        in_registry_order(kept).group_by("a", "b", "year").agg(pl.col("onset").any()).sort("a", "b", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """The file ends in 2014 and has the territorial disputes that it had."""
    since = frame.filter(pl.col("year") >= 1946)
    return bounds(
        "source 'mid_claims'",
        [("last year", frame["year"].max(), 2014, 2014), ("pair-years since 1946", since.height, 500, 1600)],
    )
