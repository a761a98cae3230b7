"""Relations of the mechanism *opinion*: how a public's view of another country moves.

Views are log-odds of the favourable share. Arrays of pairs have any shape; NaN stays NaN and touches no
other.
"""

from __future__ import annotations

import numpy as np

STANDING = ("peace_level", "ideal_distance", "defence_pact", "sanctions")
"""What lasts and draws the view to its level: peace scale, distance in votes, pact, own sanctions on it."""
EVENTS = ("own_fatal", "others_fatal", "others_fatal_by_distance")
"""What strikes in the year: a fatal dispute with the country; one of the country's with anybody else; the
same times the distance in votes between public and country."""
DESIGN = 2.0
"""Weighted and clustered samples err by about twice the variance of simple ones."""
USUAL_DISTANCE = 1.0


def log_odds(share: np.ndarray) -> np.ndarray:
    """Log-odds of a share, which is held within one and ninety-nine per cent."""
    held = np.clip(share, 0.01, 0.99)
    return np.log(held / (1.0 - held))


def share(view: np.ndarray) -> np.ndarray:
    """Share from log-odds."""
    return 1.0 / (1.0 + np.exp(-view))


def moved(
    *, view: np.ndarray, goal: np.ndarray, keep: np.ndarray, struck: np.ndarray, shock: np.ndarray
) -> np.ndarray:
    """A year of reversion: what ``keep`` keeps of the view, the rest of the way to the goal, blows and
    luck.
    """
    return keep * view + (1.0 - keep) * goal + struck + shock


def carried(values: np.ndarray, keep: float) -> np.ndarray:
    """What standing circumstances have done so far: (…, year, w) smoothed along years, from rest."""
    out = np.array(values, dtype=float)
    for t in range(1, out.shape[-2]):
        out[..., t, :] = keep * out[..., t - 1, :] + (1.0 - keep) * values[..., t, :]
    return out


def faded(events: np.ndarray, keep: float) -> np.ndarray:
    """What events have left behind: (…, year, e), each blow fading by ``keep`` a year."""
    out = np.array(events, dtype=float)
    for t in range(1, out.shape[-2]):
        out[..., t, :] += keep * out[..., t - 1, :]
    return out


def scarred(events: np.ndarray) -> np.ndarray:
    """The same if publics do not forgive: every blow stays in full."""
    return np.cumsum(events, axis=-2)


def kalman(
    y: np.ndarray, error: np.ndarray, *, keep: float, shock: float, mean: float, spread: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Filtered views of one pair, their variances, and the log-likelihood; surveys by year (year,), NaN none.

    State: the deviation from the pair's mean and that mean, which is normal with ``mean`` and standard
    deviation ``spread``; ``shock`` is the yearly standard deviation, ``error`` (year,) the surveys' variance.
    """
    state = np.array([0.0, mean])
    cover = np.diag([shock**2 / (1.0 - keep**2), spread**2])
    move, noise, look = np.diag([keep, 1.0]), np.diag([shock**2, 0.0]), np.ones(2)
    views, variances, total = np.empty(len(y)), np.empty(len(y)), 0.0
    for t in range(len(y)):
        if t:
            state, cover = move @ state, move @ cover @ move.T + noise
        if np.isfinite(y[t]):
            miss, width = y[t] - look @ state, look @ cover @ look + error[t]
            gain = cover @ look / width
            state, cover = state + gain * miss, cover - np.outer(gain, look @ cover)
            total -= 0.5 * (np.log(2 * np.pi * width) + miss**2 / width)
        views[t], variances[t] = look @ state, look @ cover @ look
    return views, variances, float(total)
