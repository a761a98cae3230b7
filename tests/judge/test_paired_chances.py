"""The chance of a happening in one world against that in another, draw by draw."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge_toy import claim, toy
from pydantic import TypeAdapter

from detente.judge import judge
from detente.judge.claims import Claim
from detente.judge.rule import paired_cells, paired_difference, paired_ratio
from detente.model.errors import DetenteError

ONE = TypeAdapter(Claim)
Z95 = 1.959963984540054
count = st.integers(0, 60)
table = st.tuples(count, count, count, count).filter(lambda t: sum(t) > 0)


def test_newcombe_on_a_published_table():
    # Complete response before and after consolidation therapy (Cavo et al. 2012), as worked out in
    # Fagerland, Lydersen & Laake (2017), Statistical Analysis of Contingency Tables, chapter 8.
    size, low, high = paired_difference((59, 6, 16, 80), Z95)
    assert (round(size, 4), round(low, 4), round(high, 4)) == (-0.0621, -0.1186, -0.0046)


def test_bonett_and_price_on_the_same_table():
    size, low, high = paired_ratio((59, 6, 16, 80), Z95)
    assert (round(size, 4), round(low, 4), round(high, 4)) == (0.8667, 0.7579, 0.9910)


@given(table)
def test_exchanging_the_worlds_turns_the_answer_round(cells):
    both, first, second, neither = cells
    d, e = paired_difference(cells), paired_difference((both, second, first, neither))
    assert (d[0], d[1], d[2]) == pytest.approx((-e[0], -e[2], -e[1]))
    if min(both + first, both + second) > 0:
        r, q = paired_ratio(cells), paired_ratio((both, second, first, neither))
        assert r[0] == pytest.approx(1 / q[0])
        assert r[1] == pytest.approx(0.0 if q[2] == np.inf else 1 / q[2])


@given(table)
def test_interval_holds_the_estimate_and_no_impossible_number(cells):
    size, low, high = paired_difference(cells)
    assert -1 - 1e-9 <= low <= size + 1e-9
    assert size - 1e-9 <= high <= 1 + 1e-9
    size, low, high = paired_ratio(cells)
    assert low >= 0
    assert np.isnan(size) or low <= size * (1 + 1e-9) <= high * (1 + 1e-6) or high == np.inf


def test_pairing_narrows_the_interval():
    alone, paired = paired_difference((30, 30, 20, 20)), paired_difference((50, 10, 0, 40))
    assert alone[0] == paired[0] == pytest.approx(0.1)
    assert paired[2] - paired[1] < 0.75 * (alone[2] - alone[1])


def test_nine_intervals_in_ten_hold_the_truth():
    luck = np.random.default_rng(5)
    chances = np.array([0.30, 0.15, 0.05, 0.50])  # the truth: 0.45 less 0.35, and 9/7
    held = np.zeros(2)
    for cells in luck.multinomial(100, chances, size=3000):
        _, low, high = paired_difference(tuple(int(c) for c in cells))
        held[0] += low <= 0.10 <= high
        _, low, high = paired_ratio(tuple(int(c) for c in cells))
        held[1] += low <= 9 / 7 <= high
    assert held / 3000 == pytest.approx(0.90, abs=0.025)


def test_never_in_one_world_leaves_an_open_end():
    assert paired_ratio((0, 20, 0, 80))[2] == np.inf
    assert paired_ratio((0, 0, 20, 80))[:2] == (0.0, 0.0)
    assert np.isnan(paired_ratio((0, 0, 0, 80))[0])


def path(*reached):
    """200 draws; in each block of 20 listed the pair stands at 0.75 from 2030, else at 0.5."""
    out = np.full((200, 21, 10), 0.5)
    for block in reached:
        out[20 * block : 20 * block + 20, 5:] = 0.75
    return out


def judged(test, **arrays):
    what = {"field": "peace_level", "where": {"state": "RUS", "partner": "bloc:NATO"}, "scenario": "friends"}
    test = {"kind": "event", "what": what | {"at_least": 0.75, "by": 10}} | test
    return judge(toy(**arrays), [ONE.validate_python(claim(test))])[0]


def test_difference_and_ratio_of_chances_between_worlds():
    arrays = {"peace_level__friends": path(0, 1, 2, 3, 4, 5), "peace_level__baseline": path(0, 1, 9)}
    v = judged({"versus": "baseline", "compare": "difference", "is": ">=", "than": 0.2}, **arrays)
    assert v.outcome.size == pytest.approx(0.3)
    cells = paired_cells(np.repeat(range(10), 20) < 6, np.isin(np.repeat(range(10), 20), (0, 1, 9)))
    assert cells == (40, 80, 20, 60)
    assert (v.outcome.low, v.outcome.high) == pytest.approx(paired_difference(cells)[1:])
    assert v.finding == "supported"
    v = judged({"versus": "baseline", "compare": "ratio", "is": ">=", "than": 3}, **arrays)
    assert v.outcome.size == pytest.approx(2)
    assert v.finding == "contradicted"
    assert "less that in baseline" not in v.outcome.quantity
    assert "over that in baseline" in v.outcome.quantity


def test_same_years_in_both_worlds():
    late = np.full((200, 21, 10), 0.5)
    late[:, 15:] = 0.75  # 2040: past the tenth year after the first move of friends, 2027
    test = {"versus": "baseline", "compare": "difference", "is": ">=", "than": 0.5}
    assert judged(test, peace_level__friends=path(*range(10)), peace_level__baseline=late).outcome.size == 1


def test_equal_worlds_differ_by_nothing():
    same = {"peace_level__friends": path(0, 1), "peace_level__baseline": path(0, 1)}
    v = judged({"versus": "baseline", "compare": "difference", "is": ">=", "than": 0.05}, **same)
    assert v.outcome.size == 0
    assert v.finding == "contradicted"


def test_a_world_that_was_not_run_is_out_of_reach():
    v = judged({"versus": "members", "compare": "ratio", "is": ">=", "than": 2})
    assert v.finding == "out of reach"
    assert "members" in v.outcome.reason


@pytest.mark.parametrize(
    "wrong",
    [{"versus": "baseline"}, {"compare": "ratio"}, {"versus": "friends", "compare": "ratio"}],
)
def test_half_a_comparison_is_refused(wrong):
    with pytest.raises(ValueError, match="versus"):
        judged({"is": ">=", "than": 0.1} | wrong)


def test_two_happenings_of_one_world():
    low = np.full((200, 21, 10), 0.5)
    low[:40, 3:] = 0.0
    low[20:120, 8:] = 0.75
    where = {"state": "RUS", "partner": "bloc:NATO"}
    other = {"field": "peace_level", "where": where, "scenario": "friends", "at_most": 0.0, "by": 10}
    v = judged({"versus": other, "compare": "difference", "is": ">=", "than": 0.2}, peace_level__friends=low)
    assert v.outcome.size == pytest.approx(0.5 - 0.2)
    assert "at_most" not in v.outcome.quantity
    assert "≤ 0" in v.outcome.quantity


def test_unknown_place_in_the_other_happening_is_an_error():
    other = {"field": "peace_level", "where": {"state": "RUZ", "partner": "USA"}, "scenario": "friends"}
    with pytest.raises(DetenteError, match="RUZ"):
        judged(
            {"versus": other | {"at_most": 0.0, "by": 5}, "compare": "ratio", "is": ">=", "than": 1},
            peace_level__friends=path(0),
        )


def test_since_asks_how_things_stand_then():
    fell = path(*range(10))
    fell[:100, 8:] = 0.5  # half of the worlds reach 0.75 in 2030 and lose it in 2033
    test = {"versus": "baseline", "compare": "difference", "is": ">=", "than": 0.4}
    arrays = {"peace_level__friends": fell, "peace_level__baseline": path()}
    assert judged(test, **arrays).outcome.size == 1
    what = {"field": "peace_level", "where": {"state": "RUS", "partner": "bloc:NATO"}, "scenario": "friends"}
    then = test | {"what": what | {"at_least": 0.75, "since": 10, "by": 10}}
    assert judged(then, **arrays).outcome.size == 0.5
    with pytest.raises(ValueError, match="since"):
        judged(test | {"what": what | {"at_least": 0.75, "since": 11, "by": 10}})
