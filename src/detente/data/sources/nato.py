"""Accessions to NATO, compiled by hand from the public record and checked against ATOP and COW IGO."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell

SOURCE = Source(
    key="nato",
    title="NATO accessions, aspirants and partners",
    producer="compiled by hand for this project",
    citation="NATO accession table of the detente project, from the public record; machine-checked "
    "against ATOP 5.1 "
    "and COW IGO v3.",
    bib=("nato_table",),
    licence="facts; free to use",
    redistributable="yes",
    version="2025",
    files=(
        RawFile(
            "curated/nato_accession.csv",
            "a43a7208921bcfe5d22d7a2ab18d4035fff5797e0927c1c19300ae83ef3d7546",
            packaged="curated/nato_accession.csv",
        ),
    ),
    by_hand="the file ships with this package: detente/data/curated/nato_accession.csv",
)


def load(raw: Path) -> pl.DataFrame:
    """Members: state, accession (date), year."""
    table = pl.read_csv(raw / SOURCE.files[0].path, try_parse_dates=False)
    return (
        table.filter(pl.col("status_end_2025") == "member")
        .select(pl.col("iso3").alias("state"), pl.col("accession").str.to_date())
        .with_columns(pl.col("accession").dt.year().cast(pl.Int32).alias("year"))
        .sort("year", "state")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """32 members; the dates of Poland, Finland and Sweden."""
    return bounds(
        "source 'nato'",
        [
            ("members", frame.height, 32, 32),
            ("Poland joins", cell(frame, "year", state="POL"), 1999, 1999),
            ("Finland joins", cell(frame, "year", state="FIN"), 2023, 2023),
            ("Sweden joins", cell(frame, "year", state="SWE"), 2024, 2024),
        ],
    )
