"""Out of time: the market calibrated on 2021 foretells 2022 and 2023, beside naive rivals.

Told of the two years are only: which routes were open (war, sabotage, sanctions), which terminals had
started, and
GDP. Prices, flows, output and use are computed. The rivals are 2021 over again, every flow scaled by the
growth of
its kind of trade, and 2021's prices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.gas import equations, fit
from detente.mechanisms.gas.calibrate import TAX
from detente.mechanisms.gas.market import (
    Cleared,
    Drift,
    Market,
    market,
    moved,
    solve,
    terminals,
    terminals_of,
)
from detente.mechanisms.gas.network import UNION, Network, calibrated
from detente.mechanisms.gas.trace import origins
from detente.mechanisms.gas.year import priced_by_seller

BASE, END = 2021, 2023
SHARE_OF_2022 = {
    ("RUS", "DEU"): 0.5,
    ("BLR", "POL"): 0.05,
    ("RUS", "UKR"): 0.19,
    ("RUS", "FIN"): 0.35,
    ("RUS", "LVA"): 0.5,
    ("RUS", "EST"): 0.5,
    ("NOR", "DNK"): 0.2,
    ("DNK", "POL"): 0.2,
}
"""Open share over 2022 of the routes that changed within it (dates in the table of routes)."""
READY_2022 = 0.6
"""Part of the terminals new by 2023 that ran in 2022, on average over the year."""
USABLE = 0.95
PERSISTENCE = (0.50, 0.53)
"""Of the trends of use and output, as estimated on data up to 2021."""


@dataclass(frozen=True)
class Forecast:
    """The market foretold for a year, and the account of what happened (positions by node name)."""

    net: Network
    made: Market
    found: Cleared
    then: Network

    def price(self, node: str) -> float:
        """Foretold price of a node."""
        return float(self.found.price[self.net.place[node]])


def forecast(
    table: Callable[[str], Any], seller: str = "withholding", **changes: float
) -> dict[int, Forecast]:
    """2022 and 2023 from the network of 2021, by year; middle values of the parameters unless ``changes``.

    ``seller``: theory of Russia's pricing. ``changes``: short, long, adjustment, income, supply_long,
    lost_load.
    """
    p = {
        "short": -0.18,
        "long": -0.68,
        "adjustment": 0.2,
        "income": 0.7,
        "supply_long": 0.4,
        "lost_load": 100.0,
    }
    p |= changes
    net, then = calibrated(BASE), calibrated(END)
    power = fit.withholding_slope()["normal"]["mean"] if seller == "withholding" else 0.0
    base = priced_by_seller(market(net, elasticity=p["short"], lost_load=p["lost_load"]), TAX, power)
    memory, price, out = net.memory, net.price, {}
    for year in range(BASE + 1, END + 1):
        memory = equations.remembered(
            memory=memory, price=price, norm=net.norm, speed=np.array(p["adjustment"])
        )
        made = moved(
            base,
            years=year - BASE,
            income=_income(table, net, year),
            memory=memory,
            drift=Drift(p["long"], p["short"], p["income"], p["supply_long"], *PERSISTENCE),
        )
        made = _opened(_equipped(made, table, year), table, year)
        found = solve(made, price)
        if found.steps < 0:
            raise ValueError(f"the market of {year} did not balance")
        price = np.minimum(found.price, made.lost_load)
        out[year] = Forecast(net, made, found, then)
    return out


def _income(table: Callable[[str], Any], net: Network, year: int) -> np.ndarray:
    rows = table("state_year").select("state", "year", "gdp_real").drop_nulls()
    held = {(s, y): v for s, y, v in rows.iter_rows()}
    return np.array(
        [held.get((n, year), 1.0) / held.get((n, BASE), held.get((n, year), 1.0)) for n in net.nodes]
    )


def _opened(made: Market, table: Callable[[str], Any], year: int) -> Market:
    net, cap = made.network, made.route_capacity.copy()
    shares = {}
    for one, two, at, share in table("gas_pipes").select("from", "to", "year", "open_base").iter_rows():
        shares[one, two, at] = share
    for k in net.of_kind("pipe"):
        ends = net.ends(k)
        before, after = shares.get((*ends, BASE)), shares.get((*ends, END))
        if before is not None and after is not None and abs(before - after) > 1e-9:
            cap[k] = (SHARE_OF_2022.get(ends, after) if year == 2022 else after) * net.nameplate[k]
    return made.with_(route_capacity=cap, least=np.minimum(made.least, cap))


def _equipped(made: Market, table: Callable[[str], Any], year: int) -> Market:
    net = made.network
    now = {"export": terminals_of(net, "liquefaction"), "import": terminals_of(net, "regasification")}
    rows = table("gas_terminals")
    held: dict[tuple[str, str, int], float] = {}
    for state, side, kind, at, bcm in rows.select("state", "side", "kind", "year", "bcm").iter_rows():
        if kind == "running":
            held[state, side, at] = bcm
    share = USABLE * (READY_2022 if year == 2022 else 1.0)
    for (state, side, at), bcm in held.items():
        if at == END and state in net.place:
            now[side][net.place[state]] += share * max(bcm - held.get((state, side, BASE), 0.0), 0.0)
    return terminals(made, now["export"], now["import"])


GROUPS = {
    "Russia to Europe by pipe": ("pipe", ("RUS",), "europe"),
    "Norway to Europe by pipe": ("pipe", ("NOR",), "europe"),
    "North Africa to Europe by pipe": ("pipe", ("DZA", "LBY"), "europe"),
    "Azerbaijan to Europe by pipe": ("pipe", ("AZE",), "europe"),
    "Russia to China by pipe": ("pipe", ("RUS",), "china"),
    "Central Asia to China by pipe": ("pipe", ("TKM", "KAZ", "UZB"), "china"),
    "USA to Europe, LNG": ("lng", ("USA",), "europe"),
    "Qatar to Europe, LNG": ("lng", ("QAT",), "europe"),
    "Russia to Europe, LNG": ("lng", ("RUS",), "europe"),
    "other LNG to Europe": ("lng", None, "europe"),
    "USA to East Asia, LNG": ("lng", ("USA",), "asia"),
    "Qatar to East Asia, LNG": ("lng", ("QAT",), "asia"),
    "Australia to East Asia, LNG": ("lng", ("AUS",), "asia"),
}
"""Corridors that are scored: kind of flow, sellers (None: all others), and buyers."""
BUYERS: Mapping[str, tuple[str, ...]] = {
    "europe": (*UNION, "GBR", "CHE", "TUR", "SRB", "BIH", "MKD"),
    "china": ("CHN",),
    "asia": ("JPN", "KOR", "TWN", "CHN"),
}


def corridors(net: Network, found: Cleared) -> dict[str, float]:
    """bcm by corridor: pipeline gas by origin and final user, LNG by the port where it lands."""
    pipe, _ = origins(net, found)
    place, named = (
        net.place,
        {s for kind, sellers, _ in GROUPS.values() if kind == "lng" and sellers for s in sellers},
    )
    out = {}
    for name, (kind, sellers, buyers) in GROUPS.items():
        if kind == "pipe":
            out[name] = float(
                pipe[np.ix_([place[s] for s in sellers or ()], [place[b] for b in BUYERS[buyers]])].sum()
            )
            continue
        total = 0.0
        for k in net.of_kind("voyage"):
            one, two = net.ends(k)
            mine = one in sellers if sellers else one not in named
            total += float(found.flow[k]) if mine and two in BUYERS[buyers] else 0.0
        out[name] = total
    return out


def base_flows(net: Network) -> Cleared:
    """The account of a network's own year in the form of a solution."""
    from detente.mechanisms.gas.market import base_output

    return Cleared(net.price, net.flow, base_output(net), net.reference, np.zeros(len(net.nodes)), 0)


HUBS = {"TTF": "NLD", "NBP": "GBR", "HH": "USA", "ASIA": "JPN", "AECO": "CAN"}
"""Hubs of table ``gas_prices`` and the nodes that carry their price."""


def track_record(table: Callable[[str], Any]) -> list[dict[str, Any]]:
    """2023 foretold from 2021 under each theory of Russia's pricing, beside a rival: one entry per quantity.

    Keys: quantity, theory, ours, theirs, rival, n, and horizon (years). Corridors: mean absolute error in
    bcm, the rival being 2021 scaled by the growth of its kind of trade, which it is told. Prices of hubs:
    mean absolute error of the log, the rival being 2021's price.
    """
    rows = table("gas_prices")
    price = {(h, y): v for h, y, v in rows.select("hub", "year", "price").iter_rows()}
    truth, naive = corridors(calibrated(END), base_flows(calibrated(END))), rival(table)
    out = []
    for theory in ("withholding", "competitive"):
        made = forecast(table, theory)[END]
        ours = corridors(made.net, made.found)
        same = {"theory": theory, "horizon": END - BASE}
        errors = [np.mean([abs(v[n] - truth[n]) for n in truth]) for v in (ours, naive)]
        said = {"quantity": "corridors", "rival": "2021 scaled by all trade", "n": len(truth)}
        out.append(same | said | {"ours": float(errors[0]), "theirs": float(errors[1])})
        logs = np.log([[made.price(n), price[h, BASE], price[h, END]] for h, n in HUBS.items()]).T
        errors = [np.abs(v - logs[2]).mean() for v in logs[:2]]
        said = {"quantity": "prices", "rival": "unchanged", "n": len(HUBS)}
        out.append(same | said | {"ours": float(errors[0]), "theirs": float(errors[1])})
    return out


def rival(table: Callable[[str], Any]) -> dict[str, float]:
    """2021's corridors, each scaled by the growth of all LNG or all of the pipeline corridors together to
    2023."""
    before, after = (corridors(calibrated(y), base_flows(calibrated(y))) for y in (BASE, END))
    out = {}
    for kind in ("pipe", "lng"):
        names = [n for n, group in GROUPS.items() if group[0] == kind]
        growth = sum(after[n] for n in names) / sum(before[n] for n in names)
        out |= {n: before[n] * growth for n in names}
    return out
