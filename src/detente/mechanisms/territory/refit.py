"""Refit every vintage and write ``estimates.yaml``: ``detente fit territory``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from detente.mechanisms.territory.fit import VINTAGES, estimates


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on claims up to its year; ``table`` gives a table of the bundle by name."""
    target = Path(__file__).parent / "estimates.yaml"
    body = {
        "made_by": "detente fit territory",
        "data": "ICOW territorial claims 1.01 with its extension to 2017 (curated/territorial_claims.csv), "
        "peace scale, V-Dem, NMC, ATOP, MID",
        "vintages": {year: estimates(table, year) for year in VINTAGES},
    }
    target.write_text(
        yaml.safe_dump(body, sort_keys=False, width=110, default_flow_style=None), encoding="utf-8"
    )
    return target
