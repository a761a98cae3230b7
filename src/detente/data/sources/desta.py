"""Design of Trade Agreements (DESTA): which pairs of states concluded which trade agreement, and when."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import coded
from detente.data.states import from_iso_numeric

SOURCE = Source(
    key="desta",
    title="Design of Trade Agreements, list of treaties by pair, version 2.2",
    producer="A. Dür, L. Baccini, M. Elsig",
    citation="Dür, Baccini and Elsig (2014), The Design of International Trade Agreements: Introducing a New "
    "Dataset, Review of International Organizations 9.",
    bib=("dur2014",),
    licence="academic use with citation",
    redistributable="derived",
    version="02.02 (treaties signed 1948-2023)",
    files=(
        RawFile(
            "desta-02-02/desta_list_of_treaties_02_02_dyads.csv",
            "3cb437c03e5408a83978aa924a7febb96b49a3878f8d5795f02d45da38df9168",
            "elpepebenitez/trade-dissertation",
            "8c4a6b58f150377e488c679ac8fe67f8a9f1b18d",
            "data/raw_data/pta/desta_list_of_treaties_02_02_dyads.csv",
        ),
    ),
    by_hand="take the list of treaties by dyad, version 02.02 (CSV), from designoftradeagreements.org",
)
LAST = 2023
"""The list ends here."""


def load(raw: Path) -> pl.DataFrame:
    """One row for each pair of states and treaty: one, two (codes, in no order), number, base, entry, signed,
    in_force (year; null: never or not yet).

    ``entry`` is base_treaty, accession or consolidated; this list names no withdrawals. Parties that are no
    states of the registry (Hong Kong, Faroe Islands, Palestine ...) are left out.
    """
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=None)
    return (
        table.with_columns(
            coded("iso1", from_iso_numeric()).alias("one"), coded("iso2", from_iso_numeric()).alias("two")
        )
        .drop_nulls(["one", "two"])
        .filter(pl.col("one") != pl.col("two"))
        .select(
            "one",
            "two",
            "number",
            pl.col("base_treaty").cast(pl.Int32).alias("base"),
            pl.col("entry_type").alias("entry"),
            pl.col("year").cast(pl.Int32).alias("signed"),
            pl.col("entryforceyear").cast(pl.Int32).alias("in_force"),
        )
        .unique()
        .sort("one", "two", "number", "in_force")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """The North American agreement as known from its text, the years that the record of the file names."""
    nafta = frame.filter((pl.col("number") == "636") & (pl.col("one") == "CAN") & (pl.col("two") == "USA"))
    return bounds(
        "source 'desta'",
        [
            ("year of NAFTA", None if nafta.height == 0 else float(nafta["in_force"][0]), 1994, 1994),
            ("first year of signature", float(frame["signed"].min()), 1948, 1948),
            ("last year of signature", float(frame["signed"].max()), 2023, 2023),
            ("rows", frame.height, 18_000, 20_320),
        ],
    )
