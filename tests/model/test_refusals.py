"""Declarations, parameters, documents: what is refused, and with which words."""

import numpy as np
import pytest
from scipy import stats

from detente.model.chance import Chance
from detente.model.documents import parse_document, read_document
from detente.model.errors import DetenteError, Problem, nearest
from detente.model.field import Field
from detente.model.mechanism import Mechanism, plan
from detente.model.parameter import (
    Choice,
    Fixed,
    Joint,
    LogNormal,
    Normal,
    Parameter,
    Triangular,
    Uniform,
    load_parameters,
)
from detente.model.scenario import BASELINE, Place, Scale, Scenario, Set, Shift, compile_scenario
from detente.model.simulate import simulate
from toy import GROWTH, QUARRELS, TAX, gift, toy_model, toy_start


def said(call):
    with pytest.raises(DetenteError) as caught:
        call()
    return str(caught.value)


# --- the order of the year ---------------------------------------------------------------------


def test_the_year_is_a_numbered_list():
    text = str(toy_model())
    assert text.index("1. growth") < text.index("2. quarrels")
    assert "reads  wealth, last.bond" in text
    assert "Given from outside: tax" in text


def test_two_owners_an_unread_need_and_a_wrong_input_are_told_at_once():
    thief = Mechanism("thief", "x", ("gold",), (Field("wealth", ("state",), "1", "stock", "x"),), None, (Field("price", (), "1", "input", "x"),))
    text = said(lambda: plan((GROWTH, thief)))
    assert "'wealth' already belongs to growth" in text
    assert "reads 'gold', which no mechanism writes" in text
    assert "input 'price' is written by growth" in text


def test_a_cycle_names_the_read_to_lag():
    a = Mechanism("a", "x", ("y",), (Field("x", (), "1", "event", "x"),), None)
    b = Mechanism("b", "x", ("x",), (Field("y", (), "1", "event", "x"),), None)
    text = said(lambda: plan((a, b)))
    assert "in a, read 'last.y' instead" in text
    assert "in b, read 'last.x' instead" in text
    own = Mechanism("own", "x", ("z",), (Field("z", (), "1", "event", "x"),), None)
    assert "read 'last.z'" in said(lambda: plan((own,)))


def test_the_order_does_not_depend_on_how_mechanisms_are_listed():
    assert str(plan((GROWTH, QUARRELS))) == str(plan((QUARRELS, GROWTH)))


def test_inputs_declared_twice_must_agree():
    other = Field("tax", ("state",), "percent", "input", "another tax")
    text = said(lambda: plan((GROWTH, Mechanism("m", "x", ("tax",), (), None, (other,)))))
    assert "declared differently" in text
    plan((GROWTH, Mechanism("m", "x", ("tax",), (), None, (TAX,))))


# --- parameters --------------------------------------------------------------------------------

U = np.linspace(0.001, 0.999, 999)[:, None]


@pytest.mark.parametrize(("prior", "oracle"), [
    (Normal(normal={"mean": 2, "sd": 3}), stats.norm(2, 3)),
    (LogNormal(lognormal={"median": 2, "sigma": 0.5}), stats.lognorm(0.5, scale=2)),
    (Uniform(uniform={"low": -1, "high": 4}), stats.uniform(-1, 5)),
    (Triangular(triangular={"low": 0, "mode": 1, "high": 4}), stats.triang(0.25, 0, 4)),
])
def test_priors_are_the_inverse_of_their_distribution(prior, oracle):
    assert prior.at(U) == pytest.approx(oracle.ppf(U[:, 0]), rel=1e-9, abs=1e-9)


def test_rival_theories_keep_their_odds():
    choice = Choice(choice={"a": 1, "b": 3})
    assert np.bincount(choice.at(U).astype(int)) / len(U) == pytest.approx([0.25, 0.75], abs=0.002)
    with pytest.raises(ValueError, match="at least one theory"):
        Choice(choice={"a": 0})


def test_joint_estimates_keep_their_covariance_and_do_not_depend_on_company():
    cov = ((2.0, 0.9), (0.9, 1.0))
    joint = Joint(joint={"names": ("a", "b"), "mean": (1, -1), "covariance": cov})
    u = Chance(1).row("x", range(20_000), 0, 2)
    draws = joint.at(u)
    assert draws.mean(0) == pytest.approx([1, -1], abs=0.05)
    assert np.cov(draws.T) == pytest.approx(np.array(cov), abs=0.08)
    assert joint.at(u[5:6]).tobytes() == draws[5:6].tobytes()
    singular = Joint(joint={"names": ("a", "b"), "mean": (0, 0), "covariance": ((1, 1), (1, 1))})
    out = singular.at(u[:10])
    assert out[:, 0] == pytest.approx(out[:, 1])


def test_a_parameter_rests_on_something_and_stays_in_its_range():
    with pytest.raises(ValueError, match="'source' or a 'judgement'"):
        Parameter(name="a.b", unit="1", prior=Fixed(fixed=1), why="x")
    wide = Parameter(name="a.b", unit="1", prior=Normal(normal={"mean": 0, "sd": 9}), source="s", why="x", range=(-1, 1))
    assert np.abs(wide.at(U)).max() == 1


def test_parameter_files_are_checked_whole(tmp_path):
    (tmp_path / "parameters.yaml").write_text(
        "a: {unit: '1', prior: {normal: {mean: 0, sd: -1}}, source: s, why: w}\n"
        "b: {unit: '1', prior: {fixed: 1}, why: w}\n"
        "c: {unit: '1', estimate: nope, source: 'fit:x', why: w}\n"
    )
    (tmp_path / "estimates.yaml").write_text("vintages: {2000: {nape: {fixed: 1}}, 2010: {nope: {fixed: 2}}}\n")
    text = said(lambda: load_parameters(tmp_path, "toy", 2005))
    assert "toy/parameters.yaml, a" in text
    assert "toy/parameters.yaml, b" in text
    assert "no estimate 'nope'" in text
    assert "did you mean 'nape'" in text
    assert "start in 2000 or later" in said(lambda: load_parameters(tmp_path, "toy", 1999))


def test_an_estimate_knows_nothing_later_than_its_year(tmp_path):
    (tmp_path / "parameters.yaml").write_text("c: {unit: '1', estimate: k, source: 'fit:x', why: w}\n")
    (tmp_path / "estimates.yaml").write_text("vintages: {2000: {k: {fixed: 1}}, 2010: {k: {fixed: 2}}}\n")
    values = {y: load_parameters(tmp_path, "t", y)[0].prior.fixed for y in (2000, 2009, 2010, None)}
    assert values == {2000: 1, 2009: 1, 2010: 2, None: 2}


# --- documents ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("data", "words"), [
    (b"", "is empty"),
    (b"\x89PNG\r\n\x1a\n\xff", "is not UTF-8 text"),
    (b"id: a\0b", "binary"),
    (b"id: [1, 2", "not valid YAML"),
    (b"- a\n- b", "not a mapping"),
    (b"a: &x [1]\nb: [*x, *x]\n", "anchor or alias"),
    (b"a: 1\nb: 2\na: 3\n", "'a' is written twice"),
    (b"a: " + b"[" * 30 + b"]" * 30, "nested deeper"),
    (b"x" * 1_000_001, "larger than"),
])
def test_files_that_are_no_documents(tmp_path, data, words):
    path = tmp_path / "bad.yaml"
    path.write_bytes(data)
    assert words in said(lambda: read_document(path))


def test_documents_that_are_not_there(tmp_path):
    assert "no such file" in said(lambda: read_document(tmp_path / "none.yaml"))
    assert "not a file" in said(lambda: read_document(tmp_path))


def test_lines_are_remembered():
    d = parse_document("id: x\nlist:\n  - a: 1\n    b: 2\n  - c\n", "f.yaml")
    assert d.where("list", 0, "b") == "f.yaml:4"
    assert d.where("list", 1, "nothing") == "f.yaml:5"
    assert d.where("nowhere") == "f.yaml:1"


# --- scenarios ---------------------------------------------------------------------------------


def scenario(*moves):
    return Scenario(id="s", title="a scenario", premise="", interventions=moves)


def told(*moves, years=range(2021, 2031)):
    found = scenario(*moves).problems(toy_model(), toy_start().index, years)
    return " | ".join(f"{n}: {p}" for n, mine in found.items() for p in mine)


def put(field="wealth", to=1.0, at=None, start=2022, **more):
    return Set(do="set", field=field, to=to, at=at or Place(state="A"), start=start, why="because", **more)


@pytest.mark.parametrize(("move", "words"), [
    (put("welth"), "did you mean 'wealth'"),
    (put("price"), "cannot be set"),
    (put("bond", at=Place(between=("A", "B")), to=0.3), "valid: 0.0, 0.5, 1.0"),
    (put("tax", to=3), "outside the bounds"),
    (put("bond", to=0.5), "is about pairs"),
    (put("wealth", at=Place(between=("A", "B"))), "is about single states"),
    (put(at=Place(state="bloc:NOWHERE")), "unknown bloc"),
    (put(at=Place(state="Beland")), "write the code: B"),
    (put(at=Place(state=("A", "-A"))), "means no state or pair"),
    (put(start=2050), "outside the years of the run"),
    (Shift(do="shift", field="wealth", at=Place(state="A"), by=1, start=2022, stop=2023, why="because"), "moves the stock"),
])
def test_moves_that_cannot_be_made(move, words):
    assert words in told(move)


def test_moves_that_fight_are_refused_and_moves_that_do_not_are_not():
    assert "fights with intervention 1 over A of 'wealth' in 2022 and after" in told(put(), put(at=Place(state="bloc:WEST")))
    assert not told(put(stop=2022), put(start=2023))
    assert not told(put(), put(at=Place(state=("bloc:WEST", "-A"))))
    tax = [Shift(do="shift", field="tax", at=Place(state="A"), by=0.1, start=2022, why="because")] * 2
    assert not told(*tax)


def test_a_move_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="lies before 'start'"):
        put(start=2025, stop=2024)


def run(move, field, years=range(2021, 2029)):
    model, start = toy_model(), toy_start()
    programs = [compile_scenario(s, model, start.index) for s in (BASELINE, scenario(move))]
    return np.array([[lane.world[field][0] for lane in lanes] for _, lanes in simulate(model, start, programs, years, Chance(1), [0])])


def test_a_ramp_of_set_reaches_its_value_in_equal_steps_and_holds_it():
    tax = run(put("tax", to=0.4, ramp=4), "tax")[:, 1, 0]
    assert tax == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.4, 0.4, 0.4])
    bond = run(put("bond", to=1.0, at=Place(state="A", partner="B"), stop=2024), "bond")[:, 1, 0, 1]
    assert (bond[1:4] == 1).all()
    stock = run(put(to=100.0, ramp=3), "wealth")[:, 1, 0]
    assert stock[3] == pytest.approx(100)
    assert np.diff(stock[0:4]) == pytest.approx([30, 30, 30], abs=2)


def test_a_shift_of_a_stock_is_given_once_and_a_scale_too():
    difference = np.diff(run(gift(start=2022, by=6, ramp=3).interventions[0], "wealth"), axis=1)[:, 0, 0]
    assert difference[:4] == pytest.approx([0, 2, 4, 6], abs=0.15)
    doubled = run(Scale(do="scale", field="wealth", at=Place(state="A"), by=2, start=2022, why="because"), "wealth")
    assert doubled[1, 1, 0] == pytest.approx(2 * doubled[1, 0, 0])


def test_a_floor_only_raises_and_a_ceiling_only_lowers():
    for bound, kept in (("floor", max), ("ceiling", min)):
        for to in (5.0, 500.0):
            wealth = run(put(to=to, bound=bound, stop=2022), "wealth")[1]
            assert wealth[1, 0] == kept(wealth[0, 0], to)


def test_symmetric_fields_stay_symmetric_and_nobody_is_paired_with_himself():
    bond = run(put("bond", to=1.0, at=Place(state="all", partner="A")), "bond")[1, 1]
    assert (bond == bond.T).all()
    assert (bond[0, 1:] == 1).all()
    assert bond[0, 0] == 0.5


def test_nearest_names():
    assert nearest("rus", ["RUS", "USA"]) == "did you mean 'RUS'?"
    assert nearest("qqq", ["a", "b"]) == "valid: a, b"
    assert "(20 in all)" in nearest("zzz", [f"{k}0000" for k in range(20)])
    assert str(Problem("f:1", "is bad", "mend it")) == "f:1: is bad\n    → mend it"
