"""Estimation of *tourism* on the pairs that the OECD names, 2008-2018; nothing later than ``until``."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

ENOUGH = 6
"""Years of the record needed for an estimate of changes within pairs."""
PRIOR = {"names": ["income", "peace"], "mean": [1.2, 0.5], "covariance": [[0.16, 0.0], [0.0, 0.25]]}
"""Before the record begins: income about one (reviews of demand find more), peace of either size."""


def panel(seen: Any, state_year: Any, peace: Any, geodist: Any, until: int) -> Any:
    """One row for each origin, destination, year and basis: tourists and what explains them (pandas)."""
    import pandas as pd
    import polars as pl

    both = pl.concat(
        [
            peace.select(pl.col("a").alias("origin"), pl.col("b").alias("destination"), "year", "level"),
            peace.select(pl.col("b").alias("origin"), pl.col("a").alias("destination"), "year", "level"),
        ]
    )
    income = state_year.select(
        pl.col("state").alias("origin"), "year", pl.col("gdp_real").log().alias("income"), "population"
    )
    ground = geodist.select(
        pl.col("exporter").alias("origin"),
        pl.col("importer").alias("destination"),
        pl.col("dist").log().alias("distance"),
        pl.col("contig").cast(pl.Float64).alias("border"),
        pl.col("comlang").cast(pl.Float64).alias("language"),
    )
    rows = (
        seen.filter(pl.col("year") <= until)
        .join(both, on=["origin", "destination", "year"], how="left")
        .join(income, on=["origin", "year"])
        .join(ground, on=["origin", "destination"])
        .with_columns(
            # Pairs that the peace scale does not code count as negative peace, as everywhere.
            pl.col("level").cast(pl.Float64).fill_null(0.5).alias("peace"),
            pl.col("population").log().alias("heads"),
            (pl.col("origin") + pl.col("destination")).alias("dyad"),
            (pl.col("origin") + pl.col("destination") + pl.col("basis")).alias("pair"),
            (pl.col("destination") + pl.col("year").cast(pl.String) + pl.col("basis")).alias("market"),
        )
        .drop_nulls(["income", "heads", "distance"])
    )
    return pd.DataFrame(rows.to_dict(as_series=False))


def estimates(seen: Any, state_year: Any, peace: Any, geodist: Any, until: int) -> dict[str, Any]:
    """Both fits of one vintage: changes within pairs, and differences between pairs.

    ``within``: Poisson with effects of pair and of destination-year, so that what moves is income of the
    origin and the pair's peace level. ``between``: Poisson with destination-year effects and gravity
    covariates.
    """
    record = seen.filter(seen["year"] <= until)["year"].n_unique()
    if record < ENOUGH:
        return {"within": {"joint": deepcopy(PRIOR)}, "between": {"joint": deepcopy(PRIOR)}}
    rows = panel(seen, state_year, peace, geodist, until)
    within = fitted("tourists ~ income + peace | pair + market", rows)
    between = fitted("tourists ~ income + peace + heads + distance + border + language | market", rows)
    return {"within": {"joint": within}, "between": {"joint": between}}


def fitted(formula: str, rows: Any) -> dict[str, Any]:
    """Poisson pseudo-maximum likelihood: income and peace with their covariance, clustered by dyad."""
    import warnings

    import pyfixest

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = pyfixest.fepois(formula, data=rows, vcov={"CRV1": "dyad"})
    names = list(model._coefnames)
    at = [names.index("income"), names.index("peace")]
    covariance = np.asarray(model._vcov)[np.ix_(at, at)]
    return {
        "names": ["income", "peace"],
        "mean": [float(f"{v:.6g}") for v in np.asarray(model._beta_hat)[at]],
        "covariance": [[float(f"{v:.6g}") for v in row] for row in covariance],
    }
