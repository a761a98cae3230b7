"""One year of one draw: from levers and stocks to a cleared market."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detente.mechanisms.gas import equations
from detente.mechanisms.gas.calibrate import AT_COST, TAX
from detente.mechanisms.gas.market import (
    Cleared,
    Drift,
    Market,
    base_output,
    market,
    moved,
    solve,
    terminals,
    terminals_of,
)
from detente.mechanisms.gas.network import Network
from detente.mechanisms.gas.trace import origins

USED = 0.96
"""As in :mod:`calibrate`: share of its capacity that a producer who does not hold back has in use."""


SPARE = 1.25
"""Oil is not turned to below this multiple of the base year's gas price, at which gas was bought."""
LNG_PRICES = {"lng_fob_price": "fob", "lng_landed_price": "des"}


@dataclass(frozen=True)
class Atlas:
    """A network laid over the states of a run; positions of states by land node, -1 where there is none."""

    net: Network
    state_of: np.ndarray
    pipes: np.ndarray
    voyages: np.ndarray
    sold: np.ndarray
    """Sales of the base year by origin, pipeline only (seller, buyer) over the run's states, bcm."""

    @cached_property
    def held(self) -> np.ndarray:
        """Land nodes that are states of the run."""
        return np.flatnonzero(self.state_of >= 0)

    @cached_property
    def states(self) -> np.ndarray:
        """Their positions among the states."""
        return self.state_of[self.held]


def atlas(net: Network, states: tuple[str, ...]) -> Atlas:
    """Lay a network over ``states``."""
    at = {s: k for k, s in enumerate(states)}
    state_of = np.array([at.get(n, -1) for n in net.nodes[: net.land]])
    one, two = (np.array([at.get(net.ends(k)[side], -1) for k in range(len(net.kind))]) for side in (0, 1))
    kinds = np.array(net.kind)
    known = (one >= 0) & (two >= 0)
    pipes = np.flatnonzero((kinds == "pipe") & known)
    voyages = np.flatnonzero((kinds == "voyage") & known)
    base = solve(market(net))
    flow, _ = origins(net, base)
    sold = np.zeros((len(states), len(states)))
    held = np.flatnonzero(state_of >= 0)
    sold[np.ix_(state_of[held], state_of[held])] = flow[np.ix_(held, held)]
    np.fill_diagonal(sold, 0.0)
    return Atlas(
        net,
        state_of,
        np.stack([pipes, one[pipes], two[pipes]]),
        np.stack([voyages, one[voyages], two[voyages]]),
        sold,
    )


def spread(laid: Atlas, values: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Values over states as values over nodes (n,); ``other`` (n,) where a node is no state or unknown."""
    out = other.copy()
    given = values[laid.states]
    out[laid.held] = np.where(np.isnan(given), other[laid.held], given)
    return out


def warm(laid: Atlas, before: Mapping[str, np.ndarray]) -> np.ndarray:
    """Prices to start from (n,): last year's by state, before and after the voyage; the base year's where
    unknown."""
    net = laid.net
    start = spread(laid, before["gas_price"], net.price)
    for name, kind in LNG_PRICES.items():
        own, ports = spread(laid, before[name], np.full(len(net.nodes), np.nan)), net.ports(kind)
        start[ports] = np.where(np.isnan(own[net.owner[ports]]), net.price[ports], own[net.owner[ports]])
    return start


def gathered(laid: Atlas, values: np.ndarray, n: int) -> np.ndarray:
    """Values over nodes as values over ``n`` states; NaN for states that are no node."""
    out = np.full(n, np.nan)
    out[laid.states] = values[laid.held]
    return out


def priced_by_seller(base: Market, tax: float, power: float) -> Market:
    """Russia's western sales at home price and tax (``power`` 0), or with a markup that grows with all of
    them.

    A seller who minds what its sales X do to the price asks marginal cost plus ``power`` X (Cournot; Boots,
    Rijkers & Hobbs 2004). Routes in use in the base year keep the margin that they had, so that the base
    year is
    the same under both theories; routes that open later start from cost and tax, or from cost, tax and
    markup.
    """
    net, cost, slope = base.network, base.cost.copy(), base.slope.copy()
    gate = net.of_kind("gateway")[0]
    pool, sold = net.heads[gate], net.flow[gate]
    more = tax - TAX + power * sold
    cost[gate], slope[gate] = cost[gate] + tax - TAX, slope[gate] + power
    used = net.flow > 0.02
    cost[(net.tails == pool) & used] -= more
    cost[(net.heads == pool) & (np.arange(net.heads.size) != gate)] += more
    cost[(net.tails == net.place[AT_COST]) & ~used] += more
    return base.with_(cost=cost, slope=slope)


def routed(
    laid: Atlas, base: Market, levers: Mapping[str, np.ndarray], banned: np.ndarray, depth: float
) -> Market:
    """The market with pipelines open as the levers say, bans kept, and cuts of the year made.

    ``levers``: gas_pipe_open, gas_pipe_capacity, gas_cut, gas_withheld over pairs of states. ``banned``
    (buyer, seller): part of
    a seller's gas that a buyer refuses. A cut takes ``depth`` off the pipe into the buyer, or, where the gas
    comes through third states, as much off all that the seller sends west.
    """
    net, cap = laid.net, base.route_capacity.copy()
    pipes, one, two = laid.pipes
    cap[pipes] = levers["gas_pipe_open"][one, two] * levers["gas_pipe_capacity"][one, two]
    held = np.maximum(depth * np.nan_to_num(levers["gas_cut"]), np.nan_to_num(levers["gas_withheld"]))
    cap[pipes] *= 1.0 - held[one, two]
    direct = np.zeros(held.shape, dtype=bool)
    direct[one, two] = True
    seller = {s: k for k, s in enumerate(net.nodes[: net.land])}
    for k, sold_by in enumerate(net.carries):
        if sold_by in seller and net.kind[k] == "pipe":
            buyer = laid.state_of[net.heads[k]]
            if buyer >= 0:
                cap[k] *= 1.0 - banned[buyer, laid.state_of[seller[sold_by]]]
    voyages, one, two = laid.voyages
    cap[voyages] *= 1.0 - np.maximum(banned[two, one], np.nan_to_num(levers["gas_withheld"])[one, two])
    rus = laid.state_of[seller["RUS"]]
    lost = (laid.sold[rus] * held[rus] * ~direct[rus]).sum()
    least, gate = np.minimum(base.least, cap), net.of_kind("gateway")
    if lost > 0:  # held back from buyers behind third states: the pool sells less, contracts or not
        kept = max(1.0 - lost / net.flow[gate].sum(), 0.0)
        cap[gate] = kept * net.flow[gate]
        least[net.tails == net.heads[gate[0]]] *= kept
    return base.with_(route_capacity=cap, least=least)


def fields_of(
    laid: Atlas, base: Market, found: Cleared, population: np.ndarray, n: int
) -> dict[str, np.ndarray]:
    """All solved fields of a cleared market over ``n`` states."""
    net, k = laid.net, laid.net.land
    price = np.minimum(found.price, base.lost_load)
    pipe, lng = origins(net, found)
    abroad = pipe + lng
    np.fill_diagonal(abroad, 0.0)
    liquefied = np.zeros(k)
    np.add.at(liquefied, net.tails[net.of_kind("liquefaction")], found.flow[net.of_kind("liquefaction")])
    people = spread(laid, population, np.ones(len(net.nodes)))
    households = equations.household_bill(
        price=price,
        reference=net.price,
        passthrough=net.passthrough,
        use=found.use,
        share=net.household,
        markup=net.markup,
        persons=net.persons,
        population=people,
    )
    rent, revenue = accounts(net, base, found, price)
    over_nodes = {
        "gas_price": price,
        "gas_use": found.use,
        "gas_output": found.output,
        "gas_imports": abroad.sum(axis=0),
        "gas_exports": abroad.sum(axis=1),
        "lng_exports": liquefied,
        "gas_bill": equations.bill(price=price, use=found.use),
        "household_gas_bill": households,
        "gas_rent": rent,
        "gas_revenue": revenue,
        "gas_unserved": found.unserved,
    }
    out = {name: gathered(laid, values, n) for name, values in over_nodes.items()}
    used = np.zeros(len(net.nodes), dtype=bool)
    ends = net.of_kind("liquefaction"), net.of_kind("regasification")
    used[net.heads[ends[0]]], used[net.tails[ends[1]]] = (base.route_capacity[e] > 0 for e in ends)
    for name, kind in LNG_PRICES.items():
        ports = net.ports(kind)
        own = np.full(len(net.nodes), np.nan)
        own[net.owner[ports]] = np.where(used[ports], price[ports], np.nan)
        out[name] = gathered(laid, own, n)
    pipes, one, two = laid.pipes
    carried = np.zeros((n, n))
    np.add.at(carried, (one, two), found.flow[pipes])
    out["gas_route_flow"] = carried
    for name, flows in (("gas_pipe_flow", pipe), ("gas_lng_flow", lng)):
        out[name] = np.zeros((n, n))
        out[name][np.ix_(laid.states, laid.states)] = flows[np.ix_(laid.held, laid.held)]
        np.fill_diagonal(out[name], 0.0)
    return out


def accounts(net: Network, base: Market, found: Cleared, price: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(rent, revenue) of the land nodes, billion USD.

    Rent: of the fields, and what a route's price gap leaves over transport, which goes to the state where the
    route begins; Russia's tax and markup are rent too. Revenue: sales across the border less gas bought
    from abroad.
    """
    k = net.land
    rent = equations.producers_rent(price=price, capacity=base.capacity, cost=net.cost, curve=base.curve)[:k]
    revenue, worth = np.zeros(k), equations.MMBTU * found.flow / 1e3
    ends = price[net.heads], price[net.tails]
    gain = np.maximum(ends[0] - ends[1] - net.transport, 0.0)
    out = net.of_kind("pipe", "gateway", "liquefaction", "voyage")
    np.add.at(rent, net.owner[net.tails[out]], gain[out] * worth[out])
    pipes, voyages = net.of_kind("pipe"), net.of_kind("voyage")
    np.add.at(revenue, net.owner[net.tails[voyages]], ends[1][voyages] * worth[voyages])
    border = (ends[0] - net.transport)[pipes] * worth[pipes]
    np.add.at(revenue, net.owner[net.tails[pipes]], border)
    np.subtract.at(revenue, net.owner[net.heads[pipes]], ends[0][pipes] * worth[pipes])
    return rent, np.maximum(revenue, 0.0)


def recalled(net: Network, share: float) -> np.ndarray:
    """Capacity of fields (n,) with only a share of Russia's idle capacity still there, bcm."""
    at, used = net.place["RUS"], base_output(net)[net.place["RUS"]] / USED
    capacity = net.capacity.copy()
    capacity[at] = used + share * max(capacity[at] - used, 0.0)
    return capacity


def cleared(
    laid: Atlas,
    p: Mapping[str, float],
    values: Mapping[str, np.ndarray],
    year: int,
    memory: np.ndarray,
    start: np.ndarray | None = None,
) -> tuple[Market, Cleared]:
    """Build and solve the market of a year for one draw.

    ``p``: parameters by name. ``values``: fields over states and pairs, one draw. ``memory`` over nodes.
    """
    net = laid.net  # base-year positions; what differs by draw is in the market
    left = max(1.0 - (year - net.year) / p["contract_life"], 0.0)  # contracts whose lives end evenly spread
    base = market(
        net,
        elasticity=p["short"],
        lost_load=p["lost_load"],
        contracts=p["contracts"] * left,
        take_or_pay=p["take_or_pay"] * left,
        capacity=recalled(net, p["west_recall"]),
    )
    base = priced_by_seller(base, p["tax"], p["power"])
    income = spread(laid, values["gdp"] / values["gas_base_gdp"], np.ones(len(net.nodes)))
    zero = np.zeros(len(net.nodes))
    base = moved(
        base,
        years=year - net.year,
        income=income,
        memory=memory,
        drift=Drift(
            p["long"],
            p["short"],
            p["income"],
            p["supply_long"],
            p["use_persistence"],
            p["output_persistence"],
        ),
        demand_shift=spread(laid, values["gas_demand_shift"], zero),
        supply_shift=spread(laid, values["gas_supply_shift"], zero),
    )
    plants = (terminals_of(net, "liquefaction"), terminals_of(net, "regasification"))
    names = ("lng_liquefaction", "lng_regasification")
    base = terminals(base, *(spread(laid, values[f], own) for f, own in zip(names, plants, strict=True)))
    cap = spread(laid, values["gas_price_cap"], np.full(len(net.nodes), np.inf))
    oil = np.where(net.switches > 0, np.maximum(p["oil_switch"], SPARE * net.price), np.inf)
    bound = np.minimum(cap, oil)
    base = base.with_(lost_load=np.minimum(base.lost_load, np.maximum(bound, 0.1 * net.price)))
    base = routed(laid, base, values, values["gas_ban"] * p["phase_out"], p["cut_depth"])
    return base, solve(base, start)
