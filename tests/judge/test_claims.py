import re
from pathlib import Path

import pytest
from judge_toy import claim
from pydantic import TypeAdapter, ValidationError

from detente.judge import load_claims
from detente.judge.claims import Claim
from detente.model.errors import DetenteError

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))


def expectations(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := re.match(r"# expect: (\d+): (.+?)(?: \| (.+))?$", line):
            yield f"{path.name}:{found[1]}", found[2], found[3] or ""


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.stem)
def test_bad_files_are_refused_with_place_and_remedy(path):
    expected = list(expectations(path))
    with pytest.raises(DetenteError) as caught:
        load_claims([path])
    said = [(p.where, p.what, p.remedy) for p in caught.value.problems]
    assert len(said) == len(expected), said
    for where, what, remedy in expected:
        assert any(w == where and what in t and remedy in r for w, t, r in said), (where, what, said)


def test_all_mistakes_of_all_files_come_together():
    with pytest.raises(DetenteError) as caught:
        load_claims([Path(__file__).parent / "bad"])
    files = {p.where.split(":")[0] for p in caught.value.problems}
    assert {path.name for path in BAD} <= files


def test_missing_file_and_empty_folder(tmp_path):
    with pytest.raises(DetenteError, match="holds no claim files"):
        load_claims([tmp_path])
    with pytest.raises(DetenteError, match="no such file"):
        load_claims([tmp_path / "none.yaml"])


def test_a_claim_is_frozen_and_knows_its_line(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "claims:\n- id: T000-07\n  text: Something would follow.\n  where: {text: '000', place: opening}\n"
        "  row: 9\n  kind: forecast\n  test: {kind: out_of_reach, missing: gas}\n"
    )
    (one,) = load_claims([file])
    assert one.origin == "mine.yaml:2"
    with pytest.raises(ValidationError):
        one.row = 3


def test_a_year_alone_is_a_span_of_one():
    test = {"kind": "level", "field": "gdp", "scenario": "a", "at": 10, "is": ">", "than": 1}
    assert TypeAdapter(Claim).validate_python(claim(test)).test.at == (10, 10)
