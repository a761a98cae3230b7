"""Start values of military budgets: what allies have pledged, and the room that public money leaves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.data.pledges import pledged, pledges
from detente.data.start_economy import column
from detente.data.start_states import PROJECTED_FROM, YEARS_AHEAD, Notes, Values
from detente.model.world import Observation

MEMORY, EARLIEST, CARRIED = 10.0, 1970, 2
"""Years of memory of the usual balance, as in ``mechanisms.defence.panel``; first year of the table; years
for which a newest balance is carried on."""


def budgets(states: Sequence[str], year: int) -> tuple[Values, dict[str, dict[int, np.ndarray]], Notes]:
    """``fiscal_room``, and ``pledged_share`` with its path, of every state at the end of ``year``.

    A start that takes growth from today's projections knows today's pledges too; an earlier one those agreed
    by its year.
    """
    room = fiscal_room(states, year)
    known = int(pledges()["agreed"].max()) if year >= PROJECTED_FROM else year
    ahead = {y: np.full(len(states), pledged(y, known)) for y in range(year + 1, year + YEARS_AHEAD + 1)}
    values = {"fiscal_room": room, "pledged_share": ahead[year + 1]}
    rule = f"balances up to {CARRIED} years old are carried on; unknown where none is reported"
    notes = {
        "fiscal_room": Observation("IMF WEO April 2024", year, float(np.isfinite(room).mean()), rule),
        "pledged_share": Observation(
            "declarations of NATO's summits", year, 1.0, f"pledges of heads of government agreed by {known}"
        ),
    }
    return values, {"pledged_share": ahead}, notes


def fiscal_room(states: Sequence[str], year: int) -> np.ndarray:
    """Newest balance of general government less its exponential mean, fraction of GDP, (n,)."""
    norm = newest = np.full(len(states), np.nan)
    for y, seen in zip(
        range(EARLIEST, year + 1), column("balance", states, range(EARLIEST, year + 1)), strict=True
    ):
        moved = norm + (seen - norm) / MEMORY
        norm = np.where(np.isnan(norm), seen, np.where(np.isnan(seen), norm, moved))
        newest = np.where(np.isfinite(seen) & (y >= year - CARRIED), seen, newest)
    return newest - norm
