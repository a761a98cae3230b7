"""GDELT 2.0 graphs of countries summed by pair and year: on how many days the events of two states were
hostile."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources.mids import in_registry_order
from detente.data.states import by_code

SOURCE = Source(
    key="gdelt",
    title="GDELT 2.0 daily graphs of countries, summed by pair and year",
    producer="Leetaru and Schrodt; daily graphs by G. Zemo",
    citation="Leetaru and Schrodt (2013), GDELT: Global Data on Events, Location, and Tone; "
    "github.com/gzemo/gdelt-graph-data.",
    bib=("leetaru2013",),
    licence="free, with attribution",
    redistributable="derived",
    version="2018 to 23 February 2024",
    files=(
        RawFile(
            "gdelt_graph/gdelt_dyad_year_2018_2024_DERIVED.csv.gz",
            "3c3a1dbef3c5c0e1ae50b3cd0aa3e3f0aad5bd185c439ba749cd5cde9613bff8",
        ),
    ),
    by_hand="sum the 2,149 daily files of github.com/gzemo/gdelt-graph-data (commit "
    "8b719115c084afada0325538dc13c1b8fb75e578) by pair and year: days with a positive and with a "
    "negative net edge",
)


def load(raw: Path) -> pl.DataFrame:
    """Days of pairs with events: a, b, year, days, hostile (days whose events were hostile on balance)."""
    table = pl.read_csv(raw / SOURCE.files[0].path)
    known = list(by_code())
    named = table.select(
        pl.col("iso3_a").alias("one"),
        pl.col("iso3_b").alias("two"),
        pl.col("year").cast(pl.Int32),
        pl.col("days_active").cast(pl.Int32).alias("days"),
        ((pl.col("days_active") - pl.col("days_net_sign")) // 2).cast(pl.Int32).alias("hostile"),
    ).filter(pl.col("one").is_in(known) & pl.col("two").is_in(known) & (pl.col("one") != pl.col("two")))
    both = in_registry_order(named).group_by("a", "b", "year").agg(pl.col("days", "hostile").sum())
    return both.sort("a", "b", "year")


def check(frame: pl.DataFrame) -> list[Problem]:
    """2018 to 2024; nearly every day of Russia and Ukraine in 2022 hostile, few of Britain and the USA."""
    rows = {(a, b, y): h / d for a, b, y, d, h in frame.iter_rows() if d}
    return bounds(
        "source 'gdelt'",
        [
            ("first year", frame["year"].min(), 2018, 2018),
            ("last year", frame["year"].max(), 2024, 2024),
            ("hostile days, Russia and Ukraine, 2022", rows.get(("RUS", "UKR", 2022)), 0.95, 1.0),
            ("hostile days, USA and Britain, 2019", rows.get(("USA", "GBR", 2019)), 0.0, 0.1),
        ],
    )
