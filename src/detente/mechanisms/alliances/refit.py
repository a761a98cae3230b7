"""Refit every vintage and write ``estimates.yaml``: ``detente fit alliances``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from detente.mechanisms.alliances import equations as eq
from detente.mechanisms.alliances.deadlock import poisson, union_panel
from detente.mechanisms.alliances.fit import VINTAGES, body_panel, circle_panel, estimate, pair_panel
from detente.mechanisms.alliances.record import LAST, record
from detente.mechanisms.regressions import joint, write_estimates


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on years up to its own; ``table`` gives a table of the bundle by name."""
    known = record(table)
    pairs, bodies = (
        pair_panel(known, LAST),
        (*body_panel(known, LAST), circle_panel(known, LAST)),
    )
    found = {
        year: estimate(pairs, bodies, min(year, LAST)) | {"vetoes": union(table, year)} for year in VINTAGES
    }
    return write_estimates(
        Path(__file__).parent,
        "ATOP 5.1 by treaty, peace scale, ideal points, V-Dem, SIPRI, COW, CShapes, 1946-2018",
        found,
    )


def union(table: Callable[[str], Any], until: int) -> dict[str, Any]:
    """Vetoes of members of the Union by year, on data up to ``until`` (first veto on the list: 1963)."""
    panel = union_panel(table, last=min(until, 2024))
    here = [eq.VETOES.index(name) - 1 for name in eq.VETOES[1:]]
    beta, covariance = poisson(panel["vetoes"], panel["x"][:, here])
    return joint(eq.VETOES, np.asarray(beta), covariance)
