"""A folder of bad files, each with the words it must be met with (in its first comments)."""

from pathlib import Path

import pytest

from detente.api import laboratory
from detente.mechanisms.written import load_all, read_scenario
from detente.model.errors import DetenteError

FOLDER = Path(__file__).parent / "scenarios"
ROOT = Path(__file__).parents[2]
WITHOUT_COMMENTS = {"empty.yaml": ["is empty", "scenario new"], "binary.yaml": ["is not UTF-8 text"]}


@pytest.fixture(scope="module")
def world():
    return laboratory()


def complaints(path, world):
    model, start = world
    try:
        found = read_scenario(path).problems(model, start.index, range(start.year + 1, 2046))
    except DetenteError as error:
        found = error.problems
    return "\n".join(str(p) for p in found)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda p: p.stem)
def test_a_bad_file_is_met_with_the_right_words(path, world):
    expected = WITHOUT_COMMENTS.get(path.name) or [
        line.removeprefix("# expect: ") for line in path.read_text().splitlines() if line.startswith("# expect: ")
    ]
    assert expected
    said = complaints(path, world)
    for words in expected:
        assert words in said, f"{path.name} said:\n{said}"
    assert "Traceback" not in said


def test_the_shipped_scenarios_have_nothing_wrong(world):
    model, start = world
    shipped = load_all(ROOT / "scenarios")
    assert {"russia-nato-friendship", "nothing-changes"} <= {w.scenario.id for w in shipped}
    for written in shipped:
        assert not written.problems(model, start.index, range(start.year + 1, 2046)), written.scenario.id


def test_the_flagship_decides_every_silent_assumption():
    flagship = read_scenario(ROOT / "scenarios" / "russia-nato-friendship.yaml").scenario
    assert [a.id for a in flagship.assumptions] == [f"S{k:02d}" for k in range(1, 39)]
    assert all(a.why for a in flagship.assumptions)


def test_the_published_schema_is_the_one_that_files_are_checked_against():
    import json

    from detente.mechanisms.written import file_schema

    published = json.loads((ROOT / "scenarios" / "schema.json").read_text(encoding="utf-8"))
    assert published == json.loads(json.dumps(file_schema())), "detente scenario schema > scenarios/schema.json"
