"""Computations on the observed peace scale: how fast rivals made friends, and how often it broke.

All functions take the bundle's table ``peace`` (columns a, b, year, level; level null during a
transition) as a polars frame, and nothing else. Pairs without rows are not part of these counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Spell:
    """A pair's stay in one level, from the first year-end in it to the last before the next spell."""

    pair: tuple[str, str]
    level: float
    start: int
    end: int
    censored: bool
    """True when the record of the pair stops (or breaks off) in this level."""


def spells(peace: Any, until: int | None = None) -> list[tuple[Spell, ...]]:
    """Every pair's successive levels. A transition (null) belongs to the level before it.

    Years without a row (one of the two did not exist, was occupied, or had no coded relation) are
    no spell: the pair's history goes on behind them, and a level found again is a new spell. A spell
    is ``censored`` when no row of another level follows it directly.
    """
    rows = peace.select("a", "b", "year", "level").sort("a", "b", "year")
    if until is not None:
        rows = rows.filter(rows["year"] <= until)
    out: dict[tuple[str, str], list[Spell]] = {}
    for a, b, year, level in rows.iter_rows():
        history = out.setdefault((a, b), [])
        last = history[-1] if history and history[-1].end == year - 1 else None
        value = last.level if last and (level is None or level > 1) else level
        if value is None or value > 1:
            continue
        if last and value == last.level:
            history[-1] = Spell(last.pair, last.level, last.start, year, True)
            continue
        if last:
            history[-1] = Spell(last.pair, last.level, last.start, last.end, False)
        history.append(Spell((a, b), value, year, year, True))
    return [tuple(history) for history in out.values() if history]


def years_to_warm_peace(peace: Any, *, since: int = 1900) -> np.ndarray:
    """Years from the end of a rivalry's last year to warm peace or better, one number for each arrival.

    Counted from the last year-end in rivalry (level ≤ 0.25) to the first at ≥ 0.75, for rivalries that
    ended in ``since`` or later. Only pairs that arrived: the others may never do so (see
    :func:`share_reaching`).
    """
    years = []
    for history in spells(peace):
        last_rivalry: int | None = None
        for spell in history:
            if spell.level <= 0.25:
                last_rivalry = spell.end
            elif spell.level >= 0.75 and last_rivalry is not None:
                if last_rivalry >= since:
                    years.append(spell.start - last_rivalry)
                last_rivalry = None
    return np.array(years, dtype=float)


def years_of_rivalry_to_warm_peace(peace: Any) -> np.ndarray:
    """Years from the first year-end of a rivalry to warm peace or better, for pairs that arrived."""
    years = []
    for history in spells(peace):
        began: int | None = None
        for spell in history:
            if spell.level <= 0.25:
                began = spell.start if began is None else began
            elif spell.level >= 0.75 and began is not None:
                years.append(spell.start - began)
                began = None
    return np.array(years, dtype=float)


@dataclass(frozen=True)
class Exit:
    """A pair's way out of rivalry: when, from which lowest level, and what became of it."""

    pair: tuple[str, str]
    left: int
    rivalry_level: float
    relapse: int | None
    relapse_level: float | None
    watched_until: int
    warm: int | None


def exits(peace: Any) -> Iterator[Exit]:
    """Every departure from rivalry (to level ≥ 0.5), and the next return to it if there was one.

    ``rivalry_level`` is the level of the last rivalry spell before leaving; ``relapse_level`` the
    lowest level of the rivalry that followed; ``warm`` the first year at ≥ 0.75 before any relapse.
    """
    for history in spells(peace):
        k = 0
        while k < len(history) - 1:
            here, after = history[k], history[k + 1]
            k += 1
            if here.level > 0.25 or after.level < 0.5:
                continue
            rest = history[k:]
            back = next((s for s in rest if s.level <= 0.25), None)
            low = None
            if back is not None:
                later = rest[rest.index(back) :]
                bout = later[: next((n for n, s in enumerate(later) if s.level > 0.25), len(later))]
                low = min(s.level for s in bout)
            warm = next(
                (s.start for s in rest if s.level >= 0.75 and (back is None or s.start < back.start)), None
            )
            yield Exit(here.pair, after.start, here.level, back and back.start, low, rest[-1].end, warm)


def relapse_rates(
    peace: Any, horizons: Sequence[int] = (5, 10, 20), *, since: int = 1900
) -> dict[int, float]:
    """Share of departures from rivalry that were back in it within so many years (Kaplan–Meier).

    A pair is watched from its departure to its relapse or to the end of its record.
    """
    watched = [e for e in exits(peace) if e.left >= since]
    years = np.array([(e.relapse or e.watched_until) - e.left for e in watched], dtype=float)
    back = np.array([e.relapse is not None for e in watched])
    out, alive = {}, 1.0
    for year in range(max(horizons) + 1):
        at_risk = (years >= year).sum()
        alive *= 1 - (back & (years == year)).sum() / max(at_risk, 1)
        if year in horizons:
            out[year] = float(1 - alive)
    return out


def relapses_below(peace: Any, *, since: int = 1900) -> dict[str, float]:
    """Relapses into rivalry, and how many sank below, or to, the level of the rivalry left before.

    Keys: ``relapses``, ``lower``, ``same``, ``higher``, ``share_lower``.
    """
    back = [e for e in exits(peace) if e.relapse_level is not None and e.left >= since]
    lower = sum(e.relapse_level < e.rivalry_level for e in back)
    same = sum(e.relapse_level == e.rivalry_level for e in back)
    n = len(back)
    return {
        "relapses": n,
        "lower": lower,
        "same": same,
        "higher": n - lower - same,
        "share_lower": lower / n if n else float("nan"),
    }


def share_reaching(
    peace: Any, level: float = 0.75, within: int = 20, *, since: int = 1900
) -> dict[str, float]:
    """Of pairs that left rivalry and were watched so long, the share that reached ``level`` in time."""
    full = [e for e in exits(peace) if e.left >= since and e.watched_until - e.left >= within]
    got = sum(e.warm is not None and e.warm - e.left <= within for e in full) if level >= 0.75 else len(full)
    return {"pairs": len(full), "reached": got, "share": got / len(full) if full else float("nan")}


def broken_friendships(peace: Any, *, since: int = 1900, years: int = 20) -> dict[str, float]:
    """What became of pairs that fell from warm peace or better.

    Keys: ``falls``; ``came_from_below`` (pairs whose level before the friendship is known);
    ``ended_below`` (of these, fell below that level within ``years``); ``rivals_within`` (were in
    rivalry within ``years``); ``back_within`` (were warm again within ``years``); ``years`` in
    which falls happened, as a count: many pairs fall together, so they are fewer than they look.
    """
    falls, known, below, rivals, back, when = 0, 0, 0, 0, 0, set()
    for history in spells(peace):
        for k in range(1, len(history)):
            before, here = history[k - 1], history[k]
            if before.level < 0.75 or here.level >= before.level or here.start < since:
                continue
            falls += 1
            when.add(here.start)
            later = [s.level for s in history[k:] if s.start <= here.start + years]
            origin = next((s.level for s in reversed(history[: k - 1]) if s.level < 0.75), None)
            known += origin is not None
            below += origin is not None and min(later) < origin
            rivals += min(later) <= 0.25
            back += max(later) >= 0.75
    return {
        "falls": falls,
        "years": len(when),
        "came_from_below": known,
        "ended_below": below,
        "rivals_within": rivals,
        "back_within": back,
    }


def rivalry_endings(peace: Any, eras: Mapping[str, tuple[int, int]]) -> dict[str, dict[str, float]]:
    """Rivalries (level ≤ 0.25) at risk, ended, and the yearly rate, by era (first and last year)."""
    histories = spells(peace)
    out = {}
    for era, (first, last) in eras.items():
        risk = ended = 0
        for history in histories:
            for here, after in zip(history, (*history[1:], None), strict=True):
                if here.level > 0.25:
                    continue
                risk += max(min(here.end, last - 1) - max(here.start, first - 1) + 1, 0)
                ended += after is not None and after.level >= 0.5 and first <= after.start <= last
        out[era] = {"pair_years": risk, "ended": ended, "rate": ended / risk if risk else float("nan")}
    return out


def mean_years(peace: Any, *, since: int = 1946) -> dict[float, dict[str, float]]:
    """For each level: completed stays begun since ``since``, their mean years, and the moves out of it.

    ``implied`` is pair-years divided by moves: the mean stay at the average rate, censored stays
    counted; infinite where nobody has left.
    """
    out = {}
    for level in (0.0, 0.25, 0.5, 0.75, 1.0):
        own = [s for history in spells(peace) for s in history if s.level == level and s.end >= since]
        stays = [s.end - s.start + 1 for s in own if not s.censored and s.start >= since]
        exposure = sum(s.end - max(s.start, since) + 1 for s in own)
        left = sum(not s.censored for s in own)
        out[level] = {
            "completed": len(stays),
            "mean_completed": float(np.mean(stays)) if stays else float("nan"),
            "implied": exposure / left if left else float("inf"),
        }
    return out
