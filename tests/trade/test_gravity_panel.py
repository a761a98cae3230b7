"""The panel of the bundle: what is in force when, for whom; the command."""

from __future__ import annotations

import polars as pl
import pytest
from typer.testing import CliRunner

from detente import trade
from detente.cli import app
from detente.mechanisms.trade.gravity.design import design
from detente.mechanisms.trade.gravity.panel import DEFAULT, POLICIES, assemble
from detente.mechanisms.trade.gravity.specification import Specification
from detente.mechanisms.trade.gravity.table import Panel
from detente.model.errors import DetenteError


@pytest.fixture(scope="module")
def whole():
    return trade.panel(POLICIES)


def on(panel, name, a, b, year):
    row = panel.history.filter(
        (pl.col("exporter") == a) & (pl.col("importer") == b) & (pl.col("year") == year)
    )
    return bool(row[name].sum())


@pytest.mark.parametrize(
    ("name", "a", "b", "year", "truth"),
    [
        ("sanction_complete", "USA", "CUB", 1980, True),
        ("sanction_partial", "USA", "CUB", 1980, False),
        ("sanction_partial", "RUS", "DEU", 2023, True),
        ("sanction_partial", "DEU", "RUS", 2005, False),
        ("sanction_financial", "USA", "RUS", 2023, True),
        ("rta", "USA", "MEX", 1993, False),
        ("rta", "MEX", "USA", 1994, True),
        ("rta_one_way", "FRA", "SEN", 1990, True),
        ("eu", "POL", "DEU", 2003, False),
        ("eu", "POL", "DEU", 2004, True),
        ("eu", "GBR", "DEU", 2021, False),
        ("alliance", "USA", "CAN", 1960, True),
        ("alliance", "FIN", "USA", 2023, True),
        ("alliance", "FIN", "USA", 2020, False),
    ],
)
def test_known_facts(whole, name, a, b, year, truth):
    assert on(whole, name, a, b, year) is truth
    assert on(whole, name, b, a, year) is truth


def test_no_flow_twice_none_negative_none_at_home(whole):
    flows = whole.flows
    assert not flows.select("exporter", "importer", "year").is_duplicated().any()
    assert flows["value"].min() >= 0
    assert flows.filter(pl.col("exporter") == pl.col("importer")).is_empty()
    assert whole.history.select("exporter", "importer", "year").is_duplicated().sum() == 0


def test_what_is_not_known_is_not_zero():
    panel = trade.panel("sanction_partial")
    few = Panel(panel.flows.filter(pl.col("exporter") == "USA"), panel.history, panel.known)
    made = design(few, Specification(("sanction_partial",), lags=(8,), leads=(3,)))
    assert made.frame["year"].min() == 1950 + 8
    assert made.frame["year"].max() == 2023 - 3


def test_sales_at_home_are_those_that_input_output_tables_measure():
    panel = trade.panel(DEFAULT, domestic=True)
    home = panel.flows.filter(pl.col("exporter") == pl.col("importer"))
    assert 50 <= home["exporter"].n_unique() <= 80
    assert home["value"].min() > 0
    assert panel.flows["year"].min() == home["year"].min()
    assert "made" in panel.notes[0]


def test_geography_does_not_multiply_rows(whole):
    panel = trade.panel("log_distance,contiguity,language,colony,border")
    assert panel.flows.height == whole.flows.height
    assert panel.flows.filter(pl.col("log_distance").is_null()).height < 0.06 * panel.flows.height
    known = panel.flows.filter((pl.col("exporter") == "DEU") & (pl.col("importer") == "FRA"))
    assert known["contiguity"].unique().to_list() == [1]


def test_unknown_policies_are_named_with_the_nearest():
    with pytest.raises(DetenteError) as told:
        assemble(lambda name: pl.DataFrame(), ["sanction_arm", "wto"])
    assert len(told.value.problems) == 2
    assert "sanction_arms" in str(told.value)


def test_the_command_on_a_table(tmp_path):
    pytest.importorskip("pyfixest")
    rows = [
        (
            a,
            b,
            y,
            float(10 + 7 * (ord(a) * ord(b) * y % 13) + 9 * (a < b < "D" and y > 2003)),
            int(a < b < "D" and y > 2003),
        )
        for a in "ABCDE"
        for b in "ABCDE"
        if a != b
        for y in range(2000, 2008)
    ]
    table = pl.DataFrame(rows, schema=["exporter", "importer", "year", "trade", "deal"], orient="row")
    table.write_csv(tmp_path / "t.csv")
    call = ["gravity", "--table", str(tmp_path / "t.csv"), "--policy", "deal", "--names", "value=trade"]
    done = CliRunner().invoke(app, [*call, "--lags", "2", "--out", str(tmp_path / "o.csv")])
    assert done.exit_code == 0, done.output
    assert "deal, total" in done.output
    assert pl.read_csv(tmp_path / "o.csv")["term"].to_list() == ["deal", "deal_lag2", "deal, total"]
    with pytest.raises(DetenteError, match="OURS=THEIRS"):
        CliRunner().invoke(app, [*call[:-1], "value"], catch_exceptions=False)


def test_the_command_lists_policies():
    done = CliRunner().invoke(app, ["gravity", "--show"])
    assert done.exit_code == 0
    assert "sanction_financial" in done.output


@pytest.mark.slow
def test_our_own_panel_gives_an_effect():
    found = trade.estimate(policy="sanction_complete,sanction_partial,rta", years="1995:2015", every=5)
    assert found.of("sanction_complete")[0] < 0
    assert found.observations > 60_000
