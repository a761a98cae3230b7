"""Sanctions by type: known effects found side by side, a rupture kept out of them, what ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from detente.mechanisms import trade
from detente.mechanisms.trade.gravity.by_type import KEY, TYPES, by_type, estimates
from detente.mechanisms.trade.gravity_fit import VINTAGES

pytest.importorskip("pyfixest")

STATES = ["RUS", *(f"S{k}" for k in range(11))]
YEARS = range(2008, 2024)
EFFECTS = {"complete": -1.5, "partial": -0.3, "financial": -0.1, "arms": -0.05, "travel": 0.0}
RUPTURE = -2.0


def tables(seed=0):
    """A world in which each type of sanction has its effect, and Russia's trade breaks in 2022."""
    draw = np.random.default_rng(seed)
    kinds = (*TYPES, "military", "other")
    sanctions = []
    for k in range(40):
        a, b = draw.choice(STATES[1:], 2, replace=False)
        kind, first = kinds[k % len(kinds)], int(draw.integers(2010, 2020))
        sanctions += [(a, b, y, kind) for y in range(first, first + 4)]
    sanctions += [(s, "RUS", y, "partial") for s in STATES[1:6] for y in (2022, 2023)]
    record = (
        pl.DataFrame(sanctions, schema=["sender", "target", "year", "kind"], orient="row")
        .with_columns(on=True)
        .unique(["sender", "target", "year", "kind"])
        .pivot("kind", index=["sender", "target", "year"], values="on")
        .fill_null(False)
        .sort("sender", "target", "year")
    )
    hit = {}
    for row in record.iter_rows(named=True):
        pair = frozenset((row["sender"], row["target"])), row["year"]
        for kind in kinds:
            hit.setdefault(pair, set()).update({kind} if row[kind] else set())
    flows, size = [], draw.normal(0, 1, (2, len(STATES), len(YEARS)))
    tie = draw.normal(0, 1, (len(STATES), len(STATES)))
    for i, a in enumerate(STATES):
        for j, b in enumerate(STATES):
            for t, year in enumerate(YEARS):
                on = hit.get((frozenset((a, b)), year), set())
                log = 5 + size[0, i, t] + size[1, j, t] + tie[i, j]
                if "RUS" in (a, b):
                    log += RUPTURE * bool(on)
                else:
                    log += sum(EFFECTS.get(k, 0.0) for k in on if not (k == "partial" and "complete" in on))
                if a != b:
                    flows.append((a, b, year, float(np.exp(log)), "made up", False))
    columns = ["exporter", "importer", "year", "value", "source", "imputed"]
    spells = [("S0", "S1", 2012, None, "free_trade"), ("S2", "S3", 2015, None, "free_trade")]
    pacts = [("S4", "S5", y, True) for y in range(2014, 2024)] + [
        ("S6", "S7", y, True) for y in range(2008, 2013)
    ]
    made = {
        "trade": pl.DataFrame(flows, schema=columns, orient="row"),
        "sanctions": record,
        "agreements": pl.DataFrame(spells, schema=["a", "b", "start", "end", "kind"], orient="row"),
        "pacts": pl.DataFrame(pacts, schema=["a", "b", "year", "defence"], orient="row"),
    }
    return made.__getitem__


def test_each_type_gets_its_effect_and_the_rupture_its_own():
    found = by_type(tables(), 2023)
    for kind, truth in EFFECTS.items():
        assert found.of(f"sanction_{kind}")[0] == pytest.approx(truth, abs=1e-3), kind
    assert found.of("russia_2022")[0] == pytest.approx(RUPTURE, abs=1e-3)
    assert found.of("rta")[0] == pytest.approx(0, abs=1e-3)


def test_a_vintage_before_the_rupture_knows_nothing_of_it():
    early = by_type(tables(), 2019)
    assert "russia_2022" not in early.names
    assert max(early.years) == 2019


def test_the_key_is_a_joint_prior_of_the_types():
    joint = estimates(tables(), 2023)[KEY]["joint"]
    assert joint["names"] == list(TYPES)
    np.testing.assert_allclose(joint["mean"], list(EFFECTS.values()), atol=1e-3)
    assert np.shape(joint["covariance"]) == (5, 5)


def test_what_ships():
    path = Path(trade.__file__).parent / "estimates.yaml"
    shipped = yaml.safe_load(path.read_text(encoding="utf-8"))["vintages"]
    assert tuple(shipped) == VINTAGES
    for keys in shipped.values():
        joint = keys[KEY]["joint"]
        covariance = np.array(joint["covariance"])
        assert joint["names"] == list(TYPES)
        assert joint["mean"][0] < 0
        np.testing.assert_allclose(covariance, covariance.T)
        assert np.linalg.eigvalsh(covariance).min() > 0
