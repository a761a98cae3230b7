"""Claims of mission rows 19 to 26: all there, all readable, and the tests that they brought."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from judge_toy import claim, toy
from pydantic import TypeAdapter, ValidationError

from detente.judge import judge, load_claims
from detente.judge.claims import Claim
from detente.judge.questions import leaves
from detente.judge.rule import FEWEST
from detente.model.documents import read_document

ROOT = Path(__file__).parents[2]
CATALOGUE = {
    19: "T000-37 T000-38 T000-50 T000-51 T000-52 T000-53 T000-59 T000-106 T003-c15d",
    20: "T000-40 T000-41 T000-42 T000-43 T000-44 T000-55 T001-08",
    21: "T000-54",
    22: "T000-39 T000-45 T000-46 T000-47 T000-48 T003-c08r2",
    23: "T000-07 T000-34 T000-35 T000-36 T000-49 T000-105 T003-c09r2 T003-c29d T004-a5-3",
    24: (
        "T003-c08a T003-c10a T003-c10r1 T003-c10r2 T003-c10r3 T003-c19 T003-c27b T004-a6-5 T004-a6-6 "
        "T004-a6-7"
    ),
    25: "T000-103 T000-104",
    26: "T003-c02a T003-c06r1 T003-c13d T003-c27f T003-c27g T003-c27h T003-c33d T003-c34c T003-c34d",
}
"""Ids of the claims catalogue, by row."""
CRUXES = "T000-50 T000-106 T000-43 T000-55 T000-54 T000-39 T000-34 T003-c10a T004-a6-7 T000-103 T003-c02a"
SHIPPED = load_claims([ROOT / "claims"])
MINE = [c for c in SHIPPED if c.row in CATALOGUE]


@pytest.mark.parametrize("row", CATALOGUE)
def test_every_assertion_of_the_catalogue_is_there_once(row):
    assert Counter(c.id for c in MINE if c.row == row) == Counter(CATALOGUE[row].split())


def test_cruxes_are_marked():
    assert {c.id for c in MINE if c.crux} == set(CRUXES.split())


def test_every_claim_says_how_it_is_decided():
    silent = {c.id for c in MINE if not c.note and c.test.kind != "out_of_reach"}
    assert silent == set()
    assert all(c.test.why or c.test.missing for c in MINE if c.test.kind == "out_of_reach")


def test_every_scenario_asked_about_ships():
    asked = {
        getattr(part, key, None)
        for c in MINE
        for test in (c.test, *c.also)
        for leaf in leaves(test)
        for part in (leaf, getattr(leaf, "what", leaf))
        for key in ("scenario", "versus")
    } - {None, "baseline"}
    shipped = {p.stem for p in (ROOT / "scenarios").glob("*.yaml")}
    assert asked <= shipped, asked - shipped


def test_reform_is_the_friendship_and_one_move_more():
    def moves(name):
        return read_document(ROOT / "scenarios" / f"{name}.yaml").content["interventions"]

    friends, reform = moves("russia-nato-friendship"), moves("friendship-with-reform")
    more = [m for m in reform if m not in friends]
    assert [m for m in friends if m not in reform] == []
    assert len(more) == 1
    assert more[0]["use"] == "mend_governance"
    assert more[0]["to"] == 40


# --- the tests that these claims brought ------------------------------------------------------------


def one(test, **arrays):
    (verdict,) = judge(toy(**arrays), [TypeAdapter(Claim).validate_python(claim(test))])
    return verdict


def paths(values):
    """An array (draw, year, state) that has ``values`` (draw,) everywhere."""
    return np.broadcast_to(np.asarray(values, float)[:, None, None], (len(values), 21, 6))


SPREAD = np.linspace(0, 100, 200)


@pytest.mark.parametrize(
    ("figure", "finding"), [(50, "supported"), (11, "supported"), (9, "contradicted"), (91, "contradicted")]
)
def test_a_figure_is_inside_the_middle_part_or_not(figure, finding):
    test = {"kind": "inside", "field": "real_gdp", "where": {"state": "RUS"}, "at": 2035, "than": figure}
    verdict = one(test, real_gdp__baseline=paths(SPREAD))
    assert verdict.finding == finding
    assert verdict.outcome.low == pytest.approx(10, abs=0.5)
    assert verdict.outcome.high == pytest.approx(90, abs=0.5)


def test_a_figure_in_a_year_after_the_run_is_out_of_reach():
    test = {"kind": "inside", "field": "real_gdp", "where": {"state": "RUS"}, "at": 2050, "than": 3}
    verdict = one(test)
    assert verdict.finding == "out of reach"
    assert "2050" in verdict.outcome.reason
    assert "2025–2045" in verdict.outcome.reason


def test_few_worlds_give_no_answer():
    test = {"kind": "inside", "field": "real_gdp", "where": {"state": "RUS"}, "at": 2035, "than": 50}
    assert one(test, draws=FEWEST - 1).finding == "out of reach"


BOTH = {
    "kind": "effect",
    "field": "real_gdp",
    "where": {"state": "RUS"},
    "scenario": "friends",
    "at": 10,
    "plus": [{"field": "milex", "where": {"state": ["FRA", "DEU"]}, "how": "sum", "times": -2}],
    "is": ">",
    "than": 0,
}


def test_other_fields_are_added_with_their_weight():
    arrays = {"real_gdp__friends": paths(SPREAD + 3), "real_gdp__baseline": paths(SPREAD)}
    arrays |= {"milex__friends": paths(SPREAD + 1), "milex__baseline": paths(SPREAD)}
    verdict = one(BOTH, **arrays)
    assert verdict.outcome.size == pytest.approx(3 - 2 * 2 * 1)
    assert verdict.finding == "contradicted"
    assert "-2 × milex of FRA DEU" in verdict.outcome.quantity


def test_an_unknown_field_among_those_added_is_refused():
    wrong = BOTH | {"plus": [{"field": "milx"}]}
    with pytest.raises(Exception, match="unknown field 'milx'"):
        one(wrong)
    with pytest.raises(ValidationError, match="at most one"):
        TypeAdapter(Claim).validate_python(claim(BOTH | {"over": "milex"}))


def test_a_rise_of_a_negative_number_counts_as_a_rise():
    test = {k: v for k, v in BOTH.items() if k != "plus"} | {"relative": True}
    arrays = {
        "real_gdp__friends": paths(np.full(200, -5.0)),
        "real_gdp__baseline": paths(np.full(200, -10.0)),
    }
    assert one(test, **arrays).outcome.size == pytest.approx(0.5)
