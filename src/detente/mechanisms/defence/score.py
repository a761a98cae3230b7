"""The mechanism from past years against what followed, beside persistence and a common trend.

*Unconditional* runs know nothing after the origin. *Conditional* runs are told the chances of fatal disputes
as they looked each year, pacts, members, pledges, output and unreported capabilities that came: they test
the equation and are no forecast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from detente.mechanisms.defence.panel import Panel, assemble
from detente.mechanisms.defence.rollout import rollout

D3 = (
    "USA",
    "GBR",
    "FRA",
    "DEU",
    "ITA",
    "ESP",
    "NLD",
    "BEL",
    "DNK",
    "NOR",
    "CAN",
    "GRC",
    "TUR",
    "POL",
    "HUN",
    "ROU",
    "SWE",
    "FIN",
    "AUT",
    "CHE",
    "EST",
    "LTU",
    "RUS",
    "CHN",
    "JPN",
)
"""States of target D3 (SIPRI shares of GDP)."""
QUANTILES = (0.05, 0.5, 0.95)
TREND_YEARS = 5
RIVALS = ("median", "persistence", "common_trend")


def backcast(
    table: Callable[[str], Any],
    origin: int,
    horizon: int,
    draws: int = 200,
    seed: int = 1,
    conditional: bool = False,
) -> Any:
    """Run from the end of ``origin`` with estimates from data up to then; a polars frame.

    Columns: state, origin, year, ahead, conditional, actual, low, median, high (5, 50 and 95 % of the
    draws), persistence, common_trend; shares are fractions of GDP, null where unknown. The earliest
    origin is 1985: fifteen years of data for the first vintage.
    """
    seen = assemble(table, origin + horizon)
    return backcast_of(seen, origin, horizon, draws, seed, conditional)


def backcast_of(
    seen: Panel, origin: int, horizon: int, draws: int = 200, seed: int = 1, conditional: bool = False
) -> Any:
    """As :func:`backcast`, from a panel that reaches to ``origin + horizon`` at least."""
    import polars as pl

    o, frames = seen.years.index(origin), []
    trend = common_trend(seen.share[: o + 1])
    for year, shares in rollout(seen, origin, horizon, draws, seed, conditional).items():
        ahead = year - origin
        low, median, high = quantiles(shares)
        frames.append(
            pl.DataFrame(
                {
                    "state": seen.states,
                    "origin": origin,
                    "year": year,
                    "ahead": ahead,
                    "conditional": conditional,
                    "actual": seen.share[o + ahead],
                    "low": low,
                    "median": median,
                    "high": high,
                    "persistence": seen.share[o],
                    "common_trend": seen.share[o] * np.exp(trend * ahead),
                }
            )
        )
    return pl.concat(frames).fill_nan(None)


def quantiles(draws: np.ndarray) -> np.ndarray:
    """Quantiles over draws (3, n); NaN for a state that is unknown in all draws."""
    out = np.full((len(QUANTILES), draws.shape[1]), np.nan)
    known = np.isfinite(draws).all(axis=0)
    out[:, known] = np.quantile(draws[:, known], QUANTILES, axis=0)
    return out


def common_trend(share: np.ndarray) -> float:
    """Median yearly change of the log share over states and the last five years: what everyone does."""
    return float(np.nanmedian(np.diff(np.log(share[-TREND_YEARS - 1 :]), axis=0)))


def loss(frames: Any, ahead: int) -> Any:
    """Mean absolute error of the log share ``ahead`` years on, and how often the 90 % interval held.

    One row for each of: all states, the states of D3. Only state-origins where every rival has an answer.
    """
    import polars as pl

    good = frames.filter(pl.col("ahead") == ahead).drop_nulls(["actual", *RIVALS])
    good = good.filter((pl.col("actual") > 0) & (pl.col("persistence") > 0))
    inside = ((pl.col("actual") >= pl.col("low")) & (pl.col("actual") <= pl.col("high"))).mean()
    errors = [(pl.col(r).log() - pl.col("actual").log()).abs().mean().alias(r) for r in RIVALS]
    groups = {"all": good, "D3": good.filter(pl.col("state").is_in(D3))}
    return pl.concat(
        [
            g.group_by("conditional")
            .agg(pl.len().alias("n"), *errors, inside.alias("inside_90"))
            .with_columns(pl.lit(name).alias("states"))
            for name, g in groups.items()
        ]
    ).sort("states", "conditional")


def track(seen: Panel, origins: Iterable[int], horizon: int = 5, draws: int = 200, seed: int = 1) -> Any:
    """Backcasts from several origins, conditional and not, in one frame."""
    import polars as pl

    return pl.concat(
        [
            backcast_of(seen, origin, horizon, draws, seed, told)
            for origin in origins
            for told in (False, True)
        ]
    )


def world_share(seen: Panel, year: int) -> tuple[float, float]:
    """World military spending as a share of output: reporting states only, and with imputed spending.

    Both weighted by output at 2023 prices and market rates; states without output are left out.
    """
    t = seen.years.index(year)
    gdp, spent, all_spent = seen.gdp[t], seen.milex[t], seen.capability[t]
    reporting = np.isfinite(spent)
    known = np.isfinite(gdp) & np.isfinite(all_spent)
    return (
        float(spent[reporting].sum() / gdp[reporting].sum()),
        float(all_spent[known].sum() / gdp[known].sum()),
    )
