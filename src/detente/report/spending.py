"""Military spending on the page: what it was, what becomes of it in both worlds, what the premise frees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from detente.report import cells, charts, force_charts
from detente.report.cells import written
from detente.report.figures import Figure
from detente.report.parties import Party
from detente.run.estimate import Estimate, summary
from detente.run.result import BASE, Result

SINCE = 1990
"""First year of the record that is shown."""
MOST = 6
"""Drawings of one figure."""
LISTED = 12
"""States in the table."""
MONEY, OUTPUT = "milex", "real_gdp"
BUDGET = ("freed_share", OUTPUT, "freed_per_head")
CENT = 0.01
"""Money per head below which it tells nothing of how many heads there are."""
WORLDS = {"without": "without the premise", "with": "with the premise"}


@dataclass(frozen=True, slots=True)
class Freed:
    """One state: its spending a year without and with the premise, what that frees, in all and per head."""

    name: str
    here: str
    there: str
    freed: str
    interval: str
    per_head: str
    says: str


def spending(result: Result, scenario: str, sides: Sequence[Party]) -> tuple[Figure, ...]:
    """Spending as a share of GDP and in billions: the record since 1990, then both worlds with bands."""
    if not {MONEY, OUTPUT} <= set(result.fields):
        return ()
    chosen = sides[:MOST]
    money, output = (
        {w: {s.label: _paths(result, f, w, s) for s in chosen} for w in (BASE, scenario)}
        for f in (MONEY, OUTPUT)
    )
    if all(np.array_equal(money[BASE][k], money[scenario][k], equal_nan=True) for k in money[BASE]):
        return ()
    seen = observed(result, chosen)
    share = {w: {k: 100 * _ratio(v, output[w][k]) for k, v in money[w].items()} for w in money}
    return (
        _figure(result, scenario, "share of GDP, %", share, {k: v["share"] for k, v in seen.items()}),
        _figure(result, scenario, "billion 2023 USD a year", money, {k: v["money"] for k, v in seen.items()}),
    )


def _paths(result: Result, field: str, world: str, side: Party) -> np.ndarray:
    """Sum over the states of a side, (draw, year)."""
    found: np.ndarray = result.values(field, world, state=side.where, how="sum").astype(float)
    return found


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def observed(result: Result, sides: Sequence[Party]) -> dict[str, dict[str, dict[int, float]]]:
    """Spending of each side in the years that the run knew, by label: per cent of GDP, billions.

    Groups are those of the start. A year in which states with a tenth of the group's output are not on
    record is left out.
    """
    import polars as pl

    from detente.data.bundle import table

    last = int(result.record["start_year"])
    rows = table("state_year").filter(pl.col("year").is_between(SINCE, last))
    out: dict[str, dict[str, dict[int, float]]] = {}
    for side in sides:
        mine = rows.filter(pl.col("state").is_in(list(result.index.members(side.where))))
        told = mine.with_columns(
            spent=pl.col("milex_share") * pl.col("gdp_real"),
            output=pl.when(pl.col("milex_share").is_not_null()).then(pl.col("gdp_real")),
        )
        years = told.group_by("year").agg(pl.col("spent", "output", "gdp_real").sum()).sort("year")
        whole = years.filter((pl.col("output") > 0) & (pl.col("output") >= 0.9 * pl.col("gdp_real")))
        each = [(int(y), float(s), float(o)) for y, s, o, _ in whole.iter_rows()]
        out[side.label] = {
            "share": {y: 100 * s / o for y, s, o in each},
            "money": {y: s for y, s, _ in each},
        }
    return out


def _figure(
    result: Result,
    scenario: str,
    unit: str,
    worlds: dict[str, dict[str, np.ndarray]],
    seen: dict[str, dict[int, float]],
) -> Figure:
    rows: list[dict[str, Any]] = []
    said: list[str] = []
    for label, past in seen.items():
        rows += [{"panel": label, "world": "observed", "year": y, "mean": v} for y, v in past.items()]
        for world, name in zip((BASE, scenario), WORLDS, strict=True):
            if past:
                then = max(past)  # the fans begin where the record ends
                rows.append(_row(label, name, then, past[then], past[then], past[then]))
            found = [summary(worlds[world][label][:, k], "") for k in range(len(result.years))]
            known = [(y, e) for y, e in zip(result.years, found, strict=True) if not e.missing]
            rows += [_row(label, name, y, e.mean, e.low, e.high) for y, e in known]
            if not found[-1].missing:
                said.append(f"{label} {WORLDS[name]} {_said(found[-1])}")
    spec = force_charts.fans(rows)
    return Figure(
        "Military spending",
        f"{unit}: grey observed and without the premise, blue with it",
        f"Military spending, {unit}, in {result.years[-1]}: " + "; ".join(said),
        Markup(charts.svg(spec)),  # noqa: S704 (drawn by us; the renderer escapes all text)
        "Lines are means, bands hold 90 % of worlds; each drawing has its own scale. Observed to "
        f"{result.record['start_year']}: SIPRI by way of the World Bank, in real terms; groups as at the "
        "start.",
    )


def _row(panel: str, world: str, year: int, mean: float, low: float, high: float) -> dict[str, Any]:
    return {"panel": panel, "world": world, "year": year, "mean": mean, "low": low, "high": high}


def _said(e: Estimate) -> str:
    places = cells.decimals([e.mean, e.low, e.high])
    mean, low, high = (written(x, places) for x in (e.mean, e.low, e.high))
    return f"{mean} ({low} to {high})"


def freed(result: Result, scenario: str, year: int, sides: Sequence[Party]) -> tuple[Freed, ...]:
    """What each state spends less (below zero: more) with the premise in ``year``: single states among the
    sides first, then those with the largest change, and the world."""
    if MONEY not in result.fields:
        return ()
    here, there = (
        result.values(MONEY, w, state="all", year=year, how="each").astype(float) for w in (BASE, scenario)
    )
    less = here - there
    size = np.abs(np.nansum(less, axis=0))
    if not size.any():
        return ()
    alone = [s.selector[0] for s in sides if s.selector[0] in result.index.states and len(s.selector) == 1]
    first = [result.index.position(s) for s in alone]
    rest = [int(k) for k in np.argsort(-size, kind="stable") if k not in first and size[k] > 0]
    people = _people(result, year)
    rows = [
        _freed(result.index.name(result.index.states[k]), here[:, k], there[:, k], people[k])
        for k in (first + rest)[:LISTED]
    ]
    known = np.isfinite(less).any(axis=0)
    whole = [
        np.where(np.isfinite(less[:, known]).all(axis=1), x[:, known].sum(axis=1), np.nan)
        for x in (here, there)
    ]
    rows.append(_freed("The world", whole[0], whole[1], float(np.sum(people[known]))))
    return tuple(r for r in rows if r.freed != "no data")


def _people(result: Result, year: int) -> np.ndarray:
    """Inhabitants, as the budget mechanism counts them: what it frees over what it frees for each of them."""
    if not set(BUDGET) <= set(result.fields):
        return np.full(len(result.index), np.nan)
    share, output, head = (result.values(f, BASE, state="all", year=year, how="each") for f in BUDGET)
    each = np.divide(1e9 * share * output, head, out=np.full(head.shape, np.nan), where=np.abs(head) > CENT)
    known = np.isfinite(each).any(axis=0)
    found = np.full(len(known), np.nan)
    found[known] = np.nanmedian(each[:, known], axis=0)
    return found


def _freed(name: str, here: np.ndarray, there: np.ndarray, people: float) -> Freed:
    e, levels = summary(here - there, ""), [summary(x, "").mean for x in (here, there)]
    places = cells.decimals([e.mean, e.low, e.high])
    mean, low, high = (written(x, places, sign=True) for x in (e.mean, e.low, e.high))
    each = 1e9 * e.mean / people if people > 0 else float("nan")
    head = written(each, cells.decimals([each]), sign=True)
    says = "no change" if e.low == e.high == 0 else "clear" if e.low > 0 or e.high < 0 else "not clear"
    a, b = (written(x, max(cells.decimals(levels), places)) for x in levels)
    return Freed(name, a, b, mean, f"{low} to {high}", head, says)
