"""The page: one file, nothing fetched, nothing lost, nothing smuggled in."""

import re
from html.parser import HTMLParser

import pytest
from report_fake import FRIENDSHIP, NOTHING, SMALL, fake

from detente.judge.verdict import Outcome, UnderTheory, Verdict
from detente.report.background import moves
from detente.report.claim_rows import claim_groups
from detente.report.notebook import result_html
from detente.report.page import page, write_page
from detente.report.plain import named, source_named
from detente.report.terminal import (
    console,
    progress_bar,
    show_rows,
    show_scenario,
    show_summary,
    show_verdicts,
)

EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source"}
HOSTILE = "<script>alert('x')</script> & \"quotes\" {{ 7 * 7 }}"


class Tree(HTMLParser):
    """Checks that tags close in the order they open, and collects addresses and ids."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.fetched, self.links, self.ids, self.tags = [], [], [], [], []
        self.feed(html)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name in {"src", "srcset", "poster", "data", "action", "xlink:href"} or (
                name == "href" and tag != "a"
            ):
                self.fetched.append(value)
            elif name == "href":
                self.links.append(value)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in EMPTY:
            assert self.open
            assert self.open.pop() == tag


def verdict(**changes):
    outcome = Outcome(
        "undecided", "effect on exports of RUS", 0.3, -0.1, 0.62, "share of the level", ">=", 0.5, 0.33, 200
    )
    about = {
        "id": "T000-51",
        "text": "Old trade would come back at once.",
        "where": "000, Economy",
        "row": 19,
        "kind": "counterfactual effect",
        "crux": True,
        "opposing": ("T001-02",),
        "note": "The threshold is ours.",
        "outcome": outcome,
        "theories": (UnderTheory("trade.recovery", "fast", "supported", 0.91, 0.6, 60),),
        "flips": ("trade.recovery",),
    }
    return Verdict(**(about | changes))


@pytest.fixture(scope="module")
def html(result, areas):
    return page(result, [verdict()], areas)


def test_the_page_is_well_formed(html):
    tree = Tree(html)
    assert len(tree.ids) == len(set(tree.ids))
    assert all(link.removeprefix("#") in tree.ids for link in tree.links if link.startswith("#"))


def test_nothing_is_fetched(html):
    tree = Tree(html)
    assert tree.fetched == []
    assert not re.findall(r"url\((?!#)", html)
    assert "@import" not in html
    assert "default-src 'none'" in html
    assert not [t for t, a in tree.tags if t == "script" and a]


def test_every_drawing_has_words_and_every_table_a_caption(html):
    tree = Tree(html)
    plots = [a for t, a in tree.tags if t == "div" and a.get("class") == "plot"]
    assert plots
    assert all(len(a["aria-label"]) > 30 for a in plots)
    assert html.count("<table") == html.count("<caption")
    assert 'lang="en"' in html


def test_sections_come_in_the_promised_order(html):
    places = [
        html.index(f'id="{name}"')
        for name in ("answer", "map", "time", "claims", "rests", "premise", "record")
    ]
    assert places == sorted(places)


def test_what_the_page_must_hold_is_there(html, result):
    assert "Nothing else" in html or "nothing else is changed" in html
    for text in (
        "the premise itself",
        "left to chance",
        "untouched",
        "S38",
        "head2014",
        "budgets move slowly",
        "World Bank, World Development Indicators",
        result.record["request_hash"],
        "How to cite",
        "<strong>1 of 40 draws failed</strong>",
        "claimed by two states",
        "T000-51",
        "T001-02",
        "trade.recovery: fast → supported",
        "33\u202f%",
        "Fiji: no data",
    ):
        assert text in html, text


def test_claims_are_shown_in_per_cent_with_their_threshold(html):
    claims = html[html.index('id="claims"') :]
    assert 'asserted: <span class="rule">≥ 50 % of the level</span>' in claims
    assert "<small>[−10 to 62]</small>" in claims


def test_the_file_is_written_in_one_move(result, areas, tmp_path):
    out = write_page(result, [], tmp_path / "page.html", areas)
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]
    assert write_page(result, [], tmp_path, areas).name == "index.html"


def test_nothing_changes_has_a_page_too(areas):
    html = page(fake((NOTHING,)), [], areas)
    Tree(html)
    assert "Nothing changes: each of the" in html
    assert "exactly zero everywhere" in html
    assert "No intervention: both worlds are the same world." in html
    assert "no change" in html
    assert 'id="claims"' not in html


def test_a_run_of_the_baseline_alone_has_a_page(areas):
    html = page(fake(()), [], areas)
    Tree(html)
    assert "holds the baseline only" in html


def test_two_scenarios_stand_side_by_side(areas):
    second = FRIENDSHIP | {"id": "second-try", "title": "A second try"}
    html = page(fake((FRIENDSHIP, second)), [], areas)
    tree = Tree(html)
    assert len(tree.ids) == len(set(tree.ids))
    assert "second try" in html


def test_hostile_text_stays_text(areas):
    hostile = FRIENDSHIP | {
        "title": HOSTILE,
        "premise": HOSTILE,
        "assumptions": [{"id": HOSTILE, "name": HOSTILE, "stance": "set", "value": HOSTILE, "why": HOSTILE}],
    }
    result = fake((hostile,), names=SMALL | {"RUS": HOSTILE})
    result.record["start_notes"]["gdp"]["source"] = HOSTILE
    html = page(result, [verdict(text=HOSTILE, note=HOSTILE, where=HOSTILE, id=HOSTILE)], areas)
    tree = Tree(html)
    assert sum(t == "script" for t, _ in tree.tags) == 1
    assert "<script>alert" not in html
    assert "49" not in re.findall(r"&#34;quotes&#34; (\S+)", html)
    assert "<script>alert" not in result_html(result)


def test_states_without_data_are_in_no_table_and_grey_on_the_map(html):
    assert '<th scope="row">Fiji</th>' not in html
    assert re.search(r'class="nodata"[^>]*data-state="FJI"', html)


@pytest.fixture
def spoken(capsys):
    def said(show, *args):
        show(*args)
        return capsys.readouterr().out

    return said


def test_the_summary_is_plain_where_there_is_no_terminal(result, spoken):
    said = spoken(show_summary, result)
    assert "\x1b" not in said
    for text in (
        "40 paired draws",
        "Failed draws: 1 of 40",
        "gains most",
        "loses most",
        "Russia",
        "detente report",
    ):
        assert text in said
    assert "Nothing changes" in spoken(show_summary, fake((NOTHING,)))
    assert "Only the baseline" in spoken(show_summary, fake(()))


def test_verdicts_scenarios_and_rows_are_shown(result, spoken):
    assert "1 undecided" in spoken(show_verdicts, [verdict()])
    assert "No claims" in spoken(show_verdicts, [])
    said = spoken(show_scenario, result.documents["friendship"])
    assert "peace_level of RUS ↔ bloc:NATO: 0.5" in said
    assert "[brackets]" in spoken(show_rows, [{"name": "[brackets]", "n": 3}])
    assert spoken(show_rows, []) == ""
    assert not console().is_terminal
    with progress_bar() as tell:
        tell(1, 2)


def test_a_notebook_sees_the_answer(result):
    html = result_html(result)
    Tree(html)
    assert "Real income" in html
    assert "1 draws failed" in html


def test_codes_and_fields_become_words(result):
    assert named("effect on real_income of RUS -> bloc:NATO, in 2037", result.index) == (
        "effect on real income of Russia toward NATO, in 2037"
    )
    assert named("level of RUS with USA DEU POL", result.index) == (
        "level of Russia with the United States, Germany and Poland"
    )
    assert named("bloc:NATO -USA", result.index) == "NATO without the United States"
    assert named("BRUSH and T000-RUS stay", result.index) == "BRUSH and T000-RUS stay"
    assert named("share of RUS's exports", result.index) == "share of Russia's exports"


def test_columns_signs_and_pairs_become_words(result):
    assert named("DEU-POL, FRA-RUS", result.index) == "Germany–Poland, FRA-RUS"
    assert named("states of all whose effect on real_income is < -1e-06", result.index) == (
        "states whose effect on real income is below zero"
    )
    assert named("polyarchy of RUS in 1949–1949, idealpointfp", result.index) == (
        "electoral democracy of Russia in 1949, points on the voting scale"
    )
    assert named("from WARSAW_PACT to bloc:EUROPEAN_NATO, 0.8% of RUS", result.index) == (
        "from the Warsaw Pact to European NATO, 0.8\u202f% of Russia"
    )
    assert source_named("baci (CEPII BACI or COW), WDI", result.index) == "CEPII BACI or COW, WDI"
    assert source_named("World Bank WDI (from SIPRI)", result.index) == "World Bank WDI (from SIPRI)"
    assert source_named("milex_share × gdp_usd", result.index) == "military spending as a share of GDP × GDP"


def test_the_only_scenario_needs_no_name_and_two_keep_theirs(areas):
    outcome = Outcome(
        "supported", "effect of RUS, in friendship against baseline", 1, 1, 1, "states", ">=", 1
    )
    one = page(fake((FRIENDSHIP,)), [verdict(outcome=outcome)], areas)
    assert "Effect of Russia, with the premise against without it;" in one
    second = FRIENDSHIP | {"id": "second-try", "title": "A second try"}
    two = page(fake((FRIENDSHIP, second)), [verdict(outcome=outcome)], areas)
    assert "Effect of Russia, in friendship against baseline;" in two


def test_cruxes_stand_open_and_other_claims_are_folded_once_each(areas, result):
    judged = [verdict(), verdict(id="T000-77", crux=False), verdict(id="T000-78", crux=False)]
    html = page(result, judged, areas)
    Tree(html)
    claims = html[html.index('id="claims"') : html.index('id="rests"')]
    open_part, folded = claims.split("<details", 1)
    assert [f"{v.id} ·" in open_part for v in judged] == [True, False, False]
    assert [folded.count(f"{v.id} ·") for v in judged] == [0, 1, 1]
    assert "Undecided: 2 claims beside the crux above" in folded


def test_the_same_question_to_two_records_names_them(areas, result):
    one, two = (
        Outcome("supported", "years of rivalry", 1, 1, 1, "", ">=", 1, data=(d,)) for d in ("TSS", "KGD")
    )
    html = page(result, [verdict(outcome=Outcome("supported", "", parts=(one, two)))], areas)
    assert "Years of rivalry (data: TSS);" in html
    assert "Years of rivalry (data: KGD);" in html


def test_only_theories_that_change_the_finding_are_named():
    same = UnderTheory("trade.recovery", "slow", "undecided", 0.4, 0.3, 60)
    row = claim_groups([verdict(theories=(*verdict().theories, same))])[0][1][0]
    assert [t.split(" → ")[0] for t in row.theories] == ["trade.recovery: fast"]


def test_moves_alike_in_all_but_their_field_share_a_row():
    move = {"do": "set", "at": {"state": "RUS"}, "to": 1, "start": 2027, "why": "one step"}
    both = [move | {"field": f} for f in ("milex_share", "ideal_point")]
    apart = [*both, move | {"field": "gdp", "why": "another"}]
    result = fake((FRIENDSHIP | {"interventions": apart},))
    assert [(m.what, m.why) for m in moves(result.documents["friendship"], result)] == [
        ("military spending, share of GDP and position in UN voting of Russia set to 1", "one step"),
        ("potential GDP of Russia set to 1", "another"),
    ]


def test_an_interval_that_is_its_own_size_is_not_shown(result):
    rows = claim_groups([verdict(outcome=Outcome("supported", "a count", 12, 12, 12, "states", ">=", 3.5))])
    test = rows[0][1][0].tests[0]
    assert (test["size"], test["interval"], test["rule"]) == ("12", "", "≥ 3.5")
    never = claim_groups(
        [verdict(outcome=Outcome("supported", "years", float("inf"), 20, float("inf"), "years"))]
    )
    assert never[0][1][0].tests[0]["size"] == "never"
