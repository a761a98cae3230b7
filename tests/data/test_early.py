"""Worlds before 1991: the states of the day in their borders, and clean gaps where nothing is on record."""

import numpy as np
import polars as pl
import pytest

from detente.api import laboratory
from detente.data.bundle import table
from detente.data.start import FIRST, observed
from detente.data.start_states import growth_record, moved
from detente.data.tables_early import backwards, part, same_borders
from detente.mechanisms import EARLIEST, HINDSIGHT, default_model, hindsight
from detente.model.errors import DetenteError

MUST = (
    "gdp",
    "population",
    "capability",
    "personnel",
    "baseline_growth",
    "exports",
    "polyarchy",
    "milex_share",
)
ASIDE = ("arms_base", "oil_path", "gas_price", "opinion", "price_level", "governance", "tourist_base")


@pytest.fixture(scope="module")
def starts():
    return {year: observed(year) for year in (FIRST, 1953, 1970, 1989)}


def cell(start, field, *states):
    return start.values[field][tuple(start.index.position(s) for s in states)]


@pytest.mark.parametrize("year", [FIRST, 1953, 1970, 1989])
def test_what_a_run_needs_is_known_of_most_states(starts, year):
    start = starts[year]
    for field in MUST:
        assert np.isfinite(start.values[field]).mean() > 0.85, field
    for state in ("USA", "RUS", "GBR", "FRA", "TUR", "IND"):
        for field in (*MUST, "milex", "ideal_point"):
            assert np.isfinite(cell(start, field, state)), (state, field)
        assert np.isfinite(cell(start, "base_flow", state, state)), state
    apart = ~np.eye(len(start.index), dtype=bool)
    assert np.isfinite(start.values["peace_level"][apart]).all()
    assert set(default_model(year).needed_at_start) <= set(start.values)


def test_the_states_are_those_of_the_day_by_their_names(starts):
    then = starts[1953].index
    assert not {"DEU", "AUT", "UKR", "EST", "DDR"} & set(then.states)
    assert {"RUS", "CSK", "SRB", "TWN"} <= set(then.states)
    assert then.name("RUS") == "Soviet Union"
    assert then.name("SRB") == "Yugoslavia"
    assert starts[1989].index.name("DEU") == "West Germany"
    assert observed(1990).index.name("DEU") == "Germany"
    assert observed(1991).index.name("RUS") == "Russia"
    assert len(then.blocs["NATO"]) == 14
    assert "EU" not in then.blocs
    assert "WARSAW_PACT" not in then.blocs


def test_money_and_people_are_those_of_the_whole_union(starts):
    then = starts[1953]
    assert cell(then, "population", "RUS") == pytest.approx(
        189e6, rel=0.01
    )  # the Russian republic had 107 million
    assert cell(then, "base_gdp_usd", "USA") == pytest.approx(389, rel=0.01)
    ratio = cell(then, "gdp", "RUS") / cell(then, "gdp", "USA")
    assert ratio == pytest.approx(907.6 / 2709.8, rel=0.01)  # Maddison's
    assert 0.1 < cell(then, "milex_share", "USA") < 0.15
    assert 0.1 < cell(then, "milex_share", "RUS") < 0.25
    burden = table("early").filter(pl.col("milex_rule") != "wdi")["milex_share"]
    assert burden.max() <= 0.5
    assert cell(starts[1989], "population", "DEU") == pytest.approx(62e6, rel=0.01)


def test_halves_of_a_land_add_up_and_a_union_is_no_growth():
    early, late = table("early"), table("state_year")
    halves = early.filter(pl.col("state").is_in(["DEU", "DDR"]) & (pl.col("year") == 1980))["gdp_real"].sum()
    whole = late.filter((pl.col("state") == "DEU") & (pl.col("year") == 1980))["gdp_real"].item()
    assert halves == pytest.approx(whole, rel=1e-5)
    states, years = ("DEU", "USA", "PAK"), range(1970, 1991)
    gap = np.isnan(moved(states, years))
    assert gap[:, 0].tolist() == [y == 1990 for y in years[1:]]
    assert gap[:, 2].tolist() == [y == 1972 for y in years[1:]]
    assert not gap[:, 1].any()
    assert abs(growth_record(states, 1990)[np.isfinite(growth_record(states, 1990))]).max() < 0.15


def test_the_long_record_moves_the_first_known_level():
    known, longer = {1960: 10.0, 1961: 11.0}, {1958: 1.0, 1959: 2.0, 1960: 4.0}
    assert backwards(known, longer) == {1958: 2.5, 1959: 5.0, 1960: 10.0, 1961: 11.0}
    assert backwards(known, {1950: 1.0}) == known
    people = {"DEU": {1970: 60.0}, "DDR": {1970: 20.0}}
    assert part("DEU", 1970, people) == 0.75
    assert part("DEU", 1970, {"DEU": {1970: 60.0}}) is None
    assert part("FRA", 1970, {}) == 1.0
    assert not same_borders("VNM", 1975)
    assert same_borders("VNM", 1976)


@pytest.mark.parametrize("field", ASIDE)
def test_what_is_not_on_record_is_missing_and_said(starts, field):
    start = starts[1953]
    off = ~np.eye(len(start.index), dtype=bool)
    value = start.values[field]
    assert not np.isfinite(value[off] if value.ndim == 2 else value).any()
    if field in start.notes:
        said = start.notes[field]
        assert said.observed == 0
        assert said.rule


def test_a_start_before_the_record_is_refused_with_the_reason():
    with pytest.raises(DetenteError, match=r"1949; sanctions, output .* from 1950.*\n.*1950 to 2024"):
        observed(FIRST - 1)


def test_later_starts_do_not_read_the_long_record(monkeypatch):
    import detente.data.start_states as module

    whole = module.table
    monkeypatch.setattr(module, "table", lambda name: pytest.fail("read") if name == "early" else whole(name))
    observed(1991)


def test_hindsight_is_said_where_there_is_some():
    assert str(EARLIEST) in hindsight(1953)
    assert "1953" in hindsight(1953)
    assert hindsight(EARLIEST) == ""
    _, then = laboratory(1953)
    assert then.notes[HINDSIGHT].rule == hindsight(1953)
    _, later = laboratory(1991)
    assert HINDSIGHT not in later.notes


def test_earliest_estimates_serve_earlier_starts():
    def priors(year):
        return [p.model_dump() for p in default_model(year).parameters]

    assert priors(1953) == priors(EARLIEST)


@pytest.mark.slow
@pytest.mark.parametrize("year", [1953, 1960, 1970, 1975, 1980, 1985, 1989])
def test_unknowns_do_not_spread(year):
    from detente.api import what_if

    result = what_if(draws=2, years=(year + 1, year + 5), start=year)
    assert result.failures == {"baseline": 0}

    def known(field, y):
        return np.isfinite(result.values(field, "baseline", state="all", year=y, how="each")).all(axis=0)

    assert known("gdp", year + 5).mean() > 0.95
    assert (known("gdp", year + 5) == known("gdp", year + 1)).all()
    # spending is lost only where the state's own trade, and so its income, was never known
    lost = known("milex_share", year + 1) & ~known("milex_share", year + 5)
    assert not (lost & known("real_income", year + 1)).any()
    assert known("milex_share", year + 5).mean() > 0.78
    peace = result.values(
        "peace_level", "baseline", state="RUS", partner="bloc:NATO", year=year + 5, how="each"
    )
    assert np.isfinite(peace).all()
