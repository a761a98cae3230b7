"""Start values of claims on territory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from detente.data.bundle import table
from detente.data.start_pairs import place
from detente.data.start_states import Notes, Values
from detente.model.world import Observation

SEIZED = ("annexed", "separate", "occupied")
"""Kinds of status that arms have made."""


def territory(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Official claims on our list that stood past ``year`` (claimant × holder), since when, and what is
    claimed."""
    rows = standing(year)
    matrix = {
        "territorial_claim": (pl.lit(1.0), 0.0),
        "claim_years": ((year - pl.col("first").min()).cast(pl.Float64), 0.0),
        "seized_land": (pl.col("status").is_in(SEIZED).any().cast(pl.Float64), 0.0),
        "claimed_area": (_known("area_km2"), np.nan),
        "claimed_people": (_known("people"), np.nan),
    }
    grouped = rows.group_by("claimant", "holder", maintain_order=True)
    pairs = grouped.agg(*(how.alias(name) for name, (how, _) in matrix.items()))
    values: Values = {
        n: place(pairs, "claimant", "holder", n, states, fill) for n, (_, fill) in matrix.items()
    }
    claim = values["territorial_claim"]
    values |= {
        "claims_made": np.asarray(claim.sum(axis=1)),
        "claims_met": np.asarray(claim.sum(axis=0)),
        "claim_salience": salience(states, year),
    }
    rule = "the project's own list, not a census: a pair without a row counts as one without a claim"
    said = Observation("project's list of claims on territory", year, 1.0, rule)
    sized = values["claimed_area"][claim > 0]
    known = float(np.isfinite(sized).mean()) if sized.size else 0.0
    size = Observation(
        "public figures, from general knowledge", year, known, "area and people as last counted"
    )
    notes = dict.fromkeys(values, said) | dict.fromkeys(("claimed_area", "claimed_people"), size)
    return values, notes | {
        "claim_salience": Observation("ICOW territorial claims 1.01", min(year, 2017), 1.0)
    }


def standing(year: int) -> pl.DataFrame:
    """Rows of our list of official claims that stood past ``year``, with area and people."""
    stands = (pl.col("first") <= year) & (pl.col("last").is_null() | (pl.col("last") > year))
    rows = table("territories").filter(stands & pl.col("official") & (pl.col("status") != "settled"))
    return rows.join(
        table("territory_sizes").drop("year", "source"), on="territory", how="left", maintain_order="left"
    )


def salience(states: Sequence[str], year: int) -> np.ndarray:
    """The most salient of ICOW's claims of one state on another begun by ``year``; NaN without any."""
    rows = table("territorial_claims").filter((pl.col("first") <= year) & pl.col("salience").is_not_null())
    most = rows.group_by("claimant", "holder", maintain_order=True).agg(pl.col("salience").max())
    return place(most, "claimant", "holder", "salience", states, np.nan)


def _known(column: str) -> pl.Expr:
    """Sum of what is known of a pair's claims; null if nothing is."""
    return pl.when(pl.col(column).count() > 0).then(pl.col(column).sum()).cast(pl.Float64)
