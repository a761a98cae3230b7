"""UNWTO tourism statistics 1995-2022: arrivals of every state. Restricted reuse: only derived figures
ship."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, coded
from detente.data.states import by_code

SOURCE = Source(
    key="unwto",
    title="Tourism Statistics Database 1995-2022",
    producer="UNWTO",
    citation="UNWTO (2022), Tourism Statistics Database.",
    bib=("unwto2022",),
    licence="copyright UNWTO; reuse restricted",
    redistributable="derived",
    version="2022",
    files=(
        RawFile(
            "unwto/unwto-all-data-download_2022.xlsx",
            "4b2123cda21d9cd7e8c3169754b85744a0165fbd175a7701f7689482e373dc90",
            "multidis/hult-sf-bus-challenge",
            "a3d5009c7907b38ab552dcf06cea56ba984cd14f",
            "data_collection/UNWTO/unwto-all-data-download_2022.xlsx",
        ),
    ),
    by_hand="unwto.org, tourism statistics, 'all data download' of 2022",
)
SHEET = " Inbound Tourism-Arrivals"
KINDS = {"1.1": "all", "1.2": "overnight"}


def load(raw: Path) -> pl.DataFrame:
    """State-years: state, year, overnight, all (arrivals, persons); null where a state reports none."""
    import openpyxl

    book = openpyxl.load_workbook(raw / SOURCE.files[0].path, read_only=True, data_only=True)
    rows = list(book[SHEET].iter_rows(values_only=True))
    head = next(row for row in rows if "Units" in row)
    years = [(place, int(text)) for place, text in enumerate(head) if isinstance(text, int)]
    found = [
        (int(row[0]), KINDS[str(row[1])], year, float(row[place]) * 1e3)
        for row in rows
        if str(row[1]) in KINDS and isinstance(row[0], int)
        for place, year in years
        if isinstance(row[place], int | float)
    ]
    codes = {int(s.iso_numeric): code for code, s in by_code().items() if s.iso_numeric}
    schema = {"number": pl.Int64, "kind": pl.String, "year": pl.Int32, "arrivals": pl.Float64}
    return (
        pl.DataFrame(found, schema=schema, orient="row")
        .with_columns(coded("number", codes).alias("state"))
        .drop_nulls("state")
        .pivot("kind", index=["state", "year"], values="arrivals", aggregate_function="first")
        .sort("state", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Arrivals in Russia before and after 2014, and in France."""
    return bounds(
        "source 'unwto'",
        [
            ("arrivals in RUS 2013 (m)", (cell(frame, "all", state="RUS", year=2013) or 0) / 1e6, 30, 31.5),
            ("arrivals in RUS 2019 (m)", (cell(frame, "all", state="RUS", year=2019) or 0) / 1e6, 24, 25),
            ("in FRA 2018 (m)", (cell(frame, "overnight", state="FRA", year=2018) or 0) / 1e6, 88, 91),
        ],
    )
