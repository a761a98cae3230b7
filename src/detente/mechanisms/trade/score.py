"""Out-of-time check: does the sanctions shock foretell who still trades with whom?

Take the trade matrix of a past year, the sizes of the economies and the sanctions of a later one, and
an effect of sanctions estimated on data up to the past year. Predict the later bilateral flows in
general equilibrium and hold them against what was recorded, beside rivals that know nothing of
sanctions. Sizes are taken as known: it is the pattern of trade that is on trial, not growth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.mechanisms.trade import equations
from detente.mechanisms.trade.equilibrium import balanced, solve

if TYPE_CHECKING:
    import polars as pl

SMALLEST = 1.0
"""Flows below this many million USD in either year are left out of the scores: their logs are noise."""


@dataclass(frozen=True)
class Forecast:
    """Matrices (n, n) over ``states``: the past, what happened, our prediction and the rivals'."""

    states: tuple[str, ...]
    past: np.ndarray
    actual: np.ndarray
    predictions: Mapping[str, np.ndarray]
    bite: np.ndarray


def square(
    rows: pl.DataFrame, one: str, two: str, column: str, states: Sequence[str], fill: float
) -> np.ndarray:
    """A column of pair rows as a matrix over ``states``; cells without a row hold ``fill``."""
    at, matrix = {s: i for i, s in enumerate(states)}, np.full((len(states),) * 2, fill)
    for i, j, value in rows.select(one, two, column).iter_rows():
        if i in at and j in at and value is not None:
            matrix[at[i], at[j]] = float(value)
    return matrix


def forecast(
    trade: pl.DataFrame,
    domestic: pl.DataFrame,
    sanctions: pl.DataFrame,
    *,
    start: int,
    end: int,
    effects: tuple[float, float, float],
    sigma: float = 6.0,
    at_once: float = 0.29,
    speed: float = 0.2,
) -> Forecast:
    """Predict the flows of ``end`` from the matrix of ``start``, sizes and sanctions of ``end``.

    Parameters
    ----------
    trade : exporter, importer, year, value (million USD); domestic : state, year, domestic_sales.
    sanctions : sender, target, year, complete, partial, age (years in force).
    effects : PPML coefficients of complete, partial and financial sanctions, from data up to ``start``.
    at_once, speed : phase-in, as in :func:`equations.realised_share`.

    Raises
    ------
    ValueError : no state has domestic sales in both years, or no equilibrium was found.
    """
    states, past, actual = _both_years(trade, domestic, start, end)
    output = np.nansum(actual, axis=1)
    grown = balanced(past, output[None])
    bites = [_bite(sanctions, states, y, effects, at_once, speed) for y in (start, end)]
    world = solve(grown.flow, bites[0] - bites[1], sigma=np.array([sigma]))
    if not (grown.converged.all() and world.converged.all()):
        raise ValueError(f"no equilibrium for {start} carried to {end}")
    abroad = ~np.eye(len(states), dtype=bool)
    everyone = np.nansum(actual[abroad]) / np.nansum(past[abroad])
    return Forecast(
        states,
        past,
        actual,
        {"sanctions": world.flow[0], "sizes only": grown.flow[0], "same shares": past * everyone},
        bites[1] - bites[0],
    )


def scores(made: Forecast, state: str | None = None) -> list[dict[str, float | str]]:
    """Errors of log flows by prediction and group of pairs; ``state`` limits the pairs to its own.

    Groups: ``newly sanctioned`` (suppression grew by over 0.05 log points), ``other``, ``all``.
    ``error``: mean absolute log error; ``bias``: mean log error (above 0: predicted too much);
    ``money``: sum of absolute errors over the sum of flows; ``pairs``: how many were scored.
    """
    n = len(made.states)
    scored = (made.past >= SMALLEST) & (made.actual >= SMALLEST) & ~np.eye(n, dtype=bool)
    if state is not None:
        own = np.zeros((n, n), dtype=bool)
        own[made.states.index(state)] = own[:, made.states.index(state)] = True
        scored &= own
    hit = made.bite > 0.05
    rows: list[dict[str, float | str]] = []
    for group, mask in (("newly sanctioned", scored & hit), ("other", scored & ~hit), ("all", scored)):
        for name, predicted in made.predictions.items():
            off = np.log(predicted[mask] / made.actual[mask])
            rows.append(
                {
                    "group": group,
                    "prediction": name,
                    "pairs": float(mask.sum()),
                    "error": float(np.abs(off).mean()) if mask.any() else np.nan,
                    "bias": float(off.mean()) if mask.any() else np.nan,
                    "money": float(
                        np.abs(predicted[mask] - made.actual[mask]).sum() / made.actual[mask].sum()
                    )
                    if mask.any()
                    else np.nan,
                }
            )
    return rows


def _both_years(
    trade: pl.DataFrame, domestic: pl.DataFrame, start: int, end: int
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    import polars as pl

    homes = [
        dict(
            domestic.filter((pl.col("year") == y) & (pl.col("domestic_sales") > 0))
            .select("state", "domestic_sales")
            .iter_rows()
        )
        for y in (start, end)
    ]
    states = tuple(sorted(set(homes[0]) & set(homes[1])))
    if not states:
        raise ValueError(f"no state has domestic sales in both {start} and {end}")
    matrices = []
    for year, home in zip((start, end), homes, strict=True):
        matrix = square(trade.filter(pl.col("year") == year), "exporter", "importer", "value", states, np.nan)
        np.fill_diagonal(matrix, [home[s] for s in states])
        matrices.append(matrix)
    return states, matrices[0], matrices[1]


def _bite(
    sanctions: pl.DataFrame,
    states: Sequence[str],
    year: int,
    effects: tuple[float, float, float],
    at_once: float,
    speed: float,
) -> np.ndarray:
    """Log points of trade suppressed in ``year`` by the sanctions then in force and their age."""
    import polars as pl

    rows = sanctions.filter(pl.col("year") == year)
    complete, partial, financial, age = (
        square(rows, "sender", "target", c, states, 0.0) for c in ("complete", "partial", "financial", "age")
    )
    target = equations.suppressed_in_the_long_run(
        complete=complete[None],
        partial=partial[None],
        effect_complete=np.array([effects[0]]),
        effect_partial=np.array([effects[1]]),
        financial=financial[None],
        effect_financial=np.array([effects[2]]),
    )[0]
    # The record dates trade sanctions only; a financial one by itself counts as fully at work.
    years = np.where(np.maximum(age, age.T) > 0, np.maximum(age, age.T), np.inf)
    share = equations.realised_share(years=years, at_once=np.array(at_once), speed=np.array(speed))
    return target * share


def effects_known(as_of: int) -> tuple[float, float, float]:
    """Mean effects of a complete, partial and financial sanction as estimated on data up to ``as_of``."""
    from pathlib import Path

    from detente.model.parameter import Joint, load_parameters

    known = {p.name: p.prior for p in load_parameters(Path(__file__).parent / "effects", "trade", as_of)}
    prior = known["trade.sanction_effect"]
    if not isinstance(prior, Joint):
        raise ValueError("sanction_effect is not a joint estimate")
    mean = dict(zip(prior.joint.names, prior.joint.mean, strict=True))
    return mean["complete"], mean["partial"], mean["financial"]


def track_record(
    trade: pl.DataFrame,
    domestic: pl.DataFrame,
    sanctions: pl.DataFrame,
    spans: Sequence[tuple[int, int]],
    state: str | None = None,
) -> pl.DataFrame:
    """:func:`scores` of :func:`forecast` for every span (start, end), effects as known at its start.

    Columns: start, end, group, prediction, pairs, error, bias, money. ``prediction`` is ``sanctions``
    (ours), ``sizes only`` (the same equilibrium without sanctions) or ``same shares`` (every flow grows
    with world trade).
    """
    import polars as pl

    rows = []
    for start, end in spans:
        made = forecast(trade, domestic, sanctions, start=start, end=end, effects=effects_known(start))
        rows += [{"start": start, "end": end, **row} for row in scores(made, state)]
    return pl.DataFrame(rows)
