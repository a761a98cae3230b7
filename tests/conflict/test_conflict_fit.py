"""Estimation against other people's software, and the record against published base rates."""

import numpy as np
import polars as pl
import pytest

from detente.data.bundle import table
from detente.mechanisms.conflict import base_rates, entry, equations, fit, record, score
from detente.mechanisms.conflict.logit import covariance, level, newton
from detente.mechanisms.conflict.panel import dyad_years


@pytest.fixture(scope="module")
def tables():
    return {name: table(name) for name in (*record.TABLES, "rivalry") if name != "levels"} | {"levels": table("peace")}


@pytest.fixture(scope="module")
def panel(tables):
    return dyad_years(tables, first=1946, until=1965)


def sample(n=4000):
    rng = np.random.default_rng(5)
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 3))])
    y = (rng.random(n) < equations.hazard(x @ np.array([-3.0, 1.0, -0.5, 0.2]))).astype(float)
    return x, y


def test_the_logit_is_that_of_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    x, y = sample()
    beta = newton(x, y, ridge=1e-9)
    groups = np.arange(len(y)) % 200
    theirs = sm.Logit(y, x).fit(disp=0, cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False})
    np.testing.assert_allclose(beta, theirs.params, rtol=1e-6)
    ours = covariance(x, y, beta, (groups,), ridge=1e-9)
    np.testing.assert_allclose(ours, theirs.cov_params(), rtol=1e-4, atol=1e-8)


def test_the_onset_equation_is_the_logit_of_statsmodels_on_the_panel(panel):
    sm = pytest.importorskip("statsmodels.api")
    x, y = panel.design(panel.stand_in()), panel.outcome["onset"]
    keep = [0, *range(1, 8), 12, 16, 17, 19, 20, 23]
    ours = newton(np.ascontiguousarray(x[:, keep]), y, ridge=1e-9)
    theirs = sm.Logit(y, x[:, keep]).fit(disp=0, maxiter=100, start_params=ours * 0.9)
    np.testing.assert_allclose(ours, theirs.params, rtol=1e-3, atol=1e-4)


def test_scores_are_those_of_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(2)
    p = np.round(rng.random(2000), 2)
    y = (rng.random(2000) < p**3).astype(float)
    assert score.auc(y, p) == pytest.approx(metrics.roc_auc_score(y, p))
    assert score.average_precision(y, p) == pytest.approx(metrics.average_precision_score(y, p))


def test_base_rates_are_the_published_ones_cell_by_cell(tables):
    for group, (n, onset, fatal) in base_rates.base_rates(tables).items():
        told = base_rates.PUBLISHED[group]
        assert n == pytest.approx(told[0], rel=0.01), group
        assert onset == pytest.approx(told[1], rel=0.015), group
        assert fatal == pytest.approx(told[2], rel=0.015), group


def test_allies_fight_more_only_as_long_as_neighbourhood_is_left_out(panel):
    ladder = base_rates.allies(panel)
    assert ladder[0]["effect"] > 2 * ladder[0]["error"]
    assert ladder[-1]["effect"] < 2 * ladder[-1]["error"]


def test_nothing_later_than_the_vintage_is_known(tables, panel):
    cut = 1960
    full = panel.take(panel.year <= cut)
    before = {k: v.filter(v["year"] <= cut) if "year" in v.columns else v for k, v in tables.items()}
    alone = dyad_years(before, first=1946, until=cut)
    s = full.stand_in()
    np.testing.assert_array_equal(full.year, alone.year)
    np.testing.assert_allclose(full.design(s), alone.design(s))


def test_covariates_know_only_the_year_before(tables):
    at = dyad_years(tables, first=1960, until=1960)
    later = tables["disputes"].with_columns(
        pl.when(pl.col("year") >= 1960).then(~pl.col("onset")).otherwise("onset").alias("onset")
    )
    changed = dyad_years(tables | {"disputes": later}, first=1960, until=1960)
    s = at.stand_in()
    np.testing.assert_array_equal(at.design(s), changed.design(s))
    assert (at.outcome["onset"] != changed.outcome["onset"]).any()


def disputes(*rows):
    names = ("a", "b", "year", "measure", "onset", "fatal", "war", "hostility", "by_a")
    return pl.DataFrame([dict(zip(names, r, strict=True)) for r in rows])


def test_spells_of_war():
    rows = [("A", "B", y, "ucdp", False, True, y == 1951, None, None) for y in (1950, 1951, 1952, 1960)]
    rows += [("A", "C", y, "ucdp", False, True, True, None, None) for y in (1999, 2000)]
    found = fit.spells(disputes(*rows), 2000, "ucdp")
    assert sorted(found) == [(1950, 3, True), (1999, 2, False)]


def test_memory_halves_and_years_count():
    kept = equations.remember(
        recent=np.array([1.0, 1.0]), peace_years=np.array([4.0, 4.0]), onset=np.array([0.0, 1.0]), going=np.array([0.0, 1.0])
    )
    np.testing.assert_allclose(kept[0], [0.5, 1.5])
    np.testing.assert_allclose(kept[1], [5.0, 0.0])
    between = equations.remember(
        recent=np.zeros(1), peace_years=np.array([9.0]), onset=np.array([0.5]), going=np.array([0.5])
    )
    assert 0 < between[1][0] < 10


def test_shields_are_third_parties_not_bound_to_the_other():
    pact = np.zeros((4, 4))
    pact[0, 2] = pact[2, 0] = 1
    shield = equations.shields(pact)
    assert shield[0, 1] == 1
    assert shield[0, 2] == 0
    pact[1, 2] = pact[2, 1] = 1
    assert equations.shields(pact)[0, 1] == 0


def test_coalitions_are_told_from_single_entrants():
    """Groups with a luck of their own come back with its spread; without one the spread is small."""
    rng = np.random.default_rng(3)
    group, x = np.repeat(np.arange(300), 60), rng.normal(-5, 1, 18_000)
    for spread in (2.0, 0.05):
        odds = -1.0 + 0.5 * x + spread * rng.normal(size=300)[group]
        y = (rng.random(len(x)) < equations.hazard(odds)).astype(float)
        one = np.column_stack([np.ones(len(x)), x])
        found, errors = entry.coalitions(one, y, group, np.full(2, 30.0))
        assert found[1] == pytest.approx(0.5, abs=4 * errors[1, 1] ** 0.5)
        if spread > 1:
            assert found[2] == pytest.approx(np.log(spread), abs=4 * errors[2, 2] ** 0.5)
        else:
            assert found[2] < np.log(0.4)


def test_the_slope_of_the_likelihood_of_coalitions_is_that_of_its_differences():
    rng = np.random.default_rng(8)
    x, y = np.column_stack([np.ones(60), rng.normal(size=60)]), (rng.random(60) < 0.3).astype(float)
    at, starts = np.array([-0.5, 0.3, 0.4]), np.arange(0, 60, 10)
    slope = entry.likelihood(at, x, y, starts)[1]
    for k, e in enumerate(1e-5 * np.eye(3)):
        up, down = (entry.likelihood(at + s * e, x, y, starts)[0].sum() for s in (1, -1))
        assert slope[k] == pytest.approx((up - down) / 2e-5, rel=1e-4)


def test_who_entered_is_told_by_the_dispute(panel):
    """Korea: the two Koreas began it, China and the United Nations' states came; America and China fought on."""
    place, codes = panel.who.place, panel.who.codes
    found = entry.wars(panel, np.full(len(panel.year), 0.01))
    korea = {place["PRK"], place["KOR"]}
    (war,) = [w for w in found if {panel.a[w.row], panel.b[w.row]} == korea]
    north, south = (next(s for s in entry.sides(panel, [war]) if s.foe == place[c]) for c in ("PRK", "KOR"))
    assert {codes[k] for k in south.came} == {"CHN"}
    assert {"USA", "GBR", "TUR", "ETH"} < {codes[k] for k in north.came}
    others = entry.coalition(panel, found)
    wars = panel.outcome["war"] > 0
    # That of Laos and Vietnam, begun in 1962, became a war in 1967: not known yet.
    assert (others & wars).sum() + len(found) == wars.sum() - 1
    assert not others[[w.row for w in found]].any()


def test_a_war_that_came_later_is_not_known_before():
    """The dispute over Iraq began in 1997, its war in 2003; over Kargil in 1993, its war in 1999."""
    who = record.registry(table("states"))
    pairs = {
        until: {frozenset((who.codes[a], who.codes[b])) for war in record.war_sides(who, until).values() for y, a, b, _ in war if y > 1992}
        for until in (1998, 2003)
    }
    assert {frozenset(("USA", "IRQ")), frozenset(("IND", "PAK"))} <= pairs[2003]
    assert not {frozenset(("USA", "IRQ")), frozenset(("IND", "PAK"))} & pairs[1998]


@pytest.mark.raw
def test_the_sides_of_wars_are_those_of_the_raw_file(raw):
    import importlib.util
    from pathlib import Path

    script = Path(__file__).parents[2] / "docs" / "mechanisms" / "conflict_wars.py"
    spec = importlib.util.spec_from_file_location("conflict_wars", script)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert made.war_sides(raw).write_csv() == record.WAR_SIDES.read_text(encoding="utf-8")


def test_the_level_over_draws_is_that_of_the_count():
    x, _ = sample(400)
    mean, errors = np.array([-3.0, 0.5, 0.0, 0.0]), np.diag([0.5, 0.8, 0.6, 0.4])
    moved = level(mean, errors, lambda b: float(equations.hazard(x @ b).sum()), 20.0)
    draws = np.random.default_rng(4).multivariate_normal(moved, errors, 4000)
    assert equations.hazard(x @ draws.T).sum(axis=0).mean() == pytest.approx(20.0, rel=0.1)
    np.testing.assert_array_equal(moved[1:], mean[1:])
    assert moved[0] < np.log(20 / 380)


def test_rows_at_risk_leave_out_only_old_disputes(panel):
    at = score.at_risk(panel)
    assert (panel.outcome["onset"][~at] == 0).all()
    assert (panel.outcome["going"][~at] == 1).all()
    assert at[panel.outcome["onset"] > 0].all()


@pytest.mark.slow
def test_the_test_after_1995(tables):
    whole = dyad_years(tables)
    cast = score.forecasts(whole, 1995, 2014)
    raw, ours = (score.scores(cast.onset, cast.chance[k]) for k in ("model without drift", "model"))
    assert raw["auc"] >= 0.972
    for rival in ("persistence", "rivalry, border, peace years", "base rate"):
        theirs = score.scores(cast.onset, cast.chance[rival])
        assert ours["log"] < theirs["log"]
        assert ours["ap"] > theirs["ap"]
        assert ours["auc"] > theirs["auc"]
    top = score.reliability(cast.onset, cast.chance["model"])[-1]
    assert abs(top["forecast"] / top["actual"] - 1) < 0.2
