"""Freedom House ratings 1972-2024, and two of the sub-scores since 2012."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, coded, r_table
from detente.data.states import from_cow

SOURCE = Source(
    key="freedom_house",
    title="Freedom in the World: ratings and sub-scores",
    producer="Freedom House; X. Marquez, package democracyData",
    citation="Freedom House (2025), Freedom in the World; Marquez, democracyData.",
    bib=("freedom_house2025",),
    licence="with attribution, not for resale (from memory)",
    redistributable="derived",
    version="Freedom in the World 2025",
    files=(
        RawFile(
            "democracyData/fh.rda",
            "04b264db42895525605a56ad5d808e8c70ec8d95bcc5be0c7fcc8044b201b573",
            "xmarquez/democracyData",
            "29ea0a242c296aec4ce5d5a57261420c48e527c0",
            "data/fh.rda",
        ),
        RawFile(
            "democracyData/fh_full.rda",
            "dceb4bb8f3887eddce6b37014d69fb98df9a1769902b2c330ea636f5fec3f92c",
            "xmarquez/democracyData",
            "29ea0a242c296aec4ce5d5a57261420c48e527c0",
            "data/fh_full.rda",
        ),
    ),
    by_hand="install the R package democracyData and save its tables fh and fh_full",
)


def load(raw: Path) -> pl.DataFrame:
    """State-years 1972-2024: state, year, rating (mean, 1 free to 7), equal_treatment (F4, 0-4)."""
    codes = from_cow()
    ratings = r_table(raw / SOURCE.files[0].path).select(
        coded("cown", codes).alias("state"),
        pl.col("year").cast(pl.Int32),
        ((pl.col("pr") + pl.col("cl")) / 2).alias("rating"),
    )
    parts = r_table(raw / SOURCE.files[1].path).select(
        coded("cown", codes).alias("state"),
        pl.col("year").cast(pl.Int32),
        pl.col("F4").cast(pl.Float64).alias("equal_treatment"),
    )
    known = [f.drop_nulls("state").unique(["state", "year"], keep="last") for f in (ratings, parts)]
    return (
        known[0].join(known[1], on=["state", "year"], how="left").drop_nulls("rating").sort("state", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia is not free in 2024, Poland is free."""
    return bounds(
        "source 'freedom_house'",
        [
            ("rating of RUS 2024", cell(frame, "rating", state="RUS", year=2024), 6.5, 7.0),
            ("rating of POL 2024", cell(frame, "rating", state="POL", year=2024), 1.0, 2.0),
            ("states in 2024", frame.filter(pl.col("year") == 2024).height, 185, 200),
        ],
    )
