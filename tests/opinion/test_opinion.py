"""The opinion mechanism: worked cases, the filter against statsmodels, invariants of the step."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from detente.mechanisms import opinion
from detente.mechanisms.opinion import equations as eq
from detente.mechanisms.opinion import fit
from detente.mechanisms.opinion.panel import Surveys
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index

CASES = yaml.safe_load((Path(opinion.__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
MECHANISM = opinion.mechanism()
STATES = ("RUS", "POL", "USA", "XKX")
SURVEYED = [0, 2]
NOISE = {"keep": 0.7, "shock": 0.3, "mean": 0.2, "spread": 0.5}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_cases(case):
    given = {
        k: v if k == "keep" and np.ndim(v) == 0 else np.array(v, dtype=float)
        for k, v in case["given"].items()
    }
    names = {"faded": ("events", "keep"), "scarred": ("events",), "carried": ("values", "keep")}
    function = getattr(eq, case["function"])
    order = names.get(case["function"])
    got = function(**given) if order is None else function(*(given[k] for k in order))
    np.testing.assert_allclose(got, np.array(case["then"], dtype=float), atol=case["tolerance"])


def series(seed=1, years=15):
    rng = np.random.Generator(np.random.Philox(seed))
    y = rng.normal(size=years)
    y[[2, 3, 7]] = np.nan
    return y, rng.random(years) * 0.1 + 0.02


def test_the_filter_equals_statsmodels():
    from statsmodels.tsa.statespace.mlemodel import MLEModel

    y, error = series()
    model = MLEModel(y, k_states=2, k_posdef=1)
    model["design"] = np.ones((1, 2))
    model["transition"] = np.diag([NOISE["keep"], 1.0])
    model["selection"] = np.array([[1.0], [0.0]])
    model["state_cov"] = np.array([[NOISE["shock"] ** 2]])
    model.ssm["obs_cov"] = error[None, None, :]
    cover = np.diag([NOISE["shock"] ** 2 / (1 - NOISE["keep"] ** 2), NOISE["spread"] ** 2])
    model.ssm.initialize_known(np.array([0.0, NOISE["mean"]]), cover)
    found = model.ssm.filter()
    views, variances, total = eq.kalman(y, error, **NOISE)
    np.testing.assert_allclose(views, found.filtered_state.sum(axis=0), atol=1e-10)
    np.testing.assert_allclose(variances, found.filtered_state_cov.sum(axis=(0, 1)), atol=1e-10)
    assert total == pytest.approx(found.llf_obs.sum(), abs=1e-8)


def test_one_normal_gives_the_likelihood_of_the_filter():
    """What fit.solve builds for a target equals the filter, on one pair without regressors."""
    from scipy.stats import multivariate_normal

    y, error = series(2)
    asked = np.flatnonzero(np.isfinite(y))
    noise = {"keep": 0.7, "own": 0.3, "common": 0.0, "house": 0.0, "spread": 0.5}
    zero = np.zeros(len(asked), dtype=int)
    cover = fit.covariance((zero, zero), (asked, asked), noise) + np.diag(error[asked])
    whole = multivariate_normal(np.full(len(asked), 0.2), cover).logpdf(y[asked])
    assert eq.kalman(y, error, **NOISE)[2] == pytest.approx(whole, abs=1e-8)


def made_up(n=12, years=16, seed=4):
    """Surveys of publics about one target with a known effect of sanctions."""
    rng = np.random.Generator(np.random.Philox(seed))
    pairs = tuple((f"P{k:02d}", "RUS") for k in range(n))
    standing, events = np.zeros((n, years, 4)), np.zeros((n, years, 3))
    standing[: n // 2, years // 2 :, 3] = 1.0
    level = eq.carried(standing, 0.7)[..., 3] * -1.5
    passing = np.zeros((n, years))
    for t in range(1, years):
        passing[:, t] = 0.7 * passing[:, t - 1] + rng.normal(size=n) * 0.15
    view = rng.normal(size=(n, 1)) * 0.5 + level + passing
    pair, year = (a.ravel() for a in np.indices((n, years)))
    return Surveys(pairs, pair, year + 1995, view.ravel(), np.full(n * years, 0.001)), (standing, events)


def test_the_fit_finds_what_was_put_in():
    data, seen = made_up()
    found, _ = fit.estimate(data, seen)
    place = found.names.index("sanctions")
    assert found.mean[place] == pytest.approx(-1.5, abs=3 * found.covariance[place, place] ** 0.5)
    assert 0.5 < found.noise["keep"] < 0.9


def test_forecasts_return_to_the_mean_and_widen():
    data, seen = made_up()
    known = data.take(data.year <= 2004)
    found, _ = fit.estimate(known, seen)
    years = np.array([2004, 2005, 2010])
    _, variance = fit.predicted(found, known, seen, "old", (np.zeros(3, dtype=int), years))
    assert (np.diff(variance) > 0).all()


def values(draws, u=0.5, **fixed):
    found = {p.name.partition(".")[2]: p.at(np.full((draws, p.width), u)) for p in MECHANISM.parameters}
    found |= {k: np.broadcast_to(v, (draws, *np.shape(v))).copy() for k, v in fixed.items()}
    return Values(found, theories_of(MECHANISM.parameters))


def world(draws=1, **change):
    n = len(STATES)
    square = {"peace_level": 0.25, "fatal_dispute": 0.0, "opinion_old": 0.3, "opinion_lower": 0.3}
    square |= {"last.opinion": 0.5, "last.opinion_norm": 0.0, **dict.fromkeys(opinion.SANCTIONS, 0.0)}
    held = {k: np.full((draws, n, n), v) for k, v in square.items()}
    held["ideal_point"] = np.tile(np.arange(n) * 0.5, (draws, 1))
    for name, value in change.items():
        held[name] = np.array(np.broadcast_to(value, held[name].shape), dtype=float)
    for name in opinion.CHANGING:
        held.setdefault(
            f"last.{name}", np.full_like(held[name], 0.25) if name == "peace_level" else held[name]
        )
    return View(2030, Index(STATES, tuple(range(n))), draws, held)


def luck(draws=1, u=0.5):
    n = len(STATES)
    return {"own": np.full((draws, n, n), u), "tide": np.full((draws, n), u)}


def test_only_countries_that_were_asked_about_have_views():
    out = MECHANISM.step(world(), values(1), luck())
    assert set(out) == {f.name for f in MECHANISM.writes}
    assert np.isfinite(out["opinion"][:, :, SURVEYED]).all()
    assert np.isnan(out["opinion"][:, :, [1, 3]]).all()


def test_peace_lifts_the_view_and_a_fatal_quarrel_lowers_it():
    usual = MECHANISM.step(world(), values(1), luck())["opinion"][0, 1, 0]
    peace = MECHANISM.step(world(peace_level=0.75), values(1), luck())["opinion"][0, 1, 0]
    fatal = np.zeros((4, 4))
    fatal[0, 2] = fatal[2, 0] = 1.0
    war = MECHANISM.step(world(fatal_dispute=fatal), values(1), luck())["opinion"][0, 1, 0]
    assert peace > usual > war


def test_a_scar_stays_only_where_publics_do_not_forgive():
    fatal = np.zeros((4, 4))
    fatal[0, 2] = fatal[2, 0] = 1.0
    for code, stays in ((0.1, False), (0.9, True)):
        p = values(1, u=0.5)
        theory = next(q for q in MECHANISM.parameters if q.name == "opinion.opinion_mean")
        p.arrays["opinion_mean"] = theory.at(np.full((1, 1), code))
        p.arrays["effects_lower"] = p.arrays["effects_old"] = np.array([[1.0, 0, 0, 0, -0.5, -0.5, 0.0]])
        calm, hurt = (MECHANISM.step(world(fatal_dispute=f), p, luck())["opinion_norm"] for f in (0.0, fatal))
        assert bool(hurt[0, 1, 0] < calm[0, 1, 0]) is stays


def test_unknown_views_stay_unknown_and_poison_none():
    view = np.full((4, 4), 0.5)
    view[3] = np.nan
    part = MECHANISM.step(world(**{"last.opinion": view}), values(1), luck())["opinion"]
    whole = MECHANISM.step(world(), values(1), luck())["opinion"]
    assert np.isnan(part[:, 3]).all()
    np.testing.assert_array_equal(part[:, :3], whole[:, :3])


def test_starts_before_the_surveys_know_nothing():
    from detente.data.start_opinion import opinion as start

    values_, notes = start(STATES, 1995)
    assert np.isnan(values_["opinion"]).all()
    assert notes["opinion"].observed == 0.0
    later, _ = start(STATES, 2024)
    assert 0.0 < later["opinion"][1, 0] < 0.2


def test_publics_held_out_are_told_better_than_by_persistence():
    from detente.judge.fitting import _table
    from detente.mechanisms.opinion.score import held_out

    row = held_out(_table, 2014)
    assert row["mae_ours"] < row["mae_persistence"]
    assert row["n"] > 500
