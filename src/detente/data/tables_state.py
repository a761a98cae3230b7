"""Tables over states of the bundle: the registry, the state-years, projections, blocs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import median

import polars as pl

from detente.data import blocs as groups
from detente.data.growth import KEEP
from detente.data.states import by_code, registry, slots

Loaded = Mapping[str, pl.DataFrame]
FIRST, NEWEST, PRICES = 1946, 2025, 2023
"""First and newest year of the state-years; year of the prices of real output."""
HORIZON = 2075
"""Last year of the projections."""


def states_table(_: Loaded) -> pl.DataFrame:
    """The registry as a table: state, slot, name, cow, gw, iso_numeric, region, start_year, end_year.

    ``cow`` and ``gw`` are the newest codes. ``end_year`` is null while the state exists.
    """
    rows = [
        (
            s.state,
            s.slot,
            s.name,
            s.cow[-1] if s.state != "DEU" else 255,
            s.gw[-1] if s.gw else None,
            s.iso_numeric,
            s.region,
            s.start.year,
            s.end.year if s.end else None,
        )
        for s in registry()
    ]
    return pl.DataFrame(
        rows,
        orient="row",
        schema={
            "state": pl.String,
            "slot": pl.Int16,
            "name": pl.String,
            "cow": pl.Int16,
            "gw": pl.Int16,
            "iso_numeric": pl.Int16,
            "region": pl.String,
            "start_year": pl.Int16,
            "end_year": pl.Int16,
        },
    )


def chain(anchor: int, level: float, growth: Mapping[int, float]) -> dict[int, float]:
    """A series of volumes from one level and yearly growth (per cent), both ways until growth is missing."""
    series, year, value = {anchor: level}, anchor, level
    while year + 1 in growth:
        year += 1
        value *= 1 + growth[year] / 100
        series[year] = value
    year, value = anchor, level
    while year in growth and growth[year] > -100:
        value /= 1 + growth[year] / 100
        year -= 1
        series[year] = value
    return series


def _by_year(frame: pl.DataFrame, column: str, state: str) -> dict[int, float]:
    rows = frame.filter((pl.col("state") == state) & pl.col(column).is_not_null())
    return dict(rows.select("year", column).iter_rows())


def us_prices(wdi: pl.DataFrame) -> dict[int, float]:
    """United States GDP deflator, ``PRICES`` = 1, from nominal GDP and real growth."""
    nominal, real = _by_year(wdi, "gdp_usd", "USA"), _by_year(wdi, "growth_percent", "USA")
    volume = chain(PRICES, nominal[PRICES], real)
    return {year: nominal[year] / volume[year] for year in volume if year in nominal}


def real_output(
    state: str, wdi: pl.DataFrame, weo: pl.DataFrame, deflator: Mapping[int, float]
) -> tuple[dict[int, float], str | None]:
    """Real GDP of one state in billion USD at 2023 prices and exchange rates, and the rule that made it.

    * ``wdi``: World Bank level of 2023, chained by World Bank growth;
    * ``weo``: IMF level of 2023, chained by World Bank growth and, where it is missing, IMF growth;
    * ``wdi YEAR``: no level for 2023; the last World Bank level, brought to 2023 prices by the United
      States deflator, chained likewise.

    No level at all: no series.
    """
    levels, growth = _by_year(wdi, "gdp_usd", state), _by_year(wdi, "growth_percent", state)
    other = _by_year(weo, "gdp_usd_bn", state)
    if PRICES in levels:
        return chain(PRICES, levels[PRICES] / 1e9, growth), "wdi"
    mixed = {**_by_year(weo, "growth_percent", state), **growth}
    if PRICES in other:
        return chain(PRICES, other[PRICES], mixed), "weo"
    if levels:
        last = max(levels)
        return chain(last, levels[last] / 1e9 / deflator[last], mixed), f"wdi {last}"
    return {}, None


def output_table(loaded: Loaded) -> pl.DataFrame:
    """state, year, gdp_real, gdp_rule for every state with a level of GDP."""
    wdi, weo = loaded["wdi"], loaded["weo"]
    deflator = us_prices(wdi)
    rows = []
    for s in registry():
        series, rule = real_output(s.state, wdi, weo, deflator)
        rows += [(s.state, year, value, rule) for year, value in sorted(series.items()) if year <= NEWEST]
    return pl.DataFrame(
        rows,
        orient="row",
        schema={"state": pl.String, "year": pl.Int32, "gdp_real": pl.Float64, "gdp_rule": pl.String},
    )


def state_year_table(loaded: Loaded) -> pl.DataFrame:
    """State-years 1946-2025, every year in which the state existed or the territory has data.

    Columns: state, year, gdp_usd (current USD), gdp_real (billion USD of 2023), gdp_rule, population,
    polyarchy, ideal_point, milex_share (fraction of GDP), milex_usd (current USD), milper (persons),
    cinc. Unknown is null. Output of ``RUS`` before 1992 is that of the Russian republic alone while its
    other columns are the Soviet Union's. Gaps of the World Bank in gdp_usd and population (Taiwan) are
    filled from the IMF; ``gdp_rule`` then says weo. A gap in gdp_usd that the IMF has too (Cuba after 2020)
    is real GDP at the price level of the United States.
    """
    weo = (
        loaded["weo"]
        .filter(pl.col("year") <= NEWEST)
        .select(
            "state",
            "year",
            (pl.col("gdp_usd_bn") * 1e9).alias("weo_usd"),
            (pl.col("population_m") * 1e6).alias("weo_people"),
        )
    )
    alive = [(s.state, y) for s in registry() for y in range(FIRST, NEWEST + 1) if s.exists_during(y)]
    frame = pl.DataFrame(alive, orient="row", schema={"state": pl.String, "year": pl.Int32}).with_columns(
        pl.lit(True).alias("exists")
    )
    usd = pl.DataFrame(
        list(us_prices(loaded["wdi"]).items()),
        orient="row",
        schema={"year": pl.Int32, "deflator": pl.Float64},
    )
    for other in (
        output_table(loaded),
        loaded["wdi"].select("state", "year", "gdp_usd", "population", "milex_percent"),
        loaded["democracy"],
        loaded["ideal_points"],
        loaded["nmc"],
    ):
        frame = frame.join(other, on=["state", "year"], how="full", coalesce=True)
    frame = (
        frame.filter(pl.col("year").is_between(FIRST, NEWEST))
        .join(weo, on=["state", "year"], how="left")
        .join(usd, on="year", how="left")
    )
    guess = pl.col("gdp_real") * 1e9 * pl.col("deflator")
    return (
        frame.with_columns(
            pl.coalesce("gdp_usd", "weo_usd", guess).alias("gdp_usd"),
            pl.coalesce("population", "weo_people").alias("population"),
            (pl.col("milex_percent") / 100).alias("milex_share"),
        )
        .with_columns((pl.col("milex_share") * pl.col("gdp_usd")).alias("milex_usd"))
        .select(
            "state",
            pl.col("year").cast(pl.Int16),
            "gdp_usd",
            pl.col("gdp_real").cast(pl.Float32),
            "gdp_rule",
            pl.col("population").cast(pl.Float64),
            pl.col("polyarchy").cast(pl.Float32),
            pl.col("ideal_point").cast(pl.Float32),
            pl.col("milex_share").cast(pl.Float32),
            pl.col("milex_usd"),
            pl.col("milper").cast(pl.Float32),
            pl.col("cinc").cast(pl.Float32),
        )
        .sort(pl.col("state").replace_strict(slots()), "year")
    )


def _yearly(points: Mapping[int, float]) -> dict[int, float]:
    """Log-linear interpolation of a series given every few years."""
    years, filled = sorted(points), {}
    for one, two in zip(years, years[1:], strict=False):
        step = (math.log(points[two]) - math.log(points[one])) / (two - one)
        for year in range(one, two):
            filled[year] = math.log(points[one]) + step * (year - one)
    if years:
        filled[years[-1]] = math.log(points[years[-1]])
    return {year: math.exp(value) for year, value in filled.items()}


def _trends(output: pl.DataFrame) -> dict[str, float]:
    """Mean log growth 2015-2025 of every state with three rates or more, drawn toward the median of all.

    A boom or a collapse does not go on at its own rate (Pritchett and Summers 2014).
    """
    own = {}
    for s in registry():
        level = _by_year(output, "gdp_real", s.state)
        past = [
            math.log(level[y] / level[y - 1]) for y in range(2015, NEWEST + 1) if {y, y - 1} <= set(level)
        ]
        if len(past) >= 3:
            own[s.state] = sum(past) / len(past)
    middle = median(own.values())
    return {state: middle + KEEP * (trend - middle) for state, trend in own.items()}


def _growth(state: str, loaded: Loaded, trend: float | None) -> dict[int, tuple[float, str]]:
    weo = _by_year(loaded["weo"], "growth_percent", state)
    path = _yearly({y: v for y, v in _by_year(loaded["ssp"], "gdp_ppp", state).items() if v > 0})
    found = {}
    for year in range(NEWEST, HORIZON + 1):
        if year in weo and weo[year] > -100:
            found[year] = (math.log1p(weo[year] / 100), "weo")
        elif year in path and year - 1 in path:
            found[year] = (math.log(path[year] / path[year - 1]), "ssp2")
        elif trend is not None:
            found[year] = (trend, "mean 2015-2025, drawn toward the median")
    return found


def _people(state: str, loaded: Loaded, known: Mapping[int, float]) -> dict[int, float]:
    path = _yearly(_by_year(loaded["ssp"], "population", state))
    if not known:
        return {}
    last = max(y for y in known if y <= NEWEST)
    return {
        y: known[last] * path[y] / path[last] for y in range(last, HORIZON + 1) if y in path and last in path
    }


def projection_table(loaded: Loaded) -> pl.DataFrame:
    """Projections 2025-2075: state, year, growth (log real GDP), population (persons), source of the growth.

    IMF (April 2024) to 2029, then SSP2; where both are silent the state's own mean growth 2015-2025, drawn
    toward the median of all (`_trends`).
    Population is the newest known, moved on by SSP2's growth; constant populations are not invented.
    """
    trends = _trends(output_table(loaded))
    rows = []
    for s in registry():
        if s.end is not None:
            continue
        growth = _growth(s.state, loaded, trends.get(s.state))
        known = _by_year(loaded["wdi"], "population", s.state)
        known = known or {
            y: v * 1e6 for y, v in _by_year(loaded["weo"], "population_m", s.state).items() if y < NEWEST
        }
        people = _people(s.state, loaded, known)
        rows += [
            (s.state, y, *growth.get(y, (None, None))[:1], people.get(y), growth.get(y, (None, None))[1])
            for y in range(NEWEST, HORIZON + 1)
            if y in growth or y in people
        ]
    return pl.DataFrame(
        rows,
        orient="row",
        schema={
            "state": pl.String,
            "year": pl.Int16,
            "growth": pl.Float64,
            "population": pl.Float64,
            "source": pl.String,
        },
    ).with_columns(pl.col("growth").cast(pl.Float32))


def blocs_table(loaded: Loaded) -> pl.DataFrame:
    """Membership spells: bloc, state, from_year, to_year (the year in which membership ended, or null)."""
    nato = loaded["nato"].select("state", "year").iter_rows()
    rows = [spell for spell in groups.spells(nato) if spell[1] in by_code()]
    return pl.DataFrame(
        rows,
        orient="row",
        schema={"bloc": pl.String, "state": pl.String, "from_year": pl.Int16, "to_year": pl.Int16},
    )
