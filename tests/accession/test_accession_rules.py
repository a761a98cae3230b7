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
    members = np.ones((1, n), dtype=bool)
    votes = (np.arange(n) < yes)[None, :, None]
    low, high = sorted((one, other))
    strict = eq.carried(yes=votes, members=members, share=np.array([[high]]))
    easy = eq.carried(yes=votes, members=members, share=np.array([[low]]))
    assert easy[0, 0] or not strict[0, 0]
    assert eq.carried(yes=votes, members=members, share=np.array([[1.0]]))[0, 0] == (yes >= n)


def test_the_other_digits_of_a_uniform_are_uniform_and_apart():
    u = np.random.default_rng(1).random(200_000)
    v, w = eq.second(u), eq.third(u)
    for x in (v, w):
        assert abs(x.mean() - 0.5) < 0.005
        assert abs(x.var() - 1 / 12) < 0.002
    assert abs(np.corrcoef(np.array([u, v, w]))[np.triu_indices(3, 1)]).max() < 0.01


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
                (),
                True,
                False,
            )
        )
    return cases


@pytest.mark.parametrize("seed", [1, 2])
def test_estimation_finds_what_made_the_data(seed):
    found = likelihood.fit_consent(made_up(seed), (0.3, 0.01))
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
            np.ones(4),
            ("M0", "M1", "M2"),
            (),
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
    precision = np.ones(len(theta))
    _, gradient = likelihood._loss(theta, rows, precision)
    for k in range(len(theta)):
        e = np.eye(len(theta))[k] * 1e-5
        up, down = (likelihood._loss(theta + s * e, rows, precision)[0] for s in (1, -1))
        assert gradient[k] == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-5)


@settings(max_examples=30)
@given(st.integers(1, 6), st.integers(0, 6))
def test_conversion_counts_years_and_successes(length, others):
    spell = {"bloc": "NATO", "member": "AAA", "demand": "name", "negotiable": True, "first": 2000}
    lifted = spell | {"last": 2000 + length - 1, "end": "lifted"}
    share = holdouts.conversion([lifted], True, 2024)
    assert (share.hits, share.trials) == (1.0, float(length))
    copies = holdouts.conversion([lifted] + [lifted] * others, True, 2024)
    assert copies.mean == pytest.approx(share.mean)  # one quarrel over many candidates counts once
    assert holdouts.conversion([lifted], True, 2000 + length - 1).hits == 0  # not known yet
