"""Records of the economy and of gas: by hand on small tables, then on the shipped ones against known facts."""

import numpy as np
import polars as pl
import pytest

from detente.judge.record import measure
from detente.model.errors import DetenteError

SMALL = {
    "economy": pl.DataFrame(
        {
            "state": ["A", "A", "B", "B", "C"],
            "year": [2000, 2010, 2000, 2010, 2010],
            "fdi": [2.0, 4.0, None, 1.0, 1.0],
            "debt": [0.5, 0.8, 0.1, 0.2, None],
            "arms_exports": [10.0, 5.0, 1.0, 30.0, 20.0],
        }
    ),
    "state_year": pl.DataFrame(
        {
            "state": ["USA", "USA", "A", "A", "A", "A", "B", "B", "B", "B"],
            "year": [2000, 2010, 2000, 2005, 2010, 2011, 2000, 2005, 2010, 2011],
            "gdp_usd": [100e9, 300e9, 50e9, 50e9, 50e9, None, 50e9, 100e9, 150e9, 9e9],
            "gdp_real": [200.0, 300.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0],
            "milex_share": [None, None, 0.06, 0.03, 0.03, 0.03, 0.04, 0.04, 0.02, 0.02],
            "cinc": [0.2, 0.2, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
        }
    ),
    "arms": pl.DataFrame(
        [(2010, "A", "X", 0.3), (2010, "A", "Y", 0.2), (2010, "B", "Y", 0.1), (2010, "A", "Z", 0.4)],
        schema=["window", "seller", "buyer", "share"],
        orient="row",
    ),
    "blocs": pl.DataFrame(
        {"bloc": ["CLUB", "CLUB"], "state": ["X", "Y"], "from_year": [1990, 2000], "to_year": [None, None]},
        schema_overrides={"to_year": pl.Int64},
    ),
    "tourism": pl.DataFrame(
        [("A", "X", 2018, 3.0), ("A", "Y", 2018, 1.0), ("B", "X", 2018, 5.0), ("A", "X", 2016, 9.0)],
        schema=["origin", "destination", "year", "tourists"],
        orient="row",
    ),
    "input_origin": pl.DataFrame(
        [(2011, "X", "A", 0.04), (2011, "Y", "A", 0.02), (2011, "B", "A", 0.1), (2011, "X", "B", 0.5)],
        schema=["year", "exporter", "importer", "share"],
        orient="row",
    ),
    "sector_trade_2013": pl.DataFrame(
        [("energy", "A", "B", 6.0), ("metals", "A", "B", 2.0), ("energy", "B", "A", 50.0)],
        schema=["sector", "exporter", "importer", "value"],
        orient="row",
    ),
    "sector_flows": pl.DataFrame(
        [
            ("energy", "A", "A", 90.0),
            ("energy", "A", "B", 3.0),
            ("metals", "A", "B", 1.0),
            ("services", "A", "B", 9.0),
        ],
        schema={
            "sector": pl.Categorical,
            "exporter": pl.Categorical,
            "importer": pl.Categorical,
            "value": float,
        },
        orient="row",
    ),
    "pacts": pl.DataFrame(
        [("A", "B", y, True) for y in (2000, 2001, 2002)]
        + [("A", "C", 2001, True), ("A", "C", 2002, True), ("A", "D", 2002, True), ("A", "E", 2000, False)],
        schema=["a", "b", "year", "defence"],
        orient="row",
    ),
    "gas_pipes": pl.DataFrame(
        [("A", "B", 2021, 30.0, 40.0), ("A", "B", 2023, 0.0, 50.0), ("B", "C", 2021, 10.0, 40.0)],
        schema=["from", "to", "year", "flow", "nameplate"],
        orient="row",
    ).vstack(
        pl.DataFrame(
            [("B", "C", 2023, 1.0, 20.0)], schema=["from", "to", "year", "flow", "nameplate"], orient="row"
        )
    ),
}


def small(name):
    return SMALL[name]


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        # 4 billion of 2010, when a dollar bought half of what it bought in 2000
        ("direct_investment", {"state": "A", "year": 2010, "prices": 2000}, 2.0),
        ("direct_investment", {"state": "A", "year": 2000, "prices": 2010, "part": 0.5}, 2.0),
        ("government_debt", {"state": "A", "year": 2010}, 40.0),
        ("government_debt", {"state": "A", "year": 2010, "share": True}, 0.8),
        ("government_debt", {"state": "A", "year": 2010, "share": True, "minus_year": 2000}, 0.3),
        ("arms_rank", {"seller": "A", "years": [2000, 2010]}, 3),
        ("arms_rank", {"seller": "A", "years": [2000, 2000]}, 1),
        ("largest_seller_share", {"buyers": "bloc:CLUB", "window": 2010}, 0.5 / 0.6),
        ("arms_buyer_place", {"seller": "A", "buyers": "bloc:CLUB", "window": 2010}, 2),
        ("visitors", {"origin": "A", "destination": "bloc:CLUB", "year": 2018}, 4.0),
        ("visitors", {"origin": "all", "destination": "X", "year": 2018, "part": 0.5}, 4.0),
        ("inputs_from", {"sellers": "bloc:CLUB", "buyer": "A", "year": 2011, "part": 0.5}, 0.03),
        ("sectors_in_exports", {"exporter": "A", "sectors": ["energy"], "year": 2013}, 0.75),
        ("sectors_in_exports", {"exporter": "A", "sectors": ["energy"], "year": 2022}, 0.75),
        ("trend", {"column": "cinc", "state": "A", "years": [2000, 2010]}, -0.2),
        ("defence_partners_trend", {"state": "A", "years": [2000, 2002]}, 10.0),
        ("pipeline_capacity", {"legs": {"A-B": 0.5, "B-C": 1.0}, "used": 0.9}, 0.9 * 45),
        ("pipeline_use", {"legs": ["A-B", "B-C"], "year": 2021}, 0.5),
    ],
)
def test_by_hand(name, given, expected):
    assert measure(name, given, small).value == pytest.approx(expected)


def test_trend_of_a_share_of_the_world():
    found = measure(
        "trend", {"column": "gdp_usd", "state": "A", "years": [2000, 2010], "of_world": True}, small
    )
    shares = [50 / 200, 50 / 150, 50 / 500]
    assert found.value == pytest.approx(np.polyfit([2000, 2005, 2010], shares, 1)[0] * 10)


def test_consumption_hangs_on_what_was_freed_and_where_it_goes():
    given = {"states": ["A", "B"], "held_at": 2000, "years": [2005, 2005]}
    found = measure("consumption_without_cut", given, small)
    freed = (50 * 0.03 + 50 * 0.0) / 100
    assert found.high == pytest.approx(freed / 0.75, rel=1e-3)  # all of it consumed, 0.75 of output
    assert 0 <= found.low < found.value <= found.high
    assert "1.50%" in found.remark


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("direct_investment", {"state": "B", "year": 2000, "prices": 2010}),
        ("government_debt", {"state": "C", "year": 2010}),
        ("arms_rank", {"seller": "Q", "years": [2000, 2010]}),
        ("largest_seller_share", {"buyers": "bloc:CLUB", "window": 1968}),
        ("visitors", {"origin": "A", "destination": "X", "year": 1999}),
        ("inputs_from", {"sellers": "X", "buyer": "Q", "year": 2011}),
        ("sectors_in_exports", {"exporter": "A", "sectors": ["energy"], "year": 2015}),
        ("trend", {"column": "cinc", "state": "A", "years": [2010, 2010]}),
        ("pipeline_capacity", {"legs": {"A-Q": 1.0}}),
        ("pipeline_use", {"legs": ["A-B", "A-Q"], "year": 2021}),
    ],
)
def test_what_the_tables_lack_is_an_error_and_not_a_number(name, given):
    with pytest.raises(DetenteError, match="the observed panel has no"):
        measure(name, given, small)


# --- on the shipped tables --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "expected", "tolerance"),
    [
        ("direct_investment", {"state": "RUS", "year": 2013, "prices": 2013}, 69.2, 0.1),
        ("government_debt", {"state": "RUS", "year": 2018}, 225, 10),
        ("government_debt", {"state": "UKR", "year": 2021, "share": True}, 0.49, 0.01),
        ("arms_rank", {"seller": "RUS", "years": [2014, 2018]}, 2, 0),
        ("arms_rank", {"seller": "RUS", "years": [2019, 2023]}, 3, 0),
        (
            "sectors_in_exports",
            {"exporter": "RUS", "sectors": ["energy", "refining"], "year": 2013},
            0.71,
            0.02,
        ),
        ("visitors", {"origin": "all", "destination": "RUS", "year": 2018}, 24.6, 0.5),
        ("gas_cut_years", {"seller": "RUS", "since": 1992, "until": 2022}, 6 / 31, 1e-9),
    ],
)
def test_published_facts_come_out(name, given, expected, tolerance):
    assert measure(name, given).value == pytest.approx(expected, abs=tolerance)


def test_no_european_state_was_among_the_six_largest_buyers_of_american_arms():
    given = {"seller": "USA", "buyers": ["bloc:NATO", "-USA", "-CAN"], "window": 2018}
    assert measure("arms_buyer_place", given).value > 6


def test_europe_leaned_on_russian_gas_more_than_it_does():
    then, now = (
        measure("gas_share", {"buyers": "bloc:EU", "seller": "RUS", "year": y, "of": "imports"}).value
        for y in (2021, 2023)
    )
    assert 0.35 < then < 0.46
    assert now < 0.2


def test_withholding_more_gas_raises_the_price_more():
    some, much = (
        measure("withholding_price", {"seller": "RUS", "bcm": bcm, "year": 2021}) for bcm in (30, 100)
    )
    assert 0 < some.value < much.value
    assert much.low < much.value < much.high
    with pytest.raises(DetenteError, match="gas hub 'Paris'"):
        measure("withholding_price", {"seller": "RUS", "bcm": 10, "year": 2021, "hub": "Paris"})


def test_a_share_of_what_is_refused():
    with pytest.raises(DetenteError, match="valid: use, imports"):
        measure("gas_share", {"buyers": "DEU", "seller": "RUS", "year": 2021, "of": "money"})
