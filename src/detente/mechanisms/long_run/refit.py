"""Refit every vintage and write ``estimates.yaml``: ``detente fit long_run``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.long_run.fit import estimates
from detente.mechanisms.regressions import write_estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2024)


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; ``table`` by name."""
    found = {y: estimates(table("state_year"), table("economy"), y) for y in VINTAGES}
    return write_estimates(
        Path(__file__).parent,
        "output in dollars and at purchasing power (WDI; IMF WEO before 1990), since 1980",
        found,
    )
