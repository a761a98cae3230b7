"""Treaty files: bad ones are refused with every problem by line; ours agree with what others record."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from detente.data import blocs, bundle
from detente.data.states import by_code
from detente.judge import legal
from detente.mechanisms.vocabulary_treaties import edits_in
from detente.mechanisms.written import parse_scenario
from detente.model.errors import DetenteError
from detente.treaties.checks import by_name, read_treaty, shipped
from detente.treaties.edits import read_edits
from detente.treaties.membership import bound_pairs, may_join, votes_needed
from detente.treaties.places import capitals, gazetteer

BAD = Path(__file__).parent / "bad"
HERE = Path(read_treaty.__code__.co_filename).parent


def problems_of(name):
    with pytest.raises(DetenteError) as caught:
        read_treaty(BAD / f"{name}.yaml")
    return [str(p) for p in caught.value.problems]


def test_every_mistake_of_a_file_is_told_at_once_with_its_line():
    told = "\n".join(problems_of("everything-wrong"))
    for where, what in [
        (4, "before 1816"), (6, "not after it begins"), (9, "twice at the same time"), (10, "before the treaty is in force"),
        (11, "not after it begins"), (13, "share"), (15, "cannot be 'help'"), (16, "unknown key 'colour'"),
    ]:  # fmt: skip
        assert any(f"everything-wrong.yaml:{where}:" in line and what in line for line in told.splitlines()), (where, what)


@pytest.mark.parametrize(
    ("name", "said"),
    [("no-articles", "no articles"), ("two-majorities", "say one of"), ("two-majorities", "greater than 0.5"),
     ("two-majorities", "needs a 'strength'"), ("stranger", "names GBR, which is no party")],
)  # fmt: skip
def test_a_bad_file_is_refused(name, said):
    assert any(said in p for p in problems_of(name))


@pytest.mark.parametrize("path", sorted((HERE / "texts").glob("*.yaml")), ids=lambda p: p.stem)
def test_each_of_our_files_is_right_by_the_careful_reader(path):
    treaty = read_treaty(path)
    assert treaty.id == path.stem
    assert treaty == by_name(treaty.id, shipped())
    for party in treaty.parties:
        state = by_code()[party.state]
        assert party.to is None or state.start < party.to
        assert state.end is None or (party.to or treaty.ended or date.max) <= date(state.end.year + 1, 1, 2)


def test_no_two_places_share_a_name():
    seen = {}
    for site in gazetteer().sites:
        for name in (site.name, *site.also):
            assert seen.setdefault(name.casefold(), site) is site, name
    assert set(capitals()) == set(by_code())


def test_nato_is_that_of_the_table_of_accessions():
    nato = by_name("nato", shipped())
    table = bundle.table("blocs").filter(pl.col("bloc") == "NATO")
    for year in range(1949, 2026):
        inside = (pl.col("from_year") <= year) & (pl.col("to_year").is_null() | (pl.col("to_year") > year))
        assert set(nato.members(date(year, 12, 31))) == set(table.filter(inside)["state"]), year


def test_the_union_is_that_of_the_blocs():
    eu = by_name("eu", shipped())
    for year in range(2009, 2026):
        assert set(eu.members(date(year, 12, 31))) == set(blocs.members(blocs.spells(), "EU", year)), year


def disagreements(treaty):
    """Years in which our members differ from ATOP's at the end of the year, from entry into force to 2018."""
    rows = bundle.table("alliances").filter(pl.col("atopid").is_in(treaty.atop))
    last = min(2018, treaty.ended.year - 1 if treaty.ended else 2018)
    found = {}
    for year in range(max(treaty.in_force.year, 1946), last + 1):
        day = date(year, 12, 31)
        coded = rows.filter((pl.col("start") <= day) & (pl.col("end").is_null() | (pl.col("end") > day)))
        odd = set(treaty.members(day)) ^ set(coded["state"])
        if odd:
            found[year] = odd
    return found


KNOWN = {
    "nato": "ATOP dates from the signature of the protocol",
    "brussels": "ATOP dates from signature",
    "rio": "ATOP dates from signature; ratifications came later",
    "seato": "ATOP ends Pakistan with its notice",
    "anzus": "ATOP ends New Zealand's part in 1986",
    "cyprus-guarantee": "ATOP ends it in 1974",
    "afghanistan-ussr": "ATOP ends it with the invasion",
    "osce": "Czechoslovakia lasted to the end of the last day of 1992",
}
"""Treaties whose parties differ from ATOP's in some year, and why; listed in docs/treaties.md."""


@pytest.mark.parametrize("treaty", [t for t in shipped() if t.atop], ids=lambda t: t.id)
def test_parties_agree_with_atop_or_the_difference_is_known(treaty):
    found = disagreements(treaty)
    assert not found or treaty.id in KNOWN, found


def test_no_difference_is_excused_that_is_not_there():
    for name in KNOWN:
        assert disagreements(by_name(name, shipped())), name


def test_pairs_bound_by_nato_have_a_pact_in_the_bundle():
    pacts = bundle.table("pacts").filter((pl.col("year") == 2024) & pl.col("defence"))
    coded = {tuple(sorted(r)) for r in pacts.select("a", "b").iter_rows()}
    ours = bound_pairs([by_name("nato", shipped())], date(2024, 12, 31))
    assert len(ours) == 32 * 31 // 2
    assert ours <= coded


def test_every_alliance_of_atop_is_asked_once():
    ids = [n for t in legal.every_treaty() for n in t.atop]
    assert len(ids) == len(set(ids))
    assert set(bundle.table("alliances")["atopid"]) - set(ids) == set()


def test_who_may_join_nato():
    nato, day = by_name("nato", shipped()), date(2025, 1, 1)
    said = {s: may_join(nato, s, capitals()[s].area, day)[0] for s in ("RUS", "IRQ", "POL", "GEO", "UKR", "JPN")}
    assert said == {"RUS": "yes", "IRQ": "no", "POL": "already", "GEO": "yes", "UKR": "yes", "JPN": "no"}
    assert may_join(nato, "", "", day)[0] == "no"
    assert votes_needed(nato, day) == (32, 32)


EDITS = """
edits:
- edit: amend
  treaty: nato
  on: 2029-01-01
  accession: {share: 0.75}
  expulsion: {share: 0.9}
- edit: found
  treaty: european-army
  who: [FRA, DEU, POL]
  on: 2030-01-01
  areas: [europe]
"""


def test_rules_can_be_edited(tmp_path):
    (tmp_path / "edits.yaml").write_text(EDITS, encoding="utf-8")
    edits = read_edits(tmp_path / "edits.yaml")
    held = legal.apply(shipped(), edits)
    nato = by_name("nato", held)
    assert votes_needed(nato, date(2028, 12, 31)) == (32, 32)
    assert votes_needed(nato, date(2029, 1, 1)) == (24, 32)
    assert [r.possible for r in nato.expulsion if r.on(date(2029, 1, 1))] == [True]
    answer = legal.ask("RUS", "POL", "Gdańsk", "2030-02-01", edits=edits)
    assert {x.holder for x in answer.of("european-army", "3")} == {"FRA", "DEU"}


def test_bad_edits_are_told_by_line(tmp_path):
    text = EDITS.replace("{share: 0.75}", "{share: 0.3}").replace("edit: found", "edit: fund")
    (tmp_path / "edits.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DetenteError) as caught:
        read_edits(tmp_path / "edits.yaml")
    told = [str(p) for p in caught.value.problems]
    assert any("edits.yaml:6" in t and "greater than 0.5" in t for t in told)
    assert any("edits.yaml:8" in t and "'fund' is no edit" in t for t in told)


SCENARIO = """
id: treaty-words
title: America leaves, Russia joins, the treaty ends
premise: A test of words.
interventions:
- {use: leave_treaty, treaty: nato, who: [USA], start: 2028, why: a test of it}
- {use: join_treaty, treaty: nato, who: [RUS], start: 2030, why: a test of it}
- {use: dissolve_treaty, treaty: nato, start: 2035, why: a test of it}
"""


def cells(scenario, year):
    """Pairs that the moves set in a year, and to what."""
    found = {}
    for m in scenario.interventions:
        if m.active(year) and m.at.between:
            found |= {tuple(sorted((a, b))): m.to for a in m.at.between[0] for b in m.at.between[1]}
    return found


def test_words_move_the_pairs_that_the_treaties_say():
    scenario = parse_scenario(SCENARIO).scenario
    assert cells(scenario, 2029)["EST", "USA"] == 0
    assert ("EST", "RUS") not in cells(scenario, 2029)
    assert cells(scenario, 2030)["EST", "RUS"] == 1
    assert ("RUS", "USA") not in cells(scenario, 2030)
    assert cells(scenario, 2035)["EST", "RUS"] == 0
    assert ("DEU", "FRA") not in cells(scenario, 2035)
    assert len(edits_in(parse_scenario(SCENARIO).document.content["interventions"])) == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("treaty: nato, who: [RUS]", "treaty: natoo, who: [RUS]", "scenario:7.*no treaty 'natoo'"),
     ("who: [RUS]", "who: [FRA]", "scenario:7.*FRA is a party of NATO"), ("who: [USA]", "who: [CHN]", "scenario:6.*CHN is no party")],
)  # fmt: skip
def test_a_word_that_cannot_be_is_told_by_line_and_only_once(old, new, said):
    with pytest.raises(DetenteError, match=said) as caught:
        parse_scenario(SCENARIO.replace(old, new, 1))
    assert len(caught.value.problems) == 1


def test_the_page_on_treaties_is_that_of_the_treaties():
    import importlib.util

    root = Path(__file__).parents[2] / "docs"
    spec = importlib.util.spec_from_file_location("treaties_tables", root / "treaties_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (root / "treaties.md").read_text(encoding="utf-8")
    assert module.filled(page) == page
