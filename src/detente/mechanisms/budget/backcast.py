"""What higher military spending would have cost in the past, had shares been held as they were.

Bookkeeping and not a simulation: output is taken as it was; what armed forces would have taken more comes
out of civil spending, of the deficit and of taxes in the parts that :mod:`detente.mechanisms.budget` gives
a freed unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

CONSUMED = 0.75
"""Share of GDP that is consumed, private and public, in rich states: between 0.70 and 0.80."""


def foregone(state_year: Any, states: Sequence[str], since: int, years: Sequence[int]) -> np.ndarray:
    """Share of their joint GDP that armed forces took less than in ``since``, by year, (years,).

    Weighted by real output; a state counts in the years in which its share is known, then and in ``since``.
    """
    rows = state_year.filter(state_year["state"].is_in(list(states)))
    share = {(s, y): v for s, y, v in rows.select("state", "year", "milex_share").drop_nulls().iter_rows()}
    gdp = {(s, y): v for s, y, v in rows.select("state", "year", "gdp_real").drop_nulls().iter_rows()}
    out = []
    for year in years:
        held = [s for s in states if {(s, year), (s, since)} <= share.keys() and (s, year) in gdp]
        weight = np.array([gdp[s, year] for s in held])
        freed = np.array([share[s, since] - share[s, year] for s in held])
        out.append(float((weight * freed).sum() / weight.sum()) if held else np.nan)
    return np.array(out)


def consumption_lost(freed: np.ndarray, parts: np.ndarray, deficit_counts: bool) -> np.ndarray:
    """By what share consumption would have been lower, (draw,), as a mean over the years of ``freed``.

    ``parts`` (draw, 3): civil spending, deficit, taxes. Civil spending and taxes come out of consumption one
    for one; a larger deficit does only where ``deficit_counts``, and otherwise lowers saving and investment.
    """
    counted = parts[:, 0] + parts[:, 2] + (parts[:, 1] if deficit_counts else 0.0)
    return counted * float(np.nanmean(freed)) / CONSUMED
