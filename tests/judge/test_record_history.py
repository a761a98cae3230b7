"""Records of history, small steps, values and territory: on small tables made up here, and known cases."""

import datetime as dt

import polars as pl
import pytest

from detente.judge import record_history as history
from detente.judge import record_ladder as ladder
from detente.judge.record import bundle_tables, measure
from detente.model.errors import DetenteError


def chronology(*rows):
    frame = pl.DataFrame(
        [(k, dt.date.fromisoformat(d), "day", who, k, how, "s") for k, d, who, how in rows],
        schema=["event", "date", "precision", "who", "what", "certainty", "source"],
        orient="row",
    )
    return lambda name: {"chronology": frame}[name]


EVENTS = chronology(
    ("asked", "1954-03-31", "USSR", "document"),
    ("refused", "1954-05-07", "USA, GBR and FRA", "document"),
    ("told", "2000-06-01", "Russia", "report"),
)


def test_days_run_from_the_first_event_to_the_second():
    assert history.days_between(EVENTS, first="asked", then="refused").value == 37
    assert history.days_between(EVENTS, first="refused", then="asked").value == -37


def test_what_rests_on_one_sides_word_does_not_count_as_on_record():
    found = history.on_record(EVENTS, events=["asked", "told"])
    assert found.value == 0.5
    assert "told: report" in found.remark


def test_a_party_is_named_whole():
    assert history.took_part(EVENTS, event="refused", who="FRA").value == 1
    assert history.took_part(EVENTS, event="refused", who="USSR").value == 0
    assert history.took_part(EVENTS, event="asked", who="USS").value == 0


def test_an_event_that_is_not_listed_is_named_with_its_nearest():
    with pytest.raises(DetenteError, match="no event 'refusd'(?s:.*)refused"):
        history.day_of(EVENTS, event="refusd")


def test_part_of_a_fall_and_its_largest_break():
    points = [(2000 + k, v) for k, v in enumerate([1.0, 1.0, 1.0, 0.2, 0.2, 0.0])]
    frame = pl.DataFrame(
        [("RUS", y, v) for y, v in points], schema=["state", "year", "ideal_point"], orient="row"
    )
    blocs = pl.DataFrame(schema={"bloc": pl.String, "state": pl.String, "from_year": int, "to_year": int})
    tables = {"state_year": frame, "blocs": blocs}.__getitem__
    assert history.part_of_fall(
        tables, column="ideal_point", state="RUS", years=[2000, 2005], until=2003
    ).value == pytest.approx(0.8)
    year = history.largest_break(
        tables, what="alignment", state="RUS", partner="RUS", years=[2001, 2005], window=2
    )
    assert year.value == 2003
    with pytest.raises(DetenteError, match="fall"):
        history.part_of_fall(tables, column="ideal_point", state="RUS", years=[2000, 2002], until=2001)


def crises(settled_if_mediated):
    rows = [
        (
            k,
            "c",
            1950 + k % 40,
            k % 2 == 0,
            (k % 2 == 0) == settled_if_mediated,
            False,
            1 + k // 2 % 4,
            k // 3 % 5,
            2 + k // 5 % 3,
        )
        for k in range(80)
    ]
    names = ["number", "name", "year", "mediated", "settled", "again", "violence", "gravity", "actors"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return {"crises": frame}.__getitem__


def test_the_gain_of_mediation_has_the_sign_of_the_record():
    assert ladder.mediation_gain(crises(True)).value == pytest.approx(1.0)
    assert ladder.mediation_gain(crises(False)).value == pytest.approx(-1.0)


KNOWN = [
    ("days_between", {"first": "nato_founded", "then": "warsaw_pact"}, 2231, 0),
    ("steps_a_year", {"kind": "exercise", "state": "RUS", "partner": "USA", "years": [2003, 2007]}, 7, 1),
    ("disputes_in", {"state": "RUS", "partner": "USA", "years": [1970, 1979]}, 6, 0),
    ("claims_on_land", {"holder": "RUS", "claimants": ["GEO", "MDA"], "year": 2024}, 3, 0),
    ("claims_on_land", {"holder": "RUS", "claimants": "bloc:EU", "year": 2024}, 0, 0),
    (
        "part_of_fall",
        {"column": "ideal_point", "state": "RUS", "years": [1993, 2021], "until": 2000},
        0.84,
        0.02,
    ),
    ("economy_value", {"column": "governance", "state": "RUS", "year": 2024}, 22, 0),
]


@pytest.mark.parametrize(("name", "given", "value", "within"), KNOWN, ids=lambda x: str(x)[:40])
def test_known_cases(name, given, value, within):
    assert measure(name, given).value == pytest.approx(value, abs=within)


def test_every_event_has_a_source_and_a_kind_of_certainty():
    rows = bundle_tables()("chronology")
    assert rows["event"].is_unique().all()
    assert not rows["source"].null_count()
    assert set(rows["certainty"]) <= {"document", "public", "report", "disputed"}


def test_small_steps_that_nobody_listed_are_said_to_be_missed():
    found = ladder.endings_without_steps(bundle_tables())
    assert 0 < found.low < found.value < found.high < 1
    assert "on no list" in found.remark
