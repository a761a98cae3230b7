"""Tables of the economy of states: investment, prices, government; arms sold to whom; rival pathways.

What ships of sources that restrict their use is derived. ``arms`` holds shares of world deliveries over
five years, to four decimals, instead of SIPRI's deliveries; national totals come from Gapminder, which is
open. ``economy.governance`` is Transparency International's score only where it has one, and otherwise what
the World Bank's indicator suggests. The IMF's government figures are rounded to a tenth of a point of GDP.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import polars as pl

from detente.data.states import by_code, slots
from detente.data.tables_state import HORIZON, Loaded

FIRST, NEWEST = 1970, 2024
WINDOW = 5
"""Years of deliveries behind a share of the arms trade; windows do not overlap."""
WINDOWS = tuple(range(1968, 2024, WINDOW))
"""Last years of the windows: 1968, 1973, …, 2023."""
PATHWAYS_FROM = 2030
"""First year in which pathways part from the projection; until 2029 it is the IMF's."""


def economy_table(loaded: Loaded) -> pl.DataFrame:
    """State-years 1970-2024; unknown is null.

    Columns: state, year; ``fdi`` (net inflow of direct investment, billion current USD), ``ppp_gdp``
    (billion current international dollars), ``exports_gdp``, ``imports_gdp`` (goods and services, share of
    GDP), ``governance`` (corruption score 0-100, 100 is clean) and ``governance_rule`` (``ti`` or ``wgi``),
    ``rule_of_law``; shares of GDP: ``education``, ``health`` (public), ``expenditure``, ``revenue``,
    ``balance``, ``debt`` (general government), ``tax`` (central government); ``reserves`` (billion USD);
    ``arms_exports``, ``arms_imports`` (million TIV).
    """
    parts = [
        loaded["wdi_economy"],
        loaded["weo_fiscal"],
        governance(loaded["ti_cpi"], loaded["wgi"]),
        loaded["gapminder"],
        loaded["wdi"].select("state", "year", "population"),
    ]
    frame = parts[0]
    for other in parts[1:]:
        frame = frame.join(other, on=["state", "year"], how="full", coalesce=True)
    percent = ("education", "health", "expenditure", "revenue", "balance", "debt", "tax")
    shares = [(pl.col(c).round(1 if c in FISCAL else 3) / 100).cast(pl.Float32).alias(c) for c in percent]
    opened = [(pl.col(c).round(2) / 100).cast(pl.Float32) for c in ("exports_gdp", "imports_gdp")]
    ppp = pl.coalesce(pl.col("ppp_per_head") * pl.col("population") / 1e9, "ppp_bn")
    return (
        frame.filter(pl.col("year").is_between(FIRST, NEWEST) & pl.col("state").is_in(list(by_code())))
        .select(
            "state",
            pl.col("year").cast(pl.Int16),
            (pl.col("fdi_usd") / 1e9).round(4).cast(pl.Float32).alias("fdi"),
            ppp.cast(pl.Float32).alias("ppp_gdp"),
            *opened,
            pl.col("governance").cast(pl.Float32),
            "governance_rule",
            pl.col("rule_of_law").cast(pl.Float32),
            *shares,
            (pl.col("reserves_usd") / 1e9).round(3).cast(pl.Float32).alias("reserves"),
            *(pl.col(c).round(0).cast(pl.Float32) for c in ("arms_exports", "arms_imports")),
        )
        .filter(pl.any_horizontal(pl.exclude("state", "year").is_not_null()))
        .sort(pl.col("state").replace_strict(slots()), "year")
    )


FISCAL = ("expenditure", "revenue", "balance", "debt")


def governance(score: pl.DataFrame, wgi: pl.DataFrame) -> pl.DataFrame:
    """state, year, governance (0-100), governance_rule, rule_of_law.

    Transparency International's score where there is one; else the score that a straight line over all
    state-years with both gives for the World Bank's control of corruption, to whole points.
    """
    both = score.join(wgi.drop_nulls("corruption_control"), on=["state", "year"])
    slope, level = np.polyfit(both["corruption_control"].to_numpy(), both["score"].to_numpy(), 1)
    guess = (float(level) + float(slope) * pl.col("corruption_control")).clip(0, 100).round(0)
    rule = pl.when(pl.col("score").is_not_null()).then(pl.lit("ti"))
    return (
        wgi.join(score, on=["state", "year"], how="full", coalesce=True)
        .with_columns(
            pl.coalesce("score", guess).alias("governance"),
            rule.when(pl.col("corruption_control").is_not_null())
            .then(pl.lit("wgi"))
            .alias("governance_rule"),
        )
        .select("state", "year", "governance", "governance_rule", "rule_of_law")
    )


def arms_table(loaded: Loaded) -> pl.DataFrame:
    """Arms sold by seller to buyer over five years: window (its last year), seller, buyer, share.

    Share of the deliveries of all states in the window, to four decimals; smaller shares are left out.
    """
    rows = loaded["sipri_transfers"]
    frames = []
    for last in WINDOWS:
        inside = rows.filter(pl.col("year").is_between(last - WINDOW + 1, last))
        total = float(inside["tiv"].sum())
        share = (pl.col("tiv").sum() / total).round(4).alias("share")
        frames.append(
            inside.group_by("seller", "buyer").agg(share).with_columns(pl.lit(last, pl.Int16).alias("window"))
        )
    return (
        pl.concat(frames)
        .filter(pl.col("share") > 0)
        .select("window", "seller", "buyer", pl.col("share").cast(pl.Float32))
        .sort("window", pl.col("seller").replace_strict(slots()), pl.col("buyer").replace_strict(slots()))
    )


def pathways_table(loaded: Loaded) -> pl.DataFrame:
    """How much faster each state grows on a rival pathway than on SSP2: state, year, ssp1, ssp3, ssp4, ssp5.

    Log points a year, the same within each five years; one row for each span, by its first year, from 2030.
    """
    points: dict[str, dict[int, Mapping[str, float]]] = {}
    for row in loaded["ssp_rivals"].iter_rows(named=True):
        points.setdefault(row["state"], {})[row["year"]] = row
    rivals, rows = ("ssp1", "ssp3", "ssp4", "ssp5"), []
    for state, path in points.items():
        years = [y for y in sorted(path) if PATHWAYS_FROM <= y <= HORIZON]
        for one, two in zip(years, years[1:], strict=False):
            rates = {p: _rate(path[one][p], path[two][p], two - one) for p in (*rivals, "ssp2")}
            if all(math.isfinite(r) for r in rates.values()):
                rows.append((state, one + 1, *(round(rates[p] - rates["ssp2"], 6) for p in rivals)))
    schema = {"state": pl.String, "year": pl.Int16} | dict.fromkeys(rivals, pl.Float32)
    return pl.DataFrame(rows, orient="row", schema=schema).sort(
        pl.col("state").replace_strict(slots()), "year"
    )


def _rate(before: float | None, after: float | None, years: int) -> float:
    return math.log(after / before) / years if before and after and before > 0 and after > 0 else math.nan
