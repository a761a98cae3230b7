"""LNG plants and terminals over the years: what comes on, what is decided, what sanctions hold back."""

from __future__ import annotations

import numpy as np

from detente.mechanisms.gas import equations
from detente.mechanisms.gas.market import Cleared, Market
from detente.mechanisms.gas.year import Atlas
from detente.model.mechanism import Values, View

LEAD, TERMINAL_LEAD = 4.0, 3.0
"""Years from the decision to the first gas, on average: of a liquefaction plant, of a terminal to land LNG.

Terminals: floating ones take one to three years, those on land four to five (Songhurst 2017).
"""
RELEASE = 1.0 / 3.0
"""Share of plants held back by sanctions that comes on in each year without them."""
SANCTIONER, SANCTIONED = "USA", "RUS"
"""Sanctions of the first keep new LNG plants of the second from selling (Arctic LNG 2 since 2023)."""
PATIENCE = 1.0 / 3.0
"""Weight of this year's margin in what builders of terminals go by: a margin has to stand for years."""
UNIT = 5.0
"""bcm a year that one floating terminal lands; a market that uses less bears its whole cost."""
USED = 0.02
"""bcm below which nothing lands at a port and its price is the cheapest offer."""


def new_plants(see: View, p: Values) -> dict[str, np.ndarray]:
    """LNG capacities of the year (draw, n): what was announced comes on, late projects and sanctions aside,
    and what was decided on in the run."""
    share = p["projects_realised"][:, None]
    underway, landing = see["last.lng_underway"], see["last.lng_terminals_underway"]
    ready = underway / LEAD
    held, blocked = see["last.lng_held_back"], _blocked(see)
    added = share * see["lng_export_coming"] + ready
    released = np.where(blocked, 0.0, RELEASE * held)
    landed = share * see["lng_import_coming"] + landing / TERMINAL_LEAD
    return {
        "lng_liquefaction": see["last.lng_liquefaction"] + np.where(blocked, 0.0, added) + released,
        "lng_regasification": see["last.lng_regasification"] + landed,
        "lng_underway": underway - ready,
        "lng_held_back": held + np.where(blocked, added, 0.0) - released,
        "lng_terminals_underway": landing - landing / TERMINAL_LEAD,
        "lng_terminal_margin": see["last.lng_terminal_margin"].copy(),
    }


def _blocked(see: View) -> np.ndarray:
    """Whose new plants sanctions keep from selling (draw, n)."""
    blocked = np.zeros((see.draws, len(see.index)), dtype=bool)
    at = {s: k for k, s in enumerate(see.index.states)}
    if SANCTIONER in at and SANCTIONED in at:
        one, two = at[SANCTIONER], at[SANCTIONED]
        either = np.fmax(see["sanction_complete"][:, one, two], see["sanction_partial"][:, one, two])
        blocked[:, two] = either > 0.5
    return blocked


def liquefaction(laid: Atlas, base: Market, found: Cleared, p: Values, draw: int, n: int) -> np.ndarray:
    """New liquefaction decided on this year by state (bcm), from the margin between ship and field."""
    net = laid.net
    routes = net.of_kind("liquefaction")
    margin = found.price[net.heads[routes]] - found.price[net.tails[routes]] - net.transport[routes]
    more = equations.invested(
        capacity=base.route_capacity[routes],
        price=np.maximum(margin, 1e-3),
        long_run_cost=p["liquefaction_cost"][draw],
        response=p["investment"][draw],
    )
    return _by_state(laid, net.tails[routes], more, n)


def terminals(
    laid: Atlas,
    base: Market,
    found: Cleared,
    p: Values,
    draw: int,
    margin: np.ndarray,
    underway: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """(margin remembered, bcm decided on this year) of terminals by state (n,).

    ``margin`` (USD/MMBtu): remembered margin of the border price over landed LNG and the cost of a terminal.
    ``underway`` (bcm): decided on before and not ready. Where the margin stands above nothing, a part of
    what would be missing at a price that pays for a terminal is decided on.
    """
    net = laid.net
    routes = net.of_kind("regasification")
    land = net.heads[routes]
    landed = offered(base, found)[net.tails[routes]] + net.transport[routes]
    cost = p["terminal_cost"][draw] * np.maximum(UNIT / np.maximum(base.reference[land], 1e-3), 1.0)
    price = np.minimum(found.price, base.lost_load)[land]
    slow = (p["elasticity_long"][draw] / p["elasticity_short"][draw], p["supply_long"][draw])
    missing = wanting(base, found, land, np.minimum(landed + cost, base.lost_load[land]), slow)
    now = _by_state(laid, land, price - landed - cost, margin.size)
    new = margin + PATIENCE * (now - margin)
    gap = np.maximum(_by_state(laid, land, missing, margin.size) - underway, 0.0)
    pays = np.clip(new / p["terminal_cost"][draw], 0.0, 1.0)
    return new, p["terminal_response"][draw] * pays * gap


def offered(base: Market, found: Cleared) -> np.ndarray:
    """Price of LNG at ports (n,): what it is where some lands, the cheapest offer where none does."""
    net = base.network
    voyages, regas = net.of_kind("voyage"), net.of_kind("regasification")
    offer = np.full(len(net.nodes), np.inf)
    np.minimum.at(offer, net.heads[voyages], found.price[net.tails[voyages]] + base.cost[voyages])
    lands = net.tails[regas[found.flow[regas] > USED]]
    offer[lands] = found.price[lands]
    return offer


def wanting(
    base: Market, found: Cleared, land: np.ndarray, price: np.ndarray, slow: tuple[float, float]
) -> np.ndarray:
    """Gas more (bcm) that would have to come to nodes ``land`` for their price to stay at ``price``.

    ``slow``: ratio of the long-run to the short-run elasticity of demand, and long-run elasticity of output:
    who builds a terminal counts on buyers who have gone and will be back, and on fields that will fade.
    """
    net = base.network
    now = np.minimum(found.price, base.lost_load)[land]
    lower = price / now
    use = (found.use + found.unserved)[land] * lower ** (slow[0] * base.elasticity[land])
    made = equations.supply(
        price=price, capacity=base.capacity[land], cost=net.cost[land], curve=base.curve[land]
    )
    return np.maximum(use - found.use[land] - made * lower ** slow[1] + found.output[land], 0.0)


def _by_state(laid: Atlas, nodes: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    out = np.zeros(n)
    mine = laid.state_of[laid.net.owner[nodes]]
    np.add.at(out, mine[mine >= 0], values[mine >= 0])
    return out
