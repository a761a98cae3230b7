"""States as people call them, in the commands that ask about one."""

import pytest
from typer.testing import CliRunner

from detente.cli import app
from detente.data.states import by_code, code_of, from_name, spoken


@pytest.mark.parametrize(
    ("word", "code"),
    [("UK", "GBR"), ("Britain", "GBR"), ("West Germany", "DEU"), ("GDR", "DDR"), ("America", "USA"), ("rus", "RUS"),
     ("Soviet Union", "RUS"), ("Poland", "POL"), ("Nowhere", "NOWHERE")],
)  # fmt: skip
def test_a_state_is_found_by_the_name_people_use(word, code):
    assert code_of(word) == code


def test_no_spoken_name_is_a_code_or_a_name_that_the_sources_use_for_another():
    assert {code for code in spoken().values() if code not in by_code()} == set()
    assert not any(name.upper() in by_code() for name in spoken())
    assert {name for name, code in spoken().items() if from_name(name) not in (None, code)} == set()


def test_law_and_the_other_commands_take_names():
    asked = [
        "law",
        "--attacker",
        "Soviet Union",
        "--target",
        "West Germany",
        "--at",
        "West Berlin",
        "--on",
        "1961-08-13",
    ]
    said = CliRunner().invoke(app, asked).stdout
    assert said.startswith("RUS against DEU")
    assert (
        CliRunner()
        .invoke(app, ["sanctions", "--on", "Switzerland"])
        .stdout.strip()
        .startswith("CHE is under")
    )
    assert (
        CliRunner().invoke(app, ["leaders", "--state", "Russia", "--years", "1"]).stdout.startswith("Russia")
    )


def test_an_attacker_that_is_no_state_is_not_called_by_a_key():
    asked = ["law", "--attacker", "non-state", "--target", "USA", "--at", "New York", "--on", "2001-09-11"]
    assert CliRunner().invoke(app, asked).stdout.startswith("no state against USA")


def test_risk_names_the_years_that_it_knows_whatever_year_is_asked():
    for year in ("1900", "1985", "2040"):
        error = CliRunner().invoke(app, ["risk", "--pair", "Russia", "Poland", "--year", year]).exception
        assert error.problems[0].where == "--year"
        assert error.problems[0].remedy == "valid: 1991 to 2025"
