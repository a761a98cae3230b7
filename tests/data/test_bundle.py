"""The bundle: what ships, that it verifies itself, and that damage is noticed and named."""

import json
import shutil

import polars as pl
import pytest

from detente.data import bundle
from detente.model.errors import DetenteError

WHOLE = bundle.folder()


def test_it_is_whole_and_small():
    assert bundle.verify() == []
    assert sum(f.stat().st_size for f in WHOLE.iterdir()) <= 9e6


def test_manifest_has_no_time_and_no_place():
    text = (WHOLE / bundle.MANIFEST).read_text()
    assert "/work" not in text
    assert "/tmp" not in text
    held = json.loads(text)
    assert set(held) == {"detente", "polars", "restricted", "inputs", "tables"}
    assert all(not entry["path"].startswith("/") for entry in held["inputs"])


def test_nothing_restricted_ships():
    assert not bundle.manifest()["restricted"]
    assert not set(bundle.RESTRICTED) & set(bundle.manifest()["tables"])


def test_every_table_is_read_as_its_manifest_says():
    for name, entry in bundle.manifest()["tables"].items():
        frame = bundle.table(name)
        assert frame.height == entry["rows"]
        assert {c: str(t) for c, t in frame.schema.items()} == entry["columns"]


def test_unknown_table():
    with pytest.raises(DetenteError, match="did you mean 'trade'"):
        bundle.table("trades")


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the bundle that may be damaged."""
    place = tmp_path / "bundle"
    shutil.copytree(WHOLE, place)
    monkeypatch.setenv("DETENTE_BUNDLE", str(place))
    bundle.folder.cache_clear()
    yield place
    monkeypatch.undo()
    bundle.folder.cache_clear()


def test_one_flipped_byte_is_noticed_and_named(copy):
    path = copy / "peace.parquet"
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)
    with pytest.raises(DetenteError, match=r"peace\.parquet.*damaged") as told:
        bundle.table("peace")
    assert "detente data build" in str(told.value)
    assert bundle.table("rivalry").height > 0
    assert len(bundle.verify()) == 1


def test_a_missing_file_and_a_broken_manifest(copy):
    (copy / "blocs.parquet").unlink()
    with pytest.raises(DetenteError, match="blocs"):
        bundle.table("blocs")
    (copy / bundle.MANIFEST).write_text("{")
    with pytest.raises(DetenteError, match=r"manifest\.json"):
        bundle.table("states")


def one(name, column, **where):
    frame = bundle.table(name).filter(pl.all_horizontal([pl.col(k) == v for k, v in where.items()]))
    return frame[column].item()


def test_figures_that_are_known():
    assert one("state_year", "gdp_real", state="RUS", year=2023) == pytest.approx(2046, rel=0.02)
    assert one("state_year", "milex_share", state="RUS", year=2024) == pytest.approx(0.0705, abs=1e-3)
    assert one("state_year", "ideal_point", state="RUS", year=2024) == pytest.approx(-0.60, abs=5e-3)
    assert one("peace", "level", a="USA", b="RUS", year=2000) == 0.25
    assert one("peace", "level", a="USA", b="RUS", year=1990) is None
    assert one("trade", "value", exporter="DEU", importer="RUS", year=2013) == pytest.approx(46_500, rel=2e-3)
    assert one("conflict", "intensity", a="RUS", b="UKR", year=2024) == 2


def test_unknown_is_never_zero():
    years = bundle.table("state_year").filter(pl.col("year") == 2024)
    assert years.filter(pl.col("state") == "PRK")["gdp_real"].item() is None
    assert years.filter(pl.col("state") == "TWN")["ideal_point"].is_null().all()
    assert years["gdp_real"].min() > 0


def test_gdp_is_chained_by_growth():
    rows = bundle.table("state_year").filter(pl.col("state") == "DEU").sort("year").drop_nulls("gdp_real")
    real = dict(rows.select("year", "gdp_real").iter_rows())
    assert real[2020] / real[2019] == pytest.approx(0.961, abs=0.01)
    assert set(rows["gdp_rule"]) == {"wdi"}


def test_sanctions_expand_the_union_by_membership():
    assert one("sanctions", "partial", sender="DEU", target="RUS", year=2023)
    british = bundle.table("sanctions").filter((pl.col("sender") == "GBR") & (pl.col("target") == "RUS"))
    assert british.filter(pl.col("year") == 2016)["partial"].item()
    age = one("sanctions", "age", sender="DEU", target="RUS", year=2023)
    assert age == 2023 - 2014 + 1


def test_sanctions_of_the_un_bind_all_but_say_so():
    iraq = bundle.table("sanctions").filter((pl.col("target") == "IRQ") & (pl.col("year") == 1995))
    assert iraq.height > 180
    assert iraq["complete"].all()
    assert iraq.filter(pl.col("sender") == "BRA")["un"].item()
    assert not iraq.filter("un")["own_trade"].any()
    assert iraq.filter("un")["war_since"].null_count() == iraq.filter("un").height


def test_no_one_sanctions_or_trades_with_itself():
    assert bundle.table("sanctions").filter(pl.col("sender") == pl.col("target")).height == 0
    assert bundle.table("trade").filter(pl.col("exporter") == pl.col("importer")).height == 0


def test_complete_and_partial_exclude_each_other_and_age_follows():
    rows = bundle.table("sanctions")
    assert rows.filter(pl.col("complete") & pl.col("partial")).height == 0
    trade = pl.col("complete") | pl.col("partial")
    assert rows.filter(trade != (pl.col("age") > 0)).height == 0


def test_pacts_carry_on_with_new_members():
    assert not one("pacts", "defence", a="USA", b="FIN", year=2022)
    assert one("pacts", "defence", a="USA", b="FIN", year=2023)
    assert one("pacts", "carried", a="USA", b="FIN", year=2023)
    assert one("pacts", "defence", a="USA", b="POL", year=2018)


def test_home_sales_are_positive_and_shares_are_those_of_the_record():
    home = bundle.table("domestic").filter(pl.col("year") == 2023)
    assert home["domestic_sales"].min() > 0
    trade = bundle.table("trade").filter(pl.col("year") == 2023)
    for state, share in {"RUS": 0.85, "CHN": 0.91, "USA": 0.71, "UKR": 0.63, "DEU": 0.41}.items():
        bought = trade.filter(pl.col("importer") == state)["value"].sum()
        sold = home.filter(pl.col("state") == state)["domestic_sales"].item()
        assert sold / (sold + bought) == pytest.approx(share, abs=0.06), state


def test_imputed_flows_are_flagged():
    flagged = bundle.table("trade").filter("imputed")
    assert set(flagged["year"]) == {2023}
    assert 400 < flagged.height < 700
    baci = flagged.filter(pl.col("source") == "baci")
    back = baci.select(exporter="importer", importer="exporter")
    assert baci.join(back, on=["exporter", "importer"], how="anti").height == 0, (
        "a pair falls silent both ways"
    )
    before = bundle.table("trade").filter((pl.col("year") == 2020) & (pl.col("value") > 10))
    assert baci.join(before, on=["exporter", "importer"], how="semi").height > 0.5 * baci.height
    for exporter, importer in (("RUS", "BLR"), ("BLR", "RUS"), ("POL", "RUS"), ("KOR", "VNM")):
        assert one("trade", "imputed", exporter=exporter, importer=importer, year=2023)
        assert one("trade", "value", exporter=exporter, importer=importer, year=2023) > 1000
    assert not one("trade", "imputed", exporter="DEU", importer="RUS", year=2023)


def test_imputed_flows_under_new_sanctions_fall_short_as_those_of_their_fellows():
    """Poland and Germany began the same sanctions; what Poland did not declare may not show none."""
    moved = one("trade", "value", exporter="RUS", importer="POL", year=2023)
    before = one("trade", "value", exporter="RUS", importer="POL", year=2020)
    assert moved < 0.6 * before


def test_rows_are_unique():
    keys = {
        "state_year": ["state", "year"],
        "peace": ["a", "b", "year"],
        "pacts": ["a", "b", "year"],
        "sanctions": ["sender", "target", "year"],
        "trade": ["exporter", "importer", "year"],
        "domestic": ["state", "year"],
        "projection": ["state", "year"],
        "conflict": ["a", "b", "year"],
    }
    for name, key in keys.items():
        frame = bundle.table(name)
        assert frame.select(key).n_unique() == frame.height, name


def test_pairs_name_the_lower_slot_first():
    slot = dict(bundle.table("states").select("state", "slot").iter_rows())
    for name in ("peace", "pacts", "rivalry", "conflict", "contiguity", "distance"):
        frame = bundle.table(name)
        assert (frame["a"].replace_strict(slot) < frame["b"].replace_strict(slot)).all(), name


@pytest.mark.raw
def test_only_the_named_tables_are_remade(copy, raw):
    before = {p.name: p.read_bytes() for p in copy.iterdir()}
    (copy / "trade.parquet").rename(copy.parent / "trade.parquet")
    with pytest.raises(DetenteError, match="'trade' of the bundle is not there"):
        bundle.build(raw, copy, only=("blocs",))
    (copy.parent / "trade.parquet").rename(copy / "trade.parquet")
    with pytest.raises(DetenteError, match="did you mean 'blocs'"):
        bundle.build(raw, copy, only=("bloc",))
    bundle.build(raw, copy, only=("blocs",))
    assert {p.name: p.read_bytes() for p in copy.iterdir()} == before
