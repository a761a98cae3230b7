"""Refit every vintage and write ``estimates.yaml``: ``detente fit defence`` (some minutes)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.mechanisms.defence.fit import as_yaml, estimates


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on data up to its year.

    ``table`` gives a table by name, as :func:`detente.mechanisms.defence.panel.assemble` needs them.
    """
    target = Path(__file__).parent / "estimates.yaml"
    found = estimates(table)
    target.write_text(as_yaml(found), encoding="utf-8")
    return target
