"""A user's table of trade: read, named as we name it, and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.mechanisms.trade.gravity.specification import MADE, Specification
from detente.model.errors import DetenteError, Problem, Problems, nearest

if TYPE_CHECKING:
    import polars as pl

KEYS = ("exporter", "importer", "year")
SHOWN = 3
"""So many examples of a mistake are named; then their number."""


@dataclass(frozen=True)
class Panel:
    """Flows and what is known of policies in years and pairs that the flows do not hold.

    ``flows``: exporter, importer, year, value (any money), further columns. ``history``: exporter, importer,
    year and policies; a row that is absent means 0 in the years of ``known`` (policy → first and last) and
    unknown outside. Without a history the flows themselves say what a policy was earlier.
    """

    flows: pl.DataFrame
    history: pl.DataFrame | None = None
    known: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read(table: Any, columns: Mapping[str, str] | None = None) -> pl.DataFrame:
    """A polars or pandas table, or a file (.csv, .parquet), as a polars frame with our names.

    ``columns`` gives the table's name for exporter, importer, year or value, such as {"value": "trade"}.

    Raises
    ------
    DetenteError : no such file or not a table; a column that is not there, with the nearest that is.
    """
    frame = _frame(table)
    problems, renaming = Problems(), {theirs: ours for ours, theirs in (columns or {}).items()}
    for ours in columns or {}:
        if ours not in (*KEYS, "value"):
            problems.add("columns", f"there is no column '{ours}' to name", nearest(ours, (*KEYS, "value")))
    for theirs in renaming:
        if theirs not in frame.columns:
            problems.add("table", f"there is no column '{theirs}'", nearest(theirs, frame.columns))
    problems.raise_if_any()
    spare = [c for c in frame.columns if c in renaming.values() and c not in renaming]
    frame = frame.drop(spare).rename(renaming)
    for need in (*KEYS, "value"):
        if need not in frame.columns:
            remedy = nearest(need, frame.columns) if frame.columns else "the table is empty"
            problems.add(
                "table", f"there is no column '{need}'", f"{remedy}; or say which it is with columns"
            )
    problems.raise_if_any()
    return frame


def _frame(table: Any) -> pl.DataFrame:
    import polars as pl

    if isinstance(table, pl.DataFrame):
        return table
    if isinstance(table, pl.LazyFrame):
        return table.collect()
    if isinstance(table, (str, Path)):
        return _file(Path(table))
    if type(table).__module__.partition(".")[0] == "pandas":
        return pl.DataFrame({str(c): pl.Series(table[c].to_list(), strict=False) for c in table.columns})
    raise DetenteError(
        Problem(
            "table",
            f"is a {type(table).__name__}",
            "give a polars or pandas table, or a .csv or .parquet file",
        )
    )


def _file(path: Path) -> pl.DataFrame:
    import polars as pl

    if not path.is_file():
        raise DetenteError(Problem(str(path), "there is no such file", "name a .csv or .parquet file"))
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema_length=None, null_values=["", "NA", "NaN", "."])
    except (pl.exceptions.PolarsError, OSError) as error:
        what = f"cannot be read as a table ({str(error).splitlines()[0]})"
        raise DetenteError(Problem(str(path), what, "a .csv with a header, or a .parquet file")) from None


def checked(frame: pl.DataFrame, spec: Specification, policies: tuple[str, ...]) -> pl.DataFrame:
    """The flows in plain types; raises with all that is wrong with them.

    ``policies`` are the names that a history knows besides the columns. Rows whose flow is unknown fall out.
    """
    import polars as pl

    problems = Problems()
    there = (*frame.columns, *policies)
    for where, wanted, valid in (
        ("policy", spec.columns, there),
        ("effects", spec.effects, (*there, *MADE)),
        ("cluster", spec.cluster, (*there, *MADE)),
    ):
        for name in wanted:
            if name not in valid:
                problems.add(where, f"there is no column '{name}'", nearest(name, set(valid) - {"value"}))
    problems.extend(_numbers(frame, spec).found)
    problems.raise_if_any()
    frame = frame.with_columns(
        pl.col("exporter", "importer").cast(pl.String),
        pl.col("year").cast(pl.Int32),
        pl.col("value").cast(pl.Float64).fill_nan(None),
        pl.col(pl.Boolean).cast(pl.Int8),
    ).drop_nulls([*KEYS, "value"])
    problems.extend(_impossible(frame, spec).found)
    problems.raise_if_any()
    return frame


def _numbers(frame: pl.DataFrame, spec: Specification) -> Problems:
    """Columns that should be numbers and are not."""
    import polars as pl

    problems = Problems()
    for name in ("year", "value", *spec.columns):
        if name not in frame.columns or frame[name].dtype.is_numeric() or frame[name].dtype == pl.Boolean:
            continue
        bad = frame.filter(pl.col(name).is_not_null() & pl.col(name).cast(pl.Float64, strict=False).is_null())
        if bad.height or frame[name].dtype != pl.String:
            example = f", such as '{bad[name][0]}'" if bad.height else f" ({frame[name].dtype})"
            problems.add("table", f"column '{name}' holds what is no number{example}", "numbers only")
        else:
            problems.add("table", f"column '{name}' is text", f"cast '{name}' to numbers")
    if "year" in frame.columns and frame["year"].dtype.is_float():
        odd = frame.filter((pl.col("year") % 1 != 0) | pl.col("year").is_infinite())
        if odd.height:
            problems.add("table", f"column 'year' holds {odd['year'][0]}", "whole years only")
    return problems


def _impossible(frame: pl.DataFrame, spec: Specification) -> Problems:
    """Flows that cannot be, the same flow twice, no home sales where the border is asked for."""
    import polars as pl

    problems = Problems()
    if not frame.height:
        problems.add("table", "holds no flow", "rows need exporter, importer, year and value")
        return problems
    wrong = frame.filter((pl.col("value") < 0) | pl.col("value").is_infinite())
    _listed(problems, wrong, "flows are numbers of 0 or more", lambda r: f"{r['value']:g}")
    twice = frame.filter(pl.struct(KEYS).is_duplicated()).unique(KEYS, maintain_order=True)
    _listed(problems, twice, "add the rows up or drop one", lambda r: "is listed twice")
    if spec.border_by_year and not frame.filter(pl.col("exporter") == pl.col("importer")).height:
        problems.add(
            "border",
            "there is no domestic trade in the table",
            "add rows exporter = importer: output - exports",
        )
    return problems


def _listed(problems: Problems, rows: pl.DataFrame, remedy: str, said: Any) -> None:
    for row in rows.head(SHOWN).iter_rows(named=True):
        where = f"{row['exporter']} → {row['importer']} {row['year']}"
        problems.add("table", f"{where}: {said(row)}", remedy)
    if rows.height > SHOWN:
        problems.add("table", f"… and {rows.height - SHOWN} more such flows", remedy)
