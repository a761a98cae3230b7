"""The part of the page on institutions and politics: on made-up runs, so that every figure in it is known."""

import re

import numpy as np
import pytest
from report_fake import FRIENDSHIP, SMALL, FakeResult, fake

from detente.judge.accession import WORDS
from detente.judge.criteria import scorecard
from detente.judge.record import bundle_tables
from detente.report import politics_charts, politics_map
from detente.report.maps import Shape
from detente.report.page import page
from detente.report.politics import politics
from detente.report.politics_accession import Bid, bids_of, ledger, made_members, voting_shares
from detente.report.politics_criteria import criteria_chart
from detente.report.politics_paths import fallen_back, ladder, risen, yearly_relapse
from detente.run.result import BASE

STATES = list(SMALL)
ASK = {
    "do": "set",
    "field": "nato_bid",
    "at": {"state": "RUS"},
    "to": 1,
    "start": 2030,
    "stop": 2030,
    "why": "asks",
}
ASKS = FRIENDSHIP | {"id": "asks", "interventions": [*FRIENDSHIP["interventions"], ASK]}
ALONE = (
    "nato_member",
    "nato_bid",
    "nato_ready",
    "accession_holdouts",
    "nato_bound",
    "csto_member",
    "eu_member",
)
PAIRS = ("nato_acceptance", "nato_holdout")
DRAWS, YEARS = 40, 20


def card(name, dims):
    return {
        "name": name,
        "dims": dims,
        "unit": "0 or 1",
        "kind": "stock",
        "meaning": name,
        "symmetric": False,
        "grid": [],
    }


def asking(entered=10, given=False, start=None):
    """Russia asks in 2030 and enters in 2035 in the first ``entered`` of 40 worlds; China keeps a pact with it.

    Germany says yes at .1, Poland at .3 but at 0 in the last 8 worlds, the United States at .8. Germany holds
    out to the end as such, Poland for two years in half of the worlds over a price.
    """
    move = ASK | {"field": "nato_member", "start": 2032, "stop": None}
    document = ASKS | {
        "interventions": [*ASKS["interventions"], move],
        "watch": [["RUS", "bloc:NATO"], ["RUS", "CHN"]],
    }
    document = document if given else ASKS | {"watch": document["watch"]}
    plain = fake((document,))
    record = plain.record | {
        "fields": plain.record["fields"]
        + [card(n, ["state"]) for n in ALONE]
        + [card(n, ["state", "partner"]) for n in PAIRS]
    }
    if start:
        record |= {"start_year": start, "years": [start + 1, start + YEARS]}
    arrays, at = dict(plain._cache), STATES.index
    for world in ("baseline", "asks"):
        on = world == "asks"
        state = {n: np.zeros((DRAWS, YEARS, len(STATES))) for n in ALONE}
        for n in ("nato_member", "nato_bound"):
            state[n][..., [at("USA"), at("DEU"), at("POL")]] = 1
        state["eu_member"][..., [at("DEU"), at("POL")]] = 1
        pair = {n: np.full((DRAWS, YEARS, len(plain.pairs)), np.nan) for n in PAIRS}
        pair["nato_holdout"][:] = 0
        for k, (i, j) in enumerate(plain.pairs):
            if on and STATES[j] == "RUS" and STATES[i] != "CHN":
                pair["nato_acceptance"][:, 4:9, k] = {"DEU": 0.1, "POL": 0.3, "USA": 0.8}[STATES[i]]
                pair["nato_acceptance"][-8:, 4:9, k] *= STATES[i] != "POL"
                pair["nato_holdout"][:, 4:9, k] = 4 * (STATES[i] == "DEU")
                pair["nato_holdout"][:20, 4:6, k] += STATES[i] == "POL"
        if on:
            state["nato_bid"][:, 4:9, at("RUS")] = 1
            for n in ("nato_member", "nato_bound"):
                state[n][:entered, 9:, at("RUS")] = 1
        for n in ("nato_ready", "accession_holdouts"):
            state[n][state["nato_bid"] == 0] = np.nan
        state["nato_ready"][state["nato_bid"] == 1] = 0.25
        state["accession_holdouts"][state["nato_bid"] == 1] = 2
        arrays |= {f"{world}/{n}": v for n, v in (state | pair).items()}
    found = FakeResult(
        record | {"averaged": [card("defence_pact", ["state", "partner"]) | {"symmetric": True}]}, arrays
    )
    found.__dict__["all_means"] = {"draws": DRAWS} | {
        f"{w}/defence_pact": pacts(w == "asks", entered) for w in ("baseline", "asks")
    }
    return found


def pacts(asked, entered):
    """Mean of defence_pact over draws, (year, pair once): China's with Russia, and NATO's."""
    at, one = STATES.index, np.triu_indices(len(STATES), 1)
    whole = np.zeros((YEARS, len(STATES), len(STATES)))
    for a, b in (("RUS", "CHN"), ("USA", "DEU"), ("USA", "POL"), ("DEU", "POL")):
        whole[:, at(a), at(b)] = whole[:, at(b), at(a)] = 1
    for s in ("USA", "DEU", "POL"):
        whole[9:, at("RUS"), at(s)] = whole[9:, at(s), at("RUS")] = asked * entered / DRAWS
    return whole[:, *one]


def without(result, *names):
    return FakeResult(
        result.record | {"fields": [f for f in result.record["fields"] if f["name"] not in names]},
        result._cache,
    )


@pytest.fixture
def drawn(monkeypatch):
    """What the charts were asked to draw."""
    seen = {}
    for name in ("alignment", "ladder", "criteria", "entry"):
        real = getattr(politics_charts, name)

        def record(*given, name=name, real=real):
            seen[name] = given
            return real(*given)

        monkeypatch.setattr(politics_charts, name, record)
    return seen


def test_a_run_without_these_fields_has_no_such_section(areas):
    bare = without(fake(), "peace_level", "ideal_point")
    assert not politics(bare, "friendship", areas)
    assert 'id="politics"' not in page(bare, (), areas)


def test_what_does_not_move_is_not_shown(areas):
    result = fake()
    for field in ("peace_level", "ideal_point"):
        result._cache[f"friendship/{field}"] = result._cache[f"baseline/{field}"]
    assert not politics(result, "friendship", areas)


def test_the_ledger_says_what_the_run_holds():
    result = asking()
    (bid,) = bids_of(result.documents["asks"], result.index)
    assert bid == Bid("RUS", "NATO", 2030)
    found = ledger(result, "asks", bid, bundle_tables())
    values = result.values("nato_acceptance", "asks", state="all", partner="RUS", how="each")
    mean = {
        a: 1 - np.nanmean(values[..., k])
        for k, (a, _) in enumerate(result.selected_pairs("all", "RUS"))
        if a != "CHN"
    }
    assert {r.member: r.refuses for r in found.rows} == {
        SMALL[a]: f"{100 * m:.0f}\u202f%" for a, m in mean.items()
    }
    assert [r.member for r in found.rows] == ["Germany", "Poland", "United States"]
    assert [r.holds_out for r in found.rows] == ["100\u202f%", "50\u202f%", "0\u202f%"]
    assert [r.last for r in found.rows] == ["100\u202f%", "0\u202f%", "0\u202f%"]
    assert [r.asks for r in found.rows] == [WORDS["purpose"], WORDS["price"], ""]
    assert all(not r.refuses_without and not r.votes for r in found.rows)
    assert sum(int(b.quarrels) for b in found.bargains) >= 20
    assert any(line.startswith("Finland 2022") for line in ledger_of("Turkey"))
    asks, enters, judged = found.sentences
    assert "2030" in asks
    assert "0\u202f% of worlds by 2045" in asks
    assert "25\u202f%" in enters
    assert "never by 2045 in 75\u202f%" in enters
    assert "25\u202f%" in judged
    assert "2.0 would say no" in judged
    assert "half by 2035" in found.entry.source or "come in 2035" in found.entry.source


def ledger_of(member):
    from detente.judge.accession import demands
    from detente.report.politics_accession import code_named

    code = {"Turkey": "TUR"}[member]
    return [code_named(line) for line in demands(bundle_tables(), "NATO")[code]]


def test_the_entry_chart_is_the_share_of_worlds_inside(drawn):
    result = asking()
    ledger(result, "asks", Bid("RUS", "NATO", 2030), bundle_tables())
    (rows,) = drawn["entry"]
    inside = result.values("nato_member", "asks", state="RUS").mean(axis=0)
    assert [r["share"] for r in rows if r["world"] == "with the premise"] == pytest.approx(list(100 * inside))


def test_a_candidate_that_never_enters_has_words_and_no_chart():
    found = ledger(asking(entered=0), "asks", Bid("RUS", "NATO", 2030), bundle_tables())
    assert found.entry is None
    assert found.sentences[1].startswith("In none of 40 pairs of worlds does it enter by 2045")


def test_a_member_by_the_premise_is_said_to_be_one():
    result = asking(given=True)
    (bid,) = bids_of(result.documents["asks"], result.index)
    assert bid.given == 2032
    assert (
        "The premise itself makes it a member in 2032"
        in ledger(result, "asks", bid, bundle_tables()).sentences[1]
    )


def test_a_member_from_the_start_has_no_ledger():
    result = asking()
    for world in ("baseline", "asks"):
        result._cache[f"{world}/nato_member"][..., STATES.index("RUS")] = 1
    assert ledger(result, "asks", Bid("RUS", "NATO", 2030), bundle_tables()) is None


def test_a_member_that_votes_in_few_worlds_says_so():
    result = asking()
    field = result._cache["asks/nato_acceptance"]
    field[4:, :, [k for k, (i, j) in enumerate(result.pairs) if STATES[i] == "DEU"]] = np.nan
    assert voting_shares(result, "asks", Bid("RUS", "NATO", 2030))["DEU"] == pytest.approx(0.1)
    rows = ledger(result, "asks", Bid("RUS", "NATO", 2030), bundle_tables()).rows
    assert (rows[-1].member, rows[-1].votes) == ("Germany", "10\u202f%")


def test_the_page_tells_who_holds_out_only_where_somebody_does(areas):
    assert "Holds out in" in page(asking(), (), areas)
    result = asking()
    result._cache["asks/nato_holdout"][:] = 0
    assert not ledger(result, "asks", Bid("RUS", "NATO", 2030), bundle_tables()).blocked
    text = page(result, (), areas)
    assert "Holds out in" not in text
    assert "is a member known to hold out" in text


def test_the_criteria_chart_is_the_scorecard(drawn):
    result = asking()
    found = criteria_chart(result, Bid("RUS", "NATO", 2030), bundle_tables())
    lines = [x for x in scorecard(bundle_tables(), "RUS", "NATO", 2024).lines if x.met is not None]
    assert f"on {sum(x.met for x in lines)} of {len(lines)} measures" in found.figure.subtitle
    (rows,) = drawn["criteria"]
    assert [r["met"] for r in rows] == [x.met for x in lines]
    for row, line in zip(rows, lines, strict=True):
        assert (row["at"] >= 0) == line.met
        assert 0 <= row["median"] <= row["end"]
        assert abs(row["at"] - 0.5) <= 0.5 + politics_charts.BEYOND
    assert "missed by 0.144" in [r["said"] for r in rows]


def test_a_member_by_the_premise_without_a_bid_has_its_criteria_drawn(areas):
    move = ASK | {"field": "nato_member", "start": 2032, "stop": None}
    result = fake((FRIENDSHIP | {"id": "inside", "interventions": [move]},))
    document = result.documents["inside"]
    assert made_members(document, result.index) == (Bid("RUS", "NATO", 2032, 2032),)
    found = politics(result, "inside", areas)
    assert [c.candidate for c in found.criteria] == ["Russia"]
    assert not found.ledgers
    inside = fake((FRIENDSHIP | {"id": "inside", "interventions": [move | {"at": {"state": "DEU"}}]},))
    assert made_members(inside.documents["inside"], inside.index) == ()


def test_the_ladder_is_the_share_of_pairs_at_each_level(drawn):
    result = asking()
    found = ladder(result, "asks")
    (rows,) = drawn["ladder"]
    for world, name in (("without", BASE), ("with", "asks")):
        levels = result.values("peace_level", name, state="RUS", partner="bloc:NATO", how="each", year=2045)
        mine = [r for r in rows if r["world"] == world and r["year"] == 2045]
        assert [r["share"] for r in mine] == pytest.approx([100 * (levels == k / 4).mean() for k in range(5)])
        assert (mine[0]["low"], mine[-1]["high"]) == pytest.approx((0, 100))
    assert "3 pairs" in found.figure.subtitle
    assert [c.words[:12] for c in found.chances][0] == "Pairs that r"


def test_relapse_counts_pairs_and_years():
    paths = np.array([[[0.5, 0.25, 0.5], [0.75, 0.25, 0.5], [0.75, 0.5, 0.5], [0.5, 0.5, np.nan]]])
    assert risen(paths) == (2, 3)
    assert fallen_back(paths) == (1, 2)
    assert yearly_relapse(paths) == (1, 2)


def test_alignment_joins_the_record_to_both_fans(drawn, areas):
    result = asking()
    found = politics(result, "asks", areas).alignment
    seen, fans, start = drawn["alignment"]
    table = bundle_tables()("state_year")
    record = {
        y: v
        for s, y, v in table.select("state", "year", "ideal_point").iter_rows()
        if s == "RUS" and v is not None
    }
    mine = {r["year"]: r["position"] for r in seen if r["side"] == "Russia"}
    assert min(mine) == 1991
    assert mine == pytest.approx({y: record[y] for y in mine})
    for world, name in (("without", BASE), ("with", "asks")):
        row = next(r for r in fans if (r["side"], r["world"], r["year"]) == ("Russia", world, 2045))
        assert row["mean"] == pytest.approx(result.level("ideal_point", name, state="RUS", year=2045).mean)
    assert start == 2025
    assert "Dotted" not in found.source


def test_a_historical_run_shows_what_came_and_scores_its_own_year(drawn, areas):
    result = asking(start=1999)
    found = politics(result, "asks", areas)
    seen, _, start = drawn["alignment"]
    assert start == 1999
    assert {r["later"] for r in seen if r["year"] == 1999} == {False, True}
    assert max(r["year"] for r in seen) == 2019
    assert min(r["year"] for r in seen) == 1989
    assert "Dotted" in found.alignment.source
    assert "1999" in found.criteria[0].figure.title
    early = politics_map.bonds_of(result, BASE, politics_map.party("DEU", result.index), 2005)
    late = politics_map.bonds_of(result, BASE, politics_map.party("DEU", result.index), 2015)
    assert not early.share["EU"].any()
    assert late.share["EU"][STATES.index("POL")] == 1


def test_obligations_are_those_of_the_run(areas):
    result = asking()
    found = politics_map.obligations(result, "asks", 2040, areas, bundle_tables())
    rows = {r.words: r for r in found.rows}
    assert found.whom == "Russia"
    nato = rows[politics_map.WORDS["NATO"]]
    assert (nato.here, nato.there, nato.change) == (
        "0.0",
        "0.8",
        "+0.8",
    )  # three members in a quarter of worlds
    assert "in some worlds" in nato.names
    assert "Germany (25\u202f%)" in nato.names
    other = rows[politics_map.WORDS["OTHER"]]
    assert (other.here, other.there, other.names) == ("1.0", "1.0", "China")
    assert (other.start, other.interval) == (str(len(set(started()) & set(STATES))), "")
    assert "counts with the body" in found.caption


def started():
    """Who had a pact with Russia in 2025 by the table, outside NATO and the CSTO of that made-up world."""
    table = bundle_tables()("pacts")
    rows = [(r["a"], r["b"]) for r in table.iter_rows(named=True) if r["year"] == 2025 and r["defence"]]
    return [b if a == "RUS" else a for a, b in rows if "RUS" in (a, b)]


def test_a_run_without_means_draws_the_bodies_and_says_so(areas):
    result = asking()
    found = politics_map.obligations(
        FakeResult(result.record | {"averaged": []}, result._cache), "asks", 2040, areas, bundle_tables()
    )
    assert [r.words for r in found.rows] == [politics_map.WORDS["NATO"]]
    assert "not kept by this run" in found.caption


def test_the_maps_paint_by_treaty_share_outlines_and_hatch_what_is_disputed(areas):
    first, second = (
        m for _, m in politics_map.obligations(asking(), "asks", 2040, areas, bundle_tables()).maps
    )

    def kinds(text):
        return {
            t.split(":")[0]: c
            for c, t in re.findall(r'<use class="([^"]+)"[^>]*><title>([^<]+)</title>', text)
        }

    assert kinds(first)["Germany"] == "level"
    assert kinds(second)["Germany"] == "bond-nato pale"
    assert kinds(second)["China"] == "bond-other"
    assert kinds(second)["Russia"].startswith("bond-")
    assert kinds(second)["Crimea"] == "disputed"
    used = set(re.findall(r'href="#([^"]+)"', second))
    assert used <= set(re.findall(r'<path id="([^"]+)"', first))
    assert "<path" not in second


def test_obligations_hide_where_nothing_moves(areas):
    assert politics_map.obligations(asking(entered=0), "asks", 2040, areas, bundle_tables()) is None


def test_a_dissolved_body_asks_about_its_members():
    move = {
        "do": "set",
        "field": "nato_member",
        "at": {"state": "all"},
        "to": 0,
        "start": 2030,
        "why": "it ends",
    }
    result = fake((FRIENDSHIP | {"id": "ends", "interventions": [move]},))
    assert politics_map.moved_party(result.documents["ends"], result).selector == ("bloc:NATO",)


def test_the_page_holds_the_section_with_words_for_those_who_do_not_see(areas):
    text = page(asking(), (), areas)
    part = re.search(r'<section id="politics".*?</section>', text, re.S)[0]
    assert 'href="#politics"' in text
    assert len(re.findall(r'<svg class="map bonds"[^>]*aria-labelledby', part)) == 2
    assert len(re.findall(r'<div class="plot" role="img" aria-label="[^"]{40,}"', part)) == 4
    assert not re.search(r"\b(nan|None|inf)\b", part)
    assert not re.search(r"\b(RUS|DEU|USA|POL|nato_\w+)\b", re.sub(r"<(svg|path|use)[^>]*>", "", part))


def test_shapes_equal_only_themselves(areas):
    assert areas[0] == areas[0]
    assert areas[0] != Shape("RUS", "Russia", areas[0].rings)


def test_the_answer_says_first_who_comes_in():
    from detente.report.politics_accession import entries

    (said,) = entries(asking(entered=10), "asks")
    text = re.sub("<[^>]+>", "", str(said))
    assert text.startswith("Russia is a member of NATO by 2045 in 25\u202f% of worlds with the premise")
    assert text.endswith("and in 0\u202f% without it.")
    assert list(entries(asking(given=True), "asks")) == []
