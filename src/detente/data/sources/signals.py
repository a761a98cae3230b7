"""Signals of support by major powers (McManus & Nieman): visits of their leaders to each state."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import coded
from detente.data.sources.mids import in_registry_order
from detente.data.states import from_cow

SOURCE = Source(
    key="signals",
    title="Major-power signals of support, individual signals",
    producer="R. W. McManus, M. D. Nieman",
    citation="McManus and Nieman (2019), Identifying the level of major power support signaled for proteges, "
    "JPR 56(5).",
    bib=("mcmanus2019",),
    licence="free for research with citation",
    redistributable="derived",
    version="1950-2012",
    files=(
        RawFile(
            "mcmanus_nieman/individual_signals_dataset.csv",
            "73fcb182b1ef77342e07fb89ca0d9871e2d8c27e039ff3b774155b0fa3f2075d",
            "jandresgannon/DoDL",
            "67007e1463492dcc15aa24446c99871abe937429",
            "inst/extdata/McManus_Nieman/Individual Signals Dataset.csv",
        ),
    ),
    by_hand="download the replication data of the article",
)
MAJORS = {"us": "USA", "uk": "GBR", "fra": "FRA", "rus": "RUS", "chi": "CHN"}
FIRST, LAST = 1950, 2012


def load(raw: Path) -> pl.DataFrame:
    """Pair-years in which a leader of one of :data:`MAJORS` visited the other: a, b, year, visits.

    ``visits`` is 1, or 2 where each of two majors' leaders visited the other.
    """
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=None, null_values=["NA", ""])
    parts = [
        table.select(
            pl.lit(code).alias("one"),
            coded("ccode", from_cow()).alias("two"),
            pl.col("year").cast(pl.Int32),
            pl.col(f"{key}_vis").alias("visits"),
        )
        for key, code in MAJORS.items()
    ]
    made = pl.concat(parts).drop_nulls().filter((pl.col("visits") > 0) & (pl.col("one") != pl.col("two")))
    counted = in_registry_order(made).group_by("a", "b", "year").agg(pl.len().cast(pl.Int32).alias("visits"))
    return counted.sort("a", "b", "year")


def check(frame: pl.DataFrame) -> list[Problem]:
    """About as many visits as when this was written, the last in 2012."""
    return bounds(
        "source 'signals'",
        [("visits", frame["visits"].sum(), 1700, 1830), ("last year", frame["year"].max(), LAST, LAST)],
    )
