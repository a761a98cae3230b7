"""Reading of the producers' formats into polars frames; heavy readers are imported on use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl


def r_table(path: Path) -> pl.DataFrame:
    """First table of an R file (.rda, .RData, .rds)."""
    import pyreadr

    return from_pandas(next(iter(pyreadr.read_r(str(path)).values())))


def from_pandas(table: Any) -> pl.DataFrame:
    """A pandas table as a polars frame; missing stays missing, dates become dates."""
    columns = {}
    for name in table.columns:
        column = table[name]
        if str(column.dtype) in ("object", "str", "string"):
            values = [None if v is None or v != v else v for v in column.tolist()]
            columns[str(name)] = pl.Series(values, strict=False)
        else:
            columns[str(name)] = pl.Series(column.to_numpy(), nan_to_null=True)
    return pl.DataFrame(columns)


def coded(column: str, codes: dict[int, str]) -> pl.Expr:
    """A column of numeric codes as our codes; null where the code is not one of a state since 1946."""
    return pl.col(column).cast(pl.Int64).replace_strict(codes, default=None, return_dtype=pl.String)


def cell(frame: pl.DataFrame, column: str, **where: Any) -> float | None:
    """The single value of ``column`` in the row where the other columns take the given values."""
    found = frame.filter(pl.all_horizontal([pl.col(k) == v for k, v in where.items()]))[column]
    return None if found.len() == 0 or found[0] is None else float(found[0])
