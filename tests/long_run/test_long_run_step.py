"""Weights of economies: units, real exchange rates under two theories, coalitions in words."""

import numpy as np
import pytest

from detente.mechanisms.long_run import fit, mechanism, step
from detente.model.chance import Chance
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index

DRAWS, N = 300, 3
INDEX = Index(("CHN", "USA", "ZZZ"), (1, 2, 3))


def world(**given):
    arrays = {
        "real_gdp": np.array([18000.0, 27000.0, np.nan]), "population": np.array([1.4e9, 3.3e8, 1e6]),
        "ppp_factor": np.array([2.0, 1.0, 1.5]), "last.price_level": np.array([-0.7, 0.0, -0.4]),
        "price_level_habit": np.array([-0.6, 0.0, -0.4]), "relative_income_habit": np.array([-1.5, 0.0, -1.0]),
    }
    out = {k: np.broadcast_to(v, (DRAWS, N)) for k, v in {**arrays, **given}.items()}
    return out | {"last.us_prices": np.ones(DRAWS)}


def years(ahead=1, **changes):
    model, luck, arrays = mechanism(), Chance(8), world(**changes)
    p = Values(
        {q.name.partition(".")[2]: q.at(luck.row(q.name, range(DRAWS), 0, q.width)) for q in model.parameters},
        theories_of(model.parameters),
    )
    for year in range(2025, 2025 + ahead):
        u = {s: luck.uniforms(s, range(DRAWS), year, d, INDEX) for s, d in model.chance.items()}
        new = step(View(year, INDEX, DRAWS, arrays), p, u)
        arrays = arrays | {f"last.{k}": v for k, v in new.items()}
    return new, p


def test_the_three_measures_agree_where_they_must():
    new, _ = years()
    np.testing.assert_allclose(new["gdp_ppp"][:, 0], 36000.0)
    np.testing.assert_allclose(new["gdp_market"][:, 1], 27000.0)
    np.testing.assert_allclose(new["gdp_usd"], new["gdp_market"] * new["us_prices"][:, None])


def test_unknown_output_stays_unknown_and_poisons_nobody():
    new, _ = years(5)
    assert np.isnan(new["gdp_usd"][:, 2]).all()
    assert np.isfinite(new["gdp_usd"][:, :2]).all()


def test_the_dollar_is_its_own_measure():
    assert np.all(years(20)[0]["price_level"][:, 1] == 0)


def test_a_state_that_catches_up_becomes_dearer_only_under_that_theory():
    calm, p = years(25)
    rich, _ = years(25, real_gdp=np.array([40000.0, 27000.0, np.nan]))
    income = p.holds("exchange_rates", "income")
    more = rich["price_level"][:, 0] - calm["price_level"][:, 0]
    assert np.all(more[~income] == 0)
    assert np.median(more[income]) > 0.05


def test_a_cheap_currency_comes_back():
    new, _ = years(25, price_level_habit=np.array([-0.2, 0.0, -0.4]))
    assert np.median(new["price_level"][:, 0]) > -0.5


def test_the_speed_of_return_is_found():
    luck, n, span = Chance(9), 120, 45
    index = Index(tuple(f"S{i:03d}" for i in range(n)), tuple(range(n)))
    from scipy.special import ndtri

    level = np.zeros((span, n))
    for t in range(1, span):
        level[t] = 0.9 * level[t - 1] + 0.05 * ndtri(luck.uniforms("x", [0], t, ("state",), index)[0])
    speed, error = fit.own_speed(level, np.full((span, n), 100.0))
    assert speed == pytest.approx(0.1, abs=4 * error + 0.02)
