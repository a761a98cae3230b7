"""Refit every vintage and write ``estimates.yaml``: ``detente fit balance``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from detente.mechanisms.balance.fit import estimates

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2022)


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on data up to its year and write the file beside this one; ``table`` by name."""
    document = {
        "made_by": "detente fit balance",
        "data": "COW NMC 7.0; military share, output and population of state_year",
        "vintages": {year: estimates(table("state_year"), table("capabilities"), year) for year in VINTAGES},
    }
    target = Path(__file__).parent / "estimates.yaml"
    text = yaml.safe_dump(document, sort_keys=False, width=110, default_flow_style=None)
    target.write_text(text, encoding="utf-8")
    return target
