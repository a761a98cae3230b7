"""The observed world at the end of a year: complete, honest about gaps, and ignorant of the future."""

import numpy as np
import polars as pl
import pytest

from detente.data import bundle, growth, peace, start_states
from detente.data.start import FIRST, NEWEST, observed
from detente.mechanisms import default_model
from detente.model.errors import DetenteError

YEARS = (NEWEST, 1991, 2001, 2014)


@pytest.fixture(scope="module")
def starts():
    return {year: observed(year) for year in YEARS}


def cell(start, field, *states):
    return start.values[field][tuple(start.index.position(s) for s in states)]


@pytest.mark.parametrize("year", YEARS)
def test_shapes_symmetry_and_bounds(starts, year):
    start, n = starts[year], len(starts[year].index)
    assert start.year == year
    for name, value in start.values.items():
        assert value.shape in ((), (n,), (n, n)), name
    for name in ("peace_level", "defence_pact", "land_border", "min_distance", "years_in_level", "relation_coded"):
        value = start.values[name]
        np.testing.assert_array_equal(value, value.T, err_msg=name)
    apart = ~np.eye(n, dtype=bool)
    assert set(np.unique(start.values["peace_level"][apart])) <= {0, 0.25, 0.5, 0.75, 1.0}
    assert (start.values["years_in_level"][apart] >= 0).all()
    assert np.nanmin(start.values["base_flow"]) >= 0
    assert np.nanmin(start.values["gdp"]) > 0


@pytest.mark.parametrize("year", YEARS)
def test_the_great_are_there(starts, year):
    start = starts[year]
    for state in ("USA", "CHN", "DEU", "RUS", "IND", "BRA"):
        for field in ("gdp", "population", "polyarchy", "ideal_point", "exports", "base_gdp_usd", "baseline_growth"):
            assert np.isfinite(cell(start, field, state)), (state, field)
        assert np.isfinite(cell(start, "base_flow", state, state)), state


def test_newest_is_the_default_and_its_blocs_are_of_that_year(starts):
    start = observed()
    assert start.year == NEWEST == 2024
    assert len(start.index) == 195
    assert len(start.index.blocs["NATO"]) == 32
    assert "GBR" not in start.index.blocs["EU"]
    assert "TUR" in start.index.blocs["EUROPEAN_NATO"]
    assert "USA" not in start.index.blocs["EUROPEAN_NATO"]
    assert len(starts[1991].index.blocs["NATO"]) == 16
    assert "GBR" in starts[2014].index.blocs["EU"]


def test_relations_of_the_day(starts):
    now, then = starts[2024], starts[2014]
    assert cell(now, "peace_level", "RUS", "UKR") == 0
    assert cell(now, "peace_level", "DEU", "RUS") == 0.25
    assert cell(now, "peace_level", "USA", "MEX") == 0.75
    assert cell(now, "peace_level", "DEU", "FRA") == 1
    assert cell(now, "peace_level", "RUS", "KAZ") == 0.75  # a sanction not answered is no rivalry
    assert cell(now, "peace_level", "RUS", "SGP") == 0.5
    assert cell(then, "peace_level", "RUS", "UKR") == 0
    assert cell(then, "years_in_level", "RUS", "UKR") == 0
    assert cell(then, "years_since_fall", "RUS", "UKR") == 0
    assert cell(now, "years_in_level", "RUS", "UKR") == 10
    assert cell(now, "years_since_fall", "DEU", "FRA") == peace.NEVER
    assert cell(now, "relation_coded", "TUV", "BOL") == 0
    assert cell(now, "land_border", "RUS", "FIN") == 1
    assert cell(now, "defence_pact", "USA", "FIN") == 1
    assert cell(then, "defence_pact", "USA", "FIN") == 0
    assert cell(now, "sanction_partial", "DEU", "RUS") == 1
    assert cell(now, "base_sanction_age", "DEU", "RUS") == 10
    assert cell(now, "sanction_age", "DEU", "RUS") == 11


def test_money_is_in_its_units(starts):
    now = starts[2024]
    assert cell(now, "gdp", "USA") == pytest.approx(28_600, rel=0.02)
    assert cell(now, "milex", "RUS") == pytest.approx(150, rel=0.05)
    assert cell(now, "base_flow", "RUS", "CHN") == pytest.approx(129_000, rel=0.01)
    assert cell(now, "base_year", "RUS") == 2023
    assert cell(now, "exports", "TWN") == pytest.approx(432_000, rel=0.1)


def test_unknown_stays_unknown(starts):
    now = starts[2024]
    assert np.isnan(cell(now, "gdp", "PRK"))
    assert np.isnan(cell(now, "milex", "ARE"))
    assert cell(now, "unreported_milex", "ARE") > 0
    assert np.isnan(cell(now, "unreported_milex", "USA"))
    assert np.isnan(cell(now, "base_flow", "PRK", "CHN"))


def test_every_observed_field_says_where_it_comes_from(starts):
    computed = default_model().owners  # a note may say from when on a field can be computed
    for start in starts.values():
        for field, said in start.notes.items():
            assert field in start.values or field in computed, field
            assert said.source
            assert said.newest <= start.year
            assert 0 <= said.observed <= 1


def without_the_future(monkeypatch, year):
    """Tables as they would be had the world ended with ``year``; later rows raise no error, they are gone."""
    whole = bundle.table

    def cut(name):
        frame = whole(name)
        if name == "projection":
            raise AssertionError("a start in the past looked at a projection")
        if "year" in frame.columns:
            frame = frame.filter(pl.col("year") <= year)
        if "start" in frame.columns:
            frame = frame.filter(pl.col("start") <= year + 1)
        if name == "blocs":
            frame = frame.filter(pl.col("from_year") <= year).with_columns(
                pl.when(pl.col("to_year") > year).then(None).otherwise("to_year").alias("to_year"))
        return frame

    for module in ("peace", "start", "start_pairs", "start_states", "start_economy", "start_arms"):
        monkeypatch.setattr(f"detente.data.{module}.table", cut)


@pytest.mark.parametrize("year", [1953, 1989, 1991, 2001, 2014, 2022])
def test_nothing_later_than_the_year_is_known(monkeypatch, year):
    free = observed(year)
    without_the_future(monkeypatch, year)
    blind = observed(year)
    assert free.index == blind.index
    for name, value in free.values.items():
        np.testing.assert_array_equal(value, blind.values[name], err_msg=name)
    for name, path in free.paths.items():
        for when, value in path.items():
            np.testing.assert_array_equal(value, blind.paths[name][when], err_msg=f"{name} {when}")


def test_projections_differ_between_past_and_present(starts):
    assert 2030 in starts[2024].paths["baseline_growth"]
    now = starts[2024].paths["baseline_growth"]
    assert not np.allclose(now[2026], now[2040], equal_nan=True)
    then = starts[2001].paths["baseline_growth"]
    np.testing.assert_array_equal(then[2002], then[2030])


@pytest.mark.parametrize("year", [FIRST - 1, NEWEST + 1])
def test_years_without_a_start_are_refused(year):
    with pytest.raises(DetenteError, match=f"{FIRST} to {NEWEST}"):
        observed(year)


@pytest.mark.parametrize("year", [FIRST, 1992, 1999, 2000, 2008, 2020, 2021, 2023])
def test_years_at_which_sources_change_hands(year):
    start = observed(year)
    assert np.isfinite(start.values["gdp"]).mean() > 0.9
    assert start.values["base_year"][0] == {2021: 2020}.get(year, year)


def test_rules_shared_with_mechanisms_are_the_same():
    alignment = pytest.importorskip("detente.mechanisms.alignment.equations")
    theirs = pytest.importorskip("detente.mechanisms.growth.equations")
    states = observed().index.states
    record = start_states.growth_record(states, 2010)
    np.testing.assert_allclose(growth.expected_growth(record), theirs.expected_growth(history=record))
    np.testing.assert_allclose(growth.growth_volatility(record), theirs.growth_volatility(history=record))
    history = start_states.series("ideal_point", states, range(1994, 2025))
    np.testing.assert_allclose(start_states.passing_part(history),
                               alignment.passing_part(history=history, gain=start_states.LASTS))


def test_a_fall_is_remembered_and_coding_is_no_fall():
    level = np.full((4, 2, 2), 0.5, dtype=float)
    level[2:] = 0.25
    coded = np.zeros_like(level, dtype=bool)
    past = peace.History((2000, 2001, 2002, 2003), level, coded)
    assert (peace.years_since_fall(past) == peace.NEVER).all()
    coded[1:] = True
    past = peace.History((2000, 2001, 2002, 2003), level, coded)
    assert (peace.years_since_fall(past) == 1).all()
    assert (peace.years_in_level(past) == 1).all()
