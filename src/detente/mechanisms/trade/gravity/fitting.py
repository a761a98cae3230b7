"""Poisson pseudo-maximum likelihood and least squares with many fixed effects, through pyfixest.

What cannot inform the estimate is taken out before (:func:`informative`): flows of a group (exporter-year,
pair ...) in which all are zero are predicted perfectly by its effect going to minus infinity (Correia,
Guimarães & Zylkin 2020), groups of one row by their own effect. Covariances are computed here from scores,
so that any number of ways of clustering can be combined (Cameron, Gelbach & Miller 2011).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.model.errors import DetenteError, Problem

if TYPE_CHECKING:
    import polars as pl

INSTALL = "pip install 'detente[fit]'"


@dataclass(frozen=True)
class Fit:
    """Coefficients in the order of ``names``; of ``absorbed`` regressors the effects leave nothing."""

    names: tuple[str, ...]
    mean: np.ndarray
    covariance: np.ndarray
    observations: int
    groups: Mapping[str, int]
    """Number of clusters in each way of clustering."""
    levels: Mapping[str, int]
    """Number of levels of each fixed effect."""
    absorbed: tuple[str, ...]
    r2: float


def pyfixest() -> Any:
    """The library; raises :class:`DetenteError` saying how to install it."""
    try:
        import pyfixest as found
    except ImportError:
        raise DetenteError(
            Problem("gravity", "estimation needs pyfixest, which is not installed", INSTALL)
        ) from None
    return found


def informative(
    codes: pl.DataFrame, outcome: str, effects: Sequence[str], zeros: bool = True
) -> tuple[pl.DataFrame, int, int]:
    """Rows that inform a regression with these effects, and how many were separated and how many alone.

    ``zeros``: take out groups in which every outcome is zero (Poisson). Repeated until nothing changes.
    """
    import polars as pl

    separated = alone = 0
    while True:
        before = codes.height
        for effect in effects:
            if zeros:
                size = codes.height
                codes = codes.filter(pl.col(outcome).max().over(effect) > 0)
                separated += size - codes.height
            size = codes.height
            codes = codes.filter(pl.len().over(effect) > 1)
            alone += size - codes.height
        if codes.height == before:
            return codes, separated, alone


def fit(
    codes: pl.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    effects: Sequence[str],
    cluster: Sequence[str],
    *,
    poisson: bool = True,
    adjust: bool = True,
) -> Fit:
    """Estimate on rows of numbers; ``effects`` and ``cluster`` are columns of whole numbers.

    Covariance: CRV1 with G / (G - 1), G the fewest clusters, and with ``adjust`` (N - 1) / (N - K).

    Raises
    ------
    DetenteError : no convergence, nothing left to estimate, pyfixest not installed.
    """
    pf = pyfixest()
    plain = {name: f"x{k}" for k, name in enumerate(regressors)}
    keys = {name: f"f{k}" for k, name in enumerate(effects)}
    formula = "y ~ " + " + ".join(plain.values()) + (" | " + " + ".join(keys.values()) if keys else "")
    model = _estimated(pf, formula, _pandas(codes, {outcome: "y"} | plain | keys), poisson)
    kept = [str(n) for n in model._coefnames]
    if not kept:
        raise DetenteError(Problem("policy", "the effects leave nothing to estimate", "drop an effect"))
    back = {short: name for name, short in plain.items()} | {"Intercept": "constant"}
    levels = {e: int(codes[e].n_unique()) for e in effects}
    parameters = _parameters(codes, len(kept), levels, cluster) if adjust else 1
    if parameters >= codes.height:
        what = f"{codes.height} informative flows are too few for {parameters} parameters"
        raise DetenteError(Problem("table", what, "more years, or fewer effects"))
    covariance, groups = clustered(
        np.asarray(model._scores, dtype=float),
        np.asarray(model._hessian, dtype=float),
        codes.select(cluster),
        parameters,
    )
    return Fit(
        tuple(back[n] for n in kept),
        np.asarray(model.coef(), dtype=float),
        covariance,
        codes.height,
        groups,
        levels,
        tuple(name for name, short in plain.items() if short not in kept),
        float(model._pseudo_r2 if poisson else model._r2),
    )


def _pandas(codes: pl.DataFrame, names: Mapping[str, str]) -> Any:
    import pandas as pd

    return pd.DataFrame({short: codes[name].to_numpy() for name, short in names.items()}, copy=False)


def _estimated(pf: Any, formula: str, data: Any, poisson: bool) -> Any:
    """The fitted model; a failure to converge is raised, never returned."""
    shared = {"vcov": "iid", "fixef_rm": "none", "copy_data": False, "store_data": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if not poisson:
                return pf.feols(formula, data, **shared)
            model = pf.fepois(formula, data, separation_check=[], iwls_maxiter=50, **shared)
        except (ValueError, RuntimeError, ArithmeticError, np.linalg.LinAlgError) as error:
            raise DetenteError(_failed(" ".join(str(error).split()))) from None
    if not model.convergence or not np.all(np.isfinite(model.coef())):
        raise DetenteError(_failed("the iterations do not settle"))
    return model


def _failed(why: str) -> Problem:
    if "collinear" in why:
        what = "no regressor can be told from the fixed effects"
        return Problem("policy", what, "leave out what the effects hold, or drop an effect")
    remedy = (
        "look for a regressor that is 1 only where nothing is traded, or for regressors on very unlike scales"
    )
    return Problem("estimation", f"no estimate was found: {why}", remedy)


def _parameters(codes: pl.DataFrame, slopes: int, levels: Mapping[str, int], cluster: Sequence[str]) -> int:
    """K: slopes and levels of effects that are not nested in clusters (as fixest and reghdfe count them)."""
    import polars as pl

    free, nested = 0, 0
    for effect, count in levels.items():
        inside = any(
            codes.group_by(effect).agg(pl.col(c).n_unique())[c].max() == 1 for c in cluster if c != effect
        )
        nested += inside or effect in cluster
        free += 0 if inside or effect in cluster else count
    return slopes + free - max(len(levels) - 1, 0) + nested


def clustered(
    scores: np.ndarray, hessian: np.ndarray, cluster: pl.DataFrame, parameters: int
) -> tuple[np.ndarray, dict[str, int]]:
    """Sandwich covariance (k, k) clustered in every way that ``cluster`` has columns; clusters in each.

    ``scores`` (rows, k), ``hessian`` (k, k); ``parameters`` K of the correction (N - 1) / (N - K). A
    covariance that is not positive semi-definite has its negative eigenvalues set to 0 (Cameron et al.).
    """
    ways, rows = cluster.columns, len(scores)
    groups = {w: int(cluster[w].n_unique()) for w in ways}
    meat = np.zeros_like(hessian)
    for size in range(1, len(ways) + 1):
        for chosen in combinations(ways, size):
            meat += (-1) ** (size + 1) * _meat(scores, cluster.select(chosen))
    fewest = min(groups.values())
    bread = np.linalg.inv(hessian)
    correction = fewest / (fewest - 1) * (rows - 1) / (rows - parameters)
    covariance = correction * bread @ meat @ bread
    if len(ways) > 1:
        values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
        if values.min() < 0:
            covariance = vectors @ np.diag(values.clip(min=0)) @ vectors.T
    return covariance, groups


def _meat(scores: np.ndarray, cluster: pl.DataFrame) -> np.ndarray:
    import polars as pl

    place = cluster.select(pl.struct(cluster.columns).rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    sums = np.stack([np.bincount(place, column) for column in scores.T])
    return np.asarray(sums @ sums.T)
