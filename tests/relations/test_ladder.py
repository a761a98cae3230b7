"""Associations of small steps: exposure windows, what an effect looks like, and what selection looks like."""

import numpy as np
import polars as pl
import pytest

from detente.mechanisms.relations import equations, ladder
from detente.mechanisms.relations.panel import Panel

RNG = np.random.default_rng(7)


def panel(pairs=150, years=range(1960, 2000), lift=0.0, step_rate=0.05):
    """Pairs in lesser rivalry whose chance of climbing is greater in the five years after a step."""
    a, b, year, moved, steps = [], [], [], [], []
    states = tuple(f"S{k:03d}" for k in range(2 * pairs))
    for k in range(pairs):
        last = -99
        for t in years:
            chance = 1 / (1 + np.exp(-(-2.5 + lift * (t - 5 <= last <= t - 1))))
            a.append(2 * k)
            b.append(2 * k + 1)
            year.append(t)
            moved.append(RNG.random() < chance)
            if RNG.random() < step_rate:
                last = t
                steps.append((states[2 * k + 1], states[2 * k], t))
    n = len(a)
    covariates = np.zeros((n, len(equations.COVARIATES)))
    covariates[:, equations.COVARIATES.index("lesser")] = 1
    first = len(equations.STATUS)
    covariates[:, first : first + len(equations.CONTINUOUS)] = RNG.normal(size=(n, len(equations.CONTINUOUS)))
    level = np.full(n, 0.25)
    arrays = (
        np.array(year),
        np.array(a),
        np.array(b),
        level,
        np.ones(n, bool),
        level + 0.25 * np.array(moved),
    )
    return Panel(states, *arrays, covariates, {}), steps


def test_a_step_counts_for_the_five_years_after_it_whoever_is_named_first():
    part = Panel(("A", "B", "C"), np.arange(2000, 2010), np.zeros(10, int), np.ones(10, int), *[np.zeros(10)] * 3, np.zeros((10, 1)), {})  # fmt: skip
    on = ladder.exposed(part, [("B", "A", 2002), ("A", "C", 2004), ("X", "A", 2001)], -5, -1)
    assert part.year[on].tolist() == [2003, 2004, 2005, 2006, 2007]
    before = ladder.exposed(part, [("B", "A", 2006)], 1, 5)
    assert part.year[before].tolist() == [2001, 2002, 2003, 2004, 2005]


@pytest.mark.parametrize("lift", [0.0, 1.0])
def test_an_effect_is_found_and_none_where_there_is_none(lift):
    part, steps = panel(lift=lift)
    after, rivals, fall, before = ladder.of_step(part, steps, "step")
    assert after.log_odds == pytest.approx(lift, abs=3 * after.error)
    assert after.error < 0.25
    assert (after.interval[0] > 0) == (lift > 0)
    assert before.log_odds == pytest.approx(0, abs=3 * before.error)
    assert rivals.moves == after.moves
    assert fall.moves == 0


def test_warmth_takes_pairs_and_years_out():
    rows, steps = [], []
    for k in range(40):
        for t in range(2002, 2015):
            after = k % 2 and 2007 <= t <= 2011
            good = 200 * (1 + k) * (1 + (t - 2002) / 10) * (2.0 if after else 1.0)
            rows.append((f"A{k}", f"B{k}", t, round(good), 100 * (1 + k)))
        if k % 2:
            steps.append((f"B{k}", f"A{k}", 2007))
    frame = pl.DataFrame(rows, schema=["a", "b", "year", "for_", "against"], orient="row")
    found = ladder.warmth(frame, steps)
    assert found["effect"] == pytest.approx(np.log(2), abs=0.01)
    assert found["pairs"] == 20
    assert found["error"] < 0.05
