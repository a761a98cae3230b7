"""The sanctions year of all pairs in one compiled pass; :mod:`equations` says the same in NumPy.

Fused because a dozen temporaries of shape (draw, n, n) would cost more than the equilibrium.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

# Declared rather than inferred types: whether an array is locked or a view must not compile a new version.
PAIRS = types.Array(types.float64, 2, "C", readonly=True)
SIGNATURE = types.void(
    *(PAIRS,) * 13,
    types.float64,
    types.Array(types.float64, 1, "C", readonly=True),
    types.float64[:, ::1],
    types.float64[:, ::1],
)


EITHER = 7
"""Place of ``rupture_held`` among a draw's parameters."""


@njit(cache=True, nogil=True)
def _either(kind, i, j):
    """The larger of what the two have on each other; NaN if either is unknown."""
    one, back = kind[i, j], kind[j, i]
    return one if one > back or np.isnan(one) else back


@njit(cache=True, nogil=True)
def _long_run(complete, partial, financial, i, j, par, own):
    """As ``equations.suppressed_in_the_long_run`` for the flow i → j of one draw."""
    full, part, paid = _either(complete, i, j), _either(partial, i, j), _either(financial, i, j)
    if not np.isnan(own):
        return own * max(full, part, paid * par[EITHER])
    return -(par[0] * full + par[1] * part * (1.0 - full) + par[2] * paid)


@njit(cache=True, nogil=True)
def _embodied(base, age, i, j, years_since, at_once, speed, own):
    """Suppression of the flow i → j ``years_since`` years after the base year, sanctions unchanged."""
    if base == 0.0 or not np.isnan(own):
        return base
    years = max(age[i, j], age[j, i]) + years_since
    return base * (1.0 - (1.0 - at_once) * (1.0 - speed) ** max(years - 1.0, 0.0))


@njit(cache=True, nogil=True)
def _first_pass(
    now_c, now_p, now_f, was_c, was_p, was_f, base_c, base_p, base_f, bite, extra, touched, new, change
):
    """Mark what any sanction of then or now touches (NaN counts), and fill in what the rest comes to.

    Apart from the few touched pairs this is all there is to do, and it runs along the rows.
    """
    n = bite.shape[0]
    for i in range(n):
        for j in range(n):
            none = (
                now_c[i, j] == 0.0 and now_p[i, j] == 0.0 and was_c[i, j] == 0.0 and was_p[i, j] == 0.0
                and base_c[i, j] == 0.0 and base_p[i, j] == 0.0
                and now_f[i, j] == 0.0 and was_f[i, j] == 0.0 and base_f[i, j] == 0.0
                and (bite[i, j] == 0.0 or np.isnan(bite[i, j]))
            )  # fmt: skip
            touched[i, j] = i != j and not none
            new[i, j] = 0.0
            change[i, j] = 0.0 if i == j or np.isnan(extra[i, j]) else -extra[i, j]


@njit(cache=True, nogil=True)
def _flow(
    now_c, now_p, now_f, was_c, was_p, was_f, base_c, base_p, base_f, age, bite, rupture, since, par, i, j
):
    """New bite of the flow i → j, and the log points by which costs fell since the base year."""
    at_once, speed, recovery = par[3], par[4], par[5]
    own = par[6] * rupture[i, j]
    base = _long_run(base_c, base_p, base_f, i, j, par, own)
    target = _long_run(now_c, now_p, now_f, i, j, par, own)
    before = _long_run(was_c, was_p, was_f, i, j, par, own)
    last = bite[i, j]
    if np.isnan(last):
        last = _embodied(base, age, i, j, since, at_once, speed, own)
    if abs(target) > abs(last):
        share = at_once if target != before else speed
    else:
        share = recovery
    new = last + share * (target - last)
    move = _embodied(base, age, i, j, 0.0, at_once, speed, own) - new
    return new, 0.0 if np.isnan(move) else move


@njit(SIGNATURE, cache=True, nogil=True)
def _one_draw(
    now_c,
    now_p,
    now_f,
    was_c,
    was_p,
    was_f,
    base_c,
    base_p,
    base_f,
    age,
    bite,
    extra,
    rupture,
    since,
    par,
    new,
    change,
):
    """Fill the new bite and the log change of the trade term since the base year; one draw."""
    n = bite.shape[0]
    touched = np.empty((n, n), dtype=np.bool_)
    _first_pass(
        now_c, now_p, now_f, was_c, was_p, was_f, base_c, base_p, base_f, bite, extra, touched, new, change
    )
    for i in range(n):
        for j in range(n):
            if touched[i, j] or touched[j, i]:
                new[i, j], gain = _flow(
                    now_c, now_p, now_f, was_c, was_p, was_f, base_c, base_p, base_f,
                    age, bite, rupture, since, par, i, j,
                )  # fmt: skip
                change[i, j] += gain


def sanctions_year(
    *,
    now: tuple[np.ndarray, np.ndarray, np.ndarray],
    before: tuple[np.ndarray, np.ndarray, np.ndarray],
    base: tuple[np.ndarray, np.ndarray, np.ndarray],
    base_age: np.ndarray,
    bite: np.ndarray,
    trade_cost: np.ndarray,
    years_since_base: float,
    effects: np.ndarray,
    onset_at_once: np.ndarray,
    onset_speed: np.ndarray,
    recovery: np.ndarray,
    rupture: np.ndarray,
    rupture_scale: np.ndarray,
    rupture_held: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Suppressed trade this year and the change of trade costs since the base year; (draw, n, n) each.

    ``now``, ``before``, ``base``: (complete, partial, financial) sanctions this year, last year, in the base
    year, sender × target; what describes the base year is the same in every draw. ``bite`` of last year;
    where it is NaN (never observed) the run begins with what the base sanctions had come to by their
    age plus ``years_since_base``. ``effects`` (draw, 3), ``onset_*`` and ``recovery`` (draw,). Where
    sanctions are unknown the bite is NaN and costs stay.
    ``rupture`` (n, n): suppression measured flow by flow (NaN elsewhere). In draws where
    ``rupture_scale`` (draw,) is a number, it times that replaces the average effect for those flows,
    and the base year holds all of it, since it was measured there. ``rupture_held`` (draw,) is 1 where
    financial sanctions alone keep such a break open, 0 where it takes a trade sanction.
    """
    new, change = np.empty(bite.shape), np.empty(bite.shape)
    par = np.column_stack([effects, onset_at_once, onset_speed, recovery, rupture_scale, rupture_held])
    lasting = [np.ascontiguousarray(m[0], dtype=float) for m in (*base, base_age)]
    own = np.ascontiguousarray(rupture, dtype=float)
    for k in range(len(bite)):
        # A slice of a broadcast array is contiguous again, so no input is ever copied.
        moving = [np.ascontiguousarray(m[k], dtype=float) for m in (*now, *before, bite, trade_cost)]
        _one_draw(
            *moving[:6],
            *lasting,
            moving[6],
            moving[7],
            own,
            float(years_since_base),
            np.ascontiguousarray(par[k]),
            new[k],
            change[k],
        )
    return new, change
