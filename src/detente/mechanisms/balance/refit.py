"""Refit every vintage and write ``estimates.yaml``: ``detente fit balance``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.balance.fit import estimates
from detente.mechanisms.regressions import write_estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2022)


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; ``table`` by name."""
    found = {year: estimates(table("state_year"), table("capabilities"), year) for year in VINTAGES}
    return write_estimates(
        Path(__file__).parent, "COW NMC 7.0; military share, output and population of state_year", found
    )
