"""How well measures were foretold one year ahead, trade's moves of that year being unknown too."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.mechanisms.sanctions import equations, measures
from detente.mechanisms.sanctions import measures_record as record
from detente.mechanisms.sanctions.fit import probit, scores, stand_ins
from detente.mechanisms.sanctions.record import Frames, Year, terms_of
from detente.mechanisms.sanctions.record import decisions as trade_decisions

Coefficients = Mapping[str, np.ndarray]


def chances(
    common: Mapping[str, np.ndarray],
    was: np.ndarray,
    held: Mapping[str, np.ndarray],
    coalitions: Mapping[str, np.ndarray],
    beta: Coefficients,
) -> dict[str, np.ndarray]:
    """Chance that each kind moves in a year, over all that trade and the kinds before it may do.

    Exact for the chain: branch by branch, weighted by what leads there. ``beta`` holds ``trade_onset``,
    ``trade_lifting`` and those of each kind; shapes as ``was``.
    """
    first = _chance(common, was, beta["trade_onset"], beta["trade_lifting"], equations)
    no, yes = np.zeros(was.shape, dtype=bool), np.ones(was.shape, dtype=bool)
    branches = [(1.0 - first, no, {}), (first, yes, {})]
    found = {}
    for kind in measures.CHAIN:
        total, new = np.zeros(was.shape), []
        for weight, trade, moved in branches:
            x = measures.chain_terms(
                common, kind, trade=(was, trade), held=held, moved=moved, coalition=coalitions[kind]
            )
            p = _chance(x, held[kind], beta[f"{kind}_onset"], beta[f"{kind}_lifting"], measures)
            total = total + weight * p
            new += [(weight * (1 - p), trade, moved | {kind: no}), (weight * p, trade, moved | {kind: yes})]
        found[kind], branches = total, new
    return found


def _chance(
    terms: Mapping[str, np.ndarray], had: np.ndarray, onset: np.ndarray, lifting: np.ndarray, names: object
) -> np.ndarray:
    from scipy.special import ndtr

    begin = equations.index(terms, names.ONSET, onset)  # type: ignore[attr-defined]
    end = equations.index(terms, names.LIFTING, lifting)  # type: ignore[attr-defined]
    return ndtr(np.where(had, end, begin))


def fitted(frames: Frames, until: int) -> tuple[dict[str, np.ndarray], dict[str, float], dict[str, tuple]]:
    """Coefficients on data up to ``until``, stand-ins, and each move's base rates (all years, last ten)."""
    past = frames.until(until)
    stand_in = stand_ins(past, until)
    beta, rates = {}, {}
    onset, lifting = trade_decisions(past, until, stand_in)
    known = {"trade_onset": onset, "trade_lifting": lifting} | record.decisions(past, until, stand_in)
    for key, rows in known.items():
        beta[key] = probit(rows.x.astype(float), rows.moved, rows.target, rows.names).mean
        rates[key] = (rows.moved.mean(), rows.moved[rows.year > until - 10].mean())
    return beta, stand_in, rates


def score(frames: Frames, until: int, horizon: int) -> dict[str, dict[str, float]]:
    """As :func:`fit.score` for each kind: ``financial_onset`` … ``arms_lifting``."""
    beta, stand_in, rates = fitted(frames, until)
    truth: dict[str, list[np.ndarray]] = {}
    ours: dict[str, list[np.ndarray]] = {}
    before = None
    for now in record.with_kinds(frames.until(until + horizon), until + horizon):
        if before is not None and now[0].year > until:
            told = _forecasts(before, now[0], beta, stand_in)
            for kind, union, (_, possible, moved) in record.decided(before, now, stand_in):
                chance, held = told[union][kind]
                for move, rows in (("onset", possible & ~held), ("lifting", possible & held)):
                    truth.setdefault(f"{kind}_{move}", []).append(moved[rows])
                    ours.setdefault(f"{kind}_{move}", []).append(chance[rows])
        before = now
    found = {}
    for key, parts in truth.items():
        y = np.concatenate(parts)
        names = ("base_rate", "recent_rate")
        rivals = {n: np.full(len(y), r) for n, r in zip(names, rates[key], strict=True)}
        found[key] = scores(y, {"model": np.concatenate(ours[key])} | rivals)
    return found


def _forecasts(
    before: tuple[Year, record.Kinds, record.Kinds],
    after: Year,
    beta: Coefficients,
    stand_in: Mapping[str, float],
) -> dict[bool, dict[str, tuple[np.ndarray, np.ndarray]]]:
    year, held, _ = before
    terms, states = terms_of(year, dict(stand_in))
    share = np.exp(states["log_share"])
    coalitions = {k: equations.coalition(h, share)[None, :] for k, h in held.items()}
    alone = chances(terms, year.in_force, held, coalitions, beta)
    told = {False: {k: (alone[k], held[k]) for k in held}, True: {}}
    inside = after.members & year.alive & after.alive
    if inside.any():
        part = {k: np.broadcast_to(v, year.in_force.shape)[inside] for k, v in terms.items()}
        # The union's own terms of trade: its coalition there is that of trade sanctions.
        rows, outside = measures.union_rows(part, inside, held, states)
        rows |= {"coalition": equations.union_terms(part, inside, year.in_force, states)["coalition"]}
        acts = {k: h[inside].mean(axis=0) > 0.5 for k, h in held.items()}
        was = year.in_force[inside].mean(axis=0) > 0.5
        joint = chances(rows, was, acts, outside, beta)
        told[True] = {k: (joint[k], acts[k]) for k in held}
    return told
