"""Terminals that are built where they pay, fields of closed markets, contracts that end, trends that fade."""

import numpy as np
import pytest

from detente.data.start import observed
from detente.data.tables_gas_growth import growth
from detente.mechanisms.gas import plants
from detente.mechanisms.gas.market import SPAN, Drift, market, moved, solve, summed, terminals, terminals_of
from detente.mechanisms.gas.network import calibrated
from detente.mechanisms.gas.year import atlas, cleared

P = {k: np.array([v]) for k, v in {
    "terminal_cost": 0.9, "terminal_response": 0.4, "elasticity_short": -0.18, "elasticity_long": -0.68, "supply_long": 0.4,
}.items()}  # fmt: skip


@pytest.fixture(scope="module")
def laid():
    return atlas(calibrated(2023), observed(2024).index.states)


def grown(laid, state, factor):
    """The market with use of one state grown, solved."""
    base = market(laid.net)
    use = base.reference.copy()
    use[laid.net.place[state]] *= factor
    base = base.with_(reference=use)
    return base, solve(base)


def decided(laid, base, found, years, state):
    n = laid.state_of.max() + 1
    margin, underway, all_ = np.zeros(n), np.zeros(n), []
    for _ in range(years):
        margin, new = plants.terminals(laid, base, found, P, 0, margin, underway)
        underway = underway + new
        all_.append(float(new[laid.state_of[laid.net.place[state]]]))
    return all_, underway


def test_a_terminal_is_decided_on_where_the_price_stands_above_its_cost_and_nowhere_else(laid):
    base, found = grown(laid, "PAK", 1.5)
    k = laid.net.place["PAK"]
    assert found.price[k] > 16  # 14.2 bcm of terminals are full
    new, underway = decided(laid, base, found, 30, "PAK")
    assert new[0] > 0.1
    room = underway[laid.state_of[k]]
    more = terminals(base, terminals_of(laid.net, "liquefaction"), terminals_of(laid.net, "regasification"))
    cap = more.route_capacity.copy()
    cap[[a for a in laid.net.of_kind("regasification") if laid.net.heads[a] == k]] += room
    then = solve(base.with_(route_capacity=cap))
    offer = plants.offered(base, then)[laid.net.place["des:PAK"]]
    assert (
        then.price[k] < offer + 2.0
    )  # what was decided on is enough to bring the price down to what LNG costs
    for state in ("DEU", "QAT", "USA", "JPN"):
        assert underway[laid.state_of[laid.net.place[state]]] == 0


def test_a_state_without_a_terminal_is_offered_lng_at_the_cheapest_voyage(laid):
    base, found = grown(laid, "IRQ", 1.8)
    net = laid.net
    port = net.place["des:IRQ"]
    ways = [a for a in net.of_kind("voyage") if net.heads[a] == port]
    cheapest = min(found.price[net.tails[a]] + base.cost[a] for a in ways)
    assert plants.offered(base, found)[port] == pytest.approx(cheapest)
    assert decided(laid, base, found, 5, "IRQ")[0][-1] > 0


def test_a_small_market_bears_the_whole_cost_of_a_terminal(laid):
    base, found = grown(laid, "MAR", 1.12)  # the pipe from Spain is full
    dear = {**P, "terminal_cost": np.array([40.0])}
    n = laid.state_of.max() + 1
    me = laid.state_of[laid.net.place["MAR"]]
    one, _ = plants.terminals(laid, base, found, P, 0, np.zeros(n), np.zeros(n))
    two, _ = plants.terminals(laid, base, found, dear, 0, np.zeros(n), np.zeros(n))
    use = base.reference[laid.net.place["MAR"]]
    assert one[me] - two[me] == pytest.approx(plants.PATIENCE * (40.0 - 0.9) * plants.UNIT / use)


def test_fields_of_a_closed_market_follow_demand_at_home(laid):
    net = laid.net
    assert {net.nodes[k] for k in np.flatnonzero(net.closed) if k < net.land} == {"SAU", "VEN"}
    income = np.full(len(net.nodes), 1.3)
    later = moved(market(net), years=10, income=income, memory=net.memory, drift=Drift())
    k = net.place["SAU"]
    assert later.capacity[k] / net.capacity[k] == pytest.approx(later.reference[k] / net.reference[k])
    assert solve(later).price[k] == pytest.approx(net.price[k], rel=1e-6)


def test_contracts_end_and_oil_bounds_the_price(laid):
    index = observed(2024)
    p = {
        "short": -0.18, "long": -0.68, "income": 0.6, "supply_long": 0.4, "use_persistence": 0.5, "output_persistence": 0.5,
        "lost_load": 100.0, "contracts": 0.3, "take_or_pay": 0.8, "contract_life": 10.0, "oil_switch": 22.0, "tax": 2.5,
        "west_recall": 0.9, "power": 0.05, "phase_out": 0.0, "cut_depth": 0.2,
    }  # fmt: skip
    n = len(index.index)
    values = {k: index.values[k] for k in (
        "gas_base_gdp", "gas_demand_shift", "gas_supply_shift", "gas_price_cap", "gas_pipe_open", "gas_pipe_capacity",
        "gas_ban", "gas_withheld", "lng_liquefaction", "lng_regasification",
    )}  # fmt: skip
    values |= {"gdp": values["gas_base_gdp"], "gas_cut": np.zeros((n, n))}
    voyages = laid.net.of_kind("voyage")
    early, _ = cleared(laid, p, values, 2025, laid.net.memory)
    late, found = cleared(laid, p, values, 2035, laid.net.memory)
    assert early.least[voyages].sum() == pytest.approx(0.8 * 0.3 * laid.net.flow[voyages].sum(), rel=0.01)
    assert late.least[voyages].sum() == 0
    assert late.lost_load[laid.net.place["PAK"]] == 22
    assert late.lost_load[laid.net.place["DEU"]] == 100
    assert found.steps >= 0


def test_trends_fade_as_estimated():
    assert summed(0.52, SPAN) / SPAN == pytest.approx(0.52, abs=2e-3)
    assert summed(0.9, 5) < 5


def test_growth_finds_what_made_the_series():
    rng = np.random.Generator(np.random.Philox(5))  # noqa: NPY002
    use, gdp = {}, {}
    for s in (f"S{k}" for k in range(120)):
        rich = rng.normal(0.03, 0.02, 3)
        trend = rng.normal(0.0, 0.01)
        own = np.array([trend, trend, 0.5 * trend])
        level, income = 3.0, 5.0
        for k in range(3):
            use[s, 2000 + 8 * k - 1], gdp[s, 2000 + 8 * k - 1] = np.exp(level), np.exp(income)
            level, income = level + 8 * (0.6 * rich[k] + own[k + (k < 2)]), income + 8 * rich[k]
    found = {w: (b, e) for w, b, e, _ in growth(use, use, gdp, 2023)}
    assert found["income"][0] == pytest.approx(0.6, abs=3 * found["income"][1] + 0.02)
    assert 0.3 < found["use_persistence"][0] < 0.7
