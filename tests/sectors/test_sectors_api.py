"""The stand-alone function at depth "sectors": tables in, effects out, mistakes named."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from economies import economy, long_flows, long_inputs, shocks

from detente import trade
from detente.mechanisms.sectors import GOODS, base
from detente.mechanisms.sectors.api import counterfactual
from detente.model.errors import DetenteError

MADE = economy(seed=11)
FLOWS, INPUTS = long_flows(MADE), long_inputs(MADE)
CHANGE = pl.DataFrame({"exporter": ["S00", "S01"], "importer": ["S01", "S00"], "change": [0.7, 0.7]})
THETA = {"food": 3.0, "goods": 6.0, "services": 4.5}


def many(flows=FLOWS, change=CHANGE, inputs=INPUTS, elasticities=THETA, **more):
    return trade.counterfactual(
        flows, change, depth="sectors", inputs=inputs, elasticities=elasticities, **more
    )


def test_freer_trade_pays_those_who_trade():
    found = many()
    assert found.real_income[:2].min() > 1.0
    assert found.states == MADE.states
    assert found.table()["state"].to_list() == list(MADE.states)
    assert found.by_sector().height == 15
    assert "Real income" in str(found)
    np.testing.assert_allclose(found.flow.sum(axis=2), found.output_value, rtol=1e-8)
    np.testing.assert_allclose(found.input_share.sum(axis=0), 1.0, rtol=1e-10)


def test_both_depths_speak_alike():
    one = trade.counterfactual(FLOWS.group_by("exporter", "importer").agg(pl.col("value").sum()), CHANGE)
    ten = many()
    assert ten.table().columns[: len(one.table().columns)] == one.table().columns
    np.testing.assert_allclose(one.base_exports, ten.base_exports)


def test_order_of_rows_and_kind_of_table_do_not_matter():
    pandas = pytest.importorskip("pandas")
    mixed = FLOWS.sample(fraction=1, shuffle=True, seed=1).sort(
        pl.col("sector") != "food", maintain_order=True
    )
    frame = pandas.DataFrame({c: FLOWS[c].to_list() for c in FLOWS.columns})
    told = many().real_income
    np.testing.assert_allclose(many(mixed).real_income, told, rtol=1e-9)
    np.testing.assert_allclose(many(frame).real_income, told, rtol=1e-12)


def test_a_change_can_name_its_sector():
    whole = many(change=CHANGE, goods=("food", "goods"))
    named = pl.concat([CHANGE.with_columns(pl.lit(s).alias("sector")) for s in ("food", "goods")])
    np.testing.assert_allclose(many(change=named).real_income, whole.real_income, rtol=1e-12)
    array = np.zeros(MADE.flow.shape)
    array[:2, 0, 1] = array[:2, 1, 0] = 0.7
    np.testing.assert_allclose(many(change=array).real_income, whole.real_income, rtol=1e-12)


def test_the_shipped_economy_needs_no_table():
    change = pl.DataFrame({"exporter": ["RUS", "DEU"], "importer": ["DEU", "RUS"], "change": [1.5, 1.5]})
    found = trade.counterfactual(None, change, depth="sectors")
    gain = dict(zip(found.states, found.real_income, strict=True))
    assert gain["RUS"] > 1.0005
    assert gain["DEU"] > 1.0
    assert found.sectors == base().sectors
    services = found.sectors.index("services")
    at = found.states.index("DEU")
    assert found.flow[services, at, found.states.index("RUS")] == pytest.approx(
        found.base_flow[services, at, found.states.index("RUS")], rel=0.2
    )
    assert set(GOODS) < set(found.sectors)


def test_without_deficits_they_are_taken_out_first():
    found = many(change=0 * shocks(MADE, 1), imbalance="none")
    np.testing.assert_allclose(found.real_income, 1.0, atol=1e-9)
    np.testing.assert_allclose(found.exports, found.imports, rtol=1e-7)
    np.testing.assert_allclose(found.base_exports, found.base_imports, rtol=1e-7)


def edited(frame: pl.DataFrame, where: pl.Expr, column: str, value: float) -> pl.DataFrame:
    return frame.with_columns(pl.when(where).then(value).otherwise(pl.col(column)).alias(column))


ROW = (pl.col("exporter") == "S02") & (pl.col("importer") == "S03") & (pl.col("sector") == "goods")
HOME = (pl.col("exporter") == "S02") & (pl.col("importer") == "S02")
ABROAD = pl.col("exporter") != pl.col("importer")
CUT = ABROAD & ((pl.col("exporter") == "S04") | (pl.col("importer") == "S04"))
USE = (pl.col("state") == "S01") & (pl.col("use") == "food")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"flows": edited(FLOWS, ROW, "value", -3.0)}, "goods, S02 → S03 is -3.0"),
        ({"flows": edited(FLOWS, ROW, "value", float("nan"))}, "goods, S02 → S03 is nan"),
        ({"flows": FLOWS.filter(~HOME)}, "S02 has no domestic sales"),
        ({"flows": FLOWS.filter(~CUT)}, "S04 is cut off"),
        ({"flows": FLOWS.drop("sector")}, "needs sector, exporter, importer, value"),
        ({"flows": pl.concat([FLOWS, FLOWS.head(1)])}, "listed twice"),
        (
            {"flows": FLOWS.filter((pl.col("sector") != "food") | (pl.col("importer") != "S03"))},
            "S03 buys nothing of food",
        ),
        ({"inputs": edited(INPUTS, USE, "share", 0.5)}, "spends 1.500 of its output on inputs"),
        ({"inputs": edited(INPUTS, USE, "share", -0.1)}, "a share is 0 or more"),
        ({"inputs": INPUTS.with_columns(pl.col("sector").replace("goods", "godos"))}, "did you mean 'goods'"),
        ({"inputs": INPUTS.drop("use")}, "needs state, use, sector, share"),
        ({"elasticities": {"food": 3.0, "services": 6.0}}, "goods: nan is outside the range"),
        ({"elasticities": {"food": 3.0, "goods": -6.0, "services": 4.0}}, "goods: -6.0 is outside the range"),
        ({"elasticities": 900.0}, "food: 900.0 is outside the range"),
        ({"elasticities": {**THETA, "goodz": 3.0}}, "unknown sector 'goodz'"),
        ({"elasticities": None}, "none for sector 'food'"),
        ({"change": CHANGE.with_columns(pl.lit("S99").alias("importer"))}, "unknown importer 'S99'"),
        ({"change": CHANGE.with_columns(pl.lit("foods").alias("sector"))}, "did you mean 'food'"),
        ({"change": CHANGE.with_columns(pl.lit(float("inf")).alias("change"))}, "give a finite log change"),
        ({"change": CHANGE.rename({"change": "by"})}, "needs exporter, importer, change"),
        ({"change": np.zeros((2, 2))}, "has shape (2, 2)"),
        ({"goods": ("goods", "fod")}, "did you mean 'food'"),
        ({"imbalance": "shares"}, "did you mean 'share'"),
    ],
)
def test_mistakes_are_named(bad, message):
    with pytest.raises(DetenteError) as error:
        many(**bad)
    assert message in str(error.value), str(error.value)


def test_mistakes_come_together():
    with pytest.raises(DetenteError) as error:
        many(flows=edited(FLOWS, ROW, "value", -3.0), elasticities={**THETA, "goods": 0.0}, imbalance="share")
    assert len(error.value.problems) == 2


def test_no_equilibrium_is_said():
    with pytest.raises(DetenteError, match="no equilibrium found"):
        counterfactual(FLOWS, CHANGE, inputs=INPUTS, elasticities=THETA, sweeps=2)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"depth": "sector"}, "did you mean 'sectors'"),
        ({"depth": "sectors", "sigma": 5.0}, "sigma: means nothing at depth 'sectors'"),
        ({"elasticities": 5.0}, "means nothing at depth 'one sector'"),
    ],
)
def test_the_depth_says_what_it_takes(more, message):
    with pytest.raises(DetenteError, match=message):
        trade.counterfactual(FLOWS, CHANGE, **more)
