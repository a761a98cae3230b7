"""Table of hostile days between states, the later of two records of everyday hostility (GDELT)."""

from __future__ import annotations

import polars as pl

from detente.data.states import slots
from detente.data.tables_state import Loaded

ENOUGH = 20
"""Days with events that a pair must have in a year to ship."""


def hostile_days_table(loaded: Loaded) -> pl.DataFrame:
    """Days of pairs 2018-2024: a, b, year, days (with any event), hostile (hostile on balance).

    2023 has 297 days on file and 2024 54. Derived from daily graphs; only pair-years with 20 days or more.
    """
    ends = (pl.col(c).replace_strict(slots()) for c in ("a", "b"))
    kept = loaded["gdelt"].filter(pl.col("days") >= ENOUGH)
    return kept.select("a", "b", *(pl.col(c).cast(pl.Int16) for c in ("year", "days", "hostile"))).sort(
        *ends, "year"
    )
