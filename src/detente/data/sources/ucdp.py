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
    """Pair-years of armed conflict between states, primary parties only: a, b, year, intensity (1 or 2)."""
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=None).filter(
        pl.col("type_of_conflict") == INTERSTATE
    )
    codes, order = from_gw(), slots()
    rows = set()
    for one, two, year, intensity in table.select("gwno_a", "gwno_b", "year", "intensity_level").iter_rows():
        for x in str(one).split(","):
            for y in str(two).split(","):
                pair = {codes.get(int(x)), codes.get(int(y))} - {None}
                if len(pair) == 2:
                    rows.add((*sorted(pair, key=order.__getitem__), int(year), int(intensity)))
    schema = {"a": pl.String, "b": pl.String, "year": pl.Int32, "intensity": pl.Int8}
    frame = pl.DataFrame(sorted(rows), schema=schema, orient="row")
    return frame.group_by("a", "b", "year").agg(pl.col("intensity").max()).sort("a", "b", "year")


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
