"""Panel, record, estimation and scores on a record small enough to count by hand."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from detente.mechanisms.relations import effort, equations, fit, panel, record, score

BUNDLE = Path(fit.__file__).parents[2] / "data" / "bundle"


def peace(*runs):
    """Rows from (a, b, first year, levels…), one level a year; None is a transition."""
    rows = [(a, b, first + k, level) for a, b, first, levels in runs for k, level in enumerate(levels)]
    return pl.DataFrame(rows, schema={"a": str, "b": str, "year": int, "level": float}, orient="row")


def test_spells_carry_transitions_and_skip_holes():
    table = peace(("A", "B", 1950, [0.0, 0.0, None, 0.5]), ("A", "B", 1960, [0.5, 0.75]))
    (history,) = record.spells(table)
    assert [(s.level, s.start, s.end, s.censored) for s in history] == [
        (0.0, 1950, 1952, False),
        (0.5, 1953, 1953, True),
        (0.5, 1960, 1960, False),
        (0.75, 1961, 1961, True),
    ]


def test_years_to_warm_peace_count_from_the_last_year_of_rivalry():
    table = peace(("A", "B", 1950, [0.0, 0.25, 0.5, 0.5, 0.75]), ("A", "C", 1950, [0.25, 0.5, 0.5]))
    assert record.years_to_warm_peace(table).tolist() == [3.0]
    assert record.years_of_rivalry_to_warm_peace(table).tolist() == [4.0]
    assert record.years_to_warm_peace(table, since=1990).size == 0
    assert record.share_reaching(table, within=1) == {"pairs": 2, "reached": 0, "share": 0.0}


def test_relapses_and_how_deep_they_went():
    table = peace(
        ("A", "B", 1950, [0.25] + [0.5] * 4 + [0.0] * 3),
        ("A", "C", 1950, [0.0] + [0.5] * 8 + [0.25]),
        ("B", "C", 1950, [0.25] + [0.5] * 29),
        ("B", "D", 1950, [0.25] + [0.5] * 29),
    )
    assert record.relapse_rates(table, (3, 5, 10)) == pytest.approx({3: 0.0, 5: 0.25, 10: 0.5})
    found = record.relapses_below(table)
    assert (found["relapses"], found["lower"], found["higher"]) == (2, 1, 1)


def test_broken_friendships_and_endings_by_era():
    table = peace(("A", "B", 1950, [0.5, 0.75, 0.75, 0.25, 0.25, 0.75]), ("A", "C", 1950, [0.25, 0.25, 0.5]))
    found = record.broken_friendships(table)
    assert (found["falls"], found["ended_below"], found["rivals_within"], found["back_within"]) == (
        1,
        1,
        1,
        1,
    )
    eras = record.rivalry_endings(table, {"all": (1950, 1960)})
    assert eras["all"]["ended"] == 2
    assert eras["all"]["pair_years"] == 4


def toy_tables(until=1990):
    """Six states; quarrels and reconciliations follow polyarchy and a fixed pattern."""
    codes = ("A", "B", "C", "D", "E", "F")
    years = range(1946, until + 1)
    states = pl.DataFrame({"state": codes, "start_year": [1900] * 6, "end_year": [None] * 5 + [1980]})
    rows = [
        (s, y, (k - 2) * 0.5 + 0.01 * (y % 7), 0.1 + 0.15 * k, 100.0 * (k + 1), 0.1)
        for k, s in enumerate(codes)
        for y in years
    ]
    names = ["state", "year", "ideal_point", "polyarchy", "milex_usd", "cinc"]
    levels = {
        ("A", "B"): 0.0,
        ("A", "C"): 0.25,
        ("B", "C"): 0.5,
        ("D", "E"): 0.75,
        ("E", "F"): 1.0,
        ("C", "D"): 0.5,
    }
    runs = []
    for k, (pair, level) in enumerate(levels.items()):
        cycle = [level, level, level, min(level + 0.25, 1.0), max(level - 0.25, 0.0), 0.5]
        runs.append((*pair, 1946, [cycle[((y - 1946) // (4 + k)) % 6] for y in years]))
    spells = {"a": ["A", "B"], "b": ["B", "C"], "start": [1900, 1950], "end": [2016, 1970], "type": [1, 1]}
    far = [
        (a, b, 1946, 2016, 100.0 * (i + j)) for i, a in enumerate(codes) for j, b in enumerate(codes) if i < j
    ]
    return {
        "states": states,
        "state_year": pl.DataFrame(rows, schema=names, orient="row"),
        "peace": peace(*runs),
        "pacts": pl.DataFrame(
            [("D", "E", y, True) for y in years], schema=["a", "b", "year", "defence"], orient="row"
        ),
        "contiguity": pl.DataFrame(spells),
        "distance": pl.DataFrame(far, schema=["a", "b", "start", "end", "km"], orient="row"),
        "leaders": pl.DataFrame(
            [("B", 1960, True, "irregular"), ("C", 1961, True, "regular"), ("C", 1962, False, None)],
            schema=["state", "year", "changed", "exit"],
            orient="row",
        ),
        "blocs": pl.DataFrame(
            [
                ("EU", "D", 1958, None),
                ("EU", "E", 1958, None),
                ("EU", "F", 1970, 1975),
                ("NATO", "A", 1949, None),
            ],
            schema=["bloc", "state", "from_year", "to_year"],
            orient="row",
        ),
    }


def test_panel_dates_moves_and_covariates():
    rows = panel.dyad_years(toy_tables(), first=1947, until=1990, memory_years=10.0)
    assert set(np.unique(rows.year)) == set(range(1947, 1991))
    assert not ((rows.b == 5) & (rows.year >= 1980)).any()
    pact = rows.covariates[:, equations.COVARIATES.index("defence_pact")]
    assert (pact == ((rows.a == 3) & (rows.b == 4))).all()
    border = rows.covariates[:, equations.COVARIATES.index("land_border")] > 0
    assert set(rows.year[border & (rows.a == 1)]) == set(range(1951, 1972))
    uncoded = rows.covariates[:, equations.STATUS.index("uncoded")] > 0
    assert (rows.level[uncoded] == 0.5).all()
    assert not uncoded[(rows.a == 0) & (rows.b == 1)].any()
    first = (rows.a == 0) & (rows.b == 1) & (rows.next != rows.level)
    assert (rows.year[first][0], rows.next[first][0]) == (1958, 0.25)


def test_panel_knows_upheavals_of_the_year_before_and_who_enters_the_union():
    rows = panel.dyad_years(toy_tables(), first=1947, until=1990, memory_years=10.0)
    upheaval = rows.covariates[:, equations.COVARIATES.index("upheaval")] > 0
    assert set(rows.year[upheaval]) == {1961}
    assert ((rows.a == 1) | (rows.b == 1))[upheaval].all()
    assert upheaval.sum() == 5
    assert set(rows.year[rows.entering]) <= {1970}
    assert set(zip(rows.a[rows.entering], rows.b[rows.entering], strict=True)) <= {(3, 5), (4, 5)}


def test_who_enters_comes_together_below_the_house():
    one, none = np.ones(5), np.zeros(5)
    level = np.array([0.5, 0.75, 1.0, 0.25, np.nan])
    found = equations.entering(member=(one, one), before=(one, none), level=level, house=1.0)
    assert found.tolist() == [True, True, False, False, False]
    assert not equations.entering(member=(one, one), before=(one, one), level=level, house=1.0).any()
    assert not equations.entering(member=(one, one), before=(one, none), level=level, house=np.nan).any()
    levels = np.array([[1, 0.75, 1], [0.75, 1, 0.5], [1, 0.5, 1]])
    assert equations.house(levels, np.array([1, 1, 0])) == 0.75
    assert equations.house(levels, np.array([1, 1, 1])) == 0.75
    assert np.isnan(equations.house(levels, np.array([1, 0, 0])))


def test_a_season_is_found_where_there_is_one_and_mean_levels_stay():
    rng = np.random.Generator(np.random.Philox(5))
    due = np.full(400, 5.0)
    calm, stormy = rng.poisson(due), rng.poisson(due * np.exp(0.7 * rng.normal(size=400) - 0.245))
    assert fit.season(calm, due)["lognormal"]["median"] < 0.2
    assert fit.season(stormy, due)["lognormal"]["median"] == pytest.approx(0.7, abs=0.12)


def test_nothing_after_the_cut_enters_an_estimate():
    whole, cut = toy_tables(1990), toy_tables(1990)
    later = (cut["peace"]["year"] > 1970) & (cut["peace"]["a"] == "A")
    cut["peace"] = cut["peace"].with_columns(level=pl.when(later).then(1.0).otherwise(pl.col("level")))
    early = [fit.estimate(t, 1970) for t in (whole, cut)]
    assert early[0] == early[1]
    assert fit.estimate(whole, 1990) != fit.estimate(cut, 1990)


def test_the_logit_is_that_of_statsmodels():
    import statsmodels.api as sm

    rng = np.random.Generator(np.random.Philox(4))
    x = np.column_stack([np.ones(900), rng.normal(size=(900, 2))])
    y = (rng.random(900) < 1 / (1 + np.exp(-x @ [-1.0, 0.8, -0.5]))).astype(float)
    one = np.arange(900) // 3
    beta, covariance = fit.logit(x, y, 0 + 1, (one, one))
    want = sm.Logit(y, x).fit(disp=0, cov_type="cluster", cov_kwds={"groups": one, "use_correction": False})
    np.testing.assert_allclose(beta, want.params, atol=0.03)
    assert np.isfinite(covariance).all()
    assert (np.linalg.eigvalsh(covariance) > 0).all()


def test_a_standing_never_left_has_a_small_chance_and_a_wide_error():
    x = np.eye(2)[np.repeat([0, 1], 500)]
    y = np.zeros(1000)
    y[:50] = 1
    beta, covariance = fit.logit(x, y, 2, (np.arange(1000), np.arange(1000)))
    assert equations.hazard(beta)[1] == pytest.approx(0.5 / 501, rel=0.2)
    assert covariance[1, 1] > 1 > covariance[0, 0]


def test_scores_know_a_perfect_and_a_hopeless_forecast():
    before, actual = np.array([0.5, 0.5]), np.array([0.25, 1.0])
    perfect = score.judge(np.eye(5)[[1, 4]], before, actual)
    hopeless = score.judge(np.eye(5)[[4, 0]], before, actual)
    assert (perfect["rps"], perfect["brier_fall"], perfect["brier_climb"]) == (0, 0, 0)
    assert hopeless["rps"] == pytest.approx((3 + 4) / 2)
    assert hopeless["brier_fall"] == 1


def test_scoring_runs_and_distributions_add_up():
    found = score.score(toy_tables(), origins=(1980,), horizons=(3,), draws=6)
    methods = found[1980][3]["coded"]
    assert methods["persistence"]["falls_forecast"] == 0
    assert {m["pairs"] for m in methods.values()} == {5}
    rows = panel.dyad_years(toy_tables(), first=1947, until=1980, memory_years=10.0)
    np.testing.assert_allclose(score.markov(rows).sum(axis=1), 1)


@pytest.mark.skipif(not (BUNDLE / "peace.parquet").exists(), reason="the bundle has not been built")
def test_quick_counts_of_the_claims_catalogue():
    table = pl.read_parquet(BUNDLE / "peace.parquet")
    rates = record.relapse_rates(table)
    assert [round(100 * rates[h]) for h in (5, 10, 20)] == [2, 4, 17]
    below = record.relapses_below(table)
    assert 55 <= below["relapses"] <= 70
    assert 0.22 < below["share_lower"] < 0.35
    assert record.broken_friendships(table)["falls"] >= 25
    level = record.mean_years(table)
    assert np.isinf(level[1.0]["implied"])


def test_every_listed_effort_is_read():
    assert len(effort.cases()) == 45
