"""Refit every vintage and write ``estimates.yaml``: ``detente fit commodities``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.commodities.fit import estimates
from detente.mechanisms.regressions import write_estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2021, 2024)


def refit(table: Callable[[str], Any], vintages: tuple[int, ...] = VINTAGES) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; `table` gives a
    table of the bundle by name.
    """
    found = {year: estimates(table("commodity_prices"), year) for year in vintages}
    return write_estimates(
        Path(__file__).parent,
        "yearly means of the Pink Sheet in USD of 2023, 1960 (fertiliser 1967) to the vintage",
        found,
    )
