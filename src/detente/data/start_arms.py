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


def trade(states: Sequence[str], year: int, seen: Mapping[str, np.ndarray]) -> tuple[Values, Notes]:
    """Deliveries by pair (million TIV a year) in the newest window that has ended by ``year``.

    ``seen`` gives the start values of milex, defence_pact, peace_level, sanction_arms and
    sanction_complete, which are kept beside as what the world was when the run began.
    """
    rows = table("arms")
    window = int(rows.filter(pl.col("window") <= year)["window"].max())
    share = place(rows.filter(pl.col("window") == window), "seller", "buyer", "share", states, 0.0)
    base = share * yearly_deliveries(window)
    np.fill_diagonal(base, 0.0)
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
    said = Observation(
        "SIPRI arms transfers; totals from Gapminder",
        window,
        1.0,
        f"mean of {window - WINDOW + 1}-{window}; shares under 0.005 % are left out",
    )
    return values, {"arms_base": said, "arms_imports": said}


def yearly_deliveries(window: int) -> float:
    """The world's deliveries in a mean year of a window, million TIV."""
    rows = table("economy").filter(pl.col("year").is_between(window - WINDOW + 1, window))
    return float(rows["arms_exports"].sum()) / WINDOW


def standards(pact: np.ndarray, milex: np.ndarray) -> np.ndarray:
    """Share of the world's military spending to which a state is bound, over the largest such share."""
    allied = pact @ np.nan_to_num(milex, nan=0.0)
    return allied / allied.max() if allied.max() > 0 else np.zeros_like(allied)
