"""Correlates of War dyadic trade 4.0, for the years before BACI."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, coded, r_table
from detente.data.states import from_cow

SOURCE = Source(
    key="cow_trade",
    title="Dyadic trade 4.0",
    producer="Correlates of War Project; S. V. Miller",
    citation="Barbieri, Keshk and Pollins (2009), Trading Data, CMPS 26(5).",
    bib=("barbieri2009",),
    licence="free for research with citation",
    redistributable="derived",
    version="4.0 (rounded to million USD)",
    files=(
        RawFile(
            "cow_trade/cow_trade_ddy.rds",
            "b904e5dad332013c1ee68188c099902e18417ef906e9545043db30212420aeb7",
            "svmiller/svmiller.github.io",
            "05300716985a2a0997138ea2b459889db6e675eb",
            "R/peacesciencer/cow_trade_ddy.rds",
        ),
    ),
    by_hand="download COW_Trade_4.0 from correlatesofwar.org",
)
FIRST, LAST = 1948, 2014
"""Years read. From 2000 BACI is better reconciled and only Taiwan's flows are taken from here."""


def load(raw: Path) -> pl.DataFrame:
    """Flows 1948-2014: exporter, importer, year, value (million current USD, as the importer declares).

    ``flow1`` of the file is what the first state imports from the second. Values are rounded to million
    USD, so a zero means less than half a million. Flows that the source does not know are absent.
    """
    table = r_table(raw / SOURCE.files[0].path).filter(pl.col("year").is_between(FIRST, LAST))
    return (
        table.select(
            coded("ccode2", from_cow()).alias("exporter"),
            coded("ccode1", from_cow()).alias("importer"),
            pl.col("year").cast(pl.Int32),
            pl.col("flow1").alias("value"),
        )
        .drop_nulls()
        .filter(pl.col("exporter") != pl.col("importer"))
        .group_by("exporter", "importer", "year")
        .agg(pl.col("value").max())
        .sort("exporter", "importer", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Orientation: Saudi oil and Japanese goods to the USA (IMF Direction of Trade)."""
    return bounds(
        "source 'cow_trade'",
        [
            (
                "SAU to USA 1980 (m USD)",
                cell(frame, "value", exporter="SAU", importer="USA", year=1980),
                12_500,
                14_500,
            ),
            (
                "USA to SAU 1980 (m USD)",
                cell(frame, "value", exporter="USA", importer="SAU", year=1980),
                5_500,
                6_500,
            ),
            (
                "JPN to USA 1985 (m USD)",
                cell(frame, "value", exporter="JPN", importer="USA", year=1985),
                68_000,
                75_000,
            ),
            ("last year", frame["year"].max(), LAST, LAST),
        ],
    )
