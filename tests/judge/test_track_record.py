from math import isnan, nan

import numpy as np
import pytest

from detente.judge.score_rows import Row
from detente.judge.score_rows import fans as rows_of_fans
from detente.judge.scores import SCORED
from detente.judge.track_record import as_text, summary, track_record, write


def row(**more):
    plain = {
        "mechanism": "growth",
        "quantity": "output",
        "score": "CRPS",
        "origin": 2000,
        "horizon": 5,
        "rival": "random walk",
        "ours": 0.08,
        "theirs": 0.1,
        "n": 100,
        "inside": 0.9,
    }
    return Row(**plain | more)


def test_skill():
    assert row().skill == pytest.approx(0.2)
    assert row(ours=0.12).skill == pytest.approx(-0.2)
    assert isnan(row(theirs=0.0).skill)


def test_origins_are_weighted_by_cases():
    (one,) = summary([row(), row(origin=2005, ours=0.4, theirs=0.2, n=300)])
    assert one["ours"] == pytest.approx((0.08 * 100 + 0.4 * 300) / 400)
    assert one["skill"] < 0
    assert (one["won"], one["origins"], one["n"]) == (1, 2, 400)


def test_losses_stand_first_and_in_full(tmp_path):
    rows = [row(), row(mechanism="defence", ours=0.3, theirs=0.2, inside=nan)]
    path = write(rows, tmp_path / "docs" / "track.md")
    text = path.read_text(encoding="utf-8")
    assert text == as_text(rows)
    assert (
        text.index("## Where we lost")
        < text.index("defence, output, 5 years ahead")
        < text.index("## Over all")
    )
    assert "1 lost or drawn" in text
    assert "-0.500" in text


def test_no_losses_says_so():
    assert "Nowhere" in as_text([row()])


def test_rows_name_both_scores_and_every_rival():
    found = {"origin": 2000, "horizon": 1, "n": 5, "inside_ours": 0.9}
    found |= {f"{s}_{w}": 0.1 for s in ("crps", "mae") for w in ("ours", "walk", "mean")}
    rows = list(rows_of_fans([found], "alignment", "ideal point", {"walk": "random walk", "mean": "mean"}))
    assert {(r.score, r.rival) for r in rows} == {
        (s, r) for s in ("CRPS", "mean absolute error") for r in ("random walk", "mean")
    }


def test_the_continuous_score_agrees_with_scoringrules():
    from detente.mechanisms import fans

    sr = pytest.importorskip("scoringrules")
    rng = np.random.Generator(np.random.PCG64(1))
    sample, seen = rng.standard_normal((50, 20)), rng.standard_normal(20)
    theirs = sr.crps_ensemble(seen, sample.T, estimator="fair")
    assert fans.crps(sample, seen) == pytest.approx(theirs)


def test_the_ranked_score_agrees_with_scoringrules():
    sr = pytest.importorskip("scoringrules")
    score = pytest.importorskip("detente.mechanisms.relations.score")
    rng = np.random.Generator(np.random.PCG64(2))
    forecast = rng.dirichlet(np.ones(5), 30)
    actual = rng.choice(score.LEVELS, 30)
    theirs = sr.rps_score(np.searchsorted(score.LEVELS, actual) + 1, forecast)
    assert score.judge(forecast, actual, actual)["rps"] == pytest.approx(np.mean(theirs))


def test_interval_coverage_is_the_share_inside():
    from detente.mechanisms import fans

    fan = np.linspace(0, 1, 101)[:, None] * np.ones((1, 4))
    found = fans.compared({"ours": fan}, np.array([0.5, 0.051, 0.96, 0.01]))
    assert found["inside_ours"] == 0.5


@pytest.mark.slow
def test_the_whole_record_from_one_origin():
    rows = track_record((2005,), draws=50)
    assert {r.mechanism for r in rows} == set(SCORED)
    assert all(r.n > 0 and np.isfinite(r.ours) and r.theirs >= 0 for r in rows)
