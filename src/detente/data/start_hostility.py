"""Start values of hostility: each pair's share of hostile events, and what is its own in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files

import numpy as np
import polars as pl

from detente.data.bundle import table
from detente.data.sources.mids import LAST as MID_TO
from detente.data.start_pairs import both_ways, place, share
from detente.data.start_states import Notes, Values
from detente.model.world import Observation

EVENTS_TO = 2014


def hostility(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Values and notes of the mechanism *hostility*; unknown before there were events enough to fit it."""
    seen = views()
    rows = seen.filter(pl.col("year") == year)
    view, own = (both_ways(place(rows, "a", "b", column, states, np.nan)) for column in ("view", "own"))
    values: Values = {"hostility": 1.0 / (1.0 + np.exp(-view)), "hostility_own": own} | disputes(states, year)
    first = int(seen["year"].min())
    if year < first:
        said = Observation(
            "none", year, 0.0, f"unknown: ICEWS begins in 2002, too short a record before {first}"
        )
    else:
        rule = "pairs with fewer than 40 reported events stay unknown"
        if year > EVENTS_TO:
            rule += (
                f"; after {EVENTS_TO} carried by the mechanism with the relations, votes and disputes since"
            )
        said = Observation("ICEWS", min(year, EVENTS_TO), share(np.isfinite(view)), rule)
    return values, {"hostility": said, "hostility_own": said}


def disputes(states: Sequence[str], year: int) -> Values:
    """Disputes and fatal disputes that began in ``year``: MID to 2014, UCDP's armed conflicts after it."""
    rows = table("disputes")
    measure = "mid" if year <= MID_TO else "ucdp"
    begun = rows.filter((pl.col("year") == year) & (pl.col("measure") == measure) & pl.col("onset"))
    marked = begun.with_columns(pl.lit(1.0).alias("is"))
    kinds = {"dispute": marked, "fatal_dispute": marked.filter(pl.col("fatal"))}
    return {name: both_ways(place(found, "a", "b", "is", states, 0.0)) for name, found in kinds.items()}


@cache
def views() -> pl.DataFrame:
    """Pairs at the end of each year since the first vintage (made by ``detente fit hostility``)."""
    with as_file(files("detente.data").joinpath("curated/hostility_start.parquet")) as path:
        return pl.read_parquet(path)
