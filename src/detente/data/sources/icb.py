"""International Crisis Behavior 13: crises, mediation, how they ended, whether they recurred."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds

SOURCE = Source(
    key="icb",
    title="International Crisis Behavior 13, system level",
    producer="Brecher, Wilkenfeld, Beardsley, James, Quinn",
    citation="Brecher, Wilkenfeld, Beardsley, James and Quinn (2020), ICB Data Codebook, version 13.",
    bib=("brecher2020",),
    licence="free for research with citation",
    redistributable="derived",
    version="13, 1918-2016",
    files=(
        RawFile(
            "icb/icb1v13.csv",
            "696c00cd61a97e770c200edbbeec6e404dbc83e2751c4ad053c0df35492d36bf",
            "jandresgannon/ICBdomains",
            "221181d787690f337bb35bfb12382b1ed2a00922",
            "inst/extdata/icb1v13.csv",
        ),
    ),
    by_hand="download ICB from the project's page at Duke University",
)
COLUMNS = (
    "crisno",
    "crisname",
    "yrtrig",
    "mediate",
    "forout",
    "outesr",
    "subout",
    "sevviosy",
    "gravcr",
    "noactr",
)


def load(raw: Path) -> pl.DataFrame:
    """One row a crisis, the producers' codes as integers (null: blank)."""
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=0, encoding="utf8-lossy")
    numbers = [c for c in COLUMNS if c != "crisname"]
    return table.select(
        "crisname", *(pl.col(c).str.strip_chars().cast(pl.Int32, strict=False) for c in numbers)
    ).drop_nulls(["crisno", "yrtrig"])


def check(frame: pl.DataFrame) -> list[Problem]:
    """481 or 482 crises, 1918 to 2016 or a little later."""
    return bounds(
        "source 'icb'",
        [("crises", frame.height, 480, 482), ("last year", frame["yrtrig"].max(), 2015, 2019)],
    )
