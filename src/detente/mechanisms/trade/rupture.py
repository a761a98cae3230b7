"""Breaks of trade too deep for the average sanction of their kind, measured pair by pair.

The regression with a coefficient of its own for a case (:func:`gravity_fit.case_effect`) says how deep
the break is on average. It does not say that every pair broke alike: after 2022 Germany's trade with
Russia collapsed while Kazakhstan's, which GSDB also lists, did not, and pipeline oil went on to Hungary.
So each flow of the case gets its own break, measured as that regression measures it: what the exporter
and the importer do with everybody else in the base year, times what the two had been to each other
before, against what they trade now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.mechanisms.trade.gravity_fit import CASES

if TYPE_CHECKING:
    import polars as pl

    from detente.model.space import Index

FOLDER = Path(__file__).parent / "ruptures"
BEFORE = range(2015, 2021)
"""Years whose mean flows say what a pair had been to each other before the rupture of 2022."""
DEEPEST = 5.0
"""A flow that has all but vanished counts as broken by this many log points; logs of crumbs are noise."""
SMALLEST = 0.01
"""Million USD. Less counts as not recorded: BACI's extract of 2023 is blank between states of which neither
has reported (Poland-Russia, Korea-Russia), and a blank cannot be told from nothing."""


def without_rupture(before: np.ndarray, now: np.ndarray, broken: np.ndarray) -> np.ndarray:
    """Flows of the base year had the pairs in ``broken`` kept their place: seller × buyer × past tie.

    ``before``, ``now``: flows (n, n), zero where there are none; ``broken`` booleans (n, n). Seller and
    buyer factors make the expected flows over all unbroken pairs add up to the recorded ones (Poisson
    with exporter and importer effects and the past flow as offset; Fally 2015). Domestic sales are
    left out. Raises ``RuntimeError`` if the factors do not settle.
    """
    kept = ~broken & (before > 0) & ~np.eye(len(before), dtype=bool)
    tie, seen = np.where(kept, before, 0.0), np.where(kept, now, 0.0)
    buyer = np.ones(len(before))
    for _ in range(5000):
        sold = tie @ buyer
        new = np.divide(seen.sum(axis=1), sold, out=np.zeros_like(sold), where=sold > 0)
        bought = new @ tie
        buyer = np.divide(seen.sum(axis=0), bought, out=np.zeros_like(bought), where=bought > 0)
        missing = np.abs(new * (tie @ buyer) - seen.sum(axis=1)).sum()
        seller = new
        if missing < 1e-9 * seen.sum():
            return seller[:, None] * before * buyer
    raise RuntimeError("seller and buyer factors did not settle")


def breaks(trade: pl.DataFrame, sanctions: pl.DataFrame, case: str, year: int) -> dict[str, dict[str, float]]:
    """Break of every flow of a case in ``year``, log points, 0 or more: {partner: {sold, bought}}.

    ``sold``: what the partner sells to the target; ``bought``: what it buys there. Only pairs of which
    one had a trade sanction on the other that year; flows not recorded in either period are left out.
    """
    import polars as pl

    target, _ = CASES[case]
    rows = trade.filter(pl.col("year").is_in([*BEFORE, year]) & (pl.col("exporter") != pl.col("importer")))
    states = sorted(set(rows["exporter"]) | set(rows["importer"]))
    at = {s: i for i, s in enumerate(states)}
    now, before = np.zeros((len(states),) * 2), np.zeros((len(states),) * 2)
    for i, j, y, value in rows.select("exporter", "importer", "year", "value").drop_nulls().iter_rows():
        if y == year:
            now[at[i], at[j]] += value
        else:
            before[at[i], at[j]] += value / len(BEFORE)
    under = sanctions.filter((pl.col("year") == year) & (pl.col("complete") | pl.col("partial")))
    pairs = set(under.select("sender", "target").iter_rows())
    partners = sorted({a if b == target else b for a, b in pairs if target in (a, b)} & set(states))
    broken, t = np.zeros(now.shape, dtype=bool), at[target]
    for s in partners:
        broken[at[s], t] = broken[t, at[s]] = True
    expected = without_rupture(before, now, broken)
    found: dict[str, dict[str, float]] = {}
    for s in partners:
        flows = {"sold": (at[s], t), "bought": (t, at[s])}
        found[s] = {
            word: round(float(np.clip(np.log(expected[p] / now[p]), 0.0, DEEPEST)), 4)
            for word, p in flows.items()
            if min(expected[p], now[p]) >= SMALLEST
        }
    return found


def known() -> dict[str, dict[str, dict[str, float]]]:
    """The measured breaks that ship, by case and partner."""
    import yaml

    files = {case: (FOLDER / f"{case}.yaml").read_text(encoding="utf-8") for case in CASES}
    return {case: yaml.safe_load(text)["breaks"] for case, text in files.items()}


def pattern(index: Index, found: Mapping[str, Mapping[str, float]], target: str) -> np.ndarray:
    """Breaks as a matrix (exporter, importer); NaN where the pair is no part of the case."""
    matrix = np.full((len(index), len(index)), np.nan)
    if target not in index.states:
        return matrix
    at = index.position(target)
    for partner, flows in found.items():
        if partner in index.states:
            other = index.position(partner)
            matrix[other, at], matrix[at, other] = flows.get("sold", np.nan), flows.get("bought", np.nan)
    return matrix


def document(trade: pl.DataFrame, sanctions: pl.DataFrame, case: str, year: int) -> dict[str, Any]:
    """The generated file of one case."""
    return {
        "made_by": "detente.mechanisms.trade.rupture.document; never edit by hand",
        "data": f"BACI {BEFORE[0]}-{BEFORE[-1]} and {year}; GSDB v4",
        "unit": "log points of trade missing, by what the partner sold to and bought from the target",
        "breaks": breaks(trade, sanctions, case, year),
    }


def scale(
    names: Sequence[str], mean: Sequence[float], covariance: Sequence[Sequence[float]]
) -> dict[str, Any]:
    """The case's average coefficient as a factor on the measured breaks: mean 1, its relative error."""
    if len(names) != 1 or mean[0] == 0:
        raise ValueError("a case has one coefficient, and it is not zero")
    return {"normal": {"mean": 1.0, "sd": round(float(covariance[0][0] ** 0.5 / abs(mean[0])), 4)}}
