"""Pew Global Attitudes: share of each public that views another country favourably, 2002-2023."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import cell, from_pandas
from detente.data.states import by_code

SOURCE = Source(
    key="pew",
    title="Pew Global Attitudes: views of other countries, 2002-2023",
    producer="Pew Research Center; C. Grasland (harmonised respondents)",
    citation="Pew Research Center, Global Attitudes Survey 2002-2023; harmonised by Grasland.",
    bib=("pew2023",),
    licence="Pew terms: credit and disclaimer, no microdata passed on (from memory)",
    redistributable="derived",
    version="2002-2023",
    files=(
        RawFile(
            "pew/pew_country_year_favourability_DERIVED.csv",
            "dcb55658d4e348d52b6f40ee0f0c4bb74197af5caa123dee597da347eb9e6341",
        ),
        RawFile(
            "pew/pew_all_opi.RDS",
            "9d1cb58df8e7c19706fbd717d6b86ee9826135a8575cf6aebb986c6f8187776f",
            "worldregio/pew_opi",
            "9fa28b630975c2ca32f2e28e696508c6adfe13d6",
            "data/pew_all_opi.RDS",
        ),
    ),
    by_hand=(
        "take pew_all_opi.RDS from the repository worldregio/pew_opi; the first file is its weighted shares "
        "by year, respondents' country and target (weight wgt)"
    ),
)
TARGETS = ("USA", "CHN", "RUS", "EU", "UN", "IRN", "DEU", "FRA", "JPN", "IND", "TWN", "BRA")
GOOD = ("Very favorable", "Somewhat favorable")
BAD = ("Somewhat unfavorable", "Very unfavorable")
YOUNG, OLD = 35, 60


def load(raw: Path) -> pl.DataFrame:
    """Rows state, target, year, n, share, young, n_young, old, n_old.

    ``share`` is favourable among those who answered; ``young`` (under 35) and ``old`` (60 and over) are the
    same share within these ages, ``n``, ``n_young``, ``n_old`` how many answered. Respondents of places that
    are not states of ours (Puerto Rico, the Palestinian territories) are left out.
    """
    whole = pl.read_csv(raw / SOURCE.files[0].path).select(
        pl.col("iso3_respondents").alias("state"),
        "target",
        pl.col("year").cast(pl.Int32),
        (pl.col("n") * pl.col("fav") / pl.col("fav_of_valid")).round(0).cast(pl.Int32).alias("n"),
        pl.col("fav_of_valid").alias("share"),
    )
    people = _people(raw / SOURCE.files[1].path)
    ages = pl.concat([_by_age(people, target) for target in TARGETS])
    return (
        whole.join(ages, on=["state", "target", "year"], how="left")
        .filter(pl.col("state").is_in(list(by_code())))
        .sort("state", "target", "year")
    )


def _people(path: Path) -> pl.DataFrame:
    import pyreadr

    table = pyreadr.read_r(str(path))[None]
    words = {c: "object" for c in table.columns if str(table[c].dtype) == "category"}
    return from_pandas(table.astype(words))


def _by_age(people: pl.DataFrame, target: str) -> pl.DataFrame:
    """Shares by age of one target; those without an age or an answer are left out."""
    column = pl.col(f"opi_{target}").cast(pl.String)
    told = people.select(
        pl.col("sta").cast(pl.String).alias("state"),
        pl.lit(target).alias("target"),
        pl.col("wav").cast(pl.Int32).alias("year"),
        pl.col("wgt").cast(pl.Float64),
        pl.col("age").cast(pl.Float64),
        column.is_in(GOOD).alias("good"),
        (column.is_in(GOOD) | column.is_in(BAD)).alias("answered"),
    ).filter(pl.col("answered") & pl.col("age").is_not_null() & pl.col("wgt").is_not_null())

    def share(which: pl.Expr) -> pl.Expr:
        held = (pl.col("wgt") * pl.col("good")).filter(which).sum() / pl.col("wgt").filter(which).sum()
        return held.fill_nan(None)

    young, old = pl.col("age") < YOUNG, pl.col("age") >= OLD
    return told.group_by("state", "target", "year").agg(
        share(young).round(4).alias("young"),
        young.sum().cast(pl.Int32).alias("n_young"),
        share(old).round(4).alias("old"),
        old.sum().cast(pl.Int32).alias("n_old"),
    )


def check(frame: pl.DataFrame) -> list[Problem]:
    """Poland on Russia, and the United States on Russia, as Pew published them."""
    return bounds(
        "source 'pew'",
        [
            ("rows", frame.height, 2500, 2656),
            ("POL on RUS 2023", cell(frame, "share", state="POL", target="RUS", year=2023), 0.0, 0.06),
            ("DEU on USA 2003", cell(frame, "share", state="DEU", target="USA", year=2003), 0.25, 0.5),
        ],
    )
