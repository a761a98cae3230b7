"""A bid by a member, or by a state that the treaty does not admit, is met with a clear error."""

import pytest

from detente.api import laboratory
from detente.mechanisms.at_start import bids_at_start
from detente.model.documents import parse_document

FILE = """
interventions:
  - use: apply_to_join
    bloc: {bloc}
    who: {who}
    start: 2027
    why: a test
{more}
"""


@pytest.fixture(scope="module")
def start():
    return laboratory(None)[1]


def said(start, bloc, who, more=""):
    document = parse_document(FILE.format(bloc=bloc, who=who, more=more), "bids.yaml")
    return [(p.where, p.what) for p in bids_at_start(document, start.index, start.values)]


def test_a_member_cannot_ask_to_join(start):
    assert said(start, "NATO", "[POL, UKR]") == [("bids.yaml:5", "Poland is a member of NATO already")]


def test_the_treaty_admits_europe(start):
    found = said(start, "EU", "USA")
    assert len(found) == 1
    assert "outside the area" in found[0][1]


def test_who_may_ask_is_not_troubled(start):
    assert said(start, "NATO", "[RUS, UKR, GEO]") == []
    assert said(start, "EU", "[TUR, UKR]") == []


def test_a_file_that_ends_a_treaty_is_left_to_the_engine(start):
    leaves = "  - {use: leave_treaty, treaty: nato, who: POL, start: 2026, why: a test}"
    assert said(start, "NATO", "POL", leaves) == []
