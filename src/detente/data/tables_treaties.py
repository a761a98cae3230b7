"""Tables of treaties: the members of every alliance that ATOP codes."""

from __future__ import annotations

import polars as pl

from detente.data.tables_state import Loaded


def alliances_table(loaded: Loaded) -> pl.DataFrame:
    """Spells of alliance members since 1946: atopid, state, start, end, four duties, conditions.

    What ships is derived from ATOP: states in our code, phases of the same state put together where
    nothing but the number of the phase changes, five of its 120 columns reduced to yes or no, and its five
    kinds of condition to words. ``end`` is null where the spell was in force when coding ended in 2018.
    """
    spells = loaded["atop_members"].sort("atopid", "state", "start")
    same = ["atopid", "state", "defence", "nonaggression", "neutrality", "consultation", "conditions"]
    merged: list[dict] = []
    for row in spells.iter_rows(named=True):
        last = merged[-1] if merged else None
        joins = last is not None and all(last[c] == row[c] for c in same)
        if joins and last["end"] is not None and row["start"] <= last["end"]:
            last["end"] = None if row["end"] is None else max(last["end"], row["end"])
        elif row["end"] is None or row["end"] > row["start"]:
            merged.append(dict(row))
    return pl.DataFrame(merged, schema=spells.schema)
