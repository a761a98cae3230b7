"""UN Comtrade 2021: not shipped; it checks the fill of the newest matrix and is there on request."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import from_name

SOURCE = Source(
    key="comtrade_2021",
    title="UN Comtrade, exports 2021",
    producer="United Nations Statistics Division",
    citation="United Nations, UN Comtrade Database, 2021 annual exports; P. Dilly, "
    "Economic-Sanctions-Research.",
    bib=("comtrade2021",),
    licence="free to use with acknowledgement; bulk re-dissemination restricted",
    redistributable="no",
    version="2021",
    files=(
        RawFile(
            "comtrade-2021/comtrade_all_exports_2021A.csv",
            "6e7f3d574db4149116800e9fc21f9c788f1e065b04c5732748eef5371d5e87ec",
            "westonslayton/Economic-Sanctions-Research",
            "dbf06cea556b9b6d5eb150667b3ccb20e5568e50",
            "data/comtrade_all_exports_2021A.csv",
        ),
    ),
    by_hand="download total exports of all reporters to all partners for 2021 from comtradeplus.un.org",
)


def load(raw: Path) -> pl.DataFrame:
    """Declared exports 2021: exporter, importer, year, value (million USD, FOB); no row, none declared."""
    table = pl.read_csv(raw / SOURCE.files[0].path).filter(pl.col("partner") != "World")
    names = {n: from_name(n) for n in {*table["reporter"].unique(), *table["partner"].unique()}}
    known = {n: c for n, c in names.items() if c}
    return (
        table.select(
            pl.col("reporter").replace_strict(known, default=None, return_dtype=pl.String).alias("exporter"),
            pl.col("partner").replace_strict(known, default=None, return_dtype=pl.String).alias("importer"),
            pl.lit(2021, dtype=pl.Int32).alias("year"),
            (pl.col("value").cast(pl.Float64) / 1e6).alias("value"),
        )
        .drop_nulls()
        .filter(pl.col("exporter") != pl.col("importer"))
        .sort("exporter", "importer")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Flows named in the record of the file, in billion USD."""

    def bn(one: str, two: str) -> float:
        return (cell(frame, "value", exporter=one, importer=two) or 0) / 1000

    return bounds(
        "source 'comtrade_2021'",
        [
            ("DEU to RUS", bn("DEU", "RUS"), 32.1, 32.2),
            ("RUS to CHN", bn("RUS", "CHN"), 68.6, 68.8),
            ("CHN to USA", bn("CHN", "USA"), 577.0, 577.2),
            ("NOR to DEU", bn("NOR", "DEU"), 35.5, 35.6),
            ("exporters", frame["exporter"].n_unique(), 125, 149),
        ],
    )
