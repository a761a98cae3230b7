"""Refit every vintage and write ``estimates.yaml``: ``detente fit alignment``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from detente.mechanisms.alignment.assembly import shipped
from detente.mechanisms.alignment.fit import estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2024)


def refit(table: Callable[[str], Any], vintages: tuple[int, ...] = VINTAGES) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; `table` gives a
    table of the bundle by name.
    """
    tables = [table(name) for name in ("state_year", "peace", "pacts")]
    document = {
        "made_by": "detente fit alignment",
        "data": "UNGA ideal points July 2025 (idealpointfp), V-Dem polyarchy, peace scale 3.1, ATOP 5.1 with "
        "the NATO table; roll calls of unvotes; at most the last 35 years before each vintage",
        "vintages": {year: estimates(*tables, shipped("alike"), year) for year in vintages},
    }
    text = yaml.safe_dump(document, sort_keys=False, width=110, default_flow_style=None)
    target = Path(__file__).parent / "estimates.yaml"
    target.write_text(text, encoding="utf-8")
    return target
