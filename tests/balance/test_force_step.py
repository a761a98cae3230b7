"""Accounts of force: shares close, coalitions add up, ceilings hold, posture moves the right way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.data.force import UNITS, strength
from detente.data.start import observed
from detente.mechanisms import balance, warheads
from detente.mechanisms.vocabulary_force import WarheadCeiling, ceilings_at_start
from detente.mechanisms.warheads import equations as stock
from detente.mechanisms.written import parse_scenario
from detente.model.chance import Chance
from detente.model.errors import DetenteError
from detente.model.mechanism import Values, View, theories_of
from detente.run.coalition import coalition

DRAWS = 6


@pytest.fixture(scope="module")
def start():
    return observed(None)


def one_year(module, world, **changes):
    model, luck, n = module.mechanism(), Chance(4), len(world.index)
    arrays = {k: np.broadcast_to(v, (DRAWS, *v.shape)) for k, v in world.values.items()}
    arrays["real_gdp"] = arrays["gdp"]
    arrays |= {"last." + k: v for k, v in arrays.items()}
    arrays |= {k: np.broadcast_to(v, (DRAWS, *v.shape)) for k, v in changes.items()}
    p = Values(
        {
            q.name.partition(".")[2]: q.at(luck.row(q.name, range(DRAWS), 0, q.width))
            for q in model.parameters
        },
        theories_of(model.parameters),
    )
    u = {s: luck.uniforms(s, range(DRAWS), 2025, d, world.index) for s, d in model.chance.items()}
    assert n == 195
    return model.step(View(2025, world.index, DRAWS, {r: arrays[r] for r in model.reads}), p, u)


def test_shares_of_the_world_add_up(start):
    new = one_year(balance, start)
    np.testing.assert_allclose(np.nansum(new["power_share"], axis=1), 1.0)
    known = np.isfinite(start.values["personnel"])
    assert np.isfinite(new["personnel"][:, known]).all()


def test_the_index_starts_as_the_record_has_it(start):
    """China and the United States lead; each within a tenth of COW's share of 2022."""
    found = one_year(balance, start)["power_share"].mean(axis=0)
    for state in ("CHN", "USA", "IND", "DEU"):
        k = start.index.position(state)
        assert found[k] == pytest.approx(start.values["capability"][k], rel=0.2)


def test_foreign_friends_lower_threat_and_foreign_enemies_raise_it(start):
    est, usa, rus = (start.index.position(s) for s in ("EST", "USA", "RUS"))
    calm = one_year(balance, start)
    threat = {}
    for sender in (usa, rus):
        based = start.values["forward_troops"].copy()
        based[sender, est] += 10.0
        threat[sender] = one_year(balance, start, **{"last.forward_troops": based})["posture_threat"][:, est]
    assert np.all(threat[usa] < calm["posture_threat"][:, est])
    assert np.all(threat[rus] > calm["posture_threat"][:, est])


def test_a_state_without_data_poisons_nobody(start):
    lost = start.values["personnel"].copy()
    lost[start.index.position("USA")] = np.nan
    new = one_year(balance, start, **{"last.personnel": lost})
    others = np.isfinite(lost)
    assert np.isfinite(new["posture_threat"][:, others]).all()
    np.testing.assert_allclose(np.nansum(new["power_share"], axis=1), 1.0)


@pytest.mark.parametrize("quantity", UNITS)
def test_a_coalition_is_the_sum_of_its_members(start, quantity):
    who = coalition("EU + GBR + RUS - HUN", start.index)
    whole = strength(who.states, 2018, quantity, carry=3)
    single = [strength((s,), 2018, quantity, carry=3).total for s in who.states]
    assert whole.total == pytest.approx(np.nansum(single))
    assert 0 < whole.share < 1


@pytest.mark.parametrize(
    ("written", "says"), [("NATO + USA", "in twice"), ("NATO + XQZ", "unknown"), ("CSTO - USA", "was not in")]
)
def test_coalitions_that_mean_nothing_clear(start, written, says):
    with pytest.raises(DetenteError, match=says):
        coalition(written, start.index)


@pytest.mark.parametrize("year", [1930, 2031])
def test_years_outside_the_record(year):
    with pytest.raises(DetenteError, match="valid: 1946"):
        strength(("USA",), year, "personnel")


numbers = st.floats(0, 6000)


@settings(max_examples=200, deadline=None)
@given(before=numbers, low=numbers, more=numbers, growth=st.floats(-0.4, 0.4), cut=st.floats(0.05, 0.5))
def test_a_higher_ceiling_never_leaves_fewer_warheads(before, low, more, growth, cut):
    def held(ceiling):
        return stock.stockpile(
            before=np.array([[before]]), growth=np.array([[growth]]), ceiling=np.array([[ceiling]]),
            cut=np.array([cut]), first=np.array([[before]]),
        )[0, 0]  # fmt: skip

    assert held(low) <= held(low + more)
    assert held(low) <= max(low, before * (1 - cut)) + 1e-9


def test_ceilings_are_reached_and_then_kept(start):
    world, ceiling = start, np.full(195, 1e6)
    usa = start.index.position("USA")
    ceiling[usa] = 3225.0
    have, pace = start.values["warheads"], start.values["warhead_pace"]
    for _ in range(6):
        new = one_year(
            warheads, world, warhead_ceiling=ceiling, **{"last.warheads": have, "last.warhead_pace": pace}
        )
        have, pace = new["warheads"][0], new["warhead_pace"][0]
    assert have[usa] <= 3225.0
    assert new["over_ceiling"][0, usa] == 0


def scenario(**word):
    body = {"use": "warhead_ceiling", "who": "USA", "path": {2028: 3000}, "why": "a test"} | word
    lines = "\n".join(f"    {k}: {v}" for k, v in body.items() if k != "use")
    return f"id: x\ntitle: A test\npremise: none\ninterventions:\n  - use: {body['use']}\n{lines}\n"


def test_a_ceiling_below_zero_is_refused():
    with pytest.raises(DetenteError, match="cannot be below 0"):
        parse_scenario(scenario(path="{2028: -5}"))


@pytest.mark.parametrize(
    ("word", "says"),
    [({"path": "{2028: 9000}"}, "binds nothing"), ({"who": "POL"}, "has no stockpile warheads")],
)
def test_a_ceiling_that_binds_nothing_is_refused_unless_it_is_meant(start, word, says):
    found = ceilings_at_start(parse_scenario(scenario(**word)).document, start.index, start.values)
    assert says in str(found[0])
    meant = parse_scenario(scenario(**word, headroom="true")).document
    assert ceilings_at_start(meant, start.index, start.values) == []


def test_a_schedule_becomes_steps_that_do_not_overlap():
    word = WarheadCeiling(use="warhead_ceiling", who="USA", path={2030: 3000, 2028: 3500}, why="a test")
    steps = [(m["start"], m["stop"], m["to"]) for m in word.expand()]
    assert steps == [(2028, 2029, 3500), (2030, None, 3000)]


def test_an_unknown_state_is_reported(start):
    from detente.api import laboratory

    found = parse_scenario(scenario(who="UAS")).problems(laboratory()[0], start.index, range(2025, 2046))
    assert any("UAS" in str(p) for p in found)
