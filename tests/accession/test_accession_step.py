"""The mechanism in a year: offers, holdouts in the vote and in ratification, who still counts as a member."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from detente.judge import accession as ledger
from detente.judge import replay_accession as replay
from detente.judge.fitting import _table
from detente.mechanisms.accession import bargain
from detente.mechanisms.accession import equations as eq

TABLES = cache(_table)
DRAWS = range(12)


@cache
def start(year):
    return replay.standing_world(TABLES, year)


def after(year, years=1, **changes):
    """Fields after some years of the mechanism alone, from the world of ``year`` with changed start values."""
    world = start(year)
    values = dict(world.values) | changes
    world = SimpleNamespace(index=world.index, values=values)
    mechanism = replay.accession.mechanism(max(year, 1990))  # the earliest estimates
    *_, last = replay._years(mechanism, world, range(year + 1, year + 1 + years), DRAWS, 1)
    return last


def cell(name, member, candidate, value, year):
    index = start(year).index
    out = np.array(start(year).values[name])
    where = slice(None) if member is None else index.position(member)
    out[where, index.position(candidate)] = value
    return out


def at(now, field, year, *states):
    places = tuple(start(year).index.position(s) for s in states)
    return now[field][(slice(None), *places)]


def test_greece_starts_as_a_holdout_and_an_offer_settles_it():
    before = start(2010).values["nato_holdout"]
    greece, there = (start(2010).index.position(s) for s in ("GRC", "MKD"))
    assert before[greece, there] == 1 + eq.KINDS.index("tie")
    settled = after(2010, nato_offer=cell("nato_offer", "GRC", "MKD", 30.0, 2010))
    assert (at(settled, "nato_holdout", 2010, "GRC", "MKD") == 0).all()
    assert at(settled, "nato_acceptance", 2010, "GRC", "MKD") == pytest.approx(1.0)
    plain = after(2010)
    assert (at(plain, "nato_holdout", 2010, "GRC", "MKD") > 0).mean() > 0.3


def test_an_offer_can_only_add_yes_and_touches_no_other_member():
    plain = after(2010)
    offered = after(2010, nato_offer=cell("nato_offer", "GRC", "MKD", 1.0, 2010))
    assert (
        at(offered, "nato_acceptance", 2010, "GRC", "MKD") > at(plain, "nato_acceptance", 2010, "GRC", "MKD")
    ).all()
    others = [k for k, s in enumerate(start(2010).index.states) if s != "GRC"]
    there = start(2010).index.position("MKD")
    same = [x["nato_acceptance"][:, others, there] for x in (plain, offered)]
    np.testing.assert_array_equal(*same)


def test_sweden_waits_in_ratification_for_its_holdouts():
    assert start(2022).values["nato_wait"][start(2022).index.position("SWE")] > 0
    now = after(2022)
    inside, held = at(now, "nato_member", 2022, "SWE"), at(now, "nato_wait", 2022, "SWE") > 0
    turkey = at(now, "nato_holdout", 2022, "TUR", "SWE") > 0
    hungary = at(now, "nato_holdout", 2022, "HUN", "SWE") > 0
    assert (inside[turkey | hungary] == 0).all()
    assert held[turkey | hungary].all()
    assert (inside[~(turkey | hungary)] == 1).all()
    free = after(2022, nato_holdout=cell("nato_holdout", None, "SWE", 0.0, 2022))
    assert at(free, "nato_member", 2022, "SWE").all()


def test_who_has_left_the_treaty_neither_votes_nor_is_a_member():
    bound = np.array(start(2010).values["nato_bound"])
    bound[start(2010).index.position("GRC")] = 0.0
    now = after(2010, nato_bound=bound)
    assert (at(now, "nato_member", 2010, "GRC") == 0).all()
    assert np.isnan(at(now, "nato_acceptance", 2010, "GRC", "MKD")).all()
    assert (at(now, "nato_holdout", 2010, "GRC", "MKD") == 0).all()
    assert at(now, "nato_member", 2010, "FRA").all()


def test_a_signature_can_be_held_up_by_a_member_that_had_voted_yes():
    # Readiness and votes made certain; what is left is ratification, where refusals are rare.
    offers = np.full_like(start(2014).values["nato_offer"], 30.0)
    sure = after(2014, 3, nato_offer=offers)
    assert (np.nan_to_num(sure["accession_holdouts"]) == 0).all()
    plain = after(2014, 10)
    assert plain["nato_member"].sum() < after(2014, 10, nato_offer=offers)["nato_member"].sum()


def test_talks_are_counted_and_end_with_the_bid():
    index = start(2000).index
    now = after(2000, 3)
    pending, talks = now["nato_bid"] > 0, now["nato_talks"]
    assert (talks[~pending] == 0).all()
    slovenia = index.position("SVN")
    # An action plan since 1999; a bid withdrawn and made again starts anew.
    assert (talks[pending[:, slovenia], slovenia] == 5).mean() > 0.8
    assert (now["nato_since"] >= 1).all()
    assert (now["nato_since"] <= 7).all()  # the last consent was in 1997


def test_holdouts_of_one_kind_end_together():
    u = np.random.default_rng(2).random((5, 2))
    held = np.zeros((5, 3, 2))
    held[:, :2] = 1.0
    where = np.nonzero(held)
    luck = bargain.together(u, where, held[where]).reshape(5, 2, 2)
    np.testing.assert_array_equal(luck[:, 0], luck[:, 1])


def test_kinds_come_in_the_shares_of_the_record():
    u = np.random.default_rng(3).random(40_000)
    weight = np.log([[6.0, 2.0, 10.0, 7.0]]).repeat(len(u), axis=0)
    shares = np.bincount(bargain.kinds_of(u, weight).astype(int), minlength=5)[1:] / len(u)
    np.testing.assert_allclose(shares, np.array([6, 2, 10, 7]) / 25, atol=0.01)


def test_the_last_holdouts_share_their_draws():
    held = np.zeros((3, 4, 3))
    held[0, 1, 0] = held[0, 2, 1] = 1  # the second is last
    held[1, 3, :2] = 2  # both are last
    assert ledger.lasts(held) == pytest.approx([0.25, 0.75, 0.0])
    assert ledger.lasts(np.zeros((2, 3, 4))).sum() == 0
    assert ledger.most(held[..., 1]) == "price"
    assert ledger.most(held[..., 2]) == ""


def test_waiting_follows_the_rates():
    still = np.zeros((7, 7))
    assert ledger.waiting(np.array([0.0] * 7), still, 0) == (1.0, 1.0, 4.0)  # a half each year
    slow = np.array([0.0, 0, 0, 0, -20.0, 0, 0])
    assert ledger.waiting(slow, still, 3) == (float("inf"),) * 3


def test_what_a_price_took_on_record():
    found = {p.kind: p for p in ledger.bargains(TABLES, "NATO")}
    assert set(found) == set(eq.KINDS) == set(ledger.KINDS)
    assert found["price"].gave_in > found["purpose"].gave_in
    assert found["price"].years[1] < found["tie"].years[1] < found["purpose"].years[1]
    assert any("Prespa" in b for b in found["tie"].bought)


def test_the_order_of_kinds_is_one_everywhere():
    from detente.data import start_accession

    assert start_accession.KINDS == eq.KINDS == ledger.KINDS
    assert set(TABLES("accession_holdouts")["kind"]) <= set(eq.KINDS)


def test_the_replay_knows_who_stood_outside_and_what_came():
    rows = replay.replayed(TABLES, (2010,), draws=20)
    one = {(r["bloc"], r["ahead"], r["state"]): r for r in rows}
    assert one["NATO", 10, "MNE"]["came"]
    assert not one["NATO", 5, "MNE"]["came"]
    assert one["EU", 5, "HRV"]["came"]
    assert ("NATO", 5, "FRA") not in one
    assert all(0 <= r["model"] <= 1 for r in rows)
    told = replay.summary([r for r in rows if r["bloc"] == "EU"])
    assert told["model"] < told["base rate"]


def test_base_rates_rest_on_years_that_were_over():
    early = replay.base_rates(TABLES, "NATO", 1990, 10)
    assert early[False] < 0.1
    assert replay.base_rates(TABLES, "EU", 2010, 5)[True] > replay.base_rates(TABLES, "EU", 2010, 5)[False]


def ready_at(year, state, polyarchy):
    """Readiness of a state that has asked NATO, in the year after ``year``, at some polyarchy of all."""
    index = start(year).index
    bid = np.array(start(year).values["nato_bid"])
    bid[index.position(state)] = 1.0
    known = np.full(len(index), polyarchy)
    return at(after(year, nato_bid=bid, polyarchy=known), "nato_ready", year, state)


def test_before_1990_nobody_asked_for_democracy():
    np.testing.assert_array_equal(ready_at(1978, "ESP", 0.1), ready_at(1978, "ESP", 0.9))
    assert (ready_at(1995, "POL", 0.1) != ready_at(1995, "POL", 0.9)).all()


def test_nobody_asks_a_body_without_members():
    empty = np.zeros(len(start(2000).index))
    plain, without = after(2000, 5), after(2000, 5, eu_member=empty, eu_bid=empty, eu_pending=empty)
    assert plain["eu_bid"].any()
    assert not without["eu_bid"].any()
    np.testing.assert_array_equal(plain["nato_bid"], without["nato_bid"])
