"""The stand-alone function: a user's table in, effects out, mistakes named."""

from __future__ import annotations

import doctest

import numpy as np
import polars as pl
import pytest
from worlds import codes, flows

from detente.mechanisms.trade import api
from detente.mechanisms.trade.api import counterfactual
from detente.model.errors import DetenteError

N = 6


def long(matrix: np.ndarray, value: str) -> pl.DataFrame:
    names = np.array(codes(len(matrix)))
    return pl.DataFrame(
        {
            "exporter": np.repeat(names, len(names)),
            "importer": np.tile(names, len(names)),
            value: matrix.ravel(),
        }
    )


def test_array_polars_and_pandas_agree():
    base, change = flows(N), 0.4 * (1 - np.eye(N))
    array = counterfactual(base, change, sigma=5, states=codes(N))
    table = counterfactual(
        long(base, "value").sample(fraction=1, shuffle=True, seed=1), long(change, "change"), sigma=5
    )
    np.testing.assert_allclose(table.real_income, array.real_income, rtol=1e-12)
    pandas = pytest.importorskip("pandas")
    frames = [
        pandas.DataFrame({c: t[c].to_list() for c in t.columns})
        for t in (long(base, "value"), long(change, "change"))
    ]
    np.testing.assert_allclose(counterfactual(*frames, sigma=5).real_income, array.real_income, rtol=1e-12)
    assert array.table().columns[0] == "state"
    assert "Real income" in str(array)


def test_only_changed_pairs_need_listing():
    base = flows(N)
    change = np.zeros((N, N))
    change[0, 1] = 0.3
    some = counterfactual(long(base, "value"), long(change, "change").filter(pl.col("change") != 0))
    np.testing.assert_allclose(some.real_income, counterfactual(base, change).real_income, rtol=1e-12)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda t: t.filter((pl.col("exporter") != "S02") | (pl.col("importer") != "S02")),
            "S02 has no domestic sales",
        ),
        (lambda t: pl.concat([t, t[3:4]]), "S00 → S03 is listed twice"),
        (
            lambda t: t.with_columns(
                value=pl.when(pl.col("exporter") == "S01").then(-1.0).otherwise("value")
            ),
            "is -1.0",
        ),
        (
            lambda t: t.with_columns(
                value=pl.when(pl.col("exporter") == "S01").then(None).otherwise("value")
            ),
            "is nan",
        ),
        (lambda t: t.rename({"value": "trade"}), "needs exporter, importer, value"),
    ],
)
def test_bad_tables_are_refused_with_the_place(spoil, message):
    with pytest.raises(DetenteError, match=message):
        counterfactual(spoil(long(flows(N), "value")), np.zeros((N, N)))


def test_other_mistakes_are_named_too():
    base, nothing = flows(N), np.zeros((N, N))
    with pytest.raises(DetenteError, match="above 1"):
        counterfactual(base, nothing, sigma=1.0)
    with pytest.raises(DetenteError, match="unknown state 'S9'"):
        counterfactual(
            long(base, "value"), pl.DataFrame({"exporter": ["S9"], "importer": ["S01"], "change": [0.1]})
        )
    with pytest.raises(DetenteError, match="has shape"):
        counterfactual(base, np.zeros((2, 2)))
    with pytest.raises(DetenteError, match="neither a square array nor a table"):
        counterfactual("trade", nothing)
    with pytest.raises(DetenteError, match="named more than once"):
        counterfactual(base, nothing, states=["A"] * N)
    with pytest.raises(DetenteError, match="finite log change"):
        counterfactual(base, nothing + np.inf)


def test_all_mistakes_come_at_once():
    bad = flows(N)
    bad[0, 1], bad[3, 3] = -1.0, 0.0
    with pytest.raises(DetenteError) as caught:
        counterfactual(bad, np.zeros((N, N)))
    assert len(caught.value.problems) == 2


def test_the_docstring_is_true():
    assert doctest.testmod(api).failed == 0
