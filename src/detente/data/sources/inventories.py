"""Nuclear inventories by status in 2023 (Federation of American Scientists, Our World in Data)."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell

STATES = {
    "China": "CHN",
    "France": "FRA",
    "India": "IND",
    "Israel": "ISR",
    "North Korea": "PRK",
    "Pakistan": "PAK",
    "Russia": "RUS",
    "United Kingdom": "GBR",
    "United States": "USA",
}
STATUS = {
    "Deployed Strategic Warheads": "strategic",
    "Deployed Non-Strategic Warheads": "other",
    "Non-Deployed Reserve Warheads": "reserve",
    "Retired Warheads": "retired",
}
SOURCE = Source(
    key="inventories",
    title="Nuclear warhead inventories by status 2023",
    producer="H. Kristensen, M. Korda, E. Johns and K. Kohn (FAS); Our World in Data",
    citation="Kristensen, Korda and Norris (2023), Status of World Nuclear Forces, Federation of American "
    "Scientists; Our World in Data.",
    bib=("kristensen2023",),
    licence="CC BY 4.0 (Our World in Data), with credit to the Federation of American Scientists",
    redistributable="yes",
    version="2023",
    files=(
        RawFile(
            "nuclear/owid_fas_nuclear_warhead_inventories_2023.csv",
            "7efd6c68867dcbb2b4b225204873ae2858dc010d7e825892d678a570b283850f",
            "rhen0017/Visualisation2",
            "60cfd26b02aaadb43dab3ea9944617f4b4e6b43d",
            "nuclear-warhead-inventories.csv",
        ),
    ),
    by_hand="download 'Estimated nuclear warhead inventories' from ourworldindata.org/nuclear-weapons",
)


def load(raw: Path) -> pl.DataFrame:
    """state, year (2023), strategic and other (deployed), reserve, retired (waiting to be taken apart)."""
    table = pl.read_csv(raw / SOURCE.files[0].path)
    return table.select(
        pl.col("Country").replace_strict(STATES).alias("state"),
        pl.lit(2023, dtype=pl.Int16).alias("year"),
        *(pl.col(c).cast(pl.Int32).alias(name) for c, name in STATUS.items()),
    ).sort("state")


def check(frame: pl.DataFrame) -> list[Problem]:
    """Russia's deployed and the United States' retired warheads, as read."""
    return bounds(
        "source 'inventories'",
        [
            ("Russia, deployed strategic", cell(frame, "strategic", state="RUS", year=2023), 1674, 1674),
            ("United States, retired", cell(frame, "retired", state="USA", year=2023), 1536, 1536),
        ],
    )
