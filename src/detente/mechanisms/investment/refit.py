"""Refit every vintage and write ``estimates.yaml``: ``detente fit investment``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.investment.fit import estimates
from detente.mechanisms.investment.panel import assemble
from detente.mechanisms.regressions import write_estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2024)


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one.

    ``table`` gives a table of the bundle by name; ``levels`` is the peace scale continued to the newest year.
    """
    whole = assemble(table, VINTAGES[-1])
    found = {year: estimates(whole.until(year)) for year in VINTAGES}
    return write_estimates(
        Path(__file__).parent, "inflows since 1975 (WDI), GSDB v4, peace scale, TI and WGI", found
    )
