"""V-Dem electoral democracy index (v16) on Correlates of War states, as packed in isard."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, coded, r_table
from detente.data.states import from_cow

SOURCE = Source(
    key="democracy",
    title="Electoral democracy index (v2x_polyarchy), V-Dem v16",
    producer="Varieties of Democracy Institute; S. V. Miller, package isard",
    citation="Coppedge et al. (2026), V-Dem Country-Year Dataset v16; Teorell et al. (2019), SCID 54(1); "
    "Miller, isard.",
    bib=("vdem2026", "teorell2019", "isard"),
    licence="CC BY-SA 4.0; package GPL-2",
    redistributable="yes",
    version="v16 in isard at commit 46944ad",
    files=(
        RawFile(
            "isard/cw_democracy.rda",
            "63817db0ed4be6d4faafe6a1c363ffe3862897fb1b28d53298099fef576be45a",
            "svmiller/isard",
            "46944ad97a5532cd8e3b33129463c8435a69846a",
            "data/cw_democracy.rda",
        ),
    ),
    by_hand="install the R package isard, or take v2x_polyarchy from the V-Dem country-year file (v-dem.net)",
)


def load(raw: Path) -> pl.DataFrame:
    """State-years 1946-2025: state, year, polyarchy (0 to 1). Microstates are not coded."""
    table = r_table(raw / SOURCE.files[0].path).filter(pl.col("year") >= 1946)
    return (
        table.select(
            coded("ccode", from_cow()).alias("state"),
            pl.col("year").cast(pl.Int32),
            pl.col("v2x_polyarchy").alias("polyarchy"),
        )
        .drop_nulls()
        .group_by("state", "year")
        .agg(pl.col("polyarchy").last())
        .sort("state", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia and Poland 2025 as named in the record of the file; 174 states coded."""
    return bounds(
        "source 'democracy'",
        [
            ("polyarchy of RUS 2025", cell(frame, "polyarchy", state="RUS", year=2025), 0.165, 0.175),
            ("polyarchy of POL 2025", cell(frame, "polyarchy", state="POL", year=2025), 0.763, 0.773),
            ("states coded in 2025", frame.filter(pl.col("year") == 2025).height, 174, 174),
        ],
    )
