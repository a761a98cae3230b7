"""The many-sector equilibrium: accounts close, nothing comes of nothing, theory's identities hold."""

from __future__ import annotations

import numpy as np
import pytest
from economies import economy, shocks
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.mechanisms.sectors import GOODS, base
from detente.mechanisms.sectors.economy import IMBALANCES, Economy, solve
from detente.mechanisms.sectors.equations import welfare_by_home_shares
from detente.mechanisms.sectors.plain import fixed_point

THETA = np.array([[3.0, 6.0, 4.5]])


def home(flow: np.ndarray) -> np.ndarray:
    return np.einsum("...jnn->...jn", flow) / flow.sum(axis=-2)


def gaps(made: Economy, world) -> dict[str, float]:
    """How far the accounts of the first draw are from closing, relative to their size."""
    flow, output = world.flow[0], world.output[0]
    used = np.einsum("jkn,jn->kn", made.inputs, output)
    final = flow.sum(axis=1) - used
    earned = (made.value_share * output).sum(axis=0)
    deficit = flow.sum(axis=(0, 1)) - flow.sum(axis=(0, 2))
    return {
        "output is what is sold": np.abs(flow.sum(axis=2) - output).max() / output.max(),
        "budgets": np.abs(final.sum(axis=0) / world.final[0] - 1).max(),
        "spending by taste": np.abs(final - made.taste * world.final[0]).max() / final.max(),
        "income is wages": np.abs(earned / (world.wage[0] * made.value) - 1).max(),
        "spending is income and deficit": np.abs((world.final[0] - earned - deficit) / earned).max(),
        "deficits add to nothing": abs(deficit.sum()) / earned.sum(),
        "world income is the numeraire": abs(earned.sum() / made.value.sum() - 1),
    }


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    st.sampled_from([0.1, 0.5, 1.5]),
    st.sampled_from(IMBALANCES),
)
def test_world_accounts_close_in_every_solved_draw(which, shock, size, rule):
    made = economy(seed=which)
    world = solve(made, shocks(made, shock, size)[None], theta=THETA, imbalance=rule, flows=True)
    if not world.converged[0]:
        # A deficit that income cannot bear has no equilibrium; nothing else may fail.
        assert rule == "share"
        assert (made.deficit < -0.5 * made.value).any() or (made.deficit > made.value).any()
        assert np.isnan(world.real_income).all()
        return
    worst = gaps(made, world)
    assert max(worst.values()) < 1e-8, worst


@pytest.mark.parametrize("seed", range(4))
def test_accounts_of_the_shipped_world_close_after_any_shock(seed):
    made = base()
    theta = np.exp(np.random.default_rng(seed).normal(1.6, 0.4, (1, len(made.sectors)))).clip(2, 15)
    world = solve(made, shocks(made, seed, 0.7)[None], theta=theta, flows=True)
    assert world.converged.all()
    worst = gaps(made, world)
    assert max(worst.values()) < 1e-8, worst


@pytest.mark.parametrize("rule", ["share", "ratio"])
def test_nothing_comes_of_nothing(rule):
    for made, theta in ((economy(), THETA), (base(), np.full((1, 10), 5.0))):
        world = solve(made, np.zeros((len(made.states),) * 2), theta=theta, imbalance=rule)
        assert world.sweeps[0] == 1
        for ratio in (world.real_income, world.real_spending, world.price, world.quantity[world.output > 0]):
            assert np.abs(ratio - 1).max() < 1e-12


@pytest.mark.parametrize("rule", ["share", "ratio"])
def test_there_and_back_again(rule):
    """All trade costs doubled, and halved again in the world that this made."""
    made = base()
    theta = np.full((1, 10), 4.0)
    twice = np.where(np.eye(len(made.states)) > 0, 0.0, -4.0 * np.log(2.0))
    there = solve(made, twice, theta=theta, imbalance=rule, flows=True)
    away = Economy(made.sectors, made.states, there.flow[0], made.inputs)
    back = solve(away, -twice, theta=theta, imbalance=rule, flows=True)
    assert there.real_income.max() < 0.999
    np.testing.assert_allclose(there.real_income * back.real_income, 1.0, atol=1e-8)
    big = made.flow > 1e-6 * made.flow.max()
    np.testing.assert_allclose(back.flow[0][big], made.flow[big], rtol=1e-7)


@pytest.mark.parametrize(("which", "rule"), [(0, "share"), (1, "ratio"), (2, "none"), (3, "share")])
def test_compiled_agrees_with_plain(which, rule):
    made = economy(seed=which)
    change = shocks(made, which, 0.4)
    wage, price, flow = fixed_point(made, change, theta=THETA[0], imbalance=rule)
    world = solve(made, change[None], theta=THETA, imbalance=rule, flows=True)
    np.testing.assert_allclose(world.wage[0], wage, rtol=1e-8)
    np.testing.assert_allclose(world.price[0], price, rtol=1e-8)
    np.testing.assert_allclose(world.flow[0], flow, rtol=1e-7)


def test_one_sector_without_inputs_is_the_other_solver():
    from detente.mechanisms.trade.equilibrium import solve as one

    made = economy(n=7, seed=5, linked=False, sectors=("all",))
    change = shocks(made, 5, 0.6)
    other = one(made.flow[0], change[0], sigma=np.array([6.0]))
    world = solve(made, change[None], theta=np.array([[5.0]]), imbalance="ratio", flows=True)
    np.testing.assert_allclose(world.real_income, other.real_income, rtol=1e-9)
    np.testing.assert_allclose(world.flow[:, 0], other.flow, rtol=1e-8)


def test_sectors_alike_are_one_sector():
    """Ten copies of one sector, no inputs: the same answer as that sector alone."""
    alone = economy(n=5, seed=2, linked=False, sectors=("all",))
    copies = Economy(("a", "b", "c"), alone.states, np.repeat(alone.flow, 3, axis=0) / 3, np.zeros((3, 3, 5)))
    change = shocks(alone, 2)[0]
    one, many = (solve(e, change, theta=np.full((1, len(e.sectors)), 5.0)) for e in (alone, copies))
    np.testing.assert_allclose(many.real_income, one.real_income, rtol=1e-9)


@pytest.mark.parametrize("linked", [False, True])
def test_welfare_is_what_home_shares_say(linked):
    """Arkolakis, Costinot & Rodríguez-Clare (2012); with sectors and inputs, Costinot & Rodríguez-Clare (2014)."""
    made = economy(seed=8, linked=linked)
    world = solve(made, shocks(made, 8)[None], theta=THETA, flows=True)
    told = welfare_by_home_shares(
        home=home(world.flow[0]) / home(made.flow), theta=THETA[0], taste=made.taste, inputs=made.inputs
    )
    np.testing.assert_allclose(world.real_income[0], told, rtol=1e-8)


def test_welfare_with_one_sector_is_the_home_share_to_the_power():
    made = economy(n=6, seed=9, linked=False, sectors=("all",))
    world = solve(made, shocks(made, 9)[None], theta=np.array([[4.0]]), flows=True)
    share = (home(world.flow[0]) / home(made.flow))[0]
    np.testing.assert_allclose(world.real_income[0], share ** (-1 / 4.0), rtol=1e-8)


def test_the_identity_holds_in_the_shipped_world():
    made = base()
    theta = np.full(10, 5.0)
    world = solve(made, shocks(made, 3, 0.5)[None], theta=theta[None], flows=True)
    before = home(made.flow)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(before > 1e-9, home(world.flow[0]) / before, 1.0)
    told = welfare_by_home_shares(home=ratio, theta=theta, taste=made.taste, inputs=made.inputs)
    thin = (before <= 1e-9).any(axis=0)
    np.testing.assert_allclose(world.real_income[0][~thin], told[~thin], rtol=1e-8)
    assert thin.sum() < 15


def test_inputs_make_gains_larger():
    """Why sectors with links matter: the same shares and elasticities, larger effects (same, 2014)."""
    linked = base()
    bare = Economy(linked.sectors, linked.states, linked.flow, np.zeros_like(linked.inputs))
    dearer, theta = np.where(np.eye(81) > 0, 0.0, -2.0), np.full((1, 10), 5.0)
    losses = [1 - solve(e, dearer, theta=theta, imbalance="ratio").real_income[0] for e in (bare, linked)]
    assert np.median(losses[1]) > 1.5 * np.median(losses[0])


def test_no_deficits_when_told():
    made = economy(seed=6)
    world = solve(made, np.zeros((5, 5)), theta=THETA, imbalance="none", flows=True)
    flow = world.flow[0]
    np.testing.assert_allclose(flow.sum(axis=(0, 1)), flow.sum(axis=(0, 2)), rtol=1e-8)


def test_growth_scales_the_reference():
    made = base()
    rng = np.random.default_rng(0)
    size = np.exp(rng.normal(0.3, 0.2, (2, len(made.states))))
    still = np.zeros((len(made.states),) * 2)
    world = solve(made, still, theta=np.full((2, 10), 5.0), growth=size, flows=True)
    assert np.abs(world.real_income - 1).max() < 1e-12
    np.testing.assert_allclose(world.value / made.value, size, rtol=0.02)
    big = made.output > 1e-4 * made.output.max()
    grown = world.base_output[:, big] / made.output[big]
    np.testing.assert_allclose(grown, np.repeat(size[:, None], 10, axis=1)[:, big], rtol=1e-2)


def test_a_draw_does_not_depend_on_its_company():
    made = base()
    rng = np.random.default_rng(2)
    change, theta = rng.normal(0, 0.3, (3, 81, 81)), rng.uniform(3, 9, (3, 10))
    size = np.exp(rng.normal(0.2, 0.1, (3, 81)))
    marked = np.isin(made.sectors, GOODS)
    whole = solve(made, change, theta=theta, growth=size, shared=marked)
    alone = solve(made, change[1:2], theta=theta[1:2], growth=size[1:2], shared=marked)
    assert np.array_equal(whole.real_income[1], alone.real_income[0])
    assert np.array_equal(whole.output[1], alone.output[0])


def test_a_draw_without_equilibrium_is_admitted():
    made = economy()
    world = solve(made, shocks(made, 1)[None], theta=THETA, sweeps=2)
    assert not world.converged[0]
    assert np.isnan(world.real_income).all()
    assert np.isnan(world.quantity).all()


def test_very_uneven_growth_still_has_a_base():
    made = base()
    rng = np.random.default_rng(0)
    size = np.exp(rng.normal(0.4, 0.4, (12, 81)))
    change = rng.normal(0, 1.0, (81, 81))
    np.fill_diagonal(change, 0.0)
    theta = rng.uniform(2.5, 12, (12, 10))
    world = solve(made, change, theta=theta, growth=size, shared=np.isin(made.sectors, GOODS))
    assert world.converged.all()
    assert (world.base_final > 0).all()
    still = solve(made, 0 * change, theta=theta, growth=size)
    assert np.abs(still.real_income - 1).max() < 1e-12


@pytest.mark.parametrize("by", [-8.0, 6.0])
@pytest.mark.parametrize("state", ["RUS", "UKR", "SGP", "ROW"])
def test_a_state_shut_off_or_thrown_open(state, by):
    made = base()
    at = made.states.index(state)
    change = np.zeros((81, 81))
    change[at], change[:, at] = by, by
    change[at, at] = 0.0
    world = solve(made, change, theta=np.full((1, 10), 5.0), shared=np.isin(made.sectors, GOODS), flows=True)
    assert world.converged.all()
    assert max(gaps(made, world).values()) < 1e-8
    assert (world.real_income[0, at] > 1) == (by > 0)
