"""Refit of *war_toll*, which meets the panels of relations and of trade: ``detente fit war_toll``.

Mechanisms do not know each other; they meet here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage and write ``estimates.yaml``; some minutes."""
    import yaml

    from detente.mechanisms import war_toll
    from detente.mechanisms.war_toll.fit import estimates

    tables = {name: table(name) for name in ("disputes", "conflict", "state_year")}
    found = estimates(
        lambda until: falls(table, until), lambda until, wars: trade(table, until, wars), tables
    )
    content = {
        "made_by": "detente fit war_toll",
        "data": "dyadic MID 4.03 to 2014, UCDP/PRIO 25.1, peace scale 3.1, COW and BACI trade, GSDB v4, WDI",
        "vintages": found,
    }
    target = Path(war_toll.__file__).parent / "estimates.yaml"
    text = yaml.safe_dump(content, sort_keys=False, width=110, default_flow_style=None)
    target.write_text(text, encoding="utf-8")
    return target


def falls(table: Callable[[str], Any], until: int) -> tuple[np.ndarray, ...]:
    """Rows at risk of a fall: (1, fatal dispute, war), whether it came, the pair, log-odds by all else."""
    from detente.mechanisms.relations.fit import FIRST, TABLES, at_risk, hazard
    from detente.mechanisms.relations.panel import dyad_years

    panel = dyad_years({n: table(n) for n in TABLES}, first=FIRST, until=until, memory_years=10.0)
    rows, fell, columns = at_risk(panel, "fall")
    offset = panel.covariates[rows][:, columns] @ hazard(panel, "fall")[1]
    place = {code: k for k, code in enumerate(panel.states)}
    record = table("disputes").filter(table("disputes")["measure"] == "mid")
    key = (panel.year[rows].astype(np.int64) * 1000 + panel.a[rows]) * 1000 + panel.b[rows]
    x = np.ones((len(key), 3))
    for column, kept in enumerate((record["fatal"] & record["onset"], record["war"]), 1):
        ends = record.filter(kept).select("year", "a", "b").iter_rows()
        codes = [
            (y * 1000 + min(place[a], place[b])) * 1000 + max(place[a], place[b])
            for y, a, b in ends
            if a in place and b in place
        ]
        x[:, column] = np.isin(key, codes)
    x[:, 1] *= 1 - x[:, 2]
    return x, fell, panel.a[rows].astype(np.int64) * 1000 + panel.b[rows], offset


def trade(table: Callable[[str], Any], until: int, wars: Any) -> Any:
    """The gravity estimate of the trade mechanism with wars and the years after them beside sanctions."""
    import polars as pl

    from detente.mechanisms.trade.effects_fit import KINDS, finance
    from detente.mechanisms.trade.gravity_fit import CASES, EFFECTS, of_case, panel, ppml
    from detente.mechanisms.war_toll.fit import AFTER, with_wars

    flows, sanctions = (t.filter(pl.col("year") <= until) for t in (table("trade"), table("sanctions")))
    frame = panel(flows, sanctions, until).join(
        finance(sanctions), on=["a", "b", "year"], how="left", maintain_order="left"
    )
    cases = [case for case, (_, since) in CASES.items() if since < until]
    frame = frame.with_columns(pl.col("financial", "others").fill_null(0)).with_columns(
        **{c: of_case(c).cast(pl.Int8) for c in cases}
    )
    aside = pl.any_horizontal(pl.lit(False), *(pl.col(c) == 1 for c in cases))
    frame = frame.with_columns(pl.when(aside).then(0).otherwise(pl.col(k)).alias(k) for k in KINDS)
    names = (*KINDS, *cases, "war", *(f"after_{first}" for first, _ in AFTER))
    return ppml(with_wars(frame, wars), "value", names, EFFECTS, "pair")
