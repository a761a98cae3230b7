"""Track record of *territory*: settlements of claims after an origin, by the hazards known at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from detente.mechanisms.territory import equations as eq
from detente.mechanisms.territory import fit
from detente.mechanisms.territory.record import claim_years

TERMS = {"by age and pact": fit.FEW, "and by relations": eq.COVARIATES}
"""The two rival theories of the engine, by what their hazards know."""
LATEST = 2010
"""Last origin: the record ends in 2017 and settles two claims a year."""


def track_record(table: Callable[[str], Any], origins: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Rows: origin, terms, n, log score per thousand claim-years of ours and of the base rate (theirs).

    Estimated up to the origin, scored on every claim-year after it.
    """
    record = claim_years(table)
    for origin in origins:
        old, new = record.take(record.year <= origin), record.take(record.year > origin)
        base = np.full(len(new.settled), old.settled.mean())
        for terms, names in TERMS.items():
            ours = fit.chance(fit.settlement(old, names), new)
            yield {
                "origin": origin,
                "terms": terms,
                "n": len(base),
                "ours": log_score(ours, new.settled),
                "theirs": log_score(base, new.settled),
            }


def log_score(chance: np.ndarray, settled: np.ndarray) -> float:
    """Logarithmic score per thousand rows; smaller is better."""
    return float(-1000 * np.mean(settled * np.log(chance) + (1 - settled) * np.log(1 - chance)))
