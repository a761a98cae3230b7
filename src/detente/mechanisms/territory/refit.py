"""Refit every vintage and write ``estimates.yaml``: ``detente fit territory``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from detente.mechanisms.territory.fit import vintages


def refit(table: Callable[[str], Any]) -> Path:
    """Count the claims that ended up to each year; ``table`` gives a table of the bundle by name."""
    target = Path(__file__).parent / "estimates.yaml"
    body = {
        "made_by": "detente fit territory",
        "data": "the project's list of claims on territory (curated/territories.csv), official, since 1946",
        "vintages": vintages(table("territories")),
    }
    target.write_text(yaml.safe_dump(body, sort_keys=False, width=110), encoding="utf-8")
    return target
