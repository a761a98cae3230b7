"""Track record of *opinion*: views after an origin, and the series of publics that were held out.

Out of time: surveys up to the origin give estimates and views; standing circumstances and events of later
years
are those of the origin. Held out by country: a public's later surveys from its first survey and what all the
other publics said. Rivals: persistence (its last survey), and that plus the mean change of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from detente.mechanisms.opinion import equations as eq
from detente.mechanisms.opinion import fit
from detente.mechanisms.opinion.panel import FIRST, Surveys, circumstances, surveys

HORIZONS = ((1, 1), (2, 4), (5, 9))
"""First and last year ahead of each group of forecasts."""


def track_record(table: Callable[[str], Any], origins: tuple[int, ...]) -> list[dict[str, Any]]:
    """Rows of both tests: origin, horizon, n, mean absolute error in points of share of ours and the
    rivals.
    """
    whole = surveys(table("favourability"))
    rows = []
    for origin in origins:
        known = whole.take(whole.year <= origin)
        if len(known.year) >= 300:
            rows += out_of_time(table, whole, known, origin)
    return rows


def out_of_time(
    table: Callable[[str], Any], whole: Surveys, known: Surveys, origin: int
) -> list[dict[str, Any]]:
    """Forecasts of every later survey of a pair that was surveyed by the origin."""
    last = int(whole.year.max())
    seen = frozen(circumstances(table, whole.pairs, origin), last)
    model, _ = fit.estimate(known, seen)
    later = whole.take((whole.year > origin) & np.isin(whole.pair, known.pair))
    if not len(later.year):
        return []
    mean, variance = fit.predicted(model, known, seen, "old", (later.pair, later.year))
    width = np.sqrt(variance + later.error + model.noise["house"] ** 2)
    naive = last_survey(known, later.pair)
    rows = []
    for first, until in HORIZONS:
        use = (later.year - origin >= first) & (later.year - origin <= until)
        if use.sum() >= 10:
            row = errors(later.view[use], {"ours": mean[use], "persistence": naive[use]})
            inside = np.abs(later.view[use] - mean[use]) <= 1.645 * width[use]
            rows.append(
                {"test": "later years", "origin": origin, "horizon": first, "inside": float(inside.mean())}
                | row
            )
    return rows


def held_out(table: Callable[[str], Any], origin: int) -> dict[str, Any]:
    """Each public's surveys after its first, up to ``origin``, from that one and everybody else's surveys."""
    data = surveys(table("favourability"), origin)
    seen = circumstances(table, data.pairs, origin)
    model, _ = fit.estimate(data, seen)
    publics = np.array([data.pairs[k][0] for k in data.pair])
    ours, naive, moved, truth, inside = [], [], [], [], []
    for public in np.unique(publics):
        own = publics == public
        first = np.array([data.year[data.pair == k].min() for k in data.pair])
        asked = own & (data.year > first)
        if not asked.any():
            continue
        known, later = data.take(~asked), data.take(asked)
        mean, variance = fit.predicted(model, known, seen, "old", (later.pair, later.year))
        start = last_survey(known, later.pair)
        change = others_changed(data.take(~own), later, first[asked])
        width = np.sqrt(variance + later.error + model.noise["house"] ** 2)
        ours.append(mean)
        naive.append(start)
        moved.append(start + change)
        truth.append(later.view)
        inside.append(np.abs(later.view - mean) <= 1.645 * width)
    fans = {"ours": ours, "persistence": naive, "others": moved}
    row = errors(np.concatenate(truth), {k: np.concatenate(v) for k, v in fans.items()})
    return {"test": "held out", "origin": origin, "inside": float(np.concatenate(inside).mean())} | row


def frozen(seen: tuple[np.ndarray, np.ndarray], last: int) -> tuple[np.ndarray, np.ndarray]:
    """Circumstances to ``last``: standing as it was, no further events."""
    more = last - FIRST + 1 - seen[0].shape[1]
    standing = np.concatenate([seen[0], np.repeat(seen[0][:, -1:], max(more, 0), axis=1)], axis=1)
    return standing, np.concatenate(
        [seen[1], np.zeros((len(seen[1]), max(more, 0), seen[1].shape[2]))], axis=1
    )


def last_survey(known: Surveys, pair: np.ndarray) -> np.ndarray:
    """Each pair's last known view."""
    order = np.argsort(known.year, kind="stable")
    newest = dict(zip(known.pair[order].tolist(), known.view[order].tolist(), strict=True))
    return np.array([newest[k] for k in pair.tolist()])


def others_changed(others: Surveys, later: Surveys, since: np.ndarray) -> np.ndarray:
    """Mean change of other publics' views of the same target between two years, of those asked in both."""
    held = {(k, y): v for k, y, v in zip(others.pair, others.year, others.view, strict=True)}
    by_target: dict[str, list[int]] = {}
    for k in set(others.pair.tolist()):
        by_target.setdefault(others.pairs[k][1], []).append(k)
    out = np.zeros(len(since))
    for row, (target, year, first) in enumerate(zip(later.target, later.year, since, strict=True)):
        both = [
            held[k, year] - held[k, first]
            for k in by_target.get(target, [])
            if (k, year) in held and (k, first) in held
        ]
        out[row] = np.mean(both) if both else 0.0
    return out


def errors(truth: np.ndarray, forecasts: dict[str, np.ndarray]) -> dict[str, Any]:
    """Number of cases and mean absolute error in percentage points of each forecast."""
    row: dict[str, Any] = {"n": len(truth)}
    for name, view in forecasts.items():
        row[f"mae_{name}"] = float(np.abs(eq.share(view) - eq.share(truth)).mean() * 100)
    return row
