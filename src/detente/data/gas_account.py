"""The balanced account of gas in a year: soft statistics, hard balances, flows inside capacities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

BALANCE = 2000.0
"""Weight of a balance against statistics whose weight is 1 over their error in bcm."""
GROUPS = {"Other Africa": ("GNQ", "CMR", "MOZ")}
"""Exporters of LNG that the reviews count together."""
RE_EXPORTS = ("Other Europe", "Other Americas", "Other Asia Pacific")
HELD_IN_GROUPS = {
    "BIH": (0.0, 0.2),
    "MDA": (0.0, 2.8),
    "SRB": (0.3, 2.8),
    "GEO": (0.0, 2.7),
    "ARM": (0.0, 2.7),
    "TUN": (1.5, 5.3),
    "JOR": (0.2, 3.8),
    "LBY": (14.0, 9.5),
    "AGO": (5.5, 0.9),
    "GNQ": (5.0, 1.0),
    "CMR": (2.4, 0.8),
    "MOZ": (5.0, 0.6),
    "BRN": (11.5, 4.0),
    "MMR": (17.0, 6.5),
    "PNG": (11.7, 0.2),
    "BOL": (15.0, 3.5),
    "AMS": (0.3, 6.3),
    "NGA": (49.0, 25.5),
    "MLT": (0.0, 0.4),
    "CMRX": (0.0, 0.0),
    "IRL": (1.5, 5.1),
    "HRV": (0.7, 2.8),
    "HUN": (1.5, 10.8),
    "AUT": (0.7, 9.0),
    "CZE": (0.2, 9.1),
    "BGR": (0.0, 3.3),
    "ISR": (18.0, 11.7),
    "MAR": (0.1, 0.9),
    "ZAF": (0.1, 4.0),
    "PHL": (3.0, 3.0),
}
"""(output, use) in bcm of countries for which the reviews print one or both only inside a group: IEA
imports and exports of 2021 where there are some, else our reading of national figures. Wide errors."""
KALININGRAD = ("BLR", "LTU")
"""This border flow goes on to Kaliningrad, which belongs to the node of Russia."""
NO_ROWS = frozenset({"CMRX"})
TRANSIT_2023 = {("RUS", "UKR"): 14.6}
"""Transit through Ukraine in 2023 (operator of the Ukrainian system), bcm."""


@dataclass
class Account:
    """Sources and year; :attr:`solution` is computed once."""

    review: pl.DataFrame
    iea: pl.DataFrame
    terminals: pl.DataFrame
    routes: pl.DataFrame
    year: int

    @cached_property
    def arcs(self) -> list[tuple[str, str]]:
        """Routes as (from, to)."""
        return list(self.routes.select("from", "to").iter_rows())

    @cached_property
    def capacity(self) -> np.ndarray:
        """Open capacity of the routes, bcm."""
        return (self.routes["bcm"] * self.routes[f"open{self.year}"]).to_numpy().astype(float)

    @cached_property
    def lng(self) -> dict[tuple[str, str], float]:
        """LNG by (exporter, region): the review's matrix, re-exports left out, groups split by capacity."""
        from detente.data.tables_gas import REGIONS

        rows = self.review.filter((pl.col("measure") == "lng") & (pl.col("year") == self.year))
        member = {s: r for r, (states, groups) in REGIONS.items() for s in (*states, *groups)}
        found: dict[tuple[str, str], float] = {}
        for seller, buyer, value in rows.select("seller", "buyer", "value").iter_rows():
            if buyer in member and seller not in (*RE_EXPORTS, "Total imports"):
                for name, share in self._split(seller):
                    key = (name, member[buyer])
                    found[key] = found.get(key, 0.0) + share * value
        return {k: v for k, v in found.items() if v > 0.02}

    def _split(self, seller: str) -> Iterable[tuple[str, float]]:
        if seller not in GROUPS:
            return [(seller, 1.0)]
        held = [self.terminal("export", s) for s in GROUPS[seller]]
        return [(s, h / sum(held)) for s, h in zip(GROUPS[seller], held, strict=True) if h > 0]

    def terminal(self, side: str, state: str) -> float:
        """Capacity in operation, bcm."""
        running = (pl.col("kind") == "running") & (pl.col("year") == self.year)
        return float(
            self.terminals.filter(running & (pl.col("side") == side) & (pl.col("state") == state))[
                "bcm"
            ].sum()
        )

    @cached_property
    def landed(self) -> dict[str, float]:
        """LNG by importer: the review's, groups split by regasification, scaled to the regions' totals."""
        from detente.data.tables_gas import REGIONS

        rows = self.review.filter((pl.col("measure") == "lng_in") & (pl.col("year") == self.year))
        known = dict(rows.select("seller", "value").iter_rows())
        found = {}
        for region, (states, _) in REGIONS.items():
            total = sum(v for (_, r), v in self.lng.items() if r == region)
            mine = {s: known[s] for s in states if s in known}
            others = {s: self.terminal("import", s) for s in states if s not in known}
            others["AMS"] = 6.0 if region == "americas" else 0.0
            others["JOR"] = 0.2 if region == "middle_east" else 0.0
            left = max(total - sum(mine.values()), 0.0)
            whole = sum(others.values()) or 1.0
            mine |= {s: left * v / whole for s, v in others.items()}
            scale = total / max(sum(mine.values()), 1e-9)
            found |= {s: v * scale for s, v in mine.items() if v * scale > 0.02}
        return found

    @cached_property
    def nodes(self) -> list[str]:
        """Every state with a row of output or use, a route or LNG."""
        rows = self.review.filter(pl.col("measure").is_in(["output", "use"]) & (pl.col("year") == self.year))
        named = {
            s
            for s in rows["seller"]
            if len(s) == 3 and s not in ("ISL", "CYP", "LKA", "ECU", "NZL", "SYR", "BHR")
        }
        more = (
            {n for arc in self.arcs for n in arc}
            | {k[0] for k in self.lng}
            | set(self.landed)
            | set(HELD_IN_GROUPS)
        )
        return sorted((named | more) - NO_ROWS)

    def statistic(self, measure: str, state: str) -> tuple[float, float]:
        """(value, error) of output or use, bcm."""
        rows = self.review.filter(
            (pl.col("measure") == measure) & (pl.col("seller") == state) & (pl.col("year") == self.year)
        )
        if rows.height:
            value = float(rows["value"].sum()) + self._hong_kong(measure, state)
            return value, 0.02 * value + 0.1
        value = HELD_IN_GROUPS.get(state, (0.0, 0.0))[measure == "use"]
        return value, (0.3 * value + 0.5 if value else 0.02)

    def trend(self, measure: str, state: str) -> float:
        """Log points a year over the eight years up to 2021, between -0.05 and 0.05; 0 where not recorded."""
        rows = self.review.filter((pl.col("measure") == measure) & (pl.col("seller") == state))
        held = {y: v for y, v in rows.select("year", "value").iter_rows() if v > 0.3}
        if not {2013, 2021} <= held.keys():
            return 0.0
        return round(float(np.clip(np.log(held[2021] / held[2013]) / 8, -0.05, 0.05)), 3)

    def _hong_kong(self, measure: str, state: str) -> float:
        rows = self.review.filter(
            (pl.col("measure") == measure)
            & (pl.col("seller") == "China Hong Kong SAR")
            & (pl.col("year") == self.year)
        )
        return float(rows["value"].sum()) if state == "CHN" else 0.0

    def flows_known(self) -> list[tuple[dict[tuple[str, str], float], float, float]]:
        """Statements on flows: (routes with their weights, bcm, error)."""
        said: list[tuple[dict[tuple[str, str], float], float, float]] = []
        border = self.iea.filter((pl.col("measure") == "border") & (pl.col("year") == self.year))
        for one, two, value in border.select("seller", "buyer", "value").iter_rows():
            if (one, two) in self.arcs and value > 0 and (one, two) != KALININGRAD:
                said.append(({(one, two): 1.0}, value, 0.06 * value + 0.4))
        rows = self.review.filter((pl.col("measure") == "pipe") & (pl.col("year") == self.year))
        pipe = {(s, b): v for s, b, v in rows.select("seller", "buyer", "value").iter_rows()}
        for arc, parts in LONG_WAYS.items():
            value = sum(pipe.get(p, 0.0) for p in parts)
            said.append(({arc: 1.0}, value, 0.05 * value + 0.3))
        for seller, (buyers, out) in TO_EUROPE.items():
            value = sum(pipe.get((seller, b), 0.0) for b in buyers)
            said.append(({a: 1.0 for a in self.arcs if a in out}, value, 0.03 * value + 0.3))
        if self.year == 2023:
            said += [({arc: 1.0}, value, 0.3) for arc, value in TRANSIT_2023.items()]
        return said

    @cached_property
    def solution(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Output and use by node, flow by route: least squares with balances weighted as good as exact."""
        from scipy.optimize import lsq_linear

        n, m = len(self.nodes), len(self.arcs)
        at, route = {s: k for k, s in enumerate(self.nodes)}, {a: 2 * n + k for k, a in enumerate(self.arcs)}
        rows, right = [], []

        def say(weights: dict[int, float], value: float, error: float) -> None:
            row = np.zeros(2 * n + m)
            row[list(weights)] = np.fromiter(weights.values(), float) / error
            rows.append(row)
            right.append(value / error)

        net = {
            s: self.landed.get(s, 0.0) - sum(v for (e, _), v in self.lng.items() if e == s)
            for s in self.nodes
        }
        for s, k in at.items():
            say({k: 1.0}, *self.statistic("output", s))
            say({n + k: 1.0}, *self.statistic("use", s))
            around = {route[a]: 1.0 if a[1] == s else -1.0 for a in self.arcs if s in a}
            say({k: 1.0, n + k: -1.0} | around, -net[s], 1 / BALANCE)
        for weights, value, error in self.flows_known():
            say({route[a]: w for a, w in weights.items()}, value, error)
        for a, cap in zip(self.arcs, self.capacity, strict=True):
            say({route[a]: 1.0}, 0.0, 1.0 + cap)
        high = np.concatenate([np.full(2 * n, np.inf), np.maximum(self.capacity, 1e-6)])
        fit = lsq_linear(np.array(rows), np.array(right), (0.0, high), method="bvls", tol=1e-12)
        return fit.x[:n], fit.x[n : 2 * n], fit.x[2 * n :]


LONG_WAYS = {
    ("KAZ", "CHN"): (("KAZ", "CHN"), ("TKM", "CHN"), ("UZB", "CHN")),
    ("UZB", "KAZ"): (("TKM", "CHN"), ("UZB", "CHN")),
    ("TKM", "UZB"): (("TKM", "CHN"),),
    ("RUS", "CHN"): (("RUS", "CHN"),),
    ("MMR", "CHN"): (("MMR", "CHN"),),
    ("MMR", "THA"): (("MMR", "THA"),),
    ("IDN", "SGP"): (("IDN", "SGP"),),
    ("BOL", "BRA"): (("BOL", "BRA"),),
    ("BOL", "ARG"): (("BOL", "ARG"),),
    ("CAN", "USA"): (("CAN", "USA"),),
    ("USA", "CAN"): (("USA", "CAN"),),
    ("USA", "MEX"): (("USA", "MEX"),),
    ("QAT", "ARE"): (("QAT", "ARE"), ("QAT", "Other Middle East")),
    ("MOZ", "ZAF"): (("Other Africa", "ZAF"),),
    ("IRN", "TUR"): (("IRN", "Rest of Europe"),),
    ("IRN", "IRQ"): (("IRN", "Other Middle East"),),
}
"""Routes outside Europe and the flows by origin of the reviews that run through them."""
EUROPE = ("European Union", "EU", "Rest of Europe")
TO_EUROPE = {
    "RUS": (
        EUROPE,
        {
            ("RUS", "DEU"),
            ("BLR", "POL"),
            ("BLR", "LTU"),
            ("RUS", "UKR"),
            ("RUS", "TUR"),
            ("RUS", "FIN"),
            ("RUS", "EST"),
            ("RUS", "LVA"),
        },
    ),
    "NOR": (EUROPE, {("NOR", b) for b in ("DEU", "NLD", "BEL", "FRA", "GBR", "DNK")}),
    "DZA": (EUROPE, {("DZA", "ESP"), ("MAR", "ESP"), ("TUN", "ITA")}),
    "LBY": (EUROPE, {("LBY", "ITA")}),
    "AZE": (EUROPE, {("GEO", "TUR")}),
}
"""Sellers to Europe by pipeline: groups of buyers in the reviews, and the routes by which gas enters."""


def _rounded(value: float) -> float:
    return round(float(value), 1)


def node_rows(account: Account) -> pl.DataFrame:
    """Output and use of every node, rounded so that each node still balances with the rounded flows."""
    output, _, flow = account.solution
    lng = {(e, r): _rounded(v) for (e, r), v in account.lng.items()}
    landed = import_rows(account)
    net = dict.fromkeys(account.nodes, 0.0)
    for (one, two), value in zip(account.arcs, flow, strict=True):
        net[one] -= _rounded(value)
        net[two] += _rounded(value)
    rows = []
    for state, made in zip(account.nodes, output, strict=True):
        trends = (account.trend("output", state), account.trend("use", state))
        trade = net[state] + landed.get(state, 0.0) - sum(v for (e, _), v in lng.items() if e == state)
        use = _rounded(_rounded(made) + trade)
        rows.append((state, account.year, _rounded(made) + max(0.0, -use), max(use, 0.0), *trends))
    values = ("output", "use", "output_trend", "use_trend")
    names = {"state": pl.String, "year": pl.Int32} | dict.fromkeys(values, pl.Float64)
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(pl.col("output", "use").round(1))


def import_rows(account: Account) -> dict[str, float]:
    """LNG landed by importer, rounded so that each region takes exactly what is shipped to it."""
    from detente.data.tables_gas import REGIONS

    landed = {s: _rounded(v) for s, v in account.landed.items()}
    for region, (states, _) in REGIONS.items():
        shipped = sum(_rounded(v) for (_, r), v in account.lng.items() if r == region)
        mine = [s for s in states if s in landed]
        largest = max(mine, key=landed.__getitem__)
        landed[largest] = _rounded(landed[largest] + shipped - sum(landed[s] for s in mine))
    return landed


FULL = 0.97
"""A route used beyond this share is full: its capacity is what it carried (maintenance, pressure,
contract)."""


def pipe_rows(account: Account) -> pl.DataFrame:
    """Flow, open capacity and nameplate of every route."""
    flow = pl.Series("flow", [_rounded(v) for v in account.solution[2]])
    cap = pl.Series("capacity", account.capacity.round(2))
    bought = account.routes["to"] == "RUS"  # Russia's purchases are contracts: as much as flowed
    usable = pl.select(pl.when((flow >= FULL * cap) | bought).then(flow).otherwise(cap))
    cap = usable.to_series().alias("capacity")
    return account.routes.select(
        "from",
        "to",
        pl.lit(account.year, dtype=pl.Int32).alias("year"),
        flow,
        cap,
        pl.col("bcm").cast(pl.Float64).alias("nameplate"),
        pl.col(f"open{account.year}").cast(pl.Float64).alias("open_base"),
        pl.col("open2024").cast(pl.Float64),
        pl.col("km").cast(pl.Float64),
        "carries",
        "route",
    )


def lng_rows(account: Account) -> pl.DataFrame:
    """LNG by exporter and region, and by importer."""
    from detente.data.tables_gas import region_of

    region = region_of()
    rows = [("export", e, r, account.year, _rounded(v)) for (e, r), v in account.lng.items()]
    rows += [("import", s, region[s], account.year, v) for s, v in import_rows(account).items()]
    names = {"side": pl.String, "state": pl.String, "region": pl.String, "year": pl.Int32, "bcm": pl.Float64}
    return pl.DataFrame(rows, schema=names, orient="row").filter(pl.col("bcm") > 0)
