"""PPML of sanctions: a made-up world with a known effect and the calendar of events."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from detente.mechanisms.trade import gravity_fit as gravity
from detente.mechanisms.trade.flows import OTHER_TYPES


def made_up(effect=(-1.5, -0.3), states=14, span=range(1960, 1990), seed=0):
    """Flows with exporter, importer and pair effects, gamma noise, and sanctions by known pairs and years."""
    rng = np.random.default_rng(seed)
    names = [f"S{k:02d}" for k in range(states)]
    size, pair = rng.normal(6, 1, states), rng.normal(0, 1, (states, states))
    sanctions, flows = [], []
    spells = {
        (0, 1): ("complete", 1970, 1975),
        (2, 3): ("partial", 1968, 1980),
        (4, 5): ("partial", 1975, 1985),
        (6, 7): ("complete", 1980, 1989),
        (8, 1): ("partial", 1965, 1970),
        (9, 4): ("complete", 1972, 1982),
    }
    for (i, j), (kind, a, b) in spells.items():
        sanctions += [(names[i], names[j], y, kind == "complete", kind == "partial") for y in range(a, b + 1)]
    for y in span:
        for i in range(states):
            for j in range(states):
                hit = next(
                    (k for (s, t), (k, a, b) in spells.items() if {s, t} == {i, j} and a <= y <= b), None
                )
                log = size[i] + size[j] + pair[i, j] + 0.03 * (y - 1960) + 0.02 * (i - j)
                log += 0.0 if hit is None else effect[hit == "partial"]
                flows.append((names[i], names[j], y, float(np.exp(log) * rng.gamma(4, 0.25)), "made up"))
    trade = pl.DataFrame(flows, schema=["exporter", "importer", "year", "value", "source"], orient="row")
    record = pl.DataFrame(sanctions, schema=["sender", "target", "year", "complete", "partial"], orient="row")
    return trade, record.with_columns(**{k: pl.lit(False) for k in OTHER_TYPES})


def test_known_effects_are_found():
    trade, sanctions = made_up()
    frame = gravity.panel(trade, sanctions, 1989)
    assert frame.filter(pl.col("exporter") == pl.col("importer")).is_empty()
    found = gravity.ppml(frame, "value", gravity.KINDS, gravity.EFFECTS, "pair")
    for name, truth in zip(gravity.KINDS, (-1.5, -0.3), strict=True):
        mean, error = found.of(name)
        assert abs(mean - truth) < 4 * error < 0.5


def test_a_regressor_that_is_not_identified_is_an_error():
    trade, sanctions = made_up(span=range(1960, 1964))
    with pytest.raises(ValueError, match="not identified"):
        gravity.ppml(gravity.panel(trade, sanctions, 1963), "value", gravity.KINDS, gravity.EFFECTS, "pair")


def test_calendar_of_a_sanction():
    _, sanctions = made_up()
    events = gravity.event_years(sanctions, 1989).filter((pl.col("a") == "S00") & (pl.col("b") == "S01"))
    got = {y: (state, k) for y, kind, state, k in events.select("year", "kind", "state", "k").iter_rows()}
    assert got[1969] == ("before", 1)
    assert got[1968] == ("before", 2)
    assert got[1970] == ("on", 1)
    assert got[1975] == ("on", 6)
    assert got[1976] == ("after", 1)
    assert got[1987] == ("after", 12)
    assert 1988 not in got
    early = gravity.event_years(sanctions, 1969).filter((pl.col("a") == "S00") & (pl.col("b") == "S01"))
    assert early.is_empty(), "a sanction of 1970 is not known in 1969"


def test_what_everybody_does_is_left_out():
    trade, sanctions = made_up()
    everybody = pl.DataFrame(
        [(f"S{k:02d}", "S13", 1977, False, True) for k in range(10)],
        schema=["sender", "target", "year", "complete", "partial"],
        orient="row",
    )
    both = pl.concat([sanctions, everybody.with_columns(**{k: pl.lit(False) for k in OTHER_TYPES})])
    frame = gravity.panel(trade, both, 1989).filter(pl.col("year") == 1977)
    assert "S13" not in set(frame["exporter"]) | set(frame["importer"])
    assert frame.height == 13 * 12


def test_adjustment_is_recovered():
    truth = (-0.25, 0.3, 0.5)
    names = [f"partial_on_{a}" for a, _ in gravity.IN_FORCE] + [
        f"partial_off_{a}" for a, _ in gravity.AFTER_LIFTING
    ]
    course = gravity.Estimate(tuple(names), gravity.adjustment_path(*truth), np.eye(7) * 1e-4, 1, 1)
    found = gravity.adjustment(course, "partial")
    np.testing.assert_allclose(found.mean, truth, atol=1e-4)
    assert found.interior
    assert found.distance < 1e-6
