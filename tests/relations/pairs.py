"""Small worlds for the tests of the relations mechanism."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import ndtr

from detente.mechanisms import relations
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index

MECHANISM = relations.mechanism()
PAIRS = tuple(relations.OF_PAIRS.values())


def names(n):
    return tuple(f"S{k:02d}" for k in range(n))


def world(n=2, draws=1, **change):
    """A View of ``n`` alike states; ``change`` gives other values for fields (dots written as __)."""
    usual = {
        "last.peace_level": 0.5,
        "last.peace_level_reached": 0.5,
        "last.years_in_level": 10.0,
        "last.years_since_fall": 99.0,
        "defence_pact": 0.0,
        "land_border": 0.0,
        "min_distance": 1000.0,
        "reconciliation": 0.0,
        "relation_coded": 1.0,
        "relations_blow": 0.0,
    }
    arrays = {k: np.full((draws, n, n), v) for k, v in usual.items()}
    arrays["last.ideal_point"] = np.tile(np.arange(n) % 2 * 1.0, (draws, 1))
    arrays["polyarchy"] = np.tile(np.where(np.arange(n) % 2, 0.8, 0.5), (draws, 1))
    arrays["last.milex"] = np.full((draws, n), 20.0)
    for name in ("last.irregular_change", *relations.MEMBERS):
        arrays[name] = np.zeros((draws, n))
    for key, value in change.items():
        name = key.replace("__", ".")
        arrays[name] = np.array(np.broadcast_to(value, arrays[name].shape), dtype=float)
    return View(2030, Index(names(n), tuple(range(n))), draws, arrays)


def with_fields(view, **change):
    arrays = dict(view.arrays) | {k.replace("__", "."): v for k, v in change.items()}
    return replace(view, arrays=arrays)


def values(draws=1, u=0.5, mechanism=MECHANISM, **fixed):
    """Parameters: every uniform at ``u`` (0.5 gives the means), or fixed to what is given."""
    parameters = mechanism.parameters
    arrays = {p.name.partition(".")[2]: p.at(np.full((draws, p.width), u)) for p in parameters}
    for name, value in fixed.items():
        arrays[name] = np.broadcast_to(np.asarray(value, dtype=float), (draws, *np.shape(value))).copy()
    return Values(arrays, theories_of(parameters))


def luck(n=2, draws=1, move=0.5, size=0.5):
    of_pairs = {
        k: np.array(np.broadcast_to(v, (draws, n, n)), dtype=float)
        for k, v in (("move", move), ("size", size))
    }
    return usual_years(draws) | of_pairs


def usual_years(draws):
    """Years whose luck multiplies chances by one, at the parameters' means."""
    middle = {name: values()[name][0] for name in relations.SEASONS}
    return {name: np.full(draws, float(ndtr(spread / 2))) for name, spread in middle.items()}


def some_world(rng, n=12, draws=3):
    """A world with everything different, some of it unknown."""

    def pairs(make):
        x = np.stack([np.triu(make((n, n)), 1) for _ in range(draws)])
        return x + x.transpose(0, 2, 1)

    level = pairs(lambda s: rng.integers(0, 5, s) * 0.25)
    reached = np.where(pairs(lambda s: (rng.random(s) < 0.1) * 1.0) > 0, 0.5, level)
    polyarchy, ideal = rng.random((draws, n)), rng.normal(size=(draws, n))
    milex = np.exp(rng.normal(size=(draws, n)) * 2)
    polyarchy[:, 2], ideal[:, 3], milex[:, 4], milex[:, 5] = np.nan, np.nan, np.nan, 0.0
    return world(
        n,
        draws,
        last__peace_level=level,
        last__peace_level_reached=reached,
        polyarchy=polyarchy,
        last__ideal_point=ideal,
        last__milex=milex,
        last__irregular_change=np.where(rng.random((draws, n)) < 0.2, np.nan, rng.random((draws, n)) < 0.3),
        last__eu_member=np.where(rng.random((draws, n)) < 0.1, np.nan, rng.random((draws, n)) < 0.4),
        eu_member=np.where(rng.random((draws, n)) < 0.1, np.nan, rng.random((draws, n)) < 0.6),
        last__years_in_level=pairs(lambda s: rng.integers(0, 60, s) * 1.0),
        last__years_since_fall=pairs(lambda s: rng.integers(0, 100, s) * 1.0),
        defence_pact=pairs(lambda s: rng.integers(0, 2, s) * 1.0),
        land_border=pairs(lambda s: rng.integers(0, 2, s) * 1.0),
        min_distance=pairs(lambda s: rng.random(s) * 9000),
        reconciliation=pairs(lambda s: rng.random(s)),
        relation_coded=pairs(lambda s: rng.integers(0, 2, s) * 1.0),
    )
