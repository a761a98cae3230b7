"""The compiled Newton steps that take over where acceleration fails."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import flows

from detente.mechanisms.trade.kernel import accelerated, by_newton


@pytest.mark.parametrize("supply", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(6))
def test_both_compiled_ways_lead_to_the_same_prices(seed, supply):
    base = flows(9, seed, spread=0.8)
    change = np.random.default_rng(seed).normal(0, 1.0, (9, 9)) * (1 - np.eye(9))  # noqa: NPY002
    m = base * np.exp(change)
    sold, bought = base.sum(axis=1), base.sum(axis=0)
    one, two = np.zeros(9), np.zeros(9)
    problem = (m, np.ascontiguousarray(m.T), sold, bought / sold, -4.0, supply)
    _, step = accelerated(*problem, one, 1e-12, 300)
    rounds, newton = by_newton(*problem, two, 1e-12, 60)
    assert step <= 1e-12
    assert newton <= 1e-12
    assert rounds < 40
    np.testing.assert_allclose(one, two, atol=1e-10)


def test_a_nearly_closed_world_is_solved_all_the_same():
    """Home shares of 99.9 % and costs that move by a factor of fifty."""
    base = flows(10, 4, spread=1.5, home=7.0)
    change = np.random.default_rng(4).normal(0, 2.0, (10, 10)) * (1 - np.eye(10))  # noqa: NPY002
    m = base * np.exp(change)
    sold, x = base.sum(axis=1), np.zeros(10)
    _, step = by_newton(m, np.ascontiguousarray(m.T), sold, base.sum(axis=0) / sold, -1.5, 1.0, x, 1e-11, 60)
    assert step <= 1e-11
    output = sold * np.exp(x)
    spending = base.sum(axis=0) / sold * output
    share = np.exp(-1.5 * x)[:, None] * m
    sales = (share / share.sum(axis=0)) @ (spending * output.sum() / spending.sum())
    np.testing.assert_allclose(sales, output, rtol=1e-9)
