"""Start values of claims on territory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from detente.data.bundle import table
from detente.data.start_states import Notes, Values
from detente.model.world import Observation


def territory(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """``territorial_claim`` (claimant × holder): official claims on our list that stood past ``year``."""
    from detente.data.start_pairs import place

    stands = (pl.col("first") <= year) & (pl.col("last").is_null() | (pl.col("last") > year))
    rows = table("territories").filter(stands & pl.col("official") & (pl.col("status") != "settled"))
    named = rows.unique(["claimant", "holder"], maintain_order=True).with_columns(pl.lit(1.0).alias("is"))
    claim = place(named, "claimant", "holder", "is", states, 0.0)
    rule = "the project's own list, not a census: a pair without a row counts as one without a claim"
    said = Observation("project's list of claims on territory", year, 1.0, rule)
    values: Values = {
        "territorial_claim": claim,
        "claims_made": np.asarray(claim.sum(axis=1)),
        "claims_met": np.asarray(claim.sum(axis=0)),
    }
    return values, dict.fromkeys(values, said)
