"""Words of scenario files about sanctions: what they expand to, what they refuse, and what a run makes of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.data.start import observed
from detente.mechanisms import default_model
from detente.mechanisms.vocabulary_sanctions import FIELDS, TRADE
from detente.mechanisms.written import parse_scenario
from detente.model.chance import Chance
from detente.model.errors import DetenteError
from detente.model.scenario import BASELINE, compile_scenario
from detente.model.simulate import simulate

HEAD = "id: words\ntitle: Words\npremise: A test.\ninterventions:\n"
KINDS = st.one_of(st.sampled_from(sorted(FIELDS)), st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=4))
PEOPLE = st.sampled_from(["USA", "[DEU, FRA]", '"bloc:EU"', '["bloc:sanctioning-RUS", -HUN]'])


def written(*moves: str):
    return parse_scenario(HEAD + "".join(f"  - {{{move}, why: as told}}\n" for move in moves)).scenario


def flow(kind) -> str:
    return kind if isinstance(kind, str) else "[" + ", ".join(kind) + "]"


@settings(max_examples=60, deadline=None)
@given(KINDS, PEOPLE, st.integers(2026, 2040), st.integers(0, 5))
def test_lifting_sets_each_field_of_the_kinds_once_to_none(kind, by, start, lasting):
    move = f"use: lift_sanctions, by: {by}, on: RUS, start: {start}, stop: {start + lasting}, kind: {flow(kind)}"
    moves = written(move).interventions
    named = [kind] if isinstance(kind, str) else kind
    assert sorted(m.field for m in moves) == sorted({f for k in named for f in FIELDS[k]})
    assert {(m.to, m.start, m.stop, m.at.partner) for m in moves} == {(0.0, start, start + lasting, "RUS")}


@settings(max_examples=60, deadline=None)
@given(KINDS, PEOPLE)
def test_imposing_never_both_closes_and_restricts(kind, by):
    named = [kind] if isinstance(kind, str) else kind
    move = f"use: impose_sanctions, by: {by}, on: RUS, start: 2030, kind: {flow(kind)}"
    if "trade" in named:
        with pytest.raises(DetenteError, match="'complete' or as 'partial'"):
            written(move)
        return
    fields = [m.field for m in written(move).interventions]
    assert len(fields) == len(set(fields))
    assert not set(TRADE) <= set(fields)


def test_lifting_by_whoever_sanctions():
    (one,) = written("use: lift_sanctions, on: RUS, start: 2030, kind: financial").interventions
    assert (one.at.state, one.at.partner) == ("bloc:sanctioning-RUS", "RUS")
    with pytest.raises(DetenteError, match="single states"):
        written('use: lift_sanctions, on: "bloc:EU", start: 2030')


def test_joining_and_leaving():
    joined, *left = written(
        "use: join_sanctions, who: CHN, against: RUS, start: 2027",
        "use: leave_sanctions, who: DEU, against: RUS, start: 2028, stop: 2030",
    ).interventions
    assert (joined.field, joined.to, joined.stop) == ("joins_sanctions", 1.0, None)
    assert {m.field for m in left} == set(FIELDS["all"])
    assert {(m.to, m.start, m.stop) for m in left} == {(0.0, 2028, 2030)}
    named = written("use: join_sanctions, who: CHN, against: RUS, start: 2027, kind: [partial, arms]").interventions
    assert [m.field for m in named] == ["sanction_partial", "sanction_arms"]


@pytest.mark.parametrize(
    ("move", "said"),
    [
        ("use: lift_sanctions, by: USA, on: RUS, start: 2030, kind: finacial", "did you mean 'financial'"),
        ("use: join_sanctions, who: CHN, against: RUS, start: 2030, kind: [army, partial]", "did you mean 'arms'"),
        ("use: leave_sanctions, who: DEU, against: RUS, start: 2030, kind: []", "names no kind"),
        ("use: leave_sanction, who: DEU, against: RUS, start: 2030", "did you mean 'leave_sanctions'"),
        ("use: impose_sanctions, on: RUS, start: 2030", "'by' is missing"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(move, said):
    with pytest.raises(DetenteError) as caught:
        written(move)
    assert said in str(caught.value)


def test_a_coalition_nobody_is_in_is_an_unknown_bloc():
    index = observed().index
    assert "KAZ" in index.members("bloc:sanctioning-RUS")
    assert "CHN" not in index.members("bloc:sanctioning-RUS")
    scenario = written("use: lift_sanctions, on: URY, start: 2030, kind: financial")
    (problems,) = scenario.problems(default_model(), index).values()
    assert any("unknown bloc 'bloc:sanctioning-URY'" in p.what for p in problems)


@pytest.fixture(scope="module")
def worlds():
    """Four draws to 2031: nothing; lifted for good in 2026; lifted 2026 and imposed again from 2027; two joins."""
    model, start = default_model(), observed()
    by = "by: bloc:sanctioning-RUS, on: RUS"
    lift = f"use: lift_sanctions, {by}, start: 2026"
    back = "use: lift_sanctions, by: RUS, on: bloc:sanctioning-RUS, start: 2026"
    again = "[partial, financial, travel]"
    scenarios = [
        BASELINE,
        written(f"{lift}, stop: 2040", f"{back}, stop: 2040"),
        written(lift, back, f"use: impose_sanctions, {by}, start: 2027, stop: 2040, kind: {again}"),
        written("use: join_sanctions, who: CHN, against: RUS, start: 2026"),
        written("use: join_sanctions, who: JPN, against: RUS, start: 2026"),
    ]
    programs = [compile_scenario(s, model, start.index) for s in scenarios]
    return start.index, {
        year: [lane.world for lane in lanes]
        for year, lanes in simulate(model, start, programs, range(2025, 2032), Chance(7), range(4))
    }


def cell(world, field, one, two):
    index = world.index
    return world[field][:, index.position(one), index.position(two)]


def test_lifting_everything_leaves_nothing_in_force(worlds):
    index, by_year = worlds
    senders = index.positions("bloc:sanctioning-RUS")
    for field in FIELDS["all"]:
        assert by_year[2025][1][field][:, senders, index.position("RUS")].max() <= 1
        assert (by_year[2030][1][field][:, senders, index.position("RUS")] == 0).all()


def test_sanctions_imposed_again_bring_the_bite_back_toward_where_it_was(worlds):
    _, by_year = worlds
    bites = {y: [cell(w, "sanction_bite", "DEU", "RUS") for w in by_year[y]] for y in (2025, 2026, 2031)}
    base, free, again = (bites[2031][k] for k in range(3))
    assert (free < 0.7 * base).all()
    assert (bites[2026][2] < bites[2025][2]).all()
    assert (again > free).all()
    assert (again > bites[2026][2]).all()
    assert (again <= base + 1e-9).all()


def test_china_that_joins_takes_the_packages_kinds_and_trades_less(worlds):
    _, by_year = worlds
    joined, base = by_year[2027][3], by_year[2027][0]
    for kind in ("partial", "financial", "travel"):
        assert (cell(joined, f"sanction_{kind}", "CHN", "RUS") == 1).all()
    assert (cell(joined, "trade_flow", "CHN", "RUS") < cell(base, "trade_flow", "CHN", "RUS")).all()


def test_joining_by_a_member_is_no_change(worlds):
    _, by_year = worlds
    for field in (*FIELDS["all"], "sanction_bite", "trade_flow", "real_income"):
        same = by_year[2025][4][field], by_year[2025][0][field]
        assert ((same[0] == same[1]) | (same[0] != same[0])).all()
    held = [cell(by_year[2026][k], "sanction_partial", "JPN", "RUS") for k in (0, 4)]
    assert (held[0] <= held[1]).all()
