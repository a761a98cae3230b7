"""Whose gas is burnt where: origins through a network in which gas mixes at every node."""

from __future__ import annotations

import numpy as np

from detente.mechanisms.gas.market import Cleared
from detente.mechanisms.gas.network import POOL, Network

CIRCLING = 1e-9
"""Part of a node's gas that is let go, so that a circle of flows without a source can be solved."""


def origins(net: Network, found: Cleared) -> tuple[np.ndarray, np.ndarray]:
    """Gas used in each node by origin: by pipeline and as LNG, both (seller, buyer) over the land nodes, bcm.

    At a node all gas mixes and leaves in the proportions in which it came (Bialek 1996). LNG keeps the
    state that
    liquefied it, wherever in the continent it is burnt. What a node makes and burns itself is on the
    diagonal.
    """
    n = net.land
    through, coming = found.output[:n].copy(), np.zeros((n, n))
    source = np.zeros((n, 2 * n))
    source[np.arange(n), np.arange(n)] = found.output[:n]
    pipes = net.of_kind("pipe", "gateway")
    np.add.at(coming, (net.heads[pipes], net.tails[pipes]), found.flow[pipes])
    regas = net.of_kind("regasification")
    mix = _arrived(net, found)[net.tails[regas]]
    landed = found.flow[regas, None] * mix / np.maximum(mix.sum(axis=1, keepdims=True), 1e-12)
    np.add.at(source, (net.heads[regas], slice(n, None)), landed)
    through += coming.sum(axis=1) + source[:, n:].sum(axis=1)
    mixed = through * (1.0 + CIRCLING) + CIRCLING  # gas that only circles has no origin
    shares = np.linalg.solve(np.diag(mixed) - coming, source)
    used = (shares * found.use[:n, None]).T
    pipe, lng, place = used[:n], used[n:], net.place
    pipe[place["RUS"]] += pipe[place[POOL]]
    pipe[place[POOL]] = 0.0
    return pipe, lng


def _arrived(net: Network, found: Cleared) -> np.ndarray:
    """LNG arriving at each node by land node of its exporter (nodes, land)."""
    voyages, out = net.of_kind("voyage"), np.zeros((len(net.nodes), net.land))
    np.add.at(out, (net.heads[voyages], net.owner[net.tails[voyages]]), found.flow[voyages])
    return out
