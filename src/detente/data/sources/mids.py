"""Dyadic militarised interstate disputes 4.03 (on COW MID 5.0): who met whom in which dispute and year."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from detente.data.source import Problem, RawFile, Source, bounds
from detente.data.sources._read import coded
from detente.data.states import from_cow, slots

SOURCE = Source(
    key="mids",
    title="Dyadic Militarized Interstate Disputes 4.03 (MID 5.0)",
    producer="Z. Maoz, P. Johnson, J. Kaplan, F. Ogunkoya, A. Shreve; Correlates of War Project",
    citation="Maoz, Johnson, Kaplan, Ogunkoya and Shreve (2019), JCR 63(3); Palmer, McManus, D'Orazio, "
    "Kenwick, Karstens, Bloch, Dietrich, Kahn, Ritter and Soules (2022), CMPS 39(4).",
    bib=("maoz2019", "palmer2022"),
    licence="free for research with citation",
    redistributable="derived",
    version="4.03, to 2014",
    files=(
        RawFile(
            "cow_mid/dyadic_mid_4.03.csv",
            "92ffe8b0921d6d544ca70b76db5b958713f77317e6ba6dbbf19ea2a557f42df7",
            "podsv-fs26-ad24/ad24-6-fancyproject",
            "fa10b3ca8f4ec4c38748b3be1377d532b43e4874",
            "data/sources/dyadic_mid_4.03_update/dyadic_mid_4.03.csv",
        ),
    ),
    by_hand="download Dyadic MID 4.03 from correlatesofwar.org",
)
LAST = 2014
WAR = 5
"""Level of hostility at which a dispute is a war."""


def load(raw: Path) -> pl.DataFrame:
    """Dispute-pair-years, once for each pair: a, b, year, dispute, begun, first, fatality, hostility.

    ``first`` is the one on the side that began the dispute, ``begun`` the year in which the two entered it,
    ``fatality`` the producers' level (0 none, 1 to 25 dead, … 6 above 999; -9 unknown) and
    ``hostility`` the higher of the two sides (2 threat, 3 display, 4 use of force, 5 war), both of that
    pair in that year.
    """
    table = pl.read_csv(raw / SOURCE.files[0].path, infer_schema_length=None).filter(
        pl.col("statea") < pl.col("stateb")
    )
    named = table.select(
        coded("statea", from_cow()).alias("one"),
        coded("stateb", from_cow()).alias("two"),
        pl.col("year").cast(pl.Int32),
        pl.col("disno").cast(pl.Int32).alias("dispute"),
        pl.col("strtyr").cast(pl.Int32).alias("begun"),
        pl.when(pl.col("sideaa") == 1).then(pl.lit("one")).otherwise(pl.lit("two")).alias("side"),
        pl.col("fatlev").cast(pl.Int8).alias("fatality"),
        pl.col("hihost").cast(pl.Int8).alias("hostility"),
    ).drop_nulls(["one", "two"])
    named = named.with_columns(pl.when(pl.col("side") == "one").then("one").otherwise("two").alias("first"))
    return in_registry_order(named.drop("side").filter(pl.col("one") != pl.col("two"))).sort(
        "a", "b", "year", "dispute"
    )


def in_registry_order(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns ``one`` and ``two`` as ``a`` and ``b``, the earlier in the registry first."""
    order = slots()
    first = pl.col("one").replace_strict(order) < pl.col("two").replace_strict(order)
    return frame.with_columns(
        pl.when(first).then("one").otherwise("two").alias("a"),
        pl.when(first).then("two").otherwise("one").alias("b"),
    ).select("a", "b", pl.exclude("a", "b", "one", "two"))


def check(frame: pl.DataFrame) -> list[Problem]:
    """The file ends in 2014; as many disputes of pairs begin in 1946-2014 as when this was written."""
    begun = frame.filter((pl.col("begun") == pl.col("year")) & (pl.col("year") >= 1946))
    return bounds(
        "source 'mids'",
        [
            ("last year", frame["year"].max(), LAST, LAST),
            (
                "pair-years since 1946 in which a dispute begins",
                begun.unique(["a", "b", "year"]).height,
                2100,
                2200,
            ),
        ],
    )
