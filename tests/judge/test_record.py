"""Computations on the record: by hand on small tables, then on the shipped panel against published facts."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from judge_toy import claim
from pydantic import TypeAdapter

from detente.data.source import NAMES
from detente.judge import load_claims
from detente.judge.claims import Claim
from detente.judge.judging import claim_problems
from detente.judge.questions import RecordValue, leaves
from detente.judge.record import FUNCTIONS, measure
from detente.judge.record_pacts import shared_stronger_enemy
from detente.judge.record_pairs import kaplan_meier
from detente.model.errors import DetenteError

SHIPPED = load_claims([Path(__file__).parents[2] / "claims"])


def peace(*spells):
    """Rows of the peace table from (a, b, first, last, level)."""
    rows = [(a, b, y, v) for a, b, first, last, v in spells for y in range(first, last + 1)]
    return pl.DataFrame(rows, schema=["a", "b", "year", "level"], orient="row")


def tables(**frames):
    return lambda name: frames[name]


def value(name, source=None, **given):
    return measure(name, given, source).value


# --- by hand ---------------------------------------------------------------------------------------


def test_kaplan_meier_is_the_share_where_nobody_is_lost():
    times, share, var = kaplan_meier([(1, True), (2, True), (2, True), (4, True)])
    assert times.tolist() == [1, 2, 4]
    assert share.tolist() == pytest.approx([0.75, 0.25, 0])
    assert var[0] == pytest.approx(0.75 * 0.25 / 4)


def test_kaplan_meier_counts_those_who_left_early_as_long_as_they_were_seen():
    _, share, _ = kaplan_meier([(1, False), (2, True), (3, False), (5, True)])
    assert share.tolist() == pytest.approx([2 / 3, 0])


FRAMES = {
    "peace": peace(
        ("A", "B", 1950, 1959, 0.25),
        ("A", "B", 1960, 1969, 0.5),
        ("A", "B", 1970, 1990, 0.75),
        ("A", "C", 1950, 1959, 0.25),
        ("A", "C", 1960, 1964, 0.5),
        ("A", "C", 1965, 1990, 0.0),
        ("B", "C", 1950, 1959, 0.0),
        ("B", "C", 1960, 1990, 0.5),
    ),
    "sanctions": pl.DataFrame(
        [("A", "B", y, False, True) for y in range(1955, 1962)]
        + [("A", "C", y, True, False) for y in range(1955, 1975)]
        + [("C", "B", y, False, False) for y in range(1955, 1990)],
        schema=["sender", "target", "year", "complete", "partial"],
        orient="row",
    ),
}


def test_years_relapses_and_sanctions_by_hand():
    source = tables(**FRAMES)
    arrived = measure("years_from_rivalry_to_peace", {"arrived_only": True}, source)
    assert (arrived.value, arrived.n) == (10, 1)
    everyone = measure("years_from_rivalry_to_peace", {}, source)
    assert everyone.n == 3
    assert everyone.remark.startswith("1 of 3")
    assert value("relapse_chance", source, within=4) == 0
    assert value("relapse_chance", source, within=5) == pytest.approx(1 / 3)
    assert value("relapse_below", source) == 1
    lifted = measure("sanctions_lifted_after_rivalry", {"within": 3}, source)
    assert (lifted.value, lifted.n) == (0.5, 2)
    by_time = [value("sanctions_lifted_after_rivalry", source, within=w) for w in (1, 2, 14, 15)]
    assert by_time == [0, 0.5, 0.5, 1]


def test_the_mean_level_leaves_uncoded_pairs_out_and_says_so():
    found = measure("peace_level", {"state": "A", "partner": ["B", "C", "D"], "year": 1968}, tables(**FRAMES))
    assert found.value == pytest.approx(0.25)
    assert "1 of 3" in found.remark


def test_members_count_from_the_year_of_entry_to_the_year_before_leaving():
    blocs = pl.DataFrame(
        [("X", "A", 1950, None), ("X", "B", 1960, 1970)],
        schema=["bloc", "state", "from_year", "to_year"],
        orient="row",
    )
    gained = {
        (s, u): value("members_gained", tables(blocs=blocs), bloc="X", since=s, until=u)
        for s, u in ((1959, 1960), (1969, 1970))
    }
    assert gained == {(1959, 1960): 1, (1969, 1970): -1}


def test_following_in_the_last_year_allowed_counts_and_those_before_are_left_out():
    rows = [("X", s, 2000, None) for s in "ABCD"] + [
        ("Y", "A", 2010, None),
        ("Y", "B", 2011, None),
        ("Y", "D", 1999, None),
    ]
    blocs = pl.DataFrame(rows, schema=["bloc", "state", "from_year", "to_year"], orient="row")
    found = measure(
        "entry_after_entry",
        {"first": "X", "then": "Y", "years": [2000, 2000], "within": 10},
        tables(blocs=blocs),
    )
    assert (found.value, found.n) == (pytest.approx(1 / 3), 3)
    assert found.remark == "not: B, C"


def test_mistakes_in_a_call_come_together_with_remedies():
    with pytest.raises(DetenteError) as caught:
        measure("relapse_chance", {"wihtin": 5})
    assert len(caught.value.problems) == 2
    assert "did you mean 'within'?" in str(caught.value)
    with pytest.raises(DetenteError, match="relapse_chance"):
        measure("relapse_chanc", {})


def test_what_the_panel_lacks_is_an_error_and_not_a_number():
    for name, given in (
        ("value", {"column": "polyarchy", "state": "RUS", "year": 1900}),
        ("members_gained", {"bloc": "ATO", "since": 1990, "until": 2000}),
        ("export_share", {"exporter": "RUS", "importer": "DEU", "year": 2022}),
    ):
        with pytest.raises(DetenteError, match="observed panel has no"):
            measure(name, given)


def test_a_shared_enemy_must_be_the_rival_of_both_and_stronger_than_either():
    rivals = np.zeros((4, 4), dtype=bool)
    for a, b in ((0, 3), (1, 3), (0, 2), (1, 2)):
        rivals[a, b] = rivals[b, a] = True
    shared = shared_stronger_enemy(rivals, np.array([1.0, 2.0, 1.5, 3.0]))
    assert shared[0, 1]  # 3 is stronger than both
    assert not shared[2, 3]  # 0 and 1 are rivals of both, but weaker
    assert not shared_stronger_enemy(rivals, np.array([1.0, 5.0, 1.5, 3.0]))[0, 1]


def test_pacts_with_a_shared_enemy_by_hand():
    years = range(1949, 1953)
    frames = {
        "state_year": pl.DataFrame(
            [(s, y, p) for s, p in zip("ABCD", (1.0, 1.0, 3.0, 2.0), strict=True) for y in years],
            schema=["state", "year", "cinc"],
            orient="row",
        ),
        "rivalry": pl.DataFrame(
            [("A", "C", 1940, 2000), ("B", "C", 1940, 2000)], schema=["a", "b", "start", "end"], orient="row"
        ),
        "pacts": pl.DataFrame(
            [("A", "B", 1950, True), ("A", "D", 1950, True), ("A", "B", 1952, True), ("B", "D", 1952, True)],
            schema=["a", "b", "year", "defence"],
            orient="row",
        ),
    }
    found = measure("pact_ratio_with_shared_enemy", {"years": [1950, 1952]}, tables(**frames))
    # A-B is the pair with a shared stronger enemy: at risk in 1950 and 1952, pacts in both years.
    assert found.remark.startswith("2 in 2 pair-years with, 2 in 14")
    assert found.value == pytest.approx(7)


# --- on the shipped panel ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "expected", "tolerance"),
    [
        ("value", {"column": "polyarchy", "state": "RUS", "year": 2008}, 0.30, 0.005),
        ("ideal_point_distance", {"state": "RUS", "apart_from": "USA", "year": 1993}, 2.94 - 1.28, 0.01),
        ("ideal_point_distance", {"state": "RUS", "apart_from": "USA", "year": 2024}, 2.21 + 0.60, 0.01),
        ("relapse_chance", {"within": 20}, 0.17, 0.005),
        (
            "share_of_years_rivals",
            {"state": "USA", "partner": "RUS", "years": [1990, 2006], "source": "rivalry"},
            0,
            0,
        ),
        (
            "share_of_years_rivals",
            {"state": "USA", "partner": "RUS", "years": [1992, 2020], "source": "peace"},
            1,
            0,
        ),
        (
            "entry_after_entry",
            {"first": "NATO", "then": "EU", "years": [1999, 2020], "within": 10},
            11 / 14,
            1e-9,
        ),
        ("members_gained", {"bloc": "NATO", "since": 1990, "until": 2013}, 12, 0),
        ("founded_after", {"bloc": "NATO", "other": "WARSAW_PACT"}, -6, 0),
        ("export_share", {"exporter": "RUS", "importer": "bloc:EU", "year": 2023}, 0.12, 0.005),
        (
            "export_share",
            {"exporter": "RUS", "importer": "CHN", "year": 2023},
            0.31,
            0.02,
        ),  # 129.0 bn of 383.6 declared plus 37 filled
    ],
)
def test_published_facts_come_out(name, given, expected, tolerance):
    assert measure(name, given).value == pytest.approx(expected, abs=tolerance)


def test_entrants_that_stood_below_russia_in_its_best_years():
    found = measure(
        "entrants_not_above",
        {"bloc": "NATO", "column": "polyarchy", "years": [1949, 2024], "state": "RUS", "year": 1994},
    )
    assert found.remark == "GRC, MNE, PRT, TUR"


def test_turkey_is_the_member_without_sanctions_on_russia():
    kinds = ["complete", "partial", "financial", "arms", "military", "travel", "other"]
    found = measure("sanctioning_share", {"bloc": "bloc:NATO", "target": "RUS", "year": 2015, "kinds": kinds})
    assert found.remark == "without: TUR"


def test_separation_hurts_the_smaller_side_more():
    found = measure("separation_loss_ratio", {"state": "RUS", "partner": "bloc:EU", "year": 2023})
    assert 3 < found.low <= found.value <= found.high


OURS = {"blocs", "treaties", "map", "gas_cuts", "accession_table", "chronology", "territories", "iiss2024", "kristensen2023b"}
"""What is no source of the bundle: our own lists, and publications that a list quotes."""


def test_intervals_hold_their_values():
    for c in SHIPPED:
        for test in leaves(c.test):
            if test.kind == "record":
                m = measure(test.record, test.given)
                assert set(m.data) <= {*NAMES, *OURS}, c.id
                assert m.low is None or m.low <= m.value <= m.high, c.id
                unknown = m.interval.startswith("Kaplan-Meier") or m.remark.startswith("no survey")
                assert np.isfinite(m.value) or unknown, c.id  # a median not reached; nobody was asked
                assert m.data, c.id


# --- the shipped claims -----------------------------------------------------------------------------

ROWS = {9: 6, 10: 18, 19: 9, 23: 9}


def test_every_assertion_of_the_four_rows_is_there():
    assert {row: sum(c.row == row for c in SHIPPED) for row in ROWS} == ROWS
    assert len({c.id for c in SHIPPED}) == len(SHIPPED)


def test_every_record_function_is_documented_and_every_call_fits():
    assert all(f.__doc__ for f in FUNCTIONS.values())
    for c in SHIPPED:
        for test in (leaf for whole in (c.test, *c.also) for leaf in leaves(whole)):
            if test.kind == "record":
                assert not claim_problems(None, test, c.origin)
            elif isinstance(getattr(test, "than", None), RecordValue):
                measure(test.than.record, test.than.given)


def test_a_claim_without_a_side_cannot_be_judged():
    with pytest.raises(ValueError, match="'is' and 'than'"):
        TypeAdapter(Claim).validate_python(claim({"kind": "record", "record": "relapse_below"}))
