"""Start values of tourism: the pattern of its base year, and what has been closed since."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from detente.data import blocs, peace
from detente.data.bundle import table
from detente.data.start_pairs import place
from detente.data.start_states import Notes, Values, series
from detente.model.world import Observation

GAPS = {2019: 1.0, 2020: 0.28, 2021: 0.34, 2022: 0.68, 2023: 0.89, 2024: 0.99}
"""World arrivals relative to 2019; to 2022 from UNWTO's file, later as its barometer reported (memory)."""
CLOSED_FROM = 2022
SKIES = ("GBR", "USA", "CAN", "NOR", "ISL", "CHE", "ALB", "MKD", "MNE", "LIE", "MCO", "SMR")
"""States beside those of the EU that closed their skies to Russian aircraft in 2022, or stopped easy
visas."""


def tourism(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Inputs and stocks of tourism at the end of ``year``, and what stands behind them."""
    n = len(states)
    flow, base = pattern(states, year)
    values: Values = {
        "tourist_base": flow,
        "tourism_gdp": series("gdp_real", states, [base or year])[0],
        "peace_base": levels(states, base or year),
        "tourism_closed": closed(states, year),
        "visa_free": np.zeros((n, n)),
        "tourist_openness": np.full((n, n), np.nan),
        "travel_gap": np.array(np.log(GAPS.get(year, 1.0)) if year >= min(GAPS) else 0.0),
    }
    known = float(np.isfinite(flow).any(axis=0).mean())
    rule = "main markets as named; the rest of each total, rounded, spread by gravity"
    if base is None:
        rule = "no record of pairs before 2008: nobody travels in the model"
    elif base < year:
        rule += f"; the pattern of {base} stands for {year}, moved by income, peace and closed links"
    notes: Notes = {
        "tourist_base": Observation("OECD pairs, UNWTO totals (derived)", base or year, known, rule),
        "tourism_closed": Observation("flight bans of 2022, by hand", year, 1.0, "Russia; EU and others"),
        "visa_free": Observation("none", year, 0.0, "0: visas as they stood; no table of visas is at hand"),
        "travel_gap": Observation("UNWTO; barometer (memory) after 2022", year, 1.0),
    }
    return values, notes


def pattern(states: Sequence[str], year: int) -> tuple[np.ndarray, int | None]:
    """Visitors by origin and destination in the newest table up to ``year``; NaN to unknown destinations."""
    rows = table("tourism")
    past = rows["year"].filter(rows["year"] <= year)
    if not past.len():
        return np.full((len(states), len(states)), np.nan), None
    base = int(past.max())  # type: ignore[arg-type]
    here = rows.filter(pl.col("year") == base)
    flow = place(here, "origin", "destination", "tourists", states, 0.0)
    reported = set(here["destination"])
    flow[:, [s not in reported for s in states]] = np.nan
    np.fill_diagonal(flow, 0.0)
    return flow, base


def levels(states: Sequence[str], year: int) -> np.ndarray:
    """Peace levels in ``year`` as the start of a run would have them, (n, n)."""
    held = peace.history(states, year).level[-1].astype(float)
    np.fill_diagonal(held, peace.NEGATIVE_PEACE)
    return held


def closed(states: Sequence[str], year: int) -> np.ndarray:
    """Links closed over a quarrel (1) or by war (2) at the end of ``year``, (n, n), symmetric."""
    found = np.zeros((len(states), len(states)))
    at = {s: i for i, s in enumerate(states)}
    if year < CLOSED_FROM or "RUS" not in at:
        return found
    union = blocs.members(list(table("blocs").iter_rows()), "EU", year)
    for other in (*union, *SKIES):
        if other in at:
            found[at["RUS"], at[other]] = found[at[other], at["RUS"]] = 1.0
    for foe in ("RUS", "BLR"):
        if foe in at and "UKR" in at:
            found[at[foe], at["UKR"]] = found[at["UKR"], at[foe]] = 2.0
    return found
