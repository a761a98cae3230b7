"""Start values of the alliances mechanism: what bonds rest on, and who is in NATO and the CSTO."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from detente.data import blocs
from detente.data.bundle import table
from detente.data.start_states import Notes, Values
from detente.model.world import Observation

NATO, CSTO = 3180, 4220


def alliances(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """``pact_of_two`` and ``pact_of_many`` (pairs), and the members of both bodies, at the end of ``year``.

    Treaties by ATOP's dates; what was in force when ATOP ends (2018) is taken to be in force later. NATO and
    the CSTO are left out of ``pact_of_many``: their bonds follow their members, the project's own list.
    """
    two, many = bonds(states, year)
    spells = list(table("blocs").iter_rows())
    here = {
        name: np.array([float(s in blocs.members(spells, name.upper(), year)) for s in states])
        for name in ("nato", "csto")
    }
    here["nato"] = np.maximum(here["nato"], signed(states, year))
    rule = "after 2018: ATOP's last year"
    said = Observation("ATOP 5.1", min(year, 2018), 1.0, rule)
    more = "NATO: signed protocols too (ATOP)"
    listed = Observation("project's list of members of blocs", year, 1.0, more)
    values = {
        "pact_of_two": two,
        "pact_of_many": many,
        "nato_bound": here["nato"],
        "csto_member": here["csto"],
        "nato_bound_reached": here["nato"].copy(),
        "csto_member_reached": here["csto"].copy(),
    }
    return values, {"pact_of_two": said, "pact_of_many": said, "nato_bound": listed, "csto_member": listed}


def signed(states: Sequence[str], year: int) -> np.ndarray:
    """Parties of NATO by ATOP, which dates entry by the protocol and counts their pacts from then."""
    day = date(year, 12, 31)
    rows = table("alliances").filter((pl.col("atopid") == NATO) & (pl.col("start") <= day))
    return np.array([float(s in set(rows["state"])) for s in states])


def bonds(states: Sequence[str], year: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs bound by a treaty of two states alone, and by one of more (NATO and the CSTO apart): 0 or 1."""
    n, place, day = len(states), {s: k for k, s in enumerate(states)}, date(year, 12, 31)
    of_size = np.zeros((2, n, n))
    rows = table("alliances").filter(pl.col("defence") & ~pl.col("atopid").is_in([NATO, CSTO]))
    size = dict(rows.group_by("atopid").agg(pl.col("state").n_unique()).iter_rows())
    now = rows.filter((pl.col("start") <= day) & (pl.col("end").is_null() | (pl.col("end") > day)))
    for atopid, members in now.group_by("atopid").agg(pl.col("state").unique()).sort("atopid").iter_rows():
        who = [place[s] for s in members if s in place]
        of_size[int(size[atopid] > 2)][np.ix_(who, who)] = 1.0
    of_size[:, np.arange(n), np.arange(n)] = 0.0
    return of_size[0], of_size[1]
