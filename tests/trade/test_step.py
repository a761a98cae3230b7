"""The year of the mechanism: sanctions bite, costs change, the economy grows, accounts stay exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import BASE_YEAR, flows, parameters, run, view

from detente.mechanisms import trade
from detente.mechanisms.trade import equations
from detente.mechanisms.trade.bite import sanctions_year
from detente.model.space import Index

N = 8
MODEST = settings(max_examples=60, deadline=None)


def one_against(i: int, j: int, n: int = N) -> np.ndarray:
    matrix = np.zeros((n, n))
    matrix[i, j] = 1.0
    return matrix


def test_nothing_changed_means_exactly_one():
    base = flows(N)
    year = run(view(base, draws=3), parameters(3))
    assert (year["real_income"] == 1.0).all()
    assert (year["price_index"] == 1.0).all()
    assert (year["sanction_bite"] == 0.0).all()
    assert not year["failed"].any()
    np.testing.assert_allclose(year["trade_flow"][0], base, rtol=1e-10)


def test_growth_alone_moves_flows_but_not_real_income():
    base = flows(N)
    gdp = base.sum(axis=1) / 600.0
    year = run(view(base, gdp=gdp * np.linspace(0.9, 1.8, N)), parameters(1))
    assert (year["real_income"] == 1.0).all()
    np.testing.assert_allclose(year["real_gdp"][0], gdp * np.linspace(0.9, 1.8, N), rtol=1e-12)
    np.testing.assert_allclose(
        year["trade_flow"][0].sum(axis=1), base.sum(axis=1) * np.linspace(0.9, 1.8, N), rtol=1e-9
    )


def test_sanctions_in_the_base_flows_change_nothing_until_they_go():
    base, sanction = flows(N), one_against(0, 5)
    embodied = {"base_sanction_partial": sanction, "base_sanction_age": 30 * sanction}
    last = {"last.sanction_partial": sanction}
    kept = run(view(base, sanction_partial=sanction, **embodied, **last), parameters(1, onset=0))
    np.testing.assert_allclose(kept["real_income"], 1.0, atol=1e-4)
    assert kept["sanction_bite"][0, 0, 5] == pytest.approx(0.4, abs=1e-3)
    lifted = run(view(base, **embodied, **last), parameters(1, onset=0))
    assert 0 < lifted["sanction_bite"][0, 0, 5] < 0.4
    assert lifted["trade_flow"][0, 0, 5] > base[0, 5]
    assert lifted["trade_flow"][0, 5, 0] > base[5, 0]
    assert (lifted["real_income"][0, [0, 5]] > 1).all()


def test_recovery_takes_the_years_it_says_and_theories_differ():
    bite, zero = np.ones((2, 1, 1)), np.zeros((2, 1, 1))
    speed = equations.recovery_speed(np.array([8.0, 2.0]))[:, None, None]
    course = [bite]
    for year in range(8):
        course.append(
            equations.next_bite(
                bite=course[-1],
                target_before=zero if year else bite,
                target=zero,
                onset_at_once=np.array(1.0),
                onset_speed=np.array(1.0),
                recovery=speed,
            )
        )
    assert course[8][0, 0, 0] == pytest.approx(0.1)
    assert course[2][1, 0, 0] == pytest.approx(0.1)


def test_phase_in_follows_the_published_lags_of_trade_agreements():
    """Advanced Guide, ch. 1, application 3: 0.291 + 0.414 + 0.169 + 0.119 after 0, 4, 8, 12 years (T4)."""
    lags = np.cumsum([0.291, 0.414, 0.169, 0.119])
    years = np.array([1.0, 5.0, 9.0])
    ours = equations.realised_share(years=years, at_once=np.array(0.29), speed=np.array(0.2))
    np.testing.assert_allclose(ours, lags[:3] / lags[3], atol=0.01)


@MODEST
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(1, 3))
def test_the_compiled_sanctions_year_says_what_the_equations_say(seed, n, draws):
    rng = np.random.default_rng(seed)  # noqa: NPY002
    kinds = [np.where(rng.uniform(size=(draws, n, n)) < 0.3, 1.0, 0.0) for _ in range(9)]
    kinds[0][:, 0, 1] = np.nan
    kinds[6:] = [np.broadcast_to(k[:1], k.shape) for k in kinds[6:]]
    age = np.broadcast_to(rng.integers(1, 9, (n, n)).astype(float), (draws, n, n))
    bite = np.where(rng.uniform(size=(draws, n, n)) < 0.5, np.nan, rng.normal(0.3, 0.3, (draws, n, n)))
    cost, since = rng.normal(0, 0.1, (draws, n, n)), float(rng.integers(0, 4))
    effects = rng.normal(-0.5, 0.4, (draws, 3))
    onset, speed, recovery = rng.uniform(0.05, 1, (3, draws))
    deep = {
        "rupture": np.where(rng.uniform(size=(n, n)) < 0.3, rng.uniform(0, 3, (n, n)), np.nan),
        "rupture_scale": np.where(rng.uniform(size=draws) < 0.5, np.nan, rng.normal(1.0, 0.1, draws)),
        "rupture_held": rng.integers(0, 2, draws).astype(float),
    }
    new, change = sanctions_year(
        now=tuple(kinds[:3]), before=tuple(kinds[3:6]), base=tuple(kinds[6:]), base_age=age,
        bite=bite, trade_cost=cost, years_since_base=since, effects=effects,
        onset_at_once=onset, onset_speed=speed, recovery=recovery, **deep,
    )  # fmt: skip
    wide = [x[:, None, None] for x in (onset, speed, recovery)]
    average = {"effect_complete": effects[:, 0], "effect_partial": effects[:, 1],
               "effect_financial": effects[:, 2]}  # fmt: skip
    target, before, base = (
        equations.suppressed_in_the_long_run(complete=c, partial=p, financial=f, **average, **deep)
        for c, p, f in (kinds[:3], kinds[3:6], kinds[6:])
    )
    measured = ~np.isnan(deep["rupture"] * deep["rupture_scale"][:, None, None])
    oldest = np.maximum(age, np.swapaxes(age, 1, 2))
    embodied, begun = (
        base
        * np.where(measured, 1.0, equations.realised_share(years=oldest + s, at_once=wide[0], speed=wide[1]))
        for s in (0.0, since)
    )
    expected = equations.next_bite(
        bite=np.where(np.isnan(bite), begun, bite), target_before=before, target=target,
        onset_at_once=wide[0], onset_speed=wide[1], recovery=wide[2],
    )  # fmt: skip
    moved = np.nan_to_num(embodied - expected, nan=0.0) - cost
    off = ~np.eye(n, dtype=bool)
    np.testing.assert_allclose(new[:, off], expected[:, off], atol=1e-13)
    np.testing.assert_allclose(change[:, off], moved[:, off], atol=1e-13)
    assert (new[:, ~off] == 0).all()
    assert (change[:, ~off] == 0).all()


def test_financial_sanctions_alone_keep_a_rupture_open_under_one_theory_only():
    base, sanction = flows(N), one_against(0, 5)
    told = {f"{when}sanction_{kind}": sanction for when in ("base_", "last.") for kind in ("partial", "financial")}
    see = view(base, 2, sanction_financial=sanction, base_sanction_age=2 * sanction, **told)
    see = replace(see, index=Index(("DEU", "A", "B", "C", "D", "RUS", "X", "Y"), tuple(range(N))))
    p = parameters(2, rupture=0, rupture_end=np.array([0.0, 1.0]), russia_2022=1.0, recovery=1)
    kept = run(see, p, {"russia_2022": {"DEU": {"sold": 1.5, "bought": 2.0}}})["sanction_bite"]
    assert kept[0, 0, 5] == pytest.approx(1.5 * (1 - equations.NEARLY_ALL) ** 0.5)
    assert kept[1, 0, 5] == pytest.approx(1.5)


def test_a_financial_sanction_by_itself_costs_trade():
    base, sanction = flows(N), one_against(0, 5)
    year = run(view(base, sanction_financial=sanction), parameters(1))
    assert year["sanction_bite"][0, 0, 5] == pytest.approx(0.2)
    assert year["trade_flow"][0, 0, 5] < base[0, 5]
    assert year["trade_flow"][0, 5, 0] < base[5, 0]


def test_a_rupture_measured_by_itself_returns_whole_if_the_sanctions_made_it():
    base, sanction = flows(N), one_against(0, 5)
    told = {
        "base_sanction_partial": sanction, "base_sanction_age": 2 * sanction,
        "last.sanction_partial": sanction,
    }  # fmt: skip
    see = view(base, 2, **told)
    see = replace(see, index=Index(("DEU", "A", "B", "C", "D", "RUS", "X", "Y"), tuple(range(N))))
    p = parameters(2, rupture=np.array([0.0, 1.0]), russia_2022=np.array([1.1, 1.1]), recovery=1)
    breaks = {"russia_2022": {"DEU": {"sold": 1.5, "bought": 2.0}}}
    lifted = run(see, p, breaks)["sanction_bite"]
    left = (1 - equations.NEARLY_ALL) ** (1 / 2)
    np.testing.assert_allclose(lifted[:, 0, 5], [1.1 * 1.5 * left, 0.4 * left])
    np.testing.assert_allclose(lifted[:, 5, 0], [1.1 * 2.0 * left, 0.4 * left])
    stays = run(replace(see, arrays={**see.arrays, "sanction_partial": see["base_sanction_partial"]}), p, breaks)
    np.testing.assert_allclose(stays["sanction_bite"][:, 0, 5], [1.65, 0.4])
    np.testing.assert_allclose(stays["real_income"], 1.0, rtol=1e-12)


@MODEST
@given(st.floats(0, 1), st.floats(-1, 1), st.floats(0.01, 1), st.floats(0.01, 1), st.floats(0.01, 1))
def test_the_bite_never_overshoots(bite, target, at_once, speed, recovery):
    moved = equations.next_bite(
        bite=np.array(bite),
        target_before=np.array(0.5),
        target=np.array(target),
        onset_at_once=np.array(at_once),
        onset_speed=np.array(speed),
        recovery=np.array(recovery),
    )
    assert min(bite, target) - 1e-12 <= moved <= max(bite, target) + 1e-12


def test_unknown_sanctions_keep_the_costs_and_say_so():
    base, unknown = flows(N), one_against(2, 3)
    unknown[2, 3] = np.nan
    year = run(view(base, sanction_complete=unknown), parameters(1))
    assert np.isnan(year["sanction_bite"][0, 2, 3])
    assert np.isnan(year["sanction_bite"][0, 3, 2])
    assert np.isnan(year["sanction_bite"]).sum() == 2
    assert (year["real_income"] == 1.0).all()


def test_a_state_with_unknown_gdp_drops_out_alone():
    base = flows(N)
    gdp = base.sum(axis=1) / 600.0
    gdp[4] = np.nan
    year = run(view(base, 2, gdp=gdp, trade_cost=-0.2 * one_against(0, 1)), parameters(2))
    for name in ("real_income", "exports", "imports", "price_index", "real_gdp"):
        assert np.isnan(year[name][:, 4]).all(), name
        assert np.isfinite(np.delete(year[name], 4, axis=1)).all(), name
    assert not year["failed"].any()


def test_facilitating_trade_pays_and_taxing_it_costs():
    base = flows(N)
    cheap, dear = (run(view(base, trade_cost=s * one_against(0, 1)), parameters(1)) for s in (-0.5, 0.5))
    assert cheap["trade_flow"][0, 0, 1] > base[0, 1] > dear["trade_flow"][0, 0, 1]
    assert cheap["real_income"][0, 1] > 1 > dear["real_income"][0, 1]


def test_small_effects_are_imports_over_gdp_times_terms_of_trade():
    """With the Domar weight the assumed domestic sales hardly matter for a small cost change."""
    base = flows(N)
    more_home = base + np.diag(0.5 * np.diag(base))
    gdp = base.sum(axis=1) / 600.0
    cost = {
        "trade_cost": 0.01 * (np.ones((N, N)) - np.eye(N)),
        "base_gdp_usd": gdp,
        "base_gdp": gdp,
        "gdp": gdp,
    }
    lean, fat = (np.log(run(view(m, **cost), parameters(1))["real_income"]) for m in (base, more_home))
    np.testing.assert_allclose(lean, fat, rtol=0.15)


def test_the_exact_accounts_hold_in_the_mechanism_too():
    base, draws = flows(N, 3), 4
    rng = np.random.default_rng(1)  # noqa: NPY002
    gdp = base.sum(axis=1) / 600 * np.exp(rng.normal(0.2, 0.1, (draws, N)))
    sanction = np.where(rng.uniform(size=(draws, N, N)) < 0.3, 1.0, 0.0) * (1 - np.eye(N))
    year = run(view(base, draws, gdp=gdp, sanction_complete=sanction), parameters(draws))
    flow = year["trade_flow"]
    world = flow.sum(axis=(1, 2))
    np.testing.assert_allclose(
        world, (gdp / (base.sum(axis=1) / 600) * base.sum(axis=1)).sum(axis=1), rtol=1e-9
    )
    home = np.diagonal(flow, axis1=1, axis2=2)
    np.testing.assert_allclose(year["exports"].sum(axis=1), year["imports"].sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(year["exports"] + home, flow.sum(axis=2), rtol=1e-12)
    assert (year["real_income"] < 1.02).all()


def test_draws_do_not_see_each_other():
    base, draws = flows(N, 3), 3
    rng = np.random.default_rng(2)  # noqa: NPY002
    cost = rng.normal(0, 0.3, (draws, N, N)) * (1 - np.eye(N))
    gdp = base.sum(axis=1) / 600 * np.exp(rng.normal(0.2, 0.1, (draws, N)))
    sigma = np.array([4.0, 6.0, 8.0])
    together = run(view(base, draws, gdp=gdp, trade_cost=cost), parameters(draws, sigma=sigma))
    for k in range(draws):
        alone = run(
            view(base, 1, gdp=gdp[k : k + 1], trade_cost=cost[k : k + 1]),
            parameters(1, sigma=sigma[k : k + 1]),
        )
        for name, value in alone.items():
            np.testing.assert_array_equal(value[0], together[name][k], err_msg=name)


def test_a_failed_draw_is_flagged_and_empty():
    base = flows(N)
    year = run(
        view(base, 2, trade_cost=0.1 * one_against(0, 1)), parameters(2, sigma=np.array([6.0, np.nan]))
    )
    assert year["failed"].tolist() == [False, True]
    assert np.isnan(year["real_income"][1]).all()
    assert np.isfinite(year["real_income"][0]).all()


def test_a_later_start_finds_older_sanctions():
    base, sanction = flows(N), one_against(0, 5)
    told = {
        "base_sanction_partial": sanction,
        "base_sanction_age": sanction,
        "sanction_partial": sanction,
        "last.sanction_partial": sanction,
    }
    p = parameters(1, onset=0)
    soon, later = (run(view(base, year=BASE_YEAR + k, **told), p)["sanction_bite"][0, 0, 5] for k in (1, 4))
    assert soon < later < 0.4


def test_solved_fields_name_what_can_be_moved_instead():
    for field in trade.SOLVED:
        assert field.kind == "solved"
        assert "trade_cost" in field.instead
