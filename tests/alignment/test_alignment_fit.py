"""Estimation of alignment on made-up worlds whose truth is known."""

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtri, stdtrit

from detente.mechanisms.alignment import fit, tails
from detente.mechanisms.alignment.panel import Panel, panel
from detente.mechanisms.fans import crps
from detente.model.chance import Chance

YEARS, STATES = 40, 120
TRUTH = {"centre": -0.05, "reversion": 0.06, "regime": 0.12, "democratisation": 0.4, "friends": 0.05, "allies": 0.0}


def made_up():
    """A world that moves by the equations, seen through noise that passes."""
    luck = Chance(5)
    polyarchy = luck.row("regime", range(YEARS), 0, STATES)
    polyarchy = 0.2 * polyarchy + 0.8 * luck.row("kind", [0], 0, STATES)
    friend = np.roll(np.arange(STATES), 1)
    x = np.zeros((YEARS, STATES))
    x[0] = ndtri(luck.row("start", [0], 0, STATES))[0]
    for t in range(1, YEARS):
        shock = 0.05 * stdtrit(3.0, luck.row("shock", [t], 0, STATES)[0])
        x[t] = (
            x[t - 1] + TRUTH["centre"] - TRUTH["reversion"] * x[t - 1] + TRUTH["regime"] * polyarchy[t]
            + TRUTH["democratisation"] * (polyarchy[t] - polyarchy[t - 1])
            + TRUTH["friends"] * (x[t - 1, friend] - x[t - 1]) + shock
        )
    seen = x + 0.25 * ndtri(luck.row("noise", range(YEARS), 1, STATES))
    warm = seen[:, friend] - seen
    allied = seen[:, np.roll(friend, 3)] - seen
    states = tuple(f"S{i}" for i in range(STATES))
    return Panel(np.arange(1980, 1980 + YEARS), states, seen, polyarchy, warm, allied)


def test_instruments_undo_what_passing_noise_does_to_the_return(monkeypatch):
    world = made_up()
    found = fit.moves(world, np.ones(YEARS, dtype=bool))
    error = np.sqrt(np.diag(found["covariance"]))
    for name, value, sd in zip(fit.MOVES, found["mean"], error, strict=True):
        assert abs(value - TRUTH[name]) < 3.5 * sd, name
    instrumented = fit.two_stage
    monkeypatch.setattr(fit, "two_stage", lambda y, x, z, c: instrumented(y, x, x, c))
    plain = fit.moves(world, np.ones(YEARS, dtype=bool))
    assert plain["mean"][1] > TRUTH["reversion"] + 3 * np.sqrt(plain["covariance"][1, 1]), "noise looks like return"


def test_shocks_and_passing_noise_are_told_apart():
    luck, years, states = Chance(9), 30, 90
    walk = np.cumsum(0.08 * stdtrit(3.0, luck.row("shock", range(years), 0, states)), axis=0)
    seen = walk + 0.05 * stdtrit(4.0, luck.row("noise", range(years), 0, states))
    rest = np.full_like(seen, np.nan)
    rest[1:] = np.diff(seen, axis=0)
    group = np.full(seen.shape, 3)
    at = lambda shock, noise: tails.log_likelihood(  # noqa: E731
        np.array([np.log(shock), 0, np.log(3), np.log(noise), 0, np.log(4)]), rest, group
    ).sum()
    truth = at(0.08, 0.05)
    assert truth > at(0.105, 0.005), "noise must not be counted as movement"
    assert truth > at(0.04, 0.09)
    assert truth > at(0.12, 0.05)


@pytest.mark.slow
def test_the_full_split_finds_the_truth():
    luck, years, states = Chance(9), 35, 120
    walk = np.cumsum(0.08 * stdtrit(3.0, luck.row("shock", range(years), 0, states)), axis=0)
    seen = walk + 0.05 * stdtrit(4.0, luck.row("noise", range(years), 0, states))
    rest = np.full_like(seen, np.nan)
    rest[1:] = np.diff(seen, axis=0)
    found = tails.split(rest, luck.row("kind", range(years), 0, states))
    error = np.sqrt(np.diag(found["covariance"]))
    truth = np.array([np.log(0.08), 0, np.log(3), np.log(0.05), 0, np.log(4)])
    assert (np.abs(found["mean"] - truth) < 3.5 * error + 0.02).all()


def test_common_moves_are_found_and_taken_out():
    luck, years, states = Chance(2), 40, 150
    position = ndtri(luck.row("position", range(years), 0, states))
    tide, stretch = (ndtri(luck.row(s, [0], 0, years))[0] for s in ("tide", "stretch"))
    own = 0.1 * ndtri(luck.row("own", range(years), 0, states))
    residual = own + 0.03 * tide[:, None] + 0.05 * stretch[:, None] * position
    (shift, _), (squeeze, error), left = fit.common(residual, position)
    assert shift == pytest.approx(0.03 * tide.std(ddof=1), rel=0.25)
    assert squeeze == pytest.approx(0.05 * stretch.std(ddof=1), rel=0.25)
    assert 0 < error < squeeze
    assert left.std() == pytest.approx(0.1, rel=0.05)


def test_nothing_later_than_until_enters_the_panel():
    states = pl.DataFrame(
        [{"state": s, "year": y, "ideal_point": float(y - 1990), "polyarchy": 0.5} for s in "AB" for y in range(1990, 2001)]
    )
    peace = pl.DataFrame({"a": ["A", "A"], "b": ["B", "B"], "year": [1991, 1999], "level": [0.75, 0.75]})
    pacts = pl.DataFrame({"a": ["A"], "b": ["B"], "year": [1999], "defence": [True]})
    seen = panel(states, peace, pacts, 1995)
    assert seen.years[-1] == 1995
    assert np.nanmax(seen.position) == 5
    assert (seen.allied[np.isfinite(seen.allied)] == 0).all()


def test_crps_rewards_the_sharper_true_fan():
    z = ndtri((np.arange(2000) + 0.5) / 2000)[:, None]
    assert crps(z, np.array([0.0]))[0] == pytest.approx(0.2337, abs=0.001)  # Gneiting & Raftery (2007)
    assert crps(3 * z, np.array([0.0]))[0] > crps(z, np.array([0.0]))[0]
