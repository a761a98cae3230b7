"""IMF World Economic Outlook, April 2024: what the World Bank lacks (Taiwan), and growth to 2029."""

from __future__ import annotations

import warnings
from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, from_pandas
from detente.data.states import by_code

SOURCE = Source(
    key="weo",
    title="World Economic Outlook, April 2024",
    producer="International Monetary Fund",
    citation="IMF (2024), World Economic Outlook Database, April 2024.",
    bib=("imf_weo_2024",),
    licence="IMF terms: free with attribution; package CC0",
    redistributable="derived",
    version="April 2024",
    files=(
        RawFile(
            "imf-weo-2024-04/IMFcountries.rda",
            "384cda4ceb9430b1004c4fae4b5592337145740a65ed7f8aaf33f86025bd7fc6",
            "Teal-Insights/tidyweo2024spring",
            "fdcfabdd198f035d003bcb3ed87417e45a44ad42",
            "data/IMFcountries.rda",
        ),
    ),
    by_hand="download the April 2024 WEO database by countries from imf.org, or the R package "
    "tidyweo2024spring",
)
SUBJECTS = {"NGDPD": "gdp_usd_bn", "NGDP_RPCH": "growth_percent", "LP": "population_m"}
OTHER_CODES = {"UVK": "XKX", "KOS": "XKX"}


def load(raw: Path) -> pl.DataFrame:
    """State-years 1980-2029: state, year, gdp_usd_bn, growth_percent, population_m, projected.

    ``projected`` is true after the last year that the IMF calls observed for real GDP.
    """
    import rdata

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = rdata.parser.parse_file(raw / SOURCE.files[0].path)
        table = rdata.conversion.convert(parsed, default_encoding="latin-1")["IMFcountries"]
    table = table[table["weo_subject_code"].isin(list(SUBJECTS))]
    table = table.loc[:, [isinstance(c, str) for c in table.columns]]
    years = [c for c in table.columns if c.isdigit()]
    wide = from_pandas(table[["iso3c", "weo_subject_code", "estimates_start_after", *years]])
    long = wide.unpivot(
        years,
        index=["iso3c", "weo_subject_code", "estimates_start_after"],
        variable_name="year",
        value_name="value",
    )
    long = long.with_columns(
        pl.col("iso3c").replace(OTHER_CODES).alias("state"),
        pl.col("year").cast(pl.Int32),
        pl.col("estimates_start_after").cast(pl.Float64).alias("last"),
    )
    growth = long.filter(pl.col("weo_subject_code") == "NGDP_RPCH").select(
        "state", "year", (pl.col("year") > pl.col("last")).alias("projected")
    )
    values = long.pivot("weo_subject_code", index=["state", "year"], values="value").rename(SUBJECTS)
    return (
        values.join(growth, on=["state", "year"], how="left")
        .filter(pl.col("state").is_in(list(by_code())))
        .sort("state", "year")
        .select("state", "year", *SUBJECTS.values(), "projected")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia's GDP in current USD as named in the record of the file."""
    return bounds(
        "source 'weo'",
        [
            ("GDP of RUS 2021 (bn)", cell(frame, "gdp_usd_bn", state="RUS", year=2021), 1835, 1850),
            ("GDP of RUS 2029 (bn)", cell(frame, "gdp_usd_bn", state="RUS", year=2029), 2200, 2220),
            ("states", frame["state"].n_unique(), 190, 196),
        ],
    )
