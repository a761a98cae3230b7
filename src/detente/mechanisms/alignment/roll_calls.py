"""Ideal points from roll calls: a dynamic ordinal item-response model (Bailey, Strezhnev & Voeten 2017).

Each state i stands at θ_it in session t. On roll call j it votes no, abstains or votes yes with

    P(vote ≤ no)      = Λ(low_j − slope_j·θ_it)
    P(vote ≤ abstain) = Λ(high_j − slope_j·θ_it),     Λ the logistic function, low_j ≤ high_j,

and θ walks: θ_it = θ_i,t−1 + step·ε. Absence says nothing. The published estimates come from Markov
chains; here the posterior mode is found by turns (Fisher scoring of every roll call given the states,
then of every state's whole path given the roll calls), which takes seconds instead of hours. The scale
is fixed as theirs is, by mean 0 and variance 1 over all states and sessions, its direction by a pole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

NO, ABSTAIN, YES = 0, 1, 2
WIDE = 5.0
"""Standard deviation of the prior of a roll call's slope and cutpoints; it keeps unanimous ones finite."""
NEAR = 1.0
"""Precision of each position around 0 beside its walk: the unit normal prior of the published model, without
which states that always vote together drift ever further out."""
STEP = 0.2
"""Standard deviation of a session's move. Of 0.1, 0.2 and 0.4 it foretells a tenth of the votes, held out,
best (mean log probability -0.2729, -0.2720, -0.2728)."""
NARROWEST = 1e-3
"""Least distance between the cutpoints; a roll call without abstentions comes down to it."""


@dataclass(frozen=True)
class Votes:
    """Votes as positions: of the state, the session and the roll call of each vote, and 0, 1 or 2.

    Arrays (vote,); ``states`` and ``sessions`` name the positions, sessions in order of time.
    """

    state: np.ndarray
    session: np.ndarray
    roll_call: np.ndarray
    vote: np.ndarray
    states: tuple[str, ...]
    sessions: tuple[int, ...]
    session_of: np.ndarray
    """Session of each roll call."""


@dataclass(frozen=True)
class IdealPoints:
    """Positions (state, session), NaN where a state cast no vote; their standard errors given the roll
    calls; slopes and cutpoints (roll call,); the log likelihood; how far the last round moved anything."""

    position: np.ndarray
    error: np.ndarray
    slope: np.ndarray
    low: np.ndarray
    high: np.ndarray
    log_likelihood: float
    moved: float


def votes_of(table: Any) -> Votes:
    """Votes from a polars frame of them: roll_call, session, state, vote (no, abstain, yes).

    A state listed twice in a roll call counts once.
    """
    import polars as pl

    code = {"no": NO, "abstain": ABSTAIN, "yes": YES}
    joined = table.unique(["roll_call", "state"], keep="first", maintain_order=True).sort(
        "roll_call", "state"
    )
    states = tuple(joined["state"].unique().sort())
    sessions = tuple(int(s) for s in joined["session"].unique().sort())
    calls = joined.group_by("roll_call", maintain_order=True).agg(pl.col("session").first())

    def places(column: str, names: tuple[Any, ...]) -> np.ndarray:
        order = {name: k for k, name in enumerate(names)}
        return np.array([order[x] for x in joined[column].to_list()], dtype=np.int32)

    at = {s: k for k, s in enumerate(sessions)}
    return Votes(
        places("state", states),
        places("session", sessions),
        places("roll_call", tuple(calls["roll_call"].to_list())),
        np.array([code[v] for v in joined["vote"].to_list()], dtype=np.int8),
        states,
        sessions,
        np.array([at[int(s)] for s in calls["session"].to_list()], dtype=np.int32),
    )


def ideal_points(
    votes: Votes, pole: str, step: float = STEP, rounds: int = 200, enough: float = 1e-3
) -> IdealPoints:
    """Posterior mode of all positions and roll calls.

    ``step``: standard deviation of a session's move, on the scale of variance 1. ``pole``: the state
    that shall stand above zero. ``enough``: stop once no position moves by more in a round.
    """
    n, m, j = len(votes.states), len(votes.sessions), len(votes.session_of)
    by_call = np.argsort(votes.roll_call, kind="stable")
    by_state = np.lexsort((votes.session, votes.state))
    cast = np.zeros((n, m), dtype=bool)
    cast[votes.state, votes.session] = True
    theta = _first_guess(votes, cast, pole)
    slope, low, high = np.full(j, 1.0), np.full(j, -0.5), np.full(j, 0.5)
    moved = np.inf
    for _ in range(rounds):
        before = theta
        _fit_calls(
            votes.state[by_call], votes.session[by_call], votes.roll_call[by_call], votes.vote[by_call],
            theta, slope, low, high,
        )  # fmt: skip
        theta, _ = _fit_paths(
            votes.state[by_state], votes.session[by_state], votes.roll_call[by_state], votes.vote[by_state],
            theta, slope, low, high, cast, step,
        )  # fmt: skip
        theta = _standardised(theta, cast)
        moved = float(np.abs(theta - before)[cast].max())
        if moved < enough:
            break
    theta, error = _fit_paths(
        votes.state[by_state], votes.session[by_state], votes.roll_call[by_state], votes.vote[by_state],
        theta, slope, low, high, cast, step,
    )  # fmt: skip
    theta = _standardised(theta, cast)
    if np.nanmean(np.where(cast, theta, np.nan)[votes.states.index(pole)]) < 0:
        theta, slope = -theta, -slope
    fit = float(
        _log_likelihood(votes.state, votes.session, votes.roll_call, votes.vote, theta, slope, low, high)
    )
    blank = np.where(cast, 1.0, np.nan)
    return IdealPoints(theta * blank, error * blank, slope, low, high, fit, moved)


def held_out(votes: Votes, found: IdealPoints) -> float:
    """Mean log probability of votes that took no part in the fit; those of states unseen that session are
    left out."""
    seen = ~np.isnan(found.position[votes.state, votes.session])
    s, t, r, v = (a[seen] for a in (votes.state, votes.session, votes.roll_call, votes.vote))
    theta = np.nan_to_num(found.position)
    return float(_log_likelihood(s, t, r, v, theta, found.slope, found.low, found.high)) / int(seen.sum())


def split(votes: Votes, every: int = 10) -> tuple[Votes, Votes]:
    """Votes to fit and every tenth vote to test, by a fixed rule that scatters states and roll calls."""
    mixed = (votes.state.astype(np.int64) * 7919 + votes.roll_call.astype(np.int64) * 104729) % 1_000_003
    test = mixed % every == 0

    def part(mask: np.ndarray) -> Votes:
        return Votes(
            votes.state[mask], votes.session[mask], votes.roll_call[mask], votes.vote[mask],
            votes.states, votes.sessions, votes.session_of,
        )  # fmt: skip

    return part(~test), part(test)


def _first_guess(votes: Votes, cast: np.ndarray, pole: str) -> np.ndarray:
    """How often each state voted as the pole did, session by session, standardised."""
    n, m = cast.shape
    of_pole = np.full(len(votes.session_of), -1, dtype=np.int8)
    own = votes.state == votes.states.index(pole)
    of_pole[votes.roll_call[own]] = votes.vote[own]
    both = of_pole[votes.roll_call] >= 0
    alike = both & (of_pole[votes.roll_call] == votes.vote)
    same, seen = np.zeros((n, m)), np.zeros((n, m))
    np.add.at(same, (votes.state[alike], votes.session[alike]), 1)
    np.add.at(seen, (votes.state[both], votes.session[both]), 1)
    return _standardised(np.divide(same, seen, out=np.zeros((n, m)), where=seen > 0), cast)


def _standardised(theta: np.ndarray, cast: np.ndarray) -> np.ndarray:
    known = theta[cast]
    return np.where(cast, (theta - known.mean()) / known.std(), 0.0)


@njit(cache=True)
def _probabilities(x: float, low: float, high: float) -> tuple[float, float]:
    """P(no) and P(no or abstain) at slope·position x."""
    return 1.0 / (1.0 + np.exp(x - low)), 1.0 / (1.0 + np.exp(x - high))


@njit(cache=True)
def _pull(vote: int, a: float, b: float) -> tuple[float, float, float]:
    """Score of one vote in −x (that is, of a common shift of both cutpoints), in low and in high."""
    da, db = a * (1 - a), b * (1 - b)
    if vote == 0:
        return 1 - a, 1 - a, 0.0
    if vote == 2:
        return -b, 0.0, -b
    middle = max(b - a, 1e-12)
    return (db - da) / middle, -da / middle, db / middle


@njit(cache=True)
def _fit_calls(state, session, call, vote, theta, slope, low, high):  # noqa: ANN001, ANN202
    """One round of Fisher scoring for every roll call; votes sorted by roll call."""
    start, many = 0, len(call)
    while start < many:
        j, end = call[start], start
        while end < many and call[end] == j:
            end += 1
        g, h = np.zeros(3), np.zeros((3, 3))
        for k in range(start, end):
            t = theta[state[k], session[k]]
            a, b = _probabilities(slope[j] * t, low[j], high[j])
            da, db, middle = a * (1 - a), b * (1 - b), max(b - a, 1e-9)
            common, at_low, at_high = _pull(vote[k], a, b)
            g += np.array([at_low, at_high, -t * common])
            ll = da * da * (1 / max(a, 1e-9) + 1 / middle)
            hh = db * db * (1 / max(1 - b, 1e-9) + 1 / middle)
            lh = -da * db / middle
            h += np.array([
                [ll, lh, -t * (ll + lh)], [lh, hh, -t * (hh + lh)],
                [-t * (ll + lh), -t * (hh + lh), t * t * (ll + hh + 2 * lh)],
            ])  # fmt: skip
        p = np.array([low[j], high[j], slope[j]])
        g -= p / WIDE**2
        for d in range(3):
            h[d, d] += 1 / WIDE**2 + 1e-9
        move = np.linalg.solve(h, g)
        largest = np.abs(move).max()
        p += move * min(1.0, 1.0 / max(largest, 1e-12))
        middle = (p[0] + p[1]) / 2
        if p[1] - p[0] < NARROWEST:
            p[0], p[1] = middle - NARROWEST / 2, middle + NARROWEST / 2
        low[j], high[j], slope[j] = p
        start = end


@njit(cache=True)
def _fit_paths(state, session, call, vote, theta, slope, low, high, cast, step):  # noqa: ANN001, ANN202
    """One round of Fisher scoring for every state's path: a tridiagonal system each; and standard errors."""
    n, m = theta.shape
    g, h = np.zeros((n, m)), np.zeros((n, m))
    for k in range(len(vote)):
        i, t, j = state[k], session[k], call[k]
        a, b = _probabilities(slope[j] * theta[i, t], low[j], high[j])
        da, db, middle = a * (1 - a), b * (1 - b), max(b - a, 1e-9)
        common, _, _ = _pull(vote[k], a, b)
        inside = da * da / max(a, 1e-9) + (db - da) ** 2 / middle + db * db / max(1 - b, 1e-9)
        g[i, t] -= slope[j] * common
        h[i, t] += slope[j] ** 2 * inside
    new, error = theta.copy(), np.zeros((n, m))
    for i in range(n):
        at = np.flatnonzero(cast[i])
        many = len(at)
        a = np.zeros((many, many))
        grad = np.zeros(many)
        for k in range(many):
            a[k, k] += h[i, at[k]] + NEAR
            grad[k] += g[i, at[k]] - NEAR * theta[i, at[k]]
            if k:
                w = 1.0 / (step * step * (at[k] - at[k - 1]))
                gap = theta[i, at[k]] - theta[i, at[k - 1]]
                a[k, k] += w
                a[k - 1, k - 1] += w
                a[k, k - 1] -= w
                a[k - 1, k] -= w
                grad[k] -= w * gap
                grad[k - 1] += w * gap
        inverse = np.linalg.inv(a)
        move = inverse @ grad
        largest = np.abs(move).max()
        for k in range(many):
            new[i, at[k]] += move[k] * min(1.0, 0.5 / max(largest, 1e-12))
            error[i, at[k]] = np.sqrt(inverse[k, k])
    return new, error


@njit(cache=True)
def _log_likelihood(state, session, call, vote, theta, slope, low, high):  # noqa: ANN001, ANN202
    total = 0.0
    for k in range(len(vote)):
        j = call[k]
        a, b = _probabilities(slope[j] * theta[state[k], session[k]], low[j], high[j])
        p = a if vote[k] == 0 else (1 - b if vote[k] == 2 else b - a)
        total += np.log(max(p, 1e-300))
    return total
