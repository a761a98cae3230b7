import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.judge.rule import SIGNS, decide, katz, median_interval, wilson
from detente.judge.verdict import Outcome, combined

number = st.floats(-100, 100)
width = st.floats(0.001, 50)
relation = st.sampled_from([">", ">=", "<", "<="])


@given(than=number, gap=width, wide=width, relation=relation)
def test_interval_wholly_on_the_asserted_side_supports(than, gap, wide, relation):
    up = relation in (">", ">=")
    low, high = (than + gap, than + gap + wide) if up else (than - gap - wide, than - gap)
    assert decide(low, high, relation, than) == "supported"
    mirror = {">": "<", ">=": "<=", "<": ">", "<=": ">="}[relation]
    assert decide(low, high, mirror, than) == "contradicted"


@given(than=number, left=width, right=width, relation=relation)
def test_straddling_interval_is_undecided(than, left, right, relation):
    assert decide(than - left, than + right, relation, than) == "undecided"


def test_touching_the_threshold_counts_only_where_it_is_asserted():
    assert decide(1.0, 2.0, ">=", 1.0) == "supported"
    assert decide(1.0, 2.0, ">", 1.0) == "undecided"
    assert decide(0.0, 1.0, "<=", 1.0) == "supported"
    assert decide(0.0, 0.0, ">", 0.0) == "contradicted"
    assert decide(0.0, 0.0, ">=", 0.0) == "supported"


@given(low=number, wide=width, than=number, more=width, relation=relation)
def test_moving_the_threshold_toward_the_assertion_never_supports_less(low, wide, than, more, relation):
    rank = {"contradicted": 0, "undecided": 1, "supported": 2}
    easier = than - more if relation in (">", ">=") else than + more
    assert rank[decide(low, low + wide, relation, easier)] >= rank[decide(low, low + wide, relation, than)]


@given(low=number, wide=width, shrink=st.floats(0, 0.49), than=number, relation=relation)
def test_a_narrower_interval_never_turns_a_finding_round(low, wide, shrink, than, relation):
    outer = decide(low, low + wide, relation, than)
    inner = decide(low + shrink * wide, low + wide * (1 - shrink), relation, than)
    assert outer in ("undecided", inner)


def test_second_threshold_leaves_a_zone_undecided():
    assert decide(0.4, 0.6, ">=", 1.0) == "contradicted"
    assert decide(0.4, 0.6, ">=", 1.0, against=0.3) == "undecided"
    assert decide(0.1, 0.2, ">=", 1.0, against=0.3) == "contradicted"
    assert decide(1.1, 1.2, ">=", 1.0, against=0.3) == "supported"


def test_unknown_numbers_are_out_of_reach():
    nan = float("nan")
    assert decide(nan, nan, ">", 0) == decide(0.0, 1.0, ">", nan) == "out of reach"


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (3, 10), (10, 10), (57, 193)])
def test_wilson_agrees_with_statsmodels(hits, n):
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    theirs = proportion.proportion_confint(hits, n, alpha=0.10, method="wilson")
    assert wilson(hits, n) == pytest.approx(theirs, abs=1e-12)


def test_median_interval_covers_nine_times_in_ten():
    rng = np.random.Generator(np.random.PCG64(3))
    inside = 0
    for _ in range(2000):
        low, high = median_interval(rng.standard_normal(81))
        inside += low <= 0 <= high
    assert 0.88 <= inside / 2000 <= 0.94


def test_ratio_of_chances_by_hand():
    hits = np.array([True] * 30 + [False] * 70 + [True] * 10 + [False] * 90)
    group = np.arange(200) < 100
    ratio, low, high = katz(hits, group)
    assert ratio == pytest.approx(30.5 / 10.5)
    assert low < ratio < high
    assert low == pytest.approx(ratio**2 / high)
    assert low == pytest.approx(ratio / np.exp(1.6448536 * np.sqrt(1 / 30.5 + 1 / 10.5 - 2 / 101)), rel=1e-6)


def parts(*findings):
    return [Outcome(f, "") for f in findings]


@pytest.mark.parametrize(
    ("findings", "needs", "fails_at", "whole"),
    [
        (("supported", "supported"), None, None, "supported"),
        (("supported", "contradicted"), None, None, "contradicted"),
        (("supported", "contradicted"), None, 2, "undecided"),
        (("supported", "undecided"), None, None, "undecided"),
        (("supported", "out of reach"), None, None, "out of reach"),
        (("contradicted", "out of reach"), None, None, "contradicted"),
        (("supported", "supported", "out of reach"), 2, 3, "supported"),
        (("supported", "undecided", "out of reach"), 2, 3, "undecided"),
        (("contradicted", "out of reach", "out of reach"), 2, 3, "out of reach"),
        (("supported", "out of reach"), 1, 2, "supported"),
    ],
)
def test_several_tests_in_one_claim(findings, needs, fails_at, whole):
    assert combined(parts(*findings), needs, fails_at).finding == whole


@given(
    st.lists(
        st.sampled_from(["supported", "contradicted", "undecided", "out of reach"]), min_size=2, max_size=5
    )
)
def test_better_parts_never_make_a_worse_whole(findings):
    rank = {"contradicted": 0, "out of reach": 1, "undecided": 1, "supported": 2}
    before = combined(parts(*findings), None, None).finding
    for k in range(len(findings)):
        better = [*findings[:k], "supported", *findings[k + 1 :]]
        assert rank[combined(parts(*better), None, None).finding] >= rank[before]


def test_signs():
    assert [SIGNS[s](1, 1) for s in (">", ">=", "<", "<=")] == [False, True, False, True]


def test_no_difference_is_asserted_by_covers():
    assert decide(-0.1, 0.2, "covers", 0.0) == "supported"
    assert decide(0.1, 0.2, "covers", 0.0) == "contradicted"
    assert decide(-0.2, -0.1, "covers", 0.0) == "contradicted"
    assert decide(float("nan"), 0.2, "covers", 0.0) == "out of reach"
