"""Small tables counted from the United Nations' record: like votes in the Assembly, vetoes in the Council."""

from __future__ import annotations

from pathlib import Path
from typing import Any

FOUR = {"US": "USA", "GB": "GBR", "FR": "FRA", "RU": "RUS"}
HERE = Path(__file__).parent


def shipped(name: str) -> Any:
    """A shipped table as a polars frame: ``alike`` (year, alike, votes) or ``vetoes`` (year, vetoes)."""
    import polars as pl

    return pl.read_csv(HERE / f"{name}.csv", comment_prefix="#")


def count_alike(votes: Any, roll_calls: Any) -> Any:
    """Roll calls a year on which USA, GBR, FRA and RUS all voted, and on how many they voted the same.

    ``votes``: rcid, country_code (ISO 2), vote; ``roll_calls``: rcid, date (year first); polars frames
    of the package *unvotes* (Voeten 2013). Yes, no and abstention count as three different votes.
    """
    import polars as pl

    ours = votes.filter(pl.col("country_code").is_in(list(FOUR))).unique(["rcid", "country_code"])
    each = ours.group_by("rcid").agg(pl.len().alias("present"), pl.col("vote").n_unique().alias("kinds"))
    dated = each.filter(pl.col("present") == len(FOUR)).join(roll_calls, on="rcid")
    year = pl.col("date").cast(pl.String).str.slice(0, 4).cast(pl.Int32)
    counted = dated.with_columns(year.alias("year")).group_by("year")
    return counted.agg((pl.col("kinds") == 1).sum().alias("alike"), pl.len().alias("votes")).sort("year")


def count_vetoes(vetoes: Any, last: int = 2021) -> Any:
    """Vetoed drafts a year, 1946 to ``last`` (the list breaks off in July 2022); ``vetoes``: a row each."""
    import polars as pl

    years = pl.DataFrame({"year": list(range(1946, last + 1))})
    counted = vetoes.select(pl.col("year").cast(pl.Int64)).group_by("year").agg(pl.len().alias("vetoes"))
    return years.join(counted, on="year", how="left").with_columns(pl.col("vetoes").fill_null(0)).sort("year")
