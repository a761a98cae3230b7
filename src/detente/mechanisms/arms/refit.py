"""Refit every vintage and write ``estimates.yaml``: ``detente fit arms``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from detente.mechanisms.arms.fit import estimates
from detente.mechanisms.arms.panel import assemble

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2023)


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; ``table`` by name."""
    windows = assemble(table)
    document = {
        "made_by": "detente fit arms",
        "data": "shares of SIPRI deliveries in windows of five years, totals by state and year (Gapminder)",
        "vintages": {
            year: estimates(windows, table("state_year"), table("economy"), year) for year in VINTAGES
        },
    }
    target = Path(__file__).parent / "estimates.yaml"
    text = yaml.safe_dump(document, sort_keys=False, width=110, default_flow_style=None)
    target.write_text(text, encoding="utf-8")
    return target
