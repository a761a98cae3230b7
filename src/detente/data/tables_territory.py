"""Tables of land in dispute: disputes over territory by pair and year, and our list of claims on land."""

from __future__ import annotations

from importlib.resources import files

import polars as pl

from detente.data.states import slots
from detente.data.tables_state import Loaded


def territorial_disputes_table(loaded: Loaded) -> pl.DataFrame:
    """Pair-years of militarised disputes with a territorial aim (MID, 1816-2014): a, b, year, onset."""
    ends = (pl.col(c).replace_strict(slots()) for c in ("a", "b"))
    return loaded["mid_claims"].with_columns(pl.col("year").cast(pl.Int16)).sort(*ends, "year")


def territories_table(loaded: Loaded) -> pl.DataFrame:
    """Claims on territory, one row a spell of one status.

    Columns: territory, claimant, holder, authority, first, last, status, official, source, note.
    ``claimant`` and ``holder`` are our codes (ESH, Western Sahara, is no state of the registry);
    ``holder`` is the state that holds the land, or on whose forces or recognition the local
    ``authority`` rests. ``last`` null: still so at the end of 2024. ``status``: ``annexed`` (the holder
    counts it as its own), ``separate`` (a local authority that claims statehood or union with the
    holder), ``occupied``, ``administered`` (held, not contested by arms), ``settled``. ``official``:
    the claim is made by the claimant's government. A row says who claims and who holds; it says nothing
    on who is right.
    """
    text = files("detente.data").joinpath("curated", "territories.csv").read_text(encoding="utf-8")
    frame = pl.read_csv(text.encode(), comment_prefix="#")
    return frame.with_columns(
        *(pl.col(c).cast(pl.Int16) for c in ("first", "last")), (pl.col("official") == 1).alias("official")
    ).sort("territory", "first", "claimant")
