"""What must hold of a step whatever the estimates."""

import numpy as np
import pytest
from defence_world import mean_values, newest, small_world, stepped
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.mechanisms.defence import equations as eq
from detente.mechanisms.defence import mechanism
from detente.model.chance import Chance
from detente.model.mechanism import theories_of

FOUR = {
    "states": ["AAA", "BBB", "CCC", "DDD"],
    "pact": ["AAA-CCC"],
    "level": {"AAA-BBB": 0, "CCC-DDD": 0.25, "AAA-DDD": 1, "BBB-DDD": 1},
}


def test_it_writes_what_it_declares():
    machine = newest()
    index, world = small_world(FOUR)
    written = stepped(index, world, mean_values(machine, 3))
    assert set(written) == {f.name for f in machine.writes}
    assert all(written[f.name].shape == f.shape(3, 4) for f in machine.writes)
    np.testing.assert_allclose(written["milex"], written["milex_share"] * world["real_gdp"])


def test_a_state_without_data_poisons_no_other():
    values = mean_values(newest())
    index, world = small_world(FOUR)
    whole = stepped(index, world, values)
    dark = index.position("DDD")
    for name in (
        "last.milex",
        "last.milex_share",
        "last.milex_norm",
        "real_gdp",
        "last.real_gdp",
        "polyarchy",
    ):
        world[name] = np.where(np.arange(4) == dark, np.nan, world[name])
    for name in ("fatal_risk", "used_to", "min_distance"):
        world[name] = world[name].copy()
        world[name][dark], world[name][:, dark] = np.nan, np.nan
    part = stepped(index, world, values)
    assert np.isnan(part["milex_share"][0, dark])
    others = [0, 1]
    np.testing.assert_array_equal(part["milex_share"][0, others], whole["milex_share"][0, others])
    assert np.isfinite(part["milex_share"][0, :3]).all()


def test_a_draw_is_the_same_in_any_company():
    machine = newest()
    index, world = small_world(FOUR)

    def run(numbers):
        chance = Chance(7)
        values = mean_values(machine, len(numbers))
        for p in machine.parameters:
            values.arrays[p.name.partition(".")[2]][:] = p.at(chance.row(p.name, numbers, 0, p.width))
        luck = {
            "shock": chance.uniforms("s", numbers, 1, ("state",), index),
            "tide": chance.uniforms("t", numbers, 1, (), index),
        }
        return stepped(index, world, values, u=luck)["milex_share"]

    np.testing.assert_array_equal(run([0, 1, 2, 3, 4])[3:], run([3, 4]))


def test_pacts_as_one_matrix_or_one_per_draw_give_the_same_numbers():
    values = mean_values(newest(), 3)
    index, world = small_world(FOUR)
    shared = stepped(index, world, values)
    machine = newest()
    from detente.model.mechanism import View

    now = {k: np.array(np.broadcast_to(v, (3, *v.shape))) for k, v in world.items()}
    luck = {"shock": np.full((3, 4), 0.5), "tide": np.full(3, 0.5)}
    own = machine.step(View(2025, index, 3, now), values, luck)
    np.testing.assert_array_equal(shared["milex_share"], own["milex_share"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=2, max_size=2).map(sorted))
def test_a_better_level_never_raises_threat(levels):
    index, low = small_world({"states": ["AAA", "BBB"], "level": {"AAA-BBB": levels[0]}})
    _, high = small_world({"states": ["AAA", "BBB"], "level": {"AAA-BBB": levels[1]}})
    values = mean_values(newest())
    assert (stepped(index, high, values)["threat"] <= stepped(index, low, values)["threat"]).all()


@settings(max_examples=60, deadline=None)
@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_luckier_uniforms_never_lower_spending(one, two):
    index, world = small_world(FOUR)
    values = mean_values(newest())

    def share(u):
        return stepped(index, world, values, u={"shock": np.full((1, 4), u), "tide": np.full(1, u)})[
            "milex_share"
        ]

    assert (share(max(one, two)) >= share(min(one, two))).all()


def test_a_theory_fixes_the_sign_of_its_spill_in():
    machine = newest()
    follow, ride = eq.DEMAND.index("follow"), eq.DEMAND.index("free_ride")
    from detente.mechanisms.defence import coefficients

    wrong = {"demand_free_riding": {"free_ride": 0.3}, "demand_following": {"follow": -0.3}}
    assert coefficients(mean_values(machine, theory="free_riding", changed=wrong))[0, ride] == 0.0
    assert coefficients(mean_values(machine, theory="following", changed=wrong))[0, follow] == 0.0
    assert theories_of(machine.parameters)["spill_in"] == ("free_riding", "following", "own_estimate")


def test_a_pair_without_risk_is_no_threat():
    index, world = small_world({"states": ["AAA", "BBB"]})
    values = mean_values(newest())
    assert (stepped(index, world, values)["threat"] > 0).all()
    world["fatal_risk"] = np.zeros((2, 2))
    assert (stepped(index, world, values)["threat"] == 0).all()


def test_dividend():
    base, whatif = np.array([[50.0, 3.0]]), np.array([[40.0, 3.5]])
    np.testing.assert_allclose(eq.dividend_usd(milex_base=base, milex_whatif=whatif), [[10.0, -0.5]])
    per_head = eq.dividend_per_head(milex_base=base, milex_whatif=whatif, population=np.array([5e7, 1e6]))
    np.testing.assert_allclose(per_head, [[200.0, -500.0]])


def test_shocks_stay_within_the_record_and_centre_on_nothing():
    noise = np.array([[-2.5, -0.8, -0.14, -1.0]])
    u = np.array([[1e-9, 0.5, 1 - 1e-9]])
    scale = np.full((1, 3), 0.1)
    shock = eq.shock(u=u, scale=scale, noise=noise, largest=np.array([1.6]))
    np.testing.assert_allclose(shock, [[-1.6, 0.0, 1.6]], atol=1e-12)


@pytest.mark.parametrize("as_of", [1985, 1991, 2014, None])
def test_every_vintage_loads(as_of):
    machine = mechanism(as_of)
    assert {p.name for p in machine.parameters} >= {"defence.demand", "defence.spill_in"}


def test_small_and_unknown_risks_count_nothing():
    np.testing.assert_array_equal(eq.danger(np.array([0.5, 3e-4, 2e-4, 0.0, np.nan])), [0.5, 3e-4, 0, 0, 0])


def test_threat_by_hand():
    near = eq.proximity(distance=np.array([0.0, 1500.0, np.nan]), reach=1500.0)
    np.testing.assert_allclose(near, [1, np.exp(-1), 0])
    rivals = eq.rival_spending(weight=np.array([[0.0, 0.5], [1.0, 0.0]]), capability=np.array([8.0, 4.0]))
    np.testing.assert_allclose(rivals, [2.0, 8.0])
    threat = eq.threat(rivals=rivals, gdp=np.array([200.0, np.nan]), sensitivity=0.01)
    np.testing.assert_allclose(threat, [np.log(2.0), np.nan])


def test_a_threat_that_has_lasted_moves_budgets_less_than_news():
    index, world = small_world({"states": ["AAA", "BBB"], "level": {"AAA-BBB": 0}})
    values = mean_values(newest())
    shares = []
    for used_to in (0.0, 3.0):
        world["last.threat_norm"] = np.full(2, used_to)
        shares.append(stepped(index, world, values)["milex_share"][0, 0])
    assert shares[0] > shares[1]


def test_spill_in_by_hand():
    pact = np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0.0]])
    deviation, spending = np.array([0.0, 0.1, -0.2]), np.array([1.0, 3.0, 1.0])
    np.testing.assert_allclose(eq.spill_in(pact=pact, deviation=deviation), [-0.05, 0, 0])
    weighted = eq.spill_in(pact=pact, deviation=deviation, weight=spending)
    np.testing.assert_allclose(weighted, [0.025, 0, 0])
    alone = eq.spill_in(pact=pact, deviation=np.array([0.0, 0.1, np.nan]))
    np.testing.assert_allclose(alone, [0.1, 0, 0])


def test_a_norm_begins_at_what_is_first_known():
    moved = eq.norm_moved(norm=np.array([np.nan, 1.0, 1.0]), value=np.array([2.0, 2.0, np.nan]), memory=10.0)
    np.testing.assert_allclose(moved, [2.0, 1.1, 1.0])


def test_a_pledge_binds_members_below_it_and_nobody_else():
    log_share = np.log(np.array([[0.01, 0.019, 0.021, np.nan]]))
    np.testing.assert_array_equal(
        eq.below_pledge(log_share=log_share, pledged=np.array([0.02])), [[1, 1, 0, np.nan]]
    )
    index, world = small_world(
        {"states": ["AAA", "BBB"], "share": {"AAA": 0.015, "BBB": 0.015}, "pledged": 0.02}
    )
    values = mean_values(newest(), changed={"demand": {"pledge": 0.05}})
    world["nato_member"] = np.array([1.0, 0.0])
    share = stepped(index, world, values)["milex_share"][0]
    assert np.log(share[0] / share[1]) == pytest.approx(0.05)


def test_room_fades_and_grows_with_output():
    moved = eq.room_moved(
        room=np.array([[0.02, np.nan]]),
        growth_surprise=np.array([[0.05, 0.05]]),
        course=np.array([[0.5, 0.2]]),
    )
    np.testing.assert_allclose(moved, [[0.02, np.nan]])


def test_spending_per_head_and_what_a_dividend_adds_to_a_budget():
    index, world = small_world({"states": ["AAA"]})
    written = stepped(index, world, mean_values(newest()))
    np.testing.assert_allclose(written["milex_per_head"], written["milex"] * 100)
    part = eq.part_of_budget(
        dividend=np.array([10.0, 10.0]), gdp=np.array([1000.0, 1000.0]), budget_share=np.array([0.05, 0.0])
    )
    np.testing.assert_allclose(part, [0.2, np.nan])
