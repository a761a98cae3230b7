"""Refit every vintage and write ``estimates.yaml``: ``detente fit tourism``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.regressions import write_estimates
from detente.mechanisms.tourism.fit import estimates

VINTAGES = (1990, 2014, 2018)
TABLES = ("tourism_seen", "state_year", "peace", "geodist")


def refit(table: Callable[[str], Any], vintages: tuple[int, ...] = VINTAGES) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; `table` gives a
    table of the bundle by name.
    """
    frames = [table(name) for name in TABLES]
    found = {year: estimates(*frames, year) for year in vintages}
    return write_estimates(
        Path(__file__).parent, "OECD pairs 2008-2018; 1990 has no record and holds a prior (fit.PRIOR)", found
    )
