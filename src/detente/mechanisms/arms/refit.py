"""Refit every vintage and write ``estimates.yaml``: ``detente fit arms``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.arms.fit import estimates
from detente.mechanisms.arms.panel import assemble
from detente.mechanisms.regressions import write_estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2023)


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; ``table`` by name."""
    windows = assemble(table)
    found = {year: estimates(windows, table("state_year"), table("economy"), year) for year in VINTAGES}
    return write_estimates(
        Path(__file__).parent,
        "shares of SIPRI deliveries in windows of five years, totals by state and year (Gapminder)",
        found,
    )
