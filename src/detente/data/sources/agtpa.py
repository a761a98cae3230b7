"""Panel of the Advanced Guide to Trade Policy Analysis: 69 countries, manufacturing, 1986-2006."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, r_table

SOURCE = Source(
    key="agtpa",
    title="Advanced Guide to Trade Policy Analysis, applications panel",
    producer="WTO and UNCTAD: Y. V. Yotov, R. Piermartini, J.-A. Monteiro, M. Larch; M. Vargas Sepulveda "
    "(R package)",
    citation="Yotov, Piermartini, Monteiro and Larch (2016), An Advanced Guide to Trade Policy Analysis, "
    "WTO/UNCTAD.",
    bib=("yotov2016",),
    licence="CC BY 4.0",
    redistributable="yes",
    version="package tradepolicy at commit 342a655",
    files=(
        RawFile(
            "agtpa/agtpa_applications.rda",
            "b12e7e336d5d444aba1e38014a8776ccee58c9110d8dcf6d50fe0a4195375610",
            "pachadotdev/tradepolicy",
            "342a6553e67f53912212a35674e066f9344dd655",
            "data/agtpa_applications.rda",
        ),
    ),
    by_hand="install the R package tradepolicy from github.com/pachadotdev/tradepolicy",
)


def load(raw: Path) -> pl.DataFrame:
    """The panel as published: exporter, importer (its own codes), year, trade (million USD), covariates.

    Domestic sales stand where exporter and importer are the same.
    """
    return r_table(raw / SOURCE.files[0].path).sort("exporter", "importer", "year")


def check(frame: pl.DataFrame) -> list[Problem]:
    """Germany 2006 as named in the record of the file."""
    return bounds(
        "source 'agtpa'",
        [
            ("rows", frame.height, 99_981, 99_981),
            ("countries", frame["exporter"].n_unique(), 69, 69),
            (
                "DEU home sales 2006 (bn)",
                (cell(frame, "trade", exporter="DEU", importer="DEU", year=2006) or 0) / 1e3,
                1120,
                1130,
            ),
            (
                "DEU to USA 2006 (bn)",
                (cell(frame, "trade", exporter="DEU", importer="USA", year=2006) or 0) / 1e3,
                89,
                90,
            ),
        ],
    )
