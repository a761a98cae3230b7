"""``detente law`` as a user meets it."""

import json

import pytest
from typer.testing import CliRunner

from detente.cli import app
from detente.model.errors import DetenteError

QUESTION = ["law", "--attacker", "RUS", "--target", "Estonia", "--at", "Narva", "--on", "2024-06-01"]


def run(*more):
    return CliRunner().invoke(app, [*QUESTION, *more])


def test_the_table_says_who_owes_what_and_that_owing_is_not_doing():
    done = run()
    assert done.exit_code == 0
    for words in ("Help that is owed", "NATO, 5", "TEU 42(7)", "What the attacker had promised", "Free of any duty", "not what is done"):
        assert words in done.stdout


def test_json_is_the_whole_answer():
    said = json.loads(run("--json").stdout)
    assert said["place"]["title"] == "EST"
    article5 = [x for x in said["lines"] if (x["treaty"], x["article"]) == ("nato", "5")]
    assert {x["status"] for x in article5} == {"owed"}
    assert len(article5) == 31
    assert "CHE" in said["free"]


def test_assumptions_and_scenarios_act(tmp_path):
    path = tmp_path / "out.yaml"
    path.write_text(
        "id: out\ntitle: America leaves\npremise: x\ninterventions:\n"
        "- {use: leave_treaty, treaty: nato, who: [USA], start: 2024, why: a test}\n",
        encoding="utf-8",
    )
    for more in (["--assume", "USA out of NATO from 2024"], ["--scenario", str(path)]):
        said = json.loads(run(*more, "--json").stdout)
        assert "USA" in said["free"]


def test_problems_come_as_a_list_and_not_as_a_traceback():
    done = run("--assume", "USA leaves", "--assume", "nonsense")
    assert isinstance(done.exception, DetenteError)
    assert len(done.exception.problems) == 2


@pytest.mark.parametrize("what", ["threat", "cyber", "blockade", "internal", "shooting_down", "terror"])
def test_every_event_has_an_answer(what):
    assert run("--what", what).exit_code == 0
