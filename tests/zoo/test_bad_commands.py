"""The command line met with what it cannot do: a list of problems and a code other than 0, never a traceback."""

import os
import subprocess
import sys

import pytest

from detente.library import find_scenario, write_template
from detente.mechanisms.written import parse_scenario, read_scenario


def said(*words, **env):
    command = [sys.executable, "-c", "from detente.cli import main; main()", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ | env)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize(("words", "expected"), [
    (("run", "nothing-changes", "--years", "²:³"), "is not a span of years"),
    (("verify", "x", "--sample", "0"), "--sample"),
    (("verify", __file__), "holds no run"),
    (("scenario", "new", "/proc/x.yaml"), "/proc/x.yaml"),
])
def test_a_command_that_cannot_be_done(words, expected):
    assert expected in said(*words)


def test_a_manifest_of_the_bundle_without_tables(tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    assert "it lists no tables" in said("scenario", "check", "nothing-changes", DETENTE_BUNDLE=str(tmp_path))


def test_a_script_without_main_guard_is_told_and_does_not_hang(tmp_path):
    script = tmp_path / "s.py"
    script.write_text(
        'import detente\ndetente.what_if("nothing-changes", draws=11, years=(2025, 2025), jobs=2)\n'
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert "__main__" in done.stderr.splitlines()[-1]


def test_a_folder_named_as_a_shipped_scenario_does_not_hide_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nothing-changes").mkdir()
    assert find_scenario("nothing-changes").is_file()


def test_a_template_has_a_valid_id_whatever_the_name_of_the_file(tmp_path):
    assert read_scenario(write_template(tmp_path / "My Thaw_2 (é).yaml")).scenario.id == "my-thaw-2"


def test_a_shift_that_is_over_does_not_fight_with_a_later_set():
    from detente.api import laboratory

    move = "  - do: {}\n    field: ideal_point\n    at: {{state: RUS}}\n    {}: 1\n    start: {}\n    why: because\n"
    head = "id: t\ntitle: A test\npremise: p\ninterventions:\n"
    model, start = laboratory()
    apart = parse_scenario(head + move.format("shift", "by", 2026) + move.format("set", "to", 2032))
    assert not apart.problems(model, start.index, range(2025, 2046))
    at_once = parse_scenario(head + move.format("shift", "by", 2026) + move.format("set", "to", 2026))
    assert "fights with" in str(at_once.problems(model, start.index, range(2025, 2046))[0])
