"""One year of the relations mechanism: cases, invariants, and the compiled loop against its plain twin."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.mechanisms import relations
from detente.mechanisms.relations import equations
from detente.model.mechanism import plan
from relations.pairs import MECHANISM, luck, some_world, usual_years, values, with_fields, world

CASES = yaml.safe_load((Path(relations.__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
UNKNOWN = float("nan")
MECHANISM_FALL = np.concatenate([np.full(5, -5.0), np.zeros(len(equations.CONTINUOUS)), [3.0]])


def seeded(seed):
    return np.random.Generator(np.random.Philox(seed))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_cases(case):
    given_, then = dict(case["given"]), case["then"]
    level = UNKNOWN if given_["level"] is None else given_["level"]
    see = world(last__peace_level=level, last__peace_level_reached=given_.get("reached", level))
    out = MECHANISM.step(see, values(), luck(move=given_.get("move", 0.5), size=given_.get("size", 0.5)))
    for short, field in (("level", "peace_level"), *((k, k) for k in ("years_in_level", "years_since_fall"))):
        if short in then:
            want = UNKNOWN if then[short] is None else then[short]
            np.testing.assert_equal(out[field][0, 0, 1], want)


def test_declares_what_it_returns():
    out = MECHANISM.step(world(3), values(), luck(3))
    assert set(out) == {f.name for f in MECHANISM.writes}
    assert all(v.shape == (1, 3, 3) for v in out.values())


def test_the_order_of_coefficients_is_the_order_of_covariates():
    for p in MECHANISM.parameters:
        short = p.name.partition(".")[2].removesuffix("_completed")
        if short in equations.EQUATIONS:
            assert p.prior.joint.names == (
                *equations.EQUATIONS[short],
                *equations.CONTINUOUS,
                *equations.OWN[short],
            )
        if short == "stand_in":
            assert p.prior.joint.names == equations.STAND_IN


@pytest.mark.parametrize("u", [0.5, 0.1, 0.93])
def test_compiled_loop_equals_plain_numpy(u):
    rng = seeded(int(u * 100))
    see = some_world(rng, n=25, draws=4)
    chance = {k: rng.random((4, 25, 25)) for k in ("move", "size")}
    chance |= {name: rng.random(4) for name in relations.SEASONS}
    chance["move"][:, ::2] *= 0.01
    chance["move"][:, 1::4] = 1 - chance["move"][:, 1::4] * 0.01
    p = values(4, u=u)
    fast, plain = MECHANISM.step(see, p, chance), relations.plain_year(see, p, chance)
    moved = fast["peace_level"] != see["last.peace_level"]
    assert moved.sum() > 50
    for name in fast:
        np.testing.assert_array_equal(fast[name], plain[name], err_msg=name)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_symmetric_on_the_grid_and_bounded(seed):
    rng = seeded(seed)
    see = some_world(rng)
    out = MECHANISM.step(
        see,
        values(3, u=rng.random()),
        usual_years(3) | {k: rng.random((3, 12, 12)) ** 4 for k in ("move", "size")},
    )
    off = ~np.eye(12, dtype=bool)
    for field in MECHANISM.writes:
        x = out[field.name]
        np.testing.assert_array_equal(x, x.transpose(0, 2, 1))
        assert not np.isnan(x[:, off]).any()
        assert ((x[:, off] >= field.low) & (x[:, off] <= field.high)).all()
    assert np.isin(out["peace_level"][:, off], equations.GRID).all()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), by=st.floats(0.1, 3.0))
def test_raising_a_hazard_only_adds_moves_of_its_kind(seed, by):
    rng = seeded(seed)
    see = some_world(rng)
    chance = usual_years(3) | {
        "move": np.abs(rng.integers(0, 2, (3, 12, 12)) - rng.random((3, 12, 12)) ** 3),
        "size": rng.random((3, 12, 12)),
    }
    base, upper = values(3), np.triu(np.ones((12, 12), dtype=bool), 1)
    before = np.where(upper, equations.snap(see["last.peace_level"]), 0)

    def moves(p):
        new = np.where(upper, MECHANISM.step(see, p, chance)["peace_level"], 0)
        return new < before, new > before

    fell, rose = moves(base)
    for names, grows in ((("fall",), 0), (("climb_rivalry", "climb_rivalry_completed", "climb_peace"), 1)):
        p = values(3)
        for name in names:
            short = name.removesuffix("_completed")
            p.arrays[name][:, : len(equations.EQUATIONS[short])] += by
        more = moves(p)
        kept = (fell, rose)[grows]
        assert (more[grows] | ~kept).all()
        if grows == 1:
            np.testing.assert_array_equal(more[0], fell)


def test_reconciliation_helps_climbing_and_hinders_falling():
    rng = seeded(3)
    low, high = world(30), world(30, reconciliation=1.0)
    levels = rng.integers(0, 5, (1, 30, 30)) * 0.25
    levels = np.triu(levels[0], 1)[None] + np.triu(levels[0], 1).T[None]
    pair = {"last__peace_level": levels, "last__peace_level_reached": levels}
    climbs = falls = 0
    for _ in range(20):
        chance = usual_years(1) | {k: rng.random((1, 30, 30)) for k in ("move", "size")}
        a, b = (
            MECHANISM.step(
                with_fields(w, **{k.replace("__", "."): v for k, v in pair.items()}), values(), chance
            )["peace_level"]
            for w in (low, high)
        )
        assert (b >= a).all()
        climbs += (b > levels).sum() - (a > levels).sum()
        falls += (a < levels).sum() - (b < levels).sum()
    assert climbs > 0
    assert falls > 0


@pytest.mark.parametrize("draws", [1, 3])
def test_a_draw_does_not_depend_on_the_draws_beside_it(draws):
    rng = seeded(5)
    see = some_world(rng, draws=3)
    chance = usual_years(3) | {k: rng.random((3, 12, 12)) ** 3 for k in ("move", "size")}
    p = values(3, u=0.3)
    whole = MECHANISM.step(see, p, chance)
    cut = type(see)(see.year, see.index, 1, {k: v[:1] for k, v in see.arrays.items()})
    alone = MECHANISM.step(cut, values(1, u=0.3), {k: v[:1] for k, v in chance.items()})
    for name in whole:
        np.testing.assert_array_equal(whole[name][:1], alone[name])


def test_a_bystander_without_arms_changes_nobody():
    rng = seeded(8)
    see = some_world(rng, n=12)
    for name in relations.MEMBERS:
        see.arrays[name][:, 11] = 0.0  # a member of the Union is no bystander: the house counts him
    chance = usual_years(3) | {k: rng.random((3, 12, 12)) ** 3 for k in ("move", "size")}
    arrays = {k: v.copy() for k, v in see.arrays.items()}
    for k, v in arrays.items():
        if v.ndim == 3:
            v[:, 11], v[:, :, 11] = UNKNOWN, UNKNOWN
        elif k != "last.milex":
            v[:, 11] = UNKNOWN
    out = MECHANISM.step(with_fields(see, **arrays), values(3), chance)
    ref = MECHANISM.step(see, values(3), chance)
    for name in out:
        np.testing.assert_array_equal(out[name][:, :11, :11], ref[name][:, :11, :11])
        assert np.isnan(out[name][:, 11, :11]).all()


def test_inputs_are_left_alone_and_may_be_locked():
    see = some_world(seeded(9))
    held = {k: v.copy() for k, v in see.arrays.items()}
    for v in see.arrays.values():
        v.flags.writeable = False
    MECHANISM.step(see, values(3), luck(12, 3, move=1e-6))
    for k, v in see.arrays.items():
        np.testing.assert_array_equal(v, held[k])


def test_it_plans_and_knows_nothing_later_than_asked():
    early = {p.name: p for p in relations.mechanism(1995).parameters}
    late = {p.name: p for p in MECHANISM.parameters}
    assert early["relations.fall"].prior != late["relations.fall"].prior
    with pytest.raises(Exception, match="1990"):
        relations.mechanism(1980)
    with pytest.raises(Exception, match="ideal_point"):
        plan((MECHANISM,))


def test_a_rivalry_ended_by_a_scenario_goes_on_as_often_as_exits_do():
    from detente.mechanisms.relations import equations

    level, v = np.array([0.5, 0.5, 0.5, 0.25, 0.75]), np.full(5, 0.02)
    reached = np.array([0.0, 0.25, 0.5, 0.25, 0.25])
    farther = np.array([0.4, 0.03, 0.01])
    assert (
        equations.goes_on(level=level, reached=reached, v=v, farther=farther).tolist() == [True] + [False] * 4
    )
    many = (np.arange(20_000) + 0.5) / 20_000
    share = equations.goes_on(
        level=np.full(many.shape, 0.5), reached=np.zeros(many.shape), v=many, farther=farther
    )
    assert share.mean() == pytest.approx(0.03, abs=1e-4)


def test_an_upheaval_at_home_brings_falls_abroad():
    quiet, luck_ = world(3), luck(3, move=0.02)
    p = values(fall=MECHANISM_FALL)
    stays = MECHANISM.step(quiet, p, luck_)["peace_level"]
    falls = MECHANISM.step(world(3, last__irregular_change=np.array([1.0, 0.0, np.nan])), p, luck_)[
        "peace_level"
    ]
    assert (falls[0, 0, 1:] < stays[0, 0, 1:]).all()
    assert falls[0, 1, 2] == stays[0, 1, 2] == 0.5


def test_new_members_of_the_union_rise_to_the_level_of_the_house():
    levels = np.array([[1, 0.75, 0.5, 0.5], [0.75, 1, 0.5, 0.25], [0.5, 0.5, 1, 0.5], [0.5, 0.25, 0.5, 1]])
    before, now = np.array([1.0, 1.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0, 1.0])
    see = world(
        4, last__peace_level=levels, last__peace_level_reached=levels, last__eu_member=before, eu_member=now
    )
    got = MECHANISM.step(see, values(), luck(4, move=0.5))["peace_level"][0]
    assert got[0, 1] == 0.75, "old members stay"
    assert got[0, 2] == got[1, 2] == got[0, 3] == got[2, 3] == 0.75
    assert got[1, 3] == 0.25, "no rivals have ever entered: nothing is known of them"
    unlucky = MECHANISM.step(see, values(), luck(4, move=0.005))["peace_level"][0]
    assert unlucky[0, 2] == 0.5
    same = with_fields(see, **{"last.eu_member": np.broadcast_to(now, (1, 4))})
    assert MECHANISM.step(same, values(), luck(4, move=0.5))["peace_level"][0, 0, 2] == 0.5


def test_the_luck_of_the_year_moves_all_pairs_together_and_no_mean():
    spread = 0.8
    years = (np.arange(20_000) + 0.5) / 20_000
    factors = np.exp([equations.season(spread, u) for u in years])
    assert factors.mean() == pytest.approx(1.0, abs=0.01)
    see, p = world(40, draws=1), values(fall=MECHANISM_FALL)
    rng = seeded(2)
    moves = {k: rng.random((1, 40, 40)) for k in ("move", "size")}
    fell = [
        (
            MECHANISM.step(see, p, usual_years(1) | moves | {"season_fall": np.array([u])})["peace_level"]
            < 0.5
        ).sum()
        for u in (0.02, 0.5, 0.98)
    ]
    assert fell[0] < fell[1] < fell[2]
