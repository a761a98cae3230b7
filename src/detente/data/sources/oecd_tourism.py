"""OECD tourism statistics 2008-2018: arrivals by main source market, departures by main destination."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import by_code

REPOSITORY = "JCurley10/Where-Did-you-Come-From-Where-Did-you-Go-International-Tourism-Over-10-Years"
COMMIT = "526de1ee31cfa5606b69b271501ad4dbfc9c68bb"
SOURCE = Source(
    key="oecd_tourism",
    title="Inbound and outbound tourism by market, 2008-2018",
    producer="OECD",
    citation="OECD (2020), Tourism Statistics: inbound and outbound tourism, extracted 29 March 2020.",
    bib=("oecd_tourism2020",),
    licence="OECD terms (CC BY 4.0 since 2024, from memory)",
    redistributable="yes",
    version="29 March 2020",
    files=(
        RawFile(
            "oecd-tourism-2008-2018/TOURISM_INBOUND_29032020041047359.csv",
            "28c054100e1f9a0460cf86d27f379302dccb1b1fea5cde82c5299a36a81c4909",
            REPOSITORY,
            COMMIT,
            "data/TOURISM_INBOUND_29032020041047359.csv",
        ),
        RawFile(
            "oecd-tourism-2008-2018/TOURISM_OUTBOUND_29032020041014703.csv",
            "efe5241d8add69d11eb0945a43adf3135b436f12c0a55b8d1a3d8444990d8fe3",
            REPOSITORY,
            COMMIT,
            "data/TOURISM_OUTBOUND_29032020041014703.csv",
        ),
    ),
    by_hand="OECD Data Explorer, Tourism: inbound by market of residence, outbound by destination",
)
ALIASES = {"CHE_LIE": "CHE", "GB": "GBR"}


def load(raw: Path) -> pl.DataFrame:
    """Pairs of states: origin, destination, year, tourists (persons), counted at the border or in lodgings.

    ``basis``: ``border`` and ``lodging`` as the destination counts its visitors, ``outbound`` as the origin
    counts its travellers. A destination names its five to eight main markets only.
    """
    inbound = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=10_000)
    outbound = pl.read_csv(raw / SOURCE.files[1].path, infer_schema_length=10_000)
    basis = {"DEMAND": "border", "SUPPLY": "lodging"}
    parts = [
        inbound.select(
            pl.col("VARIABLE").replace(ALIASES).alias("origin"),
            pl.col("COUNTRY").replace(ALIASES).alias("destination"),
            pl.col("YEAR").cast(pl.Int32).alias("year"),
            pl.col("Value").cast(pl.Float64).alias("tourists"),
            pl.col("SOURCE").replace_strict(basis).alias("basis"),
        ),
        outbound.select(
            pl.col("COUNTRY").replace(ALIASES).alias("origin"),
            pl.col("VARIABLE").replace(ALIASES).alias("destination"),
            pl.col("YEAR").cast(pl.Int32).alias("year"),
            pl.col("Value").cast(pl.Float64).alias("tourists"),
            pl.lit("outbound").alias("basis"),
        ),
    ]
    known = list(by_code())
    return (
        pl.concat(parts)
        .filter(pl.col("origin").is_in(known) & pl.col("destination").is_in(known))
        .filter((pl.col("origin") != pl.col("destination")) & (pl.col("tourists") > 0))
        .unique(["origin", "destination", "year", "basis"], keep="first", maintain_order=True)
        .sort("origin", "destination", "year", "basis")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Figures named in the record of the file: Russians in Turkey, Ukrainians and Germans in Russia, 2018."""
    here = {"year": 2018, "basis": "border"}
    return bounds(
        "source 'oecd_tourism'",
        [
            (
                "RUS to TUR 2018 (m)",
                (cell(frame, "tourists", origin="RUS", destination="TUR", **here) or 0) / 1e6,
                5.9,
                6.0,
            ),
            (
                "UKR to RUS 2018 (m)",
                (cell(frame, "tourists", origin="UKR", destination="RUS", **here) or 0) / 1e6,
                8.1,
                8.3,
            ),
            (
                "DEU to RUS 2018 (m)",
                (cell(frame, "tourists", origin="DEU", destination="RUS", **here) or 0) / 1e6,
                0.6,
                0.7,
            ),
        ],
    )
