"""'Luck has an address', bit for bit (design.md)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.model.chance import Chance
from detente.model.field import Field
from detente.model.mechanism import Mechanism
from detente.model.parameter import Normal, Parameter
from detente.model.scenario import BASELINE, compile_scenario
from detente.model.simulate import simulate
from detente.model.space import shell_order
from toy import ALL, GROWTH, gift, toy_model, toy_start

YEARS = range(2021, 2027)


def histories(model, start, scenarios, draws, seed=7, years=YEARS):
    programs = [compile_scenario(s, model, start.index) for s in scenarios]
    out = []
    for _, lanes in simulate(model, start, programs, years, Chance(seed), draws):
        out.append([{f: np.array(lane.world[f]) for f in ("wealth", "quarrel", "bond")} for lane in lanes])
    return out


def same(a, b):
    return all(
        x[f].tobytes() == y[f].tobytes() for one, two in zip(a, b, strict=True) for x, y in zip(one, two, strict=True) for f in x
    )


def test_a_rerun_is_identical_and_another_seed_is_not():
    m, s = toy_model(), toy_start()
    assert same(histories(m, s, [BASELINE], range(8)), histories(m, s, [BASELINE], range(8)))
    assert not same(histories(m, s, [BASELINE], range(8)), histories(m, s, [BASELINE], range(8), seed=8))


@pytest.mark.parametrize("chunks", [[[0, 1, 2, 3, 4, 5]], [[0], [1], [2], [3], [4], [5]], [[4, 5], [0, 1, 2, 3]]])
def test_chunks_and_their_order_change_nothing(chunks):
    m, s = toy_model(), toy_start()
    whole = histories(m, s, [BASELINE, gift()], range(6))
    for chunk in chunks:
        part = histories(m, s, [BASELINE, gift()], chunk)
        for year, lanes in enumerate(part):
            for lane, fields in enumerate(lanes):
                for f, value in fields.items():
                    assert value.tobytes() == whole[year][lane][f][chunk].tobytes()


def test_no_intervention_has_an_effect_of_exactly_zero():
    nothing = gift().model_copy(update={"id": "nothing", "interventions": ()})
    for base, other in histories(toy_model(), toy_start(), [BASELINE, nothing], range(20)):
        assert all((base[f] == other[f]).all() for f in base)


def test_worlds_are_identical_before_the_first_move_and_differ_after():
    years = histories(toy_model(), toy_start(), [BASELINE, gift(start=2024)], range(20))
    for year, (base, other) in zip(YEARS, years, strict=True):
        alike = all((base[f] == other[f]).all() for f in base)
        assert alike == (year < 2024)


def test_a_bystander_moves_nobody_else():
    m = toy_model()
    small, large = toy_start(("A", "B", "C")), toy_start(ALL)
    for one, two in zip(histories(m, small, [BASELINE], range(5)), histories(m, large, [BASELINE], range(5)), strict=True):
        assert (one[0]["wealth"] == two[0]["wealth"][:, :3]).all()
        assert (one[0]["quarrel"] == two[0]["quarrel"][:, :3, :3]).all()


def test_a_missing_state_in_the_middle_moves_nobody_else():
    m = toy_model()
    some, every = histories(m, toy_start(("A", "C", "E")), [BASELINE], range(5)), histories(m, toy_start(), [BASELINE], range(5))
    for one, two in zip(some, every, strict=True):
        assert (one[0]["wealth"] == two[0]["wealth"][:, ::2]).all()
        assert (one[0]["quarrel"] == two[0]["quarrel"][:, ::2, ::2]).all()


def test_a_new_mechanism_or_parameter_changes_no_other_number():
    noise = Field("noise", ("state", "partner"), "1", "event", "nothing to do with anybody")
    extra = Mechanism(
        "zebra", "makes noise", (), (noise,), lambda see, p, u: {"noise": u["n"] * p["size"][:, None, None]}, (),
        (Parameter(name="zebra.size", unit="1", prior=Normal(normal={"mean": 0, "sd": 1}), source="toy", why="toy"),),
        {"n": ("state", "partner")},
    )
    first = Mechanism("aardvark", "goes first", (), (Field("dust", ("state",), "1", "event", "dust"),), lambda see, p, u: {"dust": u["d"]}, chance={"d": ("state",)})
    start = toy_start()
    assert same(histories(toy_model(), start, [BASELINE], range(5)), histories(toy_model(extra, first), start, [BASELINE], range(5)))


def test_adding_a_scenario_changes_no_other_world():
    m, s = toy_model(), toy_start()
    two = histories(m, s, [BASELINE, gift()], range(5))
    three = histories(m, s, [BASELINE, gift(start=2022, to="B").model_copy(update={"id": "other"}), gift()], range(5))
    for a, b in zip(two, three, strict=True):
        assert all((a[1][f] == b[2][f]).all() and (a[0][f] == b[0][f]).all() for f in a[0])


def test_more_danger_only_adds_events():
    years = histories(toy_model(), toy_start(), [BASELINE, gift(start=2021, to="E", by=500.0)], range(40))
    base, rich = years[0]
    assert (rich["quarrel"] >= base["quarrel"]).all()
    assert rich["quarrel"].sum() > base["quarrel"].sum()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=8, unique=True).map(sorted))
def test_every_pair_has_its_own_place_and_keeps_it(slots):
    full, part = shell_order(range(41)), shell_order(slots)
    assert (part == full[np.ix_(slots, slots)]).all()
    assert len(np.unique(full)) == full.size
    assert full.max() == full.size - 1


def test_uniforms_are_uniform_and_independent_across_addresses():
    index = toy_start().index
    u = Chance(1).uniforms("a", range(4000), 2025, ("state",), index)
    v = Chance(1).uniforms("b", range(4000), 2025, ("state",), index)
    w = Chance(1).uniforms("a", range(4000), 2026, ("state",), index)
    assert abs(u.mean() - 0.5) < 0.01
    assert abs(u.std() - 12**-0.5) < 0.01
    for other in (v, w, np.roll(u, 1, axis=0), np.roll(u, 1, axis=1)):
        assert abs(np.corrcoef(u.ravel(), other.ravel())[0, 1]) < 0.03
    assert u.min() > 0
    assert u.max() < 1


def test_a_step_cannot_write_into_the_world():
    def greedy(see, p, u):
        see["last.wealth"][:] = 99
        return {}

    bad = Mechanism("growth", "x", ("last.wealth",), GROWTH.writes, greedy)
    from detente.model.mechanism import plan

    with pytest.raises(ValueError, match="read-only"):
        histories(plan((bad,)), toy_start(), [BASELINE], [0])


def test_a_step_must_write_what_it_declared():
    from detente.model.mechanism import plan

    lazy = Mechanism("growth", "x", ("last.wealth",), GROWTH.writes, lambda see, p, u: {"wealth": see["last.wealth"]})
    with pytest.raises(RuntimeError, match=r"did not write \['price'\]"):
        histories(plan((lazy,)), toy_start(), [BASELINE], [0])
