"""Disputes elsewhere once a great quarrel ends."""

import polars as pl
import pytest

from detente.judge.record_conflict import disputes_elsewhere


def tables(later):
    """Four bystanders and Russia; two disputes before, ``later`` after, and one of Russia that never counts."""
    seen = [("AAA", "BBB", 1988), ("CCC", "DDD", 1989), ("AAA", "RUS", 1991)] + [("AAA", "CCC", 1990)] * later
    rows = [(a, b, y, "mid", True, True, False) for a, b, y in seen]
    made = {
        "disputes": pl.DataFrame(
            rows, schema=["a", "b", "year", "measure", "onset", "fatal", "war"], orient="row"
        ),
        "states": pl.DataFrame(
            {
                "state": ["AAA", "BBB", "CCC", "DDD", "RUS"],
                "start_year": [1900] * 5,
                "end_year": [None] * 5,
            },
            schema={"state": pl.String, "start_year": pl.Int64, "end_year": pl.Int64},
        ),
        "blocs": pl.DataFrame({"bloc": ["NATO"], "state": ["USA"], "from_year": [1949]}),
    }
    return made.__getitem__


def test_the_rate_is_by_pair_year_and_russia_stays_out():
    found = disputes_elsewhere(tables(4), before=(1988, 1989), after=(1990, 1991))
    assert found.value == pytest.approx(2.0)
    assert found.low < 1 < found.value < found.high


def test_silence_is_no_number():
    with pytest.raises(Exception, match="disputes outside"):
        disputes_elsewhere(tables(0), before=(1988, 1989), after=(1990, 1991))
