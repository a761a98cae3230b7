"""The Advanced Guide, chapter 1: every published figure to the last digit printed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from detente.mechanisms.trade.gravity import chapter1

pytest.importorskip("pyfixest")

PUBLISHED = pl.read_csv(Path(__file__).parent / "guide_chapter1_results.csv")
"""As printed in the Guide's replication, github.com/pachadotdev/tradepolicy (CC BY 4.0), chapter 1."""


@pytest.fixture(scope="module")
def guide(raw):
    from detente.data.sources import agtpa

    return agtpa.load(raw)


@pytest.mark.raw
@pytest.mark.parametrize(
    "application",
    [
        "traditional",
        pytest.param("distance", marks=pytest.mark.slow),
        pytest.param("agreements", marks=pytest.mark.slow),
    ],
)
def test_every_published_figure(guide, application):
    printed = PUBLISHED.filter(pl.col("application") == application)
    made = chapter1.APPLICATIONS[application](guide)
    for row in printed.iter_rows(named=True):
        ours, error = chapter1.figure(made[row["regression"]], row["term"])
        where = (row["regression"], row["term"])
        assert ours == pytest.approx(row["value"], abs=1.1e-4), where
        assert error == pytest.approx(row["se"], abs=1.1e-4), where


@pytest.mark.raw
def test_targets_of_agreements(guide):
    """T4: the naive estimate and the one with pair effects, 0.191 and 0.557."""
    frame = chapter1.prepared(guide)
    naive = chapter1._fit(frame.filter(pl.col("smctry") == 0), (*chapter1.GRAVITY, "rta"), chapter1.BOTH)
    assert round(naive.of("rta")[0], 3) == 0.191
    paired = chapter1._fit(frame.filter("ever"), ("rta",), (*chapter1.BOTH, "pair_or_home"))
    assert round(paired.of("rta")[0], 3) == 0.557
