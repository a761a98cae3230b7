"""Coalitions in words: what they mean, what is wrong with them, what they weigh."""

import numpy as np
import pytest

from detente.model.errors import DetenteError
from detente.model.space import Index
from detente.run.coalition import coalition, named, terms, unknown, weigh
from detente.run.ensemble import Ensemble
from toy import toy_model, toy_start

INDEX = Index(
    ("USA", "FRA", "DEU", "HUN", "RUS"),
    (0, 1, 2, 3, 4),
    {"EU": ("FRA", "DEU", "HUN"), "NATO": ("USA", "FRA", "DEU", "HUN"), "sanctioning-RUS": ("USA", "DEU")},
    {"USA": "United States", "RUS": "Russia"},
)


@pytest.mark.parametrize(
    ("written", "states"),
    [
        ("EU + USA + RUS - HUN", ("USA", "FRA", "DEU", "RUS")),
        ("bloc:EU", ("FRA", "DEU", "HUN")),
        ("all - RUS", ("USA", "FRA", "DEU", "HUN")),
        ("eu + usa", ("USA", "FRA", "DEU", "HUN")),
        ("EU + NATO", ("USA", "FRA", "DEU", "HUN")),
        ("USA", ("USA",)),
        ("sanctioning-RUS + FRA", ("USA", "FRA", "DEU")),
    ],
)
def test_meaning(written, states):
    assert coalition(written, INDEX).states == states


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("EU + FRA", "'FRA' is in twice"),
        ("EU + EU", "'EU' is in twice"),
        ("NATO + RUS + nato", "'nato' is in twice"),
        ("EU - RUS", "'RUS' is taken away and was not in"),
        ("EU + RUX", "unknown state 'RUX'"),
        ("EUU + USA", "unknown state 'EUU'"),
        ("EU USA", "cannot be read from 'USA' on"),
        ("EU + + USA", "cannot be read"),
        ("- RUS", "cannot be read"),
        ("EU +", "cannot be read"),
        ("   ", "nothing is written"),
        ("USA - USA", "means no state at all"),
    ],
)
def test_mistakes_are_named(written, says):
    with pytest.raises(DetenteError, match=says.replace("+", r"\+")):
        coalition(written, INDEX)


def test_every_mistake_at_once():
    with pytest.raises(DetenteError) as error:
        coalition("EU + FRA + XYZ - RUS", INDEX)
    assert len(error.value.problems) == 3


def test_terms_keep_their_order():
    assert terms("A + B - C") == [("+", "A"), ("+", "B"), ("-", "C")]


def test_a_state_goes_before_a_group_of_its_name():
    assert named("usa", INDEX) == "USA"
    assert named("Eu", INDEX) == "bloc:EU"


def test_it_weighs_what_its_members_weigh(tmp_path):
    start = toy_start()
    result = Ensemble((), 6, range(start.year + 1, start.year + 4)).run(toy_model(), start, tmp_path / "run")
    two = coalition("A + B", result.index)
    weights, whole = (weigh(result, who, "wealth") for who in (two, coalition("all", result.index)))
    assert [w.year for w in weights] == list(result.years)
    assert all(w.share.median == pytest.approx(1.0) for w in whole)
    wealth = result.values("wealth", "baseline", state=["A", "B"], how="each").sum(-1)
    assert weights[-1].total.median == pytest.approx(float(np.median(wealth[:, -1])))
    assert unknown(result, two, "wealth") == ()
