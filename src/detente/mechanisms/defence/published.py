"""Published findings on military spending, computed again on our panel."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.defence.estimation import clustered
from detente.mechanisms.defence.fit import demeaned
from detente.mechanisms.defence.panel import SMALLEST_SHARE, Panel, wide
from detente.mechanisms.defence.response import dispute_chance

FIRST, LAST = 1960, 2000
"""Years of the panel of spending on risk; that of Nordhaus, Oneal & Russett (2012) begins in 1950."""


def spending_on_risk(seen: Panel, highest: float = 1.0, within: bool = False) -> dict[str, float]:
    """Log spending on the chance of a fatal dispute, in the form of Nordhaus, Oneal & Russett (2012).

    Log of real military spending on the predicted chance of at least one fatal dispute (in per cent), log of
    real GDP, democracy and year effects, 1960-2000; errors by state. ``highest`` leaves out state-years above
    a chance; ``within`` takes out state effects too. Returns ``percent`` per point, its ``error``, and the
    numbers of ``rows`` and ``states``.
    """
    chance = dispute_chance(seen)
    spent = np.log(np.where(seen.share >= SMALLEST_SHARE, seen.milex, np.nan))
    x = np.stack([100 * chance, np.log(seen.gdp), seen.polyarchy], axis=-1)
    years = np.array(seen.years)
    good = np.isfinite(spent) & np.isfinite(x).all(-1) & (chance <= highest)
    good &= ((years >= FIRST) & (years <= LAST))[:, None]
    t, i = np.nonzero(good)
    dummies = (t[:, None] == np.unique(t)[None, 1:]) * 1.0
    rows = np.c_[spent[t, i], x[t, i], dummies]
    rows = demeaned(rows, np.ones(len(t)), i if within else np.zeros(len(t), dtype=int))
    b = np.linalg.lstsq(rows[:, 1:], rows[:, 0], rcond=None)[0]
    bread = np.linalg.pinv(rows[:, 1:].T @ rows[:, 1:])
    left = rows[:, 0] - rows[:, 1:] @ b
    spread = bread @ clustered(rows[:, 1:] * left[:, None], i) @ bread
    found = {"percent": 100 * np.expm1(b[0]), "error": 100 * spread[0, 0] ** 0.5}
    return {k: float(v) for k, v in found.items()} | {"rows": len(t), "states": len(np.unique(i))}


def cuts(seen: Panel, since: int, until: int) -> tuple[int, int]:
    """How many states spent a smaller share of GDP in ``until`` than in ``since``, and of how many."""
    then, now = (seen.share[seen.years.index(y)] for y in (since, until))
    both = np.isfinite(then) & np.isfinite(now)
    return int((now[both] < then[both]).sum()), int(both.sum())


def world_at_prices_of_the_day(state_year: Any, seen: Panel, year: int) -> float:
    """World military spending over world output in current dollars, states that report both."""
    output = wide(state_year.filter(state_year["year"] == year), "gdp_usd", seen.states, (year,))[0]
    share = seen.share[seen.years.index(year)]
    known = np.isfinite(share) & np.isfinite(output)
    return float((share[known] * output[known]).sum() / output[known].sum())
