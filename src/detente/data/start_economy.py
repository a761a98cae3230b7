"""Start values of the economy of states: investment from abroad and governance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from detente.data import peace
from detente.data.bundle import table
from detente.data.start_pairs import place
from detente.data.start_states import PROJECTED_FROM, REACH, Notes, Values, note, series
from detente.model.world import Observation

MEMORY, ENOUGH, SMALLEST = 10, 6, 1.0
"""As in ``mechanisms.investment.panel``: years behind a habit, fewest known, smallest output (billion)."""
RIVAL = 0.25
HABIT = 20
"""Years behind the mean of a price level."""


def column(name: str, states: Sequence[str], years: Sequence[int]) -> np.ndarray:
    """A column of ``economy`` as an array (years, states); NaN where unknown."""
    found = np.full((len(years), len(states)), np.nan)
    row, at = {y: t for t, y in enumerate(years)}, {s: i for i, s in enumerate(states)}
    rows = table("economy").filter(pl.col("year").is_in(list(years)) & pl.col("state").is_in(list(states)))
    for state, year, value in rows.select("state", "year", name).drop_nulls().iter_rows():
        found[row[year], at[state]] = value
    return found


def newest(name: str, states: Sequence[str], year: int) -> tuple[np.ndarray, np.ndarray]:
    """Newest value up to ``year`` of each state, at most ``REACH`` years old, and the year it is from."""
    years = list(range(year - REACH, year + 1))
    value, when = np.full(len(states), np.nan), np.full(len(states), np.nan)
    for y, row in zip(years, column(name, states, years), strict=True):
        value, when = np.where(np.isfinite(row), row, value), np.where(np.isfinite(row), y, when)
    return value, when


def investment(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Inflows of direct investment, what they and their surroundings were in ten years, and governance."""
    years = list(range(year - MEMORY + 1, year + 1))
    gdp = series("gdp_real", states, years)
    share = column("fdi", states, years) / (series("gdp_usd", states, years) / 1e9)
    share = np.where(gdp > SMALLEST, share, np.nan)
    known = np.isfinite(share)
    enough = known.sum(axis=0) >= ENOUGH
    newest_share, when = _last(share, years)
    complete, partial, sanctioned, rivals = surroundings(states, years, gdp)
    score, governed = newest("governance", states, year)
    governance = column("governance", states, years)
    values = {
        "fdi_inflow": np.where(enough, newest_share, np.nan) * gdp[-1],
        "fdi_habit": np.where(enough, _mean(np.arcsinh(100 * share), known), np.nan),
        "fdi_volatility": volatility(np.arcsinh(100 * share)),
        "sanctioned_habit": np.nan_to_num(_mean(sanctioned, known), nan=0.0),
        "rivals_habit": np.nan_to_num(_mean(rivals, known), nan=0.0),
        "governance": score,
        "governance_habit": _mean(governance, np.isfinite(governance)),
        "complete_start": complete[-1],
        "partial_start": partial[-1],
        "fdi_drift": np.zeros(len(states)),
        "know_how": np.zeros(len(states)),
        "know_how_gain": np.zeros(len(states)),
    }
    habit = "mean of the years known in ten; states with under six, or an output under a billion, have none"
    said = (
        note("World Bank WDI", values["fdi_inflow"], np.where(enough, when, np.nan)) if enough.any() else None
    )
    notes = {
        "fdi_inflow": said or Observation("World Bank WDI", year, 0.0, "no state has six years in ten"),
        "fdi_habit": Observation("World Bank WDI", year, float(enough.mean()), habit),
        "governance": note("Transparency International; World Bank WGI", score, governed, WGI_RULE)
        if np.isfinite(score).any()
        else Observation("none", year, 0.0, "no score before 1996: unknown, and counted as unchanged"),
        "sanctioned_habit": Observation("GSDB v4", year, 1.0, "share of the output of all states; " + habit),
        "rivals_habit": Observation(
            "peace scale 3.1", year, 1.0, "share of the output of all states; " + habit
        ),
    }
    return values, notes


def pathways(states: Sequence[str], year: int) -> tuple[Values, dict[str, dict[int, np.ndarray]], Notes]:
    """How much faster each rival pathway grows than SSP2: values, yearly paths and notes of the four gaps.

    A start in the past knows no pathway: 0 throughout.
    """
    names, n = ("ssp1", "ssp3", "ssp4", "ssp5"), len(states)
    values: Values = {f"{p}_gap": np.zeros(n) for p in names}
    if year < PROJECTED_FROM:
        return values, {}, {f: Observation("none", year, 0.0, "0: no pathway is known") for f in values}
    at, rows = {s: i for i, s in enumerate(states)}, table("pathways")
    paths = {f: {int(y): np.zeros(n) for y in sorted(rows["year"].unique())} for f in values}
    for row in rows.filter(pl.col("state").is_in(list(states))).iter_rows(named=True):
        for p in names:
            paths[f"{p}_gap"][int(row["year"])][at[row["state"]]] = row[p]
    said = Observation("SSP database, release 3", year, rows["state"].n_unique() / n, "0 until 2030")
    return values, paths, dict.fromkeys(values, said)


def weight(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Price levels relative to the United States, and what turns real output into international dollars.

    The factor is the newest GDP at purchasing power, brought to dollars of 2023 by the deflator of the United
    States, over the real GDP of the same year.
    """
    years = list(range(year - HABIT + 1, year + 1))
    dollars = series("gdp_usd", states, years) / 1e9
    home = list(states).index("USA")
    level = np.log(dollars / column("ppp_gdp", states, years))
    level -= level[:, home : home + 1]
    known = np.isfinite(level)
    income = np.log(column("ppp_gdp", states, years) * 1e9 / series("population", states, years))
    income -= income[:, home : home + 1]
    now, when = _last(level, years)
    real = series("gdp_real", states, years)
    prices = dollars[:, home : home + 1] / real[:, home : home + 1]
    factor, measured = _last(column("ppp_gdp", states, years) / prices / real, years)
    values = {
        "price_level": np.clip(now, -5.0, 2.0),
        "price_level_habit": np.clip(_mean(level, known), -5.0, 2.0),
        "relative_income_habit": _mean(income, known & np.isfinite(income)),
        "ppp_factor": factor,
        "us_prices": prices[-1, 0],
    }
    said = note("World Bank WDI; IMF WEO", now, when, year=year)
    return values, {
        "price_level": said,
        "price_level_habit": Observation(
            "World Bank WDI; IMF WEO", year, said.observed, "mean of twenty years"
        ),
        "ppp_factor": note("World Bank WDI; IMF WEO", factor, measured, year=year),
    }


def volatility(history: np.ndarray) -> np.ndarray:
    """As ``mechanisms.investment.equations.volatility``; a test holds the two together."""
    change = np.abs(np.diff(history, axis=0))
    known = np.isfinite(change)
    own = np.where(known.sum(axis=0) >= 5, _mean(change, known), np.nan)
    own = np.where(own > 0, own, np.nan)
    middle = np.nanmedian(own) if np.isfinite(own).any() else np.nan
    return np.sqrt(np.where(np.isnan(own), middle, own) * middle)


WGI_RULE = "before 2012 and where there is no score: what the World Bank's control of corruption suggests"


def surroundings(
    states: Sequence[str], years: Sequence[int], gdp: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Shares of the rest of the world's output, four arrays (years, states): of states that sanctioned each
    state's trade completely, or partly, or its trade or finance at all, and of its rivals.
    """
    rows = table("sanctions")
    last, levels = int(rows["year"].max()), peace.levels(years[-1])
    out = np.zeros((4, len(years), len(states)))
    for t, year in enumerate(years):
        now = rows.filter(pl.col("year") == min(year, last))
        whole = place(now, "sender", "target", "complete", states, 0.0)
        part = np.maximum(place(now, "sender", "target", "partial", states, 0.0) - whole, 0.0)
        level = place(levels.filter(pl.col("year") == year), "a", "b", "level", states, np.nan)
        rival = (np.fmin(level, level.T) <= RIVAL) * 1.0
        money = place(now, "sender", "target", "financial", states, 0.0)
        every = np.maximum(money, np.maximum(whole, part))
        out[:, t] = [covered(flag, gdp[t]) for flag in (whole, part, every, rival)]
    return out[0], out[1], out[2], out[3]


def covered(flag: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Share of the rest of the world by ``weight`` (n,) for which ``flag`` (from, onto) holds, (n,)."""
    held = np.nan_to_num(weight, nan=0.0)
    others = held.sum() - held
    return np.divide(held @ flag, others, out=np.zeros(len(held)), where=others > 0)


def _last(values: np.ndarray, years: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    newest_, when = np.full(values.shape[1], np.nan), np.full(values.shape[1], np.nan)
    for row, year in zip(values[-REACH:], years[-REACH:], strict=True):
        known = np.isfinite(row)
        newest_, when = np.where(known, row, newest_), np.where(known, year, when)
    return newest_, when


def _mean(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
