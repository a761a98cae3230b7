"""Effect on trade of complete, partial and financial sanctions together, as the trade mechanism draws it.

The regression of :mod:`gravity_fit` with financial sanctions as a kind of their own. Arms embargoes and
travel bans get none: beside the other three their coefficients change with the sample, even in sign
(docs/mechanisms/sanctions.md), and they are left to ``others``, which marks pairs with nothing but them.
Packages come together, so the three effects are drawn jointly: what a whole package does is better known
than what each part does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.mechanisms.trade.gravity_fit import CASES, EFFECTS, VINTAGES, Estimate, of_case, panel, ppml

if TYPE_CHECKING:
    import polars as pl

KINDS = ("complete", "partial", "financial")
OTHERS = ("arms", "military", "travel", "other")
PATH = Path(__file__).parent / "effects" / "estimates.yaml"


def finance(sanctions: pl.DataFrame) -> pl.DataFrame:
    """Undirected pair-years: a, b, year, financial, others; 1 where either side has such a sanction."""
    import polars as pl

    others = pl.max_horizontal(*(pl.col(c) for c in OTHERS if c in sanctions.columns))
    return (
        sanctions.select(
            a=pl.min_horizontal("sender", "target"),
            b=pl.max_horizontal("sender", "target"),
            year=pl.col("year").cast(pl.Int64),
            financial=pl.col("financial").cast(pl.Int8).fill_null(0),
            others=others.cast(pl.Int8).fill_null(0),
        )
        .group_by("a", "b", "year")
        .max()
        .sort("a", "b", "year")
    )


def effects(trade: pl.DataFrame, sanctions: pl.DataFrame, until: int) -> Estimate:
    """Log effect while in force of each of :data:`KINDS`, cases such as the rupture of 2022 taken out.

    Names: complete, partial, financial, others (pairs with neither trade nor financial sanctions) and each
    case that has begun.
    """
    import polars as pl

    trade, sanctions = trade.filter(pl.col("year") <= until), sanctions.filter(pl.col("year") <= until)
    frame = (
        panel(trade, sanctions, until)
        .join(finance(sanctions), on=["a", "b", "year"], how="left", maintain_order="left")
        .with_columns(pl.col("financial", "others").fill_null(0))
        .with_columns(others=pl.col("others") * (pl.max_horizontal(*KINDS) == 0))
    )
    cases = [case for case, (_, since) in CASES.items() if since < until]
    frame = frame.with_columns(**{c: of_case(c).cast(pl.Int8) for c in cases})
    aside = pl.any_horizontal(pl.lit(False), *(pl.col(c) == 1 for c in cases))
    frame = frame.with_columns(pl.when(aside).then(0).otherwise(pl.col(k)).alias(k) for k in KINDS)
    return ppml(frame, "value", (*KINDS, "others", *cases), EFFECTS, "pair")


def refit(
    trade: pl.DataFrame, sanctions: pl.DataFrame, path: Path = PATH, vintages: tuple[int, ...] = VINTAGES
) -> Path:
    """Write the estimates of each vintage (a few minutes)."""
    import yaml

    found: dict[int, Any] = {
        year: {"sanction_effect": effects(trade, sanctions, year).joint(KINDS)} for year in vintages
    }
    content = {
        "made_by": "detente fit trade",
        "data": "bundle tables trade (COW 1950-1999, BACI 2000-2020 and 2023) and sanctions (GSDB v4)",
        "vintages": found,
    }
    text = yaml.safe_dump(content, sort_keys=False, width=110, default_flow_style=None)
    path.write_text(text, encoding="utf-8")
    return path
