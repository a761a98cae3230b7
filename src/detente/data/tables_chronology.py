"""The chronology: dated events between the blocs since 1941, each with its document or the doubt about it."""

from __future__ import annotations

from importlib.resources import files

import polars as pl

from detente.data.tables_state import Loaded


def chronology_table(loaded: Loaded) -> pl.DataFrame:
    """Events: event (key), date (first day where only the month or the year is known), precision (day, month,
    year), who, what, certainty, source.

    ``certainty``: ``document`` (a published text or minute), ``public`` (said or done in public),
    ``report`` (told by one side or by the press), ``disputed``.
    """
    text = files("detente.data").joinpath("curated", "chronology.csv").read_text(encoding="utf-8")
    frame = pl.read_csv(text.encode(), comment_prefix="#", schema_overrides={"date": pl.String})
    length = pl.col("date").str.len_chars()
    precision = (
        pl.when(length == 10)
        .then(pl.lit("day"))
        .when(length == 7)
        .then(pl.lit("month"))
        .otherwise(pl.lit("year"))
    )
    whole = pl.col("date") + pl.when(length == 4).then(pl.lit("-01-01")).when(length == 7).then(
        pl.lit("-01")
    ).otherwise(pl.lit(""))
    return (
        frame.with_columns(precision.alias("precision"), whole.str.to_date().alias("date"))
        .select("event", "date", "precision", "who", "what", "certainty", "source")
        .sort("date", "event")
    )
