"""Shared Socioeconomic Pathway 2 (middle of the road), 2024 release: GDP and population to 2100."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, r_table
from detente.data.states import from_name

SOURCE = Source(
    key="ssp",
    title="Shared Socioeconomic Pathways, SSP2, release 3 (2024)",
    producer="IIASA; OECD; Wittgenstein Centre",
    citation="IIASA SSP Database release 3 (2024); Dellink et al. (2017), GEC 42; KC and Lutz (2017), GEC "
    "42.",
    bib=("ssp2024", "dellink2017", "kclutz2017"),
    licence="CC BY 4.0 (from memory); package rhap BSD-2",
    redistributable="yes",
    version="release of 2024 as packed in rhap",
    files=(
        RawFile(
            "iiasa-ssp-2024/gdp_ctry.SSP2.rda",
            "39dac68c63772bf17826d277929dadb5d30c26541f3aed7588541037663777c4",
            "bc3LC/rhap",
            "4dfadc89d478ca976c759b2d81a8f4c9c8c3ce2c",
            "data/gdp_ctry.SSP2.rda",
        ),
        RawFile(
            "iiasa-ssp-2024/pop_ctry.SSP2.rda",
            "72f38de927bf6d68df23c6412f7dc81ec814e144cf7929119a72ac98c2f86c25",
            "bc3LC/rhap",
            "4dfadc89d478ca976c759b2d81a8f4c9c8c3ce2c",
            "data/pop_ctry.SSP2.rda",
        ),
    ),
    by_hand="take the two files from github.com/bc3LC/rhap or download SSP2 from the IIASA SSP database",
)


def load(raw: Path) -> pl.DataFrame:
    """Every five years 2020-2100: state, year, gdp_ppp (2011 USD), population (persons)."""
    gdp = r_table(raw / SOURCE.files[0].path).select(
        "region", "year", pl.col("gdp_dol2011_ppp").alias("gdp_ppp")
    )
    people = r_table(raw / SOURCE.files[1].path).select("region", "year", pl.col("pop").alias("population"))
    both = gdp.join(people, on=["region", "year"], how="full", coalesce=True)
    names = {name: from_name(name) for name in both["region"].unique()}
    return (
        both.with_columns(
            pl.col("region").replace_strict(names, default=None, return_dtype=pl.String).alias("state"),
            pl.col("year").cast(pl.Int32),
        )
        .drop_nulls("state")
        .select("state", "year", "gdp_ppp", "population")
        .sort("state", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Germany and Russia as named in the record of the file; nearly all regions are states of ours."""

    def tn(state: str, year: int) -> float:
        return (cell(frame, "gdp_ppp", state=state, year=year) or 0) / 1e12

    return bounds(
        "source 'ssp'",
        [
            ("GDP of DEU 2020 (tn)", tn("DEU", 2020), 3.6, 3.68),
            ("GDP of DEU 2050 (tn)", tn("DEU", 2050), 5.05, 5.15),
            ("GDP of RUS 2020 (tn)", tn("RUS", 2020), 3.3, 3.38),
            ("GDP of RUS 2050 (tn)", tn("RUS", 2050), 5.34, 5.44),
            (
                "population of RUS 2020 (m)",
                (cell(frame, "population", state="RUS", year=2020) or 0) / 1e6,
                145,
                147,
            ),
            ("states", frame["state"].n_unique(), 175, 195),
        ],
    )
