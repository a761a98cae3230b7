"""Penn World Table 10.01: output in current dollars before the World Bank's series begin."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, from_pandas
from detente.data.states import by_code

SOURCE = Source(
    key="pwt",
    title="Penn World Table 10.01",
    producer="Groningen Growth and Development Centre; A. Zeileis, package pwt10",
    citation="Feenstra, Inklaar and Timmer (2015), American Economic Review 105(10).",
    bib=("feenstra2015",),
    licence="CC BY 4.0",
    redistributable="yes",
    version="10.01",
    files=(
        RawFile(
            "pwt/pwt10.01.rda",
            "6d9e028a69669e1550d6dea48ae8383bf0b629af9467fc826d2ed9ab222ead1a",
            "cran/pwt10",
            "957b298fd706a567af96ccb1663ad68d5e5d07ba",
            "data/pwt10.01.rda",
        ),
    ),
    by_hand="install the R package pwt10, or download version 10.01 from the Groningen Growth and "
    "Development Centre",
)
LAST = 1991


def load(raw: Path) -> pl.DataFrame:
    """State-years 1950-1991: state, year, current_usd (output at exchange rates), price_level.

    Output at exchange rates is real output (``cgdpo``, million) times its price level, which is relative to
    that of the United States in 2017.
    """
    import pyreadr

    table = next(iter(pyreadr.read_r(str(raw / SOURCE.files[0].path)).values()))
    columns = ["isocode", "year", "cgdpo", "pl_gdpo"]
    return (
        from_pandas(table[columns].astype({"isocode": str}))
        .filter((pl.col("year") <= LAST) & pl.col("isocode").is_in(list(by_code())))
        .select(
            pl.col("isocode").alias("state"),
            pl.col("year").cast(pl.Int32),
            (pl.col("cgdpo") * pl.col("pl_gdpo") * 1e6).alias("current_usd"),
            pl.col("pl_gdpo").alias("price_level"),
        )
        .drop_nulls("current_usd")
        .sort("state", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """United States output of 1953, 389 billion dollars by its own accounts; Britain's, 47 billion."""
    told = [
        (f"output of {s} 1953 (bn)", (cell(frame, "current_usd", state=s, year=1953) or 0) / 1e9, low, high)
        for s, low, high in (("USA", 384, 395), ("GBR", 44, 51))
    ]
    return bounds("source 'pwt'", told)
