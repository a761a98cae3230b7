"""Claims on territory: cases, estimation, start of the world, and the words that settle them."""

import inspect
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from detente.data.bundle import table
from detente.data.start import world_index
from detente.data.start_territory import territory
from detente.mechanisms.territory import equations as eq
from detente.mechanisms.territory import fit, mechanism
from detente.mechanisms.vocabulary_relations import efforts
from detente.mechanisms.written import parse_scenario
from detente.model.errors import DetenteError

CASES = yaml.safe_load((Path(inspect.getfile(eq)).parent / "cases.yaml").read_text(encoding="utf-8"))
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
    rows = table("territories")
    early = fit.claims(rows, 1990)
    assert all(first <= 1990 and (last is None or last <= 1990) for _, first, last in early)
    assert fit.ends(rows, 1990) == fit.ends(rows.filter(pl.col("first") <= 1990), 1990)


def test_the_list_names_spells_that_make_sense():
    rows = table("territories")
    assert rows.filter(pl.col("last") < pl.col("first")).is_empty()
    assert rows.filter(pl.col("claimant") == pl.col("holder")).is_empty()
    assert not rows["source"].null_count()
    assert set(rows["status"]) <= {"annexed", "separate", "occupied", "administered", "settled"}


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
    for name, step in steps.items():
        assert 0 < step["effort"] <= 0.5, name
        assert step["basis"] in ("estimate", "judgement"), name
        assert len(step["why"]) > 20, name
        assert step["basis"] == "judgement" or step["source"], name
