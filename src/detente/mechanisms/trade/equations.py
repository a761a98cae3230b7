"""How sanctions and growth enter the trade equilibrium, and how prices become real income.

Arrays: states (draw, n), pairs (draw, n, n) with the exporter in rows; parameters (draw,). "Log points
of trade" are changes of the trade term t^(1-σ) of structural gravity: what a PPML coefficient on a
dummy measures. Unknown (NaN) pairs keep the costs of the base year.
"""

from __future__ import annotations

import numpy as np

NEARLY_ALL = 0.9
"""A recovery "takes" the years after which this share of the suppressed trade is back."""


def suppressed_in_the_long_run(
    *,
    complete: np.ndarray,
    partial: np.ndarray,
    effect_complete: np.ndarray,
    effect_partial: np.ndarray,
    financial: np.ndarray | float = 0.0,
    effect_financial: np.ndarray | float = 0.0,
    rupture: np.ndarray | None = None,
    rupture_scale: np.ndarray | None = None,
    rupture_held: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Trade that the present sanctions suppress once they work in full, in log points; (draw, n, n).

    ``complete``, ``partial`` and ``financial`` (draw, n, n) sender × target, 0 to 1; effects (draw,) are
    PPML coefficients (negative when sanctions reduce trade). As in the regression that they come from
    (:mod:`effects_fit`), a flow is under sanction if either side sanctions the other, in both
    directions; a complete trade sanction is not counted as a partial one as well, a financial one counts
    beside either. For flows whose break was measured by itself (``rupture`` (n, n), log points; NaN
    elsewhere) that measure times ``rupture_scale`` (draw,) replaces all effects in the draws where the
    scale is a number: whole while a trade sanction lasts, or, where ``rupture_held`` (draw,) is 1, while a
    financial one does.
    """
    full = np.maximum(complete, np.swapaxes(complete, 1, 2))
    part = np.maximum(partial, np.swapaxes(partial, 1, 2)) * (1.0 - full)
    paid = np.broadcast_to(np.asarray(financial, float), complete.shape)
    paid = np.maximum(paid, np.swapaxes(paid, 1, 2))
    average = -(effect_complete[:, None, None] * full + effect_partial[:, None, None] * part)
    average = average - np.reshape(effect_financial, (-1, 1, 1)) * paid
    if rupture is None or rupture_scale is None:
        return average
    own = rupture_scale[:, None, None] * rupture
    any_kind = np.maximum(full, np.maximum(partial, np.swapaxes(partial, 1, 2)))
    any_kind = np.maximum(any_kind, np.reshape(rupture_held, (-1, 1, 1)) * paid)
    return np.where(np.isnan(own), average, own * any_kind)


def realised_share(*, years: np.ndarray, at_once: np.ndarray, speed: np.ndarray) -> np.ndarray:
    """Share of the long-run effect realised in the ``years``-th year (1 = year of imposition).

    ``1 - (1 - at_once) · (1 - speed)^(years - 1)``. With at_once = 0.29 and speed = 0.20 this runs
    through 29, 71, 88 and 95 % after 0, 4, 8 and 12 years; the lags that Yotov et al. (2016, ch. 1,
    application 3) estimate for trade agreements are 29, 71, 88 and 100 %.
    """
    return 1.0 - (1.0 - at_once) * (1.0 - speed) ** np.maximum(years - 1.0, 0.0)


def recovery_speed(years: np.ndarray) -> np.ndarray:
    """Yearly share of the remaining gap closed, if nine tenths are back after ``years``; (draw,)."""
    return 1.0 - (1.0 - NEARLY_ALL) ** (1.0 / years)


def next_bite(
    *,
    bite: np.ndarray,
    target_before: np.ndarray,
    target: np.ndarray,
    onset_at_once: np.ndarray,
    onset_speed: np.ndarray,
    recovery: np.ndarray,
) -> np.ndarray:
    """Suppressed trade this year, from last year's and the long-run effect of present sanctions.

    All arrays (draw, n, n) or broadcastable. Where trade is still to fall, the year in which sanctions
    change closes ``onset_at_once`` of the gap and every later year ``onset_speed`` of what is left;
    where trade is to come back, each year closes ``recovery`` of it. Never overshoots.
    """
    falling = np.abs(target) > np.abs(bite)
    onset = np.where(target != target_before, onset_at_once, onset_speed)
    return bite + np.where(falling, onset, recovery) * (target - bite)


def domar_weight(base_flow: np.ndarray, base_gdp_usd: np.ndarray, ceiling: np.ndarray | float) -> np.ndarray:
    """Spending on goods over GDP in the base year; flows (…, n, n) in million, GDP (…, n) in billion USD.

    Goods are part of the economy. To first order the real income of a whole economy moves by the
    goods price effect times this weight, with intermediate use counted once for each round as it
    should be (Hulten 1978; Baqaee & Farhi 2024): with d log(p/P) = (import share of goods spending) ×
    (terms of trade), the product is imports/GDP × terms of trade, whatever domestic sales were assumed.
    Above ``ceiling`` the goods are not absorbed (ship registers, transit), and the ceiling is used.
    """
    return np.minimum(np.nansum(base_flow, axis=-2) / (1e3 * base_gdp_usd), ceiling)


def real_income(*, price: np.ndarray, price_index: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Real income relative to the base year's trade costs: (p/P)^weight; all (draw, n)."""
    return np.exp(weight * np.log(price / price_index))


def output_at_base_prices(*, base_flow: np.ndarray, gdp: np.ndarray, base_gdp: np.ndarray) -> np.ndarray:
    """Goods output (draw, n), million USD at base prices: it grows with potential GDP since the base year."""
    return np.nansum(base_flow, axis=-1) * gdp / base_gdp
