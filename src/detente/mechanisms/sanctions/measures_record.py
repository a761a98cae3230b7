"""The record of financial, arms and travel sanctions as decisions, and their estimation and score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from detente.mechanisms.sanctions import equations, measures
from detente.mechanisms.sanctions.fit import common_share, probit, target_year
from detente.mechanisms.sanctions.record import Decisions, Frames, Year, by_year, terms_of, years

Kinds = dict[str, np.ndarray]
Rows = tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]
"""Covariates, which cells could move, and which did; one shape for all."""


def with_kinds(frames: Frames, until: int) -> Iterator[tuple[Year, Kinds, Kinds]]:
    """Every year with the senders' own measures by kind, and the targets that everybody has under each."""
    order = {s: k for k, s in enumerate(frames.states.sort("slot")["state"].to_list())}
    held = by_year(frames.sanctions, order, ("sender", "target"), (*measures.CHAIN, "un"))
    for year in years(frames, until):
        own, everybody = {}, {}
        for k, kind in enumerate(measures.CHAIN):
            mine, world = (np.zeros((len(order),) * 2, dtype=bool) for _ in range(2))
            if year.year in held:
                (i, j), values = held[year.year]
                mine[i, j] = (values[k] > 0) & (values[-1] < 0.5)
                world[i, j] = values[k] > 0
            own[kind], everybody[kind] = mine, equations.everybodys(world)
        yield year, own, everybody


def decided(
    before: tuple[Year, Kinds, Kinds], now: tuple[Year, Kinds, Kinds], stand_in: Mapping[str, float]
) -> Iterator[tuple[str, bool, Rows]]:
    """(kind, whether the union's, rows) for each kind, of single senders and of the union.

    Left out, as for trade: targets under everybody's measure the year before, and members' own part in
    what the union does or did.
    """
    year, held, shared = before
    after, held_now, _ = now
    terms, states = terms_of(year, dict(stand_in))
    share = np.exp(states["log_share"])
    alive = year.alive & after.alive
    pairs = alive[:, None] & alive[None, :] & ~np.eye(len(alive), dtype=bool)
    inside = after.members & alive
    trade = (year.in_force, year.in_force ^ after.in_force)
    moved = {k: held[k] ^ held_now[k] for k in measures.CHAIN}
    coalitions = {k: equations.coalition(held[k], share)[None, :] for k in measures.CHAIN}
    acts = {k: (together(held[k], inside), together(held_now[k], inside)) for k in held}
    for kind in measures.CHAIN:
        x = measures.chain_terms(terms, kind, trade=trade, held=held, moved=moved, coalition=coalitions[kind])
        unions = inside[:, None] & (acts[kind][0] | acts[kind][1])[None, :]
        open_to = pairs & ~shared[kind][None, :] & ~unions
        yield kind, False, (x, open_to, moved[kind])
    if inside.any():
        yield from _of_union(year, after, inside, alive, (terms, states), (held, held_now), shared)


def together(held: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Targets that more than half of the members have a measure on; none without members."""
    return held[members].mean(axis=0) > 0.5 if members.any() else np.zeros(held.shape[1], dtype=bool)


def _of_union(
    year: Year,
    after: Year,
    inside: np.ndarray,
    alive: np.ndarray,
    seen: tuple[dict[str, np.ndarray], dict[str, np.ndarray]],
    held: tuple[Kinds, Kinds],
    shared: Kinds,
) -> Iterator[tuple[str, bool, Rows]]:
    terms, states = seen
    n = len(alive)
    part = {k: np.broadcast_to(v, (n, n))[inside] for k, v in terms.items()}
    rows, outside = measures.union_rows(part, inside, held[0], states)
    was, now = (together(y.in_force, inside) for y in (year, after))
    before, later = ({k: together(h, inside) for k, h in kinds.items()} for kinds in held)
    moved = {k: before[k] ^ later[k] for k in before}
    for kind in measures.CHAIN:
        x = measures.chain_terms(
            rows, kind, trade=(was, was ^ now), held=before, moved=moved, coalition=outside[kind]
        )
        yield kind, True, (x, alive & ~shared[kind] & ~inside, moved[kind])


def decisions(frames: Frames, until: int, stand_in: Mapping[str, float]) -> dict[str, Decisions]:
    """All decisions 1951..``until`` by ``kind_onset`` and ``kind_lifting``."""
    parts: dict[str, list[tuple[np.ndarray, ...]]] = {}
    before = None
    for now in with_kinds(frames, until):
        if before is not None:
            held = {False: before[1], True: _union_held(before, now)}
            for kind, union, (x, possible, moved) in decided(before, now, stand_in):
                had = held[union][kind]
                for move, names, rows in (
                    ("onset", measures.ONSET, possible & ~had),
                    ("lifting", measures.LIFTING, possible & had),
                ):
                    parts.setdefault(f"{kind}_{move}", []).append(_row(x, names, rows, moved, now[0].year))
        before = now
    return {
        key: Decisions(
            measures.ONSET if key.endswith("onset") else measures.LIFTING,
            *(np.concatenate(p) for p in zip(*found, strict=True)),
        )
        for key, found in parts.items()
    }


def _union_held(before: tuple[Year, Kinds, Kinds], now: tuple[Year, Kinds, Kinds]) -> Kinds:
    inside = now[0].members & before[0].alive & now[0].alive
    return {k: together(h, inside) for k, h in before[1].items()}


def _row(
    terms: Mapping[str, np.ndarray], names: tuple[str, ...], rows: np.ndarray, moved: np.ndarray, year: int
) -> tuple[np.ndarray, ...]:
    x = np.stack([np.broadcast_to(terms[k], rows.shape)[rows] for k in names], axis=1)
    where = np.nonzero(rows)
    sender = where[0] if len(where) == 2 else np.full(len(where[0]), -1)
    nothing = np.zeros(len(sender), dtype=bool)
    return x.astype(np.float32), moved[rows], np.full(len(sender), year), where[-1], sender, nothing


def estimates(frames: Frames, until: int, stand_in: Mapping[str, float]) -> dict[str, Any]:
    """For each kind ``KIND_onset``, ``KIND_lifting`` (joint probit coefficients) and their common shares."""
    found: dict[str, Any] = {}
    for key, record in decisions(frames, until, stand_in).items():
        fit = probit(record.x.astype(float), record.moved, record.target, record.names)
        share, error = common_share(record.x @ fit.mean, record.moved, target_year(record))
        found[key] = fit.joint()
        found[f"{key}_common"] = {"normal": {"mean": round(share, 4), "sd": round(error, 4)}}
    return found
