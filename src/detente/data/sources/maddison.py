"""Maddison Project Database 2020: output and people of states long gone, from Our World in Data."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import from_name

SOURCE = Source(
    key="maddison",
    title="Maddison Project Database 2020",
    producer="J. Bolt and J. L. van Zanden; Our World in Data",
    citation="Bolt and van Zanden (2020), Maddison Project Working Paper 15.",
    bib=("bolt2020",),
    licence="CC BY 4.0",
    redistributable="yes",
    version="2020",
    files=(
        RawFile(
            "maddison-2020/maddison_2020_owid.csv",
            "23a67c11f70112730d74e716841350540184b1682fcffc2860bf3ea76dff92fd",
            "owid/owid-datasets",
            "48c9992ae317b35ed327fc36d2af75fe8b3ef7ed",
            "datasets/Maddison Project Database 2020 (Bolt and van Zanden (2020))/"
            "Maddison Project Database 2020 (Bolt and van Zanden (2020)).csv",
        ),
    ),
    by_hand="download mpd2020 from the Groningen Growth and Development Centre, as a table of Entity, Year, "
    "GDP per capita, Population, GDP",
)
UNIONS = {"Former USSR": "RUS", "Former Yugoslavia": "SRB"}
"""The producers' names of unions that share a code of ours with one of their parts, to their end."""
UNIONS_TO = 1991
TO_1990 = {"Czechoslovakia": "CSK"}
NAMES = {"Democratic Republic of Congo": "COD"}


def load(raw: Path) -> pl.DataFrame:
    """State-years 1940-1991: state, year, output (international dollars of 2011), people.

    ``RUS`` is the Soviet Union and ``SRB`` Yugoslavia throughout; Germany, Vietnam and Yemen are whole,
    under the codes of the states that carry their names today.
    """
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=None)
    named = UNIONS | TO_1990 | NAMES
    parts = set(UNIONS.values())
    codes = {
        e: named.get(e) or code
        for e in table["Entity"].unique().to_list()
        if (code := named.get(e) or from_name(e)) and (e in UNIONS or code not in parts)
    }
    return (
        table.filter(pl.col("Year").is_between(1940, UNIONS_TO) & pl.col("Entity").is_in(list(codes)))
        .select(
            pl.col("Entity").replace_strict(codes).alias("state"),
            pl.col("Year").cast(pl.Int32).alias("year"),
            pl.col("GDP").cast(pl.Float64).alias("output"),
            pl.col("Population").cast(pl.Float64).alias("people"),
        )
        .filter(pl.col("output").is_not_null() | pl.col("people").is_not_null())
        .sort("state", "year")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """The Soviet Union and the United States in 1953, and one row for a state and year."""
    told = [
        ("output of RUS 1953 (bn)", (cell(frame, "output", state="RUS", year=1953) or 0) / 1e9, 900, 915),
        ("output of USA 1953 (bn)", (cell(frame, "output", state="USA", year=1953) or 0) / 1e9, 2700, 2720),
        ("people of RUS 1989 (m)", (cell(frame, "people", state="RUS", year=1989) or 0) / 1e6, 286, 287),
        ("rows twice", frame.height - frame.unique(["state", "year"]).height, 0, 0),
    ]
    return bounds("source 'maddison'", told)
