"""The bundle's closed accounts, and how they are made."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from detente.data.bundle import table
from detente.data.sector_codes import GOODS, GTAP, ICIO, SECTORS, WIOD
from detente.data.tables_sectors import balanced
from detente.mechanisms import sectors
from detente.mechanisms.sectors.fit import base_economy, elasticity_priors


def made():
    return base_economy(table("sector_flows"), table("sector_inputs"))


def test_the_mechanism_ships_the_bundles_economy():
    ours, shipped = made(), sectors.base()
    assert ours.states == shipped.states
    assert ours.sectors == shipped.sectors == tuple(sectors.SECTORS) == SECTORS
    assert sectors.GOODS == GOODS
    np.testing.assert_array_equal(ours.flow, shipped.flow)
    np.testing.assert_array_equal(ours.inputs, shipped.inputs)


def test_it_is_an_economy():
    e = made()
    assert len(e.states) == 81
    assert len(e.sectors) == 10
    assert (e.flow >= 0).all()
    assert (e.inputs >= 0).all()
    assert e.value_share.min() >= 0.02
    assert (e.final > 0).all()
    assert abs(e.deficit.sum()) < 1e-9 * e.value.sum()
    assert ((e.value + e.deficit) > 0).all()
    assert (np.einsum("jnn->n", e.flow) > 0.3 * e.flow.sum(axis=(0, 1))).sum() >= 78


def test_sizes_are_those_of_2022():
    """GDP and balances at 2022 prices (WDI): USA 26.0 tn, China 18.3, Germany 4.2, Russia 2.3; before taxes on products."""
    e = made()
    gdp = dict(zip(e.states, e.value / 1e6, strict=True))
    for state, low, high in (("USA", 24, 26), ("CHN", 16, 18.5), ("DEU", 3.6, 4.2), ("RUS", 1.9, 2.3)):
        assert low < gdp[state] < high
    ratio = dict(zip(e.states, e.deficit / e.value, strict=True))
    assert 0.025 < ratio["USA"] < 0.05
    assert ratio["CHN"] < -0.02
    assert ratio["RUS"] < -0.08
    assert ratio["UKR"] > 0.1


def test_russias_partners_are_those_of_2023():
    e = made()
    at, goods = e.states.index("RUS"), slice(0, 8)
    sold = e.flow[goods, at].sum(axis=0)
    china, germany = (sold[e.states.index(s)] for s in ("CHN", "DEU"))
    assert china > 15 * germany
    trade = table("trade").filter((pl.col("year") == 2023) & (pl.col("exporter") == "RUS"))
    told = dict(trade.select("importer", "value").iter_rows())
    assert china / sold[e.states.index("IND")] == pytest.approx(told["CHN"] / told["IND"], rel=0.15)


def test_russia_sells_energy_and_buys_machines():
    e = made()
    at = e.states.index("RUS")
    abroad = e.flow - np.where(np.eye(81) > 0, e.flow, 0)
    sold, bought = abroad[:, at].sum(axis=1), abroad[:, :, at].sum(axis=1)
    name = dict(zip(e.sectors, range(10), strict=True))
    assert sold[name["energy"]] + sold[name["refining"]] > 0.4 * sold[:8].sum()
    assert bought[name["machinery"]] > 50 * bought[name["energy"]]


def test_every_industry_has_a_sector():
    assert len(ICIO) == 50
    assert list(WIOD) == [f"c{k}" for k in range(1, 36)]
    assert set(ICIO.values()) == set(WIOD.values()) == set(SECTORS)
    assert set(GTAP.values()) == set(SECTORS) - {"services"}


def test_margins_are_met_or_it_is_said():
    found = balanced(np.ones((2, 3)), np.array([3.0, 6.0]), np.array([2.0, np.nan, 4.0]))
    np.testing.assert_allclose(found.sum(axis=1), [3, 6])
    np.testing.assert_allclose(found.sum(axis=0)[[0, 2]], [2, 4])
    with pytest.raises(RuntimeError, match="margins not met"):
        balanced(np.eye(2), np.array([1.0, 2.0]), np.array([2.0, 1.0]), rounds=50)


def test_elasticities_come_with_the_spread_of_their_parts():
    told = elasticity_priors(table("elasticities"), SECTORS)
    theta = {
        k: dict(zip(v["joint"]["names"], np.exp(v["joint"]["mean"]), strict=True)) for k, v in told.items()
    }
    assert theta["log_theta_fontagne"]["energy"] == pytest.approx(10.89, abs=0.01)
    assert theta["log_theta_fontagne"]["refining"] == pytest.approx(3.64, abs=0.01)
    assert theta["log_theta_hinz"]["refining"] == pytest.approx(8.5, abs=0.01)
    assert theta["log_theta_hinz"]["services"] == pytest.approx(5.0, abs=0.01)
    spread = np.diag(told["log_theta_fontagne"]["joint"]["covariance"])
    name = dict(zip(SECTORS, range(10), strict=True))
    assert spread[name["agriculture"]] < spread[name["machinery"]] < spread[name["energy"]]


@pytest.mark.raw
def test_the_tables_come_out_of_the_raw_files(raw):
    from detente.data.sources import elasticities, icio_sectors, wdi, wdi_economy, wiod
    from detente.data.tables_sectors import Accounts, assembled

    loaded = {m.SOURCE.key: m.load(raw) for m in (wiod, icio_sectors, wdi, wdi_economy, elasticities)}
    for m in (wiod, icio_sectors, elasticities):
        assert m.check(loaded[m.SOURCE.key]) == []
    import detente.data.tables_sectors as t

    held = t.trade_table
    t.trade_table = lambda _: table("trade")
    try:
        whole: Accounts = assembled(loaded)
    finally:
        t.trade_table = held
    rows = loaded["icio_sectors"]
    told = rows.filter(pl.col("kind") == "output")["value"].sum()
    assert whole.output[:, :-1].sum() == pytest.approx(told, rel=1e-6)
    assert whole.flow.min() >= 0


def test_russian_industry_buys_less_in_the_west_and_more_in_china():
    rows = table("input_origin").filter(pl.col("importer") == "RUS")
    sums = rows.group_by("year").agg(pl.col("share").sum()).sort("year")
    np.testing.assert_allclose(sums["share"], 1.0, atol=1e-5)

    def share(year: int, *sellers: str) -> float:
        return float(rows.filter((pl.col("year") == year) & pl.col("exporter").is_in(sellers))["share"].sum())

    west = ("DEU", "FRA", "ITA", "USA", "GBR", "JPN", "KOR", "NLD", "FIN", "POL")
    assert share(2022, *west) < 0.5 * share(2011, *west)
    assert share(2022, "CHN") > 2 * share(2011, "CHN")
