"""Estimation of *alignment* from the observed panel; nothing later than ``until`` is looked at.

1. :func:`moves`: yearly changes on where a state, its friends and its allies stood the year before.
   An observed position holds noise that is gone a year later, so regressing the change on last
   year's position would overstate the return to the mean. Positions two years back, whose noise has
   left both sides, serve as instruments (Anderson & Hsiao 1982).
2. :func:`common`: moves of all states together in a year (shift and stretch of the scale).
3. :mod:`detente.mechanisms.alignment.tails`: what is left is split into lasting shocks and passing noise.
4. :mod:`detente.mechanisms.alignment.thirds`: what third parties did when two powers drew closer, over the
   whole record, for such cases are few.
5. :func:`agreement`: roll calls on which four permanent members vote alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.alignment import thirds
from detente.mechanisms.alignment.panel import Panel, lagged, panel
from detente.mechanisms.alignment.tails import split
from detente.mechanisms.alignment.two_stage import two_stage
from detente.mechanisms.regressions import joint

WINDOW = 35
"""Years of data behind an estimate: moves were twice as large before the 1980s."""

EARLIEST = 1966
"""First year used: the session of 1964 held no recorded votes, so 1964–65 have no yearly change."""

MOVES = ("centre", "reversion", "regime", "democratisation", "friends", "allies")


def estimates(state_year: Any, peace: Any, pacts: Any, alike: Any, until: int) -> dict[str, Any]:
    """All estimates of one vintage, in the form of ``estimates.yaml``.

    ``alike`` has columns year, alike, votes: roll calls on which USA, GBR, FRA and RUS all voted,
    and on how many of them they voted the same. The other frames are described in the data bundle.
    """
    seen = panel(state_year, peace, pacts, until)
    window = seen.years >= max(EARLIEST, until - WINDOW + 1)
    found = moves(seen, window)
    tide, stretch, rest = common(found["residual"][window], found["position"][window])
    lasting = split(rest, found["polyarchy"][window])
    largest = float(np.nanmax(np.abs(seen.position - lagged(seen.position, 1))[window]))
    together = agreement(state_year, alike, until)
    answers = thirds.effects(thirds.seen(state_year, peace, until))
    return {
        "moves": joint(MOVES, found["mean"], found["covariance"], digits=7),
        "shocks": joint(lasting["names"], lasting["mean"], lasting["covariance"], digits=7),
        "largest_move": {"fixed": round(largest, 4)},
        "tide": positive(*tide),
        "stretch": positive(*stretch),
        "answers": joint(thirds.EFFECTS, answers["mean"], answers["covariance"], digits=7),
        "agreement": joint(("level", "slope"), together["mean"], together["covariance"], digits=7),
        "agreement_scatter": {"fixed": round(together["scatter"], 4)},
    }


def moves(seen: Panel, window: np.ndarray) -> dict[str, Any]:
    """Instrumental-variable estimate of the systematic moves.

    Errors are clustered by state and by year (Cameron, Gelbach & Miller 2011). Returns mean (6,),
    covariance (6, 6) in the order :data:`MOVES`, n, and arrays (years, states): residual, and
    last year's position and polyarchy.
    """
    change = seen.position - lagged(seen.position, 1)
    polyarchy = seen.polyarchy
    one = np.ones_like(change)
    exact = [one, polyarchy, polyarchy - lagged(polyarchy, 1)]
    noisy = [-seen.position, seen.warm, seen.allied]
    x = np.stack([exact[0], lagged(noisy[0], 1), *exact[1:], *(lagged(v, 1) for v in noisy[1:])], axis=-1)
    z = np.stack([exact[0], lagged(noisy[0], 2), *exact[1:], *(lagged(v, 2) for v in noisy[1:])], axis=-1)
    use = np.isfinite(change) & np.isfinite(x).all(-1) & np.isfinite(z).all(-1) & window[:, None]
    year, state = np.nonzero(use)
    mean, covariance = two_stage(change[use], x[use], z[use], (state, year))
    complete = np.where(np.isfinite(x), x, 0.0)
    systematic = np.where(np.isfinite(x).all(-1), complete @ mean, 0.0)
    return {
        "mean": mean,
        "covariance": covariance,
        "n": int(use.sum()),
        "residual": change - systematic,
        "position": lagged(seen.position, 1),
        "polyarchy": polyarchy,
    }


def common(
    residual: np.ndarray, position: np.ndarray
) -> tuple[tuple[float, float], tuple[float, float], np.ndarray]:
    """Yearly shift and stretch of all positions together: (sd, its error) of each, and what is left.

    Each year's residuals are regressed on a constant and last year's position; from the variance of
    the yearly coefficients their sampling variance is taken off.
    """
    found, noise, left = [], [], np.array(residual)
    for t in range(len(residual)):
        use = np.isfinite(residual[t]) & np.isfinite(position[t])
        if use.sum() < 20:
            continue
        x = np.stack([np.ones(use.sum()), position[t, use]], axis=1)
        beta = np.linalg.lstsq(x, residual[t, use], rcond=None)[0]
        left[t, use] = residual[t, use] - x @ beta
        found.append(beta)
        noise.append(np.diag(np.linalg.inv(x.T @ x)) * left[t, use].var())
    variance = np.maximum(np.var(found, axis=0, ddof=1) - np.mean(noise, axis=0), 1e-8)
    sd = np.sqrt(variance)
    error = sd / np.sqrt(2 * (len(found) - 1))
    return (float(sd[0]), float(error[0])), (float(sd[1]), float(error[1])), left


def agreement(state_year: Any, alike: Any, until: int) -> dict[str, Any]:
    """Logit of the share of like votes on the widest gap of the four; Newey-West errors, five lags."""
    known = {(s, y): x for s, y, x in state_year.select("state", "year", "ideal_point").iter_rows()}
    gaps, logits = [], []
    for year, same, votes in alike.select("year", "alike", "votes").sort("year").iter_rows():
        four = [known.get((s, year)) for s in ("USA", "GBR", "FRA", "RUS")]
        if year <= until and votes > 5 and all(x is not None for x in four):
            gaps.append(max(four) - min(four))
            logits.append(np.log((same + 0.5) / (votes - same + 0.5)))
    x, y = np.stack([np.ones(len(gaps)), gaps], axis=1), np.array(logits)
    mean = np.linalg.lstsq(x, y, rcond=None)[0]
    left = y - x @ mean
    bread = np.linalg.inv(x.T @ x)
    return {
        "mean": mean,
        "covariance": bread @ newey_west(x * left[:, None], 5) @ bread,
        "scatter": float(left.std(ddof=2)),
        "n": len(y),
    }


def newey_west(score: np.ndarray, lags: int) -> np.ndarray:
    """Long-run covariance of the scores with Bartlett weights (Newey & West 1987)."""
    total = score.T @ score
    for k in range(1, lags + 1):
        cross = score[k:].T @ score[:-k]
        total = total + (1 - k / (lags + 1)) * (cross + cross.T)
    return total


def positive(value: float, error: float) -> dict[str, Any]:
    """A positive estimate with its error as a log-normal."""
    return {"lognormal": {"median": float(f"{value:.6g}"), "sigma": float(f"{error / value:.6g}")}}
