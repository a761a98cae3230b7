"""One gas market with everything that shifts it, solved; and the accounts that follow from its prices."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from detente.mechanisms.gas import equations
from detente.mechanisms.gas.network import POOL, Network

PENALTY = 200.0
"""USD/MMBtu below which even a contract's least flow stops (the fields are closed or the route is gone)."""
STEPS, TOLERANCE = 2000, 1e-9


@dataclass(frozen=True)
class Market:
    """A network with the numbers of one year: what :func:`solve` needs. Arrays over nodes or routes."""

    network: Network
    capacity: np.ndarray
    curve: np.ndarray
    reference: np.ndarray
    elasticity: np.ndarray
    lost_load: np.ndarray
    cost: np.ndarray
    slope: np.ndarray
    least: np.ndarray
    route_capacity: np.ndarray

    def with_(self, **changes: np.ndarray) -> Market:
        """The same with some arrays changed."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Cleared:
    """Prices (n,), flows (a,), output, use and unserved demand (n,); ``steps`` is -1 if it did not
    balance."""

    price: np.ndarray
    flow: np.ndarray
    output: np.ndarray
    use: np.ndarray
    unserved: np.ndarray
    steps: int


def market(
    network: Network,
    *,
    elasticity: float = -0.15,
    lost_load: float = 100.0,
    contracts: float = 0.3,
    take_or_pay: float = 0.78,
    capacity: np.ndarray | None = None,
) -> Market:
    """The base year's market; its equilibrium is the base year itself.

    Parameters
    ----------
    elasticity : short-run elasticity of demand where the border price reaches consumers in full.
    lost_load : price at which demand goes unserved (USD/MMBtu).
    contracts : least flow on LNG voyages as a share of the base flow.
    take_or_pay : least flow on Russia's western routes in use as a share of the base flow.
    capacity : of fields (n,), where it is not that of the network; output of the base year stays on the
    curve.
    """
    field = network.capacity if capacity is None else capacity
    with np.errstate(divide="ignore", invalid="ignore"):
        made = base_output(network)
        used = np.where(field > 0, made / np.maximum(field, 1e-9), 0.5)
        curve = equations.supply_curve(
            price=network.price, used=np.clip(used, 1e-6, 0.999), cost=network.cost
        )
    least = np.zeros(network.flow.size)
    voyages, west = network.of_kind("voyage"), network.tails == network.place[POOL]
    least[voyages] = contracts * network.flow[voyages]
    least[west] = take_or_pay * network.flow[west]
    return Market(
        network,
        field,
        np.where(made > 0, curve, 1.0),
        network.reference,
        np.minimum(elasticity * network.passthrough, -0.01),
        np.full(network.price.shape, float(lost_load)),
        network.transport + network.wedge,
        network.slope,
        least,
        network.route_capacity,
    )


def base_output(network: Network) -> np.ndarray:
    """Output of the base year from the balance of its flows and use (n,)."""
    out = network.reference.copy()
    np.add.at(out, network.tails, network.flow)
    np.subtract.at(out, network.heads, network.flow)
    return np.where(np.abs(out) < 5e-4, 0.0, out)


def solve(market: Market, start: np.ndarray | None = None) -> Cleared:
    """The equilibrium; ``start`` are prices to begin from (those of the base year if left out)."""
    from detente.mechanisms.gas.kernel import solve as cleared

    net = market.network
    nodes = np.stack(
        [
            market.capacity,
            net.cost,
            market.curve,
            market.reference,
            net.price,
            market.elasticity,
            market.lost_load,
        ]
    )
    routes = np.stack([market.cost, market.slope, market.least, market.route_capacity])
    price, flow, steps = cleared(
        net.price if start is None else np.ascontiguousarray(start),
        nodes,
        net.tails,
        net.heads,
        routes,
        net.order,
        PENALTY,
        STEPS,
        TOLERANCE,
    )
    output = equations.supply(price=price, capacity=market.capacity, cost=net.cost, curve=market.curve)
    terms = {"reference": market.reference, "at": net.price, "elasticity": market.elasticity}
    use = equations.demand(price=price, lost_load=market.lost_load, **terms)
    full = equations.demand(price=market.lost_load, lost_load=market.lost_load, **terms)
    missing = equations.unserved(price=price, use=use, full=full, lost_load=market.lost_load)
    return Cleared(price, flow, output, use, missing, int(steps))


@dataclass(frozen=True)
class Drift:
    """How the curves move with time: elasticities and rates; see ``parameters.yaml``."""

    long: float = -0.6
    short: float = -0.18
    income: float = 0.5
    supply_long: float = 0.4
    use_persistence: float = 0.52
    output_persistence: float = 0.57


SPAN = 8
"""Years over which the account takes the trends of use and output, and over which their persistence is
estimated (table ``gas_growth``)."""
SAVING = 0.03
"""Log points a year at which the part of the trend of use that income does not explain is cut off."""
INTEGRATED = (
    "QAT",
    "MOZ",
    "AUS",
    "PNG",
    "NGA",
    "AGO",
    "DZA",
    "OMN",
    "MYS",
    "IDN",
    "CMR",
    "GNQ",
    "ARE",
    "PER",
)
"""Exporters whose new plants come with fields of their own."""


def summed(persistence: float, years: float) -> float:
    """Sum over ``years`` of a trend that fades evenly, so that over the next :data:`SPAN` years on average
    ``persistence`` (0..1) of it is left."""
    fades = float(np.interp(persistence, *_FADING))
    return float((1.0 - fades**years) / (1.0 - fades))


_YEARLY = np.linspace(0.0, 0.999, 400)
_FADING = ((1.0 - _YEARLY**SPAN) / (1.0 - _YEARLY) / SPAN, _YEARLY)
"""What is left on average over the span, by what is left a year later."""


def moved(
    base: Market,
    *,
    years: float,
    income: np.ndarray,
    memory: np.ndarray,
    drift: Drift,
    demand_shift: np.ndarray | float = 0.0,
    supply_shift: np.ndarray | float = 0.0,
) -> Market:
    """The market some years after the base year, before routes and terminals change.

    ``income`` (n,): GDP over that of the base year. ``memory`` (n,): smoothed log of price over its norm,
    as in
    :func:`equations.remembered`. Shifts in log points. Use follows income, the country's own trend of
    saving, and
    as far as prices reach consumers the price remembered; output its fading trend and the price remembered
    (fields of exporters of LNG grow with their plants instead, :func:`terminals`: letting them answer to the
    price as well makes the forecast of 2023 worse, 11.1 against 10.1 bcm). Where no route leads in or out,
    use and output are one number, so that fields are opened as demand at home grows.
    """
    net = base.network
    felt = net.passthrough * (memory - net.memory)
    saving = np.clip(drift.income * net.gdp_trend - net.use_trend, -SAVING, SAVING)
    planned = drift.income * np.log(income) - saving * summed(drift.use_persistence, years)
    log_use = planned + (drift.long - drift.short) * felt + demand_shift
    trend = net.output_trend * summed(drift.output_persistence, years)
    log_made = np.where(net.closed > 0, planned, trend)
    alone = ~np.isin(np.array(net.nodes), INTEGRATED)
    log_made = log_made + drift.supply_long * alone * (memory - net.memory) + supply_shift
    return base.with_(reference=base.reference * np.exp(log_use), capacity=base.capacity * np.exp(log_made))


def terminals(base: Market, export: np.ndarray, import_: np.ndarray) -> Market:
    """The market with the LNG capacities of its nodes set: (n,) bcm by state.

    Fields that come with plants grow. A voyage's proportional share, over which its price gap is spread,
    grows with the plants at both its ends.
    """
    net, cap, made = base.network, base.route_capacity.copy(), base.capacity.copy()
    slope, wider = base.slope.copy(), []
    for kind, given, side in (("liquefaction", export, net.tails), ("regasification", import_, net.heads)):
        routes = net.of_kind(kind)
        if kind == "liquefaction":
            own = np.isin(np.array(net.nodes)[side[routes]], INTEGRATED)
            made[side[routes]] += np.where(own, given[side[routes]] - net.route_capacity[routes], 0.0)
        cap[routes] = given[side[routes]]
        more = np.ones(len(net.nodes))
        more[side[routes]] = np.maximum(cap[routes] / np.maximum(net.route_capacity[routes], LEAST_SIZE), 1.0)
        slope[routes] /= more[side[routes]]
        wider.append(more)
    voyages, built = net.of_kind("voyage"), net.of_kind("liquefaction")
    world = max(float(cap[built].sum() / max(net.route_capacity[built].sum(), 1e-9)), 1.0)
    ends = (net.owner[net.tails[voyages]], net.owner[net.heads[voyages]])
    slope[voyages] *= world / (wider[0][ends[0]] * wider[1][ends[1]])
    return base.with_(route_capacity=cap, slope=slope, capacity=np.maximum(made, 1e-6 * (made != 0)))


LEAST_SIZE = 2.0
"""bcm: as in the calibration, the least size by which the slope of a plant or terminal is set."""


def terminals_of(network: Network, kind: str) -> np.ndarray:
    """Base-year LNG capacity by state's node (n,): ``kind`` liquefaction or regasification."""
    out, routes = np.zeros(len(network.nodes)), network.of_kind(kind)
    out[(network.tails if kind == "liquefaction" else network.heads)[routes]] = network.route_capacity[routes]
    return out
