"""Every number in the prose is the Result cell that it names."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from report_fake import FRIENDSHIP, NOTHING, fake

from conftest import CLEAR
from detente.report import cells, words
from detente.report.parties import answer_year, pairs, parties
from detente.run.estimate import summary

KOREA = {
    "id": "korea",
    "title": "Korea reunites",
    "premise": "The two Koreas make peace.",
    "interventions": [
        {
            "do": "set",
            "field": "peace_level",
            "at": {"between": ["KOR", "PRK"]},
            "to": 1,
            "start": 2028,
            "why": "premise",
        }
    ],
    "watch": [["KOR", "PRK"]],
}


class Numbers(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found, self.plain, self._open = [], "", None
        self.feed(str(html))

    def handle_starttag(self, tag, attrs):
        if tag == "data":
            self._open = dict(attrs)

    def handle_endtag(self, tag):
        if tag == "data":
            self._open = None

    def handle_data(self, text):
        if self._open is None:
            self.plain += text
        else:
            self.found.append((self._open["data-cell"], float(self._open["value"]), text))


def everything(said):
    return Numbers(str(said.lead) + "".join(map(str, said.sentences)))


def selector(code):
    return code.split("+")


def asked_again(result, address):
    """The raw value of a cell, computed from the Result by other means than the page's."""
    kind, *rest = address.split(" ")
    if kind == "record":
        return {
            "draws": result.record["draws"],
            "years": len(result.years),
            "years[0]": result.years[0],
            "years[1]": result.years[-1],
            "fields": len(result.fields),
            "answer_year": answer_year(result.documents[result.scenarios[1]], result.years),
        }[rest[0]]
    if kind == "result":
        return result.failures[rest[1]]
    measure, worlds, place, year, *how, part = rest
    scenario, year = worlds.removesuffix("-baseline"), int(year)
    if kind == "count":
        table = result.effects_by_state(measure, scenario, year=year, relative=True).drop_nulls("mean")
        gain, lose = (table["low"] > 0).sum(), (table["high"] < 0).sum()
        return {"states": len(table), "gain": gain, "lose": lose, "unsure": len(table) - gain - lose}[part]
    sides = [selector(p) for p in place.split("~")]
    if measure in cells.PAIR_MEASURES and measure != "peace_level":
        one = by_hand(result, measure, scenario, sides, year)
        if kind == "effect":
            two = by_hand(result, measure, "baseline", sides, year)
            one = one / two - 1 if "relative" in how else one - two
        return getattr(summary(one, ""), part)
    where = {"state": sides[0], "year": year, "how": how[0]}
    if len(sides) == 2:
        where["partner"] = sides[1]
    if kind == "level":
        return getattr(result.level(measure, scenario, **where), part)
    return getattr(result.effect(measure, scenario, relative="relative" in how, **where), part)


def by_hand(result, measure, scenario, sides, year):
    a, b = (result.selected(s) for s in sides)
    if measure == "warm_pairs":
        level = [result.values("peace_level", scenario, state=i, partner=j, year=year) for i in a for j in b]
        lost = np.isnan(level[0])
        return np.where(lost, np.nan, np.mean([x >= 0.75 for x in level], axis=0))
    if measure == "ideal_distance":
        point = {s: result.values("ideal_point", scenario, state=s, year=year) for s in (*a, *b)}
        return np.mean([np.abs(point[i] - point[j]) for i in a for j in b], axis=0)
    flows = [(i, j) for i in a for j in b] + [(j, i) for i in a for j in b]
    return np.sum(
        [result.values("trade_flow", scenario, state=i, partner=j, year=year) for i, j in flows], axis=0
    )


def test_every_number_is_the_cell_that_it_names(result):
    numbers = everything(words.answer(result, "friendship"))
    assert len(numbers.found) > 25
    for address, value, _ in numbers.found:
        assert value == pytest.approx(float(asked_again(result, address)), rel=1e-5, abs=1e-9), address


def test_no_number_stands_outside_a_cell(result):
    numbers = everything(words.answer(result, "friendship"))
    said = re.sub(r"in at least 95.%", "", numbers.plain).replace(", 10 years after", "")
    said = said.replace("severe rivalry (0) to security community (1)", "")
    assert not re.findall(r"\d", said)


def test_the_text_of_a_number_is_its_value_in_display_units(result):
    for address, value, text in everything(words.answer(result, "friendship")).found:
        digits = re.sub(r"[^\d.\-]", "", text.replace(cells.MINUS, "-"))
        shown, half = float(digits), 0.5 * 10 ** -len(digits.partition(".")[2])
        scale = 1.0
        if address.startswith(("effect", "level")):
            scale = 100.0 if "relative" in address or "warm_pairs" in address else 1.0
        if "ideal" in address or "warm" in address or "mean" in address:  # a size without its sign
            shown, value = abs(shown), abs(value)
        assert shown == pytest.approx(value * scale, abs=half * 1.0001, rel=0), (address, text)


def test_other_results_give_other_numbers(result):
    before = everything(words.answer(result, "friendship"))
    changed = fake(income=CLEAR | {"RUS": (-0.05, 0.002)}, failed=(3,), peace=0.25)
    after = everything(words.answer(changed, "friendship"))
    income = [
        v
        for a, v, _ in before.found
        if a.startswith("effect real_income") and " RUS " in a and a.endswith("mean")
    ]
    other = [
        v
        for a, v, _ in after.found
        if a.startswith("effect real_income") and " RUS " in a and a.endswith("mean")
    ]
    assert income[0] == pytest.approx(0.02, abs=0.002)
    assert other[0] == pytest.approx(-0.05, abs=0.002)
    text = " ".join(s.striptags() for s in words.answer(changed, "friendship").sentences)
    assert re.search(r"Real income is 5(\.\d)? % lower in Russia", text)
    assert "largest such loss is Russia’s" in text


def test_an_interval_over_zero_is_said_to_tell_nothing():
    unclear = fake(
        income={"RUS": (0.001, 0.01), "DEU": (0.004, 0.0001), "USA": (0.004, 0.0001), "POL": (0.004, 0.0001)}
    )
    sentence = next(
        s.striptags() for s in words.answer(unclear, "friendship").sentences if s.startswith("Real income")
    )
    russia, nato = re.fullmatch(r"(.*\)); (is .*)", sentence).groups()
    assert "is not clearly higher or lower in Russia" in russia
    assert "higher in NATO" in nato


def test_nothing_changes_is_said_in_one_sentence():
    said = words.answer(fake((NOTHING,)), "nothing-changes")
    assert said.unchanged
    assert len(said.sentences) == 1
    assert said.sentences[0].striptags().startswith("Nothing changes: each of the 8 quantities")
    for address, value, _ in everything(said).found:
        assert value == asked_again(fake((NOTHING,)), address)


def test_one_changed_cell_is_not_nothing():
    result = fake((NOTHING,))
    moved = result._cache["nothing-changes/gdp"].copy()
    moved[5, -1, 2] += 1
    result._cache["nothing-changes/gdp"] = moved
    assert not words.answer(result, "nothing-changes").unchanged


def test_failed_draws_are_named_and_left_out(result):
    said = words.answer(result, "friendship")
    assert "1 of the pairs are left out" in said.lead.striptags()
    assert (
        cells.effect(
            result,
            "real_income",
            "friendship",
            parties(result.documents["friendship"], result.index)[:1],
            2037,
        ).estimate.n
        == 39
    )


def test_who_a_scenario_is_about_comes_from_its_moves():
    result = fake((KOREA,), income={"KOR": (0.02, 0.001), "PRK": (0.1, 0.01)})
    document = result.documents["korea"]
    assert [p.label for p in pairs(document, result)[0]] == ["South Korea", "North Korea"]
    text = " ".join(s.striptags() for s in words.answer(result, "korea").sentences)
    assert "between South Korea and North Korea" in text
    assert "Russia" not in text.split("Of 7 states")[0]


def test_a_side_without_data_is_said_to_have_none():
    fiji = FRIENDSHIP | {
        "interventions": [
            {
                "do": "shift",
                "field": "peace_level",
                "at": {"between": ["RUS", "FJI"]},
                "by": 0.5,
                "start": 2027,
                "why": "test",
            }
        ],
        "watch": [["RUS", "FJI"]],
    }
    text = " ".join(s.striptags() for s in words.answer(fake((fiji,), income=CLEAR), "friendship").sentences)
    assert "cannot be given for Fiji, for want of data" in text
    assert "nan" not in text


def test_numbers_are_written_for_people():
    assert cells.written(-1234.5, 0) == "−1\u202f234"
    assert cells.written(-0.0001, 2) == "0.00"
    assert cells.written(0.2, 1, sign=True) == "+0.2"
    assert cells.decimals([12.0, 3.0]) == 0
    assert cells.decimals([0.0123, 0.001]) == 3
    assert cells.share(99.9) == "over 99\u202f%"
    assert cells.share(0.1) == "under 1\u202f%"
    assert cells.share(100.0) == "100\u202f%"


def test_a_bound_that_is_not_zero_is_not_written_as_zero(result):
    cell = cells.effect(
        result, "real_income", "friendship", parties(result.documents["friendship"], result.index)[:1], 2037
    )
    narrow = replace(cell, estimate=replace(cell.estimate, mean=0.12, low=0.0003, high=0.25))
    assert narrow.sure
    assert float(narrow.text("low").split("\u202f")[0]) > 0


def test_one_sided_doubt_is_not_called_doubt_of_direction(result):
    sides = parties(result.documents["friendship"], result.index)[:1]
    cell = cells.effect(result, "real_income", "friendship", sides, 2037)
    atzero = replace(cell, estimate=replace(cell.estimate, mean=0.1, low=0.0, high=0.3))
    across = replace(cell, estimate=replace(cell.estimate, mean=0.1, low=-0.1, high=0.3))
    assert words._points(atzero, "more", "less").striptags().startswith("perhaps more, perhaps the same (")
    assert words._points(across, "more", "less").striptags().startswith("no clear difference (")
    assert words._clause(atzero).striptags().startswith("is perhaps higher, perhaps the same in Russia (")


def between_levels(here, there):
    result = fake(income=CLEAR)
    levels = {"baseline": here, "friendship": there}
    result._cache |= {
        f"{s}/peace_level": np.full_like(result._cache["baseline/peace_level"], x) for s, x in levels.items()
    }
    return result


def test_the_level_of_peace_comes_first_and_is_named_by_its_steps():
    text = words.answer(between_levels(0.25, 0.5), "friendship").sentences[0].striptags()
    level, warm = text.removesuffix(".").split(". The share")
    assert level.startswith("The level of peace between Russia and NATO, on a scale from severe rivalry (0) ")
    assert "is 0.50 (about negative peace) with the premise and 0.25 (about lesser rivalry) without" in level
    assert "0.25 points higher" in level
    assert warm == " of their relations at warm peace or better stays exactly at 0 %"
    other = words.answer(between_levels(0.6, 0.35), "friendship").sentences[0].striptags()
    assert "0.35 (between lesser rivalry and negative peace) with the premise" in other
    assert "0.60 (between negative peace and warm peace) without" in other
    assert "0.25 points lower" in other


def test_steps_are_named_only_where_the_declaration_names_all_of_them(result):
    assert [n for _, n in words.steps(result, "peace_level")][1:3] == ["lesser rivalry", "negative peace"]
    assert words.steps(result, "real_income") == []
