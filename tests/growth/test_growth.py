"""Growth: worked cases, what must hold for any numbers, and estimation on made-up worlds whose truth is known."""

import inspect
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from detente.mechanisms.growth import equations as eq
from detente.mechanisms.growth import fit, mechanism, score
from detente.model.chance import Chance
from detente.model.mechanism import Values, View, plan
from detente.model.space import Index

CASES = yaml.safe_load((Path(inspect.getfile(eq)).parent / "cases.yaml").read_text(encoding="utf-8"))
VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, None)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_case(case):
    batch = case.get("batch", True)
    arguments = {k: np.array(v)[None] if batch else np.array(v) for k, v in case["given"].items()}
    result = getattr(eq, case["function"])(**arguments)
    np.testing.assert_allclose(result[0] if batch else result, case["then"], atol=case["tolerance"])


def test_it_needs_only_what_opening_adds():
    from detente.model.field import Field
    from detente.model.mechanism import Mechanism

    gain = Field("know_how_gain", ("state",), "log points", "event", "made up")
    loss = Field("war_output_loss", ("state",), "log points", "event", "made up")
    other = Mechanism("other", "stands in for investment and war", (), (gain, loss), lambda see, p, u: {})
    assert [m.name for m in plan((mechanism(), other)).mechanisms] == ["growth", "other"]


@pytest.mark.parametrize("year", VINTAGES)
def test_every_vintage_loads_with_sane_values(year):
    p = {q.name: q.prior for q in mechanism(year).parameters}
    surprise, step, persistence, df = p["growth.errors"].joint.mean
    assert -1.5 < surprise < 1
    assert step < surprise
    assert 0.3 < np.tanh(persistence) < 0.97
    assert 1.5 < np.exp(df) < 8


def test_a_start_before_the_first_vintage_is_refused():
    from detente.model.errors import DetenteError

    with pytest.raises(DetenteError, match="start in 1990 or later"):
        mechanism(1985)


def one_year(gdp, size, draws=50, n=3, u=None):
    model, luck = mechanism(), Chance(3)
    index = Index(("AAA", "BBB", "CCC")[:n], tuple(range(n)))
    values = Values(
        {q.name.partition(".")[2]: q.at(luck.row(q.name, range(draws), 0, q.width)) for q in model.parameters},
        {"pathway": ("ssp2", "ssp1", "ssp3", "ssp4", "ssp5")},
    )
    arrays = {
        "last.gdp": np.tile(gdp, (draws, 1)), "last.growth_drift": np.zeros((draws, n)),
        "last.know_how_gain": np.zeros((draws, n)), "last.war_output_loss": np.zeros((draws, n)), **{f"ssp{k}_gap": np.zeros((draws, n)) for k in (1, 3, 4, 5)},
        "baseline_growth": np.full((draws, n), 0.02), "growth_volatility": np.tile(size, (draws, 1)),
    }
    uniforms = {
        s: luck.uniforms(s, range(draws), 2025, d, index) if u is None else np.full((draws, *(n for _ in d)), u)
        for s, d in model.chance.items()
    }
    return model.step(View(2025, index, draws, arrays), values, uniforms)


def test_unknown_output_stays_unknown_and_poisons_nobody():
    whole = one_year(np.array([100.0, 50.0, 10.0]), np.full(3, 0.02))
    holed = one_year(np.array([100.0, np.nan, 10.0]), np.full(3, 0.02))
    assert np.isnan(holed["gdp"][:, 1]).all()
    assert np.isnan(holed["growth_drift"][:, 1]).all()
    np.testing.assert_array_equal(whole["gdp"][:, [0, 2]], holed["gdp"][:, [0, 2]])


def test_with_middling_luck_output_follows_its_projection():
    new = one_year(np.full(3, 100.0), np.full(3, 0.02), u=0.5)
    np.testing.assert_allclose(new["gdp"], 100 * np.exp(0.02), rtol=1e-9)


def test_more_volatile_states_have_wider_fans():
    new = one_year(np.full(3, 100.0), np.array([0.01, 0.03, 0.09]), draws=400)
    width = np.quantile(new["gdp"], 0.95, axis=0) - np.quantile(new["gdp"], 0.05, axis=0)
    assert width[0] < width[1] < width[2]


@given(st.integers(0, 2**32))
def test_volatility_does_not_see_growth_that_all_states_share(seed):
    u = Chance(seed).row("made-up", range(12), 0, 5)
    history = 0.05 * (u - 0.5)
    shared = history + 0.1 * np.linspace(-1, 1, 12)[:, None]
    np.testing.assert_allclose(
        eq.growth_volatility(history=history), eq.growth_volatility(history=shared), atol=1e-12
    )


def test_a_short_record_gets_the_worlds_median_volatility():
    history = 0.05 * (Chance(1).row("short", range(12), 0, 5) - 0.5)
    history[:9, 4] = np.nan
    size = eq.growth_volatility(history=history)
    own = eq.growth_volatility(history=history[:, :4])
    assert size[4] == pytest.approx(np.median(own**2 / np.median(own)), rel=0.3)
    assert np.isnan(eq.expected_growth(history=history)[4])


def test_the_fit_finds_the_truth_of_a_made_up_record():
    # Errors made by the model itself at known parameters must lead back to them.
    truth = np.array([0.0, -1.0, 1.0, 1.0])
    surprise, step, persistence, df = 1.0, np.exp(-1.0), np.tanh(1.0), np.exp(1.0)
    from scipy.special import stdtrit

    luck, cases = Chance(7), 6000
    drift, total, own = np.zeros(cases), np.zeros(cases), {}
    for year in range(1, 16):
        a, b = (stdtrit(df, luck.row(s, [0], year, cases)[0]) for s in ("surprise", "step"))
        drift = persistence * drift + step * b
        total = total + drift + surprise * a
        if year in fit.HORIZONS:
            own[year] = np.stack([np.arange(cases) % 100, total], axis=1)
    mean, covariance = fit.spread(fit.Errors(own, {1: np.zeros(2)}, 1.0))
    assert np.abs(mean - truth).max() < 0.25
    assert (np.linalg.eigvalsh(covariance) > -1e-9).all()


def test_nothing_later_than_the_vintage_is_looked_at():
    rows = [
        {"state": s, "year": y, "gdp_real": 100 * np.exp(0.02 * (y - 1970) + 0.03 * ((y * (k + 3)) % 7))}
        for k, s in enumerate("ABCDEFGHIJKL") for y in range(1965, 2005)
    ]
    frame = pl.DataFrame(rows)
    later = frame.with_columns(
        pl.when(pl.col("year") > 1995).then(pl.col("gdp_real") * 7).otherwise(pl.col("gdp_real")).alias("gdp_real")
    )
    assert fit.estimates(frame, 1995) == fit.estimates(later, 1995)


@pytest.mark.parametrize("origin", [1996, 2005])
def test_ten_years_ahead_it_beats_a_random_walk_with_drift(origin):
    table = pytest.importorskip("detente.data.bundle").table
    rows = score.track_record(table("state_year"), (origin,), draws=100)
    ten = next(r for r in rows if r["horizon"] == 10)
    assert ten["n"] > 150
    assert ten["crps_ours"] < ten["crps_walk"]
