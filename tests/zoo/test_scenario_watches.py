"""What shipped scenarios keep of themselves: a bid watches its voters; a scenario on top of another holds it whole."""

from pathlib import Path

import pytest

from detente.mechanisms.written import load_all
from detente.model.documents import read_document

FOLDER = Path(__file__).parents[2] / "scenarios"
BIDS = [
    (path.stem, move["bloc"], who)
    for path in sorted(FOLDER.glob("*.yaml"))
    for move in read_document(path).content.get("interventions", ())
    if move.get("use") == "apply_to_join"
    for who in ([move["who"]] if isinstance(move["who"], str) else move["who"])
]
SHIPPED = {written.scenario.id: written.scenario for written in load_all(FOLDER)}


def states(selector):
    return {selector} if isinstance(selector, str) else set(selector)


def test_there_are_bids():
    assert {name for name, _, _ in BIDS} >= {"russia-joins-nato", "ukraine-and-georgia-join", "molotov-1954"}


@pytest.mark.parametrize(("name", "bloc", "who"), BIDS)
def test_a_bid_watches_the_votes_on_it(name, bloc, who):
    watched = SHIPPED[name].watch
    assert any(f"bloc:{bloc}" in states(rows) and who in states(columns) for rows, columns in watched)


def test_the_battalions_go_home_from_the_friendship_and_nothing_else_differs():
    friends, home = (
        [move.model_dump(exclude={"why"}) for move in SHIPPED[name].interventions]
        for name in ("russia-nato-friendship", "battalions-home")
    )
    assert home[: len(friends)] == friends
    assert {move["field"] for move in home[len(friends) :]} == {"forward_troops"}
