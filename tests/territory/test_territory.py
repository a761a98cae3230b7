"""Claims on territory: cases, estimation, start of the world, and the words that settle them."""

import inspect
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from detente.data.bundle import table
from detente.data.peace import levels
from detente.data.start import world_index
from detente.data.start_territory import territory
from detente.mechanisms.territory import equations as eq
from detente.mechanisms.territory import mechanism, record, step
from detente.mechanisms.vocabulary_relations import efforts
from detente.mechanisms.written import parse_scenario
from detente.model.errors import DetenteError
from detente.model.mechanism import Values, View
from detente.model.space import Index

CASES = yaml.safe_load((Path(inspect.getfile(eq)).parent / "cases.yaml").read_text(encoding="utf-8"))


def tables(name):
    return levels(2016) if name == "levels" else table(name)


HEAD = "id: a\ntitle: A title\npremise: p\ninterventions:\n"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_case(case):
    given = {k: np.array(v, dtype=float) for k, v in case["given"].items()}
    np.testing.assert_allclose(getattr(eq, case["function"])(**given), case["then"], atol=case["tolerance"])


@pytest.mark.parametrize("year", [1991, 1997, 2003, 2011, 2019, None])
def test_every_vintage_loads(year):
    assert mechanism(year).parameters


def claims_in(year):
    index = world_index(year)
    claim = territory(index.states, year)[0]["territorial_claim"]
    return {(index.states[i], index.states[j]) for i, j in np.argwhere(claim > 0)}


def test_claims_of_a_year_are_those_that_stood_past_it():
    assert ("UKR", "RUS") not in claims_in(2013)
    assert ("UKR", "RUS") in claims_in(2014)
    for pair, last in ((("CHN", "RUS"), 2003), (("AZE", "ARM"), 2022)):
        assert pair in claims_in(last)
        assert pair not in claims_in(last + 1)
    assert ("RUS", "UKR") not in claims_in(1995), "a parliament's claim is not the government's"


def test_no_claim_is_known_before_its_time():
    rows = table("territorial_claims")
    early = record.claim_years(tables, 1990)
    known = rows.filter(pl.col("first") <= 1990)
    again = record.claim_years(lambda n: known if n == "territorial_claims" else tables(n), 1990)
    assert early.year.max() == 1990
    np.testing.assert_array_equal(early.settled, again.settled)
    np.testing.assert_array_equal(early.known, again.known)


def test_claims_that_overlap_count_as_one():
    told = {
        "claimant": ["A", "A", "A"],
        "holder": ["B", "B", "B"],
        "first": [1950, 1960, 1980],
        "last": [1965, 1970, None],
    }
    more = {"seen": [1965, 1970, 2017], "how": [4, 7, None], "salience": [3, 8, None]}
    first, second = record.spells(pl.DataFrame(told | more))
    assert (first.first, first.last, first.how, first.salience) == (1950, 1970, 7, 8.0)
    assert (second.first, second.last) == (1980, None)


def test_every_way_a_claim_ended_is_one_of_icow_s():
    rows = table("territorial_claims")
    assert rows["claim"].n_unique() == rows.height
    assert rows.filter(pl.col("claimant") == pl.col("holder")).is_empty()
    assert rows.filter(pl.col("last") < pl.col("first")).is_empty()
    assert (rows["how"].is_null() == rows["last"].is_null()).all()
    assert set(rows["how"].drop_nulls()) <= set(range(1, 16))
    kuwait = rows.filter((pl.col("claimant") == "IRQ") & (pl.col("holder") == "KWT")).row(0, named=True)
    assert (kuwait["first"], kuwait["last"]) == (1961, 1994)


def test_sizes_belong_to_lands_of_the_list():
    sizes = table("territory_sizes")
    assert set(sizes["territory"]) <= set(table("territories")["territory"])
    assert (sizes["area_km2"].drop_nulls() > 0).all()


def test_the_list_names_spells_that_make_sense():
    rows = table("territories")
    assert rows.filter(pl.col("last") < pl.col("first")).is_empty()
    assert rows.filter(pl.col("claimant") == pl.col("holder")).is_empty()
    assert not rows["source"].null_count()
    assert set(rows["status"]) <= {"annexed", "separate", "occupied", "administered", "settled"}


def world(years=1, claim=1.0, dispute=0.0):
    """Two draws of three states: 0 claims from 1; all else is quiet."""
    n, p = 3, mechanism()
    pair = {f: np.zeros((2, n, n)) for f in p.reads}
    pair["last.territorial_claim"][:, 0, 1] = claim
    pair["last.claim_years"][:, 0, 1] = years
    pair["last.peace_level"][:] = 0.25
    pair["last.peace_years"][:] = 50.0
    pair["dispute_risk"][:] = 0.2
    pair["dispute"][:, 0, 1] = pair["dispute"][:, 1, 0] = dispute
    pair["seized_land"][:, 0, 1] = 1.0
    pair["claimed_area"][:, 0, 1], pair["claimed_people"][:, 0, 1] = 100.0, np.nan
    pair["claim_salience"][:] = np.nan
    states = {"polyarchy": np.array([[0.9, np.nan, 0.4]] * 2), "capability": np.array([[0.1, 0.02, 0.3]] * 2)}
    return View(2025, Index(("A", "B", "C"), (0, 1, 2), {}, {}), 2, pair | states)


def values(**moved):
    k = len(eq.COVARIATES)
    plain = {
        "what_settles": np.array([0, 1]),
        "settles_age": np.tile([-3.0] + [0.0] * (k - 1), (2, 1)),
        "settles_relations": np.tile([-3.0, -1.0] + [0.0] * (k - 2), (2, 1)),
        "stand_in": np.zeros((2, 3)),
        "flares": np.full(2, 0.5),
    }
    return Values(plain | moved, {"what_settles": ("age", "relations")})


def luck(u):
    return {name: np.full((2, 3, 3), u) for name in ("end", "flare")}


def test_rivals_settle_less_often_where_relations_tell():
    out = step(world(), values(), luck(0.9))
    chance = out["settlement_chance"][:, 0, 1]
    assert chance == pytest.approx([1 / (1 + np.exp(3)), 1 / (1 + np.exp(4))])
    assert out["settlement_chance"].sum() == pytest.approx(chance.sum()), "no claim, no chance"
    assert out["claim_years"][:, 0, 1].tolist() == [2.0, 2.0]


def test_a_claim_settled_is_gone_with_what_was_at_stake():
    out = step(world(), values(), luck(0.0))
    assert out["claim_settled"][:, 0, 1].tolist() == [1.0, 1.0]
    for name in (
        "territorial_claim",
        "claims_made",
        "claims_met",
        "frozen_conflict",
        "land_at_stake",
        "flare_up_risk",
    ):
        assert out[name].sum() == 0, name


def test_a_standing_claim_may_flare_up_only_in_a_dispute():
    quiet, fight = (step(world(dispute=d), values(), luck(0.3)) for d in (0.0, 1.0))
    assert quiet["flare_up"].sum() == 0
    assert fight["flare_up"][0].tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert fight["flare_up_risk"][:, 1, 0] == pytest.approx([0.1, 0.1])
    assert quiet["frozen_conflict"][:, 0, 1].tolist() == [1.0, 1.0]


def test_what_is_at_stake_is_unknown_where_nothing_is_known():
    out = step(world(), values(), luck(0.9))
    assert out["land_at_stake"][0].tolist() == [0.0, 100.0, 0.0]
    assert np.isnan(out["people_at_stake"][0, 1])
    unknown = step(world(claim=np.nan), values(), luck(0.0))
    assert np.isnan(unknown["territorial_claim"][:, 0, 1]).all()
    assert unknown["claims_made"].sum() == 0


def moves(text):
    return parse_scenario(HEAD + text).scenario.interventions


def test_a_settlement_ends_the_claim_and_adds_effort_for_its_years():
    line = "  - {use: settle_territory, claimant: GEO, holder: RUS, status: autonomy, year: 2030, lasting: 5, why: a test}\n"
    claim, effort = moves(line)
    assert (claim.field, claim.to, claim.start, claim.stop) == ("territorial_claim", 0.0, 2030, 2030)
    assert (effort.field, effort.by, effort.start, effort.stop) == (
        "reconciliation", efforts()["settlement"]["effort"], 2030, 2034,
    )  # fmt: skip
    (alone,) = moves(line.replace("autonomy", "frozen"))
    assert alone.to == 1.0


def test_return_settles_the_claim_and_lifts_the_sanctions_named():
    line = "  - {use: return_territory, claimant: UKR, holder: RUS, year: 2030, lasting: 5, relief_by: [FRA], why: a test}\n"
    settled = moves(line.replace(", relief_by: [FRA]", ""))
    same = moves(
        "  - {use: settle_territory, status: returned, claimant: UKR, holder: RUS, year: 2030, lasting: 5, why: a test}\n"
    )
    assert [(m.field, m.start, m.stop) for m in settled] == [(m.field, m.start, m.stop) for m in same]
    relief = moves(line)[len(settled) :]
    assert {m.field for m in relief} >= {"sanction_complete", "sanction_financial"}
    assert all((m.start, m.stop, m.to) == (2030, 2030, 0) for m in relief)


def test_steps_add_up_and_none_counts_twice():
    line = "  - {use: step, between: [USA, RUS], kinds: [hotline, council], start: 2030, why: a test}\n"
    (step,) = moves(line)
    assert step.by == pytest.approx(efforts()["hotline"]["effort"] + efforts()["council"]["effort"])
    with pytest.raises(DetenteError, match="named twice"):
        moves(line.replace("council", "hotline"))
    with pytest.raises(DetenteError, match="kinds"):
        moves(line.replace("[hotline, council]", "[]"))


def test_every_step_says_what_it_rests_on():
    steps = efforts()
    assert sum(s["effort"] for k, s in steps.items() if k != "settlement") < 1
    for name, one in steps.items():
        assert 0 < one["effort"] <= 0.5, name
        assert one["basis"] in ("estimate", "judgement"), name
        assert len(one["why"]) > 20, name
        assert one["basis"] == "judgement" or one["source"], name
