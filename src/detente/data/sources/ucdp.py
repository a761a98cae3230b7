"""UCDP/PRIO Armed Conflict Dataset 25.1: armed conflicts between states."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell
from detente.data.states import from_gw, slots

SOURCE = Source(
    key="ucdp",
    title="UCDP/PRIO Armed Conflict Dataset 25.1",
    producer="Uppsala Conflict Data Program; Peace Research Institute Oslo",
    citation="Gleditsch, Wallensteen, Eriksson, Sollenberg and Strand (2002), JPR 39(5); Davies, Pettersson, "
    "Sollenberg and Oberg (2025), JPR.",
    bib=("gleditsch2002", "davies2025"),
    licence="CC BY 4.0",
    redistributable="yes",
    version="25.1",
    files=(
        RawFile(
            "ucdp/UcdpPrioConflict_v25_1.csv",
            "a7a2ff6caf6c854f4fafb1b17f616da1ed6bbc00612943ec6e071511ebea7a81",
            "podsv-fs26-ad24/ad24-6-fancyproject",
            "fa10b3ca8f4ec4c38748b3be1377d532b43e4874",
            "data/sources/ucdp-prio-acd-251-csv/UcdpPrioConflict_v25_1.csv",
        ),
    ),
    by_hand="download the UCDP/PRIO Armed Conflict Dataset 25.1 as CSV from ucdp.uu.se",
)
INTERSTATE = 2


def load(raw: Path) -> pl.DataFrame:
    """Pair-years of armed conflict between states: a, b, year, intensity (1 or 2), primary.

    ``primary``: both are primary parties; else one at least only sent troops to one side's aid.
    """
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=None).filter(
        pl.col("type_of_conflict") == INTERSTATE
    )
    columns = ("gwno_a", "gwno_b", "gwno_a_2nd", "gwno_b_2nd", "year", "intensity_level")
    rows = set()
    for one, two, helps_one, helps_two, year, intensity in table.select(columns).iter_rows():
        rows |= {
            (*pair, int(year), int(intensity), x in _codes(one) and y in _codes(two))
            for x in _codes(one, helps_one)
            for y in _codes(two, helps_two)
            if (pair := _pair(x, y))
        }
    schema = {"a": pl.String, "b": pl.String, "year": pl.Int32, "intensity": pl.Int8, "primary": pl.Boolean}
    frame = pl.DataFrame(sorted(rows), schema=schema, orient="row")
    return frame.group_by("a", "b", "year").agg(pl.col("intensity", "primary").max()).sort("a", "b", "year")


def _codes(*lists: object) -> list[int]:
    """The Gleditsch-Ward codes in cells that hold one, several with commas, or none."""
    return [int(word) for cell in lists if cell is not None for word in str(cell).split(",") if word.strip()]


def _pair(one: int, two: int) -> tuple[str, ...]:
    """Two codes as our codes in registry order; empty if they are not two known states."""
    pair = {from_gw().get(one), from_gw().get(two)} - {None}
    return tuple(sorted(pair, key=slots().__getitem__)) if len(pair) == 2 else ()


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia and Ukraine 2024 at war as named in the record of the file; the file ends in 2024."""
    return bounds(
        "source 'ucdp'",
        [
            ("RUS-UKR 2024 intensity", cell(frame, "intensity", a="RUS", b="UKR", year=2024), 2, 2),
            ("last year", frame["year"].max(), 2024, 2024),
            ("first year", frame["year"].min(), 1946, 1950),
        ],
    )
