"""Corruption Perceptions Index 2012-2024, as Our World in Data serves it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code

SOURCE = Source(
    key="ti_cpi",
    title="Corruption Perceptions Index, 2012-2024",
    producer="Transparency International",
    citation="Transparency International (2025), Corruption Perceptions Index, via Our World in Data.",
    bib=("ti_cpi_2025",),
    licence="CC BY-ND 4.0 (from memory)",
    redistributable="derived",
    version="2024",
    files=(
        RawFile(
            "ti_cpi/owid_ti_cpi_2012_2024.csv",
            "e4642553a1f365e9f007646d77eef72abfaacd0f60d5cc30aeb07da3391c1c1e",
            "adolachowska/POLKA",
            "b5b6abe08abe1be34e2eda72360c1dad85de2552",
            "data/ti-corruption-perception-index.csv",
        ),
    ),
    by_hand="download the series ti-corruption-perception-index from ourworldindata.org",
)


def load(raw: Path) -> pl.DataFrame:
    """State-years 2012-2024: state, year, score (0-100, 100 is clean)."""
    return (
        pl.read_csv(raw / SOURCE.files[0].path)
        .select(
            pl.col("Code").replace({"OWID_KOS": "XKX"}).alias("state"),
            pl.col("Year").cast(pl.Int32).alias("year"),
            pl.col("Corruption Perceptions Index").cast(pl.Float64).alias("score"),
        )
        .filter(pl.col("state").is_in(list(by_code())))
        .drop_nulls("score")
        .sort("state", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia's score in 2024 as named in the record of the file."""
    return bounds(
        "source 'ti_cpi'",
        [
            ("score of RUS 2024", cell(frame, "score", state="RUS", year=2024), 22, 22),
            ("states", frame["state"].n_unique(), 165, 185),
        ],
    )
