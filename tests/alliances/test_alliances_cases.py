"""Worked cases of the mechanism alliances, its vintages, and the hazards against an independent count."""

import inspect
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from detente.data.bundle import table
from detente.mechanisms.alliances import deadlock, fit, mechanism, record
from detente.mechanisms.alliances import equations as eq

CASES = yaml.safe_load((Path(inspect.getfile(eq)).parent / "cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_case(case):
    result = getattr(eq, case["function"])(**{k: np.array(v) for k, v in case["given"].items()})
    np.testing.assert_allclose(
        np.asarray(result, float), np.array(case["then"], float), atol=case["tolerance"], rtol=0
    )


@pytest.mark.parametrize("year", [1991, 1997, 2003, 2011, 2019, None])
def test_every_vintage_loads(year):
    assert mechanism(year).parameters


def test_exits_of_pairs_are_those_of_the_targets():
    """A6: 0.9 % of pairs a year 1946-88, 0.3 % 1989-95, 0.17 % 1996-2018, counted from the pairs of ATOP."""
    rows = table("pacts").filter(pl.col("defence") & ~pl.col("carried"))
    pairs = {y: set(g.select("a", "b").iter_rows()) for (y,), g in rows.group_by("year")}
    for first, last, rate in ((1947, 1988, 0.009), (1989, 1995, 0.003), (1996, 2018, 0.0017)):
        held = sum(len(pairs[y - 1]) for y in range(first, last + 1))
        lives = dict(table("states").select("state", "end_year").iter_rows())
        ended = sum(
            all(lives[s] is None or lives[s] > y for s in p)
            for y in range(first, last + 1)
            for p in pairs[y - 1] - pairs[y]
        )
        assert ended / held == pytest.approx(rate, rel=0.45), (first, ended, held, ended / held)


def test_the_record_by_treaty_agrees_with_the_record_by_pair():
    known = record.record(table, 2018)
    place = {c: k for k, c in enumerate(known.codes)}
    for year in (1960, 1985, 2005, 2018):
        rows = table("pacts").filter((pl.col("year") == year) & pl.col("defence"))
        ours = known.pact[known.at(year)]
        theirs = [ours[place[a], place[b]] for a, b in rows.select("a", "b").iter_rows()]
        assert np.mean(theirs) > 0.95


def test_logit_finds_what_made_the_data():
    rng = np.random.default_rng(1)
    x = np.column_stack([np.ones(20000), rng.normal(size=20000), rng.random(20000) < 0.3])
    truth = np.array([-3.0, 0.8, -0.5])
    y = (rng.random(20000) < eq.chance(x @ truth)).astype(float)
    beta, cov = fit.logit(x, y, (np.arange(20000),))
    assert np.all(np.abs(beta - truth) < 4 * np.sqrt(np.diag(cov)))
    assert np.sqrt(cov[1, 1]) == pytest.approx(np.sqrt(fit.logit(x, y)[1][1, 1]), rel=0.2)


def test_a_count_of_none_does_not_raise_the_chance():
    told = fit.log_ratio(0.5, 2.34)["normal"]
    assert np.exp(told["mean"] + told["sd"] ** 2 / 2) == pytest.approx(0.5 / 2.34, rel=1e-4)


def test_spread_tells_the_unions_vetoes_better_than_the_base_rate():
    rows = deadlock.union_record(table, (2010, 2014, 2018))
    assert all(r["spread"] < r["base"] for r in rows)
    assert sum(r["vetoes"] for r in deadlock.union_record(table, (2018,))) == 23


def test_distance_does_not_tell_the_councils_vetoes():
    """If this fails, distance has gained skill, and the docs and claim T000-04 are to be thought over."""
    for row in deadlock.council_record(table, (0,)):
        assert row["gain"] < 1.645 * row["gain_error"]
