"""Trade of 2023 that neither partner had declared yet: unknown, not zero, and filled by a rule."""

from __future__ import annotations

import polars as pl

BASE, NEWEST = 2020, 2023
NOTICED = 10.0
"""Million USD in 2020: a pair above it does not fall silent in both directions because it stopped trading."""
PAIR = ["exporter", "importer"]


def unreported(old: pl.DataFrame, new: pl.DataFrame, sanctions: pl.DataFrame) -> pl.DataFrame:
    """Flows of 2023 that neither side declared: exporter, importer, year, value (million USD).

    BACI is made of what exporters and importers declare; where neither has (in this release Korea,
    Poland, Argentina, Vietnam and others among each other, Russia and Belarus always) the cell is blank
    and the extract says zero. A pair is taken to be such a case if **both** directions are blank in 2023
    and at least one exceeded 10 million USD in 2020. The rule moves the flow of 2020 on by both totals,

        X23 = X20 * sqrt(exports of i 23/20 * imports of j 23/20),

    and, where a trade sanction over a war or territory began between the two after 2020, by the median
    factor by which the flows of the target's other such partners, in the same direction, fell short of
    the rule (the median over all targets where the target has fewer than five such partners).
    """
    before = old.filter(pl.col("year") == BASE).select(*PAIR, then="value")
    both = new.select(*PAIR, now="value").join(before, on=PAIR, how="inner")
    moved = both.with_columns((pl.col("then") * _growth(both)).alias("expected"))
    blank = _blank(moved)
    factors = moved.join(_fresh(sanctions), on=PAIR, how="left").with_columns(_shortfall())
    filled = blank.join(factors.select(*PAIR, "factor"), on=PAIR, how="left")
    return filled.select(
        *PAIR,
        pl.lit(NEWEST, dtype=pl.Int32).alias("year"),
        (pl.col("expected") * pl.col("factor").fill_null(1.0)).alias("value"),
    ).sort(PAIR)


def _blank(moved: pl.DataFrame) -> pl.DataFrame:
    """Both directions of the pairs that fell silent."""
    back = moved.select(exporter="importer", importer="exporter", now_back="now", then_back="then")
    both = moved.join(back, on=PAIR)
    silent = (pl.col("now") == 0) & (pl.col("now_back") == 0)
    return both.filter(silent & (pl.max_horizontal("then", "then_back") > NOTICED)).select(moved.columns)


def _growth(both: pl.DataFrame) -> pl.Expr:
    """Root of both sides' growth since 2020, over the flows that are known in both years."""
    known = both.filter(pl.col("now") > 0)
    sides = []
    for side in PAIR:
        sums = known.group_by(side).agg((pl.col("now").sum() / pl.col("then").sum()).alias("ratio"))
        sides.append(
            pl.col(side).replace_strict(dict(sums.iter_rows()), default=1.0, return_dtype=pl.Float64)
        )
    return (sides[0] * sides[1]).sqrt()


def _fresh(sanctions: pl.DataFrame) -> pl.DataFrame:
    """Flows under a trade sanction over a war begun after 2020: exporter, importer, target, hits, way."""
    acts = sanctions.filter(
        (pl.col("year") == NEWEST) & (pl.col("war_since") > BASE) & (pl.col("complete") | pl.col("partial"))
    )
    # A pair that sanctions each other counts once, under the state that more others sanction.
    hit = acts.group_by("target").len().rename({"len": "hits"})
    acts = acts.join(hit, on="target").filter(pl.col("hits") >= 5)
    ways = [
        acts.select(exporter="sender", importer="target", target="target", hits="hits", way=pl.lit("sold")),
        acts.select(exporter="target", importer="sender", target="target", hits="hits", way=pl.lit("bought")),
    ]
    return pl.concat(ways).sort("hits", descending=True).unique(PAIR, keep="first", maintain_order=True)


def _shortfall() -> pl.Expr:
    """Median ratio of flow to rule over the known flows of the same target and direction; 1 elsewhere."""
    known = (pl.col("now") > 0) & (pl.col("then") > NOTICED)
    ratio = pl.when(known & pl.col("target").is_not_null()).then(pl.col("now") / pl.col("expected"))
    own, all_of_them = ratio.median().over("target", "way"), ratio.median().over("way")
    enough = ratio.count().over("target", "way") >= 5
    sanctioned = pl.when(enough).then(own).otherwise(all_of_them)
    return pl.when(pl.col("target").is_not_null()).then(sanctioned).otherwise(1.0).alias("factor")
