"""Start values over states: the newest observation of each, its age, and projections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from detente.data import growth
from detente.data.bundle import table
from detente.model.world import Observation

Values = dict[str, np.ndarray]
Notes = dict[str, Observation]
REACH = 5
"""An observation up to this many years old stands for the start year; an older one is missing."""
PROJECTED_FROM = 2024
"""Start years from here on use the projections; earlier ones must not know them."""
YEARS_AHEAD = 50
LASTS = 0.8
"""Share of a surprise in an ideal point that lasts, as in the track record of the mechanism *alignment*."""

PLAIN = {
    "polyarchy": ("polyarchy", "V-Dem v16"),
    "population": ("population", "World Bank WDI, IMF WEO"),
    "ideal_point": ("ideal_point", "Bailey, Strezhnev and Voeten, July 2025"),
    "gdp": ("gdp_real", "World Bank WDI, IMF WEO"),
    "milex_share": ("milex_share", "World Bank WDI (from SIPRI)"),
}


def series(column: str, states: Sequence[str], years: Sequence[int]) -> np.ndarray:
    """A column of ``state_year`` as an array (years, states); NaN where unknown."""
    found = np.full((len(years), len(states)), np.nan)
    row, place = {y: t for t, y in enumerate(years)}, {s: i for i, s in enumerate(states)}
    rows = table("state_year").filter(pl.col("year").is_in(list(years)) & pl.col("state").is_in(list(states)))
    for state, year, value in rows.select("state", "year", column).drop_nulls().iter_rows():
        found[row[year], place[state]] = value
    return found


def newest(column: str, states: Sequence[str], year: int) -> tuple[np.ndarray, np.ndarray]:
    """Newest value up to ``year`` of each state, at most ``REACH`` years old, and the year it is from."""
    years = list(range(year - REACH, year + 1))
    history = series(column, states, years)
    value, when = np.full(len(states), np.nan), np.full(len(states), np.nan)
    for t, y in enumerate(years):
        known = np.isfinite(history[t])
        value, when = np.where(known, history[t], value), np.where(known, y, when)
    return value, when


def note(source: str, value: np.ndarray, when: np.ndarray, rule: str = "") -> Observation:
    """What is said of a field: its newest year, and the share of states observed in just that year."""
    latest = int(np.nanmax(when))
    carried = int(np.sum(np.isfinite(when) & (when < latest)))
    more = f"{carried} states carry an observation up to {REACH} years old" if carried else ""
    return Observation(
        source, latest, float(np.mean(when == latest)), "; ".join(t for t in (rule, more) if t)
    )


def plain(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Fields that are observations as they stand, and military spending and its habit."""
    values, notes = {}, {}
    for field, (column, origin) in PLAIN.items():
        values[field], when = newest(column, states, year)
        notes[field] = note(origin, values[field], when)
    values["milex"] = values["milex_share"] * values["gdp"]
    shares = series("milex_share", states, range(year - 9, year + 1))
    habit = np.exp(growth._mean(np.log(np.where(shares > 0, shares, np.nan))))
    values["milex_norm"] = np.where(values["milex_share"] == 0, 0.0, habit)
    notes["milex"] = Observation(
        "milex_share × gdp", notes["milex_share"].newest, notes["milex_share"].observed
    )
    notes["milex_norm"] = Observation(
        "World Bank WDI (from SIPRI)",
        year,
        float(np.isfinite(habit).mean()),
        "geometric mean of the shares observed in the last ten years",
    )
    return values, notes


def growth_record(states: Sequence[str], year: int) -> np.ndarray:
    """Log growth of real GDP in the last ten years, (10, states), the newest last."""
    level = series("gdp_real", states, range(year - growth.MEMORY, year + 1))
    return np.diff(np.log(level), axis=0)


def outlook(
    states: Sequence[str], year: int, people: np.ndarray
) -> tuple[Values, dict[str, dict[int, np.ndarray]], Notes]:
    """Growth and population to come: values, yearly paths and notes of baseline_growth and population."""
    record = growth_record(states, year)
    values: Values = {
        "growth_volatility": growth.growth_volatility(record),
        "growth_drift": np.zeros(len(states)),
    }
    paths, notes = (
        _projected(states, year, people) if year >= PROJECTED_FROM else _trend(states, year, record, people)
    )
    values["baseline_growth"] = paths["baseline_growth"][year + 1]
    enough = float((np.isfinite(record).sum(axis=0) >= growth.ENOUGH).mean())
    notes["growth_volatility"] = Observation(
        "World Bank WDI, IMF WEO",
        year,
        enough,
        "states with under eight of the last ten years get the median state's",
    )
    return values, paths, notes


def _projected(states: Sequence[str], year: int, people: np.ndarray) -> tuple[dict, Notes]:
    rows = table("projection").filter(pl.col("state").is_in(list(states)) & (pl.col("year") > year))
    place = {s: i for i, s in enumerate(states)}
    years = sorted(rows["year"].unique())
    growth_path = {y: np.full(len(states), np.nan) for y in years}
    people_path = {y: people.copy() for y in years}
    for state, y, rate, count in rows.select("state", "year", "growth", "population").iter_rows():
        if rate is not None:
            growth_path[y][place[state]] = rate
        if count is not None:
            people_path[y][place[state]] = count
    share = float(np.isfinite(growth_path[years[0]]).mean())
    moving = float((people_path[years[-1]] != people)[np.isfinite(people)].mean())
    return {"baseline_growth": growth_path, "population": people_path}, {
        "baseline_growth": Observation(
            "IMF WEO April 2024 to 2029, then SSP2",
            year,
            share,
            "states in neither: their own mean growth 2015-2025",
        ),
        "population": Observation(
            "World Bank WDI, then SSP2 growth",
            year,
            moving,
            "states that SSP2 does not cover keep their newest population",
        ),
    }


def _trend(states: Sequence[str], year: int, record: np.ndarray, people: np.ndarray) -> tuple[dict, Notes]:
    """For a start in the past: growth as the last ten years suggest; no projection of today is used."""
    own = growth.expected_growth(record)
    rate = np.where(np.isfinite(own), own, np.nanmedian(own))
    heads = series("population", states, range(year - growth.MEMORY, year + 1))
    pace = growth._mean(np.diff(np.log(heads), axis=0))
    pace = np.where(np.isfinite(pace), pace, 0.0)
    ahead = range(1, YEARS_AHEAD + 1)
    paths = {
        "baseline_growth": {year + k: rate for k in ahead},
        "population": {year + k: people * np.exp(pace * k) for k in ahead},
    }
    notes = {
        "baseline_growth": Observation(
            "World Bank WDI, IMF WEO",
            year,
            float(np.isfinite(own).mean()),
            "mean growth of the last ten years, 60 % of the way to the median state's; with "
            "under eight years known, the median state's",
        ),
        "population": Observation(
            "World Bank WDI",
            year,
            float(np.isfinite(people).mean()),
            "moves on by its mean growth of the last ten years",
        ),
    }
    return paths, notes


def passing_part(history: np.ndarray) -> np.ndarray:
    """How much of the newest ideal points is one year's agenda and will not last, (n,).

    ``history`` (years, n), the newest last. The lasting position follows each observation by ``LASTS`` of its
    surprise, as in ``mechanisms.alignment.equations.passing_part``; a test holds the two together.
    """
    lasting = history[0].copy()
    for seen in history[1:]:
        followed = np.where(np.isnan(lasting), seen, lasting + LASTS * (seen - lasting))
        lasting = np.where(np.isnan(seen), lasting, followed)
    return history[-1] - lasting


def passing(states: Sequence[str], year: int) -> np.ndarray:
    """The passing part of the ideal points at the start; 0 where the newest observation is an older one."""
    history = series("ideal_point", states, range(year - 30, year + 1))
    held, _ = newest("ideal_point", states, year)
    part = passing_part(history)
    return np.where(np.isnan(held), np.nan, np.nan_to_num(part, nan=0.0))


def unreported_milex(states: Sequence[str], year: int, milex: np.ndarray) -> tuple[np.ndarray, Observation]:
    """Military spending of states that report none, billion 2023 USD; NaN where it is reported.

    Least squares of log spending on log CINC over all states in the newest year up to ``year`` that has both.
    """
    base = min(year, int(table("state_year").drop_nulls("cinc")["year"].max()))
    cinc = series("cinc", states, [base])[0]
    spent = series("milex_share", states, [base])[0] * series("gdp_real", states, [base])[0]
    both = (cinc > 0) & (spent > 0)
    slope, level = np.polyfit(np.log(cinc[both]), np.log(spent[both]), 1)
    guess = np.exp(level + slope * np.log(np.where(cinc > 0, cinc, np.nan)))
    rule = f"log spending on log CINC over {int(both.sum())} states in {base}: slope {slope:.2f}"
    return np.where(np.isnan(milex), guess, np.nan), Observation(
        "COW NMC 7.0, World Bank WDI", base, 0.0, rule
    )
