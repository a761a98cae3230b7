"""Place the curves and routes of a base year so that its account is an equilibrium.

1. Voyages: LNG of each exporter to each region is spread over importers by their landings and the cost of the
   voyage (iterative proportional fitting).
2. Prices: hubs are given; elsewhere prices are those that leave the least unexplained on routes in use
   (weighted by flow). Exporters thus get their netback, closed markets their regulated price.
3. Wedges: on a route in use below capacity, the price gap less transport; on a full one, what is left is a
rent
   and the wedge is 0; on an unused one, what keeps it unused (positive mathematical programming, Howitt
   1995).
4. Supply: capacity is output over the used share; the curve runs through output at the node's price.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from detente.mechanisms.gas.network import POOL

HERE = Path(__file__).parent
PIPE_BASE, PIPE_KM = 0.1, 0.45
"""USD/MMBtu: entry and exit, and per 1,000 km (ENTSOG tariffs; OIES estimates of 2-2.5 for 4,000 km)."""
SHIP_BASE, SHIP_KM = 0.15, 0.095
"""USD/MMBtu: port and boil-off at rest, and per 1,000 km of sea (Timera and OIES: US Gulf to Rotterdam
about 1)."""
LIQUEFY, LIQUEFY_FUEL, REGASIFY = 0.4, 0.09, 0.35
"""Short-run cost of liquefaction (USD/MMBtu, and share of the gas burnt, priced at the node) and
regasification."""
PIPE_SLOPE = 0.4
"""Price gap (USD/MMBtu) over which a pipeline goes from empty to full: seasons and qualities inside a
year."""
SHIP_SLOPE = 0.5
"""Price gap over which a voyage goes from nothing to its proportional share: 0.51, error 0.11, by
:func:`fit.voyage_slope` on 2021."""
TAX = 2.5
"""Middle of parameters.yaml, export_tax: what lies between Russia's home price and the price in the pool."""
AT_COST = "BLR"
"""Buys at the pool's price and carriage; what goes on from there is priced beyond it."""
FULL = 0.97
USED = 0.96
"""Share of output capacity in use in the base year; of exporters that held back, see ``KNOWN_CAPACITY``."""
KNOWN_CAPACITY = {("RUS", 2021): 730.0, ("RUS", 2023): 715.0}
"""bcm. Output of 2021 was Russia's highest and near capacity; since then western fields are idle
(Henderson, OIES)."""
LIQUEFACTION_BOUND = ("USA", "RUS", "NOR", "CAN", "MEX")
"""Exporters whose plants, not their fields, limit LNG: the rent sits at the plant."""

COULD_LAND = ("EGY", "IRQ", "ISR", "LBY", "MAR", "MMR", "OMN", "PER", "SAU", "TUN", "ZAF")
"""States on a coast that have no terminal and might build one, beside those of the table."""


@dataclass
class Draft:
    """A network being put together."""

    nodes: list[str]
    tails: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    flow: list[float] = field(default_factory=list)
    cap: list[float] = field(default_factory=list)
    nameplate: list[float] = field(default_factory=list)
    transport: list[float] = field(default_factory=list)
    slope: list[float] = field(default_factory=list)
    open_2024: list[float] = field(default_factory=list)
    carries: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def add(
        self,
        one: str,
        two: str,
        kind: str,
        flow: float,
        cap: float,
        transport: float,
        slope: float,
        **more: Any,
    ) -> None:
        """One route more."""
        self.tails.append(self.nodes.index(one))
        self.heads.append(self.nodes.index(two))
        self.kind.append(kind)
        for values, value in (
            (self.flow, flow),
            (self.cap, cap),
            (self.transport, transport),
            (self.slope, slope),
        ):
            values.append(float(value))
        self.nameplate.append(float(more.get("nameplate", cap)))
        self.open_2024.append(float(more.get("open_2024", 1.0)))
        self.carries.append(more.get("carries", ""))
        self.names.append(more.get("name", ""))


def build(table: Callable[[str], Any], year: int) -> dict[str, Any]:
    """The network of ``year`` as a plain document; ``table`` gives a table of the bundle by name."""
    nodes = {s: (o, u) for s, o, u in _of(table("gas_nodes"), year, "state", "output", "use")}
    trends = {s: (o, u) for s, o, u in _of(table("gas_nodes"), year, "state", "output_trend", "use_trend")}
    lng = list(_of(table("gas_lng"), year, "side", "state", "region", "bcm"))
    out = {(s, r): b for side, s, r, b in lng if side == "export"}
    landed = {s: (r, b) for side, s, r, b in lng if side == "import"}
    terminals = _terminals(table("gas_terminals"))
    sea = {(e, i): km for e, i, km in table("gas_sea").iter_rows()}
    exporters = sorted({s for s, _ in out} | {s for s in terminals["export"]["coming"] if (s, "NLD") in sea})
    coming = {s for s in terminals["import"]["coming"] if ("QAT", s) in sea}
    importers = sorted({*landed, *coming, *(s for s in COULD_LAND if s in nodes)})
    names = [*nodes, POOL, *(f"fob:{s}" for s in exporters), *(f"des:{s}" for s in importers)]
    draft = Draft(names)
    _pipes(draft, table("gas_pipes"), year)
    _lng(draft, year, out, landed, terminals, sea, exporters, importers)
    hubs = {hub: row for hub, *row in _of(table("gas_prices"), year, "hub", "price", "norm", "memory")}
    made = _placed(draft, year, nodes, {h: row[0] for h, row in hubs.items()}, terminals)
    return made | _past(names, made["price"], trends, hubs, _growth(table("state_year")))


def _growth(frame: Any) -> dict[str, float]:
    """Log points a year that real GDP grew, 2013-2021."""
    rows = frame.filter(frame["year"].is_in([2013, 2021])).select("state", "year", "gdp_real").drop_nulls()
    held = {(s, y): v for s, y, v in rows.iter_rows()}
    both = {s for s, _ in held if (s, 2013) in held and (s, 2021) in held}
    return {s: round(float(np.log(held[s, 2021] / held[s, 2013]) / 8), 4) for s in both}


def _past(
    names: list[str],
    price: list[float],
    trends: Mapping[str, tuple[float, float]],
    hubs: Mapping[str, list[float]],
    gdp: Mapping[str, float],
) -> dict[str, list[float]]:
    """Trends of output and use, and by node the usual price and how far memory stands above it.

    A node follows the hub whose price is nearest to its own.
    """
    nearest = [min(hubs, key=lambda h: abs(np.log(hubs[h][0] / p))) for p in price]
    return {
        "output_trend": [trends.get(n, (0.0, 0.0))[0] for n in names],
        "use_trend": [trends.get(n, (0.0, 0.0))[1] for n in names],
        "gdp_trend": [gdp.get(n, 0.02) for n in names],
        "norm": [round(p * hubs[h][1] / hubs[h][0], 6) for p, h in zip(price, nearest, strict=True)],
        "memory": [hubs[h][2] for h in nearest],
    }


def _of(frame: Any, year: int, *columns: str) -> Any:
    return frame.filter(frame["year"] == year).select(columns).iter_rows()


def _terminals(frame: Any) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {
        s: {"running": {}, "coming": {}} for s in ("export", "import")
    }
    for state, side, kind, year, bcm in frame.select("state", "side", "kind", "year", "bcm").iter_rows():
        found[side][kind].setdefault(state, {})[int(year)] = float(bcm)
    return found


WEST = ("DEU", "BLR", "UKR", "TUR", "FIN", "EST", "LVA", "GEO", "AZE", "KAZ")
"""Where Russia's western pipes go; all of them start at the pool."""


def _pipes(draft: Draft, frame: Any, year: int) -> None:
    west = 0.0
    columns = ("from", "to", "flow", "capacity", "nameplate", "open2024", "km", "carries", "route")
    for one, two, flow, cap, nameplate, ahead, km, carries, route in _of(frame, year, *columns):
        if one == "RUS" and two in WEST:
            one, west = POOL, west + flow
        two = POOL if two == "RUS" else two
        west -= flow if two == POOL else 0.0
        cost = PIPE_BASE + PIPE_KM * km / 1e3
        more = {"nameplate": nameplate, "open_2024": ahead, "carries": carries, "name": route}
        draft.add(one, two, "pipe", flow, cap, cost, PIPE_SLOPE / max(nameplate, 1.0), **more)
    draft.add("RUS", POOL, "gateway", west, 260.0, 0.0, 1e-4, carries="RUS")


def _lng(
    draft: Draft,
    year: int,
    out: Mapping[tuple[str, str], float],
    landed: Mapping[str, tuple[str, float]],
    terminals: Mapping[str, Any],
    sea: Mapping[tuple[str, str], float],
    exporters: list[str],
    importers: list[str],
) -> None:
    made = {e: sum(v for (s, _), v in out.items() if s == e) for e in exporters}
    whole = sum(made.values())
    for e in exporters:
        cap = max(terminals["export"]["running"].get(e, {}).get(year, 0.0), made[e] / FULL)
        cap = made[e] if e in LIQUEFACTION_BOUND and made[e] > 0.8 * cap else cap
        draft.add(e, f"fob:{e}", "liquefaction", made[e], cap, LIQUEFY, 0.3 / max(cap, 5.0))
    for i in importers:
        flow = landed.get(i, ("", 0.0))[1]
        cap = max(terminals["import"]["running"].get(i, {}).get(year, 0.0), flow / FULL)
        draft.add(f"des:{i}", i, "regasification", flow, cap, REGASIFY, 0.2 / max(cap, 2.0))
    voyages = _voyages(out, landed, sea)
    for e in exporters:
        for i in importers:
            if (e, i) in sea:
                size = max(made[e], 2.0) * max(landed.get(i, ("", 0.0))[1], 2.0) / whole
                cost = SHIP_BASE + SHIP_KM * sea[e, i] / 1e3
                flow = voyages.get((e, i), 0.0)
                draft.add(f"fob:{e}", f"des:{i}", "voyage", flow, 1e3, cost, SHIP_SLOPE / size)


def _voyages(
    out: Mapping[tuple[str, str], float],
    landed: Mapping[str, tuple[str, float]],
    sea: Mapping[tuple[str, str], float],
) -> dict[tuple[str, str], float]:
    """LNG by exporter and importer: proportional, nearer ones first, fitted to both margins."""
    pairs = [(e, i) for (e, r) in out for i, (region, _) in landed.items() if region == r and (e, i) in sea]
    flow = {(e, i): landed[i][1] * np.exp(-SHIP_KM * sea[e, i] / 1e3 / SHIP_SLOPE) for e, i in pairs}
    for _ in range(500):
        rows: dict[tuple[str, str], float] = {}
        for (e, i), v in flow.items():
            key = (e, landed[i][0])
            rows[key] = rows.get(key, 0.0) + v
        flow = {(e, i): v * out[e, landed[i][0]] / rows[e, landed[i][0]] for (e, i), v in flow.items()}
        columns: dict[str, float] = {}
        for (_, i), v in flow.items():
            columns[i] = columns.get(i, 0.0) + v
        flow = {(e, i): v * landed[i][1] / columns[i] for (e, i), v in flow.items()}
    return flow


def _placed(
    draft: Draft,
    year: int,
    nodes: Mapping[str, tuple[float, float]],
    hubs: Mapping[str, float],
    terminals: Mapping[str, Any],
) -> dict[str, Any]:
    said = yaml.safe_load((HERE / "nodes.yaml").read_text(encoding="utf-8"))
    traits = {k: np.array([_class(said, n)[k] for n in draft.nodes]) for k in TRAITS}
    flow, cap = np.array(draft.flow), np.array(draft.cap)
    flow, output, use = _balanced(draft, flow, nodes)
    price = _offered(draft, flow, prices(draft, flow, cap, hubs, said))
    transport, kind = np.array(draft.transport), np.array(draft.kind)
    transport = np.where(kind == "liquefaction", transport + LIQUEFY_FUEL * price[draft.tails], transport)
    slope = np.array(draft.slope)
    gap = price[draft.heads] - price[draft.tails] - transport
    full = (flow >= FULL * cap) & (kind != "gateway")
    wedge = np.where(flow > 0.02, gap - slope * flow, np.maximum(gap, 0.0))
    wedge = np.where(full & (wedge > 0), 0.0, wedge)
    cap = np.where(full & (gap - slope * flow > 0), flow, cap)  # a full route carries exactly what it carried
    wedge = np.where((cap <= 0) | ((flow <= 0.02) & (kind != "pipe") & (kind != "voyage")), 0.0, wedge)
    made = np.array(
        [KNOWN_CAPACITY.get((n, year), q / USED) for n, q in zip(draft.nodes, output, strict=True)]
    )
    cost = np.minimum(traits["cost"], 0.5 * price)
    rounded = lambda x, d=6: np.round(np.asarray(x, float), d).tolist()  # noqa: E731
    coming: dict[str, dict[str, dict[str, float]]] = {}
    for side in ("export", "import"):
        for state, by_year in terminals[side]["coming"].items():
            for y, bcm in by_year.items():
                coming.setdefault(side, {}).setdefault(str(y), {})[state] = bcm
    return {
        "year": year,
        "nodes": draft.nodes,
        "price": rounded(price),
        "capacity": rounded(made),
        "cost": rounded(cost),
        "reference": rounded(use),
        "passthrough": rounded(traits["passthrough"]),
        "household": rounded(traits["household"]),
        "persons": rounded(traits["persons"]),
        "markup": rounded(traits["markup"]),
        "switches": rounded(traits["switches"]),
        "tails": draft.tails,
        "heads": draft.heads,
        "kind": draft.kind,
        "flow": rounded(flow),
        "route_capacity": rounded(cap),
        "nameplate": rounded(draft.nameplate),
        "transport": rounded(transport),
        "wedge": rounded(wedge),
        "slope": rounded(slope, 8),
        "open_2024": rounded(draft.open_2024),
        "carries": draft.carries,
        "names": draft.names,
        "coming": coming,
    }


TRAITS = ("cost", "passthrough", "household", "persons", "markup", "switches")


def _offered(draft: Draft, flow: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Prices with those of ports where no LNG lands set to the cheapest offer, voyage included."""
    out, idle = price.copy(), {}
    for a, kind in enumerate(draft.kind):
        if kind == "voyage":
            to = draft.heads[a]
            offer = price[draft.tails[a]] + draft.transport[a]
            idle[to] = min(idle.get(to, np.inf), offer if flow[a] <= 0.02 else -np.inf)
    for to, offer in idle.items():
        out[to] = offer if np.isfinite(offer) else out[to]
    return out


def _class(said: Mapping[str, Any], node: str) -> Mapping[str, Any]:
    state = node.partition(":")[2] or node
    for kind in said["classes"].values():
        if state in kind["members"]:
            return dict(kind)
    return dict(said["classes"]["others"])


def _balanced(
    draft: Draft, flow: np.ndarray, nodes: Mapping[str, tuple[float, float]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Output and use with use the balance of the rest (rounding of the account falls on use)."""
    n = len(draft.nodes)
    output = np.array([nodes.get(s, (0.0, 0.0))[0] for s in draft.nodes])
    net = output.copy()
    np.add.at(net, draft.heads, flow)
    np.subtract.at(net, draft.tails, flow)
    use = np.where([s in nodes for s in draft.nodes], np.maximum(net, 0.0), 0.0)
    output += np.where(net < 0, -net, 0.0) * np.array([s in nodes for s in draft.nodes])
    assert n == use.size
    return flow, output, use


def prices(
    draft: Draft, flow: np.ndarray, cap: np.ndarray, hubs: Mapping[str, float], said: Mapping[str, Any]
) -> np.ndarray:
    """Node prices by weighted least squares on routes in use, hubs and regulated prices held fast."""
    n, rows, right = len(draft.nodes), [], []

    def say(weights: Mapping[int, float], value: float, weight: float) -> None:
        row = np.zeros(n)
        for k, w in weights.items():
            row[k] += w * weight
        rows.append(row)
        right.append(value * weight)

    held = {**{s: hubs[h] for s, h in said["anchors"].items()}, **said["regulated"]}
    held[POOL] = held["RUS"] + TAX
    for k, name in enumerate(draft.nodes):
        if name in held:
            say({k: 1.0}, held[name], 1e3)
        else:
            say({k: 1.0}, hubs["TTF"], 2.0 if name in said["near_hub"] else 0.01)
    for a, kind in enumerate(draft.kind):
        bound = kind == "liquefaction" and draft.nodes[draft.tails[a]] in LIQUEFACTION_BOUND
        ends = {draft.nodes[draft.tails[a]], draft.nodes[draft.heads[a]]}
        sold = POOL in ends and AT_COST not in ends  # Russia's prices abroad are not its netback
        through = kind == "pipe" and draft.nodes[draft.tails[a]] == AT_COST
        if (
            flow[a] <= 0.02
            or kind == "gateway"
            or bound
            or sold
            or through
            or (kind == "pipe" and flow[a] >= FULL * cap[a])
        ):
            continue
        fuel = LIQUEFY_FUEL if kind == "liquefaction" else 0.0
        weights = {draft.heads[a]: 1.0, draft.tails[a]: -1.0 - fuel}
        say(weights, draft.transport[a] + draft.slope[a] * flow[a], np.sqrt(flow[a]))
    price = np.linalg.lstsq(np.array(rows), np.array(right), rcond=None)[0]
    return np.maximum(price, 0.5)
