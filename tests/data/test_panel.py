"""Panels: the sentence, the citations, the gaps, and what unknown names are answered with."""

import polars as pl
import pytest

from detente.data.panel import dyad_years, names, state_years
from detente.model.errors import DetenteError


@pytest.fixture(scope="module")
def pairs():
    return dyad_years(2013, 2020).add(*names())


def value(panel, column, a, b, year):
    return panel.frame.filter((pl.col("a") == a) & (pl.col("b") == b) & (pl.col("year") == year))[column].item()


def test_states_in_one_sentence():
    panel = state_years(1990, 2020).add("gdp_real", "polyarchy")
    assert panel.frame.columns == ["state", "year", "gdp_real", "polyarchy"]
    assert any("V-Dem" in c for c in panel.citations)
    assert not any("ATOP" in c for c in panel.citations)
    assert panel.frame.filter((pl.col("state") == "DDR") & (pl.col("year") == 1991)).height == 0


def test_adding_keeps_the_rows(pairs):
    bare = dyad_years(2013, 2020).frame
    assert pairs.frame.select("a", "b", "year").equals(bare)


def test_figures(pairs):
    assert value(pairs, "peace_level", "USA", "RUS", 2015) == 0.25
    assert value(pairs, "defence_pact", "USA", "POL", 2015) is True
    assert value(pairs, "defence_pact", "USA", "RUS", 2015) is False
    assert value(pairs, "land_border", "POL", "RUS", 2015) is True
    assert value(pairs, "min_distance", "RUS", "UKR", 2015) == pytest.approx(0, abs=1)
    assert value(pairs, "sanction", "USA", "RUS", 2015) is True
    assert value(pairs, "rivalry", "USA", "RUS", 2015) is True
    assert value(pairs, "trade", "DEU", "RUS", 2013) == pytest.approx(46_500 + 24_600, rel=0.01)
    assert value(pairs, "ideal_point_distance", "USA", "RUS", 2015) > 1


def test_after_the_coding_it_is_unknown_and_not_no(pairs):
    assert value(pairs, "land_border", "POL", "RUS", 2018) is None
    assert value(pairs, "min_distance", "POL", "RUS", 2020) is None
    assert value(pairs, "peace_level", "BOL", "TUV", 2015) is None


def test_gaps(pairs):
    gaps = pairs.gaps()
    border = gaps.filter(pl.col("column") == "land_border")
    assert border["last"].item() == 2016
    assert 0 < border["share"].item() < 1


def test_all_wrong_names_at_once():
    with pytest.raises(DetenteError) as told:
        dyad_years(1990, 1991).add("peace_lvl", "trade", "idealpoint_distance")
    assert "peace_level" in str(told.value)
    assert "ideal_point_distance" in str(told.value)


@pytest.mark.parametrize(("first", "last"), [(1900, 2000), (1990, 2030), (2000, 1990)])
def test_years_that_are_not_there(first, last):
    with pytest.raises(DetenteError):
        state_years(first, last)
