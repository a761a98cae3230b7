"""Sources: headers are complete; with the raw folder at hand, files, figures and the bundle itself."""

import filecmp
import re

import numpy as np
import polars as pl
import polars.testing
import pytest

from detente.data import bundle
from detente.data.source import damaged, source, sources
from detente.data.sources import atop, gsdb, icio
from detente.model.errors import DetenteError

needs_raw = pytest.mark.raw


@pytest.fixture(scope="module")
def folder(raw):
    return raw


@pytest.mark.parametrize("key", list(sources()))
def test_header_is_complete(key):
    header = source(key).header
    assert header.key == key
    for text in (
        header.title,
        header.producer,
        header.citation,
        header.licence,
        header.version,
        header.by_hand,
    ):
        assert text.strip()
    assert header.files
    assert header.bib
    for file in header.files:
        assert re.fullmatch("[0-9a-f]{64}", file.sha256)
        assert file.address is None or re.match(
            r"https://raw\.githubusercontent\.com/[^/]+/[^/]+/[0-9a-f]{40}/[^ ]+$", file.address
        )


def test_bibliography_holds_every_key():
    from pathlib import Path

    docs = Path(__file__).parents[2] / "docs"
    known = "\n".join(p.read_text() for p in docs.glob("*.bib"))
    for item in sources().values():
        for key in item.header.bib:
            assert re.search(rf"@\w+\{{{key},", known), key


def test_unknown_source():
    with pytest.raises(DetenteError, match="did you mean 'gsdb'"):
        source("gsbd")


def test_lists_of_states_with_commas_of_their_own():
    assert gsdb.parties("EU, Korea, North,Iceland,  Congo, Democratic Republic of the") == [
        "EU",
        "Korea, North",
        "Iceland",
        "Congo, Democratic Republic of the",
    ]
    assert [gsdb.party(n) for n in ("EU", "EEC", "Korea, North", "CoCom", "Egypt, Arab Rep.")] == [
        "bloc:EU",
        "bloc:EU",
        "PRK",
        "?CoCom",
        "EGY",
    ]


def test_input_output_extract_sums_the_right_way(tmp_path):
    sectors, countries = np.array(["A01", "G"]), np.array(["AAA", "BBB", "CCC"])
    nodes = np.arange(36.0).reshape(6, 6) + 1  # node = sector * 3 + country
    made = nodes.sum(axis=0)
    np.savez(
        tmp_path / "cache.npz",
        A=nodes / made,
        omb=np.full(6, 0.5),
        go=2 * made,
        z=np.ones(6),
        sectors=sectors,
        countries=countries,
    )
    held = np.load(icio.extract(tmp_path / "cache.npz", tmp_path))
    assert held["flow_sij"][1, 0, 2] == pytest.approx(nodes[3, 2] + nodes[3, 5])
    assert held["use_kjs"][0, 2, 1] == pytest.approx(nodes[0, 5] + nodes[1, 5] + nodes[2, 5])
    assert held["gross_output_si"][1, 2] == 2 * made[5]


@needs_raw
def test_files_are_the_recorded_ones(folder):
    assert [str(p) for item in sources().values() for p in damaged(item.header, folder)] == []


@needs_raw
@pytest.mark.parametrize("key", list(sources()))
def test_loads_with_the_recorded_figures(folder, key):
    item = source(key)
    assert [str(p) for p in item.check(item.load(folder))] == []


@needs_raw
def test_a_wrong_release_is_noticed(folder):
    item = source("democracy")
    frame = item.load(folder).with_columns(pl.col("polyarchy") + 0.05)
    found = item.check(frame)
    assert len(found) == 2
    assert "expected" in str(found[0])


@needs_raw
@pytest.mark.slow
def test_two_builds_are_identical_and_equal_to_what_ships(folder, tmp_path):
    one, two = bundle.build(folder, tmp_path / "one"), bundle.build(folder, tmp_path / "two")
    names = sorted(p.name for p in one.iterdir())
    assert filecmp.cmpfiles(one, two, names, shallow=False)[0] == names
    shipped = bundle.folder()
    for name in bundle.manifest()["tables"]:
        polars.testing.assert_frame_equal(pl.read_parquet(one / f"{name}.parquet"), bundle.table(name))
    if bundle.manifest()["polars"] == pl.__version__:
        assert filecmp.cmpfiles(one, shipped, names, shallow=False)[0] == names


def test_restricted_tables_cannot_enter_what_ships(tmp_path):
    with pytest.raises(DetenteError, match="restricted"):
        bundle.build(tmp_path, bundle.packaged(), include_restricted=True)


@needs_raw
@pytest.mark.slow
def test_a_user_can_build_with_restricted_tables(folder, tmp_path):
    made = bundle.build(folder, tmp_path / "mine", include_restricted=True)
    assert bundle.verify(made) == []
    assert bundle.manifest(made)["restricted"]
    assert (made / "sipri.parquet").is_file()


@needs_raw
def test_build_stops_before_writing_when_an_input_is_damaged(folder, tmp_path):
    broken = tmp_path / "raw"
    for item in sources().values():
        for file in item.header.files:
            target = broken / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.is_symlink():  # several sources may read one file
                target.symlink_to(folder / file.path)
    for spoilt in ("gsdb/GSDB_V4.csv", "isard/cw_system.rda"):
        (broken / spoilt).unlink()
    (broken / "gsdb/GSDB_V4.csv").write_text("case_id\n")
    with pytest.raises(DetenteError) as told:
        bundle.build(broken, tmp_path / "out")
    assert len(told.value.problems) == 2
    assert not (tmp_path / "out").exists()


@needs_raw
@pytest.mark.parametrize(
    ("bloc", "treaty", "year"),
    [
        ("CSTO", 4220, 2018),
        ("CSTO", 4220, 1998),
        ("CSTO", 4220, 2008),
        ("WARSAW_PACT", 3285, 1960),
        ("WARSAW_PACT", 3285, 1975),
        ("NATO", 3180, 1990),
        ("NATO", 3180, 2010),
    ],
)
def test_alliances_have_the_members_that_atop_lists(folder, bloc, treaty, year):
    rows = atop.members(folder).filter(
        (pl.col("atopid") == treaty)
        & (pl.col("from_year") <= year)
        & ((pl.col("to_year") == 0) | (pl.col("to_year") > year))
    )
    ours = {
        s
        for b, s, first, ended in bundle.table("blocs").iter_rows()
        if b == bloc and first <= year and (ended is None or year < ended)
    }
    assert set(rows["state"]) == ours
