"""Against published software: Stata's ge_gravity on the EU enlargement (Baier, Yotov & Zylkin 2019)."""

from __future__ import annotations

import numpy as np
import pytest

from detente.mechanisms.sectors.economy import Economy, solve
from detente.mechanisms.trade.equilibrium import solve as one_sector

pytestmark = pytest.mark.raw
THETA = 4.0


@pytest.fixture(scope="module")
def enlargement(raw):
    """Flows of 44 countries in 2000, the change, and ge_gravity's answers with additive and multiplicative
    deficits."""
    pyreadr = pytest.importorskip("pyreadr")
    path = raw / "wiod-2016-aggregate" / "TradeData0014_Results.rda"
    rows = next(iter(pyreadr.read_r(str(path)).values()))
    rows = rows[rows["w_eu"].notna()].sort_values(["exporter", "importer"])
    n = rows["exporter"].nunique()
    names = ("trade", "eu_effect", "X_eu", "w_eu", "X_mult", "w_mult")
    return {c: rows[c].to_numpy(dtype=float).reshape(n, n) for c in names}


@pytest.mark.parametrize(("rule", "suffix"), [("share", "eu"), ("ratio", "mult")])
def test_all_flows_and_welfare_of_44_countries(enlargement, rule, suffix):
    flow = enlargement["trade"][None].copy()
    n = flow.shape[1]
    made = Economy(("all",), tuple(map(str, range(n))), flow, np.zeros((1, 1, n)))
    world = solve(made, enlargement["eu_effect"], theta=np.array([[THETA]]), imbalance=rule, flows=True)
    np.testing.assert_allclose(world.flow[0, 0], enlargement[f"X_{suffix}"], rtol=2e-6)
    np.testing.assert_allclose(world.real_spending[0], enlargement[f"w_{suffix}"][:, 0], rtol=2e-6)


def test_the_one_sector_engine_too(enlargement):
    world = one_sector(enlargement["trade"], enlargement["eu_effect"], sigma=np.array([THETA + 1]))
    np.testing.assert_allclose(world.flow[0], enlargement["X_mult"], rtol=2e-6)
    np.testing.assert_allclose(world.real_income[0], enlargement["w_mult"][:, 0], rtol=2e-6)
