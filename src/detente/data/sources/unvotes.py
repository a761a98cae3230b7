"""Roll calls of the United Nations General Assembly, vote by vote."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import r_table
from detente.data.states import from_name

SOURCE = Source(
    key="unvotes",
    title="United Nations General Assembly roll calls (package unvotes)",
    producer="Voeten; Strezhnev; Bailey; Robinson",
    citation="Voeten (2013), Data and Analyses of Voting in the UN General Assembly; Voeten, Strezhnev and "
    "Bailey (2009-), Harvard Dataverse hdl:1902.1/12379.",
    bib=("voeten2013",),
    licence="CC0; package MIT",
    redistributable="yes",
    version="to 14 January 2020 (session 74)",
    files=(
        RawFile(
            "unvotes/un_votes.rda",
            "cf814a48bc536e8f87f8e027942ac515fe6aae9d63cd71dd88ed718b14887e87",
            "dgrtwo/unvotes",
            "7eb7034314ff79c49c9e0785fcd9d216fa04cf14",
            "data/un_votes.rda",
        ),
        RawFile(
            "unvotes/un_roll_calls.rda",
            "ff2070ae600cfd32176c6d149637306b9b677d6b910f48bec59a15357d673b4b",
            "dgrtwo/unvotes",
            "7eb7034314ff79c49c9e0785fcd9d216fa04cf14",
            "data/un_roll_calls.rda",
        ),
    ),
    by_hand="take the two files from github.com/dgrtwo/unvotes, or the roll calls from Harvard Dataverse",
)


def load(raw: Path) -> pl.DataFrame:
    """One row a vote: roll_call, session, year, state, vote (yes, no, abstain)."""
    votes = r_table(raw / SOURCE.files[0].path).select(pl.col("rcid").cast(pl.Int32), "country", "vote")
    calls = r_table(raw / SOURCE.files[1].path).select(pl.col("rcid").cast(pl.Int32), "session", "date")
    names = {name: from_name(name) for name in votes["country"].cast(pl.String).unique()}
    return (
        votes.join(calls, on="rcid")
        .with_columns(
            pl.col("country").cast(pl.String).replace_strict(names, default=None).alias("state"),
            pl.col("rcid").alias("roll_call"),
            pl.col("session").cast(pl.Int32),
            pl.col("date").cast(pl.String).str.slice(0, 4).cast(pl.Int32).alias("year"),
            pl.col("vote").cast(pl.String),
        )
        .drop_nulls("state")
        .select("roll_call", "session", "year", "state", "vote")
        .sort("roll_call", "state")
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """As many votes and roll calls as the record of the file names; nearly all are of states of ours."""
    return bounds(
        "source 'unvotes'",
        [
            ("votes", frame.height, 860_000, 870_109),
            ("roll calls", frame["roll_call"].n_unique(), 6_190, 6_203),
            ("last session", frame["session"].max(), 74, 74),
            ("states", frame["state"].n_unique(), 195, 205),
        ],
    )
