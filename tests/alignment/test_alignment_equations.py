"""Equations of alignment: worked cases and what must hold for any numbers."""

import inspect
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detente.mechanisms.alignment import equations as eq
from detente.mechanisms.alignment import triads

CASES = yaml.safe_load((Path(inspect.getfile(eq)).parent / "cases.yaml").read_text(encoding="utf-8"))
STATE = {"position", "polyarchy", "before", "toward", "u", "scale"}


def argument(name, value, batch):
    if name in ("members", "powers"):
        return np.array(value)
    if name == "gain":
        return value
    array = np.array(value)
    return array[None] if batch else array


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_case(case):
    batch = case.get("batch", True)
    arguments = {k: argument(k, v, batch) for k, v in case["given"].items()}
    where = eq if hasattr(eq, case["function"]) else triads
    result = getattr(where, case["function"])(**arguments)
    if isinstance(result, tuple):  # the directions, and how many triads stand behind them
        result = result[0]
    wanted = np.array(case["then"], dtype=float)
    np.testing.assert_allclose(result[0] if batch else result, wanted, atol=case["tolerance"])


positions = arrays(float, (1, 6), elements=st.floats(-3, 3))


@given(positions, arrays(bool, (1, 6, 6)))
def test_the_mean_of_partners_lies_among_the_positions(position, partners):
    mean = eq.mean_of_partners(position=position, partners=partners)
    known = mean[np.isfinite(mean)]
    assert (known >= position.min() - 1e-9).all()
    assert (known <= position.max() + 1e-9).all()


@given(positions, arrays(bool, (1, 6, 6)))
def test_an_unknown_bystander_changes_nobody_elses_mean(position, partners):
    more = np.full((1, 7), np.nan)
    more[:, :6] = position
    wider = np.ones((1, 7, 7), dtype=bool)
    wider[:, :6, :6] = partners
    before = eq.mean_of_partners(position=position, partners=partners)
    after = eq.mean_of_partners(position=more, partners=wider)[:, :6]
    np.testing.assert_array_equal(before, after)


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999), st.floats(0.01, 0.5), st.floats(1.5, 30))
def test_student_moves_rise_with_luck_and_stay_on_record(low, high, scale, df):
    u = np.sort(np.array([[low, high]]))
    move = eq.student_move(u=u, scale=np.full((1, 2), scale), df=np.array([df]), largest=np.array([1.8]))
    assert move[0, 0] <= move[0, 1]
    assert np.abs(move).max() <= 1.8 + 1e-9


def test_student_moves_have_the_tails_asked_for():
    u = ((np.arange(200_000) + 0.5) / 200_000)[None]
    move = eq.student_move(u=u, scale=np.full(u.shape, 0.1), df=np.array([3.0]), largest=np.array([50.0]))[0]
    # Student's 97.5 % point with three degrees of freedom is 3.182 (any table).
    assert np.quantile(move, 0.975) == pytest.approx(0.3182, abs=0.001)


def test_democracies_move_less_where_the_slope_is_negative():
    scale = eq.scale_by_regime(
        polyarchy=np.array([[0.1, 0.5, 0.9, np.nan]]), log_scale=np.array([-2.7]), slope=np.array([-0.7])
    )[0]
    assert scale[0] > scale[1] > scale[2]
    assert scale[3] == scale[1] == pytest.approx(np.exp(-2.7))


@given(positions)
def test_distance_to_a_bloc_does_not_know_where_zero_is(position):
    members = np.array([0, 2, 3])
    here = eq.distance_to_bloc(position=position, members=members)
    there = eq.distance_to_bloc(position=position + 0.7, members=members)
    np.testing.assert_allclose(here, there, atol=1e-9)


def test_like_votes_fall_as_the_gap_widens():
    gap = np.array([1.0, 3.0])
    share = eq.alike_share(
        gap=gap, level=np.zeros(2), slope=np.full(2, -0.3), scatter=np.full(2, 0.6), u=np.full(2, 0.5)
    )
    assert share[0] > share[1]
    assert share[0] == pytest.approx(1 / (1 + np.exp(0.3)))
