"""The record that *investment* is fitted on: arrays (years, states) from the tables of the bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.investment import equations as eq

FIRST = 1975
SMALLEST = 1.0
"""Billion 2023 USD of output below which a state's inflow says nothing about its economy."""
MEMORY = 10
"""Years of record behind a state's habit."""
ENOUGH = 6


@dataclass(frozen=True)
class Panel:
    """Arrays (years, states); NaN where unknown.

    ``level`` asinh of inflow in per cent of GDP, ``sanctioned`` and ``rivals`` shares of the rest of the
    world, ``governance`` 0-100, ``gdp`` billion 2023 USD.
    """

    years: np.ndarray
    states: tuple[str, ...]
    level: np.ndarray
    sanctioned: np.ndarray
    rivals: np.ndarray
    governance: np.ndarray
    gdp: np.ndarray

    def until(self, year: int) -> Panel:
        """The same up to a year."""
        keep = self.years <= year
        cut = {k: v[keep] for k, v in vars(self).items() if k != "states"}
        return Panel(states=self.states, **cut)


def assemble(table: Callable[[str], Any], until: int) -> Panel:
    """The panel up to ``until`` from tables state_year, economy, sanctions and levels.

    The newest year of the sanctions stands for later ones, as at the start of a run.
    """
    rows, money = table("state_year"), table("economy")
    years = np.arange(FIRST, until + 1)
    states = tuple(sorted(money.drop_nulls("fdi")["state"].unique()))
    place = {s: i for i, s in enumerate(states)}
    gdp = _grid(rows, "gdp_real", years, place)
    usd = _grid(rows, "gdp_usd", years, place) / 1e9
    level = eq.asinh_share(inflow=_grid(money, "fdi", years, place), gdp=usd)
    n = len(states)
    sanctioned, rivals = np.zeros_like(gdp), np.zeros_like(gdp)
    bans = _flags(table("sanctions"), "sender", "target", ("complete", "partial", "financial"))
    peace = _rivals(table("levels"))
    last = max(bans)
    for t, year in enumerate(years):
        sanctioned[t] = _covered(bans.get(min(int(year), last), ()), place, n, gdp[t])
        rivals[t] = _covered(peace.get(int(year), ()), place, n, gdp[t])
    level = np.where(gdp > SMALLEST, level, np.nan)
    return Panel(years, states, level, sanctioned, rivals, _grid(money, "governance", years, place), gdp)


def habits(panel: Panel, at: int) -> dict[str, np.ndarray]:
    """Means over the ten years up to row ``at`` of level, sanctioned, rivals and governance; volatility.

    A habit of inflows needs six known years; the others are means over the years in which inflows are known.
    """
    rows = slice(max(0, at - MEMORY + 1), at + 1)
    known = np.isfinite(panel.level[rows])
    enough = known.sum(axis=0) >= ENOUGH
    return {
        "level": np.where(enough, mean(panel.level[rows], known), np.nan),
        "volatility": eq.volatility(history=panel.level[rows]),
        "sanctioned": mean(panel.sanctioned[rows], known),
        "rivals": mean(panel.rivals[rows], known),
        "governance": mean(panel.governance[rows], np.isfinite(panel.governance[rows])),
    }


def mean(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Mean over rows of the cells that count; NaN where none does."""
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)


def _grid(frame: Any, column: str, years: np.ndarray, place: dict[str, int]) -> np.ndarray:
    out = np.full((len(years), len(place)), np.nan)
    for state, year, value in frame.select("state", "year", column).drop_nulls().iter_rows():
        if state in place and years[0] <= year <= years[-1]:
            out[year - years[0], place[state]] = value
    return out


def _flags(frame: Any, one: str, two: str, columns: tuple[str, ...]) -> dict[int, list[tuple[str, str]]]:
    """Pairs (from, onto) by year for which any of the columns holds."""
    found: dict[int, list[tuple[str, str]]] = {}
    for row in frame.select(one, two, "year", *columns).iter_rows():
        if any(row[3:]):
            found.setdefault(int(row[2]), []).append((row[0], row[1]))
    return found


def _rivals(frame: Any) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for a, b, year in frame.filter(frame["level"] <= eq.RIVAL).select("a", "b", "year").iter_rows():
        found.setdefault(int(year), []).extend([(a, b), (b, a)])
    return found


def _covered(pairs: Any, place: dict[str, int], n: int, gdp: np.ndarray) -> np.ndarray:
    flag = np.zeros((1, n, n))
    for a, b in pairs:
        if a in place and b in place:
            flag[0, place[a], place[b]] = 1.0
    return eq.coverage(flag=flag, weight=gdp[None])[0]
