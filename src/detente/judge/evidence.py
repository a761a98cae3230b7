"""From worlds to an outcome: the numbers of one test in each world, and how to sum them up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import nan
from typing import Any

import numpy as np

from detente.judge import worlds
from detente.judge.rule import (
    FEWEST,
    SIGNS,
    Finding,
    decide,
    katz,
    median_interval,
    paired_cells,
    paired_difference,
    paired_ratio,
    wilson,
)
from detente.judge.verdict import Outcome, with_share
from detente.judge.wording import describe

QUANTILES = "5 % to 95 % of worlds"
SAMPLING = "sampling interval of a share of worlds (Wilson)"


@dataclass(frozen=True)
class Evidence:
    """Numbers of one test in each world, and how to sum them up for any part of the worlds."""

    values: np.ndarray
    summary: Callable[[np.ndarray], Outcome]
    holds: np.ndarray
    """(draw,): 1 where the assertion is true in that world, 0 where not, NaN where it cannot be said."""

    def outcome(self, mask: np.ndarray | None = None) -> Outcome:
        """The outcome over all worlds, or over those in ``mask``."""
        chosen = slice(None) if mask is None else mask
        return with_share(self.summary(self.values[chosen]), self.holds[chosen])


def gather(result: Any, test: Any, than: float) -> Evidence:
    """Numbers of a test on worlds (not a record, not a combination), with ``than`` already a number.

    Raises
    ------
    Unreachable : the run lacks the world, the year or the pair.
    """
    return _GATHER[test.kind](result, test, than)


def _by_draw(values: np.ndarray, test: Any, than: float, unit: str) -> Evidence:
    """A number in each world: the interval holds the middle 90 % of worlds."""

    def summary(x: np.ndarray) -> Outcome:
        x = x[np.isfinite(x)]
        if len(x) < FEWEST:
            return _too_few(test, len(x))
        if getattr(test, "in_worlds", None) is not None:
            return _in_worlds(x, test, than)
        low, middle, high = (float(q) for q in np.quantile(x, (0.05, 0.5, 0.95)))
        finding = found(test, low, high, than)
        return Outcome(
            finding,
            describe(test),
            middle,
            low,
            high,
            unit,
            test.relation or "",
            than,
            n=len(x),
            interval=QUANTILES,
        )

    return Evidence(values, summary, _holds(values, test.relation, than))


def _in_worlds(x: np.ndarray, test: Any, than: float) -> Outcome:
    """In how many worlds the assertion holds, against the share that the claim asks for."""
    hits = SIGNS[test.relation](x, than)
    low, high = wilson(float(hits.sum()), len(x))
    what = f"share of worlds with {describe(test)} {test.relation} {than:g}"
    finding = decide(low, high, ">=", test.in_worlds)
    share, middle = float(hits.mean()), float(np.median(x))
    said = f"median {middle:.3g}"
    return Outcome(
        finding,
        what,
        share,
        low,
        high,
        "share",
        ">=",
        test.in_worlds,
        n=len(x),
        interval=SAMPLING,
        reason=said,
    )


def found(test: Any, low: float, high: float, than: float) -> Finding:
    """The finding on an interval; ``measured`` for what is only shown."""
    return "measured" if test.relation is None else decide(low, high, test.relation, than, test.against)


def _holds(values: np.ndarray, relation: str | None, than: float) -> np.ndarray:
    if relation is None or relation == "covers":
        return np.full(len(values), nan)
    return np.where(np.isfinite(values), SIGNS[relation](values, than), nan)


def _too_few(test: Any, n: int) -> Outcome:
    why = f"only {n} worlds have a value; at least {FEWEST} are needed"
    return Outcome("out of reach", describe(test), n=n, reason=why)


def _unit(result: Any, test: Any) -> str:
    if test.share_of is not None or test.over is not None:
        return "share"
    return str(result.fields[test.field].unit)


def _level(result: Any, test: Any, than: float) -> Evidence:
    worlds.require_world(result, test.scenario)
    values = worlds.over_span(result, test.scenario, test.scenario, test, test.at)
    return _by_draw(values, test, than, _unit(result, test))


def _inside(result: Any, test: Any, than: float) -> Evidence:
    """Whether a figure lies in the middle part of the worlds; no world alone can say it."""
    worlds.require_world(result, test.scenario)
    values = worlds.over_span(result, test.scenario, test.scenario, test, test.at)
    tail = (1 - test.part) / 2

    def summary(x: np.ndarray) -> Outcome:
        x = x[np.isfinite(x)]
        if len(x) < FEWEST:
            return _too_few(test, len(x))
        low, middle, high = (float(q) for q in np.quantile(x, (tail, 0.5, 1 - tail)))
        finding: Finding = "supported" if low <= than <= high else "contradicted"
        words = f"{tail:.0%} to {1 - tail:.0%} of worlds"
        what = describe(test)
        return Outcome(finding, what, middle, low, high, _unit(result, test), n=len(x), interval=words)

    return Evidence(values, summary, np.full(len(values), nan))


def _effect(result: Any, test: Any, than: float) -> Evidence:
    unit = "share of the level" if test.relative else _unit(result, test)
    return _by_draw(worlds.effect(result, test, test.at), test, than, unit)


def _speed(result: Any, test: Any, than: float) -> Evidence:
    """Worlds without any late effect have no speed; how many they are is said."""
    found = _by_draw(worlds.speed(result, test), test, than, "share of the late effect")

    def summary(x: np.ndarray) -> Outcome:
        none = int(np.isnan(x).sum())
        why = f"{none} of {len(x)} worlds have no late effect and are left out" if none else ""
        outcome = found.summary(x)
        return replace(outcome, reason="; ".join(r for r in (outcome.reason, why) if r))

    return Evidence(found.values, summary, found.holds)


def _count(result: Any, test: Any, than: float) -> Evidence:
    effects = worlds.by_state(result, test)
    known = np.isfinite(effects)
    number = np.where(known, SIGNS[test.each.relation](effects, test.each.than), 0).sum(axis=1).astype(float)
    number[~known.any(axis=1)] = nan
    if test.within == "draws":
        return _by_draw(number, test, than, "states")

    def summary(x: np.ndarray) -> Outcome:
        sure, possible, middle, n = _surely(x, test.each)
        if n < FEWEST:
            return _too_few(test, n)
        finding = found(test, sure, possible, than)
        words = "states surely on the side, and those that may be"
        return Outcome(
            finding,
            describe(test),
            middle,
            sure,
            possible,
            "states",
            test.relation or "",
            than,
            n=n,
            interval=words,
        )

    return Evidence(effects, summary, _holds(number, test.relation, than))


def _surely(effects: np.ndarray, side: Any) -> tuple[float, float, float, int]:
    """States whose 90 % interval lies wholly on a side; not wholly off it; whose median lies on it."""
    rows = effects[np.isfinite(effects).any(axis=1)]
    columns = rows[:, np.isfinite(rows).all(axis=0)]
    if not len(rows) or not columns.shape[1]:
        return nan, nan, nan, 0
    low, middle, high = np.quantile(columns, (0.05, 0.5, 0.95), axis=0)
    on = SIGNS[side.relation]
    ends = on(low, side.than).astype(int) + on(high, side.than)
    return (
        float((ends == 2).sum()),
        float((ends > 0).sum()),
        float(on(middle, side.than).sum()),
        len(rows),
    )


def _event(result: Any, test: Any, than: float) -> Evidence:
    if test.versus is not None:
        return _against(result, test, than)
    when = worlds.years_until(result, test.what)
    happened = np.where(np.isnan(when), nan, np.isfinite(when))

    def summary(x: np.ndarray) -> Outcome:
        x = x[np.isfinite(x)]
        if len(x) < FEWEST:
            return _too_few(test, len(x))
        low, high = wilson(float(x.sum()), len(x))
        finding = found(test, low, high, than)
        share = float(x.mean())
        return Outcome(
            finding,
            describe(test),
            share,
            low,
            high,
            "chance",
            test.relation or "",
            than,
            n=len(x),
            interval=SAMPLING,
        )

    return Evidence(happened, summary, 1 - happened if test.relation in ("<", "<=") else happened)


_COMPARED = {
    "difference": (paired_difference, "chance", "interval of a difference of paired shares (Newcombe)"),
    "ratio": (paired_ratio, "times", "interval of a ratio of paired shares (Bonett and Price)"),
}


def _against(result: Any, test: Any, than: float) -> Evidence:
    """A happening's chance in one world against that in another; no single world can say it."""
    other = test.versus
    if isinstance(other, str):
        worlds.require_world(result, other)
        there_when, there_words = worlds.years_until(result, test.what, other), f"in {other}"
    else:
        there_when, there_words = worlds.years_until(result, other), "of the other"
    when = [worlds.years_until(result, test.what), there_when]
    happened = np.column_stack([np.where(np.isnan(w), nan, np.isfinite(w)) for w in when])
    compare, unit, words = _COMPARED[test.compare]

    def summary(x: np.ndarray) -> Outcome:
        x = x[np.isfinite(x).all(axis=1)]
        if len(x) < FEWEST:
            return _too_few(test, len(x))
        size, low, high = compare(paired_cells(x[:, 0] > 0, x[:, 1] > 0))
        here, there = x.mean(axis=0)
        return Outcome(
            found(test, low, high, than),
            describe(test),
            size,
            low,
            high,
            unit,
            test.relation or "",
            than,
            n=len(x),
            interval=words,
            reason=f"{here:.0%} of worlds in {test.what.scenario}, {there:.0%} {there_words}",
        )

    return Evidence(happened, summary, np.full(len(happened), nan))


def _years(result: Any, test: Any, than: float) -> Evidence:
    when = worlds.years_until(result, test.what)

    def summary(x: np.ndarray) -> Outcome:
        x = x[~np.isnan(x)]
        if len(x) < FEWEST:
            return _too_few(test, len(x))
        low, high = median_interval(x)
        finding = found(test, min(low, _LATE), min(high, _LATE), than)
        never = float(np.isinf(x).mean())
        return Outcome(
            finding,
            describe(test),
            float(np.quantile(x, 0.5, method="inverted_cdf")),
            low,
            high,
            "years",
            test.relation or "",
            than,
            n=len(x),
            interval="sampling interval of the median (order statistics)",
            reason=f"not within the run in {never:.0%} of worlds" if never else "",
        )

    known = np.where(np.isinf(when), _LATE, when)
    return Evidence(when, summary, _holds(known, test.relation, than))


_LATE = 1e9
"""Years that stand for 'not within the run' where the rule needs a number."""


def _chance_ratio(result: Any, test: Any, than: float) -> Evidence:
    when = worlds.years_until(result, test.what)
    change = worlds.trend(result, test.what.scenario, test.rising)
    happened = np.where(np.isnan(when) | np.isnan(change), nan, np.isfinite(when))

    def summary(x: np.ndarray) -> Outcome:
        x = x[np.isfinite(x).all(axis=1)]
        rising = x[:, 1] > 0
        if min(rising.sum(), (~rising).sum()) < FEWEST:
            n = int(min(rising.sum(), (~rising).sum()))
            return Outcome(
                "measured" if test.relation is None else "undecided",
                describe(test),
                n=len(x),
                relation=test.relation or "",
                than=than,
                reason=f"the trend goes one way in all but {n} worlds, so there is nothing to compare",
            )
        ratio, low, high = katz(x[:, 0] > 0, rising)
        finding = found(test, low, high, than)
        words = "sampling interval of a ratio of chances (Katz)"
        return Outcome(
            finding,
            describe(test),
            ratio,
            low,
            high,
            "times",
            test.relation or "",
            than,
            n=len(x),
            interval=words,
        )

    return Evidence(np.column_stack([happened, change]), summary, np.full(len(when), nan))


_GATHER: dict[str, Callable[[Any, Any, float], Evidence]] = {
    "level": _level,
    "inside": _inside,
    "effect": _effect,
    "speed": _speed,
    "count": _count,
    "event": _event,
    "years_until": _years,
    "chance_ratio": _chance_ratio,
}
