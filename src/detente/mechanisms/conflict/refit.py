"""Refit every vintage, write ``estimates.yaml`` and the bridge of memories: ``detente fit conflict``."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.conflict import bridge, record
from detente.mechanisms.conflict.fit import vintages, write
from detente.mechanisms.conflict.panel import dyad_years

MEMORY = Path(__file__).parents[2] / "data" / "curated" / "dispute_memory.csv"
"""Expected memory of disputes after 2014, read by the start of a world."""
RISKS = MEMORY.with_name("fatal_risk.csv.gz")
"""Chance of a fatal dispute of every pair since 1960 as it looked then; read by the demand for arms."""


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on years up to its own; ``table`` gives a table of the bundle by name."""
    tables = {name: table(name) for name in record.TABLES}
    target = Path(__file__).parent / "estimates.yaml"
    estimates = vintages(tables)
    write(target, estimates)
    rows = bridge.memory_rows(tables, estimates[record.LAST["mid"]], record.LAST["ucdp"])
    lines = ["a,b,year,recent,peace_years,deadly"]
    lines += [f"{a},{b},{y},{m:.4g},{p:.4g},{d:.4g}" for a, b, y, m, p, d in rows]
    MEMORY.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = bridge.risk_history(
        tables, dyad_years(tables, first=bridge.RISKS_SINCE), estimates, record.LAST["ucdp"]
    )
    text = "\n".join(["a,b,year,risk", *(f"{a},{b},{y},{risk:.2g}" for a, b, y, risk in told)]) + "\n"
    RISKS.write_bytes(gzip.compress(text.encode(), mtime=0))
    return target
