"""Demand for military spending: pure functions, arrays by keyword.

Dynamic demand as in Nordhaus, Oneal & Russett (2012) and Smith (1995): inertia, income, threat, spending of
friends. Threat as in the first: the predicted chance of a fatal dispute with each other state, weighted by
what it spends (Richardson 1960) and by how near it is. State arrays have shape (draw, n), pair arrays
(draw, n, n); a draw may also be a year. NaN is unknown and stays with its state.
"""

from __future__ import annotations

import numpy as np

LEAST_RISK = 3e-4
"""Smaller yearly chances of a fatal dispute are left out, in the estimates as in a run."""
NORMAL_SHARE = 0.02
"""Fraction of GDP at which the pull of the world norm is measured; a choice of origin, no estimate."""
GDP_UNIT = 100.0
"""Billion 2023 USD at which the scale of the shocks is measured; a choice of origin."""
DEMAND = ("drift", "pull", "threat_level", "threat_news", "growth", "follow", "free_ride", "pledge", "room")
COURSE = ("persistence", "growth")
LARGEST_PERSISTENCE = 0.95
"""Room fades: estimates from few years (1985) would let it explode."""
NOISE = ("log_scale", "polyarchy", "log_gdp", "log_df_above_2")


def proximity(*, distance: np.ndarray, reach: np.ndarray | float) -> np.ndarray:
    """How much of a rival's force counts over a distance: exp(−km / reach), 0 where unknown."""
    near = np.exp(-distance / reach)
    return np.where(np.isnan(near), 0.0, near)


def danger(risk: np.ndarray) -> np.ndarray:
    """The chance of a fatal dispute as a weight; below :data:`LEAST_RISK`, or unknown, it counts nothing."""
    return np.where(risk >= LEAST_RISK, risk, 0.0)


def rival_spending(*, weight: np.ndarray, capability: np.ndarray) -> np.ndarray:
    """Weighted military spending of all others, billion 2023 USD: Σ_j weight_ij × capability_j.

    ``weight`` is (..., n, n), ``capability`` (..., n); partners with unknown capability count nothing.
    """
    force = np.where(np.isnan(capability), 0.0, capability)
    return np.matmul(weight, force[..., None])[..., 0]


def threat(*, rivals: np.ndarray, gdp: np.ndarray, sensitivity: np.ndarray | float) -> np.ndarray:
    """Threat index log(1 + rivals' weighted spending / (sensitivity × own GDP)).

    ``sensitivity`` is the fraction of own GDP at which rivals' spending counts as 1. Dimensionless; 0
    without rivals; NaN where own GDP is unknown.
    """
    return np.log1p(rivals / (sensitivity * gdp))


def norm_moved(*, norm: np.ndarray, value: np.ndarray, memory: np.ndarray | float) -> np.ndarray:
    """What a state has come to take for granted: norm + (value − norm) / memory years.

    A norm that is unknown begins at the value; an unknown value leaves the norm as it is.
    """
    moved = norm + (value - norm) / memory
    return np.where(np.isnan(norm), value, np.where(np.isnan(value), norm, moved))


def spill_in(*, pact: np.ndarray, deviation: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    """Mean deviation of defence-pact partners' log share from their own norm; 0 without partners.

    Partners whose deviation (or weight) is unknown are left out of the mean. ``weight`` (..., n) is 1
    for the plain mean (what *most* allies do) or spending (what the *mighty* do).
    """
    known = np.isfinite(deviation)
    mass = known * 1.0 if weight is None else np.where(known & np.isfinite(weight), weight, 0.0)
    bound = np.where(pact > 0, pact, 0.0)
    sums = np.matmul(bound, np.stack([mass, mass * np.where(known, deviation, 0.0)], axis=-1))
    total, mean = sums[..., 0], sums[..., 1]
    return np.where(total > 0, mean / np.where(total > 0, total, 1.0), 0.0)


def below_pledge(*, log_share: np.ndarray, pledged: np.ndarray) -> np.ndarray:
    """1 where a state is bound by a pledge of its alliance and has not met it, else 0; NaN stays NaN.

    ``pledged`` is the share of GDP pledged: 0 for none, 1 for a pledge of growth, which no level meets.
    """
    return np.where(np.isnan(log_share), np.nan, (np.exp(log_share) < pledged) * 1.0)


def room_moved(*, room: np.ndarray, growth_surprise: np.ndarray, course: np.ndarray) -> np.ndarray:
    """Next year's fiscal room: what is left of it, and what a surprise in growth adds; fraction of GDP.

    ``course`` (draw, 2) in the order of :data:`COURSE`. Unknown room stays unknown.
    """
    persistence = np.clip(course[:, [0]], 0.0, LARGEST_PERSISTENCE)
    return persistence * room + course[:, [1]] * growth_surprise


def regressors(
    *,
    log_share: np.ndarray,
    threat: np.ndarray,
    threat_norm: np.ndarray,
    growth_surprise: np.ndarray,
    allies: np.ndarray,
    mighty: np.ndarray,
    pledged: np.ndarray,
    room: np.ndarray,
) -> np.ndarray:
    """The right-hand side of demand in the order of :data:`DEMAND`, on a new last axis.

    ``log_share`` is last year's; ``growth_surprise`` is log growth of real GDP less what was expected;
    ``room`` last year's, 0 where unknown.
    """
    pull, news = np.log(NORMAL_SHARE) - log_share, threat - threat_norm
    short = below_pledge(log_share=log_share, pledged=pledged)
    leeway = np.nan_to_num(room, nan=0.0)
    columns = (np.ones_like(log_share), pull, threat, news, growth_surprise, allies, mighty, short, leeway)
    return np.stack(np.broadcast_arrays(*columns), axis=-1)


def demand(*, columns: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Expected change of the log share in a year: columns (draw, n, k) times coefficients (draw, k)."""
    return np.einsum("dnk,dk->dn", columns, coefficients)


def scale(*, polyarchy: np.ndarray, gdp: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Scale of a state's shocks, log points: large and democratic states are steadier.

    ``noise`` (draw, 4) in the order of :data:`NOISE`. Where democracy is not measured the middle of the
    index, 0.5, stands in for the size of shocks only.
    """
    regime = np.where(np.isnan(polyarchy), 0.5, polyarchy) - 0.5
    size = np.log(gdp / GDP_UNIT)
    return np.exp(noise[:, [0]] + noise[:, [1]] * regime + noise[:, [2]] * size)


def shock(*, u: np.ndarray, scale: np.ndarray, noise: np.ndarray, largest: np.ndarray) -> np.ndarray:
    """Student shock by inverse distribution function, held within the largest on record, log points."""
    from scipy.special import stdtrit

    df = 2.0 + np.exp(noise[:, [3]])
    return np.clip(scale * stdtrit(df, u), -largest[:, None], largest[:, None])


def common_shock(*, u: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """Shock that all states share in a year (draw, 1), log points; normal."""
    from scipy.special import ndtri

    return (sd * ndtri(u))[:, None]


def per_head(*, milex: np.ndarray, population: np.ndarray) -> np.ndarray:
    """Military spending for each inhabitant, 2023 USD a year, from billion 2023 USD and persons."""
    return milex * 1e9 / population


def dividend_usd(*, milex_base: np.ndarray, milex_whatif: np.ndarray) -> np.ndarray:
    """Peace dividend, billion 2023 USD in a year: what the what-if world does not spend; may be negative."""
    return milex_base - milex_whatif


def dividend_per_head(
    *, milex_base: np.ndarray, milex_whatif: np.ndarray, population: np.ndarray
) -> np.ndarray:
    """Peace dividend per inhabitant, 2023 USD in a year: in a run, minus the effect on ``milex_per_head``."""
    saved = dividend_usd(milex_base=milex_base, milex_whatif=milex_whatif)
    return per_head(milex=saved, population=population)


def part_of_budget(*, dividend: np.ndarray, gdp: np.ndarray, budget_share: np.ndarray) -> np.ndarray:
    """What a dividend (billion 2023 USD a year) would add to a public budget, as a fraction of that budget.

    ``budget_share`` is the budget as a fraction of GDP (education, public health: WDI and WHO in the table
    ``economy``), ``gdp`` in billion 2023 USD. NaN where any is unknown or the budget is 0.
    """
    budget = np.where(budget_share > 0, budget_share, np.nan) * gdp
    return dividend / budget
