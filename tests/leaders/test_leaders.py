"""The leaders mechanism: worked cases, invariants, and the fit against statsmodels."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from detente.mechanisms import leaders
from detente.mechanisms.leaders import equations as eq
from detente.mechanisms.leaders.fit import exit_logit, successors
from detente.mechanisms.leaders.panel import assemble
from detente.mechanisms.leaders.score import auc, track_record
from detente.mechanisms.logits import newton
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index

CASES = yaml.safe_load((Path(leaders.__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
MECHANISM = leaders.mechanism()


def arrays(given):
    return {k: np.array(v, dtype=float) for k, v in given.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_cases(case):
    function = getattr(eq, case["function"])
    given = arrays(case["given"])
    got = function(given["values"], given["regime"]) if case["function"] == "of_regime" else function(**given)
    np.testing.assert_allclose(got, np.array(case["then"], dtype=float), atol=case["tolerance"])


def values(draws=1, u=0.5, **fixed):
    found = {p.name.partition(".")[2]: p.at(np.full((draws, p.width), u)) for p in MECHANISM.parameters}
    found |= {k: np.broadcast_to(v, (draws, *np.shape(v))).copy() for k, v in fixed.items()}
    return Values(found, theories_of(MECHANISM.parameters))


def world(n=4, draws=2, **change):
    usual = {
        "gdp": 103.0, "last.gdp": 100.0, "last.leader_years": 3.0, "last.hardliner": 0.5, "regime": 1.0,
        "deciding_election": 0.0, "deciding_election_before": 0.0,
    }  # fmt: skip
    held = {k: np.full((draws, n), v) for k, v in usual.items()}
    held["last.peace_level"] = np.full((draws, n, n), 0.5)
    for key, value in change.items():
        name = key.replace("__", ".", 1) if key.startswith("last__") else key
        held[name] = np.array(np.broadcast_to(value, held[name].shape), dtype=float)
    return View(2030, Index(tuple(f"S{k:02d}" for k in range(n)), tuple(range(n))), draws, held)


def luck(u, n=4, draws=2):
    return {k: np.full((draws, n), u) for k in MECHANISM.chance}


def test_declares_what_it_returns():
    out = MECHANISM.step(world(), values(2), luck(0.5))
    assert set(out) == {f.name for f in MECHANISM.writes}
    assert all(v.shape == (2, 4) for v in out.values())


def test_an_election_and_a_slump_raise_the_chance():
    usual = MECHANISM.step(world(), values(2), luck(0.5))["leader_exit_chance"]
    for change in ({"deciding_election": 1.0}, {"gdp": 92.0}, {"last__leader_years": 8.0}):
        assert (MECHANISM.step(world(**change), values(2), luck(0.5))["leader_exit_chance"] > usual).all()


def test_an_unknown_regime_stays_unknown_and_touches_no_other():
    whole = MECHANISM.step(world(), values(2), luck(0.01))
    part = MECHANISM.step(world(regime=[1.0, np.nan, 1.0, 1.0]), values(2), luck(0.01))
    for name in ("leader_exit_chance", "leader_change", "irregular_change", "upheaval"):
        assert np.isnan(part[name][:, 1]).all()
        np.testing.assert_array_equal(part[name][:, [0, 2, 3]], whole[name][:, [0, 2, 3]])


def test_a_raised_chance_only_adds_changes_and_a_change_resets_the_years():
    rng = np.random.Generator(np.random.Philox(3))
    u = {k: rng.random((2, 4)) for k in MECHANISM.chance}
    calm, vote = (MECHANISM.step(world(deciding_election=e), values(2), u) for e in (0.0, 1.0))
    assert (vote["leader_change"] >= calm["leader_change"]).all()
    assert (vote["leader_years"][vote["leader_change"] > 0] == 0).all()
    assert (vote["leader_years"][vote["leader_change"] == 0] == 4).all()


def test_only_an_irregular_change_is_an_upheaval():
    out = MECHANISM.step(world(regime=4.0), values(2), luck(0.001))
    assert (out["irregular_change"] == 1).all()
    assert (out["upheaval"] > 0.3).all()
    quiet = MECHANISM.step(world(regime=0.0), values(2), luck(0.001) | {"way": np.full((2, 4), 0.99)})
    assert (quiet["leader_change"] == 1).all()
    assert (quiet["upheaval"] == 0).all()


@pytest.fixture(scope="module")
def panel():
    from detente.data.bundle import table

    return assemble(table)


def test_the_hazard_equals_statsmodels(panel):
    import statsmodels.api as sm

    from detente.mechanisms.leaders.fit import design

    mean, cov = exit_logit(panel)
    model = sm.Logit(panel.columns["changed"], design(panel)).fit(disp=0)
    plain = newton(design(panel), panel.columns["changed"], ridge=1e-9)
    np.testing.assert_allclose(plain, model.params, atol=1e-5)
    np.testing.assert_allclose(mean, plain, atol=0.05)
    assert 0.5 < (np.sqrt(np.diag(cov)) / model.bse).mean() < 2.5


def test_the_hazard_beats_base_rates_out_of_time(panel):
    for row in track_record(panel, (1990, 2000, 2010)):
        assert row["log_ours"] < row["log_regime"] - 0.03
        assert row["log_ours"] < row["log_tenure"]
        assert row["auc"] > 0.75


def test_early_vintages_know_nothing_later(panel):
    assert panel.until(1990).year.max() == 1990
    early, late = leaders.mechanism(1990), leaders.mechanism(2020)
    place = eq.TERMS.index("presidential_election")
    mean = [next(p for p in m.parameters if p.name == "leaders.exit").prior.joint.mean for m in (early, late)]
    assert mean[0][place] != mean[1][place]


def test_new_leaders_resemble_those_before(panel):
    found = successors(panel)
    assert found["n"] > 800
    assert 0.05 < found["mean"][-1] < 0.5


def test_auc_of_a_perfect_and_of_an_empty_forecast():
    came = np.array([0.0, 1.0, 0.0, 1.0])
    assert auc(came, came) == 1.0
    assert auc(came, np.zeros(4)) == 0.5


def test_irregular_changes_bring_falls():
    from detente.data.bundle import table
    from detente.mechanisms.leaders.windows import moves, upheaval

    mean, error = upheaval(moves(table))
    assert mean / error > 3
