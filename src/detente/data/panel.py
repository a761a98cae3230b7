"""State-year and pair-year tables in one readable sentence.

>>> from detente.data.panel import dyad_years                       # doctest: +SKIP
>>> dyad_years(1990, 2020).add("peace_level", "defence_pact", "min_distance").frame

Every step returns a new panel; ``frame`` holds the table (unknown is null, never zero), ``citations`` what
was used, ``gaps()`` how much of each column is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from detente.data.bundle import table
from detente.data.source import source
from detente.data.states import registry
from detente.model.errors import Problems, nearest

FIRST, LAST = 1946, 2025
Maker = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class Column:
    """One column that can be added: its sources, what it means, and how it is joined to a panel."""

    sources: tuple[str, ...]
    meaning: str
    join: Maker


@dataclass(frozen=True)
class Panel:
    """A table of states or pairs over years with what was added to it."""

    kind: Literal["state", "pair"]
    frame: pl.DataFrame
    used: tuple[str, ...] = ()

    def add(self, *names: str) -> Panel:
        """A panel with more columns; raises :class:`DetenteError` naming the nearest valid columns."""
        valid, problems = columns(self.kind), Problems()
        for name in names:
            if name not in valid:
                problems.add("panel", f"unknown column '{name}'", nearest(name, valid))
        problems.raise_if_any()
        frame, used = self.frame, self.used
        for name in names:
            if name not in frame.columns:
                frame = valid[name].join(frame)
            used += tuple(s for s in valid[name].sources if s not in used)
        return Panel(self.kind, frame, used)

    @property
    def citations(self) -> tuple[str, ...]:
        """What to cite for the columns in this panel."""
        keys = ("states", *self.used)
        return tuple(dict.fromkeys(source(k).header.citation for k in keys))

    def gaps(self) -> pl.DataFrame:
        """For each added column: rows known, share known, first and last year with a value."""
        rows = []
        index = {"state", "a", "b", "year"}
        for name in [c for c in self.frame.columns if c not in index]:
            known = self.frame.filter(pl.col(name).is_not_null())
            rows.append(
                (
                    name,
                    known.height,
                    known.height / max(self.frame.height, 1),
                    known["year"].min(),
                    known["year"].max(),
                )
            )
        return pl.DataFrame(
            rows,
            orient="row",
            schema={
                "column": pl.String,
                "known": pl.Int64,
                "share": pl.Float64,
                "first": pl.Int64,
                "last": pl.Int64,
            },
        )


def columns(kind: str) -> dict[str, Column]:
    """The columns that can be added to a panel of this kind."""
    return STATE_COLUMNS if kind == "state" else PAIR_COLUMNS


def _years(first: int, last: int) -> range:
    problems = Problems()
    for year in (first, last):
        if not FIRST <= year <= LAST:
            problems.add("panel", f"there is no year {year}", f"valid: {FIRST} to {LAST}")
    if first > last:
        problems.add("panel", f"the first year {first} is after the last {last}", f"write {last}, {first}")
    problems.raise_if_any()
    return range(first, last + 1)


def state_years(first: int, last: int) -> Panel:
    """Every state in every year of which it existed on at least one day: state, year."""
    rows = [(s.state, y) for s in registry() for y in _years(first, last) if s.exists_during(y)]
    return Panel("state", pl.DataFrame(rows, orient="row", schema={"state": pl.String, "year": pl.Int16}))


def dyad_years(first: int, last: int) -> Panel:
    """Every pair of states in every year of which both existed: a, b, year; a comes first in the registry."""
    rows = []
    for year in _years(first, last):
        alive = [s.state for s in registry() if s.exists_during(year)]
        rows.append(
            pl.DataFrame(
                {
                    "a": [a for i, a in enumerate(alive) for _ in alive[i + 1 :]],
                    "b": [b for i in range(len(alive)) for b in alive[i + 1 :]],
                }
            ).with_columns(pl.lit(year, dtype=pl.Int16).alias("year"))
        )
    return Panel("pair", pl.concat(rows))


def _of_state(name: str) -> Maker:
    def join(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.join(table("state_year").select("state", "year", name), on=["state", "year"], how="left")

    return join


def _yearly(
    name: str, given: str, column: str, last: int | None = None, absent: bool | int | None = None
) -> Maker:
    """Join of a yearly pair table; ``absent`` is what a pair without a row has up to ``last``."""

    def join(frame: pl.DataFrame) -> pl.DataFrame:
        rows = table(given).select("a", "b", "year", pl.col(column).alias(name))
        joined = frame.join(rows, on=["a", "b", "year"], how="left")
        if absent is None:
            return joined
        covered = pl.col("year") <= (last or LAST)
        return joined.with_columns(
            pl.when(covered).then(pl.col(name).fill_null(absent)).otherwise(name).alias(name)
        )

    return join


def _spells(name: str, given: str, column: pl.Expr, last: int, absent: bool | None) -> Maker:
    """Join of a table of spells (a, b, start, end); nothing is known after ``last``."""

    def join(frame: pl.DataFrame) -> pl.DataFrame:
        kept = table(given).with_columns(pl.col("end").fill_null(last))
        rows = kept.select("a", "b", "start", "end", column.alias(name))
        years = pl.int_ranges("start", pl.col("end") + 1, dtype=pl.Int16).alias("year")
        yearly = rows.with_columns(years).explode("year").group_by("a", "b", "year").agg(pl.col(name).max())
        joined = frame.join(yearly, on=["a", "b", "year"], how="left")
        if absent is None:
            return joined
        covered = pl.col("year") <= last
        return joined.with_columns(pl.when(covered).then(pl.col(name).fill_null(absent)).alias(name))

    return join


def _ideal_distance(frame: pl.DataFrame) -> pl.DataFrame:
    points = table("state_year").select("state", "year", "ideal_point")
    both = (
        frame.select("a", "b", "year")
        .join(points.rename({"state": "a", "ideal_point": "one"}), on=["a", "year"], how="left")
        .join(points.rename({"state": "b", "ideal_point": "two"}), on=["b", "year"], how="left")
    )
    gap = both.select("a", "b", "year", (pl.col("one") - pl.col("two")).abs().alias("ideal_point_distance"))
    return frame.join(gap, on=["a", "b", "year"], how="left")


def _both_directions(given: str, one: str, two: str, value: pl.Expr, name: str) -> pl.DataFrame:
    rows = table(given).select(pl.col(one).alias("a"), pl.col(two).alias("b"), "year", value.alias(name))
    turned = rows.select(pl.col("b").alias("a"), pl.col("a").alias("b"), "year", name)
    return pl.concat([rows, turned])


def _sanction(frame: pl.DataFrame) -> pl.DataFrame:
    flag = pl.lit(True)
    rows = _both_directions("sanctions", "sender", "target", flag, "sanction").unique()
    joined = frame.join(rows, on=["a", "b", "year"], how="left")
    covered = pl.col("year").is_between(1950, 2023)
    return joined.with_columns(pl.when(covered).then(pl.col("sanction").fill_null(False)).alias("sanction"))


def _trade(frame: pl.DataFrame) -> pl.DataFrame:
    rows = _both_directions("trade", "exporter", "importer", pl.col("value").cast(pl.Float64), "trade")
    total = rows.group_by("a", "b", "year").agg(
        pl.when(pl.len() == 2).then(pl.col("trade").sum()).otherwise(None).alias("trade")
    )
    return frame.join(total, on=["a", "b", "year"], how="left")


STATE_COLUMNS = {
    "gdp_usd": Column(("wdi", "weo"), "GDP, current USD", _of_state("gdp_usd")),
    "gdp_real": Column(("wdi", "weo"), "GDP, billion USD at 2023 prices", _of_state("gdp_real")),
    "gdp_rule": Column(("wdi", "weo"), "where the level of GDP comes from", _of_state("gdp_rule")),
    "population": Column(("wdi", "weo"), "persons", _of_state("population")),
    "polyarchy": Column(("democracy",), "V-Dem electoral democracy, 0 to 1", _of_state("polyarchy")),
    "ideal_point": Column(("ideal_points",), "UN ideal point (idealpointfp)", _of_state("ideal_point")),
    "milex_share": Column(("wdi",), "military spending, share of GDP", _of_state("milex_share")),
    "milex_usd": Column(("wdi",), "military spending, current USD", _of_state("milex_usd")),
    "milper": Column(("nmc",), "soldiers", _of_state("milper")),
    "cinc": Column(("nmc",), "share of world capabilities", _of_state("cinc")),
}
PAIR_COLUMNS = {
    "peace_level": Column(
        ("peace_scale",),
        "peace scale at the end of the year; null where not coded",
        _yearly("peace_level", "peace", "level"),
    ),
    "defence_pact": Column(
        ("atop", "nato"),
        "both bound to mutual defence",
        _yearly("defence_pact", "pacts", "defence", absent=False),
    ),
    "nonaggression": Column(
        ("atop", "nato"),
        "bound not to attack each other",
        _yearly("nonaggression", "pacts", "nonaggression", absent=False),
    ),
    "land_border": Column(
        ("contiguity",),
        "land or river border; null after 2016",
        _spells("land_border", "contiguity", pl.col("type") == 1, 2016, False),
    ),
    "min_distance": Column(
        ("distance",),
        "km between territories; null after 2019",
        _spells("min_distance", "distance", pl.col("km"), 2019, None),
    ),
    "trade_agreement": Column(
        ("desta", "nato"),
        "a trade agreement in force, one-way preferences and world-wide plans aside; null after 2023",
        _spells("trade_agreement", "agreements", pl.col("kind") == "free_trade", 2023, False),
    ),
    "rivalry": Column(
        ("rivalries",),
        "strategic rivals; null after 2020",
        _spells("rivalry", "rivalry", pl.lit(True), 2020, False),
    ),
    "conflict": Column(
        ("ucdp",),
        "intensity of armed conflict between the two, 0 without",
        _yearly("conflict", "conflict", "intensity", 2024, 0),
    ),
    "ideal_point_distance": Column(("ideal_points",), "distance of UN ideal points", _ideal_distance),
    "sanction": Column(
        ("gsdb",), "a sanction of either on the other; null before 1950 and after 2023", _sanction
    ),
    "trade": Column(
        ("cow_trade", "baci", "baci_2023", "icio"),
        "goods trade both ways, million current USD; null unless both flows are known",
        _trade,
    ),
}
"""What can be added to a panel of pairs."""


def names(kind: str = "pair") -> Sequence[str]:
    """Names of the columns that can be added."""
    return tuple(columns(kind))
