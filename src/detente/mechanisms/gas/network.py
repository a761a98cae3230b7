"""The calibrated network of a base year: nodes, routes, terminals; read from ``networks/YEAR.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent / "networks"
POOL = "RUW"
"""Node between Russia's fields and its western export pipes: export duty and market power sit on the way
to it."""
# fmt: off
UNION = (
    "AUT", "BEL", "BGR", "HRV", "CZE", "DNK", "EST", "FIN", "FRA", "DEU", "GRC", "HUN", "IRL",
    "ITA", "LVA", "LTU", "LUX", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "ESP", "SWE", "MLT",
)
# fmt: on
"""Members of the European Union that use gas (Cyprus does not)."""


@dataclass(frozen=True)
class Network:
    """Arrays over nodes (n,) and routes (a,); prices in USD/MMBtu, volumes in bcm a year.

    Nodes: states and ``AMS`` (rest of the Caribbean), the pool of Russia's western exports, then ``fob:XXX``
    and ``des:XXX`` for LNG before and after the voyage. ``kind`` of a route: ``pipe``, ``gateway`` (into the
    pool), ``liquefaction``, ``voyage``, ``regasification``. ``wedge`` is what the base year's flow and prices
    leave unexplained after the cost of transport.
    """

    year: int
    nodes: tuple[str, ...]
    price: np.ndarray
    capacity: np.ndarray
    cost: np.ndarray
    reference: np.ndarray
    passthrough: np.ndarray
    household: np.ndarray
    persons: np.ndarray
    markup: np.ndarray
    switches: np.ndarray
    tails: np.ndarray
    heads: np.ndarray
    kind: tuple[str, ...]
    flow: np.ndarray
    route_capacity: np.ndarray
    nameplate: np.ndarray
    transport: np.ndarray
    wedge: np.ndarray
    slope: np.ndarray
    open_2024: np.ndarray
    carries: tuple[str, ...]
    names: tuple[str, ...]
    output_trend: np.ndarray
    use_trend: np.ndarray
    gdp_trend: np.ndarray
    norm: np.ndarray
    memory: np.ndarray
    coming: Mapping[str, Mapping[str, Mapping[str, float]]]
    """Terminals under construction: side → year → state → bcm."""

    @cached_property
    def place(self) -> dict[str, int]:
        """Position of each node."""
        return {name: k for k, name in enumerate(self.nodes)}

    @cached_property
    def land(self) -> int:
        """Number of nodes that are no LNG nodes (states, rests and the pool come first)."""
        return sum(":" not in name for name in self.nodes)

    @cached_property
    def order(self) -> np.ndarray:
        """Nodes in the order in which a linear system over the network is best eliminated: fewest ties
        first."""
        ties: dict[int, set[int]] = {k: set() for k in range(len(self.nodes))}
        for one, two in zip(self.tails.tolist(), self.heads.tolist(), strict=True):
            ties[one].add(two)
            ties[two].add(one)
        found = []
        while ties:
            k = min(ties, key=lambda node: (len(ties[node]), node))
            around = ties.pop(k)
            for node in around:
                ties[node] |= around
                ties[node] -= {node, k}
            found.append(k)
        return np.array(found, dtype=np.int64)

    def ends(self, route: int) -> tuple[str, str]:
        """(from, to) of a route as a user knows it: the pool counts as Russia, LNG nodes as their state."""
        one, two = (
            self.nodes[k].partition(":")[2] or self.nodes[k] for k in (self.tails[route], self.heads[route])
        )
        return ("RUS" if one == POOL else one), ("RUS" if two == POOL else two)

    @cached_property
    def closed(self) -> np.ndarray:
        """Nodes (n,) without any route in or out, 1.0 or 0.0: use and output are one number there."""
        tied = np.maximum(self.route_capacity, self.nameplate) > 0
        out = np.ones(len(self.nodes))
        out[self.tails[tied]] = out[self.heads[tied]] = 0.0
        return out

    @cached_property
    def _kinds(self) -> np.ndarray:
        return np.array(self.kind)

    @cached_property
    def _by_kind(self) -> dict[tuple[str, ...], np.ndarray]:
        return {}

    def of_kind(self, *kinds: str) -> np.ndarray:
        """Positions of the routes of some kinds."""
        if kinds not in self._by_kind:
            self._by_kind[kinds] = np.flatnonzero(np.isin(self._kinds, kinds))
        return self._by_kind[kinds]

    def ports(self, kind: str) -> np.ndarray:
        """Positions of the LNG nodes before (``fob``) or after (``des``) the voyage."""
        return np.flatnonzero([name.startswith(kind + ":") for name in self.nodes])

    @cached_property
    def owner(self) -> np.ndarray:
        """Land node that each node belongs to (LNG nodes: their state; the pool: Russia), positions (n,)."""
        mine = [self.place[name[4:]] if ":" in name else k for k, name in enumerate(self.nodes)]
        mine[self.place[POOL]] = self.place["RUS"]
        return np.array(mine, dtype=np.int64)


TEXTS = {"year": int, "nodes": tuple, "kind": tuple, "carries": tuple, "names": tuple, "coming": dict}


@cache
def calibrated(year: int) -> Network:
    """The network calibrated on ``year`` (one of :func:`years`)."""
    raw: dict[str, Any] = json.loads((FOLDER / f"{year}.json").read_text(encoding="utf-8"))
    made = {k: TEXTS[k](v) if k in TEXTS else np.array(v) for k, v in raw.items()}
    for key in ("tails", "heads"):
        made[key] = made[key].astype(np.int64)
    return Network(**made)


def years() -> tuple[int, ...]:
    """Base years there is a network of."""
    return tuple(sorted(int(p.stem) for p in FOLDER.glob("*.json")))


def newest(until: int | None = None) -> int | None:
    """The newest base year up to ``until``; None if there is none that early."""
    known = [y for y in years() if until is None or y <= until]
    return max(known) if known else None
