"""Peace scale 3.1 of Diehl, Goertz and Gallegos: every pair from rivalry to security community."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import from_cow, slots

SOURCE = Source(
    key="peace_scale",
    title="Peace scale 3.1",
    producer="P. F. Diehl, G. Goertz, Y. Gallegos",
    citation="Diehl, Goertz and Gallegos (2021), Peace data, CMPS 38(5); Goertz, Diehl and Balas (2016).",
    bib=("diehl2021", "goertz2016"),
    licence="free with citation",
    redistributable="derived",
    version="3.1",
    files=(
        RawFile(
            "peace_scale/peacedata3.1.csv",
            "ea53edd4d33c35f653143b60a428aee4790bcb05587dd37cf0a9372b152826b2",
            "jandresgannon/DoDL",
            "67007e1463492dcc15aa24446c99871abe937429",
            "inst/extdata/DiehlPeaceData/peacedata3.1.csv",
        ),
    ),
    by_hand="take peacedata3.1.csv from github.com/jandresgannon/DoDL (inst/extdata/DiehlPeaceData)",
)
LAST = 2020
"""The scale is coded to the end of this year; spells that end in 20209999 are censored there."""


def load(raw: Path) -> pl.DataFrame:
    """Spells: a, b, start, end (YYYYMMDD; 9999 for an unknown day), level (-9 while in transition).

    ``a`` is the state with the lower slot. Pairs with a state that ended before 1946 are left out.
    """
    codes, order = from_cow(), slots()
    rows = []
    with (raw / SOURCE.files[0].path).open(newline="") as stream:
        for line in csv.reader(stream):
            one, two = codes.get(int(line[0]) // 1000), codes.get(int(line[0]) % 1000)
            if one is None or two is None or one == two:
                continue
            a, b = sorted((one, two), key=order.__getitem__)
            for dates, level in zip(line[1::2], line[2::2], strict=False):
                if "-" in dates:
                    start, end = dates.split("-")
                    rows.append((a, b, int(start), int(end), float(level)))
    schema = {"a": pl.String, "b": pl.String, "start": pl.Int32, "end": pl.Int32, "level": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").unique().sort("a", "b", "start")


def check(frame: pl.DataFrame) -> list[Problem]:
    """Levels on the grid, and the two spells named in the record of the file."""
    found = bounds(
        "source 'peace_scale'",
        [
            ("USA-RUS from 1992-02-02", cell(frame, "level", a="USA", b="RUS", start=19920202), 0.25, 0.25),
            ("RUS-UKR from 2014-02-22", cell(frame, "level", a="RUS", b="UKR", start=20140222), 0.0, 0.0),
            ("pairs", frame.select("a", "b").n_unique(), 2400, 2688),
        ],
    )
    off = set(frame["level"].unique()) - {-9.0, 0.0, 0.25, 0.5, 0.75, 1.0}
    return found + [Problem("source 'peace_scale'", f"level {v} is not on the scale") for v in sorted(off)]
