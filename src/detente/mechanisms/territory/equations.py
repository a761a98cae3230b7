"""How long claims on territory last, and when they flare up."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

COVARIATES = (
    "intercept",
    "rivalry",
    "warm",
    "democracy_low",
    "claimant_power",
    "pact",
    "log_age",
    "fought",
    "salience",
)
"""Terms of the chance that a claim is settled: severe or lesser rivalry, warm peace or better, democracy of
the less democratic, log of the claimant's capabilities over the holder's, a pact of defence, log of the
claim's age, a militarised dispute in the last :data:`RECENT` years, and how much is at stake (ICOW's
salience over 12)."""
STAND_IN = ("democracy_low", "claimant_power", "salience")
"""Covariates that may be unknown, and then take the mean of the estimation sample."""
RECENT = 5.0
MOST_SALIENT = 12.0


def covariates(
    *,
    level: np.ndarray,
    democracy: tuple[np.ndarray, np.ndarray],
    power: tuple[np.ndarray, np.ndarray],
    pact: np.ndarray,
    age: np.ndarray,
    calm: np.ndarray,
    salience: np.ndarray,
) -> dict[str, np.ndarray]:
    """The terms of :data:`COVARIATES` by name; NaN where unknown, but an unknown level counts as negative
    peace.

    ``democracy`` and ``power`` are those of claimant and holder; ``age`` years that the claim has stood,
    ``calm`` years since the last militarised dispute of the two.
    """
    rung = np.floor(np.nan_to_num(level, nan=0.5) * 4.0 + 0.5)
    return {
        "intercept": np.ones(np.shape(rung)),
        "rivalry": (rung <= 1) * 1.0,
        "warm": (rung >= 3) * 1.0,
        "democracy_low": np.minimum(*democracy),
        "claimant_power": np.log(np.maximum(power[0], 1e-6)) - np.log(np.maximum(power[1], 1e-6)),
        "pact": np.nan_to_num(pact),
        "log_age": np.log1p(age),
        "fought": (calm < RECENT) * 1.0,
        "salience": salience / MOST_SALIENT,
    }


def settlement_chance(
    terms: Mapping[str, np.ndarray], *, weights: np.ndarray, stand_in: np.ndarray
) -> np.ndarray:
    """Chance that a standing claim is settled in peace within a year; terms (draw, claim), weights (draw,
    k)."""
    total = np.zeros_like(terms["intercept"])
    for k, name in enumerate(COVARIATES):
        value = terms[name]
        if name in STAND_IN:
            value = np.where(np.isnan(value), stand_in[:, STAND_IN.index(name), None], value)
        total = total + weights[:, k, None] * value
    return 1.0 / (1.0 + np.exp(-total))


def summed(values: np.ndarray, place: np.ndarray, states: float) -> np.ndarray:
    """Values of claims (draw, claim) summed by the state at ``place`` (claim,) of each: (draw, state)."""
    out = np.zeros((int(states), len(values)))
    np.add.at(out, np.asarray(place, dtype=np.intp), values.T)
    return out.T


def at_stake(*, stands: np.ndarray, amount: np.ndarray, holder: np.ndarray, states: float) -> np.ndarray:
    """What each state holds that others claim (draw, state): ``amount`` of the claims that stand.

    ``stands``, ``amount`` (draw, claim); ``holder`` its place among the states. NaN if nothing is known of
    the size of any standing claim on a state; unknown sizes beside known ones are left out.
    """
    known = (stands > 0.5) & np.isfinite(amount)
    total = summed(np.where(known, amount, 0.0), holder, states)
    met, told = (summed(x * 1.0, holder, states) for x in (stands > 0.5, known))
    return np.where((met > 0) & (told == 0), np.nan, total)
