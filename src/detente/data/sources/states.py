"""Correlates of War state system as continued in the package isard: the spells of statehood."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import r_table
from detente.data.states import from_cow, registry

SOURCE = Source(
    key="states",
    title="State system membership",
    producer="Correlates of War Project; S. V. Miller, package isard",
    citation="Correlates of War Project (2017), State System Membership List, v2016; Miller, isard.",
    bib=("cow_states_2017", "isard"),
    licence="free for research with citation; package GPL-2",
    redistributable="derived",
    version="isard at commit 46944ad",
    files=(
        RawFile(
            "isard/cw_system.rda",
            "910b2db886f46c175cfcd826a1a6d8cdd2c149c33bc0909355bb1a21b57cf409",
            "svmiller/isard",
            "46944ad97a5532cd8e3b33129463c8435a69846a",
            "data/cw_system.rda",
        ),
    ),
    by_hand="install the R package isard from github.com/svmiller/isard and take data/cw_system.rda",
)


def load(raw: Path) -> pl.DataFrame:
    """Spells of statehood: cow, name, start, end (2016-12-31 means that the state goes on)."""
    table = r_table(raw / SOURCE.files[0].path)
    return table.select(
        pl.col("ccode").cast(pl.Int32).alias("cow"), pl.col("cw_name").alias("name"), "start", "end"
    ).sort("cow", "start")


def check(frame: pl.DataFrame) -> list[Problem]:
    """217 states in all, 195 of them at the end; each one since 1946 is in our registry with its dates."""
    censored = frame["end"].max()
    found = bounds(
        "source 'states'",
        [
            ("number of COW states", frame["cow"].n_unique(), 217, 217),
            ("states that go on", frame.filter(pl.col("end") == censored).height, 195, 195),
        ],
    )
    since = frame.filter(pl.col("end").cast(pl.String) >= "1946-01-01")
    missing = set(since["cow"].to_list()) - set(from_cow())
    if missing:
        found.append(
            Problem(
                "registry.csv",
                f"COW codes {sorted(missing)} are not in the registry",
                "append them as new rows at the end; never reorder",
            )
        )
    for state in registry():
        rows = since.filter(pl.col("cow").is_in(state.cow))
        if rows.height and str(rows["start"].min()) != state.start.isoformat():
            found.append(
                Problem("registry.csv", f"{state.state} starts {state.start}, isard {rows['start'].min()}")
            )
    return found
