import json
import os
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from detente.model.errors import DetenteError
from detente.model.scenario import Param, Place, Set
from detente.run.ensemble import Ensemble
from detente.run.estimate import chance, summary
from detente.run.result import Result
from detente.run.store import Store
from detente.run.verify import verify
from toy import gift, toy_model, toy_start

YEARS = range(2021, 2027)


def ensemble(draws=12, chunk=5, seed=3, **more):
    return Ensemble((gift(),), draws, YEARS, seed, chunk=chunk, watch=(("A", "B"),), **more)


def files(folder):
    return {p.name: p.read_bytes() for p in sorted((folder / "chunks").glob("*.npz"))}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return ensemble(200, 50).run(toy_model(), toy_start(), tmp_path_factory.mktemp("run") / "r")


def test_a_killed_run_resumes_to_the_same_bytes(tmp_path):
    model, start = toy_model(), toy_start()
    ensemble().run(model, start, tmp_path / "whole")

    class Stop(Exception):
        pass

    def kill(done, total):
        if done == 2:
            raise Stop

    with pytest.raises(Stop):
        ensemble().run(model, start, tmp_path / "cut", progress=kill)
    assert len(files(tmp_path / "cut")) == 2
    assert not (tmp_path / "cut" / ".lock").exists()
    with pytest.raises(DetenteError, match="no finished run"):
        Result.open(tmp_path / "cut")
    torn = next((tmp_path / "cut" / "chunks").glob("*.npz"))
    torn.write_bytes(torn.read_bytes()[:200])
    ensemble().run(model, start, tmp_path / "cut")
    assert files(tmp_path / "cut") == files(tmp_path / "whole")
    for name in ("record.json", "manifest.json"):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_processes_change_nothing(tmp_path):
    model, start = toy_model(), toy_start()
    ensemble().run(model, start, tmp_path / "one")
    ensemble().run(model, start, tmp_path / "two", jobs=2)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_chunk_size_changes_no_number():
    model, start = toy_model(), toy_start()
    one, two = (ensemble(chunk=c).run(model, start) for c in (1, 12))
    for field in ("wealth", "price"):
        a, b = (r.values(field, "gift", state="all", how="each") for r in (one, two))
        assert a.tobytes() == b.tobytes()


def test_another_run_in_the_folder_is_refused_and_untouched(tmp_path):
    ensemble().run(toy_model(), toy_start(), tmp_path / "r")
    before = files(tmp_path / "r")
    with pytest.raises(DetenteError, match="holds another run"):
        ensemble(seed=4).run(toy_model(), toy_start(), tmp_path / "r")
    assert files(tmp_path / "r") == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(DetenteError, match="not empty"):
        ensemble().run(toy_model(), toy_start(), tmp_path / "mine")
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_folder_in_use_is_refused_and_a_dead_lock_is_not(tmp_path):
    folder = tmp_path / "r"
    ensemble().run(toy_model(), toy_start(), folder)
    with (
        Store(folder)._locked("here"),
        pytest.raises(DetenteError, match=f"in use by process {os.getpid()}"),
    ):
        ensemble().run(toy_model(), toy_start(), folder)
    (folder / ".lock").write_text(str(os.getppid()))  # alive, but not holding the lock: a number given anew
    ensemble().run(toy_model(), toy_start(), folder)


def test_a_full_disk_is_explained(tmp_path, monkeypatch):
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 10))
    with pytest.raises(DetenteError, match=r"needs about .* MB and 0.0 MB are free"):
        ensemble().run(toy_model(), toy_start(), tmp_path / "r")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.undo()
    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(DetenteError, match="disk is full"):
        ensemble().run(toy_model(), toy_start(), tmp_path / "s")
    assert not list((tmp_path / "s" / "chunks").iterdir())
    monkeypatch.undo()
    (tmp_path / "r" / "record.partial").write_text("{")
    # The remedies that were named work: what was left behind is ours.
    ensemble(5).run(toy_model(), toy_start(), tmp_path / "r")
    ensemble().run(toy_model(), toy_start(), tmp_path / "s")


@pytest.mark.parametrize(
    ("draws", "said"), [(0, "0 draws"), (-3, "-3 draws"), (1_000_000, "1,000,000 draws")]
)
def test_absurd_numbers_of_draws(draws, said):
    with pytest.raises(DetenteError, match=said):
        ensemble(draws).run(toy_model(), toy_start())


def test_every_problem_of_a_request_at_once():
    bad = gift().model_copy(
        update={
            "interventions": (
                Set(do="set", field="price", at=Place(state="A"), to=1, start=2022, why="solved"),
                Set(do="set", field="welth", at=Place(state="Z"), to=1, start=2050, why="typo"),
            )
        }
    )
    with pytest.raises(DetenteError) as caught:
        Ensemble((bad, bad), 0, range(2030, 2031)).run(toy_model(), toy_start())
    text = str(caught.value)
    for said in (
        "0 draws",
        "does not follow",
        "'gift' is given more than once",
        "move 'tax' instead",
        "did you mean 'wealth'",
        "unknown state 'Z'",
        "outside the years of the run",
    ):
        assert said in text


def test_a_damaged_chunk_is_named(tmp_path):
    folder = tmp_path / "r"
    ensemble().run(toy_model(), toy_start(), folder)
    victim = folder / "chunks" / "000005.npz"
    victim.write_bytes(victim.read_bytes()[:-9] + b"corrupted")
    with pytest.raises(DetenteError, match=r"000005.npz: has changed since"):
        Result.open(folder)
    victim.unlink()
    with pytest.raises(DetenteError, match=r"000005.npz: is missing"):
        Result.open(folder)
    (folder / "record.json").write_text("{")
    with pytest.raises(DetenteError, match="is damaged"):
        Result.open(folder)
    with pytest.raises(DetenteError, match="holds no run"):
        Result.open(tmp_path / "nowhere")


def test_verify_recomputes_and_notices_another_model(tmp_path):
    folder = tmp_path / "r"
    ensemble().run(toy_model(), toy_start(), folder)
    done = verify(folder, toy_model(), toy_start(), sample=3)
    assert done.holds
    assert done.recomputed == tuple(range(12))
    other = toy_start(("A", "B", "C", "D"))
    assert not verify(folder, toy_model(), other).holds
    chunk = folder / "chunks" / "000000.npz"
    with np.load(chunk) as kept:
        arrays = dict(kept)
    arrays["gift/wealth"] = arrays["gift/wealth"] + 1
    (folder / "manifest.json").unlink()
    Store(folder).write((0, 1, 2, 3, 4), arrays)
    Store(folder).finish(ensemble().chunks(), 0.0)
    again = verify(folder, toy_model(), toy_start())
    assert [p.what for p in again.problems] == ["'gift/wealth' does not come out again"]


def test_a_sample_larger_than_the_run_is_the_whole_run(tmp_path):
    ensemble().run(toy_model(), toy_start(), tmp_path / "r")
    assert verify(tmp_path / "r", toy_model(), toy_start(), sample=9).recomputed == tuple(range(12))


def test_running_again_mends_a_damaged_chunk_and_never_blesses_it(tmp_path):
    folder = tmp_path / "r"
    ensemble().run(toy_model(), toy_start(), folder)
    whole, manifest, timing = (
        files(folder),
        (folder / "manifest.json").read_bytes(),
        (folder / "timing.json").read_bytes(),
    )
    ensemble().run(toy_model(), toy_start(), folder)
    assert (folder / "timing.json").read_bytes() == timing
    victim = folder / "chunks" / "000005.npz"
    spoilt = bytearray(victim.read_bytes())
    spoilt[len(spoilt) // 2] ^= 255
    for finished in (True, False):
        victim.write_bytes(bytes(spoilt))
        if not finished:
            (folder / "manifest.json").unlink()
        (folder / "chunks" / "000099.npz").write_bytes(b"a stray file")
        again = ensemble().run(toy_model(), toy_start(), folder)
        assert len(again.values("wealth", "gift", state="A", year=2022)) == 12
        (folder / "chunks" / "000099.npz").unlink()
        assert files(folder) == whole
        assert (folder / "manifest.json").read_bytes() == manifest


def test_a_chunk_that_comes_out_otherwise_is_not_mixed_in(tmp_path, monkeypatch):
    folder = tmp_path / "r"
    ensemble().run(toy_model(), toy_start(), folder)
    before = (folder / "manifest.json").read_bytes()
    (folder / "chunks" / "000005.npz").unlink()
    compute = Ensemble.compute
    monkeypatch.setattr(Ensemble, "compute", lambda *a: ({k: v + 1 for k, v in compute(*a)[0].items()}, compute(*a)[1]))
    with pytest.raises(DetenteError, match=r"000005.npz: was computed again and came out otherwise"):
        ensemble().run(toy_model(), toy_start(), folder)
    assert (folder / "manifest.json").read_bytes() == before


def test_a_run_is_not_finished_with_another_version(tmp_path, monkeypatch):
    from detente.run import record

    folder = tmp_path / "r"
    ensemble().run(toy_model(), toy_start(), folder)
    monkeypatch.setattr(record, "versions", lambda: {"detente": "99"})
    ensemble().run(toy_model(), toy_start(), folder)  # nothing is left to compute
    (folder / "chunks" / "000005.npz").unlink()
    with pytest.raises(DetenteError, match=r"made with detente .*; here is detente 99"):
        ensemble().run(toy_model(), toy_start(), folder)


def test_an_edited_record_or_manifest_is_noticed(tmp_path):
    folder = tmp_path / "r"
    ensemble().run(toy_model(), toy_start(), folder)
    for name, text in (
        ("record.json", "{}"),
        ("record.json", "[]"),
        ("manifest.json", "{}"),
        ("record.json", (folder / "record.json").read_text().replace('"seed": 3', '"seed": 4')),
    ):
        kept = (folder / name).read_text()
        (folder / name).write_text(text)
        with pytest.raises(DetenteError, match=rf"{name}: is damaged"):
            Result.open(folder)
        (folder / name).write_text(kept)
    (folder / "manifest.json").write_text('{"chunks": {}}')
    with pytest.raises(DetenteError, match=r"000000.npz: has changed"):
        Result.open(folder)
    with pytest.raises(DetenteError, match="holds no run"):
        Result.open(folder / "record.json")


@pytest.mark.parametrize(
    ("years", "jobs", "said"), [(range(2021, 2200), 1, "179 years"), (YEARS, 0, "0 processes")]
)
def test_absurd_years_and_processes(years, jobs, said):
    with pytest.raises(DetenteError, match=said):
        Ensemble((gift(),), 5, years).run(toy_model(), toy_start(), jobs=jobs)


def test_levels_effects_and_chances(result):
    effect = result.effect("wealth", "gift", state="A", year=2023)
    assert effect.mean == pytest.approx(5.0, abs=1e-5)
    assert effect.n == 200
    assert effect.share_above == 1.0
    assert result.effect("wealth", "gift", state="B", year=2026).mean == 0.0
    assert result.effect("wealth", "gift", state="A", year=2022).high == 0.0
    assert result.level("wealth", "baseline", state="E", year=2021).mean == pytest.approx(14, abs=1.0)
    both = result.effect("wealth", "gift", state="bloc:WEST", how="sum", year=2023)
    assert both.mean == pytest.approx(5.0, abs=1e-5)
    assert result.effect("wealth", "gift", state="A", year=2023, relative=True).mean > 0.3
    assert 0 < result.chance_of("quarrel", "gift", at_least=1, ever_by=2026, state="A", partner="B").mean < 1
    assert result.pairing_gain("wealth", "gift", state="A", year=2023) > 50
    frame = result.effects_by_state("wealth", "gift", year=2023)
    assert frame["state"].to_list() == list("ABCDE")
    assert frame["mean"].to_list() == pytest.approx([5, 0, 0, 0, 0], abs=1e-5)
    assert result.to_xarray("wealth").dims == ("scenario", "draw", "year", "state")
    assert result.level_counts("gift", "bond").sum(axis=-1).max() <= 10
    assert len(result.path("wealth", "gift", state="A")) == len(YEARS)
    weighted = result.values("price", "baseline", state=["A", "B"], how="weighted:wealth", year=2021)
    by_hand = result.values("price", "baseline", state=["A", "B"], how="each", year=2021)
    heavy = result.values("wealth", "baseline", state=["A", "B"], how="each", year=2021)
    assert weighted == pytest.approx((by_hand * heavy).sum(1) / heavy.sum(1))


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda r: r.level("welth", "gift"), "did you mean 'wealth'"),
        (lambda r: r.level("wealth", "gifts", state="A"), "did you mean 'gift'"),
        (lambda r: r.level("wealth", "gift", state="Aland"), "write the code: A"),
        (lambda r: r.level("wealth", "gift", state="bloc:WAST"), "did you mean 'bloc:WEST'"),
        (lambda r: r.level("wealth", "gift", state="A", year=1990), "outside the run"),
        (lambda r: r.level("quarrel", "gift", year=2022), "say 'state' and 'partner'"),
        (
            lambda r: r.level("quarrel", "gift", state="B", partner="E", year=2022),
            "no pair of B and E was watched",
        ),
        (lambda r: r.level("wealth", "gift", how="median"), "cannot join by 'median'"),
        (lambda r: r.chance_of("wealth", "gift", at_least=1), "one time"),
    ],
)
def test_questions_that_cannot_be_answered(result, ask, said):
    with pytest.raises(DetenteError, match=said):
        ask(result)


def test_param_moves_hold_in_one_world_only(tmp_path):
    theory = gift().model_copy(
        update={
            "interventions": (
                Param(do="param", parameter="growth.theory", to="fast", start=2021, why="what if"),
                Param(do="param", parameter="growth.joint", entry="a", to=2.0, start=2024, why="what if"),
            )
        }
    )
    r = Ensemble((theory,), 60, YEARS).run(toy_model(), toy_start())
    slow = r.parameters["growth.theory"] == 0
    early = r.differences("wealth", "gift", state="A", year=2021)
    assert (early[slow] > 0).all()
    assert (early[~slow] == 0).all()
    assert (r.differences("wealth", "gift", state="A", year=2024) > 1).all()


def test_a_failed_draw_is_left_out_and_counted():
    from detente.model.field import Field
    from detente.model.mechanism import Mechanism

    def step(see, p, u):
        failed = (u["f"] < 0.3) & (see.year == 2023)
        return {"solution": u["f"][:, None] * np.ones((1, 5)), "failed": failed}

    solver = Mechanism(
        "solver",
        "sometimes fails",
        (),
        (Field("solution", ("state",), "1", "solved", "x"),),
        step,
        chance={"f": ()},
    )
    r = ensemble(100).run(toy_model(solver), toy_start())
    assert 15 < r.failures["gift"] < 45
    assert r.level("wealth", "gift", state="A", year=2022).n == 100 - r.failures["gift"]
    assert np.isnan(r.values("wealth", "baseline", state="A", year=2021)).sum() == r.failures["gift"]


def test_missing_values_stay_missing():
    start = toy_start()
    start.values["wealth"][2] = np.nan
    r = ensemble().run(toy_model(), start)
    assert r.level("wealth", "gift", state="C", year=2022).missing
    assert r.effects_by_state("wealth", "gift", year=2023)["mean"].to_list()[2] is None
    assert not r.level("wealth", "gift", state="bloc:EAST", year=2022).missing


def test_the_record_says_what_decides_the_numbers(result):
    record = json.loads((result.directory / "record.json").read_text())
    assert record["seed"] == 3
    assert record["fingerprints"]["gift"] == gift().fingerprint()
    assert {c["basis"] for c in record["parameters"]} == {"literature", "judgement", "estimate"}
    assert gift().fingerprint() != gift(by=6.0).fingerprint()
    worded = gift().interventions[0].model_copy(update={"why": "another wording"})
    assert gift().model_copy(update={"interventions": (worded,)}).fingerprint() == gift().fingerprint()


def test_summaries():
    e = summary(np.array([1.0, 2.0, 3.0, np.nan]), "coins")
    assert (e.mean, e.n, e.missing) == (2.0, 3, False)
    assert summary(np.array([np.nan]), "x").missing
    c = chance(np.array([True] * 3 + [False] * 7), np.ones(10, bool))
    oracle = binomtest(3, 10).proportion_ci(0.9, method="wilson")
    assert (c.mean, c.low, c.high) == pytest.approx((0.3, oracle.low, oracle.high))


def test_memory_for_fields_already_read_is_bounded(result, monkeypatch):
    from detente.run import result as module

    fresh = Result.open(result.directory)
    before = fresh.values("wealth", "gift", state="A")
    one = fresh._load("gift/wealth").nbytes
    monkeypatch.setattr(module, "CACHE_BYTES", 2 * one)
    for key in ("baseline/wealth", "gift/price", "baseline/price", "gift/quarrel"):
        fresh._load(key)
        assert sum(a.nbytes for a in fresh._cache.values()) <= 2 * one
    assert (fresh.values("wealth", "gift", state="A") == before).all()


def test_a_field_may_keep_more_pairs_than_those_watched(tmp_path):
    from detente.model.field import Field
    from detente.model.mechanism import Mechanism

    road = Field("road", ("state", "partner"), "0 or 1", "input", "there is a road", 0.0, 1.0)
    cart = Field("carts", ("state", "partner"), "carts", "event", "carts on the road", kept_where="road")
    market = Mechanism(
        "market", "carts roll", ("road",), (cart,), lambda see, p, u: {"carts": see["road"] * 7}, (road,)
    )
    start = toy_start()
    roads = np.zeros((5, 5))
    roads[3, 4] = 1.0  # D to E, which nobody watches
    start = replace(start, values=start.values | {"road": roads})
    result = ensemble().run(toy_model(market), start, tmp_path / "r")
    assert ("D", "E") in result.selected_pairs("all", "all", "carts")
    assert ("D", "E") not in result.selected_pairs("all", "all")
    assert result.level("carts", "gift", state="D", partner="E", year=2022).mean == 7.0
    with pytest.raises(DetenteError, match="no pair of D and E was watched"):
        result.values("quarrel", "gift", state="D", partner="E")
    assert verify(tmp_path / "r", toy_model(market), start).holds
    with pytest.raises(DetenteError, match="kept where 'rode', not an input"):
        toy_model(replace(market, writes=(replace(cart, kept_where="rode"),)))


def test_inner_memory_is_not_kept(tmp_path):
    from detente.model.field import Field
    from detente.model.mechanism import Mechanism

    memory = Field("memory", ("state",), "coins", "stock", "what a state remembers", inner=True)
    keeper = Mechanism("keeper", "remembers", ("wealth", "last.memory"), (memory,), lambda see, p, u: {"memory": see["last.memory"] + see["wealth"]})
    start = toy_start()
    result = ensemble().run(toy_model(keeper), replace(start, values=start.values | {"memory": np.zeros(5)}), tmp_path / "r")
    assert "memory" not in result.fields
    assert "wealth" in result.fields
    with pytest.raises(DetenteError, match="'memory' is not kept"):
        result.values("memory", "gift", state="A")
