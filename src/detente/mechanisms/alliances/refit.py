"""Refit every vintage and write ``estimates.yaml``: ``detente fit alliances``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from detente.mechanisms.alliances.fit import VINTAGES, body_panel, circle_panel, estimate, pair_panel
from detente.mechanisms.alliances.record import record


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on years up to its own; ``table`` gives a table of the bundle by name."""
    known = record(table)
    pairs, bodies = (
        pair_panel(known, VINTAGES[-1]),
        (*body_panel(known, VINTAGES[-1]), circle_panel(known, VINTAGES[-1])),
    )
    document = {
        "made_by": "detente fit alliances",
        "data": "ATOP 5.1 by treaty, peace scale, ideal points, V-Dem, SIPRI, COW, CShapes, 1946-2018",
        "vintages": {year: estimate(pairs, bodies, year) for year in VINTAGES},
    }
    target = Path(__file__).parent / "estimates.yaml"
    text = yaml.safe_dump(document, sort_keys=False, width=110, default_flow_style=None)
    target.write_text(text, encoding="utf-8")
    return target
