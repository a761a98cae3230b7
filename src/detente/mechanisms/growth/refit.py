"""Refit every vintage and write ``estimates.yaml``: ``detente fit growth``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.growth.fit import estimates
from detente.mechanisms.regressions import write_estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2024)


def refit(table: Callable[[str], Any], vintages: tuple[int, ...] = VINTAGES) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; `table` gives a
    table of the bundle by name.
    """
    found = {year: estimates(table("state_year"), year) for year in vintages}
    return write_estimates(
        Path(__file__).parent,
        "real GDP of the bundle (WDI, chained); forecasts from 1980 on, errors known by the vintage",
        found,
    )
