"""Refit every vintage and write ``estimates.yaml``: ``detente fit growth``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from detente.mechanisms.growth.fit import estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2024)


def refit(table: Callable[[str], Any], vintages: tuple[int, ...] = VINTAGES) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; `table` gives a
    table of the bundle by name.
    """
    document = {
        "made_by": "detente fit growth",
        "data": "real GDP of the bundle (WDI, chained); forecasts from 1980 on, errors known by the vintage",
        "vintages": {year: estimates(table("state_year"), year) for year in vintages},
    }
    text = yaml.safe_dump(document, sort_keys=False, width=110, default_flow_style=None)
    target = Path(__file__).parent / "estimates.yaml"
    target.write_text(text, encoding="utf-8")
    return target
