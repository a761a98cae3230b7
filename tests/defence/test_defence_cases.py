"""The cases that a political scientist wrote, run through the mechanism."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from defence_world import log_points, mean_values, newest, small_world, stepped

import detente.mechanisms.defence as defence

CASES = yaml.safe_load((Path(defence.__file__).parent / "cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_case(case):
    values = mean_values(
        newest(), theory=case.get("theory", "own_estimate"), changed=case.get("parameters", {})
    )
    years = case.get("years", 1)
    index, before = small_world(case["given"])
    _, after = small_world(case["given"], case["when"])
    base, new = (stepped(index, w, values, years) for w in (before, after))
    with np.errstate(divide="ignore", invalid="ignore"):
        change = dict(zip(index.states, log_points(new, base)[0], strict=True))
    for state, what in case["then"].items():
        place = index.position(state)
        if what == "lower":
            assert change[state] < -1e-6
        elif what == "higher":
            assert change[state] > 1e-6
        elif what == "same":
            assert new["milex_share"][0, place] == base["milex_share"][0, place]
        elif what == "unknown":
            assert np.isnan(new["milex_share"][0, place])
        else:
            assert change[state] == pytest.approx(what, abs=case["tolerance"])
    if "more" in case:
        first, second = case["more"]
        assert change[first] < change[second]
    for state, bound in case.get("below", {}).items():
        assert abs(change[state]) < bound
    for state, bound in case.get("above", {}).items():
        assert abs(change[state]) > bound
