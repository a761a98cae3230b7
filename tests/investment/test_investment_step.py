"""The mechanism investment run for years in made-up worlds, and fitted on made-up records whose truth is known."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detente.mechanisms.investment import equations as eq
from detente.mechanisms.investment import fit, mechanism, step
from detente.mechanisms.investment.panel import Panel
from detente.model.chance import Chance
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index

N, DRAWS = 4, 200
INDEX = Index(("AAA", "BBB", "CCC", "DDD"), (0, 1, 2, 3))


def world(**given):
    """AAA is sanctioned by BBB and CCC, its rivals; DDD is unknown."""
    sanction = np.zeros((N, N))
    sanction[1, 0] = sanction[2, 0] = 1.0
    level = np.full((N, N), 0.5)
    level[0, 1] = level[1, 0] = level[0, 2] = level[2, 0] = 0.0
    gdp = np.array([2000.0, 20000.0, 10000.0, np.nan])
    arrays = {
        "sanction_complete": np.zeros((N, N)), "sanction_partial": sanction, "sanction_financial": sanction,
        "peace_level": level, "real_gdp": gdp, "last.real_gdp": gdp,
        "last.fdi_inflow": np.array([-10.0, 300.0, 200.0, np.nan]), "last.fdi_drift": np.zeros(N),
        "last.know_how": np.zeros(N), "governance": np.array([22.0, 70.0, 80.0, np.nan]),
        "fdi_habit": np.array([0.8, 1.2, 1.4, np.nan]), "fdi_volatility": np.full(N, 0.4), "sanctioned_habit": np.array([1.0, 0.0, 0.0, 0.0]),
        "rivals_habit": np.array([1.0, 1 / 6, 1 / 11, 0.0]), "governance_habit": np.array([22.0, 70.0, 80.0, np.nan]),
        "complete_start": np.zeros(N), "partial_start": np.array([1.0, 0.0, 0.0, 0.0]),
    }
    return {k: np.broadcast_to(v, (DRAWS, *np.shape(v))) for k, v in {**arrays, **given}.items()}


def years(changes, ahead=10, seed=4):
    """Run ``ahead`` years with ``changes`` to the world; the last year's fields."""
    model, luck, arrays = mechanism(), Chance(seed), world(**changes)
    p = Values(
        {q.name.partition(".")[2]: q.at(luck.row(q.name, range(DRAWS), 0, q.width)) for q in model.parameters},
        theories_of(model.parameters),
    )
    for year in range(2025, 2025 + ahead):
        u = {s: luck.uniforms(s, range(DRAWS), year, d, INDEX) for s, d in model.chance.items()}
        new = step(View(year, INDEX, DRAWS, arrays), p, u)
        arrays = arrays | {f"last.{k}": v for k, v in new.items()}
    return new, p


FREE = {
    "sanction_partial": np.zeros((N, N)), "sanction_financial": np.zeros((N, N)), "peace_level": np.full((N, N), 0.5)
}


def test_the_unknown_stays_unknown_and_poisons_nobody():
    new, _ = years({})
    assert np.isnan(new["fdi_inflow"][:, 3]).all()
    assert np.isfinite(new["fdi_inflow"][:, :3]).all()
    assert np.isfinite(new["know_how_gain"]).all()


def test_a_world_that_stays_as_it_is_gains_no_know_how():
    new, _ = years({})
    np.testing.assert_allclose(new["know_how"], 0, atol=1e-12)


def test_friendship_brings_investors_back_on_the_whole():
    then, _ = years({})
    now, _ = years(FREE)
    assert np.median(now["fdi_inflow"][:, 0] - then["fdi_inflow"][:, 0]) > 0


def test_others_are_left_alone():
    then, _ = years({})
    now, _ = years({"sanction_partial": np.zeros((N, N)), "sanction_financial": np.zeros((N, N))})
    np.testing.assert_array_equal(now["fdi_inflow"][:, 1:3], then["fdi_inflow"][:, 1:3])


def test_opening_adds_growth_only_under_its_theory():
    new, p = years(FREE)
    opening = p.holds("know_how_from", "opening")
    assert np.mean(new["know_how"][opening, 0]) > 0.01
    assert np.all(new["know_how"][p.holds("know_how_from", "none"), 0] == 0)


def test_better_governance_does_nothing_where_the_theory_says_so():
    then, p = years({})
    now, _ = years({"governance": np.array([60.0, 70.0, 80.0, np.nan])})
    more = now["fdi_inflow"][:, 0] - then["fdi_inflow"][:, 0]
    none = p.holds("governance_on_investment", "none")
    assert np.all(more[none] == 0)
    assert np.median(more[~none]) > 0


@settings(max_examples=50, deadline=None)
@example([0.0, 0.0, 4096.0, 0.0003], 16384)
@given(st.lists(st.floats(0, 1e5), min_size=N, max_size=N), st.integers(0, 2**16 - 1))
def test_coverage_is_a_share(weights, bits):
    flag = np.array([(bits >> k) & 1 for k in range(N * N)], dtype=float).reshape(1, N, N)
    np.fill_diagonal(flag[0], 0.0)
    share = eq.coverage(flag=flag, weight=np.array([weights]))
    assert np.all((share >= 0) & (share <= 1 + 1e-9))


@pytest.fixture(scope="module")
def record():
    """Thirty years of eighty states with persistence 0.5 and a loss of 1.5 for each unit of rivals."""
    luck, n, span = Chance(7), 80, 45
    index = Index(tuple(f"S{i:02d}" for i in range(n)), tuple(range(n)))
    drawn = [luck.uniforms(s, [0], y, ("state",), index)[0] for y in range(span) for s in ("a", "b")]
    from scipy.special import ndtri

    noise = np.array([ndtri(u) for u in drawn[::2]]) * 0.3
    rivals = (np.array(drawn[1::2]) > 0.9).astype(float) * 0.5
    rivals = np.maximum.accumulate(rivals[:20], axis=0).repeat(3, axis=0)[:span]
    own, level = np.linspace(0, 2, n), np.zeros((span, n))
    level[0] = own
    for t in range(1, span):
        level[t] = 0.5 * level[t - 1] + 0.5 * own - 0.75 * rivals[t] + noise[t]
    flat = np.zeros((span, n))
    return Panel(np.arange(1975, 1975 + span), index.states, level, flat, rivals, flat + np.nan, flat + 100.0)


def test_the_fit_finds_the_truth(record):
    y, x, state, year = fit.stacked(record)
    beta, covariance, _ = fit.within(y, x, state, year)
    assert beta[0] == pytest.approx(0.5, abs=0.03)
    assert beta[2] == pytest.approx(-0.75, abs=4 * covariance[2, 2] ** 0.5)
    assert covariance[2, 2] ** 0.5 < 0.2


def test_habits_that_do_not_move_show_no_drift(record):
    near = fit.rule_errors(record, 0.5, 1)
    assert fit.drift_sd(near, near, 0.5) == 0.0


def test_a_vintage_knows_nothing_later(record):
    assert record.until(1999).years[-1] == 1999


def test_volatility_is_that_of_the_data_layer():
    from detente.data.start_economy import volatility

    history = np.array([[0.1, 1.0, np.nan], [0.3, 0.2, np.nan], [0.2, 1.4, 0.1]] * 3)
    np.testing.assert_allclose(volatility(history), eq.volatility(history=history))
