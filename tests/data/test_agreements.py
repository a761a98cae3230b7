"""Trade agreements in force: rules on small lists of treaties, and known cases in the bundle."""

import polars as pl
import pytest

from detente.data import bundle
from detente.data.tables_agreements import merged, spells_table
from detente.model.errors import DetenteError

EU = [
    ("EU", "DEU", 1958, None),
    ("EU", "FRA", 1958, None),
    ("EU", "GBR", 1973, 2020),
    ("EU", "POL", 2004, None),
]


def treaties(*rows):
    columns = ("one", "two", "number", "base", "entry", "signed", "in_force")
    return pl.DataFrame(
        [(x, y, str(n), n, "base_treaty", year or 2000, year) for x, y, n, year in rows],
        schema=dict(zip(columns, (pl.String,) * 3 + (pl.Int32, pl.String, pl.Int32, pl.Int32), strict=True)),
        orient="row",
    )


def spells(*rows):
    return spells_table(treaties(*rows), EU).rows()


def test_spells_that_touch_are_one():
    assert merged([(2000, 2004), (1990, 1994), (2005, 2010), (1992, 1993)]) == [(1990, 1994), (2000, 2010)]


def test_what_never_came_into_force_does_not_count():
    assert spells(("USA", "JPN", 9, None)) == []


def test_a_state_has_no_agreement_before_it_exists():
    assert spells(("RUS", "UKR", 9, 1980)) == [("RUS", "UKR", 1991, None, "free_trade")]


def test_a_state_that_joins_the_union_ends_what_the_union_has_not():
    alone = spells(("POL", "UKR", 9, 1998))
    assert [r[2:4] for r in alone] == [(1998, 2003)]
    with_union = spells(("POL", "UKR", 9, 1998), ("DEU", "UKR", 10, 2000), ("FRA", "UKR", 10, 2000))
    assert ("POL", "UKR", 1998, None, "free_trade") in with_union


def test_the_union_takes_its_treaties_along_when_a_member_leaves():
    union = [(m, "CHL", 11, 2003) for m in ("DEU", "FRA", "GBR", "POL")]
    assert [r[2:4] for r in spells(*union) if "GBR" in r[:2]] == [(2003, 2020)]
    assert [r[2:4] for r in spells(*union, ("GBR", "CHL", 12, 2021)) if "GBR" in r[:2]] == [(2003, None)]


def test_preferences_and_plans_are_of_another_kind():
    kinds = {
        r[4] for r in spells(("FRA", "SEN", 584, 1976), ("KEN", "SEN", 988, 2019), ("CIV", "SEN", 5, 1990))
    }
    assert kinds == {"one_way", "framework", "free_trade"}


def test_known_cases_in_the_bundle():
    table = bundle.table("agreements")

    def of(x, y):
        both = pl.col("a").is_in([x, y]) & pl.col("b").is_in([x, y]) & (pl.col("kind") == "free_trade")
        return [r[2:4] for r in table.filter(both).rows()]

    assert of("USA", "MEX") == [(1994, None)]
    assert of("EST", "UKR") == [(1996, 2003), (2017, None)]
    assert of("USA", "GBR") == []
    assert of("RUS", "DEU") == []
    assert of("DEU", "CHL") == [(2003, None)]
    assert table.filter(pl.col("a") == pl.col("b")).height == 0
    assert table.filter(pl.col("end") < pl.col("start")).height == 0


def test_no_name_of_a_treaty_ships():
    assert bundle.table("agreements").columns == ["a", "b", "start", "end", "kind"]
    with pytest.raises(DetenteError, match="agreements"):
        bundle.table("agreement")


def test_the_panel_of_pairs_has_it():
    from detente.data import panel

    made = panel.dyad_years(1993, 1994).add("trade_agreement")
    both = made.frame.filter(pl.col("a").is_in(["USA", "MEX"]) & pl.col("b").is_in(["USA", "MEX"])).sort(
        "year"
    )
    assert both["trade_agreement"].to_list() == [False, True]
    assert any("DESTA" in c or "Baccini" in c for c in made.citations)
