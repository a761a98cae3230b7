"""What a computation on the observed panel returns, and the small helpers that all of them use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from detente.model.errors import DetenteError, Problem

if TYPE_CHECKING:
    import polars as pl

Tables = Callable[[str], "pl.DataFrame"]
"""Gives an observed table by its name."""

BLOC = "bloc:"


@dataclass(frozen=True)
class Measurement:
    """A number from the record.

    ``low`` and ``high`` are a 90 % interval where the number estimates a tendency from cases; a
    plain fact (a vote cast, a level coded) has none. ``data`` are keys of the sources used.
    """

    value: float
    unit: str
    meaning: str
    data: tuple[str, ...]
    low: float | None = None
    high: float | None = None
    n: int = 0
    interval: str = ""
    remark: str = ""


def missing(what: str, where: str = "record") -> DetenteError:
    """The error for a number that the panel does not hold."""
    return DetenteError(Problem(where, f"the observed panel has no {what}", "see `detente data status`"))


def members(tables: Tables, selector: str | Sequence[str], year: int) -> tuple[str, ...]:
    """States meant by a code, ``bloc:NAME`` (members at the end of ``year``), or a list; ``-X`` removes X."""
    chosen: dict[str, None] = {}
    for word in [selector] if isinstance(selector, str) else selector:
        bare = word.removeprefix("-")
        for state in _bloc(tables, bare.removeprefix(BLOC), year) if bare.startswith(BLOC) else (bare,):
            if word.startswith("-"):
                chosen.pop(state, None)
            else:
                chosen[state] = None
    return tuple(chosen)


@lru_cache(maxsize=4096)
def _bloc(tables: Tables, bloc: str, year: int) -> tuple[str, ...]:
    import polars as pl

    rows = tables("blocs").filter(pl.col("bloc") == bloc)
    if rows.is_empty():
        raise missing(f"bloc '{bloc}'")
    inside = (pl.col("from_year") <= year) & (pl.col("to_year").is_null() | (pl.col("to_year") > year))
    return tuple(rows.filter(inside)["state"].to_list())


def series(tables: Tables, column: str, state: str | Sequence[str]) -> dict[int, float]:
    """Values of a column of ``state_year`` by year; the mean over the states that have one, for several.

    Blocs are taken with the members of each year.
    """
    frame = _known(tables, column)
    words = [state] if isinstance(state, str) else list(state)
    if not any(word.startswith((BLOC, "-")) for word in words):
        frame = frame.filter(frame["state"].is_in(words))
    by_year: dict[int, list[float]] = {}
    inside: dict[int, set[str]] = {}
    for who, year, value in frame.iter_rows():
        if year not in inside:
            inside[year] = set(members(tables, state, year))
        if who in inside[year]:
            by_year.setdefault(year, []).append(float(value))
    return {year: sum(found) / len(found) for year, found in sorted(by_year.items())}


@lru_cache(maxsize=64)
def _known(tables: Tables, column: str) -> pl.DataFrame:
    """State, year and value of a column of ``state_year`` where it has one."""
    return tables("state_year").select("state", "year", column).drop_nulls()


def at(values: dict[int, float], year: int, what: str) -> float:
    """Value of one year; an error that says which year is missing."""
    if year not in values:
        raise missing(f"{what} in {year}")
    return values[year]


def column_source(column: str) -> str:
    """Key of the source that a column of ``state_year`` comes from."""
    return _SOURCES.get(column, "state_year")


_SOURCES: dict[str, str] = {
    "gdp_usd": "wdi",
    "gdp_real": "wdi",
    "population": "wdi",
    "polyarchy": "democracy",
    "ideal_point": "ideal_points",
    "milex_share": "wdi",
    "milex_usd": "wdi",
    "milper": "nmc",
    "cinc": "nmc",
}


def plain(value: Any) -> str:
    """A selector in words."""
    return value if isinstance(value, str) else ", ".join(value)
