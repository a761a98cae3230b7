"""Worked cases of balance and warheads, their vintages, and what two places must agree on."""

import inspect
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from detente.data import start_force
from detente.data.bundle import table
from detente.mechanisms import balance, warheads
from detente.mechanisms.balance import equations as force
from detente.mechanisms.balance import fit as force_fit
from detente.mechanisms.warheads import equations as stock
from detente.mechanisms.warheads import fit as stock_fit

CASES = [
    (module, case)
    for module in (force, stock)
    for case in yaml.safe_load(
        (Path(inspect.getfile(module)).parent / "cases.yaml").read_text(encoding="utf-8")
    )
]


def argument(value):
    if isinstance(value, list):
        return np.array(value, dtype=bool if isinstance(value[0], bool) else float)
    return value


@pytest.mark.parametrize(("module", "case"), CASES, ids=[c["case"] for _, c in CASES])
def test_case(module, case):
    result = getattr(module, case["function"])(**{k: argument(v) for k, v in case["given"].items()})
    np.testing.assert_allclose(result, case["then"], atol=case["tolerance"], rtol=0)


@pytest.mark.parametrize("year", [1991, 1997, 2003, 2011, 2019, None])
@pytest.mark.parametrize("module", [balance, warheads])
def test_every_vintage_loads(module, year):
    assert module.mechanism(year).parameters


def test_the_start_and_the_fit_agree_on_pace():
    assert start_force.MEMORY == stock_fit.MEMORY
    assert start_force.MOST == stock_fit.MOST
    counts = {2000: 100, 2001: 110, 2002: 130, 2003: 125}
    assert start_force.pace_of(counts) == pytest.approx(stock_fit.paces(counts)[2003])
    held = next(p for p in warheads.mechanism().parameters if p.name == "warheads.memory")
    assert held.at(np.full((1, 1), 0.5)) == pytest.approx(stock_fit.MEMORY)


def test_the_fit_of_personnel_finds_what_was_put_in():
    """An oracle: soldiers per head made with a pull of 0.2 and an effect of 0.05, found again without bias."""
    rng = np.random.Generator(np.random.Philox(5))  # noqa: NPY002
    years, n = 60, 80
    share = np.exp(np.cumsum(rng.normal(0, 0.1, (years, n)), axis=0) - 4)
    per_head = np.full((years, n), -5.0)
    for t in range(1, years):
        push = 0.2 * (-5.0 + 0.25 * (np.log(share[t]) + 4) - per_head[t - 1])
        per_head[t] = per_head[t - 1] + push + rng.normal(0, 0.03, n)
    panel = {"population": np.ones((years, n)), "milper": np.exp(per_head), "milex_share": share}
    beta, covariance, _ = force_fit.adjustment(panel)
    assert np.all(np.abs(beta - [0.2, 0.05]) < 4 * np.sqrt(np.diag(covariance)) + 0.02)


def test_components_of_the_table_are_shares():
    rows = table("capabilities")
    for part in start_force.PARTS:
        sums = rows.group_by("year").agg(pl.col(part).sum())[part]
        assert sums.max() <= 1.0001
