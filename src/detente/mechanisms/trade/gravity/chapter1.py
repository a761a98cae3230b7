"""The Advanced Guide's first chapter made again: a check of the estimator, regression by regression.

Yotov, Piermartini, Monteiro & Larch (2016), *An Advanced Guide to Trade Policy Analysis*, chapter 1: 69
countries, manufacturing trade with sales at home, 1986-2006 every four years. Published figures: the results
printed in the Guide's replication by M. Vargas Sepulveda (github.com/pachadotdev/tradepolicy, CC BY 4.0).

Errors are clustered by pair and, like the published ones, not corrected for the number of parameters.
The Guide gives all home markets one pair effect in its third application; so do we here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from detente.mechanisms.trade.gravity.estimation import estimate
from detente.mechanisms.trade.gravity.result import GravityEstimate
from detente.mechanisms.trade.gravity.specification import Specification
from detente.mechanisms.trade.gravity.table import Panel

if TYPE_CHECKING:
    import polars as pl

YEARS = tuple(range(1986, 2007, 4))
BOTH = ("exporter_year", "importer_year")
CONSTANTS = ("cntg", "lang", "clny")
GRAVITY = ("log_dist", *CONSTANTS)
BY_YEAR = tuple(f"log_dist_{y}" for y in YEARS)


def prepared(guide: pl.DataFrame) -> pl.DataFrame:
    """``agtpa_applications`` in the chapter's years with sizes, remoteness and distance by year."""
    import polars as pl

    year, home = pl.col("year").cast(pl.Int64), pl.col("exporter") == pl.col("importer")
    frame = guide.filter(year.is_in(YEARS)).with_columns(
        year,
        log_dist=pl.col("dist").log(),
        smctry=home.cast(pl.Int8),
        log_dist_intra=pl.col("dist").log() * home.cast(pl.Int8),
        home_market=pl.when(home).then("exporter").otherwise(pl.lit("abroad")),
        pair_or_home=pl.when(home).then(0).otherwise(pl.col("pair_id")).cast(pl.Int64),
        ever=pl.col("trade").sum().over("pair_id") > 0,
        output=pl.col("trade").sum().over("exporter", "year"),
        spending=pl.col("trade").sum().over("importer", "year"),
        **{
            f"log_dist_{y}": pl.when((year == y) & ~home).then(pl.col("dist").log()).otherwise(0.0)
            for y in YEARS
        },
    )
    return remoteness(frame).rename({"trade": "value"})


def remoteness(frame: pl.DataFrame) -> pl.DataFrame:
    """Logs of output and spending, and the remoteness of exporter and importer (the Guide, p. 43)."""
    import polars as pl

    world_spending = pl.col("spending").sum().over("exporter", "year").max().over("year")
    world_output = pl.col("output").sum().over("importer", "year").max().over("year")
    seller = (pl.col("dist") * world_spending / pl.col("spending")).sum().over("exporter", "year")
    buyer = (pl.col("dist") * world_output / pl.col("output")).sum().over("importer", "year")
    return frame.with_columns(
        log_y=pl.col("output").log(),
        log_e=pl.col("spending").log(),
        log_remoteness_exp=seller.log(),
        log_remoteness_imp=buyer.log(),
    )


def _fit(
    frame: pl.DataFrame, terms: Sequence[str], effects: Sequence[str], estimator: str = "ppml", **more: object
) -> GravityEstimate:
    spec = Specification(
        tuple(terms),
        effects=tuple(effects),
        cluster=("pair_id",),
        estimator=estimator,
        adjust=False,
        **more,  # type: ignore[arg-type]
    )
    return estimate(Panel(frame), spec)


def traditional(guide: pl.DataFrame) -> dict[str, GravityEstimate]:
    """Application 1: four ways to estimate gravity on international trade."""
    import polars as pl

    frame = prepared(guide).filter(pl.col("smctry") == 0)
    size, remote = ("log_y", "log_e"), ("log_remoteness_exp", "log_remoteness_imp")
    return {
        "ols": _fit(frame, (*GRAVITY, *size), (), "ols"),
        "remoteness": _fit(frame, (*GRAVITY, *size, *remote), (), "ols"),
        "fixed effects": _fit(frame, GRAVITY, BOTH, "ols"),
        "ppml": _fit(frame, GRAVITY, BOTH),
    }


def distance(guide: pl.DataFrame) -> dict[str, GravityEstimate]:
    """Application 2: does the effect of distance fall, once sales at home are there to compare with?"""
    import polars as pl

    frame = prepared(guide)
    abroad = frame.filter(pl.col("smctry") == 0)
    return {
        "ols": _fit(abroad, (*BY_YEAR, *CONSTANTS), BOTH, "ols"),
        "ppml": _fit(abroad, (*BY_YEAR, *CONSTANTS), BOTH),
        "internal distance": _fit(frame, (*BY_YEAR, *CONSTANTS, "log_dist_intra"), BOTH),
        "home bias": _fit(frame, (*BY_YEAR, *CONSTANTS, "log_dist_intra", "smctry"), BOTH),
        "effect of each home market": _fit(frame, (*BY_YEAR, *CONSTANTS), (*BOTH, "home_market")),
    }


def agreements(guide: pl.DataFrame) -> dict[str, GravityEstimate]:
    """Application 3: trade agreements, with leads, phased in, beside globalisation."""
    import polars as pl

    frame = prepared(guide)
    abroad, traded = frame.filter(pl.col("smctry") == 0), frame.filter("ever")
    three = (*BOTH, "pair_or_home")
    return {
        "ols": _fit(abroad, (*GRAVITY, "rta"), BOTH, "ols"),
        "international trade only": _fit(abroad, (*GRAVITY, "rta"), BOTH),
        "with sales at home": _fit(frame, (*GRAVITY, "rta"), (*BOTH, "home_market")),
        "pair effects": _fit(traded, ("rta",), three),
        "lead": _fit(traded, ("rta",), three, leads=(4,)),
        "phase-in": _fit(traded, ("rta",), three, lags=(4, 8, 12)),
        "globalisation": _fit(traded, ("rta",), three, lags=(4, 8, 12), border_by_year=True),
    }


APPLICATIONS = {"traditional": traditional, "distance": distance, "agreements": agreements}


def change_of_distance(found: GravityEstimate) -> tuple[float, float]:
    """Change of the effect of distance from the first to the last year, %, and its error (delta method)."""
    first, last = BY_YEAR[0], BY_YEAR[-1]
    k = [found.names.index(first), found.names.index(last)]
    (start, end), covariance = found.mean[k], found.covariance[np.ix_(k, k)]
    slope = 100 * np.array([-end / start**2, 1 / start])
    return 100 * float(end / start - 1), float(np.sqrt(slope @ covariance @ slope))


def figure(found: GravityEstimate, term: str) -> tuple[float, float]:
    """The estimate that the Guide calls ``term``: a coefficient, ``POLICY, total`` or ``change %``."""
    if term == "change %":
        return change_of_distance(found)
    if term.endswith(", total"):
        return found.total(term.removesuffix(", total"))
    return found.of(term)


def comparison(guide: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """``published`` (application, regression, term, value, se) with ``ours``, ``our_se``, ``difference``."""
    import polars as pl

    made = {name: run(guide) for name, run in APPLICATIONS.items()}
    ours = [
        figure(made[r["application"]][r["regression"]], r["term"]) for r in published.iter_rows(named=True)
    ]
    return published.with_columns(
        ours=pl.Series([b for b, _ in ours]), our_se=pl.Series([se for _, se in ours])
    ).with_columns(difference=pl.col("ours") - pl.col("value"))
