"""Refit every vintage and write ``estimates.yaml``: ``detente fit accession``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.accession.fit import VINTAGES, record, vintage, write


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on years up to its own; ``table`` gives a table of the bundle by name."""
    data = record(table)
    target = Path(__file__).parent / "estimates.yaml"
    write(target, {year: vintage(data, year) for year in VINTAGES})
    return target
