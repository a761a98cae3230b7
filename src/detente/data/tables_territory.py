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


def territorial_claims_table(loaded: Loaded) -> pl.DataFrame:
    """Claims on territory since 1946 by ICOW, one row a claim of one state on one other, with how it ended.

    Columns: claim, claimant, holder, first, last (null: stood when last seen), how (ICOW's code; null: it
    stands), salience (0 to 12, null: not coded), seen (last year observed). See the head of
    ``curated/territorial_claims.csv`` for source and codes.
    """
    return _curated("territorial_claims.csv").with_columns(
        *(pl.col(c).cast(pl.Int16) for c in ("first", "last", "how", "salience", "seen")),
        pl.col("claim").cast(pl.Int32),
    )


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
    return (
        _curated("territories.csv")
        .with_columns(
            *(pl.col(c).cast(pl.Int16) for c in ("first", "last")),
            (pl.col("official") == 1).alias("official"),
        )
        .sort("territory", "first", "claimant")
    )


def territory_sizes_table(loaded: Loaded) -> pl.DataFrame:
    """Area and people of lands in dispute: territory, area_km2, people (null: unknown), year, source."""
    return _curated("territory_sizes.csv").with_columns(
        pl.col("area_km2").cast(pl.Float32), pl.col("people").cast(pl.Int32), pl.col("year").cast(pl.Int16)
    )


def former_rulers_table(loaded: Loaded) -> pl.DataFrame:
    """From whom states became independent: state, ruler, year, how (ICOW colonial history 1.1)."""
    ends = (pl.col(c).replace_strict(slots()) for c in ("state", "ruler"))
    return loaded["icow_colonial"].with_columns(pl.col("year").cast(pl.Int16)).sort(*ends)


def _curated(name: str) -> pl.DataFrame:
    text = files("detente.data").joinpath("curated", name).read_text(encoding="utf-8")
    return pl.read_csv(text.encode(), comment_prefix="#")
