"""The gas market by itself: what a route, a terminal, a cut or a price cap does to flows, prices and bills.

>>> from detente import gas
>>> print(gas.market(close=["turkstream"]))                               # doctest: +SKIP
>>> gas.market(2021, withhold={"RUS": 100}).prices()                      # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.mechanisms.gas import equations
from detente.mechanisms.gas.calibrate import TAX
from detente.mechanisms.gas.market import Cleared, Market, solve
from detente.mechanisms.gas.market import market as base_market
from detente.mechanisms.gas.network import POOL, UNION, Network, calibrated, years
from detente.mechanisms.gas.trace import origins
from detente.mechanisms.gas.year import accounts, priced_by_seller
from detente.model.errors import DetenteError, Problems, nearest

if TYPE_CHECKING:
    import polars as pl

HUBS = {
    "TTF": "NLD",
    "NBP": "GBR",
    "Asia": "JPN",
    "Henry Hub": "USA",
    "Turkey": "TUR",
    "China": "CHN",
    "Russia": "RUS",
}
"""Hub and the node whose price it is."""
POWER, SHORT, LONG = 0.0525, -0.18, -0.68
"""Middle values of parameters.yaml and estimates.yaml."""
LOWEST = 0.5


@dataclass(frozen=True)
class GasResult:
    """A market before and after a change; arrays over the land nodes follow ``nodes``."""

    network: Network
    before: Cleared
    after: Cleared
    markets: tuple[Market, Market]

    @property
    def nodes(self) -> tuple[str, ...]:
        """States (and AMS, RUW) in the order of the arrays."""
        return self.network.nodes[: self.network.land]

    def flows(self, smallest: float = LOWEST) -> pl.DataFrame:
        """By route: from, to, kind, before, after (bcm), capacity after; routes with ``smallest`` bcm or
        more."""
        import polars as pl

        net, rows = self.network, []
        for k in net.of_kind("pipe", "liquefaction", "regasification"):
            one, two = net.ends(k)
            pair = (self.before.flow[k], self.after.flow[k])
            if max(pair) >= smallest:
                rows.append(
                    (one, two, net.kind[k], *map(float, pair), float(self.markets[1].route_capacity[k]))
                )
        columns = ["from", "to", "kind", "before", "after", "capacity"]
        return pl.DataFrame(rows, schema=columns, orient="row")

    def sales(self, smallest: float = LOWEST) -> pl.DataFrame:
        """By seller and buyer: gas burnt by the buyer that the seller made: pipe and LNG, before and
        after, bcm."""
        import polars as pl

        maps = [origins(self.network, found) for found in (self.before, self.after)]
        rows = []
        for i, seller in enumerate(self.nodes):
            for j, buyer in enumerate(self.nodes):
                cells = [float(m[kind][i, j]) for m in maps for kind in (0, 1)]
                if i != j and max(cells) >= smallest:
                    rows.append((seller, buyer, cells[0], cells[2], cells[1], cells[3]))
        names = ["seller", "buyer", "pipe_before", "pipe_after", "lng_before", "lng_after"]
        return pl.DataFrame(rows, schema=names, orient="row")

    def prices(self) -> pl.DataFrame:
        """By hub: before, after (USD/MMBtu), change in percent."""
        import polars as pl

        rows = []
        for hub, node in HUBS.items():
            k = self.network.place[node]
            one, two = (float(min(f.price[k], m.lost_load[k])) for f, m in self._both())
            rows.append((hub, one, two, 100.0 * (two / one - 1.0)))
        return pl.DataFrame(rows, schema=["hub", "before", "after", "percent"], orient="row")

    def states(self) -> pl.DataFrame:
        """By state: use, unserved (bcm), bill, rent, revenue (billion USD) before and after; ``gain``.

        ``gain`` (billion USD a year): what users and producers of the state gain: change of consumers'
        surplus at
        the border price plus change of rent.
        """
        import polars as pl

        net, k = self.network, self.network.land
        columns: dict[str, list] = {"state": list(self.nodes)}
        surplus = np.zeros(k)
        for label, (found, made), sign in zip(("before", "after"), self._both(), (-1.0, 1.0), strict=True):
            price = np.minimum(found.price, made.lost_load)
            rent, revenue = accounts(net, made, found, price)
            columns[f"use_{label}"] = found.use[:k].tolist()
            columns[f"unserved_{label}"] = found.unserved[:k].tolist()
            columns[f"bill_{label}"] = equations.bill(price=price, use=found.use)[:k].tolist()
            columns[f"rent_{label}"] = rent.tolist()
            columns[f"revenue_{label}"] = revenue.tolist()
            surplus += sign * (
                rent
                + equations.surplus(
                    price=price,
                    reference=made.reference,
                    at=net.price,
                    elasticity=made.elasticity,
                    lost_load=made.lost_load,
                )[:k]
            )
        return pl.DataFrame(columns | {"gain": surplus.tolist()}).filter(pl.col("state") != "RUW")

    def summary(self) -> dict[str, tuple[float, float]]:
        """Before and after: TTF; the Union's use, bill and gas from Russia; Russia's revenue; unserved in
        the world."""
        held = self.states()
        union = held["state"].is_in(UNION)
        sales = self.sales(0.0)
        russian = sales.filter((sales["seller"] == "RUS") & sales["buyer"].is_in(UNION))

        def total(name: str, rows: pl.Series) -> tuple[float, float]:
            return tuple(float(held.filter(rows)[f"{name}_{label}"].sum()) for label in ("before", "after"))  # type: ignore[return-value]

        ttf = self.prices().filter(self.prices()["hub"] == "TTF")
        return {
            "TTF (USD/MMBtu)": (ttf["before"][0], ttf["after"][0]),
            "EU use (bcm)": total("use", union),
            "EU bill (billion USD)": total("bill", union),
            "EU gas from Russia (bcm)": tuple(  # type: ignore[dict-item]
                float(russian[f"pipe_{x}"].sum() + russian[f"lng_{x}"].sum()) for x in ("before", "after")
            ),
            "Russia's revenue (billion USD)": total("revenue", held["state"] == "RUS"),
            "US revenue (billion USD)": total("revenue", held["state"] == "USA"),
            "unserved in the world (bcm)": total("unserved", held["state"] != ""),
        }

    def _both(self) -> tuple[tuple[Cleared, Market], tuple[Cleared, Market]]:
        return (self.before, self.markets[0]), (self.after, self.markets[1])

    def __str__(self) -> str:
        lines = [f"{name:34} {one:9.1f} → {two:9.1f}" for name, (one, two) in self.summary().items()]
        order = self.states().sort("gain")
        ends = [order.head(5), order.tail(5)]
        lines += ["Who loses and who gains most (billion USD a year):"]
        lines += [f"  {s}  {g:+8.1f}" for part in ends for s, g in part.select("state", "gain").iter_rows()]
        return "\n".join(lines)


def market(
    year: int | None = None,
    *,
    close: Sequence[str] = (),
    open: Sequence[str] = (),
    cut: Mapping[str, float] | None = None,
    withhold: Mapping[str, float] | None = None,
    terminal: Mapping[str, float] | None = None,
    demand: Mapping[str, float] | None = None,
    supply: Mapping[str, float] | None = None,
    price_cap: Mapping[str, float] | None = None,
    seller: str = "withholding",
    elasticity: float = SHORT,
    lost_load: float = 100.0,
    contracts: float = 0.3,
) -> GasResult:
    """The gas market of a base year before and after a change.

    Parameters
    ----------
    year : 2021 or 2023 (the newest if left out).
    close, open : routes by name (``nord-stream``, ``yamal``, ``ukraine-transit``, ``turkstream`` …) or as
        ``FROM-TO`` (``NOR-DEU``); ``open`` gives the nameplate capacity, ``NAME:SHARE`` a share of it.
    cut : route → share of its present capacity that is lost.
    withhold : seller → bcm a year taken out of its pipeline sales (Russia: westward).
    terminal : importer → bcm a year of regasification added.
    demand, supply : state → change in percent of demand at given prices, of the capacity of fields.
    price_cap : state (or ``EU``) → USD/MMBtu; demand that cannot be met at it goes unserved and is reported.
    seller : ``withholding`` or ``competitive`` pricing of Russia's western sales.
    elasticity : short-run (default) or long-run (-0.68) price elasticity of demand.

    Raises
    ------
    DetenteError : unknown years, states or routes (with the nearest valid), numbers out of range; all at
    once.
    """
    changes = {
        "cut": cut or {},
        "withhold": withhold or {},
        "terminal": terminal or {},
        "demand": demand or {},
    }
    changes |= {"supply": supply or {}, "price_cap": price_cap or {}}
    net = _checked(year, close, open, changes, seller, elasticity, lost_load, contracts)
    power = POWER if seller == "withholding" else 0.0
    base = base_market(net, elasticity=elasticity, lost_load=lost_load, contracts=contracts)
    base = priced_by_seller(base, TAX, power)
    changed = _changed(base, close, open, changes)
    found = [solve(m) for m in (base, changed)]
    if any(f.steps < 0 for f in found):
        raise DetenteError([_unbalanced()])
    return GasResult(net, found[0], found[1], (base, changed))


def routes(year: int | None = None) -> dict[str, tuple[int, ...]]:
    """Names of routes (and every ``FROM-TO``) with their positions in the network of ``year``."""
    net = calibrated(max(years()) if year is None else year)
    found: dict[str, list[int]] = {}
    for k in net.of_kind("pipe"):
        found.setdefault("-".join(net.ends(k)), []).append(int(k))
        if net.names[k]:
            found.setdefault(net.names[k], []).append(int(k))
    return {name: tuple(ks) for name, ks in sorted(found.items())}


def _unbalanced():  # type: ignore[no-untyped-def]
    from detente.model.errors import Problem

    return Problem("", "the market did not balance", "make the changes smaller, or raise lost_load")


def _checked(year, close, open, changes, seller, elasticity, lost_load, contracts) -> Network:  # type: ignore[no-untyped-def]
    problems = Problems()
    if year is not None and year not in years():
        problems.add("year", f"there is no network of {year}", "valid: " + ", ".join(map(str, years())))
        problems.raise_if_any()
    net = calibrated(max(years()) if year is None else year)
    known = routes(net.year)
    for option, names in (("close", close), ("open", [_share(o)[0] for o in open]), ("cut", changes["cut"])):
        for name in names:
            if name not in known:
                problems.add(option, f"unknown route '{name}'", nearest(name, known))
    for text in open:
        _between(problems, "open", text, _share(text)[1], 0.0, 1.0)
    states = [n for n in net.nodes[: net.land] if n != "RUW"]
    importers = [net.nodes[k][4:] for k in net.ports("des")]
    allowed = {"terminal": importers, "price_cap": [*states, "EU"]}
    for option in ("withhold", "terminal", "demand", "supply", "price_cap"):
        for name, value in changes[option].items():
            valid = allowed.get(option, states)
            if name not in valid:
                problems.add(option, f"unknown node '{name}'", nearest(name, valid))
            low, high = RANGES[option]
            _between(problems, option, name, value, low, high)
    for name, value in changes["cut"].items():
        _between(problems, "cut", name, value, 0.0, 1.0)
    for name, value in changes["withhold"].items():
        if name in states and value > (held := _sold(net, name)):
            problems.add(
                "withhold", f"{name} sold {held:.1f} bcm by pipe, less than {value:g}", f"at most {held:.1f}"
            )
    if seller not in ("withholding", "competitive"):
        problems.add("seller", f"unknown theory '{seller}'", nearest(seller, ("withholding", "competitive")))
    for what, value, low, high in (
        ("elasticity", elasticity, -0.95, -0.01),
        ("lost_load", lost_load, 20, 1e4),
    ):
        _between(problems, what, what, value, low, high)
    _between(problems, "contracts", "contracts", contracts, 0.0, 0.95)
    problems.raise_if_any()
    return net


RANGES = {"withhold": (0.0, 1e4), "terminal": (0.0, 1e3), "demand": (-95.0, 500.0), "supply": (-99.0, 500.0)}
RANGES |= {"price_cap": (1.0, 1e4)}
"""Lowest and highest value of each option."""


def _between(problems: Problems, option: str, name: str, value: float, low: float, high: float) -> None:
    if not (isinstance(value, int | float) and low <= value <= high):
        problems.add(option, f"{name}: {value} is out of range", f"between {low:g} and {high:g}")


def _share(text: str) -> tuple[str, float]:
    name, _, share = text.partition(":")
    try:
        return name, float(share) if share else 1.0
    except ValueError:
        return name, np.nan


def _sold(net: Network, seller: str) -> float:
    gate = net.of_kind("gateway")
    if seller == "RUS":
        return float(net.flow[gate].sum())
    out = [k for k in net.of_kind("pipe") if net.ends(k)[0] == seller]
    return float(net.flow[out].sum())


def _changed(base: Market, close, open, changes) -> Market:  # type: ignore[no-untyped-def]
    net, known = base.network, routes(base.network.year)
    cap, made, use = base.route_capacity.copy(), base.capacity.copy(), base.reference.copy()
    lost = base.lost_load.copy()
    for text in open:
        name, share = _share(text)
        cap[list(known[name])] = share * net.nameplate[list(known[name])]
    for name, share in changes["cut"].items():
        cap[list(known[name])] *= 1.0 - share
    for name in close:
        cap[list(known[name])] = 0.0
    for name, bcm in changes["withhold"].items():
        out = [k for k in net.of_kind("pipe") if net.ends(k)[0] == name]
        out = net.of_kind("gateway") if name == "RUS" else np.array(out)
        cap[out] = net.flow[out] * (1.0 - bcm / _sold(net, name))
    for k in net.of_kind("regasification"):
        cap[k] += changes["terminal"].get(net.ends(k)[1], 0.0)
    for name, percent in changes["supply"].items():
        made[net.place[name]] *= 1.0 + percent / 100.0
    for name, percent in changes["demand"].items():
        use[net.place[name]] *= 1.0 + percent / 100.0
    for name, highest in changes["price_cap"].items():
        for state in UNION if name == "EU" else (name,):
            lost[net.place[state]] = min(lost[net.place[state]], highest)
    kept = 1.0 - changes["withhold"].get("RUS", 0.0) / max(_sold(net, "RUS"), 1e-9)
    least = np.minimum(base.least, cap)
    west = net.tails == net.place[POOL]
    least[west] *= kept  # who holds back does not keep to contracts either
    return base.with_(route_capacity=cap, capacity=made, reference=use, lost_load=lost, least=least)
