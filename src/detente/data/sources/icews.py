"""ICEWS event counts of pairs of states by year: words and deeds of cooperation and of conflict."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import r_table
from detente.data.sources.mids import in_registry_order
from detente.data.states import by_code

SOURCE = Source(
    key="icews",
    title="ICEWS coded events, directed pairs of states by year",
    producer="Boschee et al.; S. Minhas and others, package netify",
    citation="Boschee, Lautenschlager, O'Brien, Shellman, Starz and Ward (2015), doi:10.7910/DVN/28075.",
    bib=("boschee2015",),
    licence="terms of its Dataverse",
    redistributable="derived",
    version="2002-2014",
    files=(
        RawFile(
            "icews/icews.rda",
            "7267fb4350b8926f389b1f7eeef0a1ef3e93a8f40cdb751a9d7d240e7348f5e9",
            "netify-dev/netify",
            "d0dceb6a666e013651d017c5f6a55a51fee7bff2",
            "data/icews.rda",
        ),
    ),
    by_hand="install the R package netify and take data/icews.rda",
)
KINDS = {
    "verbCoop": "words_for",
    "matlCoop": "deeds_for",
    "verbConf": "words_against",
    "matlConf": "deeds_against",
}


def load(raw: Path) -> pl.DataFrame:
    """Events of pairs in both directions together: a, b, year and the four counts of :data:`KINDS`."""
    table = r_table(raw / SOURCE.files[0].path)
    known = list(by_code())
    named = table.select(
        pl.col("i_iso3c").alias("one"), pl.col("j_iso3c").alias("two"), pl.col("year").cast(pl.Int32),
        *(pl.col(old).cast(pl.Int32).alias(new) for old, new in KINDS.items()),
    ).filter(pl.col("one").is_in(known) & pl.col("two").is_in(known) & (pl.col("one") != pl.col("two"))
    )  # fmt: skip
    both = in_registry_order(named).group_by("a", "b", "year").agg(pl.col(*KINDS.values()).sum())
    return both.sort("a", "b", "year")


def check(frame: pl.DataFrame) -> list[Problem]:
    """2002 to 2014; Russia's deeds against Ukraine rise from tens in 2013 to thousands in 2014."""
    pair = frame.filter((pl.col("a") == "RUS") & (pl.col("b") == "UKR"))
    deeds = dict(pair.select("year", "deeds_against").iter_rows())
    return bounds(
        "source 'icews'",
        [
            ("first year", frame["year"].min(), 2002, 2002),
            ("last year", frame["year"].max(), 2014, 2014),
            ("deeds against, Russia and Ukraine, 2013", deeds.get(2013), 46, 200),
            ("deeds against, Russia and Ukraine, 2014", deeds.get(2014), 2547, 6000),
        ],
    )
