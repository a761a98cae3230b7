"""One year of all pairs: the compiled loop against NumPy, and what must hold in any world."""

import numpy as np
import pytest
from conflict_world import FREE, PLAIN, luck, values, world
from hypothesis import given, settings
from hypothesis import strategies as st

import detente.mechanisms.conflict as conflict
from detente.mechanisms.conflict import equations, fields
from detente.model.mechanism import Values, View

NAMES = tuple(f"S{k:02d}" for k in range(9))
PAIRS = set(conflict.OF_PAIRS.values())


def random_world(seed, holes=True):
    """A world of nine states with everything in it, unknown values too."""
    rng = np.random.default_rng(seed)
    see = world(NAMES)
    n = len(NAMES)

    def both(x):
        return np.triu(x, 1) + np.triu(x, 1).T

    a = see.arrays
    a["land_border"][0] = both(rng.random((n, n)) < 0.3)
    a["water_border"][0] = both(rng.random((n, n)) < 0.2)
    a["min_distance"][0] = both(rng.uniform(0, 9000, (n, n)))
    a["defence_pact"][0] = both(rng.random((n, n)) < 0.3)
    a["last.peace_level"][0] = both(rng.integers(0, 5, (n, n)) / 4.0)
    a["relation_coded"][0] = both(rng.random((n, n)) < 0.5)
    a["last.dispute_memory"][0] = both(rng.random((n, n)) * (rng.random((n, n)) < 0.4))
    a["last.fatal_memory"][0] = both(rng.random((n, n)) * (rng.random((n, n)) < 0.3))
    a["last.territorial_claim"][0] = rng.random((n, n)) < 0.2
    a["last.peace_years"][0] = both(rng.integers(0, 80, (n, n)))
    a["last.at_war"][0] = both(rng.random((n, n)) < 0.1)
    a["last.war_years"][0] = a["last.at_war"][0] * 2
    for name in ("major_power", "nuclear_armed"):
        a[name][0] = rng.random(n) < 0.4
    for name, top in (("polyarchy", 1), ("last.ideal_point", 3), ("last.milex", 100), ("capability", 0.2), ("milex_start", 100)):
        a[name][0] = rng.random(n) * top
    if holes:
        a["polyarchy"][0, 2] = a["last.ideal_point"][0, 3] = a["capability"][0, 4] = a["last.milex"][0, 5] = np.nan
        a["min_distance"][0, 1, 6] = a["min_distance"][0, 6, 1] = np.nan
        a["last.peace_level"][0, 0, 8] = a["last.peace_level"][0, 8, 0] = np.nan
    u = {"dispute": rng.random((1, n, n)) ** 4, "join": rng.random((1, n)), "season": rng.random(1)}
    return see, u


@pytest.mark.parametrize("seed", range(5))
def test_the_compiled_year_is_the_plain_one(seed):
    see, u = random_world(seed)
    theory = ("record", "benson", "none")[seed % 3]
    p = values(deterrence=theory, war_length=("mid", "ucdp")[seed % 2])
    fast, plain = conflict.step(see, p, u), conflict.plain_year(see, p, u)
    assert fast["dispute"].sum() > 0
    assert set(fast) == {f.name for f in fields.WRITES}
    for name in fast:
        np.testing.assert_allclose(fast[name], plain[name], rtol=1e-12, atol=1e-13, err_msg=name)


def test_everything_is_known_symmetric_and_nested():
    see, u = random_world(7)
    out = conflict.step(see, values(), u)
    for f in fields.OF_PAIRS:
        x = out[f.name][0]
        assert np.isfinite(x).all()
        assert (x == x.T).all()
        assert (np.diag(x) == 0).all()
    assert (out["dispute_risk"] >= out["fatal_risk"]).all()
    assert (out["fatal_risk"] >= out["war_risk"]).all()
    assert (out["dispute"] >= out["fatal_dispute"]).all()
    assert (out["fatal_dispute"] >= out["war"]).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.permutations(range(len(NAMES))))
def test_the_order_of_states_does_not_matter(seed, order):
    see, u = random_world(seed % 50)
    order = np.array(order)
    moved = {k: v[:, order] if v.ndim == 2 else v[:, order][:, :, order] for k, v in see.arrays.items()}
    shuffled = View(see.year, see.index, 1, {k: np.ascontiguousarray(v) for k, v in moved.items()})
    p = values()
    risks = ("dispute_risk", "fatal_risk", "war_risk")
    base, new = conflict.step(see, p, u), conflict.step(shuffled, p, u)
    for name in risks:
        np.testing.assert_allclose(new[name][0], base[name][0][np.ix_(order, order)], rtol=1e-9)
    np.testing.assert_allclose(new["conflict_risk"][0], base["conflict_risk"][0][order], rtol=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 3.0))
def test_a_higher_hazard_only_adds_events(seed, more):
    see, u = random_world(seed % 50)
    p = values()
    raised = Values({**p.arrays, "drift": p["drift"] + more}, p.theories)
    base, new = conflict.step(see, p, u), conflict.step(see, raised, u)
    for name in ("dispute", "fatal_dispute", "war"):
        # Wars that a new war keeps from being joined anew are the same pairs: nobody's event is lost.
        assert (new[name] >= base[name]).all(), name


def test_an_unknown_state_touches_only_its_own_pairs():
    see, u = random_world(3, holes=False)
    base = conflict.step(see, values(), u)
    for name in ("polyarchy", "last.ideal_point", "capability"):
        changed = {k: v.copy() for k, v in see.arrays.items()}
        changed[name][0, 4] = np.nan
        new = conflict.step(View(see.year, see.index, 1, changed), values(), u)
        rest = np.delete(np.arange(len(NAMES)), 4)
        at = np.ix_([0], rest, rest)
        np.testing.assert_array_equal(new["dispute_risk"][at], base["dispute_risk"][at])
        assert np.isfinite(new["dispute_risk"]).all()


def test_theories_of_deterrence_differ_by_what_a_defender_does_and_not_in_the_mean():
    see = world()
    shielded = world(defence_pact={"AAA-CCC": 1})

    def odds(view, theory):
        risk = conflict.step(view, values(deterrence=theory), luck())["dispute_risk"][0, 0, 1]
        return np.log(risk / (1 - risk))

    p = values()
    benson = odds(shielded, "benson") - odds(see, "benson")
    assert benson == pytest.approx(float(p["shield_benson"][0]), rel=1e-6)
    assert odds(shielded, "none") == pytest.approx(odds(see, "none"))
    record = odds(shielded, "record") - odds(see, "record")
    assert record == pytest.approx(float(p["onset"][0, conflict.SHIELDED]), rel=1e-6)


def test_a_season_moves_events_and_not_the_chances_told():
    see, u = random_world(11)
    calm, stormy = ({**u, "season": np.array([x])} for x in (0.01, 0.99))
    quiet, loud = (conflict.step(see, values(), x) for x in (calm, stormy))
    np.testing.assert_array_equal(quiet["dispute_risk"], loud["dispute_risk"])
    assert loud["dispute"].sum() > quiet["dispute"].sum()


def test_the_small_world_names_every_field_that_is_read():
    machine = conflict.mechanism()
    assert set(machine.reads) == set(PLAIN)
    assert len(FREE) == len(PLAIN)


def test_a_state_with_a_quarrel_of_its_own_enters_a_war_and_a_stranger_does_not():
    see = world(
        land_border={"AAA-BBB": 1, "AAA-CCC": 1},
        peace_level={"AAA-BBB": 0.0, "AAA-CCC": 0.0}, dispute_memory={"AAA-CCC": 2.0},
        min_distance={"AAA-BBB": 0, "AAA-CCC": 0},
    )

    def enters(word, coalition):
        cells = {"AAA-BBB": 1e-9, "AAA-AAA": coalition, "BBB-BBB": coalition}
        out = conflict.step(see, values(), luck(pairs=cells, word={"CCC": word, "DDD": word}))
        assert out["war"][0, 0, 1] == 1
        return out["war"][0, 2, :2].sum(), out["war"][0, 3].sum()

    # A state's luck is low for one side and high for the other: only the middle keeps it out.
    assert max(enters(word, 0.02)[0] for word in (0.4, 0.6)) == 1
    assert all(enters(word, 0.02)[1] == 0 for word in (0.4, 0.6))
    assert all(enters(word, 0.5) == (0, 0) for word in (0.4, 0.6))


def weak(n):
    """States of one per cent of the world's power, none of them great or armed."""
    return {"log_power": np.full(n, np.log(0.01)), "major": np.zeros(n), "armed": np.zeros(n)}


def test_most_wars_draw_in_nobody_and_a_few_a_dozen():
    p = values()
    against = [equations.joined(
        wars=[(0, 1)], pact=np.zeros((40, 40)), fighting=np.zeros((40, 40)), risk=np.full((40, 40), 0.005),
        states=weak(40), honour=(-99.0, 0.0), follow=0.0, enter=p["enter"][0], u=np.linspace(0.01, 0.99, 40),
        against=np.full(40, z),
    )[0].size / 2 for z in (-1.0, 0.0, 1.0, 2.5)]  # fmt: skip
    assert against == sorted(against)
    assert against[1] <= 2
    assert against[3] >= 10


def test_others_stay_out_where_the_foe_is_strong_and_armed():
    p, risk = values(), np.full(40, 0.05)
    strong = {k: v.copy() for k, v in weak(40).items()}
    strong["major"][0], strong["armed"][0] = 1.0, 1.0
    enter = p["enter"][0]
    plain, feared = (
        equations.coming(foe=0, risk=risk, states=s, enter=enter, against=0.0) for s in (weak(40), strong)
    )
    assert (feared < 0.3 * plain).all()
    assert (feared > 0).all()
    other = equations.coming(foe=1, risk=risk, states=strong, enter=enter, against=0.0)
    np.testing.assert_array_equal(other, plain)


def test_whom_nuclear_arms_cover():
    armed, pact = np.array([1.0, 1.0, 0.0, 0.0, 0.0]), np.zeros((5, 5))
    pact[2, 1] = pact[1, 2] = 1.0
    pact[3, 0] = pact[0, 3] = 1.0
    met = equations.covered(pact, armed)
    assert met[0, 1] == met[1, 0] == 1  # both armed
    assert met[0, 2] == met[2, 0] == 1  # the other's ally is armed
    assert met[1, 2] == 0  # its own ally is the foe
    assert met[0, 4] == met[2, 3] == 0  # bare; neither is armed
    pact[1, 0] = pact[0, 1] = 1.0
    assert equations.covered(pact, armed)[0, 2] == 0  # an ally bound to the foe covers nobody


def test_a_fatal_dispute_of_the_armed_with_the_covered_grows_less_often_where_the_theory_says_so():
    cells = {"nuclear_armed": {"AAA": 1, "CCC": 1}}
    covers = {"defence_pact": {"BBB-CCC": 1}}

    def grows(theory, **changed):
        out = conflict.step(world(**changed), values(nuclear=theory), luck())
        return out["war_risk"][0, 0, 1] / out["fatal_risk"][0, 0, 1]

    assert grows("shield", **cells, **covers) < 0.5 * grows("shield", **cells)
    for theory in ("armed", "none"):
        assert grows(theory, **cells, **covers) == pytest.approx(grows(theory, **cells))
    assert grows("none", **cells) == pytest.approx(grows("none"))
    both = {"nuclear_armed": {"AAA": 1, "BBB": 1}}
    assert grows("armed", **both) < grows("armed", **cells)


def test_a_nuclear_attacker_changes_an_allys_word_only_where_the_theory_says_so():
    p = {t: values(honour_nuclear=t) for t in ("same", "record")}
    honour = {t: conflict.of_draw(v, 0)["honour"] for t, v in p.items()}
    assert honour["same"] == (pytest.approx(np.log(0.745 / 0.255)), 0.0)
    assert honour["record"][1] == pytest.approx(float(p["record"]["honour_armed"][0]))


def test_a_claim_raises_the_chance_whoever_makes_it():
    one, other = (conflict.step(world(territorial_claim={w: 1}), values(), luck()) for w in ("AAA-BBB", "BBB-AAA"))
    none = conflict.step(world(), values(), luck())
    assert one["dispute_risk"][0, 0, 1] > none["dispute_risk"][0, 0, 1]
    assert one["dispute_risk"][0, 0, 1] == other["dispute_risk"][0, 0, 1]


def test_blood_makes_the_next_dispute_deadlier_and_not_likelier():
    bled = conflict.step(world(fatal_memory={"AAA-BBB": 1.0}), values(), luck())
    none = conflict.step(world(), values(), luck())
    assert bled["fatal_risk"][0, 0, 1] > 1.5 * none["fatal_risk"][0, 0, 1]
    assert bled["dispute_risk"][0, 0, 1] == none["dispute_risk"][0, 0, 1]
    assert bled["fatal_memory"][0, 0, 1] == pytest.approx(0.5 ** (1 / 8))
