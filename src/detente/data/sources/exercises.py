"""Multilateral Military Exercises 1980-2010 (MME 7): which states exercised together in which year."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources.mids import in_registry_order
from detente.data.states import by_code, from_name

SOURCE = Source(
    key="exercises",
    title="Multilateral Military Exercises 7",
    producer="J. Bernhardt",
    citation="Bernhardt (2021), Joint Military Exercises Dataset, doi:10.7910/DVN/KHFODX.",
    bib=("bernhardt2021",),
    licence="terms of its Dataverse",
    redistributable="derived",
    version="7, 1980-2010",
    files=(
        RawFile(
            "military_exercises/mme_v7.csv",
            "e6356ed4b8569133841723ad4bc6fe436b49b28570dd721940d61edb771d8719",
            "meflynn/troopdata",
            "3946bcf89a6d72de8abace812dc557f1f249f5f7",
            "data-raw/mme_v7.csv",
        ),
    ),
    by_hand="download MME from its Dataverse (doi:10.7910/DVN/KHFODX)",
)
FIRST, LAST = 1980, 2010


def load(raw: Path) -> pl.DataFrame:
    """Exercises of pairs: a, b, year, joint (exercises that both took part in).

    Names that are no state (NATO, Baltic States, Hong Kong …) and the missing-code are dropped.
    """
    table = pl.read_csv(
        raw / SOURCE.files[0].path, infer_schema_length=0, encoding="utf8-lossy", truncate_ragged_lines=True
    )
    slots = [c for c in table.columns if c.startswith("State")]
    rows = []
    for year, *names in table.select("s.year", *slots).iter_rows():
        if year and year.isdecimal() and FIRST <= int(year) <= LAST:
            who = sorted({code for n in names if n and (code := _code(n, int(year)))})
            rows += [(x, y, int(year)) for x, y in combinations(who, 2)]
    named = pl.DataFrame(rows, schema={"one": pl.String, "two": pl.String, "year": pl.Int32}, orient="row")
    counted = named.group_by("one", "two", "year").agg(pl.len().alias("joint"))
    return in_registry_order(counted).sort("a", "b", "year")


def _code(name: str, year: int) -> str | None:
    """Our code; null where the name is no state or that state did not exist that year."""
    code = from_name(name.strip())
    if code is None or code not in by_code():
        return None
    held = by_code()[code]
    return code if held.start.year <= year and (held.end is None or held.end.year >= year) else None


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia and the United States exercised together 6 to 9 times a year in 2003-07, once in 1999."""
    pair = frame.filter((pl.col("a") == "USA") & (pl.col("b") == "RUS"))
    counts = dict(pair.select("year", "joint").iter_rows())
    return bounds(
        "source 'exercises'",
        [
            ("exercises of Russia and the United States in 2005", counts.get(2005, 0), 5, 9),
            ("exercises of Russia and the United States in 1999", counts.get(1999, 0), 1, 1),
            ("last year", frame["year"].max(), LAST, LAST),
        ],
    )
