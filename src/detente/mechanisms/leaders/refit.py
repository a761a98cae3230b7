"""Refit every vintage and write ``estimates.yaml``: ``detente fit leaders``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.leaders.fit import estimates
from detente.mechanisms.leaders.panel import assemble
from detente.mechanisms.leaders.windows import moves, upheaval
from detente.mechanisms.regressions import write_estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2020)


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one."""
    whole = assemble(table)
    found = {year: estimates(whole.until(year)) | windows(table, year) for year in VINTAGES}
    return write_estimates(
        Path(__file__).parent,
        "Archigos 4.1, REIGN March 2021, real GDP, peace scale 3.1, dyadic MID 4.03, Carter & Smith",
        found,
    )


def windows(table: Callable[[str], Any], until: int) -> dict[str, Any]:
    """What an irregular change of leader does to relations in the year after, from moves up to ``until``."""
    mean, error = upheaval(moves(table, until))
    return {"upheaval": {"normal": {"mean": round(mean, 4), "sd": round(error, 4)}}}
