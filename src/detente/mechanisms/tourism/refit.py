"""Refit every vintage and write ``estimates.yaml``: ``detente fit tourism``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from detente.mechanisms.tourism.fit import estimates

VINTAGES = (1990, 2014, 2018)
TABLES = ("tourism_seen", "state_year", "peace", "geodist")


def refit(table: Callable[[str], Any], vintages: tuple[int, ...] = VINTAGES) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; `table` gives a
    table of the bundle by name.
    """
    frames = [table(name) for name in TABLES]
    document = {
        "made_by": "detente fit tourism",
        "data": "OECD pairs 2008-2018; 1990 has no record and holds a prior (fit.PRIOR)",
        "vintages": {year: estimates(*frames, year) for year in vintages},
    }
    text = yaml.safe_dump(document, sort_keys=False, width=110, default_flow_style=None)
    target = Path(__file__).parent / "estimates.yaml"
    target.write_text(text, encoding="utf-8")
    return target
