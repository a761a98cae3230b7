"""The whole laboratory on the embedded data, small: as a user would run it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import detente
from detente.api import laboratory
from detente.mechanisms.written import read_scenario
from detente.model.errors import DetenteError
from detente.run.ensemble import Ensemble

ROOT = Path(__file__).parents[2]
YEARS = range(2025, 2031)
FLAGSHIP = "russia-nato-friendship"
DETENTE = str(Path(sys.executable).parent / "detente")


def shipped(name):
    return read_scenario(ROOT / "scenarios" / f"{name}.yaml").scenario


@pytest.fixture(scope="module")
def world():
    return laboratory()


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flagship") / "run"
    detente.what_if(FLAGSHIP, "nothing-changes", draws=8, years=(2025, 2038), jobs=2, out=folder)
    return folder


@pytest.fixture(scope="module")
def result(run_folder):
    return detente.Result.open(run_folder)


def every_field(result, scenario):
    for name, f in result.fields.items():
        where = {} if len(f.dims) == 0 else {"state": "all", "how": "each"}
        if len(f.dims) == 2:
            where["partner"] = "all"
        yield name, result.values(name, scenario, **where)


def test_nothing_changes_has_an_effect_of_exactly_zero(result):
    base = dict(every_field(result, "baseline"))
    for name, array in every_field(result, "nothing-changes"):
        assert array.tobytes() == base[name].tobytes(), name


def test_worlds_are_identical_before_the_first_move_and_differ_after(result):
    base = dict(every_field(result, "baseline"))
    differ = set()
    for name, array in every_field(result, FLAGSHIP):
        before, after = slice(0, 2), slice(2, None)
        assert array[:, before].tobytes() == base[name][:, before].tobytes(), name
        if array[:, after].tobytes() != base[name][:, after].tobytes():
            differ.add(name)
    assert {"peace_level", "sanction_partial", "trade_flow", "real_income", "milex", "ideal_point"} <= differ


@pytest.mark.parametrize("chunk", [1, 3])
def test_chunk_size_changes_no_bit_of_the_full_model(world, chunk):
    model, start = world
    kept = []
    for size in (chunk, 4):
        r = Ensemble((shipped(FLAGSHIP),), 4, YEARS, 5, watch=(("RUS", "bloc:NATO"),), chunk=size).run(model, start)
        kept.append({f"{s}/{n}": a.tobytes() for s in r.scenarios for n, a in every_field(r, s)})
    assert kept[0] == kept[1]


def test_what_every_world_must_obey(result):
    for scenario in result.scenarios:
        known = dict(every_field(result, scenario))
        assert set(np.unique(known["peace_level"])) <= {0.0, 0.25, 0.5, 0.75, 1.0}
        assert np.nanmin(known["milex_share"]) > 0
        assert np.nanmax(known["milex_share"]) <= 1.21  # Kuwait spent 1.17 of its GDP in 1991
        assert np.nanmin(known["gdp"]) > 0
        assert np.nanmin(known["trade_flow"]) >= 0
        world_exports, world_imports = (np.nansum(known[n], axis=-1) for n in ("exports", "imports"))
        assert world_exports == pytest.approx(world_imports, rel=1e-5)
        assert np.allclose(known["milex"], known["milex_share"] * known["real_gdp"], rtol=1e-4, equal_nan=True)
    assert sum(result.failures.values()) == 0


def test_a_bystander_state_moves_nobody_else(world):
    """Luck by slot on the real registry: the last state of the index removed, all others as before."""
    from detente.model.chance import Chance
    from detente.model.space import Index

    index = world[1].index
    fewer = Index(index.states[:-1], index.slots[:-1], index.blocs, index.names)
    for dims in (("state",), ("state", "partner")):
        all_of_them = Chance(1).uniforms("m/s", range(3), 2030, dims, index)
        cut = all_of_them[:, :-1] if len(dims) == 1 else all_of_them[:, :-1, :-1]
        assert (Chance(1).uniforms("m/s", range(3), 2030, dims, fewer) == cut).all()


def test_claims_are_judged_and_the_page_is_one_file(result, tmp_path):
    verdicts = detente.verdicts(result)
    assert len(verdicts) >= 40
    page = detente.page(result, verdicts, tmp_path / "page.html").read_text(encoding="utf-8")
    fetched = re.findall(r"""(?:src|href)\s*=\s*["'](https?:[^"']+)""", page)
    links = re.findall(r"""<a[^>]+href\s*=\s*["'](https?:[^"']+)""", page)
    assert set(fetched) <= set(links)
    assert len(page) < 8_000_000


def test_a_past_start_knows_nothing_later():
    result = detente.what_if("nothing-changes", draws=2, years=(2002, 2004), start=2001)
    assert result.record["start_year"] == 2001
    assert all(n["newest"] <= 2001 for n in result.start_notes.values())
    assert "MNE" not in result.index.states
    assert "POL" in result.index.blocs["NATO"]
    assert "EST" not in result.index.blocs["NATO"]


def cli(*words, cwd=None):
    return subprocess.run([DETENTE, *map(str, words)], capture_output=True, text=True, cwd=cwd, check=False)


def test_the_command_line_end_to_end(tmp_path):
    out = tmp_path / "run"
    ran = cli("run", "nothing-changes", "--draws", 2, "--years", "2025:2027", "--jobs", 1, "--out", out)
    assert ran.returncode == 0, ran.stderr
    assert cli("verify", out).stdout.count("bit for bit") == 1
    judged = cli("judge", out)
    assert judged.returncode == 0, judged.stderr
    assert json.loads((out / "verdicts.json").read_text())
    assert cli("report", out).returncode == 0
    assert (out / "report.html").exists()
    chunk = next((out / "chunks").glob("*.npz"))
    chunk.write_bytes(b"not a chunk")
    refused = cli("report", out)
    assert refused.returncode == 1
    assert "has changed since the run ended" in refused.stderr


def test_mistakes_on_the_command_line_are_explained_without_a_traceback(tmp_path):
    for words, said in (
        (["run", "rusia-nato-friendship"], "did you mean 'russia-nato-friendship'"),
        (["run", FLAGSHIP, "--years", "soon"], "FIRST:LAST"),
        (["run", FLAGSHIP, "--draws", 0, "--out", tmp_path / "x"], "0 draws"),
        (["run", FLAGSHIP, "--draws", 1_000_000, "--out", tmp_path / "x"], "1,000,000 draws"),
        (["run", FLAGSHIP, "--start", 1949, "--out", tmp_path / "x"], "1950"),
        (["scenario", "check", ROOT / "tests/zoo/scenarios/solved-field.yaml"], "solved-field.yaml:9"),
        (["verify", tmp_path], "holds no run"),
        (["scenario", "new", ROOT / "README.md"], "exists already"),
    ):
        done = cli(*words)
        assert done.returncode != 0, words
        assert said in done.stderr.replace("\n", " ").replace("│", ""), (words, done.stderr)
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


def test_new_check_show_list_schema(tmp_path):
    path = tmp_path / "my-scenario.yaml"
    assert cli("scenario", "new", path).returncode == 0
    assert "nothing wrong" in cli("scenario", "check", path).stdout
    assert "reconciliation" in cli("scenario", "show", path).stdout
    assert FLAGSHIP in cli("scenario", "list").stdout
    schema = json.loads(cli("scenario", "schema").stdout)
    assert "interventions" in json.dumps(schema)


def test_an_unknown_scenario_object_is_refused():
    with pytest.raises(DetenteError, match="ships"):
        detente.what_if("no-such-thing", draws=2)
