"""The market by itself: calibrated figures, messages, command line, words and start values."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from detente import gas
from detente.data.bundle import table
from detente.data.start import observed
from detente.mechanisms.gas import fit
from detente.mechanisms.gas.network import calibrated
from detente.mechanisms.vocabulary_gas import ROUTES
from detente.model.errors import DetenteError

ROOT = Path(__file__).parents[2]


def union(frame, column):
    return float(frame.filter(frame["state"].is_in(gas.UNION))[column].sum())


def test_the_union_s_gas_from_russia_in_2021_is_that_of_the_iea():
    """G1: 155 bcm, 45 % of imports, almost 40 % of use (at IEA's 38 MJ; ours is at 40)."""
    found = gas.market(2021)
    sales = found.sales(0.0)
    russian = sales.filter((sales["seller"] == "RUS") & sales["buyer"].is_in(gas.UNION))
    total = russian["pipe_before"].sum() + russian["lng_before"].sum()
    assert 130 <= total <= 160
    assert 0.33 <= total / union(found.states(), "use_before") <= 0.42


def test_regasification_of_the_union_grew_as_reported():
    """G13: about 160 bcm in 2021, about 250 in 2024."""
    now = observed(2024)
    at = [now.index.states.index(s) for s in gas.UNION]
    rows = table("gas_terminals").filter(
        (pl.col("side") == "import") & (pl.col("kind") == "running") & (pl.col("year") == 2021)
    )
    assert 150 <= rows.filter(pl.col("state").is_in(gas.UNION))["bcm"].sum() <= 180
    assert 220 <= now.values["lng_regasification"][at].sum() <= 270


def test_holding_back_100_bcm_in_2021_moves_the_hub_by_half():
    """T001-08; recorded so that a change of the calibration shows."""
    prices = gas.market(2021, withhold={"RUS": 100}).prices()
    assert dict(prices.select("hub", "percent").iter_rows())["TTF"] == pytest.approx(54.4, abs=3)


def test_all_mistakes_are_told_at_once_with_the_nearest_valid_name():
    with pytest.raises(DetenteError) as told:
        gas.market(
            2023, close=["nordstrem"], cut={"NOR-DEU": 2}, terminal={"DEX": 3, "DEU": -3}, seller="nice"
        )
    text = str(told.value)
    for part in ("nordstrem", "nord-stream", "DEX", "DEU", "nice", "2", "-3"):
        assert part in text
    assert len(told.value.problems) == 5
    with pytest.raises(DetenteError, match="valid: 2021, 2023"):
        gas.market(2019)
    with pytest.raises(DetenteError, match="at most"):
        gas.market(2023, withhold={"RUS": 900})
    with pytest.raises(DetenteError):
        gas.market(demand={"DEU": float("nan")})


def test_the_command_answers_and_refuses():
    def call(*args):
        return subprocess.run(
            [sys.executable, "-c", "from detente.cli import main; main()", "gas", *args],
            capture_output=True,
            text=True,
            check=False,
        )

    said = call("--close", "turkstream", "--show", "3")
    assert said.returncode == 0
    assert "TTF" in said.stdout
    assert "Who loses" in said.stdout
    bad = call("--close", "turkstrem", "--cut", "NOR-DEU=x")
    assert bad.returncode == 1
    assert "Traceback" not in bad.stderr
    assert "NAME=NUMBER" in bad.stderr


def test_the_words_name_the_routes_of_the_table():
    rows = table("gas_pipes")
    legs = set(rows.select("from", "to").iter_rows())
    assert all(leg in legs for route in ROUTES.values() for leg in route)
    named = {r for r in rows["route"].unique() if r}
    assert named == set(ROUTES)


def test_the_account_balances_and_ships_no_bilateral_lng():
    for year in (2021, 2023):
        net = calibrated(year)
        from detente.mechanisms.gas.market import base_output

        made = base_output(net)
        assert (made > -1e-3).all()
        assert 3900 < made.sum() < 4150
    assert set(table("gas_lng").columns) == {"side", "state", "region", "year", "bcm"}


def test_before_2021_the_market_is_unknown_and_says_so():
    then = observed(2010)
    assert np.isnan(then.values["lng_liquefaction"]).all()
    assert "no gas market" in then.notes["gas_pipe_open"].rule
    later = observed(2021)
    assert "lng_export_coming" not in later.paths
    assert "gas_ban" not in later.paths
    assert 2028 in observed(2022).paths["gas_ban"]


def test_cuts_are_commoner_among_the_cold_than_the_warm():
    levels = pl.DataFrame(
        [
            ("RUS", b, y, 0.25 if b == "UKR" else 0.75)
            for b in fit.DELIVERIES["RUS"]
            for y in range(1991, 2022)
        ],
        schema=["a", "b", "year", "level"],
        orient="row",
    )
    found = fit.cut_hazard(levels, 2022)["joint"]
    assert found["mean"][0] > found["mean"][2]
    early = fit.cut_hazard(levels, 2005)["joint"]
    assert early["mean"][0] < found["mean"][0]  # knows nothing of 2006, 2009, 2014


def test_networks_are_what_the_bundle_gives():
    from detente.mechanisms.gas import calibrate, network

    for year in (2021, 2023):
        made = json.loads(json.dumps(calibrate.build(table, year)))
        held = json.loads((network.FOLDER / f"{year}.json").read_text(encoding="utf-8"))
        assert made["nodes"] == held["nodes"]
        for key in ("price", "flow", "wedge", "capacity"):
            assert np.allclose(made[key], held[key], atol=1e-4), key
