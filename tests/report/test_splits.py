"""Rival theories are shown apart where a mean over them would describe no world."""

import re

import numpy as np
import pytest
from report_fake import fake
from test_words import Numbers, asked_again

from conftest import CLEAR
from detente.report import cells, splits, words
from detente.report.page import page
from detente.report.parties import party
from detente.report.tables import headlines
from detente.report.terminal import show_summary
from detente.run.estimate import summary

CARD = {
    "name": "trade.rupture",
    "unit": "theory",
    "basis": "judgement",
    "source": "",
    "judgement": "nobody has measured it; even odds",
    "why": "What comes back: 'all_of_it', or <b>nothing</b>.",
    "theories": {"all_of_it": 0.5, "other": 0.5},
}


def divided(first=20, gain=0.03):
    """A run in which Russia gains ``gain`` more in the first draws, in which one theory holds."""
    result = fake(income=CLEAR, failed=(3,))
    draws = result.record["draws"]
    theory = (np.arange(draws) >= first).astype(float)
    income = result._cache["friendship/real_income"].copy()
    income[theory == 0, :, result.index.position("RUS")] *= 1 + gain
    result._cache |= {"friendship/real_income": income, "param/trade.rupture": theory}
    result.record["parameters"].append(CARD)
    return result


def found(result):
    return splits.disputes(result, headlines(result, "friendship"))


def test_eta_squared_is_the_share_between_groups():
    effect, first = np.array([1.0, 3.0, 5.0, 7.0, np.nan]), np.array([True, True, False, False, True])
    assert splits.eta_squared(effect, [first, ~first]) == pytest.approx(16 / 20)
    assert splits.eta_squared(np.ones(5), [first, ~first]) == 0.0
    assert splits.eta_squared(effect, [first, first]) == 0.0
    assert splits.eta_squared(np.full(5, np.nan), [first, ~first]) == 0.0


def test_an_effect_that_hangs_on_a_theory_is_shown_under_each():
    result = wide()
    (dispute,) = found(result)
    assert [s.title for s in dispute.splits] == ["Real income, Russia"]
    (one, here), (other, there) = dispute.splits[0].under
    assert (one, other) == ("all_of_it", "other")
    assert here.estimate.mean - there.estimate.mean == pytest.approx(0.03, abs=0.003)
    assert (here.estimate.n, there.estimate.n) == (20, 20)


def test_too_few_worlds_or_too_small_a_part_show_nothing(result):
    assert found(result) == []
    assert found(divided(first=20)) == []  # one of the twenty failed
    assert found(wide(gain=0.0)) == []
    assert not [s for s in words.answer(result, "friendship").sentences if "Theories disagree" in s]


def recomputed(result, address):
    """An effect under one theory, straight from the arrays."""
    kind, measure, worlds, place, year, *_, given, part = address.split(" ")
    parameter, theory = given.removeprefix("given:").split("=")
    holds = result.parameters[parameter] == list(CARD["theories"]).index(theory)
    here, there = (
        result.values(measure, s, state=place, year=int(year)) for s in ("baseline", worlds.partition("-")[0])
    )
    return getattr(summary((there / here - 1)[holds], ""), part)


def test_every_number_of_the_sentence_and_the_table_is_its_cell(areas):
    result = wide()
    said = words.answer(result, "friendship").sentences[-1]
    html = page(result, [], areas)
    table = html[html.index("Where theories disagree") : html.index('id="map"')]
    for text in (said, table):
        numbers = [n for n in Numbers(text).found if "given:" in n[0]]
        assert len(numbers) >= 4
        for address, value, _ in numbers:
            assert value == pytest.approx(recomputed(result, address), rel=1e-5), address
    for address, value, _ in Numbers(
        "".join(map(str, words.answer(result, "friendship").sentences[:-1]))
    ).found:
        assert value == pytest.approx(float(asked_again(result, address)), rel=1e-5, abs=1e-9)


def wide(gain=0.03):
    """As ``divided``, with twenty draws on both sides and none failed."""
    result = divided(gain=gain)
    result._cache["friendship/failed"] = np.zeros(40, bool)
    return result


def test_the_sentence_asks_the_question_of_the_card_and_keeps_hostile_text_text():
    said = words.answer(wide(), "friendship").sentences[-1]
    text = said.striptags()
    assert "What comes back: “all_of_it”, or <b>nothing</b>." in text
    assert "<b>" not in said
    assert re.search(
        r"If “all of it” holds, real income changes by \+\d\S* % in Russia; if “other” holds, real", text
    )
    assert text.endswith("(20 and 20 worlds).")


def test_the_terminal_gives_a_split_a_line(capsys):
    show_summary(wide())
    lines = capsys.readouterr().out.splitlines()
    assert [x for x in lines if "Real income, Russia, by trade.rupture: +" in x and "(20 draws)" in x]


def test_per_cents_of_next_to_nothing_give_way_to_the_difference(result):
    tiny = fake(income=CLEAR)
    base = tiny._cache["baseline/trade_flow"].copy()
    base[:10] *= 1e-4
    tiny._cache["baseline/trade_flow"] = base
    sides = (party("RUS", tiny.index), party("bloc:NATO", tiny.index))
    usual = cells.effect(result, "trade_both", "friendship", sides, 2037)
    shown = cells.effect(tiny, "trade_both", "friendship", sides, 2037)
    assert (usual.unit, shown.unit) == ("%", "billion USD a year")
    levels = [cells.draws(tiny, "trade_both", s, sides)[:, 11] for s in ("baseline", "friendship")]
    assert shown.shown("mean") == pytest.approx(np.mean(levels[1] - levels[0]) / 1000, rel=1e-5)
    assert "relative" not in shown.address
