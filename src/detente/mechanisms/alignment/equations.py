"""Relations of *alignment*: how the states' ideal points move, and what follows in the Assembly.

Ideal points are on the scale ``idealpointfp`` of Bailey, Strezhnev & Voeten (2017), release of July
2025: mean 0 and standard deviation 1 over all states and years, larger is nearer to the United
States. Other releases and the series ``idealpointall`` and ``idealpointlegacy`` have other scales
and must not be mixed in. State arrays have shape (draw, n), pair arrays (draw, n, n), parameters
(draw,). NaN marks a state whose position is unknown; it stays unknown and touches no other state.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, stdtrit

WARM_PEACE = 0.75
"""Lowest level of the peace scale called warm peace (Diehl, Goertz & Gallegos 2021)."""


def mean_of_partners(*, position: np.ndarray, partners: np.ndarray) -> np.ndarray:
    """Mean ideal point of each state's partners, shape (draw, n).

    ``position`` (draw, n); ``partners`` (draw, n, n) is true where the second state counts as a
    partner of the first. A partner whose position is unknown counts as absent, and so does a state
    as its own partner. NaN where no partner with a known position is left.
    """
    known = np.isfinite(position)
    weight = (partners & ~np.eye(position.shape[1], dtype=bool)).astype(float)
    count = np.einsum("dij,dj->di", weight, known.astype(float))
    total = np.einsum("dij,dj->di", weight, np.where(known, position, 0.0))
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


def pull(*, toward: np.ndarray, position: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Yearly move toward a mean, ``strength × (toward − position)``; none where there is no such mean."""
    gap = toward - position
    return strength[:, None] * np.where(np.isnan(toward), 0.0, gap)


def regime_move(
    *,
    position: np.ndarray,
    polyarchy: np.ndarray,
    before: np.ndarray,
    centre: np.ndarray,
    reversion: np.ndarray,
    regime: np.ndarray,
    democratisation: np.ndarray,
) -> np.ndarray:
    """Yearly move from where a state stands toward where states of its regime stand, (draw, n).

    ``centre + regime × polyarchy − reversion × position + democratisation × change of polyarchy``.
    ``polyarchy`` and ``before`` (last year's) are V-Dem's index, 0 to 1. A state whose polyarchy is
    unknown has no known regime and therefore no such move (it stays where it is); where only the
    change is unknown, no change is assumed.
    """
    home = centre[:, None] + regime[:, None] * polyarchy - reversion[:, None] * position
    change = np.where(np.isnan(before), 0.0, polyarchy - before)
    move = home + democratisation[:, None] * change
    return np.where(np.isnan(polyarchy), 0.0, move)


def scale_by_regime(*, polyarchy: np.ndarray, log_scale: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Scale of a random move, ``exp(log_scale + slope × (polyarchy − ½))``, (draw, n).

    Democracies move less from year to year. An unknown polyarchy is taken as ½, the middle of the
    scale, as in the fit.
    """
    centred = np.where(np.isnan(polyarchy), 0.0, polyarchy - 0.5)
    return np.exp(log_scale[:, None] + slope[:, None] * centred)


def student_move(*, u: np.ndarray, scale: np.ndarray, df: np.ndarray, largest: np.ndarray) -> np.ndarray:
    """Random move with Student tails by inverse distribution function, held within ±``largest``.

    ``u`` (draw, n) uniforms, ``scale`` (draw, n), ``df`` and ``largest`` (draw,). Without the bound, tails
    as heavy as those of real moves would now and then throw a state off the scale; the bound is the
    largest one-year move on record up to the vintage's year.
    """
    bound = largest[:, None]
    return np.clip(scale * stdtrit(df[:, None], u), -bound, bound)


def common_move(
    *,
    position: np.ndarray,
    u_tide: np.ndarray,
    u_stretch: np.ndarray,
    tide: np.ndarray,
    stretch: np.ndarray,
) -> np.ndarray:
    """Move of all states together in one year, (draw, n).

    The agenda of a year shifts all positions alike (standard deviation ``tide``) and stretches or
    squeezes the whole scale (``stretch``, share of each position). ``u_*`` have shape (draw,).
    """
    shift = tide * ndtri(u_tide)
    squeeze = stretch * ndtri(u_stretch)
    return shift[:, None] + squeeze[:, None] * position


def bloc_mean(*, position: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Mean ideal point of the states at integer positions ``members``, leaving out unknown ones; (draw,)."""
    inside = position[:, members]
    known = np.isfinite(inside)
    count = known.sum(axis=1)
    total = np.where(known, inside, 0.0).sum(axis=1)
    return np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)


def distance_to_bloc(*, position: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Absolute distance of every state from the mean of a bloc, (draw, n).

    A member is compared with the mean of the *other* members. NaN for unknown positions.
    """
    mean = np.repeat(bloc_mean(position=position, members=members)[:, None], position.shape[1], axis=1)
    for m in members:
        others = members[members != m]
        mean[:, m] = bloc_mean(position=position, members=others)
    return np.abs(position - mean)


def widest_gap(*, position: np.ndarray) -> np.ndarray:
    """Largest difference between any two of the given states, (draw, k) → (draw,); NaN if one is unknown."""
    return position.max(axis=1) - position.min(axis=1)


def alike_share(
    *, gap: np.ndarray, level: np.ndarray, slope: np.ndarray, scatter: np.ndarray, u: np.ndarray
) -> np.ndarray:
    """Share of Assembly roll calls on which a group of states casts the same vote, 0 to 1, (draw,).

    Logit-linear in the widest gap between their ideal points, with yearly scatter from the agenda.
    Estimated on USA, United Kingdom, France and USSR/Russia, 1946–2019: gaps of 1.5 to 5.
    """
    return 1.0 / (1.0 + np.exp(-(level + slope * gap + scatter * ndtri(u))))


def passing_part(*, history: np.ndarray, gain: float) -> np.ndarray:
    """How much of the newest observed positions is passing (agenda, sampling), (n,).

    ``history`` (years, n), oldest first, the newest year last. The lasting position is followed with
    constant ``gain`` (share of a surprise that lasts); what is left of the newest observation is
    passing. Zero for a state seen for the first time, NaN where the newest position is unknown.
    """
    lasting = history[0].copy()
    for seen in history[1:]:
        surprise = seen - lasting
        lasting = np.where(
            np.isnan(seen), lasting, np.where(np.isnan(lasting), seen, lasting + gain * surprise)
        )
    return history[-1] - lasting
