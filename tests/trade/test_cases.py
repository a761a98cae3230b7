"""The readable cases of the mechanism's folder, evaluated against its step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from worlds import BASE_YEAR, THEORIES, parameters, run, view

from detente.mechanisms import trade

CASES = yaml.safe_load((Path(trade.__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
LONG_AGO = 60.0


def pairs(words: list[str], names: list[str]) -> np.ndarray:
    matrix = np.zeros((len(names), len(names)))
    for word in words:
        sender, target = word.split(">")
        matrix[names.index(sender), names.index(target)] = 1.0
    return matrix


def end_of(given: dict[str, Any]) -> tuple[list[str], np.ndarray, dict[str, np.ndarray]]:
    """States, base flows, and the last year's fields after running the case."""
    names = list(given["flows"])
    base = np.array([[float(given["flows"][i][j]) for j in names] for i in names])
    embodied = pairs(given.get("embodied", []), names)
    now = np.clip(
        embodied + pairs(given.get("sanctions", []), names) - pairs(given.get("lifted", []), names), 0, 1
    )
    gdp = base.sum(axis=1) / 600 * np.exp([given.get("growth", {}).get(s, 0.0) for s in names])
    p = parameters(
        1,
        onset=THEORIES["onset"].index(given.get("onset", "immediate")),
        recovery=THEORIES["recovery"].index(given.get("recovery", "slow")),
    )
    state = {"sanction_bite": np.full((1, *base.shape), np.nan), "factory_price": np.ones((1, len(names)))}
    before = embodied
    for k in range(given.get("years", 1)):
        state = run(
            view(
                base,
                year=BASE_YEAR + 1 + k,
                gdp=gdp,
                base_sanction_partial=embodied,
                base_sanction_age=LONG_AGO * embodied,
                sanction_partial=now,
                **{
                    "last.sanction_partial": before,
                    "last.sanction_bite": state["sanction_bite"],
                    "last.factory_price": state["factory_price"],
                },
            ),
            p,
        )
        before = now
    return names, base, state


@pytest.mark.parametrize("case", CASES, ids=[c["case"] for c in CASES])
def test_case(case: dict[str, Any]) -> None:
    assert set(case) <= {"case", "given", "then", "tolerance", "because"}
    names, base, state = end_of(case["given"])
    for field, outcomes in case["then"].items():
        for where, expected in outcomes.items():
            at = tuple(names.index(s) for s in where.split(">"))
            value = state[field][(0, *at)]
            start = base[at] if field == "trade_flow" else 1.0
            if expected == "rises":
                assert value > start * (1 + 1e-6), (field, where)
            elif expected == "falls":
                assert value < start * (1 - 1e-6), (field, where)
            elif expected == "unchanged":
                assert value == pytest.approx(start, rel=1e-9), (field, where)
            else:
                assert value == pytest.approx(expected, abs=case["tolerance"]), (field, where)
