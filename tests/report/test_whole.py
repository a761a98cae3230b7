"""The page on the shapes that ship, and on a run of mechanisms that it knows nothing about."""

import pytest
from test_page import Tree

from detente.report import words
from detente.report.page import page, world_shapes
from detente.report.terminal import show_summary
from detente.run.ensemble import Ensemble
from toy import gift, toy_model, toy_start


def holds(ring, lon, lat):
    """Whether a point lies inside a ring, by counting crossings."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def drawn_at(lon, lat):
    shapes, _ = world_shapes()
    return [s for s in shapes if sum(holds(r.tolist(), lon, lat) for r in s.rings) % 2]


def test_crimea_is_hatched_and_not_drawn_as_simply_anyones():
    found = drawn_at(34.1, 45.1)  # Simferopol
    assert [(s.state, s.hatched) for s in found] == [(None, True)]
    assert "Ukraine" in found[0].note
    assert "Russia" in found[0].note


@pytest.mark.parametrize(
    ("where", "state"), [((37.6, 55.7), "RUS"), ((30.5, 50.4), "UKR"), ((2.3, 48.8), "FRA")]
)
def test_capitals_lie_in_their_states(where, state):
    assert [s.state for s in drawn_at(*where)] == [state]


def test_every_dispute_that_cannot_be_drawn_is_named():
    _, undrawn = world_shapes()
    assert undrawn
    assert all(name and note for name, note in undrawn)


@pytest.fixture(scope="module")
def toy_run(tmp_path_factory):
    ensemble = Ensemble((gift(),), 30, range(2021, 2031))
    return ensemble.run(toy_model(), toy_start(), tmp_path_factory.mktemp("run") / "toy")


def test_a_run_of_unknown_mechanisms_has_an_answer(toy_run):
    said = words.answer(toy_run, "gift")
    text = " ".join(s.striptags() for s in said.sentences)
    assert "Wealth" in text
    assert "Aland" in text
    assert said.year == 2030


def test_a_run_of_unknown_mechanisms_has_a_page_and_a_summary(toy_run, capsys):
    html = page(toy_run, [])
    Tree(html)
    assert "A is given coins." in html
    assert "wealth of Aland moved by +5" in html
    assert "This run computes no real income by state." in html
    assert "growth.theory" in html
    assert "slow 50" in html
    show_summary(toy_run)
    assert "A gift" in capsys.readouterr().out
