"""Chances that a pact of two is made or ended, that a member leaves a body, and that the body is dissolved.

Logits of yearly events; their covariates are known at the end of the year before. Rivals are pairs at 0.25 or
below on the peace scale (severe or lesser rivalry).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

RIVALRY = 0.25
WARM = 0.75
PAIR = (
    "rival",
    "warm",
    "shared_rival",
    "ideal_distance",
    "joint_democracy",
    "land",
    "log_km",
    "power_gap",
    "reach",
)
"""Covariates of a pair, in this order behind the intercept."""
MADE = ("intercept", *PAIR, "shared_ally", "new_state")
ENDED = ("intercept", *PAIR)
LEAVES = ("intercept", "distance", "rival_inside", "shares_rival", "democracy", "log_members")
DISSOLVED = ("intercept", "spread", "rivals_inside", "democracy", "log_members")
KM = 100.0
"""Distance enters as log(1 + km/KM)."""
STAND_IN = ("ideal_distance", "joint_democracy", "log_km", "power_gap", "reach")
"""Covariates of pairs that may be unknown, and then take the mean of the estimation sample."""
MOST = 0.1
"""The largest yearly chance that two states make or end a pact of their own: few pair-years have a larger
fitted chance (docs), so the bound saves work and little else."""
LARGEST_RATE = np.log(12.0)
"""No member is taken to veto oftener than once a month; the record's most is five in a year."""
VETOES = ("constant", "distance", "democracy", "log_members")
BOUND = 0.9
"""Share of a body's members to which a state must be bound for it to count as one of them."""


def chance(log_odds: np.ndarray) -> np.ndarray:
    """Logistic function."""
    return 1.0 / (1.0 + np.exp(-log_odds))


def pair_covariates(
    *,
    level: np.ndarray,
    shared_rival: np.ndarray,
    ideal: tuple[np.ndarray, np.ndarray],
    polyarchy: tuple[np.ndarray, np.ndarray],
    log_power: tuple[np.ndarray, np.ndarray],
    land: np.ndarray,
    log_km: np.ndarray,
    stand_in: Mapping[str, float],
) -> np.ndarray:
    """Matrix (pair, 1 + len(PAIR)), intercept first; unknown values take ``stand_in``."""

    def filled(x: np.ndarray, name: str) -> np.ndarray:
        return np.where(np.isnan(x), stand_in[name], x)

    out = np.ones((len(level), 1 + len(PAIR)))
    out[:, 1] = level <= RIVALRY
    out[:, 2] = level >= WARM
    out[:, 3] = shared_rival
    out[:, 4] = filled(np.abs(ideal[0] - ideal[1]), "ideal_distance")
    out[:, 5] = filled(np.minimum(polyarchy[0], polyarchy[1]), "joint_democracy")
    out[:, 6] = land
    out[:, 7] = filled(log_km, "log_km")
    out[:, 8] = filled(np.abs(log_power[0] - log_power[1]), "power_gap")
    out[:, 9] = filled(np.maximum(log_power[0], log_power[1]), "reach")
    return out


def in_common(matrix: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Whether states i and j have a partner in common in a boolean matrix (n, n): booleans (pair,)."""
    return np.asarray((matrix[i] & matrix[j]).any(axis=1))


def mean_of(values: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Mean over the members with a known value, over the last axis; NaN where there is none."""
    known = members & ~np.isnan(values)
    count = known.sum(axis=-1)
    total = np.where(known, values, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def spread(*, position: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Mean distance of the members from their mean position; (…, state) -> (…); NaN without members."""
    middle = mean_of(position, members)
    return mean_of(np.abs(position - middle[..., None]), members)


def member_covariates(
    *,
    position: np.ndarray,
    democracy: np.ndarray,
    log_power: np.ndarray,
    level: np.ndarray,
    circle: np.ndarray,
    who: np.ndarray,
) -> np.ndarray:
    """What leaving hangs on for the members ``who`` (m,) of circles of allies: (m, len(LEAVES)).

    ``circle`` (m, state) are the other members of each; the rest are of all states, ``level`` (state, state).
    ``distance`` from the mean of the others; ``rival_inside``: a rival among them; ``shares_rival``: a rival
    outside in common with the strongest of them; democracy; log of the number of members. An unknown distance
    counts as none, an unknown democracy as the others' mean.
    """
    others = circle.astype(bool)
    middle = mean_of(np.broadcast_to(position, others.shape), others)
    power = np.where(others, np.nan_to_num(log_power, nan=-99.0)[None, :], -np.inf)
    leader = power.argmax(axis=1)
    mine, theirs = level[who] <= RIVALRY, level[leader] <= RIVALRY
    about = mean_of(np.broadcast_to(democracy, others.shape), others)
    out = np.ones((len(who), len(LEAVES)))
    out[:, 1] = np.nan_to_num(np.abs(position[who] - middle))
    out[:, 2] = (mine & others).any(axis=1)
    out[:, 3] = (mine & theirs & ~others).any(axis=1)
    out[:, 4] = np.where(np.isnan(democracy[who]), np.nan_to_num(about), democracy[who])
    out[:, 5] = np.log(others.sum(axis=1) + 1)
    return out


def body_covariates(
    *, position: np.ndarray, democracy: np.ndarray, level: np.ndarray, members: np.ndarray
) -> np.ndarray:
    """What a body's end hangs on, (len(DISSOLVED),): spread of positions, share of members with a rival
    inside, mean democracy, log of the number of members; what is unknown of all of them counts as 0."""
    inside = (level <= RIVALRY) & members[None, :] & members[:, None]
    return np.array(
        [
            1.0,
            np.nan_to_num(spread(position=position, members=members)),
            inside.any(axis=1)[members].mean() if members.any() else 0.0,
            np.nan_to_num(mean_of(democracy, members)),
            np.log(max(members.sum(), 1)),
        ]
    )


def expected_vetoes(
    *, position: np.ndarray, democracy: np.ndarray, members: np.ndarray, terms: np.ndarray
) -> np.ndarray:
    """Vetoes a year of a body that decides by unanimity, (draw,), as the sum of its members' rates.

    Log rate of a member: constant, distance from the others' mean position, electoral democracy, log of the
    number of members (``terms`` (draw, 4)). Members with an unknown position or democracy count as the
    mean of
    the others. Arrays (draw, state).
    """
    seen = members & ~np.isnan(position)
    count = seen.sum(axis=-1, keepdims=True)
    total = np.where(seen, position, 0.0).sum(axis=-1, keepdims=True)
    others = np.divide(total - position, count - 1, out=np.zeros(position.shape), where=count > 1)
    distance = np.where(seen, np.abs(position - others), mean_of(np.abs(position - others), seen)[:, None])
    regime = np.where(np.isnan(democracy), mean_of(democracy, members)[:, None], democracy)
    size = members.sum(axis=-1, keepdims=True)
    log_rate = (
        terms[:, :1]
        + terms[:, 1:2] * np.nan_to_num(distance)
        + terms[:, 2:3] * np.nan_to_num(regime)
        + terms[:, 3:4] * np.log(np.maximum(size, 1))
    )
    rate = np.where(members, np.exp(np.minimum(log_rate, LARGEST_RATE)), 0.0).sum(axis=-1)
    return np.where(members.any(axis=-1), rate, np.nan)


def bound(*, pact: np.ndarray, members: np.ndarray, explained: np.ndarray) -> np.ndarray:
    """Who belongs to a body by its bonds, (…, state) booleans: bound to nine in ten of the (other) members.

    ``pact`` and ``explained`` (…, state, state), ``members`` (…, state) a year ago. A stranger must also be
    bound to a member by a bond that no other treaty at the start explains. So a state that a scenario has
    taken out of all the body's pacts is out, one that it has bound to all is in, and a body whose pacts are
    all undone has no members.
    """
    inside = members.astype(float)[..., None]
    to = np.matmul(pact, inside)[..., 0]
    of = members.sum(axis=-1, keepdims=True) - members
    enough = (to >= BOUND * of) & (of > 0)
    new = np.matmul(pact & ~explained, inside)[..., 0] > 0
    return enough & (members | new) & (enough & members).any(axis=-1, keepdims=True)


def pairs_of(members: np.ndarray) -> np.ndarray:
    """All pairs of members: (…, state) -> (…, state, state), nought on the diagonal."""
    both = members[..., :, None] & members[..., None, :]
    every = np.arange(members.shape[-1])
    both[..., every, every] = False
    return both
