"""The cases that a political scientist wrote, run through the mechanism."""

from pathlib import Path

import pytest
import yaml
from conflict_world import STATES, luck, values, world

import detente.mechanisms.conflict as conflict

CASES = yaml.safe_load((Path(conflict.__file__).parent / "cases.yaml").read_text(encoding="utf-8"))


def test_there_are_cases():
    assert len(CASES) >= 10


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_case(case):
    given = dict(case.get("given", {}))
    u = luck(STATES, given.pop("luck", None), given.pop("word", None))
    p = values(**case.get("theories", {}))
    base = conflict.step(world(**given), p, u)
    new = conflict.step(world(**(given | case.get("when", {}))), p, u)
    for field, cells in case["then"].items():
        for who, what in cells.items():
            at = (0, *(STATES.index(s) for s in who.split("-")))
            before, after = base[field][at], new[field][at]
            if what == "higher":
                assert after > before * (1 + 1e-9)
            elif what == "lower":
                assert after < before * (1 - 1e-9)
            elif what == "same":
                assert after == pytest.approx(before, rel=1e-12)
            else:
                assert after == what
