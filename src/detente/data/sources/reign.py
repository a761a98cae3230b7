"""REIGN (March 2021): leaders in office, elections with their outcome, and kinds of regime."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import coded
from detente.data.states import from_cow

PLACE = ("OEFDataScience/REIGN.github.io", "d7a8a6f17c951b68e30bbca6185d7acd9089d60b")
SOURCE = Source(
    key="reign",
    title="REIGN: leaders, elections, regimes, March 2021",
    producer="C. Bell, One Earth Future",
    citation="Bell (2016), The Rulers, Elections, and Irregular Governance Dataset (REIGN).",
    bib=("bell2016",),
    licence="MIT (repository)",
    redistributable="yes",
    version="March 2021",
    files=tuple(
        RawFile(f"reign/{name}", digest, *PLACE, f"data_sets/{name}")
        for name, digest in (
            ("leaderlist_3_21.csv", "1663d94b6a00008c84c19979306c0997128225890b875c0aae5bbfb922829e44"),
            ("electionlist_3_21.csv", "deff85e9146fc7fefbc538dd6a945f0f104983c59045633c208910214f01a82a"),
            ("regime_list.csv", "acb8a511084b86917fbbf2d4437fc7cb6ae25217df81dd915d74183e7daef155"),
        )
    ),
    by_hand="take the files of March 2021 from the data_sets folder of the REIGN repository",
)
KINDS = {
    "parliamentary": "parliamentary",
    "presidential": "presidential",
    "personal": "personal",
    "party-personal": "personal",
    "party-based": "party",
    "party-personal-military": "party",
    "party-military": "party",
    "oligarchy": "party",
    "military": "military",
    "military personal": "military",
    "indirect military": "military",
    "monarchy": "monarchy",
}
"""REIGN's kinds of regime in six groups; all others (provisional, occupied, warlords) are 'unsettled'."""


def load(raw: Path) -> pl.DataFrame:
    """Three lists below one another: part, state, start, end (dates), what, change.

    ``part`` is ``leader`` (what: the name; end null: in office in March 2021), ``election`` (what: ``X``
    executive, ``L`` legislative; start is the 1st of its month; change: power changed hands), or
    ``regime`` (what: one of seven groups).
    """
    parts = [read(raw / SOURCE.files[k].path) for k, read in enumerate((_leaders, _elections, _regimes))]
    return pl.concat(parts).drop_nulls(["state", "start"]).sort("part", "state", "start", "what")


def _csv(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema_length=0, encoding="utf8-lossy")


def _date(year: str, month: str, day: str | None = None) -> pl.Expr:
    def number(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.Float64, strict=False).cast(pl.Int32)

    days = pl.lit(1) if day is None else number(day).clip(1, 28).fill_null(1)
    return pl.date(number(year), number(month).fill_null(1).clip(1, 12), days)


def _leaders(path: Path) -> pl.DataFrame:
    return _csv(path).select(
        pl.lit("leader").alias("part"),
        coded("ccode", from_cow()).alias("state"),
        _date("syear", "smonth", "sdate").alias("start"),
        pl.when(pl.col("eyear").is_not_null()).then(_date("eyear", "emonth")).alias("end"),
        pl.col("leader").str.strip_chars().alias("what"),
        pl.lit(None, dtype=pl.Boolean).alias("change"),
    )


def _elections(path: Path) -> pl.DataFrame:
    held = pl.col("event").str.starts_with("Vote") & pl.col("type").is_in(["X", "L"])
    return (
        _csv(path)
        .filter(held)
        .select(
            pl.lit("election").alias("part"),
            coded("ccode", from_cow()).alias("state"),
            _date("elec_year", "elec_month").alias("start"),
            pl.lit(None, dtype=pl.Date).alias("end"),
            pl.col("type").alias("what"),
            pl.col("change").is_in(["Y"]).alias("change"),
        )
    )


def _regimes(path: Path) -> pl.DataFrame:
    def day(name: str) -> pl.Expr:
        return pl.col(name).str.strip_chars().str.to_date("%m/%d/%Y", strict=False)

    return _csv(path).select(
        pl.lit("regime").alias("part"),
        coded("cowcode", from_cow()).alias("state"),
        day("gwf_startdate").alias("start"),
        day("gwf_enddate").alias("end"),
        pl.col("gwf_regimetype").str.strip_chars().replace_strict(KINDS, default="unsettled").alias("what"),
        pl.lit(None, dtype=pl.Boolean).alias("change"),
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """The American elections of 2000-2020, and the number of leaders in office in March 2021."""
    usa = frame.filter(
        (pl.col("part") == "election")
        & (pl.col("state") == "USA")
        & (pl.col("what") == "X")
        & (pl.col("start").dt.year() >= 2000)
    )
    office = frame.filter((pl.col("part") == "leader") & pl.col("end").is_null())
    return bounds(
        "source 'reign'",
        [
            ("presidential elections of USA 2000-2020", usa.height, 6, 6),
            ("in office", office.height, 180, 200),
        ],
    )
