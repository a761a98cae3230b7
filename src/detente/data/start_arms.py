"""Start values of the arms trade: deliveries of the newest window, and what pairs and pacts were then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from detente.data.bundle import table
from detente.data.start_pairs import place
from detente.data.start_states import Notes, Values
from detente.data.tables_economy import WINDOW
from detente.model.world import Observation

FIRST_WINDOW = 1978
"""Yearly totals of the table ``economy`` begin in 1970, so this is the first window that they fill."""


def trade(states: Sequence[str], year: int, seen: Mapping[str, np.ndarray]) -> tuple[Values, Notes]:
    """Deliveries by pair (million TIV a year) in the newest window that has ended by ``year``.

    Unknown (NaN) before the first window whose yearly totals are known.

    ``seen`` gives the start values of milex, defence_pact, peace_level, sanction_arms and
    sanction_complete, which are kept beside as what the world was when the run began.
    """
    base, said = deliveries(states, year)
    embargo = np.maximum(seen["sanction_arms"], seen["sanction_complete"])
    values: Values = {
        "arms_base": base,
        "arms_tie": np.zeros_like(base),
        "arms_imports": base.sum(axis=0),
        "pact_start": seen["defence_pact"].copy(),
        "peace_start": seen["peace_level"].copy(),
        "arms_ban_start": embargo,
        "milex_start": seen["milex"].copy(),
        "alliance_standards": standards(seen["defence_pact"], seen["milex"]),
    }
    return values, {"arms_base": said, "arms_imports": said}


def deliveries(states: Sequence[str], year: int) -> tuple[np.ndarray, Observation]:
    """Deliveries by seller and buyer in a mean year of the newest whole window, and their source."""
    rows = table("arms")
    ended = rows["window"].filter(rows["window"].is_between(FIRST_WINDOW, year))
    if not ended.len():
        rule = f"unknown before the window that ended in {FIRST_WINDOW}: no arms trade in the model"
        return np.full((len(states), len(states)), np.nan), Observation("none", year, 0.0, rule)
    window = int(ended.max())  # type: ignore[arg-type]
    share = place(rows.filter(pl.col("window") == window), "seller", "buyer", "share", states, 0.0)
    base = share * yearly_deliveries(window)
    np.fill_diagonal(base, 0.0)
    rule = f"mean of {window - WINDOW + 1}-{window}; shares under 0.005 % are left out"
    return base, Observation("SIPRI arms transfers; totals from Gapminder", window, 1.0, rule)


def yearly_deliveries(window: int) -> float:
    """The world's deliveries in a mean year of a window, million TIV."""
    rows = table("economy").filter(pl.col("year").is_between(window - WINDOW + 1, window))
    return float(rows["arms_exports"].sum()) / WINDOW


def standards(pact: np.ndarray, milex: np.ndarray) -> np.ndarray:
    """Share of the world's military spending to which a state is bound, over the largest such share."""
    allied = pact @ np.nan_to_num(milex, nan=0.0)
    return allied / allied.max() if allied.max() > 0 else np.zeros_like(allied)
