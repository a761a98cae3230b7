"""What followed settlements of claims, and quarrels with former rulers, on made records."""

import polars as pl
import pytest

from detente.judge import record_territory as record
from detente.model.errors import DetenteError

YEARS = range(1960, 2011)


def made(levels, claims=(), disputes=(), rulers=()):
    held = {
        "territorial_claims": pl.DataFrame(
            claims, schema=["claimant", "holder", "first", "last", "seen", "how", "salience"], orient="row"
        ),
        "peace": pl.DataFrame(levels, schema=["a", "b", "year", "level"], orient="row"),
        "disputes": pl.DataFrame(
            disputes, schema=["a", "b", "year", "measure", "onset", "fatal"], orient="row"
        ),
        "former_rulers": pl.DataFrame(rulers, schema=["state", "ruler", "year"], orient="row"),
    }
    return held.__getitem__


def test_a_settlement_is_compared_with_claims_that_stood():
    stood = [(f"S{k}", "H", 1950, None, 2017, None, 5) for k in range(3)]
    ended = [(f"E{k}", "H", 1950, 1980, 1980, 4, 5) for k in range(4)]
    levels = [(*sorted((s, "H")), y, 0.25 + 0.25 * (y > 1980)) for s, *_ in stood for y in YEARS]
    levels += [
        (*sorted((s, "H")), y, 0.25 + (0.5 + 0.25 * (s == "E0")) * (y > 1980))
        for s, *_ in ended
        for y in YEARS
    ]
    found = record.after_settlement(made(levels, stood + ended), what="level")
    assert found.value == pytest.approx(0.25 + 0.25 / 4)
    assert found.n == 4
    assert found.low < found.value < found.high


def test_a_claim_taken_by_force_is_no_settlement():
    stood = [(f"S{k}", "H", 1950, None, 2017, None, 5) for k in range(3)]
    ended = [(f"E{k}", "H", 1950, 1980, 1980, 4, 5) for k in range(2)] + [("F", "H", 1950, 1980, 1980, 7, 5)]
    levels = [(*sorted((s, "H")), y, 0.5 * (s != "F")) for s, *_ in stood + ended for y in YEARS]
    assert record.after_settlement(made(levels, stood + ended), what="level").n == 2


def test_what_is_not_read_is_said():
    with pytest.raises(DetenteError, match="around settlements"):
        record.after_settlement(made([], []), what="weather")


def test_quarrels_with_a_former_ruler_that_fade_are_seen_to_fade():
    rulers = [(f"C{k}", "R", 1950) for k in range(40)]
    early = [(f"C{k}", "R", 1950 + 1 + k % 5, "mid", True, False) for k in range(30)]
    late = [(f"C{k}", "R", 1995 + k, "mid", True, False) for k in range(3)]
    fading = record.former_ruler_fights(made([], [], early + late, rulers))
    assert fading.high < 0.5
    even = [(f"C{k}", "R", 1951 + (7 * k) % 58, "mid", True, False) for k in range(40)]
    steady = record.former_ruler_fights(made([], [], even, rulers))
    assert steady.low < 1 < steady.high
