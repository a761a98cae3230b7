"""Refit every vintage, write ``estimates.yaml`` and the bridge of memories: ``detente fit conflict``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.conflict import bridge, record
from detente.mechanisms.conflict.fit import vintages, write

MEMORY = Path(__file__).parents[2] / "data" / "curated" / "dispute_memory.csv"
"""Expected memory of disputes after 2014, read by the start of a world."""


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on years up to its own; ``table`` gives a table of the bundle by name."""
    tables = {name: table(name) for name in record.TABLES}
    target = Path(__file__).parent / "estimates.yaml"
    estimates = vintages(tables)
    write(target, estimates)
    rows = bridge.memory_rows(tables, estimates[record.LAST["mid"]], record.LAST["ucdp"])
    lines = ["a,b,year,recent,peace_years", *(f"{a},{b},{y},{m:.4g},{p:.4g}" for a, b, y, m, p in rows)]
    MEMORY.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target
