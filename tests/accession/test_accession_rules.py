"""Invariants of unanimity, and the estimation against made-up data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.mechanisms.accession import equations as eq
from detente.mechanisms.accession import holdouts, likelihood
from detente.mechanisms.accession.panel import Case

CHANCES = st.lists(st.floats(0.0, 1.0), min_size=2, max_size=12)


def consent(p, members, ready=1.0):
    return eq.unanimous(np.array(p)[None, :, None], np.array(members)[None], np.array([[ready]]))[0, 0]


@given(CHANCES, st.floats(0, 1))
def test_unanimity_is_no_likelier_than_any_single_vote(p, ready):
    together = consent(p, [True] * len(p), ready)
    assert together <= min(p) + 1e-12
    assert together <= ready + 1e-12


@given(CHANCES)
def test_a_new_member_never_raises_the_chance_and_a_holdout_gone_never_lowers_it(p):
    everyone = [True] * len(p)
    fewer = [True] * (len(p) - 1) + [False]
    assert consent(p, everyone) <= consent(p, fewer) + 1e-12


@given(st.integers(1, 40), st.integers(0, 40), st.floats(0.51, 1.0), st.floats(0.51, 1.0))
def test_a_smaller_majority_never_stops_what_a_larger_one_lets_in(n, yes, one, other):
    voting = np.ones((1, n, 1), dtype=bool)
    no = (np.arange(n) >= yes)[None, :, None]
    low, high = sorted((one, other))
    strict, easy = (eq.carried(no=no, voting=voting, share=np.array([[s]])) for s in (high, low))
    assert easy[0, 0] or not strict[0, 0]
    assert eq.carried(no=no, voting=voting, share=np.array([[1.0]]))[0, 0] == (yes >= n)


def test_the_digits_of_a_uniform_are_uniform_and_apart():
    u = np.random.default_rng(1).random(200_000)
    four = np.array([eq.digits(u, k) for k in range(4)])
    assert np.abs(four.mean(axis=1) - 0.5).max() < 0.005
    assert np.abs(four.var(axis=1) - 1 / 12).max() < 0.002
    assert abs(np.corrcoef(four)[np.triu_indices(4, 1)]).max() < 0.01


def test_more_ratifiers_take_longer():
    line, spread, z = np.array([[0.6, 0.5]]), np.array([0.4]), np.zeros((1, 1))
    few, many = (
        eq.months_to_ratify(members=np.array([[n]]), line=line, spread=spread, z=z) for n in (12, 30)
    )
    assert many > few


def made_up(seed, candidates=400, members=8):
    """Candidate-years drawn from the model itself: distance and burden move votes, governance readiness."""
    draw = np.random.default_rng(seed)
    names = tuple(f"M{k}" for k in range(members))
    cases = []
    for n in range(candidates):
        x = draw.normal(size=(members, len(eq.VOTE)))
        r = draw.normal(size=len(eq.READY))
        p = eq.chance(3.0 - 1.0 * x[:, 0] - 0.7 * x[:, 5])
        ready = draw.random() < eq.chance(-0.5 + 1.2 * r[2])
        no = draw.random(members) >= p
        refusing = tuple(np.array(names)[no]) if ready else ()
        cases.append(
            Case(
                "NATO",
                f"C{n}",
                2000,
                2000,
                bool(ready and not no.any()),
                x,
                r,
                names,
                refusing,
                (),
                True,
                False,
            )
        )
    return cases


@pytest.mark.parametrize("seed", [1, 2])
def test_estimation_finds_what_made_the_data(seed):
    found = likelihood.fit_consent(made_up(seed))
    truth = np.zeros(likelihood.TERMS)
    truth[[0, 1, 6]] = 3.0, -1.0, -0.7
    truth[[likelihood.VOTES, likelihood.VOTES + 3]] = -0.5, 1.2
    sd = np.sqrt(np.diag(found.covariance))
    assert (np.abs(found.beta - truth) < 4 * sd).all()
    assert np.abs(found.beta - truth).max() < 0.5
    assert (sd < 0.4).all()


def test_gradient_of_the_posterior_is_its_slope():
    cases = made_up(3, 40) + [
        Case(
            "NATO",
            "S",
            2000,
            2000,
            False,
            np.ones((3, 7)),
            np.ones(7),
            ("M0", "M1", "M2"),
            (),
            (),
            False,
            True,
        )
    ]
    sizes = [
        likelihood.measured(e) for e in (np.concatenate([c.x for c in cases]), np.array([c.r for c in cases]))
    ]
    centre, scale = (np.concatenate(part) for part in zip(*sizes, strict=True))
    names = tuple(f"M{k}" for k in range(8))
    rows = likelihood._rows(cases, names, centre, scale)
    theta = np.random.default_rng(4).normal(size=likelihood.TERMS + 8) * 0.3
    given = (rows, np.eye(len(theta)) + 0.1, np.full(len(theta), 0.2))
    _, gradient = likelihood._loss(theta, *given)
    for k in range(len(theta)):
        e = np.eye(len(theta))[k] * 1e-5
        up, down = (likelihood._loss(theta + s * e, *given)[0] for s in (1, -1))
        assert gradient[k] == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-5)


SPELL = {"bloc": "NATO", "state": "CCC", "member": "AAA", "quarrel": "q", "kind": "tie", "first": 2000}


@settings(max_examples=30)
@given(st.integers(1, 6), st.integers(0, 6))
def test_holdout_years_count_years_and_successes(length, copies):
    lifted = SPELL | {"last": 2000 + length - 1, "end": "lifted"}
    rows = holdouts.holdout_years([lifted], 2024)
    assert [r.years for r in rows] == list(range(1, length + 1))
    assert [r.gave_in for r in rows] == [False] * (length - 1) + [True]
    crowd = [lifted | {"member": f"M{k}"} for k in range(copies + 1)]
    together = holdouts.holdout_years(crowd, 2024)
    assert sum(r.weight for r in together) == pytest.approx(length)  # one quarrel of many counts once
    assert {r.others for r in together} == {copies}
    early = holdouts.holdout_years([lifted], 2000 + length - 1)
    assert not any(r.gave_in for r in early)  # not known yet


def test_rates_find_what_made_the_data():
    draw = np.random.default_rng(5)
    truth = np.array([0.0, 1.0, 0.0, -0.5, -1.5, -0.6, -0.4])
    rows = []
    for n in range(4000):
        kind, years, others = eq.KINDS[n % 4], int(draw.integers(1, 12)), int(draw.integers(0, 3))
        p = holdouts.Rate(truth, np.eye(7)).of(kind, years, others)
        gave = bool(draw.random() < p)
        rows.append(holdouts.HoldoutYear("NATO", "C", "M", "q", kind, 2000, years, others, gave, 1.0))
    found = holdouts.fit_rate(rows)
    for kind in eq.KINDS:
        for years in (1, 8):
            want = holdouts.Rate(truth, np.eye(7)).of(kind, years, 1)
            assert found.of(kind, years, 1) == pytest.approx(want, abs=0.06)


def test_without_a_record_the_rate_is_the_prior():
    assert np.abs(holdouts.fit_rate([]).beta).max() == 0


def test_a_refusal_in_ratification_is_rarer_the_fewer_there_were():
    odds = [2.0] * 300
    none, some = (holdouts.fit_late(odds, w)[0] for w in ([0.0] * 300, [1.0] * 10 + [0.0] * 290))
    assert none > some > 0
    assert 1 - eq.chance(2.0 + some) == pytest.approx(10 / 300, rel=0.1)


def test_the_other_bloc_pulls_the_effects():
    few, many = made_up(7, 25), made_up(1, 400)
    alone, pooled = likelihood.fit_consent(few), likelihood.fit_consent(few, many)
    truth = np.array([-1.0, 0, 0, 0, 0, -0.7, 0])
    errors = [np.abs(f.beta[1:8] - truth).mean() for f in (alone, pooled)]
    assert errors[1] < errors[0]
    assert pooled.tie in likelihood.TIES
