"""Worked cases of the mechanism arms, and its vintages."""

import inspect
from pathlib import Path

import numpy as np
import pytest
import yaml

from detente.mechanisms.arms import equations as eq
from detente.mechanisms.arms import mechanism

CASES = yaml.safe_load((Path(inspect.getfile(eq)).parent / "cases.yaml").read_text(encoding="utf-8"))


def argument(value):
    if isinstance(value, list):
        return np.array(value, dtype=int if all(isinstance(v, int) for v in value) else float)
    return value


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_case(case):
    result = getattr(eq, case["function"])(**{k: argument(v) for k, v in case["given"].items()})
    np.testing.assert_allclose(result, case["then"], atol=case["tolerance"], rtol=0)


@pytest.mark.parametrize("year", [1991, 1997, 2003, 2011, 2019, None])
def test_every_vintage_loads(year):
    assert mechanism(year).parameters
