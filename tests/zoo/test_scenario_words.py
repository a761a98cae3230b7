"""Words of scenario files: what they expand to must exist in the engine."""

from detente.api import laboratory
from detente.mechanisms.vocabulary import WORDS, TradeOpening


def test_a_trade_opening_lowers_the_cost_of_trade_both_ways():
    word = TradeOpening(use="trade_opening", between=("USA", "CHN"), log_points=0.2, start=2030, ramp=3, why="a treaty")
    (move,) = word.expand()
    assert (move["field"], move["to"], move["at"]) == ("trade_cost", -0.2, {"between": ("USA", "CHN")})


def test_every_field_that_a_word_names_is_in_the_model():
    import inspect
    import re

    model, _ = laboratory()
    for name, word in WORDS.items():
        for field in re.findall(r'"field": "(\w+)"', inspect.getsource(word)):
            assert field in model.fields, (name, field)
