"""The named cases of cases.yaml, each asked of the engine."""

import re
from pathlib import Path

import pytest

import detente.treaties
from detente.judge import legal
from detente.model.documents import read_document
from detente.treaties.edits import parse_assumption
from detente.treaties.scale import NO, YES

HERE = Path(detente.treaties.__file__).parent
CASES = read_document(HERE / "cases.yaml").content["cases"]
BIB = Path(__file__).parents[2] / "docs" / "sources.bib"


def answer_to(case):
    given = dict(case["given"])
    edits = [parse_assumption(text) for text in given.pop("assume", ())]
    return legal.ask(given["attacker"], given["target"], given["at"], given["on"], given.get("what", "armed_attack"), edits)


def lines_of(answer, then):
    """Lines under the treaty whose article is the one named, or begins with it."""
    lines = [x for x in answer.of(then["treaty"]) if "kind" not in then or x.kind == then["kind"]]
    exact = [x for x in lines if x.article == then["article"]]
    lines = exact or [x for x in lines if re.match(rf"{re.escape(then['article'])}\b", x.article)]
    if "only" in then:
        return [x for x in lines if x.holder == then["only"]]
    return [x for x in lines if x.status == then["status"]] if "holders" in then else lines


def check(answer, then):
    if then.get("owes_nobody") == "assist":
        assert answer.bound("assist") == ()
    elif "owes_nobody" in then:
        assert not [x for x in answer.of(then["owes_nobody"]) if x.verdict == YES]
    elif "bound_to_both" in then:
        assert set(then["bound_to_both"]) <= {c.state for c in answer.conflicts}
    elif "free" in then:
        assert set(then["free"]) <= set(answer.free)
    else:
        check_lines(lines_of(answer, then), then)


def check_lines(lines, then):
    assert lines, f"no line under {then['treaty']} {then['article']}"
    assert {x.status for x in lines} == {then["status"]}
    for x in lines:
        assert any(then.get("why", "") in w for w in (*x.why, ""))
        assert x.strength == then.get("strength", x.strength)
    if "count" in then:
        assert len({x.holder for x in lines}) == then["count"]
    if "holders" in then:
        assert sorted({x.holder for x in lines}) == sorted(then["holders"])


@pytest.mark.parametrize("case", CASES, ids=[c["case"] for c in CASES])
def test_case(case):
    answer = answer_to(case)
    for then in case["then"]:
        check(answer, then)


def test_every_case_has_a_source_and_a_reason():
    keys = set(re.findall(r"^@\w+\{\s*([^,\s]+)\s*,", BIB.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(CASES) >= 41
    for case in CASES:
        assert case["because"], case["case"]
        assert case["source"] in keys, f"{case['case']}: {case['source']}"


def test_every_source_of_a_treaty_is_in_the_bibliography():
    keys = set(re.findall(r"^@\w+\{\s*([^,\s]+)\s*,", BIB.read_text(encoding="utf-8"), re.MULTILINE))
    for treaty in legal.shipped():
        assert treaty.sources, treaty.id
        assert not set(treaty.sources) - keys, treaty.id


def test_a_line_that_is_not_owed_says_why():
    for case in CASES[:12]:
        for x in answer_to(case).lines:
            assert x.verdict != NO or x.why, x


def test_a_wrong_expectation_would_be_noticed():
    """The checker itself can fail."""
    answer = answer_to(CASES[0])
    with pytest.raises(AssertionError):
        check(answer, {"treaty": "nato", "article": "5", "status": "owed"})
    with pytest.raises(AssertionError):
        check(answer, {"treaty": "nato", "article": "5", "status": "not owed", "count": 3})
