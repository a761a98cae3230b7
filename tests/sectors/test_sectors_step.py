"""The mechanism in the year: what it reads, what it writes, and what it leaves unknown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from detente.data.start import observed
from detente.mechanisms import sectors
from detente.mechanisms.sectors import equations
from detente.model.chance import Chance
from detente.model.mechanism import Values, View
from detente.model.simulate import draw_parameters

START = observed()
INDEX = START.index
N = len(INDEX)
CASES = yaml.safe_load((Path(sectors.__file__).parent / "cases.yaml").read_text(encoding="utf-8"))


THEORIES = {"elasticities": ("fontagne", "hinz"), "sector_pattern": ("measured", "even")}


def parameters(draws: int, study: int | None = None, pattern: int = 1) -> Values:
    m = sectors.mechanism()
    drawn = draw_parameters(m.parameters, Chance(1), range(draws), START)
    held = {k.partition(".")[2]: v for k, v in drawn.items()}
    if study is not None:
        held["elasticities"] = np.full(draws, float(study))
    held["sector_pattern"] = np.full(draws, float(pattern))
    return Values(held, THEORIES)


def view(change: np.ndarray, draws: int = 1, gdp: np.ndarray | None = None) -> View:
    arrays = {
        "gdp": START.values["base_gdp"] if gdp is None else gdp,
        "cost_change": change,
        "base_flow": START.values["base_flow"],
        "base_gdp": START.values["base_gdp"],
    }
    full = {
        k: np.broadcast_to(v, (draws, *v.shape[-(2 if k in ("cost_change", "base_flow") else 1) :]))
        for k, v in arrays.items()
    }
    return View(2025, INDEX, draws, full)


def change(*pairs: str, by: float) -> np.ndarray:
    found = np.zeros((N, N))
    for pair in pairs:
        seller, buyer = pair.split(">")
        found[INDEX.position(seller), INDEX.position(buyer)] = by
    return found


def run(given: np.ndarray, draws: int = 1, gdp: np.ndarray | None = None, study: int | None = None):
    return sectors.step(view(given, draws, gdp), parameters(draws, study), {})


def of(written, field: str, state: str) -> float:
    return float(written[field][0, INDEX.position(state)])


@pytest.mark.parametrize("case", CASES, ids=[c["case"] for c in CASES])
def test_case(case):
    assert set(case) <= {"case", "given", "then", "tolerance", "because"}
    found = np.zeros((N, N))
    for by, pairs in case["given"].get("change", {}).items():
        found += change(*pairs, by=float(by))
    gdp = START.values["base_gdp"].copy()
    for state, growth in case["given"].get("growth", {}).items():
        gdp[INDEX.position(state)] *= np.exp(growth)
    written = run(found, gdp=gdp, study=0)
    for field, outcomes in case["then"].items():
        for state, expected in outcomes.items():
            value = of(written, field, state)
            if expected == "rises":
                assert value > 1 + 1e-5, (field, state, value)
            elif expected == "falls":
                assert value < 1 - 1e-5, (field, state, value)
            elif expected == "unknown":
                assert np.isnan(value), (field, state, value)
            else:
                assert value == pytest.approx(expected, abs=case["tolerance"]), (field, state)


def test_it_writes_what_it_declared():
    m = sectors.mechanism()
    written = run(np.zeros((N, N)), draws=2)
    assert set(written) - {"failed"} == {f.name for f in m.writes}
    for f in m.writes:
        assert written[f.name].shape == f.shape(2, N)
        assert f.kind == "solved"
        assert "trade_cost" in f.instead
    assert not written["failed"].any()


def test_shares_of_sellers_in_inputs_add_up_among_those_known():
    share = run(np.zeros((N, N)))["input_share"][0]
    total = np.nansum(share, axis=0)
    known = np.isfinite(np.diag(share))
    assert known.sum() == 79
    assert (total[known] <= 1 + 1e-9).all()
    assert total[known].min() > 0.5
    assert np.isnan(share[:, ~known]).all()


def test_growth_alone_changes_no_ratio():
    gdp = START.values["base_gdp"] * np.exp(np.linspace(-0.2, 0.6, N))
    written = run(np.zeros((N, N)), gdp=gdp)
    told = written["sector_income"][np.isfinite(written["sector_income"])]
    assert np.abs(told - 1).max() < 1e-12


def test_the_unknown_stays_where_it_is():
    gdp = START.values["base_gdp"].copy()
    gdp[INDEX.position("DEU")] = np.nan
    lifted = change("RUS>FRA", "FRA>RUS", by=1.0)
    lifted[INDEX.position("JPN"), INDEX.position("KOR")] = np.nan
    written = run(lifted, gdp=gdp)
    assert np.isnan(of(written, "sector_income", "DEU"))
    assert np.isnan(of(written, "sector_income", "SRB"))
    assert of(written, "sector_income", "FRA") > 1
    assert np.isfinite(of(written, "output_machinery", "JPN"))
    assert not written["failed"].any()


def test_before_its_accounts_were_known_nothing_is():
    m = sectors.mechanism(2013)
    assert m.parameters == ()
    written = m.step(view(np.zeros((N, N)), 2), Values({}, {}), {})
    assert all(np.isnan(v).all() for v in written.values())
    assert set(written) == {f.name for f in m.writes}
    assert sectors.mechanism(2023).parameters


def test_nodes_of_the_rest_of_the_world_move_with_their_trade():
    nodes = ("DEU", "ROW", "RUS")
    node = equations.node_of(("RUS", "DEU", "SRB", "UZB"), nodes)
    assert node.tolist() == [2, 0, 1, 1]
    d, flow = np.zeros((1, 4, 4)), np.ones((4, 4))
    d[0, 0, 2], flow[0, 2] = np.log(2.0), 3.0
    d[0, 1, 3] = np.nan
    found = equations.node_change(change=d, base_flow=flow, node=node, nodes=nodes)[0]
    assert found[2, 1] == pytest.approx(np.log((3 * 2 + 1) / 4))
    assert found.sum() == pytest.approx(found[2, 1])


def test_low_elasticities_make_effects_larger():
    """The two studies differ by a factor of two in manufactures, and so does what is at stake."""
    lifted = change("RUS>DEU", "DEU>RUS", "RUS>USA", "USA>RUS", by=1.5)
    p, q = (run(lifted, study=k) for k in (0, 1))
    assert of(q, "sector_income", "RUS") > of(p, "sector_income", "RUS") > 1


def test_two_draws_are_each_others_company_only():
    lifted = change("RUS>DEU", "DEU>RUS", by=1.0)
    p = parameters(3)
    whole = sectors.step(view(lifted, 3), p, {})
    one = Values({k: v[1:2] for k, v in p.arrays.items()}, p.theories)
    alone = sectors.step(view(lifted, 1), one, {})
    for f in whole:
        assert np.array_equal(whole[f][1], alone[f][0], equal_nan=True), f


def test_sectors_return_as_they_broke_where_that_is_held():
    lifted = change("RUS>DEU", "DEU>RUS", by=2.0)
    even, measured = (sectors.step(view(lifted), parameters(1, 0, pattern=k), {}) for k in (1, 0))
    assert of(measured, "output_machinery", "DEU") > of(even, "output_machinery", "DEU") > 1
    assert of(measured, "output_refining", "RUS") < of(even, "output_refining", "RUS")
    still = sectors.step(view(np.zeros((N, N))), parameters(1, 0, pattern=0), {})
    told = still["sector_income"][np.isfinite(still["sector_income"])]
    assert np.abs(told - 1).max() < 1e-12


def test_the_pattern_keeps_the_change_of_the_whole():
    from detente.mechanisms.sectors import breaks

    rng = np.random.default_rng(4)
    flow, weight = rng.lognormal(0, 2, (8, 5)), rng.uniform(0.5, 1.5, 8)
    flow[:, 3] = 0.0
    asked = np.array([[1.5, -2.0, 0.0, 0.7, 4.0]])
    found = breaks.spread(asked, flow, weight)
    whole = np.log((flow * np.exp(found)).sum(axis=1)[:, :3] / flow[:, :3].sum(axis=0))
    np.testing.assert_allclose(whole, asked[:, :3], atol=1e-10)
    assert np.isfinite(found).all()
    assert (found[0, :, 2] == 0).all()


def test_the_pattern_is_that_of_the_bundle():
    from detente.data.bundle import table
    from detente.mechanisms.sectors import breaks

    assert breaks.document(table("sector_trade_2013"), table("sanctions"), sectors.base()) == breaks.read()
    weights = breaks.read()["weights"]
    assert weights["sold"]["machinery"] > weights["sold"]["other_manufacturing"]
    assert weights["bought"]["energy"] > weights["bought"]["refining"]
