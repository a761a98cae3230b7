"""What a set of states weighs in armed force in the years of a run, and warheads left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.run.estimate import Estimate, summary
from detente.run.result import Result

FIELDS = {
    "capability": "power_share",
    "personnel": "personnel",
    "spending": "milex",
    "warheads": "warheads",
    "gdp": "real_gdp",
}
PPP = ("milex_share", "gdp_ppp")


def each(result: Result, quantity: str, scenario: str) -> np.ndarray:
    """A quantity of every state and year, (draw, year, state).

    Spending at purchasing power is the military share of output at purchasing power.
    """

    def of(field: str) -> np.ndarray:
        found: np.ndarray = result.values(field, scenario, state="all", how="each")
        return found

    return of(PPP[0]) * of(PPP[1]) if quantity == "spending_ppp" else of(FIELDS[quantity])


def projected(
    result: Result, states: Sequence[str], quantity: str, scenario: str, year: int
) -> tuple[Estimate, Estimate, tuple[str, ...]]:
    """Sum over states, its share of the world, and members whose value the run does not know."""
    values = each(result, quantity, scenario)[:, result.years.index(year)]
    mine = values[:, [result.index.position(s) for s in states]]
    total, whole = np.nansum(mine, axis=1), np.nansum(values, axis=1)
    share = np.divide(total, whole, out=np.full(total.shape, np.nan), where=whole > 0)
    gone = tuple(s for s, lost in zip(states, np.isnan(mine).all(axis=0), strict=True) if lost)
    return summary(total, ""), summary(share, ""), gone


@dataclass(frozen=True, slots=True)
class Left:
    """Warheads of one state at the end of a year: stockpile, deployed, above its ceiling, on hosts' soil."""

    state: str
    year: int
    stockpile: Estimate
    deployed: Estimate
    over: Estimate
    most: float
    """Share of worlds in which nobody has more."""


@dataclass(frozen=True, slots=True)
class Parity:
    """The second largest stockpile over the largest, and the world's total, at the end of a year."""

    year: int
    first_over_second: Estimate
    world: Estimate
    hosted: Estimate


def armed(result: Result, scenario: str) -> tuple[str, ...]:
    """States with warheads in any year of the world, the largest stockpile of the first year first."""
    values = np.nan_to_num(result.values("warheads", scenario, state="all", how="each"))
    some = np.flatnonzero(values.max(axis=(0, 1)) > 0)
    first = values[:, 0].mean(axis=0)
    return tuple(result.index.states[k] for k in sorted(some, key=lambda k: -first[k]))


def left(result: Result, scenario: str, year: int) -> list[Left]:
    """Who has how many warheads in a year."""
    at, states = result.years.index(year), armed(result, scenario)

    def of(field: str) -> np.ndarray:
        found: np.ndarray = result.values(field, scenario, state="all", how="each")[:, at]
        return found[:, [result.index.position(s) for s in states]]

    stock, deployed, over = of("warheads"), of("deployed_warheads"), of("over_ceiling")
    most = stock.max(axis=1, keepdims=True)
    return [
        Left(
            s,
            year,
            summary(stock[:, k], "warheads"),
            summary(deployed[:, k], "warheads"),
            summary(over[:, k], "warheads"),
            float((stock[:, k] >= most[:, 0] - 0.5).mean()),
        )
        for k, s in enumerate(states)
    ]


def parity(result: Result, scenario: str, year: int) -> Parity:
    """How near the two largest stockpiles stand to each other."""
    at = result.years.index(year)
    stock = np.nan_to_num(result.values("warheads", scenario, state="all", how="each")[:, at])
    order = np.sort(stock, axis=1)
    ratio = np.divide(order[:, -1], order[:, -2], out=np.full(len(order), np.nan), where=order[:, -2] > 0)
    hosted = np.nansum(result.values("hosted_warheads", scenario, state="all", how="each")[:, at], axis=1)
    return Parity(
        year, summary(ratio, "ratio"), summary(stock.sum(axis=1), "warheads"), summary(hosted, "warheads")
    )
