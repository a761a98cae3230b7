"""Worked cases of mechanisms whose ``cases.yaml`` names a function, what it is given and what it gives; vintages."""

import importlib
from pathlib import Path

import numpy as np
import pytest
import yaml

import detente.mechanisms

FOLDER = Path(detente.mechanisms.__file__).parent
NAMES = ("arms", "budget", "investment", "long_run")
CASES = [
    (name, case)
    for name in NAMES
    for case in yaml.safe_load((FOLDER / name / "cases.yaml").read_text(encoding="utf-8"))
]


def argument(value):
    """A list as an array: of positions where all are whole numbers that an index could be, else of floats."""
    if isinstance(value, list):
        return np.array(value, dtype=int if all(isinstance(v, int) for v in value) else float)
    return value


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{n}: {c['case']}" for n, c in CASES])
def test_case(name, case):
    equations = importlib.import_module(f"detente.mechanisms.{name}.equations")
    result = getattr(equations, case["function"])(**{k: argument(v) for k, v in case["given"].items()})
    np.testing.assert_allclose(result, case["then"], atol=case["tolerance"], rtol=0)


@pytest.mark.parametrize("year", [1991, 1997, 2003, 2011, 2019, None])
@pytest.mark.parametrize("name", NAMES)
def test_every_vintage_loads(name, year):
    assert importlib.import_module(f"detente.mechanisms.{name}").mechanism(year).parameters
