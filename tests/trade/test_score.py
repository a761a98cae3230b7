"""The out-of-time score on a made-up record: it must reward what is true and punish what is not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from worlds import codes, flows

from detente.mechanisms.trade.equilibrium import balanced, solve
from detente.mechanisms.trade.score import forecast, scores

N = 7
NAMES = codes(N)


def record(effect: float) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Trade of 2000 and 2010: economies grow apart, S00 sanctions S03 in 2005, with a true effect."""
    past = 10.0 * flows(N, 2)
    grown = balanced(past, past.sum(axis=1)[None] * np.linspace(1.0, 1.6, N))
    change = np.zeros((N, N))
    change[0, 3] = change[3, 0] = effect
    now = solve(grown.flow, change, sigma=np.array([6.0])).flow[0]
    trade, domestic = [], []
    for year, matrix in ((2000, past), (2010, now)):
        trade += [(NAMES[i], NAMES[j], year, matrix[i, j]) for i in range(N) for j in range(N) if i != j]
        domestic += [(NAMES[i], year, matrix[i, i]) for i in range(N)]
    return (
        pl.DataFrame(trade, schema=["exporter", "importer", "year", "value"], orient="row"),
        pl.DataFrame(domestic, schema=["state", "year", "domestic_sales"], orient="row"),
        pl.DataFrame({"sender": ["S00"], "target": ["S03"], "year": [2010], "complete": [False],
                      "partial": [True], "financial": [False], "age": [60]}),
    )  # fmt: skip


def errors(effect: float, believed: float) -> dict[tuple[str, str], float]:
    tables = record(effect)
    made = forecast(*tables, start=2000, end=2010, effects=(-2.0, believed, 0.0), at_once=1.0, speed=1.0)
    return {(r["group"], r["prediction"]): r["error"] for r in scores(made)}


def test_the_true_effect_scores_all_but_perfectly():
    found = errors(-0.8, -0.8)
    assert found["newly sanctioned", "sanctions"] < 0.02
    assert found["newly sanctioned", "sizes only"] > 0.4
    assert found["other", "sizes only"] < 0.1 < found["other", "same shares"]


def test_a_false_effect_loses_to_its_rival():
    found = errors(0.0, -0.8)
    assert found["newly sanctioned", "sanctions"] > 0.4 > found["newly sanctioned", "sizes only"]


def test_one_states_pairs_only():
    tables = record(-0.8)
    made = forecast(*tables, start=2000, end=2010, effects=(-2.0, -0.8, 0.0))
    own = {(r["group"], r["prediction"]): r["pairs"] for r in scores(made, "S03")}
    assert own["newly sanctioned", "sanctions"] == 2
    assert own["all", "sanctions"] == 2 * (N - 1)


def test_without_domestic_sales_it_says_so():
    trade, domestic, sanctions = record(-0.8)
    with pytest.raises(ValueError, match="no state has domestic sales"):
        forecast(trade, domestic.clear(), sanctions, start=2000, end=2010, effects=(-1.0, -0.4, 0.0))
