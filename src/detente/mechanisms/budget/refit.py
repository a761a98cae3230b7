"""Refit every vintage and write ``estimates.yaml``: ``detente fit budget``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.budget.fit import estimates
from detente.mechanisms.regressions import write_estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2023)


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; ``table`` by name."""
    found = {y: estimates(table("state_year"), table("economy"), y) for y in VINTAGES}
    return write_estimates(
        Path(__file__).parent,
        "general government (IMF WEO), education (WDI), health (WHO), military share, since 1980",
        found,
    )
