"""The dynamic item-response model of roll calls: truth recovered, and the published scale met."""

import numpy as np
import polars as pl
import pytest

from detente.mechanisms.alignment import roll_calls
from detente.mechanisms.alignment.assembly import shipped

STATES, SESSIONS, CALLS = 40, 6, 60


def truth(seed=1):
    """Votes drawn from the model itself."""
    rng = np.random.Generator(np.random.Philox(seed))  # noqa: NPY002
    theta = rng.normal(0, 1, STATES)[:, None] + rng.normal(0, 0.2, (STATES, SESSIONS)).cumsum(1)
    rows = []
    for t in range(SESSIONS):
        for j in range(CALLS):
            slope, low = rng.normal(0, 1.5), rng.normal(-0.4, 0.7)
            high = low + rng.exponential(0.8)
            u = rng.uniform(size=STATES)
            for i in range(STATES):
                a, b = (1 / (1 + np.exp(slope * theta[i, t] - c)) for c in (low, high))
                if rng.uniform() < 0.9:  # some are absent
                    rows.append((t * CALLS + j, t + 1, f"S{i:02}", "no" if u[i] < a else "abstain" if u[i] < b else "yes"))
    frame = pl.DataFrame(rows, schema=["roll_call", "session", "state", "vote"], orient="row")
    return theta, frame


@pytest.fixture(scope="module")
def fitted():
    theta, frame = truth()
    votes = roll_calls.votes_of(frame)
    pole = f"S{int(theta.mean(1).argmax()):02}"
    return theta, frame, votes, roll_calls.ideal_points(votes, pole)


def test_true_positions_come_out_with_honest_errors(fitted):
    theta, _, votes, found = fitted
    assert votes.states == tuple(f"S{i:02}" for i in range(STATES))
    for t in range(SESSIONS):
        assert np.corrcoef(theta[:, t], found.position[:, t])[0, 1] > 0.97
    scaled = (theta - theta.mean()) / theta.std()
    inside = np.abs(scaled - found.position) < 1.645 * found.error
    assert 0.75 < inside.mean() < 0.99


def test_the_other_pole_turns_the_axis_round_and_nothing_else(fitted):
    theta, _, votes, found = fitted
    other = roll_calls.ideal_points(votes, f"S{int(theta.mean(1).argmin()):02}")
    np.testing.assert_allclose(other.position, -found.position, atol=0.02)
    assert other.log_likelihood == pytest.approx(found.log_likelihood, rel=1e-4)


def test_absence_says_nothing_and_doubled_votes_count_once(fitted):
    _, frame, votes, found = fitted
    doubled = pl.concat([frame, frame.head(500)])
    again = roll_calls.votes_of(doubled)
    assert len(again.vote) == len(votes.vote)
    gone = frame.filter((pl.col("state") != "S03") | (pl.col("session") != 2))
    pole = votes.states[int(np.nanmean(found.position, axis=1).argmax())]
    without = roll_calls.ideal_points(roll_calls.votes_of(gone), pole)
    assert np.isnan(without.position[3, 1])
    assert np.isfinite(without.position[3, [0, 2]]).all()


def test_unanimous_roll_calls_stay_finite_and_move_nobody(fitted):
    _, frame, votes, found = fitted
    all_yes = pl.DataFrame({"roll_call": [9999] * STATES, "session": [3] * STATES, "state": list(votes.states), "vote": ["yes"] * STATES},
                           schema=frame.schema)
    pole = votes.states[int(np.nanmean(found.position, axis=1).argmax())]
    more = roll_calls.ideal_points(roll_calls.votes_of(pl.concat([frame, all_yes])), pole)
    assert np.isfinite(more.slope).all()
    assert np.isfinite(more.low).all()
    assert abs(more.slope[-1]) < 0.5
    np.testing.assert_allclose(more.position, found.position, atol=0.05)


def test_it_foretells_votes_that_it_has_not_seen(fitted):
    _, frame, votes, _ = fitted
    fit, test = roll_calls.split(votes)
    assert len(fit.vote) + len(test.vote) == len(votes.vote)
    assert len(test.vote) == pytest.approx(len(votes.vote) / 10, rel=0.2)
    score = roll_calls.held_out(test, roll_calls.ideal_points(fit, votes.states[0]))
    shares = np.bincount(fit.vote, minlength=3) / len(fit.vote)
    assert score > np.log(shares[test.vote]).mean() + 0.1


@pytest.mark.raw
def test_shipped_positions_correlate_with_the_published_ones_in_every_session(raw):
    """Issue 4 asks for at least 0.95 in each session."""
    from detente.data.states import from_cow

    theirs = pl.read_csv(raw / "unga_ideal_points/IdealpointestimatesAll_Apr2020.csv", encoding="utf8-lossy",
                         columns=["ccode", "session", "IdealPoint"])
    theirs = theirs.with_columns(pl.col("ccode").replace_strict(from_cow(), default=None, return_dtype=pl.String).alias("state"))
    both = shipped("ideal_points_own").join(theirs, on=["session", "state"])
    r = both.group_by("session").agg(pl.corr("position", "IdealPoint").alias("r"), pl.len().alias("n"))
    assert r.height >= 73
    assert r["n"].min() >= 50
    assert r["r"].min() >= 0.95


@pytest.mark.raw
@pytest.mark.slow
def test_shipped_positions_are_what_the_roll_calls_give(raw):
    from detente.data.sources import unvotes

    votes = roll_calls.votes_of(unvotes.load(raw))
    found = roll_calls.ideal_points(votes, "USA")
    kept = {(t, s): p for t, s, p, _ in shipped("ideal_points_own").iter_rows()}
    off = [abs(kept[t, s] - found.position[i, k]) for i, s in enumerate(votes.states) for k, t in enumerate(votes.sessions) if (t, s) in kept]
    assert len(off) == len(kept)
    assert max(off) < 0.01
