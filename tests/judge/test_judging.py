import json

import numpy as np
import pytest
from judge_toy import FIRST_MOVE, STATES, claim, spread, toy
from pydantic import TypeAdapter

from detente.judge import judge, write_verdicts
from detente.judge.claims import Claim
from detente.model.errors import DetenteError

ONE = TypeAdapter(Claim)


def no_tables(name):
    raise AssertionError(f"table {name} was not needed")


def judged(result, test, **more):
    return judge(result, [ONE.validate_python(claim(test, **more))], no_tables)[0]


def effect(**more):
    return {
        "kind": "effect",
        "field": "real_income",
        "scenario": "friends",
        "where": {"state": "RUS"},
        "at": 10,
        "is": ">=",
        "than": 0.01,
    } | more


def test_effect_is_paired_and_takes_the_middle_nine_tenths():
    base = spread(0, 100)  # luck shared by both worlds must cancel
    v = judged(toy(real_income__baseline=base, real_income__friends=base + spread(0.02, 0.04)), effect())
    assert v.finding == "supported"
    assert (v.outcome.low, v.outcome.high) == pytest.approx((0.021, 0.039))
    assert v.outcome.share == 1
    assert v.outcome.size == pytest.approx(0.03)
    assert v.outcome.n == 200


def test_effect_on_the_other_side_and_astride():
    assert judged(toy(real_income__friends=1 + spread(-0.04, -0.02)), effect()).finding == "contradicted"
    v = judged(toy(real_income__friends=1 + spread(0, 0.03)), effect())
    assert v.finding == "undecided"
    assert v.outcome.share == pytest.approx(2 / 3, abs=0.01)


def test_relative_effect():
    result = toy(milex__baseline=spread(50, 50), milex__friends=spread(40, 45))
    v = judged(result, effect(field="milex", relative=True, **{"is": "<=", "than": -0.12}))
    assert v.outcome.size == pytest.approx(-0.15)
    assert v.finding == "undecided"


def test_years_count_from_the_first_move_and_calendar_years_do_not():
    path = np.zeros((200, 21, 1))
    path[:, FIRST_MOVE + 10 - 2025] = 5
    result = toy(real_income__friends=1 + path)
    assert judged(result, effect()).outcome.size == pytest.approx(5)
    assert judged(result, effect(at=2037)).outcome.size == pytest.approx(5)
    assert judged(result, effect(at=9)).outcome.size == 0
    assert judged(result, effect(at=[6, 15])).outcome.size == pytest.approx(0.5)


def test_what_the_run_lacks_is_out_of_reach_and_says_why():
    beyond = judged(toy(), effect(at=30))
    assert beyond.finding == "out of reach"
    assert "2057" in beyond.outcome.reason
    assert "korea" in judged(toy(), effect(scenario="korea")).outcome.reason
    pair = effect(field="peace_level", where={"state": "USA", "partner": "CAN"})
    assert "watched" in judged(toy(), pair).outcome.reason
    assert "worlds have a value" in judged(toy(draws=10), effect()).outcome.reason


def test_names_that_mean_nothing_are_refused_all_together():
    wrong = effect(field="real_incom", where={"state": "Russia"})
    with pytest.raises(DetenteError) as caught:
        judge(toy(), [ONE.validate_python(claim(wrong))], no_tables)
    assert len(caught.value.problems) == 2
    assert "real_income" in str(caught.value)


def test_a_claim_about_a_world_that_was_not_run_may_name_states_that_are_not_in_it():
    v = judged(toy(), effect(scenario="korea", where={"state": "PRK"}))
    assert v.finding == "out of reach"


def test_failed_draws_are_left_out():
    result = toy(real_income__friends=1 + spread(0.02, 0.04))
    result._cache["friends/failed"][:50] = True
    v = judged(result, effect())
    assert v.outcome.n == 150
    assert v.outcome.low > 0.0245


def test_distance_share_and_ratio():
    points = np.broadcast_to(np.array([2.0, 1, 3, 2, -1, 0]), (200, 21, 6))
    result = toy(ideal_point__friends=points, milex__friends=points + 2, real_gdp__friends=points * 0 + 10)
    level = {"kind": "level", "scenario": "friends", "where": {"state": "RUS"}, "at": 1, "is": "<", "than": 9}
    away = judged(result, level | {"field": "ideal_point", "apart_from": ["bloc:NATO", "-RUS"]})
    assert away.outcome.size == pytest.approx(3)
    share = judged(result, level | {"field": "milex", "share_of": "bloc:NATO"})
    assert share.outcome.size == pytest.approx(1 / 16)
    ratio = judged(result, level | {"field": "milex", "over": "real_gdp", "where": {"state": "bloc:NATO"}})
    assert ratio.outcome.size == pytest.approx(0.4)
    whole = judged(result, {k: v for k, v in level.items() if k != "where"} | {"field": "p4_agreement"})
    assert whole.outcome.size == 1


def test_places_of_a_list_are_added_up():
    flows = np.arange(1.0, 11.0)
    result = toy(trade_flow__friends=np.broadcast_to(flows, (200, 21, 10)))
    there, back = {"state": "RUS", "partner": "bloc:EU"}, {"state": "bloc:EU", "partner": "RUS"}
    test = effect(field="trade_flow", where=[there, back], how="sum", than=1)
    codes = [(a, b) for a in STATES for b in STATES if a != b and "RUS" in (a, b)]
    expected = sum(f - 1 for f, (a, b) in zip(flows, codes, strict=True) if {a, b} <= {"RUS", "FRA", "DEU"})
    assert judged(result, test).outcome.size == pytest.approx(expected)


def test_speed_is_the_early_part_of_the_late_effect():
    path = np.linspace(0, 1, 21).reshape(1, -1, 1) * spread(1, 2)
    test = {"kind": "speed", "field": "real_income", "scenario": "friends", "where": {"state": "RUS"}}
    v = judged(toy(real_income__friends=1 + path), test | {"early": 3, "late": 13, "is": ">=", "than": 0.5})
    assert v.outcome.size == pytest.approx(5 / 15)
    assert v.finding == "contradicted"
    assert v.outcome.reason == ""
    path[:50] = 0
    some = judged(
        toy(real_income__friends=1 + path), test | {"early": 3, "late": 13, "is": ">=", "than": 0.5}
    )
    assert (some.outcome.n, some.outcome.reason[:9]) == (150, "50 of 200")


def count(**more):
    return {
        "kind": "count",
        "field": "real_income",
        "scenario": "friends",
        "states": "all",
        "at": 10,
        "each": {"is": "<", "than": 0},
        "is": ">=",
        "than": 1,
    } | more


def test_counting_states_by_their_own_intervals():
    sure_loss, unsure, gains = spread(-2, -1), spread(-1, 1), spread(1, 2)
    effects = np.concatenate([sure_loss, unsure, unsure, gains, gains, gains], axis=2)
    result = toy(real_income__friends=1 + effects)
    some_lose = judged(result, count())
    assert (some_lose.outcome.low, some_lose.outcome.high) == (1, 3)
    assert some_lose.finding == "supported"
    assert judged(result, count(**{"is": "<=", "than": 0})).finding == "contradicted"
    assert judged(result, count(**{"is": ">=", "than": 2})).finding == "undecided"


def test_counting_states_within_each_world():
    effects = np.zeros((200, 21, 6))
    effects[:100, :, :2] = -1
    effects[100:, :, :4] = -1
    v = judged(toy(real_income__friends=1 + effects), count(within="draws", than=3))
    assert (v.outcome.low, v.outcome.high) == (2, 4)
    assert v.finding == "undecided"
    assert v.outcome.share == 0.5


def test_a_state_that_loses_in_nearly_all_worlds_may_still_gain():
    effects = np.full((200, 21, 6), 1.0)
    effects[:, :, 0] = -1
    effects[:20, :, 0] = 1  # gains in a tenth of worlds, so its interval straddles zero
    effects[:, :, 1] = -1
    effects[:4, :, 1] = 1
    v = judged(toy(real_income__friends=1 + effects), count())
    assert (v.outcome.low, v.outcome.high) == (1, 2)


def test_states_without_data_are_not_counted():
    effects = np.full((200, 21, 6), -1.0)
    effects[:, :, 5] = np.nan
    assert judged(toy(real_income__friends=1 + effects), count()).outcome.size == 5


def happening(**more):
    return {
        "field": "peace_level",
        "scenario": "friends",
        "where": {"state": "RUS", "partner": "bloc:NATO"},
        "by": 15,
    } | more


def rising_in(first, second, draws=200):
    """Two halves of the draws that reach 0.75 in different years of the run; 0.5 before."""
    path = np.full((draws, 21, 10), 0.5)
    path[: draws // 2, first - 2025 :] = 0.75
    if second:
        path[draws // 2 :, second - 2025 :] = 0.75
    return path


def test_chance_of_an_event_has_the_interval_of_a_share():
    result = toy(peace_level__friends=rising_in(2032, None))
    test = {"kind": "event", "what": happening(at_least=0.75), "is": ">=", "than": 0.4}
    v = judged(result, test)
    assert v.outcome.size == 0.5
    assert 0.43 < v.outcome.low < 0.5 < v.outcome.high < 0.57
    assert v.finding == "supported"
    assert judged(result, test | {"than": 0.5}).finding == "undecided"
    assert judged(result, test | {"is": "<", "than": 0.2}).finding == "contradicted"


def test_lasting_counts_years_in_a_row():
    result = toy(peace_level__friends=rising_in(2032, 2040))
    test = {"kind": "event", "what": happening(at_least=0.75, lasting=5), "is": ">=", "than": 0.4}
    assert judged(result, test).outcome.size == 0.5
    longer = {"kind": "event", "what": happening(at_least=0.75, lasting=12), "is": ">=", "than": 0.4}
    assert judged(result, longer).outcome.size == 0


def test_a_stretch_counts_from_the_year_it_began_in():
    test = {"kind": "years_until", "what": happening(at_least=0.75, lasting=5), "is": ">=", "than": 5}
    assert judged(toy(peace_level__friends=rising_in(2032, 2032)), test).outcome.size == 5


def test_all_places_or_any():
    path = np.full((200, 21, 10), 0.5)
    path[:, 7:, 0] = path[:, 7:, 1] = 1.0  # both directions of one pair
    test = {"kind": "event", "is": ">=", "than": 0.5}
    result = toy(peace_level__friends=path)
    place = {"state": "RUS", "partner": "all"}
    some = happening(at_least=0.75, across="any", where={"state": "all", "partner": "RUS"})
    every = happening(at_least=0.75, across="all", where=place)
    assert judged(result, test | {"what": some}).outcome.size == 1
    assert judged(result, test | {"what": every}).outcome.size == 0


def test_relapse_needs_a_rise_before_it():
    path = rising_in(2030, None)
    path[:, 12:] = 0.25
    test = {"kind": "event", "is": ">=", "than": 0.4}
    fall = happening(at_most=0.25, after_at_least=0.75)
    assert judged(toy(peace_level__friends=path), test | {"what": fall}).outcome.size == 0.5


def test_median_years_with_worlds_that_never_arrive():
    test = {"kind": "years_until", "what": happening(at_least=0.75), "is": ">=", "than": 10}
    late = judged(toy(peace_level__friends=rising_in(2038, None)), test)
    assert late.finding == "supported"
    assert "50%" in late.outcome.reason
    early = judged(toy(peace_level__friends=rising_in(2030, 2031)), test)
    assert early.finding == "contradicted"
    assert early.outcome.size == 3


def test_ratio_of_chances_by_trend():
    path = rising_in(2030, None)
    share = np.full((200, 21, 6), 1.0)
    share[:120, -1, 4] = 5
    test = {
        "kind": "chance_ratio",
        "what": happening(at_least=0.75),
        "rising": {"field": "milex", "where": {"state": "RUS"}, "share_of": "all", "between": [0, 2045]},
        "is": ">=",
        "than": 1.5,
    }
    v = judged(toy(peace_level__friends=path, milex__friends=share), test)
    assert v.finding == "supported"
    assert v.outcome.size > 5
    same = judged(toy(peace_level__friends=path), test)
    assert same.finding == "undecided"
    assert "nothing to compare" in same.outcome.reason


def test_two_tests_share_counts_worlds_where_both_hold():
    result = toy(real_income__friends=1 + spread(0, 0.1), milex__friends=1 - spread(0, 0.1))
    both = {
        "kind": "combine",
        "tests": [effect(than=0.02), effect(field="milex", **{"is": "<=", "than": -0.05})],
    }
    v = judged(result, both)
    assert v.finding == "undecided"
    assert v.outcome.share == pytest.approx(0.5, abs=0.01)
    assert len(v.outcome.parts) == 2


def theory_card():
    return [
        {
            "name": "trade.recovery",
            "basis": "literature",
            "theories": {"fast": 0.5, "slow": 0.4, "never": 0.1},
        }
    ]


def test_rival_theories_are_judged_apart_and_a_flip_is_named():
    drawn = np.repeat([0.0, 1.0, 2.0], [100, 80, 20])
    income = np.where(drawn == 0, 0.05, -0.05).reshape(-1, 1, 1) + spread(0, 0.001)
    result = toy(cards=theory_card(), param__trade__recovery=drawn, real_income__friends=1 + income)
    v = judged(result, effect())
    assert v.finding == "undecided"
    assert [(t.theory, t.finding, t.n) for t in v.theories] == [
        ("fast", "supported", 100),
        ("slow", "contradicted", 80),
    ]
    assert v.flips == ("trade.recovery",)


def test_a_theory_that_does_not_matter_is_no_flip():
    drawn = np.tile([0.0, 1.0], 100)
    result = toy(
        cards=theory_card(), param__trade__recovery=drawn, real_income__friends=1 + spread(0.02, 0.04)
    )
    assert judged(result, effect()).flips == ()


def test_out_of_reach_names_the_missing_part():
    v = judged(toy(), {"kind": "out_of_reach", "missing": "a market for gas"})
    assert v.finding == "out of reach"
    assert "gas" in v.outcome.reason
    assert v.theories == ()


def test_verdicts_are_written_as_json_without_nan(tmp_path):
    unknown = ONE.validate_python(claim({"kind": "out_of_reach", "missing": "a part"}))
    never = {"kind": "years_until", "what": happening(at_least=2), "is": ">=", "than": 10}
    known = [ONE.validate_python(claim(t, id=f"T000-{k}")) for k, t in enumerate([effect(), never])]
    write_verdicts(judge(toy(), [unknown, *known], no_tables), tmp_path / "v.json")
    read = json.loads((tmp_path / "v.json").read_text(), parse_constant=pytest.fail)
    assert [v["finding"] for v in read] == ["out of reach", "contradicted", "supported"]
    assert read[0]["outcome"]["size"] is None
    assert read[2]["outcome"]["size"] == "∞"


def test_what_is_shown_beside_is_measured_and_not_judged():
    shown = {k: v for k, v in effect().items() if k not in ("is", "than")}
    v = judged(toy(real_income__friends=1 + spread(0.02, 0.04)), effect(), also=[shown])
    assert v.also[0].finding == "measured"
    assert v.also[0].size == pytest.approx(0.03)
    assert v.also[0].relation == ""


def test_a_claim_may_ask_for_a_share_of_the_worlds():
    result = toy(real_income__friends=1 + spread(-0.01, 0.02))  # two worlds of three above nought
    six = judged(result, effect(than=0, in_worlds=0.6) | {"is": ">"})
    assert six.finding == "supported"
    assert six.outcome.size == pytest.approx(2 / 3, abs=0.01)
    assert six.outcome.low < 2 / 3 < six.outcome.high
    assert judged(result, effect(than=0, in_worlds=0.65) | {"is": ">"}).finding == "undecided"
    assert judged(result, effect(than=0, in_worlds=0.9) | {"is": ">"}).finding == "contradicted"
    with pytest.raises(ValueError, match="in_worlds"):
        judged(result, effect(than=0, in_worlds=0.6) | {"is": "covers"})


def test_luck_in_which_draws_fell_to_a_theory_is_no_flip():
    from detente.judge.judging import _flipping
    from detente.judge.verdict import UnderTheory

    def under(*rows):
        return _flipping([UnderTheory("p", str(k), f, share, 0.0, n) for k, (f, share, n) in enumerate(rows)])

    assert under(("supported", 0.95, 50), ("undecided", 0.90, 50)) == set()
    assert under(("supported", 0.95, 50), ("undecided", 0.60, 50)) == {"p"}
    assert under(("supported", 0.95, 50), ("contradicted", 0.90, 50)) == {"p"}
    assert under(("supported", float("nan"), 50), ("undecided", float("nan"), 50)) == set()
    assert under(("undecided", 0.2, 50), ("undecided", 0.9, 50)) == set()


def test_only_the_years_that_count_must_be_known():
    path = rising_in(2032, None)
    path[:, :4] = np.nan  # nobody was asked before 2029
    test = {"kind": "event", "is": ">=", "than": 0.4}
    assert judged(toy(peace_level__friends=path), test | {"what": happening(at_least=0.75)}).finding == (
        "out of reach"
    )
    later = happening(at_least=0.75, since=2, by=10)
    assert judged(toy(peace_level__friends=path), test | {"what": later}).outcome.size == 0.5
    path[:40, 9] = np.nan
    assert judged(toy(peace_level__friends=path), test | {"what": later}).outcome.n == 160
