"""Recorded flows and sanctions as the gravity regressions take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

EVERYBODY = 0.5
"""Share of all states beyond which a sanction (in practice the UN's) counts as everybody's."""

OTHER_TYPES = ("financial", "arms", "military", "travel", "other")


def sanctioned_pairs(sanctions: pl.DataFrame, each: bool = False) -> pl.DataFrame:
    """Undirected pair-years with a sanction of any type: columns a, b, year, complete, partial, nontrade.

    1 where either side sanctions the other. A complete trade sanction is not also counted as a
    partial one; ``nontrade`` marks pairs under other types alone (financial, arms, travel, …). With ``each``
    there is also a column for each of :data:`OTHER_TYPES`, whatever else is in force.
    """
    import polars as pl

    types = [c for c in OTHER_TYPES if c in sanctions.columns]
    other = pl.max_horizontal(*(pl.col(c) for c in types))
    return (
        sanctions.select(
            a=pl.min_horizontal("sender", "target"),
            b=pl.max_horizontal("sender", "target"),
            year=pl.col("year").cast(pl.Int64),
            complete=pl.col("complete").cast(pl.Int8).fill_null(0),
            partial=pl.col("partial").cast(pl.Int8).fill_null(0),
            nontrade=other.cast(pl.Int8).fill_null(0),
            **{c: pl.col(c).cast(pl.Int8).fill_null(0) for c in types if each},
        )
        .group_by("a", "b", "year")
        .max()
        .with_columns(partial=pl.col("partial") * (1 - pl.col("complete")))
        .with_columns(nontrade=pl.col("nontrade") * (1 - pl.col("complete")) * (1 - pl.col("partial")))
        .sort("a", "b", "year")
    )


def open_to_some(trade: pl.DataFrame, sanctions: pl.DataFrame) -> pl.DataFrame:
    """Flows of each year's main source, without those flagged ``imputed`` and without those of a state in a
    year in which more than :data:`EVERYBODY` of all states have a trade sanction on it.
    """
    import polars as pl

    year = pl.col("year").cast(pl.Int64)
    states = trade.group_by(year).agg(states=pl.col("exporter").n_unique())
    shunned = (
        sanctions.filter(pl.col("complete").cast(pl.Boolean) | pl.col("partial").cast(pl.Boolean))
        .group_by("target", year)
        .agg(senders=pl.len())
        .join(states, on="year")
        .filter(pl.col("senders") > EVERYBODY * pl.col("states"))
        .select("target", "year")
    )
    flows = one_source_a_year(trade.with_columns(year))
    if "imputed" in flows.columns:
        flows = flows.filter(~pl.col("imputed"))
    for side in ("exporter", "importer"):
        flows = flows.join(
            shunned, left_on=[side, "year"], right_on=["target", "year"], how="anti", maintain_order="left"
        )
    return flows


def one_source_a_year(trade: pl.DataFrame) -> pl.DataFrame:
    """The flows of each year's main source.

    After 1999 that leaves out Taiwan, which only COW has: a state whose every flow is in another source
    than all others' is tied to the rest by its partners' year effects alone, and the solution crawls.
    """
    import polars as pl

    main = trade.group_by("year", "source").len().sort("len").group_by("year").agg(pl.col("source").last())
    return trade.join(main, on=["year", "source"], how="semi", maintain_order="left")
