"""Votes and trust on the page: where the sides stand in the Assembly, and the rungs of their pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from markupsafe import Markup

from detente.judge.measurement import Tables
from detente.report import cells, charts, politics_charts
from detente.report.figures import Figure
from detente.report.force import sides
from detente.report.parties import Party, called, pairs, party
from detente.report.politics_charts import RUNGS
from detente.run.estimate import summary
from detente.run.result import BASE, Result

SINCE = 1991
BEFORE = 10
"""Years of record shown at least before the start."""
PANELS = 6
STEP = 1e-6
WARM = 0.75
WORLDS = ("without", "with")


def alignment(result: Result, scenario: str, tables: Tables) -> Figure | None:
    """Ideal points of the sides and the great powers: the record, and the fan of both worlds."""
    if "ideal_point" not in result.fields:
        return None
    who = _shown(result, scenario)
    paths = {(s.label, w): _path(result, world, s) for s in who for w, world in _worlds(scenario)}
    # a side without a seat in the Assembly has no position: China in a run from 1953
    who = [s for s in who if all(np.isfinite(paths[s.label, w][:, -1]).any() for w in WORLDS)]
    paths = {(s.label, w): paths[s.label, w] for s in who for w in WORLDS}
    if all(np.array_equal(paths[s.label, "with"], paths[s.label, "without"], equal_nan=True) for s in who):
        return None
    start = int(result.record["start_year"])
    seen = [row for s in who for row in _seen(result, tables, s, start)]
    ends = {r["side"]: r["position"] for r in seen if r["year"] == start}
    fans = [row for (side, w), path in paths.items() for row in _fan(result, side, w, path, start, ends)]
    last = {(r["side"], r["world"]): r for r in fans if r["year"] == result.years[-1]}
    said = "; ".join(
        f"{s.label} {_two(ends.get(s.label))} in {start}, in {result.years[-1]} "
        f"{_span(last[s.label, 'without'])} without and {_span(last[s.label, 'with'])} with"
        for s in who
    )
    later = " Dotted: what the record shows after the run begins." if any(r["later"] for r in seen) else ""
    return Figure(
        "Alignment over time",
        "position in UN General Assembly votes; up is nearer to the United States",
        f"Position in UN General Assembly votes: {said}",
        Markup(charts.svg(politics_charts.alignment(seen, fans, start))),  # noqa: S704 (drawn by us)
        "Black: observed (Bailey, Strezhnev and Voeten), groups as the mean of the members that they have "
        "when the run begins; then mean and 90 % of worlds: grey and dashed without the premise, blue with "
        f"it.{later}",
    )


def _worlds(scenario: str) -> tuple[tuple[str, str], ...]:
    return (("without", BASE), ("with", scenario))


def _shown(result: Result, scenario: str) -> list[Party]:
    """Sides and powers with the EU, each once, without selections that say nothing of who acts."""
    found = sides(result, scenario)
    if "EU" in result.index.blocs and not any(s.selector == ("bloc:EU",) for s in found):
        found.append(party("bloc:EU", result.index))
    small = [s for s in found if 0 < len(result.index.members(s.selector)) <= len(result.index) / 2]
    return [replace(s, label=called(s.selector, result.index, most=2)) for s in small[:PANELS]]


def _path(result: Result, world: str, side: Party) -> np.ndarray:
    return result.values("ideal_point", world, state=side.where, how="mean").astype(float)


def _seen(result: Result, tables: Tables, side: Party, start: int) -> Iterator[dict[str, Any]]:
    """The record of a side as far as the end of the run; the start belongs to both of its parts."""
    import polars as pl

    states = list(result.index.members(side.selector))
    first = min(SINCE, start - BEFORE)
    rows = (
        tables("state_year")
        .filter(pl.col("state").is_in(states) & pl.col("year").is_between(first, result.years[-1]))
        .group_by("year")
        .agg(pl.col("ideal_point").mean())
        .drop_nulls()
        .sort("year")
    )
    seen = list(rows.iter_rows())
    goes_on = any(year > start for year, _ in seen)
    for year, position in seen:
        parts = (False, True) if year == start and goes_on else (year > start,)
        for later in parts:
            yield {"side": side.label, "year": year, "position": float(position), "later": later}


def _fan(
    result: Result, side: str, world: str, path: np.ndarray, start: int, ends: dict[str, float]
) -> Iterator[dict[str, Any]]:
    if side in ends:
        at = ends[side]
        yield {"side": side, "world": world, "year": start, "mean": at, "low": at, "high": at}
    for k, year in enumerate(result.years):
        e = summary(path[:, k], "")
        if not e.missing:
            yield {"side": side, "world": world, "year": year, "mean": e.mean, "low": e.low, "high": e.high}


def _two(value: float | None) -> str:
    return "not observed" if value is None else cells.written(value, 2)


def _span(row: dict[str, Any]) -> str:
    return f"{_two(row['mean'])} ({_two(row['low'])} to {_two(row['high'])})"


@dataclass(frozen=True, slots=True)
class Chance:
    """One share of all pairs in all worlds, without and with the premise, as written."""

    words: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of the pairs between two sides, and how often trust falls back."""

    figure: Figure
    chances: tuple[Chance, ...]
    legend: tuple[tuple[int, str], ...] = tuple(enumerate(RUNGS))


def ladder(result: Result, scenario: str) -> Ladder | None:
    """Shares of the main pair's state pairs on every rung, year by year, in both worlds."""
    couple = pairs(result.documents[scenario], result, 1)
    if "peace_level" not in result.fields or not couple:
        return None
    levels = {w: _levels(result, world, couple[0]) for w, world in _worlds(scenario)}
    if np.array_equal(levels["without"], levels["with"], equal_nan=True):
        return None
    rows = [row for w, values in levels.items() for row in _shares(result, w, values)]
    one, other = (p.label for p in couple[0])
    last = [r for r in rows if r["year"] == result.years[-1]]
    said = "; ".join(f"{RUNGS[r['rung']]} {r['share']:.0f} % {r['world']}" for r in last)
    count = levels["with"].shape[-1]
    figure = Figure(
        f"The ladder of trust: {one} – {other}",
        f"share of {f'their {count} pairs of states' if count > 1 else 'worlds'} on each level of the peace "
        "scale, %",
        f"Levels of peace between {one} and {other} in {result.years[-1]}: {said}",
        Markup(charts.svg(politics_charts.ladder(rows))),  # noqa: S704
        "Mean over worlds; the peace scale of Goertz, Diehl and Balas, the worst level at the bottom.",
    )
    return Ladder(figure, tuple(_chances(result, levels)))


def _levels(result: Result, world: str, couple: tuple[Party, Party]) -> np.ndarray:
    """Levels (draw, year, pair) of every pair between two sides."""
    one, other = (p.where for p in couple)
    return result.values("peace_level", world, state=one, partner=other, how="each").astype(float)


def _shares(result: Result, world: str, values: np.ndarray) -> Iterator[dict[str, Any]]:
    """Share of the pairs at each level by year, with its edges when all levels stand on each other, %."""
    rungs = np.arange(len(RUNGS)) / (len(RUNGS) - 1)
    at = (np.abs(values[..., None] - rungs) < STEP).sum(axis=(0, 2))
    share = 100 * at / np.maximum(at.sum(axis=1, keepdims=True), 1)
    high = share.cumsum(axis=1)
    for (k, rung), top in np.ndenumerate(high):
        part = {"share": float(share[k, rung]), "low": float(top - share[k, rung]), "high": float(top)}
        yield {"world": world, "year": result.years[k], "rung": rung} | part


def risen(values: np.ndarray) -> tuple[int, int]:
    """Of the pairs with a level in the first year, how many at some time stand higher; (draw, year, pair)."""
    known = ~np.isnan(values[:, 0])
    up = np.fmax.accumulate(values, axis=1)[:, -1] > values[:, 0] + STEP
    return int((up & known).sum()), int(known.sum())


def fallen_back(values: np.ndarray) -> tuple[int, int]:
    """Of the pairs that rise above their first year, how many later fall below their height."""
    height = np.fmax.accumulate(values, axis=1)
    up = height > values[:, :1] + STEP
    return int((up & (values < height - STEP)).any(axis=1).sum()), int(up[:, -1].sum())


def yearly_relapse(values: np.ndarray) -> tuple[int, int]:
    """Of the pair-years at warm peace or better, after how many the pair stands below it a year later."""
    warm = values[:, :-1] >= WARM - STEP
    return int((warm & (values[:, 1:] < WARM - STEP)).sum()), int(warm.sum())


def _chances(result: Result, levels: dict[str, np.ndarray]) -> Iterator[Chance]:
    first, last = result.years[0], result.years[-1]
    asked = {
        f"Pairs that rise above where they stood in {first}, by {last}": risen,
        "Of these, pairs that afterwards fall back by a level or more": fallen_back,
        "Chance a year that a pair at warm peace or better falls below it": yearly_relapse,
    }
    for words, measure in asked.items():
        here, there = (measure(levels[w]) for w in WORLDS)
        if here[1] or there[1]:
            yield Chance(words, _percent(*here), _percent(*there))


def _percent(part: int, whole: int) -> str:
    if not whole:
        return "none such"
    share = 100 * part / whole
    return f"{cells.written(share, min(cells.decimals([share]), 1))}{cells.THIN}%"
