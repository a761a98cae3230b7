"""From whom states became independent, and when (ICOW colonial history)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import coded
from detente.data.states import from_cow

SOURCE = Source(
    key="icow_colonial",
    title="ICOW Colonial History 1.1",
    producer="P. R. Hensel",
    citation="Hensel (2018), ICOW Colonial History Data Set, version 1.1.",
    bib=("hensel2018",),
    licence="free with citation; repository CC BY 4.0",
    redistributable="derived",
    version="1.1",
    files=(
        RawFile(
            "icow_colonial/coldata110.csv",
            "1ac3334e93378e455a6eae90b03f11bb4e60bd4935d2bd85bced0f8788009cbe",
            "globalgov/manystates",
            "23d119a10b997c2d5ddbd6a665dc816146c20db7",
            "data-raw/states/ICOW/coldata110.csv",
        ),
    ),
    by_hand="download from paulhensel.org",
)
WAYS = {"2": "decolonised", "3": "seceded", "4": "partitioned"}


def load(raw: Path) -> pl.DataFrame:
    """Former rulers: state, ruler, year (of independence), how (decolonised, seceded or partitioned)."""
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema=False)
    kept = table.filter(pl.col("IndType").is_in(list(WAYS)) & (pl.col("IndFrom").cast(pl.Int32) > 0))
    codes = kept.with_columns(pl.col("State", "IndFrom").cast(pl.Int32))
    named = codes.select(
        coded("State", from_cow()).alias("state"),
        coded("IndFrom", from_cow()).alias("ruler"),
        pl.col("IndDate").str.slice(0, 4).cast(pl.Int32).alias("year"),
        pl.col("IndType").replace(WAYS).alias("how"),
    ).drop_nulls()
    return named.filter(pl.col("state") != pl.col("ruler")).unique(["state"], maintain_order=True)


def check(frame: pl.DataFrame) -> list[Problem]:
    """Kenya from Britain in 1963; about a hundred and fifty states with a former ruler."""
    years = dict(frame.select("state", "year").iter_rows())
    return bounds(
        "source 'icow_colonial'",
        [("states", frame.height, 120, 190), ("independence of Kenya", years.get("KEN"), 1963, 1963)],
    )
