"""World Development Indicators: output, growth, population, military burden, merchandise trade."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code

SOURCE = Source(
    key="wdi",
    title="World Development Indicators",
    producer="World Bank",
    citation="World Bank, World Development Indicators (datasets/world-development-indicators, 1 July 2026).",
    bib=("wdi2026",),
    licence="CC BY 4.0",
    redistributable="yes",
    version="1 July 2026",
    files=(
        RawFile(
            "wdi/ny.gdp.mktp.cd.csv",
            "f488630ac53a04503f6c4164bd2737d18f7ac7fdecb07dc56042b0e1adc11cf7",
            "datasets/world-development-indicators",
            "4ebec5a2273f531ba238a34dbe440394dc5a6c4b",
            "indicators/ny.gdp.mktp.cd/data.csv",
        ),
        RawFile(
            "wdi/ny.gdp.mktp.kd.zg.csv",
            "5468bc4339dd2ea3e677adea1319b40b98640d9c5997b43961196e726bcf3e8a",
            "datasets/world-development-indicators",
            "4ebec5a2273f531ba238a34dbe440394dc5a6c4b",
            "indicators/ny.gdp.mktp.kd.zg/data.csv",
        ),
        RawFile(
            "wdi/sp.pop.totl.csv",
            "cd7856b882884a41b3473cf74e8c85eb58d7d663d818a07e03f42ebdfb2c6b34",
            "datasets/world-development-indicators",
            "4ebec5a2273f531ba238a34dbe440394dc5a6c4b",
            "indicators/sp.pop.totl/data.csv",
        ),
        RawFile(
            "wdi/ms.mil.xpnd.gd.zs.csv",
            "528177ac488753a7824ae8afe2cbce558231334fb304ee428ccbeff492ad7165",
            "datasets/world-development-indicators",
            "4ebec5a2273f531ba238a34dbe440394dc5a6c4b",
            "indicators/ms.mil.xpnd.gd.zs/data.csv",
        ),
        RawFile(
            "wdi/tx.val.mrch.cd.wt.csv",
            "c64c07cf3000a19495cc2e4e4a89e24696a97aebdab884b2def426f688b4f7af",
            "datasets/world-development-indicators",
            "4ebec5a2273f531ba238a34dbe440394dc5a6c4b",
            "indicators/tx.val.mrch.cd.wt/data.csv",
        ),
        RawFile(
            "wdi/tm.val.mrch.cd.wt.csv",
            "cc4dc88950c1b30a348ffbc764c34d18c629f2564182d22e2173c3d61e5492d7",
            "datasets/world-development-indicators",
            "4ebec5a2273f531ba238a34dbe440394dc5a6c4b",
            "indicators/tm.val.mrch.cd.wt/data.csv",
        ),
    ),
    by_hand="download the indicators named in the file names from data.worldbank.org as long tables "
    "(Country Name, Country Code, Year, Value)",
)
NAMES = {
    "ny.gdp.mktp.cd": "gdp_usd",
    "ny.gdp.mktp.kd.zg": "growth_percent",
    "sp.pop.totl": "population",
    "ms.mil.xpnd.gd.zs": "milex_percent",
    "tx.val.mrch.cd.wt": "exports_usd",
    "tm.val.mrch.cd.wt": "imports_usd",
}


def load(raw: Path) -> pl.DataFrame:
    """State-years: state, year, gdp_usd, growth_percent, population, milex_percent, exports_usd, imports_usd.

    World Bank aggregates and territories that are no states of the registry are left out.
    """
    whole: pl.DataFrame | None = None
    for file in SOURCE.files:
        column = NAMES[Path(file.path).stem]
        table = (
            pl.read_csv(raw / file.path, schema_overrides={"Value": pl.Float64})
            .select(
                pl.col("Country Code").alias("state"),
                pl.col("Year").cast(pl.Int32).alias("year"),
                pl.col("Value").alias(column),
            )
            .filter(pl.col("state").is_in(list(by_code())))
        )
        whole = table if whole is None else whole.join(table, on=["state", "year"], how="full", coalesce=True)
    assert whole is not None
    return whole.sort("state", "year")


def check(frame: pl.DataFrame) -> list[Problem]:
    """Figures named in the record of the file: GDP and military burden of Russia and Germany."""
    return bounds(
        "source 'wdi'",
        [
            ("GDP of RUS 2021 (bn)", (cell(frame, "gdp_usd", state="RUS", year=2021) or 0) / 1e9, 1820, 1840),
            ("GDP of RUS 2024 (bn)", (cell(frame, "gdp_usd", state="RUS", year=2024) or 0) / 1e9, 2180, 2190),
            ("GDP of DEU 2021 (bn)", (cell(frame, "gdp_usd", state="DEU", year=2021) or 0) / 1e9, 4345, 4365),
            (
                "military burden of RUS 2021 (%)",
                cell(frame, "milex_percent", state="RUS", year=2021),
                3.55,
                3.61,
            ),
            (
                "military burden of RUS 2024 (%)",
                cell(frame, "milex_percent", state="RUS", year=2024),
                7.0,
                7.1,
            ),
            (
                "military burden of DEU 2021 (%)",
                cell(frame, "milex_percent", state="DEU", year=2021),
                1.27,
                1.33,
            ),
        ],
    )
