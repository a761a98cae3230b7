"""What a set of states weighs in armed force in a year of the record: sums and shares of the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from detente.data.bundle import table
from detente.model.errors import DetenteError, Problem

UNITS = {
    "capability": "share of the world's (COW CINC)",
    "personnel": "thousand soldiers on active duty",
    "spending": "billion 2023 USD",
    "spending_ppp": "billion international dollars",
    "warheads": "warheads in the military stockpile",
    "gdp": "billion 2023 USD",
    "population": "million",
}
FIRST, LAST = 1946, 2024


@dataclass(frozen=True, slots=True)
class Strength:
    """One quantity of one set of states in one year, with its 90 % interval (a point where observed).

    ``whole``: the sum over the world. ``unknown``: members without a figure, who count for nothing.
    """

    quantity: str
    unit: str
    year: int
    total: float
    low: float
    high: float
    share: float
    share_low: float
    share_high: float
    unknown: tuple[str, ...] = ()


def yearly(quantity: str) -> pl.DataFrame:
    """A quantity of the record over all states and years: state, year, value (known only)."""
    panel = table("state_year")
    if quantity == "warheads":
        return table("warheads").select("state", "year", pl.col("warheads").cast(pl.Float64).alias("value"))
    if quantity == "spending_ppp":
        panel = panel.join(table("economy").select("state", "year", "ppp_gdp"), on=["state", "year"])
    value = {
        "capability": pl.col("cinc"),
        "personnel": pl.col("milper") / 1e3,
        "spending": pl.col("milex_share") * pl.col("gdp_real"),
        "spending_ppp": pl.col("milex_share") * (pl.col("ppp_gdp") if "ppp_gdp" in panel.columns else 0.0),
        "gdp": pl.col("gdp_real"),
        "population": pl.col("population") / 1e6,
    }[quantity]
    return panel.select("state", "year", value.cast(pl.Float64).alias("value")).drop_nulls()


def strength(states: Sequence[str], year: int, quantity: str, carry: int = 0) -> Strength:
    """Sum and share of the world of a quantity over ``states`` in ``year``.

    ``carry``: how many years the record may be old where the year itself has none (the whole world is then
    taken from the newest year that has one). NaN where the record has nothing.
    """
    if not FIRST <= year <= LAST:
        valid = f"valid: {FIRST} to {LAST}; later years are projected from a run"
        raise DetenteError(Problem("--year", f"the record has no year {year}", valid))
    rows = yearly(quantity)
    at = next(
        (y for y in range(year, year - carry - 1, -1) if rows.filter(pl.col("year") == y).height > 20), year
    )
    if quantity == "warheads":
        at = min(year, int(rows["year"].max()))
    known = dict(rows.filter(pl.col("year") == at).select("state", "value").iter_rows())
    # Shares of capability are shares of the world already.
    whole = 1.0 if quantity == "capability" and known else sum(known.values())
    total = sum(known.get(s, 0.0) for s in states) if whole else float("nan")
    share = total / whole if whole else float("nan")
    # A state without warheads has none; elsewhere a state that is not in the table is unknown.
    missing = () if quantity == "warheads" else tuple(s for s in states if s not in known)
    return Strength(quantity, UNITS[quantity], at, total, total, total, share, share, share, missing)
