"""Means over draws of every pair: equal to the full arrays, whatever the order and the chunks."""

from dataclasses import replace

import numpy as np
import pytest

from detente.model.chance import Chance
from detente.model.errors import DetenteError
from detente.model.field import Field
from detente.model.mechanism import Mechanism, plan
from detente.model.scenario import BASELINE, compile_scenario
from detente.model.simulate import FAILED, simulate
from detente.run import means, store
from detente.run.ensemble import Ensemble
from detente.run.result import Result
from detente.run.store import Store
from detente.run.verify import verify
from toy import BOND, GROWTH, QUARREL, QUARRELS, TAX, gift, toy_start

YEARS = range(2021, 2027)
ODDS = Field(
    "odds", ("state", "partner"), "chance", "solved", "chance of a quarrel", symmetric=True, averaged=True
)
DEBT = Field("debt", ("state", "partner"), "coins", "solved", "what one owes another", averaged=True)


def reckon(see, p, u):
    """Chances and debts of the year; the poorest are unknown, and one world in ten has no solution."""
    wealth = see["wealth"]
    gap = wealth[:, :, None] - wealth[:, None, :]
    odds = 1 / (1 + np.exp(-np.abs(gap) / 7))
    odds[:, 4, :] = odds[:, :, 4] = np.nan
    return {"odds": odds, "debt": gap / 3, FAILED: (u["trouble"] < 0.1) & (see.year == 2024)}


RECKONING = Mechanism("reckoning", "counts", ("wealth",), (ODDS, DEBT), reckon, (), (), {"trouble": ()})


def model(averaged=True):
    quarrels = replace(QUARRELS, writes=(QUARREL, replace(BOND, averaged=averaged)))
    growth = replace(GROWTH, inputs=(replace(TAX, averaged=averaged),))
    return plan((quarrels, growth, RECKONING))


def ensemble(draws=23, chunk=5, **more):
    return Ensemble((gift(),), draws, YEARS, 3, chunk=chunk, watch=(("A", "B"),), **more)


def files(folder):
    return {p.name: p.read_bytes() for p in sorted(folder.rglob("*.npz"))}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return ensemble().run(model(), toy_start(), tmp_path_factory.mktemp("means") / "r")


def whole(name):
    """Every value of a field, (world, year, draw, n, n), and the draws that failed in no world."""
    machine, start = model(), toy_start()
    programs = [compile_scenario(s, machine, start.index) for s in (BASELINE, gift())]
    years = list(simulate(machine, start, programs, YEARS, Chance(3), range(23)))
    lost = np.any([lane.failed for lane in years[-1][1]], axis=0)
    return np.array([[lanes[w].world[name] for _, lanes in years] for w in (0, 1)]), ~lost


@pytest.mark.parametrize("name", ["odds", "debt", "bond"])
def test_means_are_those_of_the_full_arrays_without_failed_draws(result, name):
    values, good = whole(name)
    assert 0 < (~good).sum() < 10
    assert int(result.all_means["draws"]) == good.sum()
    expected = values[:, :, good].mean(axis=2)
    for w, world in enumerate(("baseline", "gift")):
        for k, year in enumerate(YEARS):
            found = result.pair_means(name, world, year)
            assert found.dims == ("state", "partner")
            assert np.isnan(np.diag(found)).all()
            off = ~np.eye(5, dtype=bool)
            np.testing.assert_allclose(found.values[off], expected[w, k][off], rtol=2e-7, atol=1e-9)
    assert float(result.pair_means(name, "gift", 2026).sel(state="A", partner="B")) != 0


def test_a_cell_unknown_in_some_draw_is_unknown(result):
    assert result.pair_means("odds", "gift", 2025).sel(state="E").isnull().all()
    assert result.pair_means("odds", "gift", 2025).sel(state="A", partner=["B", "C", "D"]).notnull().all()


def test_shares_of_levels(result):
    values, good = whole("bond")
    found = means.shares(result, "bond", "gift", 2025)
    for level, at in zip(BOND.grid, found, strict=True):
        expected = (values[1, 4, good] == level).mean(axis=0)
        np.testing.assert_allclose(at[0, 1:], expected[0, 1:], atol=1e-7)


def test_an_input_of_states_is_averaged_too(result):
    assert result.pair_means("tax", "gift", 2023).dims == ("state",)
    assert (result.pair_means("tax", "gift", 2023) == 0).all()


def test_chunks_and_processes_change_no_bit(result, tmp_path):
    ours = (result.directory / "means.npz").read_bytes()
    for name, chunk in (("a", 1), ("b", 23), ("c", 7)):
        ensemble(chunk=chunk).run(model(), toy_start(), tmp_path / name)
        assert (tmp_path / name / "means.npz").read_bytes() == ours


def test_order_of_adding_changes_nothing():
    rng = np.random.Generator(np.random.Philox(1))
    parts = []
    for k in range(6):
        grains = np.rint(rng.normal(size=(2, 3)) * means.GRAINS).astype(np.int64)
        parts.append(means.Sums(4, frozenset([4 * k]), {"w/f": grains, "w/f?": rng.random((2, 3)) < 0.1}))
    one, other = means.Sums(), means.Sums()
    for p in parts:
        one.take_in(p)
    for p in reversed(parts):
        other.take_in(p)
        other.take_in(p)
    assert (one.digest() == other.digest()).all()
    assert one.draws == other.draws == 24


def test_a_stopped_run_goes_on_to_the_same_means(result, tmp_path):
    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    folder = tmp_path / "cut"
    with pytest.raises(KeyboardInterrupt):
        ensemble().run(model(), toy_start(), folder, progress=stop)
    assert (folder / "sums.npz").exists()
    computed = []
    ensemble().run(model(), toy_start(), folder, progress=lambda done, total: computed.append(done))
    assert computed == [3, 4, 5]
    assert files(folder) == files(result.directory)
    assert (folder / "manifest.json").read_bytes() == (result.directory / "manifest.json").read_bytes()


def test_a_killed_run_adds_again_what_was_not_put_by(result, tmp_path):
    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    folder = tmp_path / "killed"
    with pytest.raises(KeyboardInterrupt):
        ensemble().run(model(), toy_start(), folder, progress=stop)
    (folder / "sums.npz").unlink()  # as after a kill that left no time
    ensemble().run(model(), toy_start(), folder)
    assert files(folder) == files(result.directory)


def test_damaged_means_are_found_and_made_again(tmp_path):
    folder = tmp_path / "r"
    ensemble().run(model(), toy_start(), folder)
    before = files(folder)
    (folder / "means.npz").write_bytes(b"torn")
    with pytest.raises(DetenteError, match=r"means\.npz: has changed"):
        Result.open(folder)
    ensemble().run(model(), toy_start(), folder)
    assert files(folder) == before
    (folder / "chunks" / "000005.npz").unlink()
    ensemble().run(model(), toy_start(), folder)
    assert files(folder) == before


def test_verify_computes_the_sums_again(result, monkeypatch):
    assert verify(result.directory, model(), toy_start(), sample=2).holds
    monkeypatch.setattr(means, "GRAINS", 2.0**31)
    found = verify(result.directory, model(), toy_start())
    assert [p.what for p in found.problems] == ["'means/sha256' does not come out again"]


def test_a_run_without_means_opens_and_says_so(tmp_path):
    old = ensemble().run(plan((QUARRELS, GROWTH)), toy_start(), tmp_path / "old")
    assert not old.averaged
    assert not (tmp_path / "old" / "means.npz").exists()
    with pytest.raises(DetenteError, match="keeps no means of 'bond'"):
        old.pair_means("bond", "gift", 2025)
    record = {k: v for k, v in old.record.items() if k != "averaged"}
    assert Result(old.directory, record).averaged == {}
    assert verify(tmp_path / "old", model(averaged=False), toy_start()).problems  # another model


def test_what_is_not_there_is_named(result):
    with pytest.raises(DetenteError, match="odds") as told:
        result.pair_means("ods", "gitf", 1999)
    assert len(told.value.problems) == 3


def test_a_run_of_failures_has_no_means(tmp_path):
    def never(see, p, u):
        return reckon(see, p, u) | {FAILED: np.ones(see.draws, dtype=bool)}

    lost = plan((QUARRELS, GROWTH, replace(RECKONING, step=never)))
    found = ensemble(4, 2).run(lost, toy_start(), tmp_path / "r")
    assert int(found.all_means["draws"]) == 0
    with pytest.raises(DetenteError, match="no draw"):
        found.pair_means("odds", "gift", 2025)


def test_values_too_large_to_add_are_refused():
    with pytest.raises(RuntimeError, match="values beyond"):
        means._grains(np.array([1e6]), ODDS)


def test_sums_that_cannot_be_read_are_begun_anew(tmp_path):
    (tmp_path / store.SUMS).write_bytes(b"torn")
    assert Store(tmp_path).sums() == means.Sums()
