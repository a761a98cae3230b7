"""What third parties did: a made-up world whose truth is known, and the record of single years."""

import numpy as np
import polars as pl
import pytest

from detente.mechanisms.alignment import thirds, triads
from detente.model.chance import Chance

YEARS, THIRDS = 70, 40
TRUTH = np.array([0.15, -0.25, 0.0])


def made_up(truth=TRUTH):
    """Powers and their rivals wander; thirds answer by the engine's own equations."""
    luck, n = Chance(7), len(triads.POWERS) + THIRDS
    u = luck.row("walk", range(YEARS), 0, n)
    x = np.zeros((YEARS, n))
    x[0] = 4 * luck.row("start", [0], 0, n)[0] - 2
    level = np.full((YEARS, n, n), 0.5)
    of = (luck.row("rival", [0], 0, n)[0] * len(triads.POWERS)).astype(int)
    for c in range(len(triads.POWERS), n):
        level[:, c, of[c]] = level[:, of[c], c] = 0.0
    powers = np.arange(len(triads.POWERS))
    for t in range(1, YEARS):
        size = np.where(np.arange(n) < len(powers), 0.5, 0.05)
        x[t] = x[t - 1] + size * (u[t] - 0.5)
        if t > 5:
            closer = triads.drawn_closer(
                position=x[t - 1][None, powers], before=x[t - 6][None, powers],
                level=level[:1, powers][:, :, powers], level_before=level[:1, powers][:, :, powers],
            )
            rivals = level[t - 1, powers][None] <= triads.RIVALRY
            toward, _ = triads.directions(position=x[t - 1][None], rivals=rivals, powers=powers, pairs=closer)
            x[t] += triads.answer(toward=toward, effects=truth[None])[0]
    states = (*triads.POWERS, *(f"S{k}" for k in range(THIRDS)))
    return thirds.Seen(range(thirds.FIRST, thirds.FIRST + YEARS), states, x, level)


def test_the_truth_is_found_and_none_is_found_where_there_is_none():
    found, none = thirds.effects(made_up()), thirds.effects(made_up(np.zeros(3)))
    error = np.sqrt(np.diag(found["covariance"]))
    assert (error < 0.03).all()
    assert (np.abs(found["mean"] - TRUTH) < 3.5 * error).all()
    assert (np.abs(none["mean"]) < 3.5 * np.sqrt(np.diag(none["covariance"]))).all()


def test_a_move_of_the_rival_alone_is_not_an_answer():
    # A comes back toward its rivals by itself; distance alone would call that coming to terms.
    world = made_up(np.zeros(3))
    rows = thirds.triples(world)
    nearer = thirds.answers(rows, "terms_nearer")["estimate"]
    own, theirs = (thirds.answers(rows, f"terms_{k}") for k in ("own", "theirs"))
    assert abs(own["estimate"]) < 4 * own["error"]
    assert theirs["estimate"] == pytest.approx(nearer, abs=0.05)


def test_nothing_later_than_until_is_used():
    states = pl.DataFrame(
        [{"state": s, "year": y, "ideal_point": 0.1 * y - 199} for s in (*triads.POWERS, "XXX") for y in range(1985, 2012)]
    )
    peace = pl.DataFrame({"a": ["USA"] * 2, "b": ["XXX"] * 2, "year": [1999, 2011], "level": [0.25, 1.0]})
    known = thirds.seen(states, peace, 2000)
    assert known.years[-1] == 2000
    assert known.level.max() == 0.5
    assert np.nanmax(known.position) == pytest.approx(1.0)


def test_the_record_of_1989():
    table = pytest.importorskip("detente.data.bundle").table
    known = thirds.seen(table("state_year"), table("peace"), 2024)
    (row,) = thirds.cases(known, [("RUS", "USA", "CHN", 1989)])
    assert row["ab"] == pytest.approx([3.97, 3.63, 1.99], abs=0.006)
    assert row["cb"] == pytest.approx([2.50, 3.10, 4.58], abs=0.006)
    states = ("USA", "RUS", "CHN", "CUB", "JPN", "CAN")
    third = dict(zip(states, thirds.treated_in(known, 1990, states), strict=True))
    assert third["JPN"]
    assert not third["CAN"]
