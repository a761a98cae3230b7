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
        values[f"{b}_ready"] = np.full(len(states), np.nan)
        notes[f"{b}_member"] = Observation("NATO accessions; blocs.yaml", year, 1.0)
        notes[f"{b}_bid"] = Observation(said, year, 1.0)
        notes[f"{b}_pending"] = notes[f"{b}_wait"] = notes[f"{b}_bid"]
        rule = "whether a demand could be met is judged with hindsight"
        notes[f"{b}_holdout"] = Observation(said, year, 1.0, rule)
        notes[f"{b}_majority"] = Observation("the treaty", year, 1.0, "1: unanimity")
    return values, notes


def members(bloc: str, states: Sequence[str], year: int) -> Values:
    """Who is a member, 0 or 1."""
    inside = blocs.members(list(table("blocs").iter_rows()), bloc, year)
    return {f"{bloc.lower()}_member": np.isin(states, inside) * 1.0}


def bids(bloc: str, states: Sequence[str], year: int) -> Values:
    """Pending requests, years since, and months of ratification left (a round number)."""
    at = {s: k for k, s in enumerate(states)}
    asked, age, wait = np.zeros((3, len(states)))
    inside = members(bloc, states, year)[f"{bloc.lower()}_member"]
    rows = table("accession_bids").filter((pl.col("bloc") == bloc) & (pl.col("kind") == "request"))
    for b in rows.iter_rows(named=True):
        last = b["accession"] if b["outcome"] == "entered" else b["end"]
        k = at.get(b["state"])
        if k is None or inside[k] or b["bid"] > year or (last is not None and last <= year):
            continue
        asked[k], age[k] = 1.0, year - b["bid"]
        wait[k] = MEDIAN_WAIT if b["outcome"] == "entered" and b["consent"] <= year else 0.0
    b = bloc.lower()
    return {f"{b}_bid": asked, f"{b}_pending": age, f"{b}_wait": wait}


def holdouts(bloc: str, states: Sequence[str], year: int) -> Values:
    """Known holdouts, member (row) on candidate: 1 over what can be given, 2 over what cannot."""
    at, found = {s: k for k, s in enumerate(states)}, np.zeros((len(states), len(states)))
    rows = table("accession_holdouts").filter(
        (pl.col("bloc") == bloc) & (pl.col("first") <= year) & (pl.col("last") >= year)
    )
    for h in rows.iter_rows(named=True):
        if h["member"] in at and h["state"] in at:
            found[at[h["member"]], at[h["state"]]] = 1.0 if h["negotiable"] else 2.0
    return {f"{bloc.lower()}_holdout": found}
