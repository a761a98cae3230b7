"""Everyday hostility: cases, the filter, estimation on a made record, the step, the start of the world."""

import inspect
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.data.bundle import table
from detente.data.peace import levels
from detente.data.start import world_index
from detente.data.start_hostility import hostility
from detente.mechanisms.hostility import equations as eq
from detente.mechanisms.hostility import fit, mechanism, panel, score, step
from detente.model.mechanism import Values, View
from detente.model.space import Index

CASES = yaml.safe_load((Path(inspect.getfile(eq)).parent / "cases.yaml").read_text(encoding="utf-8"))
NOISE = {"keep": 0.7, "shock": 0.3, "spread": 0.8, "count": 0.4}


def tables(name):
    return levels(2015) if name == "levels" else table(name)


@pytest.fixture(scope="module")
def short():
    """The record to 2008, every fifth pair."""
    data = panel.dyad_years(tables, 2008)
    return panel.Panel(data.pairs[::5], *(x[::5] for x in (data.good, data.bad, data.standing, data.events)))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_case(case):
    given_ = {k: np.array(v, dtype=float) for k, v in case["given"].items()}
    np.testing.assert_allclose(getattr(eq, case["function"])(**given_), case["then"], atol=case["tolerance"])


@pytest.mark.parametrize("year", [1991, 2005, 2012, None])
def test_every_vintage_loads(year):
    assert {p.name for p in mechanism(year).parameters} == {
        f"hostility.{k}" for k in ("effects", "keep", "shock")
    }


def test_the_filter_gives_the_likelihood_of_one_normal():
    rng = np.linspace(-1, 1, 5)
    y = np.array([[0.3, -0.2, np.nan, 0.5, 0.1]])
    variance = np.where(np.isnan(y), np.nan, 0.2 + 0.1 * rng**2)
    left, width, _, _ = fit.filtered(np.nan_to_num(y)[:, :, None], variance, NOISE)
    known = np.isfinite(y[0])
    ours = -np.log(width[0, known]).sum() - 0.5 * (left[0, known, 0] ** 2).sum()
    apart = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    whole = NOISE["shock"] ** 2 / (1 - 0.49) * 0.7**apart + NOISE["spread"] ** 2
    whole = (whole + np.diag(np.nan_to_num(variance[0]) + NOISE["count"] ** 2))[np.ix_(known, known)]
    seen = y[0, known]
    _, determinant = np.linalg.slogdet(whole)
    assert ours == pytest.approx(-0.5 * determinant - 0.5 * seen @ np.linalg.solve(whole, seen))


def test_a_reversion_put_in_comes_out(short):
    theta = np.array([np.log(0.7 / 0.3), np.log(0.3), np.log(0.8), np.log(0.4)])
    best = fit.estimate(short)
    assert best.likelihood >= fit.solve(short, theta).likelihood
    assert 0.3 < best.noise["keep"] < 0.99
    assert abs(best.years.mean()) < 1e-9


def test_nothing_later_than_the_cut_is_known(short):
    early = panel.dyad_years(tables, 2006)
    later = panel.dyad_years(tables, 2008, early.pairs)
    np.testing.assert_array_equal(early.bad, later.bad[:, : early.bad.shape[1]])
    np.testing.assert_array_equal(early.standing, later.standing[:, : early.bad.shape[1]])
    cut = short.upto(2005)
    assert cut.good.shape[1] == 4
    assert (np.nansum(cut.good + cut.bad, axis=1) >= panel.ENOUGH).all()


@pytest.mark.slow
def test_we_beat_persistence_and_the_mean_of_all_years():
    rows = score.track_record(tables, origins=(2011,))
    for row in rows:
        assert row["mae_ours"] < row["mae_persistence"]
        assert row["rank_ours"] > row["rank_persistence"]
    assert np.mean([r["mae_ours"] for r in rows]) < np.mean([r["mae_mean"] for r in rows])


def world(level=0.25, own=-2.0, last=0.2, dispute=0.0):
    n, draws = 4, 2
    see = {name: np.full((draws, n, n), np.nan) for name in mechanism().reads}
    see["last.ideal_point"] = np.array([[1.0, 0.0, np.nan, -1.0]] * draws)
    for a, b in ((0, 1), (0, 2)):
        for one, other in ((a, b), (b, a)):
            see["hostility_own"][:, one, other] = own
            see["last.hostility"][:, one, other] = last
            see["last.peace_level"][:, one, other] = level
            see["last.dispute"][:, one, other] = dispute
    return View(2025, Index(("A", "B", "C", "D"), (0, 1, 2, 3), {}, {}), draws, see)


PARAMETERS = Values(
    {
        "effects": np.tile([0.7, 0.2, 0.1, 0.15, 0.1], (2, 1)),
        "keep": np.full(2, 0.7),
        "shock": np.full(2, 0.5),
    },
    {},
)


def luck(u=0.5):
    return {"quarrel": np.full((2, 4, 4), u)}


def test_the_step_is_what_the_equation_says_and_keeps_to_known_pairs():
    out = step(world(), PARAMETERS, luck())["hostility"]
    view = 0.7 * np.log(0.25) + 0.3 * (-2.0 + 0.2 + 0.1 * 1.0)
    assert out[0, 0, 1] == pytest.approx(1 / (1 + np.exp(-view)))
    np.testing.assert_array_equal(out, out.transpose(0, 2, 1))
    assert np.isfinite(out).sum() == 8, "two pairs, both ways, two draws"


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_rivalry_disputes_and_bad_luck_only_add(last, u):
    def share(**moved):
        return step(world(last=last, **moved), PARAMETERS, luck(u))["hostility"][0, 0, 1]

    assert 0 <= share(level=0.5) < share(level=0.25) < share(level=0.0) <= 1
    assert share(dispute=1.0) > share(dispute=0.0)
    assert step(world(last=last), PARAMETERS, luck(min(u + 0.005, 0.995)))["hostility"][0, 0, 1] >= share(
        level=0.25
    )


def test_the_start_knows_pairs_that_were_reported():
    index = world_index(2012)
    values, notes = hostility(index.states, 2012)
    at = {s: k for k, s in enumerate(index.states)}
    known = values["hostility"]
    assert known[at["IND"], at["PAK"]] > 2 * known[at["DEU"], at["FRA"]] > 0
    np.testing.assert_array_equal(known, known.T)
    assert 0.1 < np.isfinite(known).mean() < 0.5
    assert notes["hostility"].newest == 2012


def test_before_the_record_nothing_is_known_and_it_is_said():
    values, notes = hostility(("USA", "RUS"), 1995)
    assert np.isnan(values["hostility"]).all()
    assert "too short" in notes["hostility"].rule


def test_effects_left_at_nought_move_nothing(short):
    found = fit.solve(short, fit.START)
    flat = replace(found, mean=np.where(np.arange(len(found.mean)) > len(eq.USUAL), 0.0, found.mean))
    now = fit.seen(short, flat)
    standing, events = short.standing[:, -3:], short.events[:, -3:]
    calm = fit.ahead(flat, now, standing, events)
    np.testing.assert_allclose(calm, fit.ahead(flat, now, standing + 1.0, events + 1.0))
