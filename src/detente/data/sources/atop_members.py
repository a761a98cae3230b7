"""Alliance Treaty Obligations and Provisions 5.1, members: who owes what kind of duty, when."""

from __future__ import annotations

import calendar
from datetime import date
from pathlib import Path

import polars as pl

from detente.data.source import Problem, Source, bounds
from detente.data.sources import atop
from detente.data.sources._read import coded
from detente.data.states import from_cow

SOURCE = Source(
    key="atop_members",
    title="ATOP 5.1, member level",
    producer="B. A. Leeds and others",
    citation="Leeds, Ritter, Mitchell and Long (2002), International Interactions 28(3); ATOP 5.1.",
    bib=("leeds2002",),
    licence="free with citation",
    redistributable="derived",
    version="5.1",
    files=(atop.SOURCE.files[1],),
    by_hand="download ATOP 5.1 from atopdata.org",
)
DUTIES = {"defense": "defence", "nonagg": "nonaggression", "neutral": "neutrality", "consul": "consultation"}
CONDITIONS = {
    "defcoadv": "adversary",
    "defcoloc": "location",
    "defcocon": "conflict",
    "defconum": "number",
    "defconpr": "provoked",
}
"""ATOP's kinds of condition on the duty of defence, in our words."""


def load(raw: Path) -> pl.DataFrame:
    """Spells of members that reach into 1946 or later.

    Columns: atopid, state, start, end (first day out; null: in force when coding ends in 2018), defence,
    nonaggression, neutrality, consultation, conditions (words, blank if the defence is unconditional).
    A day that ATOP does not know counts as the last of its month for entry and the first for exit, so
    that nobody is bound on a day on which he may not have been. Entry is the day of signature, as coded.
    """
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=None)
    kept = table.with_columns(coded("member", from_cow()).alias("state")).drop_nulls("state")
    kept = kept.filter((pl.col("yrexit") == 0) | (pl.col("yrexit") >= 1946))
    rows = [_row(r) for r in kept.iter_rows(named=True)]
    return pl.DataFrame(rows).unique(maintain_order=True).sort("atopid", "state", "start")


def _row(r: dict) -> dict:
    start = _day(r["yrent"], r["moent"], r["dayent"], late=True)
    end = None if r["yrexit"] == 0 else _day(r["yrexit"], r["moexit"], r["dayexit"], late=False)
    words = " ".join(word for column, word in CONDITIONS.items() if r[column] == 1)
    duties = {word: r[column] == 1 for column, word in DUTIES.items()}
    return {
        "atopid": r["atopid"],
        "state": r["state"],
        "start": start,
        "end": end,
        **duties,
        "conditions": words if duties["defence"] else "",
    }


def _day(year: int, month: int | None, day: int | None, late: bool) -> date:
    month = month or (12 if late else 1)
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(day or (last if late else 1), last))


def check(frame: pl.DataFrame) -> list[Problem]:
    """NATO has 29 members at the end, the pact of China and North Korea stands, the Warsaw Pact is over."""
    open_ = frame.filter(pl.col("end").is_null())
    return bounds(
        "source 'atop_members'",
        [
            ("members of NATO in 2018", open_.filter(pl.col("atopid") == 3180)["state"].n_unique(), 29, 29),
            ("China-North Korea", open_.filter(pl.col("atopid") == 3445).height, 2, 2),
            ("Warsaw Pact in 2018", open_.filter(pl.col("atopid") == 3285).height, 0, 0),
        ],
    )
