"""Holdouts in a year: who gives in, who newly refuses and over what, who holds up ratification.

Arrays are (draw, row, col): rows the members in some draw, cols the candidates with a bid in some draw. Kinds
of holdouts are numbered from 1 in the order of :data:`equations.KINDS`; 0 is none.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.mechanisms.accession import equations as eq

Arrays = Mapping[str, np.ndarray]


def giving_in(
    *, held: np.ndarray, years: np.ndarray, beta: np.ndarray, offer: np.ndarray, where: tuple[np.ndarray, ...]
) -> np.ndarray:
    """Chance that each known holdout at ``where`` (draw, row, col) gives in this year, (holdout,).

    ``held`` kinds and ``years`` held (draw, row, col), ``beta`` (draw, k) log-odds: common, kinds, effect of
    log years and of each other holdout; ``offer`` (holdout,) log-odds added by what is offered.
    """
    d, _, c = where
    kind = held[where].astype(int)
    others = np.count_nonzero(held, axis=1)[d, c] - 1
    slow, crowd = beta[d, -2], beta[d, -1]
    odds = beta[d, 0] + beta[d, kind] + slow * np.log(np.maximum(years[where], 1.0)) + crowd * others
    return eq.chance(odds + offer)


def together(u: np.ndarray, where: tuple[np.ndarray, ...], kind: np.ndarray) -> np.ndarray:
    """Luck of holdouts (holdout,): one for each candidate and kind, as one quarrel ends for all in it.

    ``u`` (draw, col) is split into a uniform for each kind.
    """
    d, _, c = where
    out = np.empty(len(d))
    for k in range(1, len(eq.KINDS) + 1):
        mine = kind == k
        out[mine] = eq.digits(u[d[mine], c[mine]], k - 1)
    return out


def kinds_of(u: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """What new refusals ask for, from 1: by ``weight`` (refusal, kind) in logs and uniforms (refusal,)."""
    share = np.exp(weight - weight.max(axis=1, keepdims=True))
    steps = np.cumsum(share, axis=1) / share.sum(axis=1, keepdims=True)
    return np.asarray((u[:, None] >= steps[:, :-1]).sum(axis=1) + 1.0)


def remembered(
    held: np.ndarray, years: np.ndarray, no: np.ndarray, new: np.ndarray, asked: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Kinds of known holdouts and years held after the year.

    ``no``: who says no; ``new``: whose refusal becomes known this year, over what ``asked`` at those places.
    """
    kept = np.where(no, held, 0.0)
    kept[new] = asked
    return kept, np.where(kept > 0, np.where(held > 0, years, 0.0) + 1.0, 0.0)
