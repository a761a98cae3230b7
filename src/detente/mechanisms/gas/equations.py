"""Curves of a gas market: supply, demand, flow on a route, by price; and what bills and rents follow.

Prices in USD/MMBtu, volumes in bcm a year. Arrays of any common shape.
"""

from __future__ import annotations

import numpy as np

MMBTU = 37.91
"""Million MMBtu in a bcm of 40 MJ/m3 (40e15 J over 1055.06e6 J); billion USD = price x bcm x this / 1000."""
BAND = 0.01
"""Demand falls from its value at the price of unserved demand to nothing within this share above it."""
LOW = 0.02
"""Below this share of the reference price, demand goes on along its tangent (prices may touch zero)."""


def supply(*, price: np.ndarray, capacity: np.ndarray, cost: np.ndarray, curve: np.ndarray) -> np.ndarray:
    """K (1 - (c / p)^k) above the cost c of the cheapest gas, 0 below: rising towards capacity K.

    Marginal cost c (1 - q/K)^(-1/k) is flat at first and has no upper limit at K, as the logarithmic form of
    Golombek, Gjelsvik & Rosendahl (1995) has.
    """
    above = price > cost
    return np.where(above, capacity * (1.0 - (cost / np.where(above, price, cost)) ** curve), 0.0)


def supply_curve(*, price: np.ndarray, used: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """The exponent k for which a share ``used`` of capacity is produced at ``price``."""
    return np.log(1.0 - used) / np.log(cost / price)


def demand(
    *, price: np.ndarray, reference: np.ndarray, at: np.ndarray, elasticity: np.ndarray, lost_load: np.ndarray
) -> np.ndarray:
    """Q (p / p0)^e, down to nothing in a narrow band above the price of lost load."""
    low = LOW * at
    held = np.clip(price, low, lost_load)
    level = reference * (held / at) ** elasticity
    level = level + np.where(price < low, reference * LOW**elasticity * elasticity / low * (price - low), 0.0)
    return level * np.clip(1.0 - (price / lost_load - 1.0) / BAND, 0.0, 1.0)


def unserved(*, price: np.ndarray, use: np.ndarray, full: np.ndarray, lost_load: np.ndarray) -> np.ndarray:
    """Demand at the price of lost load that is not met (bcm); 0 below that price."""
    return np.where(price > lost_load, np.maximum(full - use, 0.0), 0.0)


def surplus(
    *, price: np.ndarray, reference: np.ndarray, at: np.ndarray, elasticity: np.ndarray, lost_load: np.ndarray
) -> np.ndarray:
    """Consumers' surplus at the border price: area under demand from the price to that of lost load,
    billion USD."""
    low = np.clip(price, LOW * at, lost_load)
    power = 1.0 + elasticity
    area = reference * at / power * ((lost_load / at) ** power - (low / at) ** power)
    return area * MMBTU / 1e3


def bill(*, price: np.ndarray, use: np.ndarray) -> np.ndarray:
    """What all use costs at the border price, billion USD."""
    return price * use * MMBTU / 1e3


def household_bill(
    *,
    price: np.ndarray,
    reference: np.ndarray,
    passthrough: np.ndarray,
    use: np.ndarray,
    share: np.ndarray,
    markup: np.ndarray,
    persons: np.ndarray,
    population: np.ndarray,
) -> np.ndarray:
    """USD a year for the average household of the country (with or without gas).

    Households use ``share`` of the gas, pay the border price as far as it is passed through (from the
    reference price) and a markup for networks, taxes and sales that does not move with it.
    """
    paid = reference + passthrough * (price - reference) + markup
    return paid * share * use * MMBTU * 1e6 / (population / persons)


def producers_rent(
    *, price: np.ndarray, capacity: np.ndarray, cost: np.ndarray, curve: np.ndarray
) -> np.ndarray:
    """Price less marginal cost over all gas produced, billion USD: the integral of :func:`supply`."""
    above = np.maximum(price, cost)
    one = np.abs(curve - 1.0) < 1e-6
    k = np.where(one, 2.0, curve)
    tail = np.where(one, cost * np.log(above / cost), cost / (k - 1.0) * (1.0 - (cost / above) ** (k - 1.0)))
    return capacity * ((above - cost) - tail) * MMBTU / 1e3


def remembered(*, memory: np.ndarray, price: np.ndarray, norm: np.ndarray, speed: np.ndarray) -> np.ndarray:
    """Next year's smoothed log of price over its norm: ``speed`` of the gap to this year's is closed.

    Koyck's partial adjustment: with demand moved by (long - short) x memory beside short x log price, a price
    that stays moves demand by the short-run elasticity at once and by the long-run one in the end.
    """
    return memory + speed * (np.log(np.maximum(price, LOW * norm) / norm) - memory)


def invested(
    *, capacity: np.ndarray, price: np.ndarray, long_run_cost: np.ndarray, response: np.ndarray
) -> np.ndarray:
    """Capacity added in a year (bcm): ``response`` x capacity x log of price over long-run cost, never
    negative."""
    return response * capacity * np.log(np.maximum(price / long_run_cost, 1.0)).clip(max=1.0)
