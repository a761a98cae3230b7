"""A year of the mechanism alliances: symmetry, membership that follows bonds, words of scenarios, NaN."""

from functools import cache

import numpy as np
import pytest

from detente.data.start import observed
from detente.mechanisms.alliances import mechanism
from detente.model.chance import Chance
from detente.model.mechanism import Values, View, theories_of
from detente.model.simulate import draw_parameters

D = 6


@cache
def world(year=2024):
    return observed(year), mechanism(year)


def arrays(year=2024):
    start, machine = world(year)
    out = {}
    for r in machine.reads:
        value = start.given(r.removeprefix("last."), year)
        out[r] = np.array(np.broadcast_to(value, (D, *np.shape(value))))
    return out


def year_of(given, year=2024, seed=1, quiet=False):
    start, machine = world(year)
    chance = Chance(seed)
    drawn = draw_parameters(machine.parameters, chance, range(D), start)
    p = Values({k.partition(".")[2]: v for k, v in drawn.items()}, theories_of(machine.parameters))
    u = {
        s: chance.uniforms(f"alliances/{s}", range(D), year + 1, dims, start.index)
        for s, dims in machine.chance.items()
    }
    if quiet:
        u = {s: np.ones_like(v) * 0.999 for s, v in u.items()}
    return machine.step(View(year + 1, start.index, D, given), p, u)


def at(code, year=2024):
    return world(year)[0].index.position(code)


@pytest.mark.parametrize("year", [1991, 1996, 2008, 2024])
def test_symmetric_and_nothing_moves_without_luck(year):
    given = arrays(year)
    out = year_of(given, year)
    for name in ("defence_pact", "pact_formed", "pact_ended"):
        np.testing.assert_array_equal(out[name], out[name].transpose(0, 2, 1))
        assert not out[name][:, np.arange(len(out[name][0])), np.arange(len(out[name][0]))].any()
    still = year_of(given, year, quiet=True)
    np.testing.assert_array_equal(still["defence_pact"], given["last.defence_pact"])
    np.testing.assert_array_equal(still["nato_bound"], given["last.nato_bound"])
    np.testing.assert_array_equal(still["csto_member"], given["last.csto_member"])


def test_what_ends_and_begins_adds_up():
    given = arrays()
    out = year_of(given, seed=3)
    moved = out["defence_pact"] - given["last.defence_pact"]
    np.testing.assert_array_equal(moved, out["pact_formed"] - out["pact_ended"])


def test_a_scenario_that_undoes_americas_pacts_has_it_out_and_the_rest_in():
    given = arrays()
    members = given["last.nato_bound"][0] > 0.5
    given["last.defence_pact"][:, at("USA"), members] = given["last.defence_pact"][:, members, at("USA")] = (
        0.0
    )
    out = year_of(given, quiet=True)
    assert (out["nato_bound"][:, at("USA")] == 0).all()
    assert (out["nato_bound"].sum(axis=1) == 31).all()


def test_a_scenario_that_undoes_all_pacts_of_nato_has_it_dissolved_although_the_union_binds_most():
    given = arrays()
    members = given["last.nato_bound"][0] > 0.5
    union = given["pact_of_many"][0] > 0.5
    undone = members[:, None] & members[None, :] & ~union
    given["last.defence_pact"][:, undone] = 0.0
    out = year_of(given, quiet=True)
    assert not out["nato_bound"].any()
    assert np.isnan(out["nato_cohesion"]).all()
    assert out["defence_pact"][0, at("DEU"), at("FRA")] == 1
    assert out["defence_pact"][0, at("USA"), at("FRA")] == 0


def test_a_member_made_by_accession_is_bound_to_all():
    given = arrays()
    given["nato_member"] = given["nato_member"].copy()
    given["nato_member"][:, at("AUT")] = 1.0
    out = year_of(given, quiet=True)
    members = given["last.nato_bound"][0] > 0.5
    assert (out["nato_bound"][:, at("AUT")] == 1).all()
    assert (out["defence_pact"][:, at("AUT"), members] == 1).all()
    assert (out["nato_cohesion"] != year_of(arrays(), quiet=True)["nato_cohesion"]).all()


def test_a_scenario_that_takes_armenia_out_of_the_csto():
    given = arrays()
    given["last.csto_member"][:, at("ARM")] = 0.0
    out = year_of(given, quiet=True)
    assert (out["csto_member"][:, at("ARM")] == 0).all()
    assert (out["csto_member"].sum(axis=1) == 5).all()


def test_russia_inside_widens_the_spread_and_raises_the_vetoes():
    given = arrays()
    before = year_of(given, quiet=True)
    given["nato_member"] = given["nato_member"].copy()
    given["nato_member"][:, at("RUS")] = 1.0
    after = year_of(given, quiet=True)
    assert (after["nato_cohesion"] < before["nato_cohesion"]).all()
    assert np.median(after["nato_vetoes"] / before["nato_vetoes"]) > 1


def test_an_unknown_state_touches_no_other():
    given, out = arrays(), year_of(arrays(), seed=2)
    k = at("TON")
    for name in ("last.ideal_point", "polyarchy", "last.milex"):
        given[name][:, k] = np.nan
    other = year_of(given, seed=2)
    rest = np.arange(len(out["defence_pact"][0])) != k
    np.testing.assert_array_equal(
        out["defence_pact"][:, rest][:, :, rest], other["defence_pact"][:, rest][:, :, rest]
    )


def test_words_of_treaties_move_members_too():
    from detente.mechanisms.written import parse_scenario

    text = """
id: words
title: words about bodies
premise: A test of words.
interventions:
- {use: leave_treaty, treaty: nato, who: [USA], start: 2028, why: a test of it}
- {use: dissolve_treaty, treaty: csto, start: 2030, why: a test of it}
"""
    moves = parse_scenario(text).scenario.interventions
    named = {(m.field, m.start, m.stop, m.to) for m in moves if m.field != "defence_pact"}
    assert named == {("nato_member", 2028, 2028, 0), ("csto_member", 2030, 2030, 0)}
