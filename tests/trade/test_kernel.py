"""Identities that every equilibrium must obey, over random worlds and shocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import flows

from detente.mechanisms.trade.equilibrium import balanced, solve
from detente.mechanisms.trade.plain import fixed_point, newton

MODEST = settings(max_examples=40, deadline=None)


@st.composite
def shocks(draw):
    """A world of 3 to 14 states, a change of trade costs, an elasticity."""
    n = draw(st.integers(3, 14))
    seed = draw(st.integers(0, 10_000))
    scale = draw(st.sampled_from([0.01, 0.3, 1.5]))
    rng = np.random.default_rng(seed)  # noqa: NPY002
    change = rng.normal(0, scale, (n, n)) * (rng.uniform(size=(n, n)) < 0.5) * (1 - np.eye(n))
    sigma = draw(st.floats(1.8, 10.0))
    return (
        flows(n, seed, spread=draw(st.sampled_from([0.3, 0.9])), home=draw(st.sampled_from([1.0, 3.0]))),
        change,
        sigma,
    )


@MODEST
@given(shocks())
def test_every_account_balances(world):
    base, change, sigma = world
    e = solve(base, change, sigma=np.array([sigma]))
    assert e.converged.all()
    flow, price = e.flow[0], e.price[0]
    output = price * base.sum(axis=1)
    spending = base.sum(axis=0) / base.sum(axis=1) * output
    spending *= output.sum() / spending.sum()
    np.testing.assert_allclose(flow.sum(axis=1), output, rtol=1e-8)
    np.testing.assert_allclose(flow.sum(axis=0), spending, rtol=1e-8)
    assert flow.sum() == pytest.approx(output.sum(), rel=1e-10)
    assert output.sum() == pytest.approx(base.sum(), rel=1e-10)


@MODEST
@given(shocks())
def test_two_other_methods_find_the_same_prices(world):
    base, change, sigma = world
    e = solve(base, change, sigma=np.array([sigma]))
    price, index = newton(base, change, sigma=sigma)
    np.testing.assert_allclose(e.price[0], price, rtol=1e-9)
    np.testing.assert_allclose(e.price_index[0], index, rtol=1e-9)
    price, index, flow = fixed_point(base, change, sigma=sigma)
    np.testing.assert_allclose(e.price[0], price, rtol=1e-9)
    np.testing.assert_allclose(e.flow[0], flow, rtol=1e-7)


@MODEST
@given(shocks())
def test_there_and_back_again(world):
    base, change, sigma = world
    there = solve(base, change, sigma=np.array([sigma]))
    back = solve(there.flow, -change, sigma=np.array([sigma]))
    np.testing.assert_allclose(back.flow[0], base, rtol=1e-7)
    np.testing.assert_allclose(back.real_income * there.real_income, 1.0, rtol=1e-8)


@MODEST
@given(shocks(), st.floats(0.01, 100.0))
def test_only_relative_things_matter(world, factor):
    """Another currency changes nothing real; nor does a cost that falls on all sales of an importer."""
    base, change, sigma = world
    e = solve(base, change, sigma=np.array([sigma]))
    money = solve(factor * base, change, sigma=np.array([sigma]))
    np.testing.assert_allclose(money.price, e.price, rtol=1e-9)
    np.testing.assert_allclose(money.flow, factor * e.flow, rtol=1e-8)
    same = solve(base, change + np.log(factor), sigma=np.array([sigma]))
    np.testing.assert_allclose(same.flow, e.flow, rtol=1e-8)
    np.testing.assert_allclose(same.real_income, e.real_income * factor ** (1 / (sigma - 1)), rtol=1e-8)


@MODEST
@given(shocks())
def test_gains_follow_from_the_domestic_share(world):
    """Arkolakis, Costinot & Rodríguez-Clare (2012): real income = (domestic share)^(1/(1-σ))."""
    base, change, sigma = world
    e = solve(base, change, sigma=np.array([sigma]))
    before = np.diag(base) / base.sum(axis=0)
    after = np.diag(e.flow[0]) / e.flow[0].sum(axis=0)
    np.testing.assert_allclose(e.real_income[0], (after / before) ** (1 / (1 - sigma)), rtol=1e-8)


@MODEST
@given(shocks(), st.randoms(use_true_random=False))
def test_order_of_states_does_not_matter(world, random):
    base, change, sigma = world
    order = list(range(len(base)))
    random.shuffle(order)
    e = solve(base, change, sigma=np.array([sigma]))
    mixed = solve(base[np.ix_(order, order)], change[np.ix_(order, order)], sigma=np.array([sigma]))
    np.testing.assert_allclose(mixed.price[0], e.price[0, order], rtol=1e-9)


def test_nothing_changed_is_exactly_one():
    base = flows(9)
    e = solve(base, np.zeros((9, 9)), sigma=np.array([5.0]))
    assert (e.price == 1.0).all()
    assert (e.price_index == 1.0).all()
    np.testing.assert_allclose(e.flow[0], base, rtol=1e-14)


def test_a_draw_is_the_same_bits_in_any_batch():
    base, draws = flows(12, 3), 7
    rng = np.random.default_rng(5)  # noqa: NPY002
    change = rng.normal(0, 0.4, (draws, 12, 12))
    sigma = np.linspace(3, 8, draws)
    together = solve(base, change, sigma=sigma)
    for k in range(draws):
        alone = solve(base, change[k], sigma=sigma[k : k + 1])
        assert (alone.flow[0] == together.flow[k]).all()
        assert (alone.price[0] == together.price[k]).all()


def test_a_state_without_data_poisons_nobody():
    base, change = flows(8, 2), 0.3 * (1 - np.eye(8))
    full = solve(base, change, sigma=np.array([6.0]))
    wider = np.full((9, 9), np.nan)
    wider[:8, :8] = base
    wider[:8, 8] = 5.0  # others report sales to it, but it has no accounts of its own
    e = solve(wider, np.zeros((9, 9)) + 0.3 * (1 - np.eye(9)), sigma=np.array([6.0]))
    assert np.isnan(e.price[0, 8])
    assert np.isnan(e.flow[0, :, 8]).all()
    assert (e.price[0, :8] == full.price[0]).all()


def test_an_unknown_flow_stays_unknown_and_counts_as_no_trade():
    base, change = flows(6, 1), 0.2 * (1 - np.eye(6))
    absent, unknown = base.copy(), base.copy()
    absent[1, 4], unknown[1, 4] = 0.0, np.nan
    a, b = (solve(m, change, sigma=np.array([5.0])) for m in (absent, unknown))
    assert np.isnan(b.flow[0, 1, 4])
    assert np.isnan(b.flow).sum() == 1
    np.testing.assert_allclose(a.price, b.price, rtol=1e-12)


def test_a_draw_that_does_not_converge_is_marked_and_alone():
    base, change = (
        flows(6, 1),
        np.stack([0.2 * (1 - np.eye(6)), 2.0 * (1 - np.eye(6)) * np.triu(np.ones((6, 6)))]),
    )
    e = solve(base, change, sigma=np.array([5.0, 5.0]), sweeps=1, tolerance=-1.0)
    assert not e.converged.any()
    assert np.isnan(e.flow).all()
    e = solve(base, change, sigma=np.array([5.0, np.nan]))
    assert e.converged.tolist() == [True, False]
    assert np.isnan(e.price[1]).all()
    assert np.isfinite(e.price[0]).all()


def test_lower_costs_raise_trade_and_the_income_of_those_who_trade():
    base = flows(7, 4)
    change = np.zeros((7, 7))
    change[0, 1] = change[1, 0] = 0.5
    e = solve(base, change, sigma=np.array([6.0]))
    assert e.flow[0, 0, 1] > base[0, 1]
    assert (e.real_income[0, :2] > 1).all()


@MODEST
@given(st.integers(3, 12), st.integers(0, 500))
def test_balancing_meets_new_output_at_old_costs(n, seed):
    base = flows(n, seed)
    output = base.sum(axis=1) * np.exp(np.random.default_rng(seed).normal(0.3, 0.5, n))  # noqa: NPY002
    grown = balanced(base, output[None])
    assert grown.converged.all()
    flow = grown.flow[0]
    np.testing.assert_allclose(flow.sum(axis=1), output, rtol=1e-9)
    spending = base.sum(axis=0) / base.sum(axis=1) * output
    np.testing.assert_allclose(flow.sum(axis=0), spending * output.sum() / spending.sum(), rtol=1e-9)
    tetrad = np.log(flow / base)
    np.testing.assert_allclose(tetrad - tetrad[:1] - tetrad[:, :1] + tetrad[0, 0], 0, atol=1e-9)


def test_the_plain_twins_admit_failure():
    base, change = flows(5), np.zeros((5, 5))
    with pytest.raises(RuntimeError, match="no equilibrium"):
        fixed_point(base, change + 1.0 - np.eye(5), sigma=5.0, sweeps=2)
    with pytest.raises(RuntimeError, match="no equilibrium"):
        newton(base, change + 1.0 - np.eye(5), sigma=5.0, rounds=1)
