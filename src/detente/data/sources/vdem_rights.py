"""V-Dem: equality before the law and individual liberty (v15), political corruption (v13)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code

SOURCE = Source(
    key="vdem_rights",
    title="Equality before the law and individual liberty (v2xcl_rol), political corruption (v2x_corr)",
    producer="Varieties of Democracy Institute",
    citation="Coppedge et al. (2025), V-Dem Country-Year Dataset v15; v13 via Our World in Data.",
    bib=("vdem2026",),
    licence="CC BY-SA 4.0",
    redistributable="yes",
    version="v15 (liberty), v13 (corruption)",
    files=(
        RawFile(
            "vdem/vdem_v15_libdem_rol_frefair_1789_2024.csv",
            "b17e0f291d48c5e1ce06a6c3eea691bb80ee3e35fedfee9edfc38d59739e924b",
            "williamtobrien/globalization_democracy",
            "403f762b45e1323b2692709d7a96b648a065fd65",
            "data/vdem.csv",
        ),
        RawFile(
            "vdem/owid_vdem_political_corruption_index.csv",
            "49f6253a9a07d8381f42eef24ae5a4b1794020374d6891e24f1ce79158fe9fd1",
            "ameyaZope/visualization-final-project",
            "876ea782d875286ac8f75fbba27d23c19e3adc3f",
            "data/political-corruption-index.csv",
        ),
    ),
    by_hand="take v2xcl_rol and v2x_corr from the V-Dem country-year files (v-dem.net)",
)
OURS = {
    "OWID_KOS": "XKX",
    "OWID_GDR": "DDR",
    "OWID_CZS": "CSK",
    "VDR": "VNS",
    "OWID_YPR": "YMD",
    "ZZB": "ZAN",
}


def load(raw: Path) -> pl.DataFrame:
    """State-years from 1946: state, year, liberty (0-1), corruption (0-1, 1 is most corrupt)."""
    liberty = pl.read_csv(
        raw / SOURCE.files[0].path, null_values=["NA", ""], infer_schema_length=None
    ).select(
        pl.col("country_text_id").replace(OURS).alias("state"),
        pl.col("year").cast(pl.Int32),
        pl.col("v2xcl_rol").cast(pl.Float64).alias("liberty"),
    )
    corruption = pl.read_csv(raw / SOURCE.files[1].path, infer_schema_length=None).select(
        pl.col("Code").replace(OURS).alias("state"),
        pl.col("Year").cast(pl.Int32).alias("year"),
        pl.col("corruption_vdem_owid").cast(pl.Float64).alias("corruption"),
    )
    both = [f.drop_nulls().unique(["state", "year"], keep="last") for f in (liberty, corruption)]
    return (
        both[0]
        .join(both[1], on=["state", "year"], how="full", coalesce=True)
        .filter((pl.col("year") >= 1946) & pl.col("state").is_in(list(by_code())))
        .sort("state", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia's corruption in 2022 as named in the record of the file."""
    return bounds(
        "source 'vdem_rights'",
        [
            ("corruption of RUS 2022", cell(frame, "corruption", state="RUS", year=2022), 0.73, 0.75),
            ("liberty of DNK 2024", cell(frame, "liberty", state="DNK", year=2024), 0.9, 1.0),
            ("states in 2020", frame.filter(pl.col("year") == 2020).height, 165, 182),
        ],
    )
