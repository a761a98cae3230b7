"""Estimation of the price paths from yearly real prices; nothing later than ``until`` is looked at."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.mechanisms.commodities.fields import COMMODITIES

LARGEST_KEEP = 0.97
"""A root nearer to one than this cannot be told from one in sixty years, and has no mean to return to."""
LARGEST_LOADING = 0.9


def estimates(prices: Any, until: int) -> dict[str, Any]:
    """All estimates of one vintage, in the form of ``estimates.yaml``, from the table
    ``commodity_prices``."""
    found = [reverting(series(prices, of, until)[1]) for of in COMMODITIES]
    residuals = [
        dict(zip(series(prices, of, until)[0][1:], f["residuals"], strict=True))
        for of, f in zip(COMMODITIES, found, strict=True)
    ]
    loading, loading_error = shared(residuals)
    tail, tail_error = tail_of(residuals)
    names = [f"{key}_{of}" for key in ("mean", "keep", "scale", "loading") for of in COMMODITIES] + ["log_df"]
    values = np.array([f[key] for key in ("mean", "keep", "scale") for f in found] + [*loading, tail])
    errors = np.array(
        [f[f"{key}_error"] for key in ("mean", "keep", "scale") for f in found] + [*loading_error, tail_error]
    )
    covariance = np.diag(errors**2)
    return {
        "paths": {
            "joint": {"names": names, "mean": rounded(values), "covariance": [rounded(r) for r in covariance]}
        }
    }


def series(prices: Any, of: str, until: int) -> tuple[np.ndarray, np.ndarray]:
    """Years and log real prices of a commodity up to ``until``."""
    frame = prices.filter((prices["commodity"] == of) & (prices["year"] <= until)).sort("year")
    return frame["year"].to_numpy().astype(int), np.log(frame["real"].to_numpy().astype(float))


def reverting(log: np.ndarray) -> dict[str, Any]:
    """Mean, logit of what is kept in a year, log size of the shocks, each with its error, and the residuals.

    Least squares of the log price on the one of a year before; the share kept is corrected for the bias of a
    short record, (1 + 3ρ)/n (Kendall 1954), and held below ``LARGEST_KEEP``. The mean is that of the record,
    as uncertain as n years of such a process leave it. Errors of the three are taken as independent.
    """
    before, after = log[:-1] - log.mean(), log[1:] - log.mean()
    n = len(after)
    raw = float(before @ after / (before @ before))
    keep = float(np.clip(raw + (1 + 3 * raw) / n, 0.3, LARGEST_KEEP))
    left = after - keep * before
    scale = float(np.sqrt(left @ left / (n - 2)))
    wide = float(np.sqrt((1 - keep**2) / n)) + 1e-3
    return {
        "mean": float(log.mean()),
        "mean_error": scale / (1 - keep) / np.sqrt(n),
        "keep": float(np.log(keep / (1 - keep))),
        "keep_error": min(wide / (keep * (1 - keep)), 1.0),
        "scale": float(np.log(scale)),
        "scale_error": float(1 / np.sqrt(2 * n)),
        "residuals": left / scale,
    }


def shared(residuals: list[dict[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Loadings of the four shocks on one common shock: first principal axis of their correlations; and
    errors."""
    years = sorted(set.intersection(*(set(r) for r in residuals)))
    table = np.array([[r[y] for y in years] for r in residuals])
    correlation = np.corrcoef(table)
    value, vector = np.linalg.eigh(correlation)
    loading = np.abs(vector[:, -1]) * np.sqrt(
        max(value[-1] - 1.0, 0.0) * len(residuals) / (len(residuals) - 1)
    )
    loading = np.clip(loading, 0.0, LARGEST_LOADING)
    return loading, (1 - loading**2) / np.sqrt(len(years))


def tail_of(residuals: list[dict[int, float]]) -> tuple[float, float]:
    """Log of (degrees of freedom − 2) of the standardised shocks, all markets together, from their
    kurtosis."""
    pooled = np.concatenate([list(r.values()) for r in residuals])
    excess = float((pooled**4).mean() / (pooled**2).mean() ** 2 - 3)
    df = 4 + 6 / max(excess, 0.2)
    return float(np.log(df - 2)), 0.5


def rounded(values: np.ndarray) -> list[float]:
    """Seven significant digits, for YAML."""
    return [float(f"{v:.7g}") for v in values]
