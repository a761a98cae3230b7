"""Ideal points of states in the UN General Assembly, July 2025 release, series idealpointfp only."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, coded, from_pandas
from detente.data.states import from_cow

SOURCE = Source(
    key="ideal_points",
    title="UNGA ideal points, July 2025 (idealpointfp)",
    producer="M. Bailey, A. Strezhnev, E. Voeten; raw votes: J. Fjelstul, S. Hug, C. Kilby",
    citation="Bailey, Strezhnev and Voeten (2017), JCR 61(2); Fjelstul, Hug and Kilby (2025), RIO.",
    bib=("bailey2017", "fjelstul2025"),
    licence="CC0 (Dataverse deposit)",
    redistributable="yes",
    version="July 2025",
    files=(
        RawFile(
            "unga_ideal_points/IdealpointsJuly2025.dta",
            "fea7fa9414e3643586dbdf95baa1100ceb418e56684d79d801a146cad79443ce",
            "lucasbuildsapps/Masterthesis",
            "5298218d5b57e5b09223b124b25c03dc37ed646e",
            "IdealpointsJuly2025.dta",
        ),
    ),
    by_hand="download IdealpointsJuly2025 from Harvard Dataverse hdl:1902.1/12379",
)


def load(raw: Path) -> pl.DataFrame:
    """State-years 1946-2024: state, year, ideal_point.

    Only ``idealpointfp`` reaches 2024. The other two series of the file lie on other scales and are
    never mixed in.
    """
    import pandas

    table = from_pandas(pandas.read_stata(raw / SOURCE.files[0].path, convert_categoricals=False))
    return (
        table.select(
            coded("ccode", from_cow()).alias("state"),
            pl.col("year").cast(pl.Int32),
            pl.col("idealpointfp").cast(pl.Float64).alias("ideal_point"),
            pl.col("ccode"),
        )
        .drop_nulls(["state", "ideal_point"])
        .sort("state", "year", "ccode")
        .unique(["state", "year"], keep="last", maintain_order=True)
        .drop("ccode")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia, Poland and the USA 2024 as named in the record of the file."""
    return bounds(
        "source 'ideal_points'",
        [
            ("RUS 2024", cell(frame, "ideal_point", state="RUS", year=2024), -0.605, -0.595),
            ("POL 2024", cell(frame, "ideal_point", state="POL", year=2024), 1.24, 1.26),
            ("USA 2024", cell(frame, "ideal_point", state="USA", year=2024), 2.20, 2.22),
            ("RUS 2023", cell(frame, "ideal_point", state="RUS", year=2023), -0.42, -0.40),
        ],
    )
