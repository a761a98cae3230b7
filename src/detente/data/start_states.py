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
EARLY_FROM, EARLY_TO = 1946, 1990
"""Worlds that end in these years take output, people and spending from the table ``early``: the states of the
day in their borders, which the World Bank does not know."""
LASTS = 0.8
"""Share of a surprise in an ideal point that lasts, as in the track record of the mechanism *alignment*."""

PLAIN = {
    "polyarchy": ("polyarchy", "V-Dem v16"),
    "population": ("population", "World Bank WDI, IMF WEO"),
    "ideal_point": ("ideal_point", "Bailey, Strezhnev and Voeten, July 2025"),
    "gdp": ("gdp_real", "World Bank WDI, IMF WEO"),
    "milex_share": ("milex_share", "World Bank WDI (from SIPRI)"),
}

EARLY = {
    "population": ("COW NMC 7.0, World Bank WDI", "in the borders of the day"),
    "gdp": (
        "World Bank WDI; before, Maddison Project 2020",
        "what the World Bank lacks: its first level moved back by Maddison; the Soviet Union, Yugoslavia and "
        "Czechoslovakia at United States prices, for no exchange rate of 2023 can value them (the Soviet "
        "output of 1990 is 1.8 times the sum of its fifteen successors); divided Germany, Vietnam and Yemen "
        "split by population",
    ),
    "milex_share": (
        "World Bank WDI (from SIPRI); else COW NMC 7.0",
        "where the World Bank has none: NMC's dollars over output in current dollars, for planned economies "
        "over output at purchasing power; NMC's Soviet figures fall by five eighths from 1988 to 1989",
    ),
}
"""What stands behind fields of a world before 1991, and by which rule."""


def origin(field: str, year: int) -> tuple[str, str]:
    """Source of a plain field in a world that ends with ``year``, and the rule behind it, if any."""
    return EARLY[field] if year <= EARLY_TO and field in EARLY else (PLAIN[field][1], "")


def series(column: str, states: Sequence[str], years: Sequence[int]) -> np.ndarray:
    """A column of ``state_year`` as an array (years, states); NaN where unknown.

    Years that all lie before 1991 are those of a world of that time: see :data:`EARLY_TO`.
    """
    found = np.full((len(years), len(states)), np.nan)
    row, place = {y: t for t, y in enumerate(years)}, {s: i for i, s in enumerate(states)}
    held = table("early") if max(years) <= EARLY_TO else table("state_year")
    held = held if column in held.columns else table("state_year")
    rows = held.filter(pl.col("year").is_in(list(years)) & pl.col("state").is_in(list(states)))
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


def note(
    source: str, value: np.ndarray, when: np.ndarray, rule: str = "", year: int = EARLY_FROM
) -> Observation:
    """What is said of a field: its newest year, and the share of states observed in just that year.

    A field that nobody has in the world of ``year`` is said to be so.
    """
    if not np.isfinite(when).any():
        return Observation("none", year, 0.0, f"unknown: {source} has nothing so early")
    latest = int(np.nanmax(when))
    carried = int(np.sum(np.isfinite(when) & (when < latest)))
    more = f"{carried} states carry an observation up to {REACH} years old" if carried else ""
    return Observation(
        source, latest, float(np.mean(when == latest)), "; ".join(t for t in (rule, more) if t)
    )


def plain(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Fields that are observations as they stand, and military spending and its habit."""
    values, notes = {}, {}
    for field, (column, _) in PLAIN.items():
        values[field], when = newest(column, states, year)
        source, rule = origin(field, year)
        notes[field] = note(source, values[field], when, rule)
    values["milex"] = values["milex_share"] * values["gdp"]
    shares = series("milex_share", states, range(year - 9, year + 1))
    habit = np.exp(growth._mean(np.log(np.where(shares > 0, shares, np.nan))))
    values["milex_norm"] = np.where(values["milex_share"] == 0, 0.0, habit)
    notes["milex"] = Observation(
        "milex_share × gdp", notes["milex_share"].newest, notes["milex_share"].observed
    )
    notes["milex_norm"] = Observation(
        origin("milex_share", year)[0],
        year,
        float(np.isfinite(habit).mean()),
        "geometric mean of the shares observed in the last ten years",
    )
    return values, notes


def growth_record(states: Sequence[str], year: int) -> np.ndarray:
    """Log growth of real GDP in the last ten years, (10 or fewer, states), the newest last.

    Unknown in a year in which a state's borders changed; the record begins in 1946.
    """
    years = range(max(year - growth.MEMORY, EARLY_FROM), year + 1)
    return np.diff(np.log(series("gdp_real", states, years)), axis=0) + moved(states, years)


def moved(states: Sequence[str], years: Sequence[int]) -> np.ndarray:
    """0, and NaN where a state's borders were not those of the year before, (years - 1, states)."""
    if max(years) > EARLY_TO:
        return np.zeros((len(years) - 1, len(states)))
    changed = series("same_borders", states, years)[1:] == 0
    return np.where(changed, np.nan, 0.0)


def outlook(
    states: Sequence[str], year: int, people: np.ndarray
) -> tuple[Values, dict[str, dict[int, np.ndarray]], Notes]:
    """Growth and population to come: values, yearly paths and notes of baseline_growth and population."""
    record, needed = growth_record(states, year), growth.enough_since(year, EARLY_FROM)
    values: Values = {
        "growth_volatility": growth.growth_volatility(record, needed),
        "growth_drift": np.zeros(len(states)),
    }
    paths, notes = (
        _projected(states, year, people) if year >= PROJECTED_FROM else _trend(states, year, record, people)
    )
    values["baseline_growth"] = paths["baseline_growth"][year + 1]
    enough = float((np.isfinite(record).sum(axis=0) >= needed).mean())
    notes["growth_volatility"] = Observation(
        origin("gdp", year)[0],
        year,
        enough,
        f"states with under {needed} of the last ten years get the median state's",
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
            "states in neither: their own mean growth 2015-2025, drawn toward the median",
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
    needed = growth.enough_since(year, EARLY_FROM)
    own = growth.expected_growth(record, needed)
    rate = np.where(np.isfinite(own), own, np.nanmedian(own))
    years = range(max(year - growth.MEMORY, EARLY_FROM), year + 1)
    heads = series("population", states, years)
    pace = growth._mean(np.diff(np.log(heads), axis=0) + moved(states, years))
    pace = np.where(np.isfinite(pace), pace, 0.0)
    ahead = range(1, YEARS_AHEAD + 1)
    paths = {
        "baseline_growth": {year + k: rate for k in ahead},
        "population": {year + k: people * np.exp(pace * k) for k in ahead},
    }
    notes = {
        "baseline_growth": Observation(
            origin("gdp", year)[0],
            year,
            float(np.isfinite(own).mean()),
            "mean growth of the last ten years, 60 % of the way to the median state's; with "
            f"under {needed} years known, the median state's",
        ),
        "population": Observation(
            origin("population", year)[0],
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


def positions_before(states: Sequence[str], year: int) -> Values:
    """Ideal points of the five years before the start, as observed; NaN where there is none."""
    history = series("ideal_point", states, range(year - 5, year + 1))
    return {f"ideal_point_before_{k}": history[-1 - k] for k in range(1, 6)}


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
