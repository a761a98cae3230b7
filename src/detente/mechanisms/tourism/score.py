"""Track record of *tourism*: visitors of the pairs that the OECD names, from past years, against no change.

What is scored is the fitted part: income of the origin and the peace level, known afterwards. It is
therefore a test of the relation, not of a forecast of income or peace.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from detente.mechanisms.tourism import mechanism

HORIZONS = (1, 4)


def track_record(
    seen: pl.DataFrame, state_year: pl.DataFrame, peace: pl.DataFrame, origins: tuple[int, ...]
) -> list[dict[str, Any]]:
    """One row for each origin and horizon: n, mean absolute error of log visitors, ours and unchanged."""
    rows = []
    for origin in origins:
        effects = fitted(origin)
        for h in HORIZONS:
            found = changes(seen, state_year, peace, origin, origin + h)
            if found.height:
                moved = found["visitors"].to_numpy()
                ours = effects[0] * found["income"].to_numpy() + effects[1] * found["level"].to_numpy()
                rows.append(
                    {
                        "origin": origin,
                        "horizon": h,
                        "n": found.height,
                        "ours": float(np.abs(moved - ours).mean()),
                        "unchanged": float(np.abs(moved).mean()),
                    }
                )
    return rows


def fitted(origin: int) -> np.ndarray:
    """Income elasticity and peace effect, means of the vintage known at ``origin``."""
    prior: Any = next(q.prior for q in mechanism(origin).parameters if q.name == "tourism.effects_within")
    return np.array(prior.joint.mean)


def changes(
    seen: pl.DataFrame, state_year: pl.DataFrame, peace: pl.DataFrame, first: int, last: int
) -> pl.DataFrame:
    """Changes from ``first`` to ``last``: visitors, income (logs) and peace level, by pair and basis."""
    key = ["origin", "destination"]
    levels = pl.concat(
        [
            peace.select(pl.col("a").alias(key[0]), pl.col("b").alias(key[1]), "year", "level"),
            peace.select(pl.col("b").alias(key[0]), pl.col("a").alias(key[1]), "year", "level"),
        ]
    )

    income = state_year.select(pl.col("state").alias("origin"), "year", "gdp_real")

    def at(year: int) -> pl.DataFrame:
        return (
            seen.filter(pl.col("year") == year)
            .join(levels.filter(pl.col("year") == year).drop("year"), on=key, how="left")
            .join(income.filter(pl.col("year") == year).drop("year"), on="origin")
            .select(
                *key,
                "basis",
                pl.col("tourists").log().alias("visitors"),
                pl.col("gdp_real").log().alias("income"),
                pl.col("level").cast(pl.Float64).fill_null(0.5).alias("level"),
            )
        )

    both = at(first).join(at(last), on=[*key, "basis"], suffix="_after")
    columns = ("visitors", "income", "level")
    return both.select([(pl.col(f"{c}_after") - pl.col(c)).alias(c) for c in columns]).drop_nulls()
