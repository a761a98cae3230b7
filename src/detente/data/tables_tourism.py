"""Who travels where: the pairs that the OECD names, and a whole matrix for six years.

UNWTO's totals do not ship as such: each is rounded to two significant digits and spread over origins, most
of it by a gravity rule, so that what ships is an estimate of pairs. The OECD's figures of pairs ship as they
are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from detente.data.states import by_code, slots
from detente.data.tables_pair import geodist_table
from detente.data.tables_state import Loaded, state_year_table

YEARS = (2008, 2010, 2012, 2014, 2016, 2018)
SMALLEST = 500.0
"""Flows of fewer persons a year are left out of the whole matrix."""
REACH = 3
"""A total up to this many years away stands in for a missing one."""
STEPS = 50
LARGEST_STEP = 1.0


def tourism_seen_table(loaded: Loaded) -> pl.DataFrame:
    """Pairs named by the OECD, 2008-2018: origin, destination, year, basis, tourists (million)."""
    order = slots()
    return (
        loaded["oecd_tourism"]
        .select(
            "origin",
            "destination",
            pl.col("year").cast(pl.Int16),
            "basis",
            (pl.col("tourists") / 1e6).round(6).cast(pl.Float32).alias("tourists"),
        )
        .sort(
            pl.col("origin").replace_strict(order),
            pl.col("destination").replace_strict(order),
            "year",
            "basis",
        )
    )


def tourism_table(loaded: Loaded) -> pl.DataFrame:
    """Every pair in ``YEARS``: origin, destination, year, tourists (million), seen.

    What a destination (or, failing it, an origin) names is taken as it stands (``seen``). The rest of the
    destination's arrivals is spread over the other origins in proportion to the gravity rule of :func:`rule`,
    fitted on the seen pairs of the year. A destination without a total or a seen pair is absent.
    """
    return pl.concat([_year(loaded, year) for year in YEARS]).sort(
        "year", pl.col("origin").replace_strict(slots()), pl.col("destination").replace_strict(slots())
    )


def _year(loaded: Loaded, year: int) -> pl.DataFrame:
    states, covariates = ground(loaded, year)
    at = {s: i for i, s in enumerate(states)}
    seen = np.full((len(states), len(states)), np.nan)
    for origin, destination, tourists in chosen(loaded["oecd_tourism"], year).iter_rows():
        if origin in at and destination in at:
            seen[at[origin], at[destination]] = tourists
    total = totals(loaded["unwto"], states, year)
    flow = spread(seen, total, covariates)
    i, j = np.nonzero(flow >= SMALLEST)
    return pl.DataFrame(
        {
            "origin": [states[k] for k in i],
            "destination": [states[k] for k in j],
            "year": pl.Series([year] * len(i), dtype=pl.Int16),
            "tourists": pl.Series((flow[i, j] / 1e6).round(4), dtype=pl.Float32),
            "seen": np.isfinite(seen[i, j]),
        }
    )


def ground(loaded: Loaded, year: int) -> tuple[list[str], np.ndarray]:
    """States with output and population in ``year``, and (n, n, 5) covariates of origin × destination.

    Logs of the origin's GDP and population, log distance, common border, common language; NaN where unknown.
    """
    panel = state_year_table(loaded).filter(pl.col("year") == year).drop_nulls(["gdp_usd", "population"])
    states = [s for s in by_code() if s in set(panel["state"])]
    at = {s: i for i, s in enumerate(states)}
    n = len(states)
    held = np.full((n, n, 5), np.nan)
    for state, money, heads in panel.select("state", "gdp_usd", "population").iter_rows():
        held[at[state], :, 0], held[at[state], :, 1] = np.log(money), np.log(heads)
    pairs = geodist_table(loaded).select("exporter", "importer", "dist", "contig", "comlang")
    for one, two, km, border, language in pairs.iter_rows():
        if one in at and two in at and one != two and km:
            held[at[one], at[two], 2:] = np.log(km), bool(border), bool(language)
    return states, held


def chosen(pairs: pl.DataFrame, year: int) -> pl.DataFrame:
    """Origin, destination, persons: a destination's border counts, else its lodgings; else the origin's
    counts."""
    here = pairs.filter(pl.col("year") == year)
    border = here.filter(pl.col("basis") == "border")
    lodging = here.filter(pl.col("basis") == "lodging").join(border, on="destination", how="anti")
    inbound = pl.concat([border, lodging])
    outbound = here.filter(pl.col("basis") == "outbound").join(
        inbound, on=["origin", "destination"], how="anti"
    )
    return pl.concat([inbound, outbound]).select("origin", "destination", "tourists")


def totals(arrivals: pl.DataFrame, states: Sequence[str], year: int) -> np.ndarray:
    """Overnight arrivals (else all) of every state, persons, to two significant digits; NaN where unknown."""
    found = np.full(len(states), np.nan)
    rows = arrivals.with_columns(
        pl.coalesce("overnight", "all").alias("total"), (pl.col("year") - year).abs().alias("away")
    ).filter((pl.col("away") <= REACH) & (pl.col("total") > 0))
    newest = rows.sort("away").unique("state", keep="first", maintain_order=True)
    held = dict(newest.select("state", "total").iter_rows())
    for i, state in enumerate(states):
        if state in held:
            found[i] = float(f"{held[state]:.1e}")
    return found


def spread(seen: np.ndarray, total: np.ndarray, covariates: np.ndarray) -> np.ndarray:
    """Flows (origin, destination): seen ones, and the rest of each total by the gravity rule; 0 where
    unknown."""
    slope = rule(seen, covariates)
    pull = np.exp(np.nan_to_num(covariates) @ slope - (np.nan_to_num(covariates) @ slope).max())
    pull = np.where(np.isfinite(covariates).all(axis=2) & np.isnan(seen), pull, 0.0)
    np.fill_diagonal(pull, 0.0)
    named = np.nan_to_num(seen)
    rest = np.maximum(np.nan_to_num(total) - named.sum(axis=0), 0.0)
    whole = pull.sum(axis=0)
    return named + pull * np.divide(rest, whole, out=np.zeros_like(rest), where=whole > 0)


def rule(seen: np.ndarray, covariates: np.ndarray) -> np.ndarray:
    """Slopes of log tourists on the covariates with an effect for each destination (Poisson likelihood),
    (5,).

    Conditional on what each destination receives from its seen origins this is a multinomial logit of their
    shares; Newton's method. Destinations name their largest markets only, which flattens the slopes somewhat.
    """
    known = np.isfinite(seen) & np.isfinite(covariates).all(axis=2)
    groups = [(covariates[k, j], seen[k, j]) for j in range(seen.shape[1]) if (k := known[:, j]).sum() >= 2]
    slope = np.zeros(covariates.shape[2])
    for _ in range(STEPS):
        gradient, hessian = np.zeros_like(slope), np.zeros((slope.size, slope.size))
        for x, y in groups:
            utility = x @ slope
            share = np.exp(utility - utility.max())
            share /= share.sum()
            centred = x - share @ x
            gradient += (y - y.sum() * share) @ x
            hessian += y.sum() * (centred * share[:, None]).T @ centred
        step = np.linalg.solve(hessian, gradient)
        slope = slope + step * min(1.0, LARGEST_STEP / float(np.abs(step).max()))
        if np.abs(step).max() < 1e-10:
            break
    return slope
