"""Tables of small steps between states, of the warmth of events, and of mediated crises.

All derived: agreements, exercises and visits are counted by pair and year, events are summed over both
directions for pairs with many, crises keep six of ICB's judgements.
"""

from __future__ import annotations

import polars as pl

from detente.data.states import slots
from detente.data.tables_state import Loaded

ENOUGH = 60
"""Events that a pair must have in 2002-14 for its yearly counts to ship."""
MEDIATED, FORMAL, SEMIFORMAL, AGAIN = 4, 1, 2, 1


def steps_table(loaded: Loaded) -> pl.DataFrame:
    """Small steps of pairs by year and kind: a, b, year, kind, number.

    ``agreement`` and ``sector_agreement``: defence cooperation agreements signed (DCAD, 1980-2010);
    ``exercise``: joint exercises (MME, 1980-2010); ``visit``: of a leader of the USA, Britain, France, Russia
    or China (McManus & Nieman, 1950-2012). No row: none known in those years.
    """
    signed = (
        loaded["dcad"]
        .with_columns(
            pl.when(pl.col("kind") == "general")
            .then(pl.lit("agreement"))
            .otherwise(pl.lit("sector_agreement"))
            .alias("kind")
        )
        .group_by("a", "b", "year", "kind")
        .agg(pl.len().alias("number"))
    )
    joint = loaded["exercises"].select(
        "a", "b", "year", pl.lit("exercise").alias("kind"), pl.col("joint").alias("number")
    )
    visits = loaded["signals"].select(
        "a", "b", "year", pl.lit("visit").alias("kind"), pl.col("visits").alias("number")
    )
    parts = [
        x.with_columns(pl.col("year").cast(pl.Int16), pl.col("number").cast(pl.Int16))
        for x in (signed, joint, visits)
    ]
    return _sorted(pl.concat(parts), "year", "kind")


def event_warmth_table(loaded: Loaded) -> pl.DataFrame:
    """Events of pairs 2002-2014 in both directions: a, b, year, for_, against (words and deeds together).

    Counts grow with coverage by the press: compare shares, not counts.
    """
    rows = loaded["icews"].select(
        "a",
        "b",
        pl.col("year").cast(pl.Int16),
        (pl.col("words_for") + pl.col("deeds_for")).alias("for_"),
        (pl.col("words_against") + pl.col("deeds_against")).alias("against"),
    )
    many = (pl.col("for_") + pl.col("against")).sum().over("a", "b") >= ENOUGH
    return _sorted(rows.filter(many), "year")


def crises_table(loaded: Loaded) -> pl.DataFrame:
    """International crises (ICB 13), one row each.

    Columns: number, name, year, mediated, settled, again, violence, gravity, actors.
    ``settled``: by a formal or semi-formal agreement; ``again``: a crisis of the same adversaries within five
    years; ``violence`` 1 none to 4 war; ``gravity`` of the threat 0 to 6.
    """
    return (
        loaded["icb"]
        .select(
            pl.col("crisno").cast(pl.Int16).alias("number"),
            pl.col("crisname").alias("name"),
            pl.col("yrtrig").cast(pl.Int16).alias("year"),
            (pl.col("mediate") == MEDIATED).alias("mediated"),
            pl.col("forout").is_in([FORMAL, SEMIFORMAL]).alias("settled"),
            pl.when(pl.col("outesr").is_in([1, 2])).then(pl.col("outesr") == AGAIN).alias("again"),
            pl.col("sevviosy").cast(pl.Int8).alias("violence"),
            pl.col("gravcr").cast(pl.Int8).alias("gravity"),
            pl.col("noactr").cast(pl.Int8).alias("actors"),
        )
        .sort("number")
    )


def _sorted(frame: pl.DataFrame, *also: str) -> pl.DataFrame:
    ends = (pl.col(c).replace_strict(slots()) for c in ("a", "b"))
    return frame.sort(*ends, *also)
