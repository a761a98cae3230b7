"""The estimators: known answers, an independent program as oracle, and no look at the future."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtr

from detente.mechanisms.sanctions import fit
from detente.mechanisms.sanctions.record import Frames, decisions, years


def test_probit_agrees_with_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(2)
    x = np.column_stack([np.ones(4000), rng.normal(size=4000), rng.random(4000)])
    y = rng.random(4000) < ndtr(x @ np.array([-1.0, 0.5, 0.8]))
    cluster = rng.integers(0, 60, 4000)
    ours = fit.probit(x, y, cluster, ("constant", "a", "b"))
    theirs = sm.Probit(y.astype(float), x).fit(
        disp=0, tol=1e-12, cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": True})
    np.testing.assert_allclose(ours.mean, theirs.params, atol=3e-3)
    np.testing.assert_allclose(np.sqrt(np.diag(ours.covariance)), theirs.bse, rtol=0.02)


def test_a_group_without_events_stays_finite_and_unsure():
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(2000), np.arange(2000) < 100])
    y = (rng.random(2000) < 0.1) & (x[:, 1] < 0.5)
    found = fit.probit(x, y, np.arange(2000) % 50, ("constant", "never"))
    assert -6 < found.mean[1] < -0.3
    assert np.sqrt(found.covariance[1, 1]) > 0.25


@pytest.mark.parametrize("rho", [0.1, 0.5])
def test_common_share_is_recovered(rho):
    rng = np.random.default_rng(4)
    groups, size = 1500, 30
    group = np.repeat(np.arange(groups), size)
    index = rng.normal(-1.8, 0.4, groups * size)
    latent = np.sqrt(rho) * rng.normal(size=groups)[group] + np.sqrt(1 - rho) * rng.normal(size=groups * size)
    share, error = fit.common_share(index, latent < index, group)
    assert abs(share - rho) < 4 * error
    assert error < 0.06


def small_frames() -> Frames:
    """Four states 1950-1960; A sanctions D from 1955 to 1957, the union B+C joins 1956-1957."""
    span = range(1950, 1961)
    rows = [("A", "D", y) for y in (1955, 1956, 1957)] + [(s, "D", y) for s in "BC" for y in (1956, 1957)]
    sanctions = pl.DataFrame(rows, schema=["sender", "target", "year"], orient="row").with_columns(
        complete=pl.lit(False), partial=pl.lit(True), un=pl.lit(False))
    peace = pl.DataFrame([("A", "D", y, 0.5 if y < 1954 else 0.25) for y in span],
                         schema=["a", "b", "year", "level"], orient="row")
    state_year = pl.DataFrame([(s, y, 10.0, 0.5, 0.0) for s in "ABCDEFGH" for y in span],
                              schema=["state", "year", "gdp_real", "polyarchy", "ideal_point"], orient="row")
    states = pl.DataFrame([(s, k, 1900, None) for k, s in enumerate("ABCDEFGH")],
                          schema={"state": pl.String, "slot": pl.Int64, "start_year": pl.Int64, "end_year": pl.Int64},
                          orient="row")
    blocs = pl.DataFrame([("EU", s, 1950, None) for s in "BC"],
                         schema={"bloc": pl.String, "state": pl.String, "from_year": pl.Int64, "to_year": pl.Int64},
                         orient="row")
    return Frames(sanctions, peace, state_year, states, blocs)


STAND_IN = {"ideal_point": 0.0, "log_share": -2.0, "polyarchy": 0.5}


def test_record_counts_each_decision_once():
    onset, lifting = decisions(small_frames(), 1960, STAND_IN)
    moved = onset.of(onset.moved)
    assert sorted(zip(moved.year.tolist(), moved.sender.tolist(), strict=True)) == [(1955, 0), (1956, -1)]
    lifted = lifting.of(lifting.moved)
    assert sorted(zip(lifted.year.tolist(), lifted.sender.tolist(), strict=True)) == [(1958, -1), (1958, 0)]
    first = moved.of(moved.year == 1955)
    terms = dict(zip(first.names, first.x[0], strict=True))
    assert terms["rivalry"] == 1
    assert terms["recent_fall"] == 1
    assert terms["coalition"] == 0
    union = moved.of(moved.sender == -1)
    terms = dict(zip(union.names, union.x[0], strict=True))
    assert terms["union"] == 1
    assert terms["coalition"] == pytest.approx(1 / 8)
    assert terms["sender_size"] == pytest.approx(np.log(2 / 8))


def test_age_and_kind_of_the_record():
    by_year = {y.year: y for y in years(small_frames(), 1960)}
    assert [by_year[y].age[0, 3] for y in (1954, 1955, 1957, 1958)] == [0, 1, 3, 0]
    assert by_year[1956].years_since_fall[0, 3] == 2
    assert by_year[1953].years_since_fall[0, 3] == 99


def test_nothing_later_is_known():
    frames = small_frames()
    cut = decisions(frames.until(1955), 1955, STAND_IN)
    whole = decisions(frames, 1960, STAND_IN)
    for early, late in zip(cut, whole, strict=True):
        same = late.of(late.year <= 1955)
        np.testing.assert_array_equal(early.x, same.x)
        np.testing.assert_array_equal(early.moved, same.moved)
