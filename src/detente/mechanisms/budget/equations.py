"""Relations of the mechanism *budget*: where the money goes that armed forces no longer cost.

State arrays have shape (draw, n), parameters (draw,). Shares are fractions of GDP; a negative amount
freed is money that armed forces cost more than at the start, and is taken from the same places. NaN marks a
state whose military spending is unknown; it stays unknown and touches no other.
"""

from __future__ import annotations

import numpy as np


def freed(*, before: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Share of GDP that armed forces no longer take, ``before - now``."""
    return before - now


def uses_on_record(*, expenditure: np.ndarray, revenue: np.ndarray) -> np.ndarray:
    """Parts of a freed unit that go to civil spending, a lower deficit and lower revenue, (draw, 3).

    ``expenditure`` and ``revenue`` (draw,): by how much total expenditure and revenue fall for each unit by
    which military spending falls. In bookkeeping the parts are 1 - expenditure, expenditure - revenue, and
    revenue, and add up to 1; an estimate above 1 or below 0 says that other things moved too, and no unit
    can be used more than once, so each part is held between 0 and 1 and the three are scaled to add up to 1.
    """
    parts = np.stack([1.0 - expenditure, expenditure - revenue, revenue], axis=1)
    held = np.clip(parts, 0.0, 1.0)
    return held / held.sum(axis=1, keepdims=True)


def uses_if_kept(*, civil: np.ndarray) -> np.ndarray:
    """The same where the ministries keep the money: ``civil`` (draw,) of it, the rest lowers the deficit."""
    return np.stack([civil, 1.0 - civil, np.zeros_like(civil)], axis=1)


def schools_and_health(*, civil: np.ndarray, response: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Part of a freed unit that goes to education and health, (draw,): never more than all civil spending.

    ``response`` by how much such spending rose for each unit freed on record; ``share`` their share of
    civil spending, which they get of what is kept.
    """
    return np.clip(np.maximum(response, share * civil), 0.0, civil)


def amount(*, freed: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Share of GDP (draw, n) that one use gets: its ``part`` (draw,) of what is ``freed``."""
    return part[:, None] * freed


def per_head(*, freed: np.ndarray, gdp: np.ndarray, population: np.ndarray) -> np.ndarray:
    """Money freed for each inhabitant a year, USD of 2023; ``gdp`` in billion."""
    return freed * gdp * 1e9 / population
