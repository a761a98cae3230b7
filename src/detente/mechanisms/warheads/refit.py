"""Refit every vintage and write ``estimates.yaml``: ``detente fit warheads``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.regressions import write_estimates
from detente.mechanisms.warheads.fit import estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2023)


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; ``table`` by name."""
    found = {year: estimates(table("warheads"), year) for year in VINTAGES}
    return write_estimates(
        Path(__file__).parent,
        "military stockpiles 1945-2023 (Federation of American Scientists, Our World in Data)",
        found,
    )
