"""Breaks measured pair by pair: found where they are, at the size they have, and nowhere else."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from worlds import flows

from detente.mechanisms.trade import refit, rupture
from detente.model.space import Index

NAMES = ("A", "B", "C", "D", "E", "F", "RUS", "G")
N = len(NAMES)
TRUE = {"A": (1.5, 0.5), "D": (0.0, 0.8)}


def record() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Flows that grow by seller and buyer factors, with two partners' trade broken in 2023."""
    tie = flows(N, 6)
    grow = np.linspace(0.8, 1.5, N)
    now = tie * grow[:, None] * grow[::-1]
    at = NAMES.index("RUS")
    for partner, (sold, bought) in TRUE.items():
        now[NAMES.index(partner), at] *= np.exp(-sold)
        now[at, NAMES.index(partner)] *= np.exp(-bought)
    now[NAMES.index("F"), at] = 0.0
    years = [*((y, tie) for y in rupture.BEFORE), (2023, now)]
    rows = [(NAMES[i], NAMES[j], y, m[i, j]) for y, m in years for i in range(N) for j in range(N) if i != j]
    trade = pl.DataFrame(rows, schema=["exporter", "importer", "year", "value"], orient="row")
    sanctions = pl.DataFrame({
        "sender": ["A", "D", "RUS", "B"], "target": ["RUS", "RUS", "F", "C"], "year": [2023] * 4,
        "complete": [False] * 4, "partial": [True] * 4,
    })  # fmt: skip
    return trade, sanctions


def test_the_breaks_are_found_at_their_size():
    found = rupture.breaks(*record(), "russia_2022", 2023)
    assert set(found) == {"A", "D", "F"}
    for partner, (sold, bought) in TRUE.items():
        assert found[partner]["sold"] == pytest.approx(sold, abs=2e-4)
        assert found[partner]["bought"] == pytest.approx(bought, abs=2e-4)
    assert "sold" not in found["F"], "a flow recorded as nothing has no measure"


def test_the_pattern_marks_only_the_case():
    matrix = rupture.pattern(
        Index(NAMES, tuple(range(N))), rupture.breaks(*record(), "russia_2022", 2023), "RUS"
    )
    assert np.isfinite(matrix).sum() == 5
    assert matrix[0, 6] == pytest.approx(1.5, abs=2e-4)
    elsewhere = rupture.pattern(Index(("A", "B"), (0, 1)), {"A": {"sold": 1.0}}, "RUS")
    assert np.isnan(elsewhere).all()


def test_what_ships_is_sane():
    shipped = rupture.known()["russia_2022"]
    values = [v for flows_ in shipped.values() for v in flows_.values()]
    assert len(values) > 60
    assert all(0 <= v <= rupture.DEEPEST for v in values)
    assert shipped["DEU"]["sold"] > 1 > shipped["KAZ"]["sold"]


def test_refit_splits_the_estimates_into_two_files():
    joint = {"joint": {"names": ["russia_2022"], "mean": [-2.0], "covariance": [[0.04]]}}
    effect = {"joint": {"names": ["complete", "partial"], "mean": [-1.0, -0.2],
                        "covariance": [[0.1, 0.0], [0.0, 0.1]]}}  # fmt: skip
    files = refit.documents({2018: {"sanction_effect": effect},
                             2023: {"sanction_effect": effect, "russia_2022": joint}})  # fmt: skip
    assert list(files["estimates.yaml"]["vintages"]) == [2018, 2023]
    assert files["ruptures/estimates.yaml"]["vintages"] == {
        2023: {"russia_2022": {"normal": {"mean": 1.0, "sd": 0.1}}}
    }
    with pytest.raises(ValueError, match="one coefficient"):
        rupture.scale(("a", "b"), (1.0, 1.0), ((1.0, 0.0), (0.0, 1.0)))
