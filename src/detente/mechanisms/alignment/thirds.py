"""How third parties answered when two of the powers drew closer: the record of triads, and the estimate.

Triads, treatment and directions are those of :mod:`detente.mechanisms.alignment.triads`. Two questions are
asked of the five years after:

* :func:`answers`: did C and A (C and B, C and the others) come nearer to each other, and how much of that was
  C's own move? One row a triad-year.
* :func:`effects`: C's own move toward B, A and the others, all three together, as the engine moves it. One
  row a state-year.

Both compare with triads of the same kind whose A and B did not draw closer, in the same year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.alignment import triads as tr
from detente.mechanisms.alignment.panel import table
from detente.mechanisms.alignment.two_stage import two_stage
from detente.mechanisms.peace_levels import levels

FIRST = 1946
EFFECTS = ("wooing", "terms", "balancing")


@dataclass(frozen=True)
class Seen:
    """Positions (year, state), NaN unknown, and peace levels (year, state, state)."""

    years: range
    states: tuple[str, ...]
    position: np.ndarray
    level: np.ndarray

    @property
    def powers(self) -> np.ndarray:
        """Places of the powers among the states."""
        return np.array([self.states.index(s) for s in tr.POWERS])

    @property
    def origins(self) -> np.ndarray:
        """Rows of the years with five years on record on either side."""
        return np.arange(tr.SPAN, len(self.years) - tr.SPAN)


def seen(state_year: Any, peace: Any, until: int) -> Seen:
    """The record of 1946 to ``until`` from the tables ``state_year`` and ``peace``; nothing later is used."""
    rows = state_year.filter(state_year["ideal_point"].is_not_null() & (state_year["year"] <= until))
    states = tuple(sorted(rows["state"].unique().to_list()))
    years = range(FIRST, until + 1)
    place = {s: i for i, s in enumerate(states)}
    upto = peace.filter(peace["year"] <= until)
    return Seen(
        years, states, table(rows, "ideal_point", np.array(years), states), levels(upto, place, years)
    )


def pairs(known: Seen, now: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """In the years ``now`` (rows): rivals of the powers (year, k, n); pairs that drew closer; all."""
    k = known.powers
    x, level = known.position[:, k], known.level[:, k][:, :, k]
    closer = tr.drawn_closer(
        position=x[now], before=x[now - tr.SPAN], level=level[now], level_before=level[now - tr.SPAN]
    )
    both = np.isfinite(x[now] + x[now - tr.SPAN])
    every = both[:, :, None] & both[:, None, :] & ~np.eye(len(k), dtype=bool)
    return known.level[now][:, k] <= tr.RIVALRY, closer, every


def treated_in(known: Seen, year: int, states: Sequence[str]) -> np.ndarray:
    """Which of ``states`` are third parties to powers that drew closer by the end of ``year``, booleans."""
    now = np.array([year - FIRST])
    rivals, closer, _ = pairs(known, now)
    x = known.position[now]
    _, count = tr.directions(position=x, rivals=rivals, powers=known.powers, pairs=closer)
    asked = {s for s, n in zip(known.states, count[0], strict=True) if n > 0}
    return np.array([s in asked for s in states])


def effects(known: Seen) -> dict[str, Any]:
    """Points in five years by which C moves toward B, A and the others: mean (3,), covariance, n, treated.

    C's own move in five years on the mean directions over its treated triads, averaged over these years, for
    a closing may end, or begin, within them. Directions within these years depend on how C itself has moved;
    those at the outset are their instruments. Held fixed: directions over all its triads (what thirds do
    where nobody drew closer), its position at the outset, years. Errors clustered by state and year.
    """
    now, spans = known.origins, np.arange(tr.SPAN)
    years = np.arange(tr.SPAN, len(known.years))
    rivals, closer, every = pairs(known, years)
    at = {"position": known.position[years], "rivals": rivals, "powers": known.powers}
    each, count = tr.directions(**at, pairs=closer)
    usual, triads = (found[: len(now)] for found in tr.directions(**at, pairs=every))
    within_reach = now[:, None] - tr.SPAN + spans
    exposed, treated, count = each[within_reach].mean(axis=1), each[: len(now)], count[: len(now)]
    x = known.position[now]
    move = known.position[now + tr.SPAN] - x
    use = (triads > 0) & np.isfinite(move)
    year, state = np.nonzero(use)
    net = within(np.column_stack([move[use], exposed[use], treated[use], usual[use], x[use]]), year)
    y, ours, first, held = net[:, 0], net[:, 1:4], net[:, 4:7], net[:, 7:]
    stage = np.hstack([ours, held]), np.hstack([first, held])
    mean, covariance = two_stage(y, *stage, (state, year))
    return {
        "mean": mean[:3],
        "covariance": covariance[:3, :3],
        "n": int(use.sum()),
        "treated": int((count[use] > 0).sum()),
    }


def within(columns: np.ndarray, year: np.ndarray) -> np.ndarray:
    """Columns less their means of the year."""
    _, place = np.unique(year, return_inverse=True)
    means = np.stack([np.bincount(place, weights=c) / np.bincount(place) for c in columns.T], axis=1)
    less: np.ndarray = columns - means[place]
    return less


def least_squares(
    columns: np.ndarray, clusters: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The first column on the others, with covariance clustered in two ways (Cameron, Gelbach & Miller 2011).

    Negative eigenvalues of the covariance are set to 0.
    """
    y, x = columns[:, 0], columns[:, 1:]
    bread = np.linalg.inv(x.T @ x)
    mean = bread @ (x.T @ y)
    score = x * (y - x @ mean)[:, None]
    one, two = clusters
    meat = sums(score, one) + sums(score, two) - sums(score, one.astype(int) * 100_000 + two.astype(int))
    values, vectors = np.linalg.eigh(bread @ meat @ bread)
    return mean, (vectors * values.clip(0)) @ vectors.T


def sums(score: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """Sum over clusters of the outer products of their summed scores."""
    _, place = np.unique(cluster, return_inverse=True)
    added = np.stack([np.bincount(place, weights=c) for c in score.T], axis=1)
    return np.asarray(added.T @ added)


def triples(known: Seen) -> dict[str, np.ndarray]:
    """One row a triad-year: year, a, b, c, treated; and for each of :data:`EFFECTS` what happened.

    ``_at`` is the distance at the outset; ``_nearer`` how much nearer the two were five years later, ``_own``
    had only C moved, ``_theirs`` had only the other moved; ``_peace`` is the change of their peace level.
    Rows without C's positions are left out.
    """
    now = known.origins
    rivals, closer, every = pairs(known, now)
    t, a, b = np.nonzero(every)
    x, later = known.position[now], known.position[now + tr.SPAN]
    third = tr.thirds(x, rivals, known.powers, t, a, b) & np.isfinite(later[t])
    i, c = np.nonzero(third)
    foes, ab = rivals[t, a] | rivals[t, b], (known.powers[a], known.powers[b])
    rows = np.arange(len(t))
    targets = {
        "wooing": [v[t][rows, ab[1], None] + 0 * v[t] for v in (x, later)],
        "terms": [v[t][rows, ab[0], None] + 0 * v[t] for v in (x, later)],
        "balancing": [tr.mean_of_others(v[t], foes, *ab) for v in (x, later)],
    }
    out = {"year": now[t[i]] + FIRST, "a": ab[0][i], "b": ab[1][i], "c": c, "treated": closer[t, a, b][i]}
    mine, mine_later = x[t[i], c], later[t[i], c]
    for name, (then, after) in targets.items():
        to, to_later = then[i, c], after[i, c]
        at = np.abs(mine - to)
        out |= {f"{name}_at": at, f"{name}_nearer": at - np.abs(mine_later - to_later)}
        out |= {f"{name}_own": at - np.abs(mine_later - to), f"{name}_theirs": at - np.abs(mine - to_later)}
    return out | _peace(known, foes[i], (t[i], a[i], b[i], c))


def _peace(known: Seen, foes: np.ndarray, row: tuple[np.ndarray, ...]) -> dict[str, np.ndarray]:
    """Peace levels of C with B, A and (mean) the others at the outset, and their change in five years."""
    t, a, b, c = row
    now, every = known.origins[t], np.arange(len(t))
    ab = {"wooing": known.powers[b], "terms": known.powers[a]}
    others = foes.astype(float)
    others[every, ab["wooing"]] = others[every, ab["terms"]] = others[every, c] = 0.0
    alone = others.sum(axis=1) == 0
    out = {}
    for name in EFFECTS:
        then, after = (
            known.level[s, c, ab[name]]
            if name in ab
            else (known.level[s, c] * others).sum(axis=1) / np.where(alone, np.nan, others.sum(axis=1))
            for s in (now, now + tr.SPAN)
        )
        out |= {f"{name}_peace_at": then, f"{name}_peace": after - then}
    return out


def answers(rows: dict[str, np.ndarray], outcome: str) -> dict[str, float]:
    """Effect of A and B drawing closer on one outcome of :func:`triples` (``terms_nearer`` …).

    Years and the distance at the outset held fixed, errors clustered by pair A-B and by C: estimate, error,
    triad-years, of which treated.
    """
    outset = outcome if outcome.endswith("_peace") else outcome.partition("_")[0]
    y, at = rows[outcome], rows[f"{outset}_at"]
    use = np.isfinite(y) & np.isfinite(at)
    columns = np.column_stack([y, rows["treated"], at])[use]
    pair = np.minimum(rows["a"], rows["b"]) * 1000 + np.maximum(rows["a"], rows["b"])
    mean, covariance = least_squares(within(columns, rows["year"][use]), (pair[use], rows["c"][use]))
    return {
        "estimate": float(mean[0]),
        "error": float(np.sqrt(covariance[0, 0])),
        "n": int(use.sum()),
        "treated": int(rows["treated"][use].sum()),
    }


def cases(known: Seen, asked: Sequence[tuple[str, str, str, int]]) -> list[dict[str, Any]]:
    """What happened around a year, for each (A, B, C, year).

    Distances A-B, C-A and C-B five years before, then, and five years after (or in the newest year), and the
    peace levels.
    """
    out = []
    for a, b, c, year in asked:
        t = year - FIRST
        times = [max(t - tr.SPAN, 0), t, min(t + tr.SPAN, len(known.years) - 1)]
        row: dict[str, Any] = {"a": a, "b": b, "c": c, "year": year}
        for name, two in {"ab": (a, b), "ca": (c, a), "cb": (c, b)}.items():
            i, j = (known.states.index(s) for s in two)
            row[name] = [float(abs(known.position[s, i] - known.position[s, j])) for s in times]
            row[name + "_peace"] = [float(known.level[s, i, j]) for s in times]
        out.append(row)
    return out
