"""Tables over pairs of states: peace, rivalry, pacts, contiguity, distance, conflict."""

from __future__ import annotations

import polars as pl

from detente.data.sources import atop, peace_scale
from detente.data.states import by_code, slots
from detente.data.tables_state import NEWEST, Loaded


def _spells_to_years(spells: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """Rows a, b, year, level for every year whose last day lies in a spell of the peace scale."""
    days = spells.with_columns(
        ((pl.col("start") + 9999) // 10000).clip(lower_bound=first).alias("from"),
        pl.when(pl.col("end") % 10000 >= 1231)
        .then(pl.col("end") // 10000)
        .otherwise(pl.col("end") // 10000 - 1)
        .clip(upper_bound=last)
        .alias("to"),
    )
    starts_late = (pl.col("start") % 10000 == 9999) | (pl.col("start") % 10000 <= 1231)
    days = days.with_columns(
        pl.when(starts_late)
        .then((pl.col("start") // 10000).clip(lower_bound=first))
        .otherwise(pl.col("from"))
        .alias("from")
    )
    return (
        days.filter(pl.col("to") >= pl.col("from"))
        .with_columns(pl.int_ranges("from", pl.col("to") + 1, dtype=pl.Int32).alias("year"))
        .explode("year")
        .select("a", "b", pl.col("year").cast(pl.Int16), "level", "start")
    )


def peace_table(loaded: Loaded) -> pl.DataFrame:
    """Level of the peace scale in force at the end of each year 1900-2020: a, b, year, level.

    0 severe rivalry, 0.25 lesser rivalry, 0.5 negative peace, 0.75 warm peace, 1 security community; null
    while the producers call the pair in transition. A pair that is absent was not coded.
    """
    yearly = _spells_to_years(loaded["peace_scale"], 1900, peace_scale.LAST)
    level = pl.when(pl.col("level") < 0).then(None).otherwise(pl.col("level")).cast(pl.Float32)
    return (
        yearly.sort("a", "b", "year", "start")
        .unique(["a", "b", "year"], keep="last", maintain_order=True)
        .select("a", "b", "year", level.alias("level"))
        .pipe(by_slot)
    )


def by_slot(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order of the registry, then of the years."""
    first, second = frame.columns[:2]
    rest = [c for c in ("year", "start") if c in frame.columns]
    return frame.sort(pl.col(first).replace_strict(slots()), pl.col(second).replace_strict(slots()), *rest)


def rivalry_table(loaded: Loaded) -> pl.DataFrame:
    """Strategic rivalries: a, b, start, end (2020: end of coding), positional, spatial, ideological."""
    return loaded["rivalries"].with_columns(pl.col("start", "end").cast(pl.Int16)).pipe(by_slot)


def conflict_table(loaded: Loaded) -> pl.DataFrame:
    """Armed conflict of two states, primary parties (UCDP/PRIO 25.1): a, b, year, intensity (2 is war)."""
    primary = loaded["ucdp"].filter(pl.col("primary")).drop("primary")
    return primary.with_columns(pl.col("year").cast(pl.Int16)).pipe(by_slot)


def pacts_table(loaded: Loaded) -> pl.DataFrame:
    """Allied pair-years 1946-2025: a, b, year, defence, nonaggression, neutrality, consultation, carried.

    ATOP ends in 2018. Later years carry its last state forward for pairs whose states go on, and add every
    accession to NATO (North Macedonia, Finland, Sweden) from its year; those rows say ``carried``.
    """
    coded = loaded["atop"].with_columns(pl.lit(False).alias("carried"))
    last = coded.filter(pl.col("year") == atop.LAST)
    ended = [s.state for s in by_code().values() if s.end is not None]
    last = last.filter(~pl.col("a").is_in(ended) & ~pl.col("b").is_in(ended))
    later = [
        last.with_columns(pl.lit(y, dtype=pl.Int32).alias("year"), pl.lit(True).alias("carried"))
        for y in range(atop.LAST + 1, NEWEST + 1)
    ]
    nato = _nato_pairs(loaded["nato"], atop.LAST + 1, NEWEST)
    kinds = list(atop.KINDS.values())
    whole = (
        pl.concat([*later, nato.select(coded.columns)])
        .group_by("a", "b", "year")
        .agg(*[pl.col(k).max() for k in kinds], pl.lit(True).alias("carried"))
    )
    return (
        pl.concat([coded, whole.select(coded.columns)])
        .with_columns(pl.col("year").cast(pl.Int16))
        .pipe(by_slot)
    )


def _nato_pairs(nato: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    order = slots()
    rows = []
    joined = dict(nato.select("state", "year").iter_rows())
    for year in range(first, last + 1):
        inside = sorted((s for s, y in joined.items() if y <= year), key=order.__getitem__)
        rows += [(a, b, year) for i, a in enumerate(inside) for b in inside[i + 1 :]]
    frame = pl.DataFrame(rows, orient="row", schema={"a": pl.String, "b": pl.String, "year": pl.Int32})
    true = pl.lit(True)
    return frame.with_columns(
        true.alias("defence"),
        true.alias("nonaggression"),
        pl.lit(False).alias("neutrality"),
        true.alias("consultation"),
        true.alias("carried"),
    )


def contiguity_table(loaded: Loaded) -> pl.DataFrame:
    """Contiguity spells: a, b, start, end (2016 where the coding ends), type (1 land or river ... 5)."""
    return loaded["contiguity"].with_columns(pl.col("start", "end").cast(pl.Int16)).pipe(by_slot)


def distance_table(loaded: Loaded) -> pl.DataFrame:
    """Minimum distance spells: a, b, start, end (2019 where the coding ends), km."""
    return (
        loaded["distance"]
        .with_columns(pl.col("start", "end").cast(pl.Int16), pl.col("km").cast(pl.Float32))
        .pipe(by_slot)
    )


def geodist_table(loaded: Loaded) -> pl.DataFrame:
    """GeoDist: exporter, importer, distw, dist (km), contig, comlang, colony, comcol, smctry."""
    return loaded["geodist"].with_columns(pl.col("distw", "dist").cast(pl.Float32)).pipe(by_slot)
