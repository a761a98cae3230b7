"""Estimation: known truth recovered, nothing later known, the published record reproduced."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from detente.data.bundle import table
from detente.data.pledges import pledged, with_history
from detente.data.start_defence import budgets, fiscal_room
from detente.judge.record_defence import budgets_beside, states_cutting
from detente.mechanisms.defence import equations as eq
from detente.mechanisms.defence import mechanism, panel, published, rollout, score
from detente.mechanisms.defence.estimation import Sample, student_regression
from detente.mechanisms.defence.fit import columns, demand_fit
from detente.mechanisms.defence.opening import constants_of, informed, opening, opening_of, recent_mean
from detente.mechanisms.defence.response import response_of, step_response
from detente.model.chance import Chance

TABLES = with_history(table)
PUBLISHED = pl.read_csv(Path(__file__).parent / "d3_published.csv")


@pytest.fixture(scope="module")
def seen():
    return panel.assemble(TABLES, until=2000, since=1970)


def test_the_record_of_d3_within_rounding():
    ours = table("state_year").select("state", pl.col("year").cast(pl.Int64), "milex_share")
    both = PUBLISHED.join(ours, on=["state", "year"], how="left")
    assert both.height == 237
    assert (both["milex_share"] * 100 - both["percent"]).abs().max() <= 0.0051


@pytest.mark.raw
def test_sipri_itself_agrees_with_the_table_of_d3(raw):
    from detente.data.sources import sipri

    workbook = sipri.load(raw).select("state", pl.col("year").cast(pl.Int64), "share")
    both = PUBLISHED.join(workbook, on=["state", "year"], how="left").drop_nulls()
    assert both.height > 230
    assert (both["share"] * 100 - both["percent"]).abs().max() <= 0.0051


def test_world_spending_fell_after_1990_as_the_imf_saw(seen):
    early, late = (score.world_share(seen, y)[0] for y in (1990, 1995))
    # Gupta, Schiff & Clements (1996): 3.6 % of GDP in 1990, 2.4 % in 1995; states and prices differ.
    assert early == pytest.approx(0.036, abs=0.003)
    assert late == pytest.approx(0.024, abs=0.003)


def test_student_regression_finds_the_truth():
    from scipy.special import ndtri, stdtrit

    u = Chance(3).row("test", range(4000), 0, 4)
    x = np.c_[np.ones(4000), ndtri(u[:, 0])]
    z = np.c_[np.ones(4000), u[:, 1] - 0.5]
    y = x @ [0.1, -0.5] + np.exp(z @ [-2.0, -1.0]) * stdtrit(3.0, u[:, 2])
    groups = np.arange(4000)
    fit = student_regression(Sample(y, x, z, groups % 80, groups // 80))
    np.testing.assert_allclose(fit.coefficients, [0.1, -0.5], atol=4 * fit.errors.max())
    np.testing.assert_allclose(fit.noise[:2], [-2.0, -1.0], atol=0.2)
    assert 2 + np.exp(fit.noise[2]) == pytest.approx(3.0, abs=0.5)
    assert 0.001 < fit.errors[1] < 0.01


def test_nothing_later_is_known(seen):
    constants = constants_of(mechanism(1995))
    short = panel.assemble(TABLES, until=1995, since=1970)
    for name in ("share", "gdp", "capability", "risk", "pact", "member", "room"):
        cut = getattr(seen.until(1995), name)
        rows = [seen.states.index(s) for s in short.states]
        mine = cut[:, rows] if cut.ndim == 2 else cut[:, rows][:, :, rows]
        np.testing.assert_array_equal(getattr(short, name), mine)
    a, b = (demand_fit(p, columns(p, constants), eq.DEMAND) for p in (short, seen.until(1995)))
    np.testing.assert_allclose(a.coefficients, b.coefficients, rtol=1e-6, atol=1e-9)


def test_shipped_estimates_are_those_of_the_fit(seen):
    shipped = {p.name: p for p in mechanism(2000).parameters}["defence.demand"].prior.joint
    whole = panel.assemble(TABLES, until=2000)
    again = demand_fit(whole, columns(whole, constants_of(mechanism(2000))), eq.DEMAND)
    np.testing.assert_allclose(again.coefficients, shipped.mean, rtol=0.02, atol=2e-4)


def test_rivals_raise_and_peace_lowers_spending_in_the_data():
    for year in (1990, 2000, 2014, None):
        joint = {p.name: p for p in mechanism(year).parameters}["defence.demand"].prior.joint
        k = joint.names.index("threat_news")
        assert joint.mean[k] > 2 * joint.covariance[k][k] ** 0.5


def test_opening_norms(seen):
    share = np.array([[0.04, np.nan], [0.01, np.nan]])
    np.testing.assert_allclose(recent_mean(share), [0.02, np.nan])
    long = np.r_[np.full((5, 1), 0.5), np.full((10, 1), 0.03)]
    np.testing.assert_allclose(recent_mean(long), [0.03])
    found = opening_of(seen, constants_of(mechanism(2000)))
    germany = found["states"].index("DEU")
    # The threat of the Cold War was still remembered in 2000.
    assert found["threat_norm"][germany] > columns(seen, constants_of(mechanism(2000)))[-1, germany, 2]


def test_opening_in_any_order_of_states():
    found = opening(["USA", "XYZ", "FRA"], 2000, constants_of(mechanism(2000)), TABLES)
    assert np.isnan(found["milex_norm"][1])
    assert found["milex_norm"][0] > found["milex_norm"][2] > 0


def test_informed_fills_the_norm_of_threat_and_nothing_else(seen):
    machine = mechanism(2000)
    start = rollout.observed_start(seen, machine, 2000, 1, False)
    blank = replace(start, values={**start.values, "threat_norm": np.full(len(start.index), np.nan)})
    filled = informed(blank, machine, TABLES)
    assert np.isfinite(filled.values["threat_norm"]).sum() > 120
    for name in set(start.values) - {"threat_norm"}:
        assert filled.values[name] is blank.values[name]


def test_a_backcast_beside_its_rivals(seen):
    frame = score.backcast_of(seen, 1990, 5, draws=60)
    losses = score.loss(frame, 5).filter(pl.col("states") == "D3").row(0, named=True)
    assert losses["n"] >= 20
    assert losses["median"] < losses["persistence"]
    assert 0.7 <= losses["inside_90"] <= 1.0


def test_conditional_and_not_differ_only_by_what_is_told(seen):
    plain = rollout.observed_start(seen, mechanism(1990), 1990, 5, False)
    told = rollout.observed_start(seen, mechanism(1990), 1990, 5, True)
    assert not plain.paths
    assert set(told.paths) == {
        "told_risk",
        "defence_pact",
        "told_growth",
        "unreported_milex",
        "nato_member",
        "pledged_share",
    }
    for name, value in plain.values.items():
        np.testing.assert_array_equal(value, told.values[name])


def test_response_by_state_has_errors_and_admits_silence(seen):
    frame = response_of(seen, constants_of(mechanism(2000)))
    heard = frame.filter(pl.col("answer"))
    assert (heard["error"] > 0).all()
    assert frame.filter(~pl.col("answer"))["estimate"].null_count() == frame.filter(~pl.col("answer")).height
    assert heard.filter(pl.col("clear"))["estimate"].min() > 0


def test_a_lasting_threat_raises_spending_at_once_and_more_later():
    b = {"threat_level": 0.002, "threat_news": 0.02, "pull": 0.015}
    path = step_response(b, 10.0, 20)
    assert path[0] == pytest.approx(0.022)
    assert path[9] > 3 * path[0]


def test_pledges_bind_from_the_year_after_and_only_members_below_them():
    years = range(1975, 2027)
    share = panel.pledge_years(TABLES("pledges"), years)[:, 0]
    found = dict(zip(years, share, strict=True))
    assert [found[y] for y in (1977, 1978, 1983, 1984, 2006, 2013, 2014, 2024, 2025)] == [
        0,
        1,
        1,
        0,
        0,
        0,
        0.02,
        0.02,
        0.035,
    ]
    assert [pledged(y, 2030) for y in (1978, 1979, 1984, 1985, 2014, 2015, 2025, 2026)] == [
        0,
        1,
        1,
        0,
        0,
        0.02,
        0.02,
        0.035,
    ]
    assert pledged(2026, known=2024) == 0.02
    whole = panel.assemble(TABLES, until=2016, since=2010)
    short = columns(whole, constants_of(mechanism(2014)))[..., eq.DEMAND.index("pledge")]
    of = {s: short[:, whole.states.index(s)] for s in ("DEU", "USA", "SWE", "MNE")}
    np.testing.assert_array_equal(of["DEU"][1:], [0, 0, 0, 0, 1, 1])
    assert np.nansum(of["USA"]) == np.nansum(of["SWE"]) == np.nansum(of["MNE"]) == 0


def test_room_is_the_balance_less_its_own_past_and_the_start_agrees(seen):
    balance = (
        table("economy").filter((pl.col("state") == "DEU") & (pl.col("year") <= 2000))["balance"].drop_nulls()
    )
    norm = balance[0]
    for value in balance[1:]:
        norm += (value - norm) / panel.ROOM_MEMORY
    germany = seen.states.index("DEU")
    assert seen.room[-1, germany] == pytest.approx(balance[-1] - norm, abs=1e-6)
    np.testing.assert_allclose(fiscal_room(seen.states, 2000), seen.room[-1], atol=1e-6)


def test_a_pledge_of_later_is_not_known_earlier(seen):
    values, paths, _ = budgets(("DEU", "USA"), 2010)
    assert values["pledged_share"].tolist() == [0, 0]
    assert all((v == 0).all() for v in paths["pledged_share"].values())
    values, paths, _ = budgets(("DEU", "USA"), 2014)
    assert (values["pledged_share"] == 0.02).all()
    assert (paths["pledged_share"][2030] == 0.02).all()


def test_pledges_and_money_on_record_moved_budgets_before_2014():
    joint = {p.name: p for p in mechanism(2014).parameters}["defence.demand"].prior.joint
    for name in ("pledge", "room"):
        k = joint.names.index(name)
        assert joint.mean[k] > 2 * joint.covariance[k][k] ** 0.5


def test_spending_on_risk_as_nordhaus_oneal_and_russett(seen):
    whole = published.spending_on_risk(panel.assemble(TABLES, until=2000), highest=0.5)
    assert whole["states"] > 140
    assert abs(whole["percent"] - 3.0) < 2 * whole["error"]
    shaken = replace(seen, risk=seen.risk[:, ::-1, ::-1])
    assert abs(published.spending_on_risk(shaken, highest=0.5)["percent"]) < 1.5, "others' risks tell as much"


def test_most_states_cut_after_1990_in_panel_and_record(seen):
    cut, both = published.cuts(seen, 1990, 1995)
    record = states_cutting(table, since=1990, until=1995)
    assert (record.value, record.n) == (cut, both)
    assert 0.6 < cut / both < 0.9
    day = [published.world_at_prices_of_the_day(table("state_year"), seen, y) for y in (1990, 1995)]
    assert day == pytest.approx([0.033, 0.0235], abs=5e-4)


def test_budgets_beside_a_dividend():
    found = budgets_beside(table, ["DEU", "USA", "XYZ"], 2024)
    assert set(found) == {"DEU", "USA"}
    assert 0.03 < found["DEU"]["education"] < 0.08
    assert budgets_beside(table, ["DEU"], 1950) == {}
