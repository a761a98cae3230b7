"""A small made-up world for the conflict mechanism, and parameters at their means."""

import numpy as np

import detente.mechanisms.conflict as conflict
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index

STATES = ("AAA", "BBB", "CCC", "DDD")
PLAIN = {
    "land_border": 0.0, "water_border": 0.0, "min_distance": 1000.0, "defence_pact": 0.0, "last.peace_level": 0.5,
    "relation_coded": 1.0, "last.dispute_memory": 0.0, "last.fatal_memory": 0.0, "last.territorial_claim": 0.0, "last.peace_years": 30.0, "last.at_war": 0.0, "last.war_years": 0.0,
    "major_power": 0.0, "nuclear_armed": 0.0, "polyarchy": 0.5, "last.ideal_point": 0.0, "last.milex": 10.0,
    "capability": 0.01, "milex_start": 10.0,
}  # fmt: skip
FREE = {k.removeprefix("last."): k for k in PLAIN}


def world(states=STATES, **changed):
    """View of one draw; ``changed`` maps a field to {"AAA-BBB": value} or {"AAA": value}."""
    n = len(states)
    index = Index(states, tuple(range(n)))
    pairs = set(conflict.OF_PAIRS.values())
    seen = {k: np.full((1, n, n) if k in pairs else (1, n), v) for k, v in PLAIN.items()}
    for k in pairs:
        seen[k][0][np.diag_indices(n)] = 0.5 if k == "last.peace_level" else 0.0
    for name, cells in changed.items():
        for who, value in cells.items():
            at = tuple(index.position(s) for s in who.split("-"))
            for ends in {at, at[::-1]}:
                seen[FREE[name]][(0, *ends)] = value
    return View(2025, index, 1, seen)


def luck(states=STATES, pairs=None, word=None):
    """Uniforms of one draw, 0.5 but for the cells named."""
    n = len(states)
    u = {"dispute": np.full((1, n, n), 0.5), "join": np.full((1, n), 0.5), "season": np.array([0.5])}
    for who, value in (pairs or {}).items():
        u["dispute"][(0, *(states.index(s) for s in who.split("-")))] = value
    for who, value in (word or {}).items():
        u["join"][0, states.index(who)] = value
    return u


def values(draws=1, as_of=None, **theories):
    """Parameters at their means; rival theories as named (else those of ``chosen``)."""
    chosen = {"deterrence": "record", "honour": "leeds", "war_length": "mid", "nuclear": "shield", "honour_nuclear": "same"}
    chosen |= theories
    declared = conflict.mechanism(as_of).parameters
    names = theories_of(declared)
    out = {}
    for q in declared:
        short = q.name.partition(".")[2]
        out[short] = q.at(np.full((draws, q.width), 0.5))
        if short in chosen:
            out[short] = np.full(draws, float(names[short].index(chosen[short])))
    return Values(out, names)
