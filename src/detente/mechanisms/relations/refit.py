"""Refit every vintage and write ``estimates.yaml``: ``detente fit relations`` (some minutes)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.relations.fit import TABLES, vintages, write


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on moves up to its year; ``table`` gives a table of the bundle by name."""
    target = Path(__file__).parent / "estimates.yaml"
    write(target, vintages({name: table(name) for name in TABLES}))
    return target
