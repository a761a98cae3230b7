"""From states to the nodes of the many-sector economy and back, and what theory says of its welfare.

A node is a state of the input-output table, or all other states together (``ROW``).
Arrays: draws first; pairs with the exporter in rows; log changes of trade at given prices as in
:mod:`detente.mechanisms.trade`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ROW = "ROW"
FOLLOWS = {"HKG": "CHN"}
"""Nodes that are no states, and the state whose growth they share. Their trade costs stay as they are."""


def node_of(states: Sequence[str], nodes: Sequence[str]) -> np.ndarray:
    """Position of each state's node (n,); states without one of their own belong to ``ROW``."""
    at = {s: k for k, s in enumerate(nodes)}
    return np.array([at.get(s, at[ROW]) for s in states])


def node_growth(
    *, gdp: np.ndarray, base_gdp: np.ndarray, node: np.ndarray, nodes: Sequence[str]
) -> np.ndarray:
    """Size of each node relative to the base year (draw, node), from GDP (draw, n) of its states.

    States with unknown GDP are left out of the sums; a node of such states only grows like the world.
    """
    known = np.isfinite(gdp) & np.isfinite(base_gdp)
    member = node[:, None] == np.arange(len(nodes))
    now, before = (
        np.einsum("dn,nk->dk", np.where(known, x, 0.0), member)
        for x in (gdp, np.broadcast_to(base_gdp, gdp.shape))
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.where(before > 0, now / before, (now.sum(axis=1) / before.sum(axis=1))[:, None])
    for follower, leader in FOLLOWS.items():
        if follower in nodes:
            size[:, list(nodes).index(follower)] = size[:, list(nodes).index(leader)]
    return np.asarray(size)


def node_change(
    *, change: np.ndarray, base_flow: np.ndarray, node: np.ndarray, nodes: Sequence[str]
) -> np.ndarray:
    """Log change of trade at given prices between nodes (draw, node, node), from that between states.

    Between the rest of the world and a node: the change of their whole trade, log Σ X·exp(d)/ΣX over
    the states behind it, weighted by ``base_flow`` (n, n). Unknown changes count as none.
    """
    change = np.where(np.isfinite(change), change, 0.0)
    rest, own = np.flatnonzero(node == list(nodes).index(ROW)), np.flatnonzero(node != list(nodes).index(ROW))
    at = node[own]
    held = np.zeros((len(change), len(nodes), len(nodes)))
    held[:, at[:, None], at] = change[:, own[:, None], own]
    weight = np.where(np.isfinite(base_flow), base_flow, 0.0)
    last = list(nodes).index(ROW)
    held[:, last, at] = _together(change[:, rest[:, None], own], weight[rest[:, None], own], 1)
    held[:, at, last] = _together(change[:, own[:, None], rest], weight[own[:, None], rest], 2)
    return held


def _together(change: np.ndarray, weight: np.ndarray, axis: int) -> np.ndarray:
    total = weight.sum(axis=axis - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (weight * np.exp(change)).sum(axis=axis) / total
    return np.where(total > 0, np.log(np.where(total > 0, ratio, 1.0)), 0.0)


def welfare_by_home_shares(
    *, home: np.ndarray, theta: np.ndarray, taste: np.ndarray, inputs: np.ndarray
) -> np.ndarray:
    """Real income relative to the base from home shares alone; (n,).

    Arkolakis, Costinot & Rodríguez-Clare (2012), with sectors and input-output links Costinot &
    Rodríguez-Clare (2014, eq. 28): W = Π_j Π_k home_k^(-α_j·a_jk/θ_k), with a the Leontief inverse of the
    input shares. ``home`` (sector, n) is the share of use bought at home relative to the base, ``taste`` α
    (sector, n), ``inputs`` (sector, sector, n) share of the first sector's output spent on the second's.
    With one sector and no inputs: home^(-1/θ). Holds exactly for a country whose own trade costs with
    itself did not change.
    """
    n = home.shape[1]
    logs = np.empty(n)
    for i in range(n):
        rounds = np.linalg.inv(np.eye(len(home)) - inputs[..., i])
        with np.errstate(divide="ignore", invalid="ignore"):
            own = np.where(home[:, i] > 0, -np.log(home[:, i]) / theta, np.nan)
        weight = taste[:, i] @ rounds
        logs[i] = np.sum(np.where(weight == 0, 0.0, weight * own))
    return np.exp(logs)
