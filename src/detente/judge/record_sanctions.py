"""Computations on the record of sanctions: what they cost, and what went round by third states."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from detente.judge import coalitions
from detente.judge.measurement import Measurement, Tables, missing

if TYPE_CHECKING:
    import polars as pl

    from detente.mechanisms.trade.diversion import Detour

NINETY = 1.645
SIGMAS = (6.0, 4.0, 8.0)
"""Middle and bounds of the elasticity of substitution, as in the trade mechanism's prior."""
THIRDS = ("ARM", "ARE", "GEO", "KAZ", "KGZ", "TUR", "UZB")
"""States named as ways round the sanctions on Russia; tested together, so none is another's measure."""


def sanction_loss(
    tables: Tables, *, on: str, of: str = "target", theory: str = "measured", year: int | None = None
) -> Measurement:
    """Loss of real income, in per cent, that the sanctions on a state cost it (``of: target``) or those who
    imposed them together (``of: senders``); ``theory`` as in :data:`coalitions.THEORIES`.
    """
    found = _costs(tables, on, theory, year)
    losses = [-(f.target if of == "target" else f.senders) for f in found]
    who = on if of == "target" else f"those who sanction {on}"
    meaning = f"loss of real income of {who} from the sanctions, trade of {found[0].year}"
    return Measurement(
        losses[0],
        "%",
        meaning,
        ("gsdb", "baci_2023" if found[0].year > 2020 else "baci", "icio"),
        min(losses),
        max(losses),
        found[0].members.height,
        "elasticity of substitution from 4 to 8",
    )


@lru_cache(maxsize=16)
def _costs(tables: Tables, on: str, theory: str, year: int | None) -> list[coalitions.Coalition]:
    """Costs of the sanctions on a state under each elasticity of :data:`SIGMAS`."""
    return [coalitions.coalition(tables, on, year=year, theory=theory, sigma=s, outsiders=()) for s in SIGMAS]


def detour(
    tables: Tables,
    *,
    third: str,
    leg: str = "bought",
    target: str = "RUS",
    before: Sequence[int] = (2018, 2019),
    year: int = 2023,
) -> Measurement:
    """How much more than gravity expects, in log points, a third state bought from those who sanction the
    target
    (``leg: bought``) or sold to the target (``leg: sold``) in ``year``, from its ties in the years
    ``before``.

    The interval is that of placebos (:mod:`detente.mechanisms.trade.diversion`).
    """
    found, _ = detours(
        tables, target=target, thirds=tuple(dict.fromkeys((third, *THIRDS))), before=before, year=year
    )
    (one,) = (d for d in found if d.state == third)
    side = one.bought if leg == "bought" else one.sold
    if not np.isfinite(side.excess):
        raise missing(f"trade of {third} with {target} in {year}")
    words = f"bought from the states that sanction {target}" if leg == "bought" else f"sold to {target}"
    meaning = (
        f"log of what {third} {words} in {year} over what gravity expected from {before[0]}-{before[-1]}"
    )
    return Measurement(
        side.excess,
        "log points",
        meaning,
        ("baci", "baci_2023", "gsdb"),
        side.excess - NINETY * side.error,
        side.excess + NINETY * side.error,
        1,
        "spread of placebos of like size",
    )


def detours(
    tables: Tables,
    *,
    target: str = "RUS",
    thirds: Sequence[str] = THIRDS,
    before: Sequence[int] = (2018, 2019),
    year: int = 2023,
) -> tuple[list[Detour], float]:
    """Both legs of every third state, in million USD of ``year``, and the coalition's missing sales to the
    target.

    The coalition are those with a trade sanction of their own in ``year``, apart from the thirds.
    """
    import polars as pl

    rows = tables("trade").filter(pl.col("year").is_in([*before, year]) & ~pl.col("imputed"))
    then = rows.filter(pl.col("year").is_in(list(before))).with_columns(pl.col("value") / len(before))
    now = rows.filter(pl.col("year") == year)
    if then.is_empty() or now.is_empty():
        raise missing(f"trade in {list(before)} and {year}")
    return between(tables, then, now, target=target, thirds=thirds, year=year)


def between(
    tables: Tables,
    then: pl.DataFrame,
    now: pl.DataFrame,
    *,
    target: str,
    thirds: Sequence[str],
    year: int,
) -> tuple[list[Detour], float]:
    """As :func:`detours`, from the user's own flows of then and now (exporter, importer, value)."""
    from detente.mechanisms.trade import diversion

    who = coalitions.senders(tables, target, year)
    inside = who.filter(who["complete"] | who["partial"])["sender"].to_list()
    states = sorted(set(now["exporter"]) & set(now["importer"]) & set(then["exporter"]))
    return diversion.detours(
        _matrix(then, states),
        _matrix(now, states),
        states,
        target=target,
        coalition=[s for s in inside if s in states and s not in thirds],
        thirds=[s for s in thirds if s in states],
    )


def _matrix(rows: pl.DataFrame, states: Sequence[str]) -> np.ndarray:
    at = {s: k for k, s in enumerate(states)}
    found = np.zeros((len(states),) * 2)
    for a, b, value in rows.select("exporter", "importer", "value").drop_nulls().iter_rows():
        if a != b and a in at and b in at:
            found[at[a], at[b]] += value
    return found
