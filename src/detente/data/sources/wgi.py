"""Worldwide Governance Indicators 1996-2023: control of corruption and rule of law."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code

SOURCE = Source(
    key="wgi",
    title="Worldwide Governance Indicators, 2024 release",
    producer="World Bank (D. Kaufmann, A. Kraay)",
    citation="Kaufmann, D. and Kraay, A. (2024), Worldwide Governance Indicators, World Bank.",
    bib=("wgi2024",),
    licence="CC BY 4.0",
    redistributable="yes",
    version="2024 (1996-2023)",
    files=(
        RawFile(
            "wgi/wgi_1996_2023_long.csv",
            "136b6aafe6e4d623617c63d95ad3451ccfc35560849d460ff1766b46428ba970",
            "Victor-Thrive/Income-Inequality-on-renewable-energy-and-SDGs",
            "539f46b0d70dc332292723308bbe0b990f5302f5",
            "data/wgi.csv",
        ),
    ),
    by_hand="download the long file of the Worldwide Governance Indicators from worldbank.org",
)
OTHER_CODES = {"ADO": "AND", "ROM": "ROU", "TMP": "TLS", "ZAR": "COD", "WBG": "PSE", "KSV": "XKX"}


def load(raw: Path) -> pl.DataFrame:
    """State-years: state, year, corruption_control and rule_of_law (standard units; higher is better)."""
    rows = (
        pl.read_csv(
            raw / SOURCE.files[0].path, encoding="latin-1", null_values="..", infer_schema_length=10_000
        )
        .with_columns(pl.col("code").replace(OTHER_CODES).alias("state"), pl.col("year").cast(pl.Int32))
        .filter(pl.col("indicator").is_in(["cc", "rl"]) & pl.col("state").is_in(list(by_code())))
        .with_columns(pl.col("estimate").cast(pl.Float64))
    )
    wide = rows.pivot("indicator", index=["state", "year"], values="estimate", aggregate_function="first")
    return wide.rename({"cc": "corruption_control", "rl": "rule_of_law"}).sort("state", "year")


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia in 2023 as named in the record of the file."""
    return bounds(
        "source 'wgi'",
        [
            (
                "control of corruption of RUS 2023",
                cell(frame, "corruption_control", state="RUS", year=2023),
                -1.15,
                -1.05,
            ),
            ("rule of law of RUS 2023", cell(frame, "rule_of_law", state="RUS", year=2023), -1.24, -1.14),
            ("states", frame["state"].n_unique(), 185, 200),
        ],
    )
