"""Output, people, military burden and home sales of states before 1991, in the borders of their day.

The World Bank knows today's states, and nothing before 1960; the Soviet Union, Yugoslavia, Czechoslovakia
and a divided Germany it does not know. For starts before 1991 this table takes the place of those columns of
``state_year``; later starts and all estimates never read it.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from detente.data.states import by_code, registry, slots
from detente.data.tables_state import Loaded, output_table, state_year_table, us_prices
from detente.data.tables_trade import home_sales, trade_table

FIRST, LAST = 1946, 1990
Series = dict[int, float]
Book = dict[str, Series]
"""Numbers by state and year."""

AT_PURCHASING_POWER = ("RUS", "CSK", "SRB")
"""Unions that are gone: no exchange rate of 2023 can value them, so they stand at United States prices."""
DIVIDED = {"DEU": ("DEU", "DDR"), "DDR": ("DEU", "DDR"), "VNM": ("VNM", "VNS"), "VNS": ("VNM", "VNS")}
DIVIDED |= {"YEM": ("YEM", "YMD"), "YMD": ("YEM", "YMD")}
"""States whose source has one figure for both parts; it is split by population. The first carries it."""
JOINED = {"PAK": ("BGD", 1971)}
"""States that held another of today's until a year."""
DOLLARS_OF_PLANNERS = (
    "RUS",
    "CSK",
    "DDR",
    "POL",
    "HUN",
    "ROU",
    "BGR",
    "ALB",
    "CHN",
    "PRK",
    "MNG",
    "CUB",
    "VNM",
)
"""States whose military spending NMC values at what it would have cost in the United States: their burden is
that over output at purchasing power."""

MOST = 0.5
"""A burden by NMC above this is left unknown: Mongolia 1952-55, South Vietnam 1970-74, Qatar 1972-73, where
others paid or prices leapt."""


def book(frame: pl.DataFrame, column: str) -> Book:
    """A column of state-years as nested mappings; missing is absent."""
    out: Book = {}
    for state, year, value in frame.select("state", "year", column).drop_nulls().iter_rows():
        out.setdefault(state, {})[int(year)] = float(value)
    return out


def deflator(wdi: pl.DataFrame, pwt: pl.DataFrame) -> Series:
    """United States GDP deflator, 2023 = 1; before the World Bank begins by the price level of PWT."""
    known = us_prices(wdi)
    first, level = min(known), book(pwt, "price_level")["USA"]
    return {y: known[first] * level[y] / level[first] for y in level if y < first} | known


def backwards(known: Series, longer: Series) -> Series:
    """A series with the years before its first filled by the movement of a longer one."""
    joint = [y for y in known if y in longer]
    if not joint:
        return dict(known)
    first = min(joint)
    return {y: known[first] * longer[y] / longer[first] for y in longer if y < min(known)} | known


def parts_of(state: str, year: int) -> tuple[str, ...]:
    """Today's states that held the land of ``state`` in ``year``, for sums; itself alone as a rule."""
    other, until = JOINED.get(state, ("", 0))
    return (state, other) if year <= until else (state,)


def part(state: str, year: int, residents: Book) -> float | None:
    """The share of a divided land's people that lived in ``state``; 1 where nothing was divided."""
    if state not in DIVIDED:
        return 1.0
    alive = [s for s in DIVIDED[state] if by_code()[s].exists_after(year)]
    heads = {s: residents.get(s, {}).get(year) for s in alive}
    own, total = heads.get(state), sum(h or 0.0 for h in heads.values())
    if len(alive) == 1:
        return 1.0
    return own / total if own and total and None not in heads.values() else None


def whole(state: str, year: int, values: Book, residents: Book) -> float | None:
    """A figure of today's borders brought to those of the year."""
    carrier = DIVIDED.get(state, (state,))[0]
    found = [values.get(s, {}).get(year) for s in parts_of(carrier, year)]
    share = part(state, year, residents)
    return None if share is None or None in found else share * sum(v for v in found if v is not None)


def real_output(loaded: Loaded) -> tuple[Book, dict[str, dict[int, str]]]:
    """Billion USD of 2023 by state and year, and the rule that made each."""
    long, people = book(loaded["maddison"], "output"), book(loaded["nmc"], "residents")
    now = book(output_table(loaded), "gdp_real")
    joined = {s: backwards(now[s], long.get(s, {})) for s in now}
    values: Book = {}
    rules: dict[str, dict[int, str]] = {}
    for s, year in _alive():
        if s in AT_PURCHASING_POWER:
            value, rule = _at_purchasing_power(s, year, long, joined), "maddison, at United States prices"
        else:
            value = whole(s, year, joined, people)
            carrier = DIVIDED.get(s, (s,))[0]
            rule = "wdi" if year in now.get(carrier, {}) else "wdi, moved back by maddison"
            rule += ", split by people" if part(s, year, people) != 1.0 else ""
        if value is not None:
            values.setdefault(s, {})[year] = value
            rules.setdefault(s, {})[year] = rule
    return values, rules


def _at_purchasing_power(state: str, year: int, long: Book, joined: Book) -> float | None:
    own, home = long.get(state, {}).get(year), long["USA"].get(year)
    return None if own is None or home is None else own / home * joined["USA"][year]


def current_output(loaded: Loaded, real: Book, prices: Mapping[int, float]) -> Book:
    """Current USD: World Bank, else PWT, else real output at the price level of the United States."""
    people = book(loaded["nmc"], "residents")
    bank, penn = book(loaded["wdi"], "gdp_usd"), book(loaded["pwt"], "current_usd")
    nominal = {s: penn.get(s, {}) | bank.get(s, {}) for s in penn.keys() | bank.keys()}
    out: Book = {}
    for s, year in _alive():
        value = None if s in AT_PURCHASING_POWER else whole(s, year, nominal, people)
        output = real.get(s, {}).get(year)
        if value is None and output is not None and year in prices:
            value = output * 1e9 * prices[year]
        if value is not None:
            out.setdefault(s, {})[year] = value
    return out


def burden(loaded: Loaded, usd: Book) -> tuple[Book, dict[str, dict[int, str]]]:
    """Military spending over output: World Bank, else NMC's dollars over output valued in like dollars."""
    known, spent = book(loaded["wdi"], "milex_percent"), book(loaded["nmc"], "spending")
    long, people, home = book(loaded["maddison"], "output"), book(loaded["nmc"], "residents"), usd["USA"]
    values: Book = {}
    rules: dict[str, dict[int, str]] = {}
    for s, year in _alive():
        told, planned = known.get(s, {}).get(year), s in DOLLARS_OF_PLANNERS
        money = spent.get(s, {}).get(year)
        world = whole(s, year, long, people) if s not in AT_PURCHASING_POWER else long.get(s, {}).get(year)
        at_home = None if world is None or year not in home else world / long["USA"][year] * home[year]
        against = at_home if planned else usd.get(s, {}).get(year)
        if told is not None and s not in AT_PURCHASING_POWER:
            value, rule = told / 100, "wdi"
        elif money is None or against is None:
            continue
        else:
            value, rule = (
                money / against,
                "nmc over output at " + ("purchasing power" if planned else "exchange rates"),
            )
        if rule == "wdi" or value <= MOST:
            values.setdefault(s, {})[year] = value
            rules.setdefault(s, {})[year] = rule
    return values, rules


def heads(loaded: Loaded) -> Book:
    """People in the borders of the year's end: NMC; else, and as borders change, the World Bank."""
    first, second = book(loaded["nmc"], "residents"), book(loaded["wdi"], "population")
    changed = {(s, y) for s, y in _alive() if not same_borders(s, y)}
    return {
        s: second.get(s, {}) | {y: v for y, v in first.get(s, {}).items() if (s, y) not in changed}
        for s in first.keys() | second.keys()
    }


def same_borders(state: str, year: int) -> bool:
    """Whether a state's land was that of the year before: false once, as its other half joined or left."""
    others = [s for s in DIVIDED.get(state, ()) if s != state]
    joined = any((end := by_code()[s].end) is not None and end.year == year for s in others)
    return not joined and JOINED.get(state, ("", 0))[1] + 1 != year


def _alive() -> list[tuple[str, int]]:
    return [(s.state, y) for s in registry() for y in range(FIRST, LAST + 1) if s.exists_after(y)]


def early_table(loaded: Loaded) -> pl.DataFrame:
    """State-years 1946-1990 of the states that lived past the end of the year, in its borders.

    Columns: state, year, same_borders (as the year before), gdp_usd (current USD), gdp_real (billion USD of
    2023), gdp_rule, population, milex_share (fraction of GDP), milex_rule, domestic_sales (goods, million
    current USD). Unknown is null.
    """
    real, rules = real_output(loaded)
    usd = current_output(loaded, real, deflator(loaded["wdi"], loaded["pwt"]))
    (share, how), people = burden(loaded, usd), heads(loaded)
    rows = [
        (
            s,
            y,
            same_borders(s, y),
            *(held.get(s, {}).get(y) for held in (usd, real, rules, people, share, how)),
        )
        for s, y in _alive()
    ]
    names = ("gdp_usd", "gdp_real", "gdp_rule", "population", "milex_share", "milex_rule")
    text = ("gdp_rule", "milex_rule")
    schema = {"state": pl.String, "year": pl.Int16, "same_borders": pl.Boolean}
    schema |= {n: pl.String if n in text else pl.Float64 for n in names}
    frame = pl.DataFrame(rows, orient="row", schema=schema)
    money = frame.select("state", "year", (pl.col("gdp_usd") / 1e6).alias("gdp")).drop_nulls()
    base = state_year_table(loaded).filter(pl.col("year") == 2022)
    home = home_sales(loaded, trade_table(loaded), money, base)
    return frame.join(home.select("state", "year", "domestic_sales"), on=["state", "year"], how="left").sort(
        pl.col("state").replace_strict(slots()), "year"
    )
