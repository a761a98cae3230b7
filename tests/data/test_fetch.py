"""Fetching from a server that serves good bytes, damaged bytes and nothing; and the status table."""

import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from detente.data.fetch import fetch
from detente.data.source import RawFile, Source, source
from detente.data.status import rows
from detente.model.errors import DetenteError


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    running = []

    def start(folder):
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


BYTES = {
    "a/good.csv": b"x,y\n1,2\n",
    "a/damaged.csv": b"x,y\n3,4\n",
    "b/absent.csv": b"x\n",
    "b/also good.csv": b"z\n",
}


def registry(paths):
    files = tuple(RawFile(p, hashlib.sha256(BYTES[p]).hexdigest(), "o/r", "0" * 40, p) for p in paths)
    return {"toy": Source("toy", "t", "p", "c", ("k",), "l", "yes", "1", files, "ask the producer")}


def test_good_files_are_kept_and_all_bad_ones_told(tmp_path, serve):
    shop = tmp_path / "shop"
    (shop / "a").mkdir(parents=True)
    (shop / "b").mkdir()
    (shop / "a/good.csv").write_bytes(BYTES["a/good.csv"])
    (shop / "a/damaged.csv").write_bytes(b"x,y\n3,5\n")
    (shop / "b/also good.csv").write_bytes(BYTES["b/also good.csv"])
    to = tmp_path / "raw"
    with pytest.raises(DetenteError) as told:
        fetch(to, base_url=serve(shop), registry=registry(BYTES))
    assert [p.where for p in told.value.problems] == ["a/damaged.csv", "b/absent.csv"]
    assert "checksum" in told.value.problems[0].what
    assert "reached" in told.value.problems[1].what
    assert all("ask the producer" in p.remedy for p in told.value.problems)
    assert sorted(str(p.relative_to(to)) for p in to.rglob("*") if p.is_file()) == [
        "a/good.csv",
        "b/also good.csv",
    ]


def test_what_is_there_is_not_asked_for_again_and_never_replaced_by_worse(tmp_path):
    to = tmp_path / "raw"
    (to / "a").mkdir(parents=True)
    (to / "a/good.csv").write_bytes(BYTES["a/good.csv"])
    nowhere = "http://127.0.0.1:9"
    assert fetch(to, base_url=nowhere, registry=registry(["a/good.csv"])) == [to / "a/good.csv"]
    (to / "a/good.csv").write_bytes(b"old")
    with pytest.raises(DetenteError):
        fetch(to, base_url=nowhere, registry=registry(["a/good.csv"]))
    assert (to / "a/good.csv").read_bytes() == b"old"


def test_unknown_source_and_odd_address(tmp_path):
    with pytest.raises(DetenteError, match="did you mean 'wdi'"):
        fetch(tmp_path, ["wdii"])
    with pytest.raises(DetenteError, match="http"):
        fetch(tmp_path, base_url="ftp://x", registry=registry(["a/good.csv"]))


def test_our_own_table_comes_from_the_package(tmp_path):
    (path,) = fetch(tmp_path, ["nato"], base_url="http://127.0.0.1:9")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == source("nato").header.files[0].sha256


def test_what_is_published_nowhere_is_told_with_the_recipe(tmp_path):
    with pytest.raises(DetenteError, match=r"icio\.extract"):
        fetch(tmp_path, ["icio"])


@pytest.mark.raw
def test_the_real_files_through_a_server(tmp_path, serve, raw):
    shop = raw
    address = serve(shop)
    got = fetch(tmp_path, ["gsdb", "rivalries", "nato"], base_url=address)
    assert len(got) == 3
    assert got[0].read_bytes() == (shop / source("gsdb").header.files[0].path).read_bytes()


def test_status_has_every_field_and_no_wish():
    table = rows()
    assert {"gdp", "peace_level", "base_flow", "sanction_partial", "ideal_point"} <= {
        r["field"] for r in table
    }
    for row in table:
        assert set(row) == {"field", "source", "newest", "age", "coverage", "share", "licence", "rule"}
        assert row["age"] >= 0
        assert row["licence"]
    peace = next(r for r in table if r["field"] == "peace_level")
    assert peace["newest"] == 2020
    assert peace["share"] < 0.2
    assert "negative peace" in peace["rule"]
