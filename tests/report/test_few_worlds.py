"""What is said of small trials, and of claims whose figures have no interval."""

import numpy as np
import pytest
from report_fake import fake
from test_page import verdict
from test_politics_page import ASKS

from detente.commands.criteria import _row
from detente.commands.sanctions import _states
from detente.judge.criteria import scorecard
from detente.judge.record import bundle_tables
from detente.judge.verdict import Outcome
from detente.report import words
from detente.report.politics_paths import alignment
from detente.report.terminal import show_verdicts


def test_a_trial_of_few_worlds_says_that_clear_can_be_luck():
    assert "can be luck" in words.few_worlds(words.FEW - 1)
    assert words.few_worlds(words.FEW) == ""


def test_a_figure_without_an_interval_is_shown_without_brackets(capsys):
    fixed = verdict(outcome=Outcome("supported", "days", 2231.0, unit="days"))
    show_verdicts([fixed])
    said = capsys.readouterr().out
    assert "days" in said
    assert "[]" not in said


def test_a_side_without_a_position_is_left_out_of_the_alignment():
    document = ASKS | {"watch": [["RUS", "bloc:NATO"], ["RUS", "CHN"]]}
    tables, result = bundle_tables(), fake((document,))
    assert "China" in alignment(fake((document,)), "asks", tables).alt
    for key in ("baseline/ideal_point", "asks/ideal_point"):
        result._cache[key] = result._cache[key].copy()
        result._cache[key][..., result.index.position("CHN")] = np.nan
    said = alignment(result, "asks", tables).alt
    assert "Russia" in said
    assert "China" not in said


@pytest.mark.parametrize(("n", "said"), [(1, "1 state"), (2, "2 states")])
def test_one_state_is_not_many(n, said):
    assert _states(n) == said


def test_years_to_a_criterion_are_written_once_and_unknown_as_a_dash():
    tables = bundle_tables()
    turkey = [_row(x) for x in scorecard(tables, "TUR", "NATO", 2024, 0).lines]
    assert any(r["years"] == "never" for r in turkey)
    assert any(r["at best pace"].startswith("under 1") for r in turkey)
    old = [_row(x) for x in scorecard(tables, "PRT", "NATO", 1949, 0).lines]
    said = [r["years"] + r["at best pace"] for r in (*old, *turkey)]
    assert not any("?" in text or "never to never" in text for text in said)
