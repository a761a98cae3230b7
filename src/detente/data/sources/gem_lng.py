"""Global Energy Monitor: LNG terminals of the world, January 2024 (CC BY 4.0)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.states import from_name

SOURCE = Source(
    key="gem_lng",
    title="Global Gas Infrastructure Tracker: LNG terminals",
    producer="Global Energy Monitor",
    citation="Global Energy Monitor, Global Gas Infrastructure Tracker, January 2024 release.",
    bib=("gem2024",),
    licence="CC BY 4.0",
    redistributable="yes",
    version="January 2024",
    files=(
        RawFile(
            "gem-gas-infrastructure/GEM-GGIT-LNG-Terminals-2024-01.xlsx",
            "d3b62425f1375b86a2a9944b9e292db0d8ea3b104544d65b9c4b51d22156c9fb",
            "sametgirgin/LNG-Terminals",
            "1ba09925860b787000d9e7f7e85c9ebb6ac1343c",
            "LNG-Terminals-2024-01 GEM-GGIT-.xlsx",
        ),
    ),
    by_hand="globalenergymonitor.org/projects/global-gas-infrastructure-tracker",
)
NAMES = {"Türkiye": "TUR", "Hong Kong": "CHN", "Republic of the Congo": "COG"}


def load(raw: Path) -> pl.DataFrame:
    """Units: state, side (export or import), status, start (first year, null if unknown), bcm, lat, lon."""
    from openpyxl import load_workbook

    sheet = load_workbook(raw / SOURCE.files[0].path, data_only=True).worksheets[0]
    cells = sheet.iter_rows(values_only=True)
    at = {name: k for k, name in enumerate(next(cells))}
    rows = [
        (
            NAMES.get(str(r[at["Country"]])) or from_name(str(r[at["Country"]])),
            str(r[at["FacilityType"]]).lower(),
            str(r[at["Status"]]).lower(),
            _number(r[at["StartYearEarliest"]]),
            _number(r[at["CapacityInBcm/y"]]),
            _number(r[at["Latitude"]]),
            _number(r[at["Longitude"]]),
        )
        for r in cells
    ]
    names = ["state", "side", "status", "start", "bcm", "lat", "lon"]
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None).drop_nulls(
        ["state", "bcm"]
    )


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def check(frame: pl.DataFrame) -> list[Problem]:
    """Operating export capacity of the largest three (mtpa 92.9, 87.6, 77.4 at 1.36 bcm a mt)."""
    running = frame.filter((pl.col("status") == "operating") & (pl.col("side") == "export"))

    def total(state: str) -> float:
        return float(running.filter(pl.col("state") == state)["bcm"].sum())

    return bounds(
        "source 'gem_lng'",
        [("USA", total("USA"), 120, 132), ("AUS", total("AUS"), 115, 123), ("QAT", total("QAT"), 102, 108)],
    )
