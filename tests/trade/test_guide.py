"""T1: the Advanced Guide's "trade without borders", country by country."""

from __future__ import annotations

import numpy as np
import pytest
from guide_data import PUBLISHED, SIGMA, Guide, guide

from detente.mechanisms.trade.equilibrium import solve
from detente.mechanisms.trade.guide import fitted_base, guide_procedure
from detente.mechanisms.trade.plain import newton


@pytest.fixture(scope="module")
def data() -> Guide:
    return guide()


@pytest.fixture(scope="module")
def coefficients(data: Guide) -> dict[str, tuple[float, float]]:
    pytest.importorskip("pyfixest")
    import polars as pl

    from detente.mechanisms.trade.guide_fit import border_gravity

    names = np.array(data.countries)
    frame = pl.DataFrame(
        {
            "exporter": np.repeat(names, len(names)),
            "importer": np.tile(names, len(names)),
            "trade": data.trade.ravel(),
            "log_distance": data.log_distance.ravel(),
            "contiguity": data.contiguity.ravel(),
            "border": data.border.ravel(),
        }
    )
    return border_gravity(frame)


@pytest.fixture(scope="module")
def base(data: Guide, coefficients: dict[str, tuple[float, float]]) -> np.ndarray:
    return fitted_base(data.trade, data.log_cost({k: b for k, (b, _) in coefficients.items()}))


@pytest.fixture(scope="module")
def no_border(data: Guide, coefficients: dict[str, tuple[float, float]]) -> np.ndarray:
    return -coefficients["border"][0] * data.border


def test_the_regression_gives_the_published_coefficients_and_errors(coefficients):
    published = {"log_distance": (-0.7913, 0.050), "contiguity": (0.6736, 0.107), "border": (-2.4745, 0.119)}
    assert {k: b for k, (b, _) in published.items()} == PUBLISHED
    for name, (b, se) in published.items():
        assert coefficients[name][0] == pytest.approx(b, abs=6e-5)
        assert coefficients[name][1] == pytest.approx(se, abs=6e-4)


def test_the_guides_procedure_gives_all_69_published_results(data, base, no_border):
    ours = guide_procedure(base, no_border, sigma=SIGMA, reference=data.germany)
    assert len(data.countries) == 69
    for column, values in (
        ("real_gdp", ours.real_gdp),
        ("factory_price", ours.price),
        ("inward_resistance", ours.price_index),
    ):
        assert np.abs(100 * (values - 1) - data.results[column]).max() < 1e-3, column


def test_run_to_convergence_the_guides_procedure_stays_within_a_tenth_of_a_point(data, base, no_border):
    ours = guide_procedure(base, no_border, sigma=SIGMA, reference=data.germany, stop=1e-10)
    assert ours.rounds > 50
    assert np.abs(100 * (ours.real_gdp - 1) - data.results["real_gdp"]).max() < 0.1


def test_the_exact_equilibrium_departs_only_where_the_procedure_is_inconsistent(data, base, no_border):
    """The exact solution differs from print by the Guide's two expenditures, visibly for two hubs only."""
    exact = solve(base, no_border, sigma=np.array([SIGMA]))
    miss = np.abs(100 * (exact.real_income[0] - 1) - data.results["real_gdp"])
    far = [c for c, m in zip(data.countries, miss, strict=True) if m > 0.15]
    assert far == ["HKG", "MAC"]
    assert miss.max() < 0.61
    price, index = newton(base, no_border, sigma=SIGMA)
    np.testing.assert_allclose(exact.price[0], price, rtol=1e-10)
    np.testing.assert_allclose(exact.price_index[0], index, rtol=1e-10)


def test_conditional_exports_are_the_published_ones(data, base, no_border):
    given = solve(base, no_border, sigma=np.array([SIGMA]), supply=0.0)
    exports = given.flow[0].sum(axis=1) - np.diag(given.flow[0])
    before = base.sum(axis=1) - np.diag(base)
    np.testing.assert_allclose(100 * (exports / before - 1), data.results["exports_conditional"], atol=2e-3)
