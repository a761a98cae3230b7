"""The start of a world, and the command that explains a chance."""

import numpy as np
import pytest
from typer.testing import CliRunner

from detente.data import start_conflict
from detente.data.bundle import table
from detente.data.start import NEWEST
from detente.data.states import existing
from detente.mechanisms import EARLIEST
from detente.mechanisms.conflict import record


def codes(year):
    return [s.state for s in existing(year)]


@pytest.mark.parametrize("year", [1991, 2014])
def test_the_start_remembers_what_the_estimates_remember(year):
    names = codes(year)
    values, _ = start_conflict.memory(names, year)
    who = record.registry(table("states"))
    kept = dict(record.memories(record.disputes_by_year(table("disputes"), who, "mid"), who, year))[year]
    at = np.ix_(*[[who.place[s] for s in names]] * 2)
    off = ~np.eye(len(names), dtype=bool)
    np.testing.assert_allclose(values["dispute_memory"][off], kept.recent[at][off], atol=1e-6)
    lasting = off & (who.start[[who.place[s] for s in names]] < 1946)
    np.testing.assert_allclose(values["fatal_memory"][lasting & lasting.T], kept.deadly[at][lasting & lasting.T], atol=1e-3)
    new = {s for s in names if who.start[who.place[s]] >= year}
    old = np.array([s not in new for s in names])
    both = off & old[:, None] & old
    np.testing.assert_allclose(values["peace_years"][both], kept.peace_years[at][both])


def test_the_war_in_ukraine_is_in_force_at_the_start():
    names = codes(2024)
    values, notes = start_conflict.wars(names, 2024)
    i, j = names.index("RUS"), names.index("UKR")
    assert values["at_war"][i, j] == values["at_war"][j, i] == 1
    assert values["war_years"][i, j] == 3
    assert notes["at_war"].newest == 2024
    assert start_conflict.wars(codes(2021), 2021)[0]["at_war"][i, j] == 0


def test_memory_after_the_record_is_expected_and_says_so():
    names = codes(2024)
    values, notes = start_conflict.memory(names, 2024)
    korea = names.index("PRK"), names.index("KOR")
    quiet = names.index("PRT"), names.index("NZL")
    assert values["dispute_memory"][korea] > 0.3
    assert values["peace_years"][korea] < 5
    assert values["dispute_memory"][quiet] < 0.02
    assert "expected" in notes["dispute_memory"].rule
    assert notes["dispute_memory"].newest == 2014


def test_a_start_in_the_past_does_not_know_the_bridge():
    _, notes = start_conflict.memory(codes(2010), 2010)
    assert notes["dispute_memory"].rule == ""


def ask(*words):
    from detente.cli import app

    return CliRunner().invoke(app, ["risk", *words])


def test_risk_explains_a_pair():
    done = ask("--pair", "GRC", "TUR", "--draws", "20")
    assert done.exit_code == 0
    assert "a militarised dispute begins" in done.output
    assert "contiguity and distance" in done.output


def test_the_parts_add_up_to_the_gap():
    from detente.commands.risk import _explained, _world

    world = _world(2005, None)
    one, two = world.index.position("FRA"), world.index.position("DEU")
    found = _explained(world, one, two, 20)
    assert not found.at_war
    assert found.war[1] < found.fatal[1] < found.dispute[1]
    gap = np.log(found.dispute[1] / (1 - found.dispute[1])) - np.log(found.average[1] / (1 - found.average[1]))
    assert sum(p.adds[1] for p in found.parts) == pytest.approx(gap, abs=0.4)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--pair", "RUS", "POX"), "POL"),
        (("--pair", "CSK", "DDR", "--year", "1995"), "does not exist"),
        (("--pair", "RUS", "RUS"), "twice"),
        (("--pair", "RUS", "POL", "--year", "1900"), f"{EARLIEST + 1} to {NEWEST + 1}"),
        (("--pair", "RUS", "POL", "--start", "1900"), f"{EARLIEST} to {NEWEST}"),
        (("--pair", "RUS", "POL", "--start", "2000", "--year", "2010"), "2001"),
    ],
)
def test_bad_requests_are_answered(words, told):
    done = ask(*words)
    assert done.exit_code != 0
    assert told in str(done.exception)
