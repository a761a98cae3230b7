"""The sanctions equations: invariants, the compiled twin, and the cases that people can read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from detente.mechanisms import sanctions
from detente.mechanisms.sanctions import equations as eq
from detente.mechanisms.sanctions import kernel
from detente.mechanisms.sanctions import measures as ms
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index

FOLDER = Path(sanctions.__file__).parent


def world(n=12, draws=3, seed=0, force=0.2):
    """A made-up world: arrays of the fields that the step reads, and its uniforms."""
    rng = np.random.default_rng(seed)
    level = rng.choice([0, 0.25, 0.5, 0.75, 1.0], size=(draws, n, n))
    level = np.triu(level, 1) + np.triu(level, 1).transpose(0, 2, 1)
    hit = (rng.random((draws, n, n)) < force) & ~np.eye(n, dtype=bool)
    hard = rng.random((draws, n, n)) < 0.3
    off = 1.0 - np.eye(n)
    measures = {f"last.sanction_{k}": off * (rng.random((draws, n, n)) < force) for k in ("financial", "travel", "arms")}
    arrays = {
        "last.peace_level": level, "last.years_since_fall": rng.choice([0.0, 1.0, 2.0, 3.0, 99.0], size=(draws, n, n)),
        "relation_coded": rng.choice([0.0, 1.0], size=(draws, n, n)),
        "last.sanction_complete": (hit & hard).astype(float), "last.sanction_partial": (hit & ~hard).astype(float),
        "last.sanction_age": np.where(hit, rng.integers(0, 30, size=(draws, n, n)), 0.0).astype(float),
        "last.ideal_point": rng.normal(size=(draws, n)), "polyarchy": rng.random((draws, n)),
        "last.gdp": rng.lognormal(5, 2, size=(draws, n)), "joins_sanctions": np.zeros((draws, n, n)), **measures,
    }
    m = sanctions.mechanism()
    luck = {k: rng.random((draws, *(n for _ in dims))) for k, dims in m.chance.items()}
    p = Values({q.name.partition(".")[2]: q.at(rng.random((draws, q.width))) for q in m.parameters},
               theories_of(m.parameters))
    names = tuple(f"S{k:02d}" for k in range(n))
    return m, View(2030, Index(names, tuple(range(n)), {"EU": names[:4]}), draws, arrays), p, luck


def changed(see, **arrays):
    return View(see.year, see.index, see.draws, {**see.arrays, **{k.replace("__", "."): v for k, v in arrays.items()}})


def test_writes_only_zeros_ones_and_ages():
    m, see, p, u = world()
    out = m.step(see, p, u)
    assert set(out) == {f.name for f in m.writes}
    both = out["sanction_complete"] + out["sanction_partial"]
    assert set(np.unique(both)) <= {0.0, 1.0}
    assert ((out["sanction_age"] > 0) == (both > 0)).all()
    assert (both[:, range(12), range(12)] == 0).all()


@pytest.mark.parametrize("seed", range(6))
def test_compiled_and_plain_agree(seed):
    m, see, p, u = world(n=25, draws=4, seed=seed, force=0.3)
    for draw in range(4):
        pairs = {k: see[name][draw] for k, name in sanctions.OF_PAIRS.items()}
        states = {"ideal_point": see["last.ideal_point"][draw].copy(), "polyarchy": see["polyarchy"][draw],
                  "log_share": eq.log_share(see["last.gdp"][draw])}
        states["ideal_point"][3] = np.nan
        luck = {k: v[draw] * 0.2 for k, v in u.items()} | {k: u[k][draw] * 4 - 2 for k in ("quarrel", "thaw", *ms.SHOCKS)}
        values = {k: v[draw] for k, v in p.arrays.items()}
        both = [eq.year_of_sanctions(pairs=pairs, states=states, members=np.arange(4), p=values, luck=luck, plain=x)
                for x in (True, False)]
        for plain, compiled in zip(*both, strict=True):
            np.testing.assert_array_equal(plain, compiled)
        trade = ms.trade_moves(pairs, both[0])
        luck["kind"] = u["kind"][draw]
        more = [ms.year_of_measures(pairs=pairs, trade=trade, states=states, members=np.arange(4), p=values, luck=luck,
                                    plain=x) for x in (True, False)]
        for plain, compiled in zip(*more, strict=True):
            np.testing.assert_array_equal(plain, compiled)


@settings(max_examples=200, deadline=None)
@given(st.floats(-9, 9), st.floats(1e-9, 1 - 1e-9))
def test_event_is_u_below_phi(x, u):
    assert kernel.happens(x, u) == (u < ndtr(x)) or abs(u - ndtr(x)) < 1e-12


def test_common_shock_keeps_the_chance_on_average():
    rng = np.random.default_rng(1)
    shock, u = rng.normal(size=400_000), rng.random(400_000)
    hit = u < ndtr(eq.conditional_index(np.full(400_000, -1.5), 0.5, shock))
    assert abs(hit.mean() - ndtr(-1.5)) < 4 * np.sqrt(0.07 * 0.93 / 400_000)


def test_higher_chance_only_adds_impositions():
    m, see, p, u = world()
    more = Values({**p.arrays, "onset": p["onset"] + np.eye(14)[0] * 0.7}, p.theories)
    before, after = m.step(see, p, u), m.step(see, more, u)
    for name in ("sanction_complete", "sanction_partial"):
        assert (after[name] >= before[name]).all()
    assert after["sanction_partial"].sum() > before["sanction_partial"].sum()


def test_union_moves_together():
    m, see, p, u = world(force=0.0)
    eager = Values({**p.arrays, "onset": np.tile(np.eye(14)[0] * -8.0 + np.eye(14)[12] * 16.0, (3, 1))}, p.theories)
    out = m.step(see, eager, u)
    imposed = out["sanction_complete"] + out["sanction_partial"]
    assert (imposed[:, :4, 4:] == 1).all()
    assert (imposed[:, :, :4] == 0).all()
    assert (imposed[:, 4:] == 0).all()
    assert (out["sanction_complete"][:, :4, 4:] == out["sanction_complete"][:, :1, 4:]).all()
    kept = changed(see, last__sanction_partial=imposed, last__sanction_complete=imposed * 0, last__sanction_age=imposed)
    never = Values({**p.arrays, "lifting": np.tile(np.array([8.0, 0.0]), (3, 1)),
                    "onset": np.tile(np.eye(14)[0] * -8.0, (3, 1))}, p.theories)
    assert (m.step(kept, never, u)["sanction_partial"] == 0).all()


def test_everybodys_sanctions_end_for_all_or_none():
    m, see, p, u = world(force=0.0)
    partial = np.zeros_like(see["last.sanction_partial"])
    partial[:, :, 9] = 1.0
    partial[:, 9, 9] = 0.0
    shared = changed(see, last__sanction_partial=partial)
    ends = u["everybody"].copy()
    ends[0, 9], ends[1, 9] = 0.0, 1.0
    out = m.step(shared, p, {**u, "everybody": ends})["sanction_partial"]
    assert out[0, :, 9].sum() == 0
    assert out[1, :, 9].sum() == 11


def test_a_sanction_lifted_by_a_scenario_starts_anew():
    m, see, p, u = world()
    gone = np.zeros_like(see["last.sanction_partial"])
    calm = Values({**p.arrays, "onset": np.tile(np.eye(14)[0] * -9.0, (3, 1))}, p.theories)
    out = m.step(changed(see, last__sanction_partial=gone, last__sanction_complete=gone), calm, u)
    trade = ("sanction_complete", "sanction_partial", "sanction_age")
    assert all((out[k] == 0).all() for k in trade), "nothing in force, nothing imposed, no age left over"
    imposed = gone.copy()
    imposed[:, 5, 6] = 1.0
    stay = Values({**calm.arrays, "lifting": np.tile([-9.0, 0.0], (3, 1))}, p.theories)
    out = m.step(changed(see, last__sanction_partial=imposed, last__sanction_complete=gone,
                         last__sanction_age=gone), stay, u)
    assert (out["sanction_age"][:, 5, 6] == 2).all(), "imposed last year by a scenario: second year now"


def test_unknown_stays_with_its_own():
    m, see, p, u = world()
    ideal, partial = see["last.ideal_point"].copy(), see["last.sanction_partial"].copy()
    ideal[:, 7] = np.nan
    partial[:, 2, 3] = np.nan
    out = m.step(changed(see, last__ideal_point=ideal, last__sanction_partial=partial), p, u)
    nan = np.isnan(out["sanction_partial"])
    assert nan[:, 2, 3].all()
    assert nan.sum() == see.draws


@pytest.mark.parametrize("case", yaml.safe_load((FOLDER / "cases.yaml").read_text()), ids=lambda c: c["case"])
def test_cases(case):
    given_, then = dict(case["given"]), case["then"]
    move = given_.pop("move")
    names = {"onset": eq.ONSET, "lifting": eq.LIFTING}[move]
    assert set(given_) <= set(names)
    (parameter,) = (q for q in sanctions.mechanism().parameters if q.name == f"sanctions.{move}")
    chance = ndtr(sum(b * (1.0 if k == "constant" else given_.get(k, 0.0))
                      for k, b in zip(names, parameter.prior.joint.mean, strict=True)))
    assert then.get("chance_above", 0) < chance < then.get("chance_below", 1), chance


def test_vintages_know_the_names_of_the_equations():
    for as_of in (1990, 2000, 2014, None):
        joint = {q.name: q.prior for q in sanctions.mechanism(as_of).parameters}
        assert joint["sanctions.onset"].joint.names == eq.ONSET
        assert joint["sanctions.lifting"].joint.names == eq.LIFTING
        assert joint["sanctions.stand_in"].joint.names == eq.STAND_IN
