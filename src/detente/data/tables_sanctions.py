"""Sanctions in force for every ordered pair and year, derived from the cases of GSDB v4."""

from __future__ import annotations

import polars as pl

from detente.data import blocs as groups
from detente.data.sources.gsdb import LAST
from detente.data.states import registry, slots
from detente.data.tables_state import Loaded

FIRST = 1950
KINDS = ("complete", "partial", "financial", "arms", "military", "travel", "other")


def sanctions_table(loaded: Loaded) -> pl.DataFrame:
    """Sanctions in force 1950-2023: sender, target, year, complete, partial, financial, arms, military,
    travel, other, un, age, war_since, own_trade.

    A case is in force from its first to its last year, both included. ``complete`` closes exports or
    imports, ``partial`` restricts them (false where complete holds). ``age`` counts the consecutive years
    with a trade sanction up to this one (1 in its first year, 0 without one). ``war_since`` is the year
    in which the youngest of those trade sanctions began that are meant to end or prevent a war or a
    territorial conflict, those of the UN left aside (null without one).

    The EU (and the EEC), G7, G8 and NATO act through those who are members at the end of the year. A
    sanction of the **UN** binds every state, and its effect on trade comes from that, so it is expanded to
    all states alive in the year but the target. It is no act of the single sender against the target:
    ``un`` is true where nothing else is in force for the pair, and whoever reads hostility out of this
    table leaves those rows out. ``own_trade`` is true where a trade sanction in force is the sender's own
    act (or its group's), not the UN's alone. Other senders or targets that are no states (African Union,
    Arab League, CoCom, "Western countries", Palestine, terrorist organisations ...) are left out: their
    members' part in each case is not recorded.
    """
    yearly = _expanded(
        _years(loaded["gsdb"]), groups.spells(loaded["nato"].select("state", "year").iter_rows())
    )
    flags = (
        yearly.group_by("sender", "target", "year")
        .agg(
            *[pl.col(k).max() for k in KINDS],
            pl.col("un").min(),
            (~pl.col("un") & (pl.col("complete") | pl.col("partial"))).any().alias("own_trade"),
            pl.col("begin")
            .filter((pl.col("complete") | pl.col("partial")) & pl.col("over_war") & ~pl.col("un"))
            .max()
            .alias("war_since"),
        )
        .with_columns((pl.col("partial") & ~pl.col("complete")).alias("partial"))
    )
    trade = pl.col("complete") | pl.col("partial")
    order = slots()
    rows = flags.sort(pl.col("sender").replace_strict(order), pl.col("target").replace_strict(order), "year")
    fresh = (~trade | (pl.col("year") != pl.col("year").shift(1) + 1) | ~trade.shift(1)).fill_null(True)
    runs = rows.with_columns(fresh.cum_sum().over("sender", "target").alias("run"))
    age = pl.when(trade).then(pl.int_range(1, pl.len() + 1).over("sender", "target", "run")).otherwise(0)
    return runs.with_columns(
        age.cast(pl.Int16).alias("age"), pl.col("year", "war_since").cast(pl.Int16)
    ).select("sender", "target", "year", *KINDS, "un", "age", "war_since", "own_trade")


def _years(cases: pl.DataFrame) -> pl.DataFrame:
    years = pl.int_ranges(pl.col("begin").clip(lower_bound=FIRST), pl.col("end").clip(upper_bound=LAST) + 1)
    kept = ~pl.col("sender").str.starts_with("?") & ~pl.col("target").str.starts_with("?")
    return (
        cases.filter(kept)
        .with_columns(years.alias("year"))
        .explode("year")
        .drop_nulls("year")
        .with_columns(pl.col("year").cast(pl.Int32))
        .drop("case", "end")
    )


def _membership(spells: list[groups.Spell]) -> pl.DataFrame:
    """member_of, state, year: every state for itself, the members of blocs, and all states for the UN."""
    rows = []
    for year in range(FIRST, LAST + 1):
        alive = [s.state for s in registry() if s.exists_during(year)]
        rows += [(s, s, year) for s in alive] + [("bloc:UN", s, year) for s in alive]
        for bloc in ("EU", "G7", "G8", "NATO"):
            rows += [(f"bloc:{bloc}", s, year) for s in groups.members(spells, bloc, year)]
    return pl.DataFrame(
        rows, orient="row", schema={"member_of": pl.String, "state": pl.String, "year": pl.Int32}
    )


def _expanded(yearly: pl.DataFrame, spells: list[groups.Spell]) -> pl.DataFrame:
    member = _membership(spells)
    return (
        yearly.with_columns((pl.col("sender") == "bloc:UN").alias("un"))
        .join(member.rename({"member_of": "sender", "state": "by"}), on=["sender", "year"])
        .join(member.rename({"member_of": "target", "state": "on"}), on=["target", "year"])
        .filter(pl.col("by") != pl.col("on"))
        .drop("sender", "target")
        .rename({"by": "sender", "on": "target"})
    )
