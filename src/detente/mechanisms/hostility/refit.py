"""Refit every vintage: ``detente fit hostility``. Writes ``estimates.yaml`` and where each start finds
pairs.

The second file, ``data/curated/hostility_start.parquet``, holds for the end of every year since the first
fit each pair's hostility and own level. After the end of ICEWS (2014) they are carried by the model itself
with the observed circumstances of the years since; nothing later is assimilated.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from detente.mechanisms.hostility import equations as eq
from detente.mechanisms.hostility import fit
from detente.mechanisms.hostility.panel import FIRST, LAST, Panel, dyad_years
from detente.mechanisms.regressions import joint

VINTAGES = (2005, 2010, 2014)
NOTHING = 1990
"""Vintage of those who had no events: effects around nought with the prior's error."""
NEWEST = 2024


def refit(table: Callable[[str], Any]) -> Path:
    """Estimate each vintage on events up to its year; write both files."""
    here = Path(__file__).parent
    found = {until: fit.estimate(dyad_years(table, until)) for until in VINTAGES}
    vintages = {NOTHING: unknowing()} | {year: fit.document(one) for year, one in found.items()}
    place = here.parents[1] / "data" / "curated" / "hostility_start.parquet"
    starts(table, found).write_parquet(place, compression="zstd", compression_level=19)
    body = {
        "made_by": "detente fit hostility",
        "data": "ICEWS 2002-14 (events of pairs of states), peace scale, UN votes, MID; usual level also "
        "GSDB, ICOW, UCDP, ATOP, COW contiguity",
        "vintages": vintages,
    }
    target = here / "estimates.yaml"
    text = yaml.safe_dump(body, sort_keys=False, width=110, default_flow_style=None)
    target.write_text(text, encoding="utf-8")
    return target


def unknowing() -> dict[str, Any]:
    """What is known without events: the priors."""
    names = (*eq.STANDING, *eq.EVENTS)
    wide = joint(names, np.zeros(len(names)), np.eye(len(names)) * fit.PRIOR**2)
    return {"effects": wide, "keep": {"normal": {"mean": 0.7, "sd": 0.1}}, "shock": {"fixed": 0.5}}


def starts(table: Callable[[str], Any], found: dict[int, fit.Fit]) -> Any:
    """Pairs at the end of every year since the first vintage: year, a, b, view, own (log-odds)."""
    import polars as pl

    parts = []
    for year in range(min(found), NEWEST + 1):
        one = found[max(v for v in found if v <= year)]
        data, now = at_end(table, one, year)
        a, b = ([pair[k] for pair in data.pairs] for k in (0, 1))
        columns = {"view": now.view, "own": now.own}
        told = {k: v.round(2).astype(np.float32) for k, v in columns.items()}
        when = np.full(len(a), year, dtype=np.int16)
        parts.append(pl.DataFrame({"year": when, "a": a, "b": b, **told}))
    return pl.concat(parts)


def at_end(table: Callable[[str], Any], one: fit.Fit, year: int) -> tuple[Panel, fit.Seen]:
    """The panel of what was reported by ``year`` and each pair as seen at its end."""
    data = dyad_years(table, min(year, LAST))
    now = fit.seen(data, one)
    if year > LAST:
        whole = dyad_years(table, year, data.pairs)
        later = slice(LAST - FIRST + 1, None)
        view = fit.ahead(one, now, whole.standing[:, later], whole.events[:, later])[:, -1]
        now = fit.Seen(view, now.view_variance, now.own, now.own_variance)
    return data, now
