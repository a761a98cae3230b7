"""Start values of accession: members, bids and holdouts of NATO and the EU at the end of a year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from detente.data import blocs
from detente.data.bundle import table
from detente.data.start_states import Notes, Values
from detente.model.world import Observation

BLOCS = ("NATO", "EU")
KINDS = ("price", "time", "tie", "purpose")
"""Kinds of demands in the order of the mechanism, which numbers them from 1."""
FOUNDED = {"NATO": 1949, "EU": 1958}
MEDIAN_WAIT = 6.0
"""Months of ratification left at the end of a year for a candidate whose protocol is signed."""


def accession(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Members, pending bids with their age, ratification under way, and known holdouts of both blocs."""
    values: Values = {}
    notes: Notes = {}
    said = "bids and holdouts of our own record"
    for bloc in BLOCS:
        b = bloc.lower()
        values |= members(bloc, states, year) | bids(bloc, states, year) | holdouts(bloc, states, year)
        values[f"{b}_majority"] = np.ones(len(states))
        values[f"{b}_offer"] = np.zeros((len(states),) * 2)
        values[f"{b}_since"] = np.array(float(since(bloc, year)))
        values[f"{b}_ready"] = np.full(len(states), np.nan)
        notes[f"{b}_member"] = Observation("NATO accessions; blocs.yaml", year, 1.0)
        notes[f"{b}_bid"] = Observation(said, year, 1.0)
        notes |= {
            f"{b}_{name}": notes[f"{b}_bid"] for name in ("pending", "wait", "talks", "since", "holdout")
        }
        notes[f"{b}_offer"] = Observation(
            "none", year, 1.0, "0: nothing beyond what the record's members got"
        )
        notes[f"{b}_majority"] = Observation("the treaty", year, 1.0, "1: unanimity")
    return values, notes


def members(bloc: str, states: Sequence[str], year: int) -> Values:
    """Who is a member, 0 or 1."""
    inside = blocs.members(list(table("blocs").iter_rows()), bloc, year)
    return {f"{bloc.lower()}_member": np.isin(states, inside) * 1.0}


def since(bloc: str, year: int) -> int:
    """Years since the bloc last agreed to a candidate (or was founded), as the next year will count them."""
    rows = table("accession_bids").filter((pl.col("bloc") == bloc) & (pl.col("consent") <= year))
    return year + 1 - max([FOUNDED[bloc], *rows["consent"]])


def bids(bloc: str, states: Sequence[str], year: int) -> Values:
    """Pending requests, years since, and months of ratification left (a round number); years of talks.

    Years are counted as the next year will see them.
    """
    at = {s: k for k, s in enumerate(states)}
    asked, age, wait, talks = np.zeros((4, len(states)))
    inside = members(bloc, states, year)[f"{bloc.lower()}_member"]
    rows = table("accession_bids").filter((pl.col("bloc") == bloc) & (pl.col("kind") == "request"))
    for b in rows.iter_rows(named=True):
        last = b["accession"] if b["outcome"] == "entered" else b["end"]
        k = at.get(b["state"])
        if k is None or inside[k] or b["bid"] > year or (last is not None and last <= year):
            continue
        asked[k], age[k] = 1.0, year + 1 - b["bid"]
        wait[k] = MEDIAN_WAIT if b["outcome"] == "entered" and b["consent"] <= year else 0.0
        talks[k] = year + 1 - b["talks"] if b["talks"] is not None and b["talks"] <= year else 0.0
    b = bloc.lower()
    return {f"{b}_bid": asked, f"{b}_pending": age, f"{b}_wait": wait, f"{b}_talks": talks}


def holdouts(bloc: str, states: Sequence[str], year: int) -> Values:
    """Known holdouts, member (row) on candidate: the number of the kind of its demand, and years held."""
    at = {s: k for k, s in enumerate(states)}
    found, years = np.zeros((2, len(states), len(states)))
    rows = table("accession_holdouts").filter(
        (pl.col("bloc") == bloc) & (pl.col("first") <= year) & (pl.col("last") >= year)
    )
    for h in rows.iter_rows(named=True):
        if h["member"] in at and h["state"] in at:
            cell = at[h["member"]], at[h["state"]]
            found[cell], years[cell] = 1.0 + KINDS.index(h["kind"]), year + 1 - h["first"]
    return {f"{bloc.lower()}_holdout": found, f"{bloc.lower()}_held_years": years}
