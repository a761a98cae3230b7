"""Exports lost to the sanctions of 2014 on Russia, by the record: after Crozet & Hinz (2020).

They follow monthly exports from the first sanctions (2014) to the end of 2015 against a gravity model's
prediction. With yearly totals: PPML with exporter-year, importer-year and pair effects on all flows of
2009-2015, a dummy for each direction (Russia to its sanctioners, they to Russia) in 2014 and in 2015; what
is lost is the recorded flow times exp(-coefficient) - 1. World prices and the fall of the rouble against
everybody are in Russia's own year effects and so not in the loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.mechanisms.trade.gravity_fit import EFFECTS, panel, ppml

if TYPE_CHECKING:
    import polars as pl

TARGET, BEFORE, YEARS = "RUS", 2009, (2014, 2015)
SIDES = ("target", "senders")
PUBLISHED = {"target": (53.0, 7.4), "senders": (42.0, 0.3)}
"""Billion US dollars and per cent of predicted exports lost, 2014 to the end of 2015 (Crozet & Hinz 2020)."""


@dataclass(frozen=True)
class Loss:
    """Exports lost by one side in two years: billion USD with error, per cent of what it would have sold."""

    side: str
    states: int
    billion: float
    error: float
    percent: float
    coefficients: tuple[float, ...]


def losses(trade: pl.DataFrame, sanctions: pl.DataFrame) -> tuple[Loss, Loss]:
    """(Russia's, its sanctioners') lost exports of 2014 and 2015."""
    import polars as pl

    under = sanctions.filter(
        (pl.col("target") == TARGET)
        & pl.col("year").is_in(list(YEARS))
        & ~pl.col("un")
        & (pl.col("complete") | pl.col("partial") | pl.col("financial"))
    )
    senders = sorted(set(under["sender"]) & set(trade["exporter"]))
    frame = panel(trade, sanctions, YEARS[-1], BEFORE)
    there = {
        "target": (pl.col("exporter") == TARGET) & pl.col("importer").is_in(senders),
        "senders": (pl.col("importer") == TARGET) & pl.col("exporter").is_in(senders),
    }
    names = {f"{side}_{y}": there[side] & (pl.col("year") == y) for side in SIDES for y in YEARS}
    frame = frame.with_columns(**{n: c.cast(pl.Int8) for n, c in names.items()})
    fit = ppml(frame, "value", tuple(names), EFFECTS, "pair")
    target, others = (_loss(frame, fit, side, senders) for side in SIDES)
    return target, others


def _loss(frame: pl.DataFrame, fit: object, side: str, senders: list[str]) -> Loss:
    """Sum of both years, its error by the delta method."""
    import polars as pl

    keys = [f"{side}_{y}" for y in YEARS]
    at = [fit.names.index(k) for k in keys]  # type: ignore[attr-defined]
    b, cov = fit.mean[at], fit.covariance[np.ix_(at, at)]  # type: ignore[attr-defined]
    flows = np.array([frame.filter(pl.col(k) == 1)["value"].sum() for k in keys]) / 1e3
    lost = float(flows @ (np.exp(-b) - 1))
    slope = -flows * np.exp(-b)
    sellers = [TARGET] if side == "target" else senders
    sold = frame.filter(pl.col("exporter").is_in(sellers) & pl.col("year").is_in(list(YEARS)))["value"].sum()
    return Loss(
        side,
        len(senders),
        lost,
        float(np.sqrt(slope @ cov @ slope)),
        100 * lost / (sold / 1e3 + lost),
        tuple(round(float(x), 4) for x in b),
    )
