"""Gas: one balanced account of output, use and flows for 2021 and 2023, terminals, and sea distances.

What ships is not what the producers publish. The reviews (bp 2022, Energy Institute 2024) and the IEA's
border
flows measure at different temperatures, count re-exports differently and do not add up; here they are the
soft side of a least-squares account in which every node balances, with flows kept inside the capacity of the
routes. Its result, rounded to 0.1 bcm and with the LNG of an exporter by region of the buyer only, is our own
estimate. The producers' tables stay outside; ``detente data build`` with the raw files makes the account
again.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO

import numpy as np
import polars as pl

from detente.data.gas_account import Account, lng_rows, node_rows, pipe_rows
from detente.data.gas_sea import ports, sailing
from detente.data.tables_state import Loaded

YEARS = (2021, 2023)
REGIONS = {
    "europe": (
        [
            "GBR",
            "NLD",
            "BEL",
            "FRA",
            "DEU",
            "ESP",
            "PRT",
            "ITA",
            "HRV",
            "GRC",
            "TUR",
            "MLT",
            "POL",
            "LTU",
            "FIN",
            "SWE",
        ],
        ("Other European Union", "Other EU"),
    ),
    "east_asia": (["JPN", "KOR", "TWN", "CHN"], ()),
    "south_asia": (["IND", "PAK"], ()),
    "southeast_asia": (["THA", "SGP", "MYS", "IDN", "PHL", "VNM", "BGD"], ("Other Asia Pacific",)),
    "middle_east": (["KWT", "ARE", "JOR", "EGY"], ("Other Middle East & Africa",)),
    "americas": (["ARG", "BRA", "CHL", "COL", "AMS", "MEX", "USA", "CAN"], ("Other S. & Cent. America",)),
}
"""Importers of LNG by region, and the groups of the reviews that belong to it."""
EXPORTERS = [
    "USA",
    "CAN",
    "MEX",
    "TTO",
    "PER",
    "NOR",
    "RUS",
    "DZA",
    "EGY",
    "NGA",
    "GNQ",
    "CMR",
    "AGO",
    "MOZ",
    "QAT",
    "ARE",
    "OMN",
    "AUS",
    "BRN",
    "IDN",
    "MYS",
    "PNG",
]
TERMINAL_NOT_AS_LISTED = {("export", "NOR", 2021): 0.2, ("export", "EGY", 2023): 16.6}
"""bcm. Hammerfest burnt in September 2020 and came back in June 2022 (Equinor)."""


@cache
def routes() -> pl.DataFrame:
    """The routes of the hand-made table: from, to, bcm, km, open2021, open2023, open2024, carries, route,
    basis."""
    text = files("detente.data").joinpath("curated/gas_routes.csv").read_text(encoding="utf-8")
    return pl.read_csv(StringIO(text)).with_columns(pl.col("carries", "route").fill_null(""))


def region_of() -> dict[str, str]:
    """Region of each importer of LNG."""
    return {state: region for region, (members, _) in REGIONS.items() for state in members}


def terminals(listed: pl.DataFrame) -> pl.DataFrame:
    """Capacity of LNG terminals: state, side, year, bcm; the year is that of the capacity or of a
    project's start.

    ``running`` 2021, 2023: in operation that year (of 2023, export units that started before; one without a
    start year counts from the beginning); ``coming`` 2024-2028: under construction in January 2024,
    with its announced first year.
    """
    known = listed.with_columns(pl.col("start").fill_null(2000.0))
    parts = []
    for year in YEARS:
        until = pl.when(pl.col("side") == "import").then(year).otherwise(min(year, 2022))
        rows = known.filter((pl.col("status") == "operating") & (pl.col("start") <= until))
        parts.append(_summed(rows, "running", year))
    coming = listed.filter((pl.col("status") == "construction") & pl.col("start").is_not_null())
    late = coming.with_columns(pl.col("start").clip(2024, 2028))
    parts += [_summed(late.filter(pl.col("start") == y), "coming", y) for y in range(2024, 2029)]
    fresh = (pl.col("status") == "operating") & (pl.col("start") == 2023) & (pl.col("side") == "export")
    parts.append(_summed(known.filter(fresh), "coming", 2023))
    return pl.concat(parts).sort("kind", "year", "side", "state")


def _summed(rows: pl.DataFrame, kind: str, year: int) -> pl.DataFrame:
    return (
        rows.group_by("state", "side")
        .agg(pl.col("bcm").sum().round(1))
        .select(
            "state", "side", pl.lit(kind).alias("kind"), pl.lit(year, dtype=pl.Int32).alias("year"), "bcm"
        )
    )


def gas_terminals_table(loaded: Loaded) -> pl.DataFrame:
    """LNG terminals (Global Energy Monitor): state, side, kind, year, bcm; see :func:`terminals`."""
    return terminals(loaded["gem_lng"])


def _account(loaded: Loaded, year: int) -> Account:
    key = (id(loaded["gas_review"]), id(loaded["iea_gas"]), id(loaded["gem_lng"]), year)
    if key not in _solved:
        held = terminals(loaded["gem_lng"])
        if len(_solved) >= len(YEARS):
            _solved.clear()
        _solved[key] = Account(loaded["gas_review"], loaded["iea_gas"], held, routes(), year)
    return _solved[key]


_solved: dict[tuple[int, int, int, int], Account] = {}
"""The accounts of the newest build: three tables read the same two. They hold on to their frames, so that an
identity here cannot come to mean another frame."""


def gas_nodes_table(loaded: Loaded) -> pl.DataFrame:
    """Balanced account of the nodes: state, year, output, use (bcm a year at 40 MJ/m3), output_trend,
    use_trend
    (log points a year, 2013-2021).

    Node AMS is the Caribbean and Central America without a row of their own. States without a row trade no
    gas that we know of.
    """
    return pl.concat([node_rows(_account(loaded, year)) for year in YEARS]).sort("year", "state")


def gas_pipes_table(loaded: Loaded) -> pl.DataFrame:
    """Balanced account of the routes: from, to, year, flow, capacity (open part), nameplate (bcm), km, names.

    ``carries`` names the seller whose gas a route exists for; ``route`` the name that scenarios use.
    """
    return pl.concat([pipe_rows(_account(loaded, year)) for year in YEARS]).sort("year", "from", "to")


def gas_lng_table(loaded: Loaded) -> pl.DataFrame:
    """Balanced LNG: side (export or import), state, region of the buyers, year, bcm."""
    return pl.concat([lng_rows(_account(loaded, year)) for year in YEARS]).sort(
        "year", "side", "state", "region"
    )


def gas_sea_table(loaded: Loaded) -> pl.DataFrame:
    """Sea distance between ports: exporter, importer, km."""
    rows = [(a, b, round(sailing(a, b))) for a in EXPORTERS for b in ports() if a != b]
    return pl.DataFrame(rows, schema=["exporter", "importer", "km"], orient="row")


def gas_prices_table(loaded: Loaded) -> pl.DataFrame:
    """Yearly prices by which the curves are placed: hub, year, price, norm, memory.

    ``price`` (USD/MMBtu, rounded to a quarter): TTF, NBP, HH, AECO from the reviews; ASIA is the spot
    price of
    East Asia for 2021 and the mean landed cost of Japan, China and Korea for 2023, when the two had met.
    ``norm``: mean of 2015-2019 (ASIA: landed costs). ``memory``: smoothed log of price over norm at the
    beginning of the year, a fifth of the gap closed each year since 2015.
    """
    price = loaded["gas_review"].filter(pl.col("measure") == "price")
    held: dict[str, dict[int, float]] = {}
    for hub, year, value in price.select("seller", "year", "value").iter_rows():
        held.setdefault(hub, {})[year] = value
    held["ASIA"] = {
        y: float(np.mean([held[k][y] for k in ("JPN_LNG", "CHN_LNG", "KOR_LNG") if y in held[k]]))
        for y in range(2015, 2024)
    }
    held["AECO"] |= {2021: 2.75}
    rows = []
    for hub in ("TTF", "NBP", "HH", "ASIA", "AECO"):
        own = held[hub]
        norm = float(np.mean([own[y] for y in range(2015, 2020)])) if 2015 in own else 1.6
        memory = 0.0
        for year in range(2015, 2024):
            if year in YEARS:
                now = held["JKM"][2021] if hub == "ASIA" and year == 2021 else own[year]
                rows.append((hub, year, round(4 * now) / 4, round(4 * norm) / 4, round(memory, 2)))
            if year in own:
                memory += 0.2 * (float(np.log(own[year] / norm)) - memory)
    names = dict.fromkeys(("price", "norm", "memory"), pl.Float64)
    return pl.DataFrame(rows, schema={"hub": pl.String, "year": pl.Int32} | names, orient="row")
