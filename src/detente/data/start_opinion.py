"""Start values of opinion: filtered views of surveyed pairs, imputed ones, and the levels they return to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import numpy as np

from detente.data.start_pairs import place
from detente.data.start_states import Notes, Values
from detente.model.world import Observation

if TYPE_CHECKING:
    import polars as pl

SURVEYS_TO = 2023


def opinion(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Values and notes of the mechanism *opinion*; unknown before there were surveys enough to fit it."""
    table = views()
    n, first = len(states), int(table["year"].min())
    names = {"opinion": "view", "opinion_old": "norm_old", "opinion_lower": "norm_lower"}
    if year < first:
        blank = np.full((n, n), np.nan)
        said = Observation("none", year, 0.0, f"unknown: too few surveys to fit the mechanism before {first}")
        values = {name: blank.copy() for name in names} | {"opinion_norm": np.zeros((n, n))}
        return values, {"opinion": said}
    rows = table.filter(table["year"] == year)
    held = {name: place(rows, "state", "target", column, states, np.nan) for name, column in names.items()}
    held["opinion"] = 1.0 / (1.0 + np.exp(-held["opinion"]))
    surveyed = int(rows["surveyed"].sum())
    said = Observation(
        "Pew Global Attitudes, filtered",
        min(year, SURVEYS_TO),
        surveyed / max(rows.height, 1),
        f"{surveyed} pairs surveyed, carried to {year} by the mechanism's own model; "
        f"{rows.height - surveyed} views of the United States, China and Russia imputed by its regression on "
        "peace level, votes, pact and sanctions",
    )
    return held | {"opinion_norm": np.zeros((n, n))}, dict.fromkeys(names, said)


@cache
def views() -> pl.DataFrame:
    """Views at the end of each year since the first vintage (made by ``detente fit opinion``)."""
    import polars as pl

    with as_file(files("detente.data").joinpath("curated/opinion_start.parquet")) as path:
        return pl.read_parquet(path)
