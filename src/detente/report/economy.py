"""The economy on the page: who wins and loses by sector, gas before and after, bills, prices of goods.

Every part shows itself only where the run holds its fields, so that a run of fewer mechanisms gets a
shorter page and not a broken one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from detente.report import cells, flow_map, maps
from detente.report.cells import Cell
from detente.report.flow_map import Flow
from detente.report.parties import Party, answer_year, parties, party
from detente.run.estimate import Estimate, summary
from detente.run.result import BASE, Result

SECTOR = "output_"
SECTOR_ROWS = 16
"""States in the table of sectors."""
FEWEST_BCM = 1.0
"""Flows below this, in both worlds, are not drawn and not listed."""
LISTED = 18
"""Flows in the table beside the maps, those that change most."""

DRAWN = 0.05
"""Flows below this share of the largest on the maps, in both worlds, are listed but not drawn."""

FROM = {
    "RUS": (41.0, 57.0),
    "NOR": (4.5, 60.5),
    "DZA": (3.0, 35.5),
    "LBY": (13.0, 32.3),
    "AZE": (49.0, 40.4),
    "USA": (-12.0, 47.0),
    "TTO": (-12.5, 44.0),
    "NGA": (-12.5, 36.0),
    "QAT": (48.5, 29.0),
    "AUS": (36.0, 28.0),
}
"""Where arrows begin, for states whose middle lies far from where they sell or outside the window.

Sellers from overseas stand where their ships come into it: the Americas off the Atlantic coast of Europe,
Nigeria off Morocco, Australia in the Red Sea, Qatar at the head of the Gulf."""

FOLLOWS = (
    "fdi_inflow",
    "know_how",
    "arrivals",
    "departures",
    "arms_exports",
    "arms_imports",
    "civil_spending_share",
    "gdp_usd",
    "gdp_ppp",
)
"""What follows from open borders, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class SectorCell:
    """One state's effect in one sector: as written, its colour class, and its interval."""

    text: str
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Sectors:
    """The table of sectors: heads, and for each state its cells."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[SectorCell, ...]], ...]


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One corridor, without and with the premise."""

    names: str
    how: str
    here: str
    there: str
    change: str
    interval: str


@dataclass(frozen=True, slots=True)
class Gas:
    """Gas before and after."""

    maps: tuple[tuple[str, Markup], ...]
    rows: tuple[FlowRow, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One quantity of one party: without, with, the paired effect."""

    here: Cell
    there: Cell
    change: Cell

    @property
    def says(self) -> str:
        """Whether the effect is clear."""
        if self.change.zero:
            return "no change"
        return "clear" if self.change.sure else "not clear"


@dataclass(frozen=True, slots=True)
class Economy:
    """The section of one scenario."""

    year: int
    sectors: Sectors | None
    gas: Gas | None
    bills: tuple[Line, ...]
    prices: tuple[Line, ...]
    sellers: tuple[Line, ...]
    follows: tuple[Line, ...]

    def __bool__(self) -> bool:
        return any((self.sectors, self.gas, self.bills, self.prices, self.sellers, self.follows))


def economy(result: Result, scenario: str, areas: Sequence[maps.Shape]) -> Economy:
    """All that the run can say of the economy beyond income and trade."""
    document = result.documents[scenario]
    year = answer_year(document, result.years)
    sides = parties(document, result.index)
    return Economy(
        year,
        sectors(result, scenario, year, sides),
        gas(result, scenario, year, areas),
        bills(result, scenario, year, sides),
        lines(result, scenario, year, [n for n in PRICES if n in result.fields], ((),)),
        sellers(result, scenario, year),
        lines(result, scenario, year, [n for n in FOLLOWS if n in result.fields], [(s,) for s in sides]),
    )


PRICES = ("oil_price", "metals_price", "grain_price", "fertiliser_price")
REVENUES = ("gas_rent", "oil_revenue", "metals_revenue", "grain_revenue", "fertiliser_revenue", "lng_exports")
BILLS = ("gas_price", "gas_use", "gas_bill", "household_gas_bill")


def bills(result: Result, scenario: str, year: int, sides: Sequence[Party]) -> tuple[Line, ...]:
    """What gas costs the sides of the scenario, and the EU where it is not one of them."""
    who = list(sides)
    if "EU" in result.index.blocs and not any("bloc:EU" in s.selector for s in who):
        who.append(party("bloc:EU", result.index))
    return lines(result, scenario, year, [n for n in BILLS if n in result.fields], [(s,) for s in who])


def sellers(result: Result, scenario: str, year: int, most: int = 4) -> tuple[Line, ...]:
    """For each revenue, the states that lose or gain most money."""
    chosen: list[Line] = []
    for name in (n for n in REVENUES if n in result.fields):
        each = result.differences(name, scenario, year=year, state="all", how="each")
        known = np.isfinite(each).any(axis=0)
        mean = np.zeros(each.shape[1])
        mean[known] = np.nanmean(each[:, known], axis=0)
        order = [int(k) for k in np.argsort(-np.abs(mean))[:most] if mean[k] != 0]
        who = [(party(result.index.states[k], result.index),) for k in order]
        chosen += lines(result, scenario, year, [name], who)
    return tuple(chosen)


def lines(
    result: Result, scenario: str, year: int, names: Sequence[str], who: Sequence[tuple[Party, ...]]
) -> tuple[Line, ...]:
    """Every quantity for every party that has data."""
    found = [
        Line(
            cells.level(result, n, BASE, w, year),
            cells.level(result, n, scenario, w, year),
            cells.effect(result, n, scenario, w, year),
        )
        for n in names
        for w in who
    ]
    return tuple(x for x in found if not x.change.missing)


def sectors(result: Result, scenario: str, year: int, sides: Sequence[Party]) -> Sectors | None:
    """Effect on output by state and sector, in per cent: the sides' own states first, then who moves most."""
    names = [n for n in result.fields if n.startswith(SECTOR) and len(result.fields[n].dims) == 1]
    if not names:
        return None
    each = {
        n: result.differences(n, scenario, relative=True, year=year, state="all", how="each") for n in names
    }
    tables = {n: [summary(v[:, k], "share") for k in range(v.shape[1])] for n, v in each.items()}
    states = _shown(result, tables, sides)
    if not states:
        return None
    means = [100 * tables[n][k].mean for n in names for k in states]
    limits = maps.class_limits([m for m in means if np.isfinite(m)])
    rows = tuple(
        (result.index.name(result.index.states[k]), tuple(_cell(tables[n][k], limits) for n in names))
        for k in states
    )
    heads = tuple(n.removeprefix(SECTOR).replace("_", " ") for n in names)
    return Sectors(heads, rows)


def _shown(result: Result, tables: dict[str, list[Estimate]], sides: Sequence[Party]) -> list[int]:
    def size(k: int) -> float:
        sure = [abs(t[k].mean) for t in tables.values() if t[k].low > 0 or t[k].high < 0]
        return max(sure, default=0.0)

    alone = [s.selector[0] for s in sides if len(s.selector) == 1 and s.selector[0] in result.index.states]
    first = [result.index.position(s) for s in alone]
    rest = sorted((k for k in range(len(result.index)) if k not in first), key=lambda k: -size(k))
    every = first + [k for k in rest if size(k) > 0]
    return [k for k in every if any(not t[k].missing for t in tables.values())][:SECTOR_ROWS]


def _cell(e: Estimate, limits: Sequence[float]) -> SectorCell:
    if e.missing:
        return SectorCell("", "nodata", "no data")
    mean, low, high = (100 * x for x in (e.mean, e.low, e.high))
    sure = low > 0 or high < 0 or mean == low == high == 0
    places = cells.decimals([mean, low, high])
    text, a, b = (cells.written(v, places, sign=True) for v in (mean, low, high))
    return SectorCell(
        text, maps.step_class(maps.step_of(mean, limits), sure), f"90 % of worlds: {a} to {b} %"
    )


def gas(result: Result, scenario: str, year: int, areas: Sequence[maps.Shape]) -> Gas | None:
    """Flows of gas in both worlds: two maps and the corridors that change most."""
    kinds = {"gas_route_flow": "pipe", "gas_lng_flow": "ship"}
    here, there = (_flows(result, world, year, kinds) for world in (BASE, scenario))
    size = {k: max(_mean(here, k), _mean(there, k)) for k in here}
    keys = [k for k in here if size[k] >= FEWEST_BCM]
    if not keys:
        return None
    worlds = {
        title: flow_map.seen(areas, _arrows(result, flows, keys, kinds), points=FROM)
        for title, flows in (("without the premise", here), ("with the premise", there))
    }
    widest = [f.amount for flows in worlds.values() for f in flows]
    wide = {
        (f.seller, f.buyer, f.kind)
        for flows in worlds.values()
        for f in flows
        if f.amount >= DRAWN * max(widest)
    }
    worlds = {t: [f for f in flows if (f.seller, f.buyer, f.kind) in wide] for t, flows in worlds.items()}
    drawn = tuple(
        (title, _drawn(flows, areas, max(widest), f"{title}, {year}", f"gas-{scenario}-{n}"))
        for n, (title, flows) in enumerate(worlds.items())
        if widest
    )
    keys.sort(key=lambda k: -abs(_mean(there, k) - _mean(here, k)))
    return Gas(drawn, tuple(_row(result, k, here, there, kinds) for k in keys[:LISTED]))


Key = tuple[str, str, str]


def _flows(result: Result, world: str, year: int, kinds: dict[str, str]) -> dict[Key, np.ndarray]:
    """Field, seller, buyer → values of every draw, for the flows that have any."""
    found: dict[Key, np.ndarray] = {}
    for name in (n for n in kinds if n in result.fields):
        values = result.values(name, world, state="all", partner="all", year=year, how="each")
        for k, (a, b) in enumerate(result.selected_pairs("all", "all", name)):
            if np.isfinite(values[:, k]).any():
                found[name, a, b] = values[:, k]
    return found


def _mean(flows: dict[Key, np.ndarray], key: Key) -> float:
    return float(np.nanmean(flows[key])) if key in flows else float("nan")


def _arrows(
    result: Result, flows: dict[Key, np.ndarray], keys: Sequence[Key], kinds: dict[str, str]
) -> list[Flow]:
    name = result.index.name
    return [
        Flow(a, b, _mean(flows, k), kinds[k[0]], f"{name(a)} to {name(b)}: {_mean(flows, k):.0f} bcm a year")
        for k in keys
        for _, a, b in (k,)
    ]


def _drawn(
    arrows: Sequence[Flow], areas: Sequence[maps.Shape], largest: float, title: str, ident: str
) -> Markup:
    most = sorted(flow_map.seen(areas, arrows, points=FROM), key=lambda f: -f.amount)[:5]
    words = "Gas flows in Europe; the largest: " + "; ".join(f.caption for f in most)
    return flow_map.flow_map(areas, arrows, largest, f"Gas flows {title}", words, ident, points=FROM)


def _row(
    result: Result,
    key: Key,
    here: dict[Key, np.ndarray],
    there: dict[Key, np.ndarray],
    kinds: dict[str, str],
) -> FlowRow:
    name, a, b = key
    change = summary(there[key] - here[key], "bcm")
    numbers = [change.mean, change.low, change.high, _mean(here, key), _mean(there, key)]
    places = min(cells.decimals(numbers), 1)
    text = [cells.written(v, places, sign=k < 3) for k, v in enumerate(numbers)]
    how = "by pipe" if kinds[name] == "pipe" else "by ship"
    return FlowRow(
        f"{result.index.name(a)} to {result.index.name(b)}",
        how,
        text[3],
        text[4],
        text[0],
        f"{text[1]} to {text[2]}",
    )
