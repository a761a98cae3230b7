"""Stockpiles of nuclear warheads: Federation of American Scientists, as Our World in Data serves them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code

SOURCE = Source(
    key="stockpiles",
    title="Nuclear warhead stockpiles 1945-2023",
    producer="H. Kristensen, M. Korda, R. Norris and E. Reynolds (FAS); Our World in Data",
    citation="Kristensen, Korda and Norris (2023), Status of World Nuclear Forces, Federation of American "
    "Scientists; Our World in Data.",
    bib=("kristensen2023",),
    licence="CC BY 4.0 (Our World in Data), with credit to the Federation of American Scientists",
    redistributable="yes",
    version="2023",
    files=(
        RawFile(
            "nuclear/owid_fas_nuclear_warhead_stockpiles_1945_2023.csv",
            "e2c76387f2847f321587e40ad5127de0c7e73721bfc2c531b2d14f8f48fdea68",
            "rhen0017/Visualisation2",
            "60cfd26b02aaadb43dab3ea9944617f4b4e6b43d",
            "nuclear-warhead-stockpiles.csv",
        ),
    ),
    by_hand="download 'Estimated nuclear warhead stockpiles' from ourworldindata.org/nuclear-weapons",
)


def load(raw: Path) -> pl.DataFrame:
    """State-years with warheads in the military stockpile: state, year, warheads."""
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=None)
    return (
        table.select(
            pl.col("Code").alias("state"),
            pl.col("Year").cast(pl.Int16).alias("year"),
            pl.col("nuclear_weapons_stockpile").cast(pl.Int32).alias("warheads"),
        )
        .filter(pl.col("state").is_in(list(by_code())) & (pl.col("warheads") > 0))
        .sort("state", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia's 4,489 of 2023, as named in the record of the file."""
    return bounds(
        "source 'stockpiles'",
        [
            ("Russia 2023", cell(frame, "warheads", state="RUS", year=2023), 4489, 4489),
            ("last year", frame["year"].max(), 2023, 2023),
        ],
    )
