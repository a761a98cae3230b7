"""Financial, travel and arms sanctions: the chain, its luck, joining a coalition, and what is known when."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from test_equations import changed, world
from test_fit import STAND_IN, small_frames

from detente.mechanisms import sanctions
from detente.mechanisms.sanctions import (
    joining,
    measures,
    measures_kernel,
    measures_luck,
    measures_record,
    measures_score,
)
from detente.model.mechanism import Values

KINDS = ("sanction_financial", "sanction_travel", "sanction_arms")
CASES = Path(sanctions.__file__).parent / "cases_measures.yaml"


@settings(max_examples=200, deadline=None)
@given(st.floats(2.0**-54, 1 - 2.0**-53), st.integers(0, 2))
def test_the_compiled_uniform_is_the_plain_one(u, k):
    plain = measures_luck.mixed(np.array([u]), k)[0]
    bits = np.uint64(u * 2.0**53)
    high = (measures_kernel.scrambled(bits, measures_kernel.FIRST) >> np.uint64(21 * k)) & measures_kernel.MASK
    assert plain == measures_kernel.mixed(bits, float(high), k)
    assert 0 < plain < 1


def test_the_uniforms_of_the_kinds_are_uniform_and_apart():
    u = (np.arange(200_000) + 0.5) / 200_000
    own = np.array([measures_luck.mixed(u, k) for k in range(3)])
    assert (np.abs(own.mean(axis=1) - 0.5) < 0.004).all()
    assert (np.abs(np.histogram(own, 50, (0, 1))[0] / own.size - 0.02) < 0.001).all()
    assert (np.abs(np.corrcoef(np.vstack([u, own])) - np.eye(4)) < 0.01).all()


def test_measures_are_zero_or_one_and_never_on_oneself():
    m, see, p, u = world()
    out = m.step(see, p, u)
    for kind in KINDS:
        assert set(np.unique(out[kind])) <= {0.0, 1.0}
        assert (out[kind][:, range(12), range(12)] == 0).all()


def test_measures_come_with_trade_sanctions():
    m, see, p, u = world(n=40, draws=20, force=0.0)
    eager = Values({**p.arrays, "onset": np.tile(np.eye(14)[0] * 9.0, (20, 1))}, p.theories)
    calm = Values({**p.arrays, "onset": np.tile(np.eye(14)[0] * -9.0, (20, 1))}, p.theories)
    with_trade, without = (np.mean([m.step(see, q, u)[k].mean() for k in KINDS]) for q in (eager, calm))
    assert with_trade > 5 * without


def test_a_union_imposes_a_measure_together():
    m, see, p, u = world(force=0.0)
    eager = {f"{k}_onset": np.tile(np.eye(13)[0] * -8.0 + np.eye(13)[11] * 16.0, (3, 1)) for k in measures.CHAIN}
    none = {"onset": np.tile(np.eye(14)[0] * -9.0, (3, 1))}
    out = m.step(see, Values({**p.arrays, **eager, **none}, p.theories), u)
    for kind in KINDS:
        assert (out[kind][:, :4, 4:] == 1).all()
        assert (out[kind][:, :, :4] == 0).all()
        assert (out[kind][:, 4:] == 0).all()


def test_the_unions_covariates_are_those_of_the_record():
    _, see, _, _ = world(seed=4)
    held = {k: see[f"last.sanction_{k}"][0] > 0.5 for k in measures.CHAIN}
    raw = {"ideal_point": see["last.ideal_point"][0].copy(), "polyarchy": see["polyarchy"][0],
           "log_share": sanctions.equations.log_share(see["last.gdp"][0])}  # fmt: skip
    raw["ideal_point"][[2, 8]] = np.nan
    states, missing = sanctions.equations.known(raw, STAND_IN)
    members = np.arange(4)
    seen = {k: see[n][0] for k, n in (("level", "last.peace_level"), ("years_since_fall", "last.years_since_fall"),
                                      ("coded", "relation_coded"))}  # fmt: skip
    terms = sanctions.equations.pair_terms(
        **seen, in_force=held["arms"], states=states, missing=missing, senders=members
    )
    rows, _ = measures.union_rows(terms, members, held, states)
    short = measures.union_common(seen["level"][members], states, missing, members)
    for name, value in short.items():
        np.testing.assert_allclose(np.broadcast_to(value, 12), np.broadcast_to(rows[name], 12), rtol=1e-12)


def test_everybodys_measure_ends_for_all_or_none():
    m, see, p, u = world(force=0.0)
    arms = np.zeros_like(see["last.sanction_arms"])
    arms[:, :, 9] = 1.0
    arms[:, 9, 9] = 0.0
    ends = u["everybody"].copy()
    ends[0, 9], ends[1, 9] = 0.0, 1.0
    out = m.step(changed(see, last__sanction_arms=arms), p, {**u, "everybody": ends})["sanction_arms"]
    assert out[0, :, 9].sum() == 0
    assert out[1, :, 9].sum() == 11


def test_everybodys_measure_is_nobodys_reason_for_another():
    m, see, p, u = world(n=40, draws=20, force=0.0)
    arms = np.zeros_like(see["last.sanction_arms"])
    arms[:, :, 9] = 1.0
    arms[:, 9, 9] = 0.0
    first = {"financial_onset": np.tile(9.0 * np.eye(13)[measures.ONSET.index("other_held")] - 4.0 * np.eye(13)[0], (20, 1))}
    eager = Values({**p.arrays, **first}, p.theories)
    out = m.step(changed(see, last__sanction_arms=arms), eager, u)["sanction_financial"]
    assert out[:, :, 9].mean() < 0.5


def test_unknown_measures_stay_with_their_own():
    m, see, p, u = world()
    arms = see["last.sanction_arms"].copy()
    arms[:, 2, 3] = np.nan
    out = m.step(changed(see, last__sanction_arms=arms), p, u)
    assert np.isnan(out["sanction_arms"][:, 2, 3]).all()
    assert sum(np.isnan(out[k]).sum() for k in KINDS) == see.draws


COALITION = {"sanction_complete": 0.0, "sanction_partial": 1.0, "sanction_financial": 1.0, "sanction_travel": 1.0,
             "sanction_arms": 0.0}  # fmt: skip


def held_by(*senders: int, n: int = 6, target: int = 5) -> dict[str, np.ndarray]:
    held = {k: np.zeros((1, n, n)) for k in sanctions.KINDS}
    for kind, value in COALITION.items():
        held[kind][0, list(senders), target] = value
    return held


def joins(*senders: int, n: int = 6, target: int = 5) -> np.ndarray:
    asked = np.zeros((1, n, n))
    asked[0, list(senders), target] = 1.0
    return asked


def test_who_joins_takes_what_the_coalition_has():
    held, age = held_by(0, 1), np.zeros((1, 6, 6))
    held["sanction_arms"][0, 1, 5] = 1.0
    joining.join(held, age, joins(3), np.array([[5.0, 1.0, 1.0, 9.0, 1.0, 1.0]]))
    assert {k: v[0, 3, 5] for k, v in held.items()} == COALITION, "arms by one sixth of its weight only"
    assert age[0, 3, 5] == 1.0


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 4), min_size=1), st.lists(st.floats(0.1, 9), min_size=6, max_size=6))
def test_joining_by_a_member_changes_nothing(members, gdp):
    held, age = held_by(*members), np.zeros((1, 6, 6))
    before = {k: v.copy() for k, v in held.items()}
    joining.join(held, age, joins(*members), np.array([gdp]))
    for kind, value in held.items():
        np.testing.assert_array_equal(value, before[kind])


def test_joining_nobody_changes_nothing():
    held, age = held_by(), np.zeros((1, 6, 6))
    joining.join(held, age, joins(0, 1, 2), np.ones((1, 6)))
    assert all((v == 0).all() for v in held.values())


def test_a_joining_state_keeps_its_own_and_adds():
    held, age = held_by(0, 1), np.zeros((1, 6, 6))
    held["sanction_arms"][0, 3, 5] = 1.0
    joining.join(held, age, joins(3), np.ones((1, 6)))
    assert {k: v[0, 3, 5] for k, v in held.items()} == COALITION | {"sanction_arms": 1.0}


def test_the_step_joins():
    m, see, p, u = world(force=0.0)
    partial = np.zeros_like(see["last.sanction_partial"])
    partial[:, 6:9, 11] = 1.0
    asked = np.zeros_like(partial)
    asked[:, 10, 11] = 1.0
    calm = {"onset": np.tile(np.eye(14)[0] * -9.0, (3, 1)), "lifting": np.tile([-9.0, 0.0], (3, 1))}
    given_ = changed(see, last__sanction_partial=partial, joins_sanctions=asked)
    out = m.step(given_, Values({**p.arrays, **calm}, p.theories), u)
    assert (out["sanction_partial"][:, 10, 11] == 1).all()
    assert (out["sanction_age"][:, 10, 11] == 1).all()


def frames_with_kinds():
    """The trade record of test_fit, with financial sanctions by A a year before and with its trade sanction."""
    frames = small_frames()
    more = frames.sanctions.with_columns(financial=pl.col("sender") == "A", travel=pl.lit(False), arms=pl.lit(False))
    alone = more.head(1).with_columns(pl.lit(1954).cast(more["year"].dtype).alias("year"), partial=pl.lit(False))
    return type(frames)(pl.concat([more, alone]), frames.peace, frames.state_year, frames.states, frames.blocs)


def test_the_record_counts_each_decision_once():
    found = measures_record.decisions(frames_with_kinds(), 1960, STAND_IN)
    onset = found["financial_onset"]
    moved = onset.of(onset.moved)
    assert list(zip(moved.year.tolist(), moved.sender.tolist(), strict=True)) == [(1954, 0)]
    lifted = found["financial_lifting"].of(found["financial_lifting"].moved)
    assert lifted.year.tolist() == [1958]
    terms = dict(zip(lifted.names, lifted.x[0], strict=True))
    assert terms["trade_lifted"] == 1
    assert terms["trade_held"] == 0
    kept = found["financial_lifting"].of(~found["financial_lifting"].moved)
    assert [dict(zip(kept.names, row, strict=True))["trade_held"] for row in kept.x] == [0, 1, 1]


def test_nothing_later_is_known():
    frames = frames_with_kinds()
    cut = measures_record.decisions(frames.until(1955), 1955, STAND_IN)
    whole = measures_record.decisions(frames, 1960, STAND_IN)
    for key, early in cut.items():
        same = whole[key].of(whole[key].year <= 1955)
        np.testing.assert_array_equal(early.x, same.x)
        np.testing.assert_array_equal(early.moved, same.moved)


def test_forecasts_weigh_what_trade_may_do():
    """With a certain trade move the chance is that of its branch; in between it is the mean of the two."""
    n = np.ones((1, 1))
    names = {*measures.ONSET, *measures.LIFTING, *sanctions.equations.ONSET, *sanctions.equations.LIFTING}
    common = dict.fromkeys(names, 0 * n) | {"constant": n}
    none = {k: np.zeros((1, 1), dtype=bool) for k in measures.CHAIN}
    zeros = {k: np.zeros(len(measures.ONSET)) for k in (f"{c}_onset" for c in measures.CHAIN)}
    ends = {f"{c}_lifting": np.zeros(len(measures.LIFTING)) for c in measures.CHAIN}
    beta = zeros | ends | {"trade_lifting": np.zeros(2)}
    beta["financial_onset"] = -2.0 * np.eye(13)[0] + 3.0 * np.eye(13)[measures.ONSET.index("trade_new")]

    def chance(trade):
        own = beta | {"trade_onset": trade * np.eye(14)[0]}
        coalitions = {k: np.zeros((1, 1)) for k in measures.CHAIN}
        return measures_score.chances(common, none["arms"], none, coalitions, own)["financial"][0, 0]

    assert chance(-40.0) == pytest.approx(ndtr(-2.0))
    assert chance(40.0) == pytest.approx(ndtr(1.0))
    assert chance(0.0) == pytest.approx((ndtr(-2.0) + ndtr(1.0)) / 2)


@pytest.mark.parametrize("as_of", [1990, 2000, 2014, None])
def test_vintages_know_the_names_of_the_equations(as_of):
    prior = {q.name.partition(".")[2]: q.prior for q in sanctions.mechanism(as_of).parameters}
    for kind in measures.CHAIN:
        assert prior[f"{kind}_onset"].joint.names == measures.ONSET
        assert prior[f"{kind}_lifting"].joint.names == measures.LIFTING


@pytest.mark.parametrize("case", yaml.safe_load(CASES.read_text(encoding="utf-8")), ids=lambda c: c["case"])
def test_cases(case):
    said, then = dict(case["given"]), case["then"]
    kind, move = said.pop("kind"), said.pop("move")
    names = {"onset": measures.ONSET, "lifting": measures.LIFTING}[move]
    assert set(said) <= set(names)
    (parameter,) = (q for q in sanctions.mechanism().parameters if q.name == f"sanctions.{kind}_{move}")
    terms = {"constant": 1.0, **said}
    index = sum(b * terms.get(k, 0.0) for k, b in zip(names, parameter.prior.joint.mean, strict=True))
    assert then.get("chance_above", 0) < ndtr(index) < then.get("chance_below", 1), ndtr(index)
