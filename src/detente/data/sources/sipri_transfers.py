"""SIPRI arms transfers: deliveries of major weapons by seller, buyer and year; only shares of them ship."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.states import from_name

SOURCE = Source(
    key="sipri_transfers",
    title="SIPRI Arms Transfers Database: dyad-years 1950-2021, register of deliveries 2000-2023",
    producer="Stockholm International Peace Research Institute",
    citation="SIPRI (2025), Arms Transfers Database.",
    bib=("sipri_transfers_2025",),
    licence="SIPRI fair use: attribution, non-commercial, limited extracts",
    redistributable="derived",
    version="2022 (dyad-years), 3 January 2025 (register)",
    files=(
        RawFile(
            "sipri/sipri_tiv_dyad_year_1950_2021.csv",
            "07bb55395106ab6bda65d6379bef8ffbfbc036a8ce8e607f0759baf5496f1958",
            "360-info/report-arms-trade",
            "e00d2d3e57d1d6dd409f60fc367e088cce34c86e",
            "data/sipri-exports-processed.csv",
        ),
        RawFile(
            "sipri/sipri_at_trade_register_2000_2024.csv",
            "51dfdcb6293bc975f2a95a5f00573b9d138d13a61963c93b3cdf8553754cb401",
            "lucacasu/Global-Arms-Trade",
            "e1b012d3a36856e9d17faa0b7c770a04c5ffaaf9",
            "russia_trade_decline/trade_2023.csv",
        ),
    ),
    by_hand="export the trade register of all countries from sipri.org/databases/armstransfers",
)
PREAMBLE, LAST_DYAD_YEAR = 11, 2021
OTHER_NAMES = {
    "Soviet Union": "RUS",
    "German Democratic Republic": "DDR",
    "Czechoslovakia": "CSK",
    "Yugoslavia": "SRB",
}


def load(raw: Path) -> pl.DataFrame:
    """Deliveries: seller, buyer, year, tiv (million TIV); parties that are no states are left out.

    Dyad-years to 2021, the register for 2022 and 2023.
    """
    early = pl.read_csv(raw / SOURCE.files[0].path, encoding="utf8-lossy", infer_schema_length=10_000).select(
        "supplier", "recipient", pl.col("year").cast(pl.Int32), pl.col("value").cast(pl.Float64, strict=False)
    )
    late = pl.read_csv(
        raw / SOURCE.files[1].path, encoding="utf8-lossy", skip_rows=PREAMBLE, infer_schema_length=0
    ).select(
        pl.col("Supplier").alias("supplier"),
        pl.col("Recipient").alias("recipient"),
        pl.col("Delivery year").cast(pl.Int32, strict=False).alias("year"),
        pl.col("TIV delivery values").cast(pl.Float64, strict=False).alias("value"),
    )
    both = pl.concat(
        [early.filter(pl.col("year") <= LAST_DYAD_YEAR), late.filter(pl.col("year") > LAST_DYAD_YEAR)]
    )
    names = {
        n: OTHER_NAMES.get(n) or from_name(n)
        for c in ("supplier", "recipient")
        for n in both[c].unique()
        if n
    }
    return (
        both.with_columns(
            pl.col("supplier").replace_strict(names, default=None, return_dtype=pl.String).alias("seller"),
            pl.col("recipient").replace_strict(names, default=None, return_dtype=pl.String).alias("buyer"),
        )
        .drop_nulls(["seller", "buyer", "year", "value"])
        .group_by("seller", "buyer", "year")
        .agg(pl.col("value").sum().alias("tiv"))
        .sort("seller", "buyer", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia's deliveries as named in the record of the files; nearly all deliveries are between states."""

    def sold(state: str, year: int) -> float:
        return float(frame.filter((pl.col("seller") == state) & (pl.col("year") == year))["tiv"].sum())

    total = float(frame.filter(pl.col("year") == 2018)["tiv"].sum())
    return bounds(
        "source 'sipri_transfers'",
        [
            ("deliveries of RUS 2018", sold("RUS", 2018), 6000, 7500),
            ("deliveries of RUS 2023", sold("RUS", 2023), 1100, 1400),
            ("deliveries of all 2018", total, 25_500, 28_500),
        ],
    )
