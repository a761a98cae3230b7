"""The regret tool: a break moved to another year takes its answer along and cuts the friendship short."""

from pathlib import Path

import pytest

from detente.judge.regret import moved, variants
from detente.mechanisms.written import read_scenario
from detente.model.errors import DetenteError

CONTENT = read_scenario(
    Path(__file__).parents[2] / "scenarios" / "friendship-then-betrayal.yaml"
).document.content


def moves(year):
    return moved(CONTENT, 2034, year).interventions


def test_left_where_it_was_written_nothing_changes():
    written = read_scenario(Path(__file__).parents[2] / "scenarios" / "friendship-then-betrayal.yaml")
    assert moves(2034) == written.scenario.interventions


@pytest.mark.parametrize("year", [2030, 2035, 2040])
def test_the_break_and_its_answer_move_and_the_friendship_ends_before(year):
    breaks = [m for m in moves(year) if m.field == "peace_level" and getattr(m, "bound", "") == "ceiling"]
    assert {m.start for m in breaks} == {year}
    answers = {m.start for m in moves(year) if m.field.startswith("sanction") and m.to == 1}
    assert answers == {year + 1}
    efforts = [m for m in moves(year) if m.field == "reconciliation"]
    assert {m.stop for m in efforts} == {year - 1}


def test_what_would_begin_after_the_break_never_happens():
    lifted = [m.start for m in moves(2029) if m.field.startswith("sanction") and m.to == 0]
    assert lifted
    assert max(lifted) < 2029


def test_there_must_be_something_to_break():
    with pytest.raises(DetenteError, match="no friendship begins before 2026"):
        moves(2026)
    with pytest.raises(DetenteError, match="no move in or after 2050"):
        moved(CONTENT, 2050, 2055)


def test_each_year_has_a_scenario_of_its_own():
    assert [s.id for s in variants(CONTENT, 2034, (2040, 2030, 2030)).values()] == [
        "friendship-then-betrayal-2030",
        "friendship-then-betrayal-2040",
    ]
