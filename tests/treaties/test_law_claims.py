"""Claims of mission row 1, decided by the law; what the answers are is the record's, not ours."""

from pathlib import Path

import pytest

from detente.judge.claims import load_claims
from detente.judge.questions import leaves
from detente.judge.record import measure
from detente.judge.rule import SIGNS

CLAIMS = load_claims([Path(__file__).parents[2] / "claims" / "row-01-law.yaml"])
RIGHT = {
    "T000-108",
    "T003-i10",
    "T004-k2a",
    "T004-k2b",
    "T004-a1-12",
    "T004-a1k2",
    "T004-a3-2",
    "T004-a4k2",
    "T004-a6k",
}
WRONG = {"T003-c16", "T003-c28g", "T004-a1k3a", "T004-a3k3"}
PARTLY = {"T004-a1-03", "T004-a1k3b"}


def holds(test):
    than = test.than
    than = measure(than.record, than.given).value if hasattr(than, "record") else than
    return SIGNS[test.relation](measure(test.record, test.given).value, than)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_the_tests_find_what_the_treaties_say(claim):
    found = {holds(t) for t in leaves(claim.test)}
    expected = {True} if claim.id in RIGHT else {False} if claim.id in WRONG else {True, False}
    assert found == expected


def test_all_claims_of_the_row_but_one_are_here():
    assert {c.id for c in CLAIMS} == RIGHT | WRONG | PARTLY


def test_a_quarter_of_russia_lies_in_europe():
    """About 23 % by the geographers' count."""
    m = measure("covered_area", {"treaty": "nato", "state": "RUS", "on": "2030-01-01"})
    assert m.value == pytest.approx(0.23, abs=0.02)


def test_all_of_poland_is_covered():
    assert measure("covered_area", {"treaty": "nato", "state": "POL", "on": "2024-01-01"}).value == 1.0


def test_greece_and_turkey_fought_as_members():
    given = {"treaty": "nato", "years": [1952, 2014], "states": ["GRC", "TUR"]}
    assert measure("disputes_among_parties", given).value == 34
    assert measure("disputes_among_parties", given | {"fatal": True}).value >= 1
    assert measure("disputes_among_parties", given | {"years": [1946, 1951]}).value == 0
