"""A folder of bad files, each with the words it must be met with (in its first comments)."""

from pathlib import Path

import pytest

from detente.api import laboratory, start_of
from detente.data.start import world_index
from detente.mechanisms.written import load_all, parse_scenario, read_scenario
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
        line.removeprefix("# expect: ")
        for line in path.read_text().splitlines()
        if line.startswith("# expect: ")
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
        index, first = start.index, start.year + 1
        if written.start is not None:
            index, first = world_index(written.start), written.start + 1
        years = range(first, 2046 if written.start is None else first + 16)
        assert not written.problems(model, index, years), written.scenario.id


def test_a_start_that_is_no_year_is_refused_with_its_line():
    text = "id: a\ntitle: A title\npremise: p\nstart: early\n"
    with pytest.raises(DetenteError, match="scenario:4.*'start' is no year"):
        parse_scenario(text)
    assert parse_scenario(text.replace("early", "1993")).start == 1993
    assert parse_scenario(text.replace("start: early\n", "")).start is None


def test_scenarios_that_name_different_starts_cannot_share_a_run():
    one, two = (
        parse_scenario(f"id: {n}\ntitle: A title\npremise: p\nstart: {y}\n")
        for n, y in (("a", 1993), ("b", 1999))
    )
    assert start_of([one]) == 1993
    with pytest.raises(DetenteError, match="a 1993, b 1999"):
        start_of([one, two])


def test_the_flagship_decides_every_silent_assumption():
    flagship = read_scenario(ROOT / "scenarios" / "russia-nato-friendship.yaml").scenario
    assert [a.id for a in flagship.assumptions] == [f"S{k:02d}" for k in range(1, 39)]
    assert all(a.why for a in flagship.assumptions)


def test_the_published_schema_is_the_one_that_files_are_checked_against():
    import json

    from detente.mechanisms.written import file_schema

    published = json.loads((ROOT / "scenarios" / "schema.json").read_text(encoding="utf-8"))
    assert published == json.loads(json.dumps(file_schema())), (
        "detente scenario schema > scenarios/schema.json"
    )
