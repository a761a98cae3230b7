"""What follows small steps and quarrels over land: hazards with one exposure more than the mechanism's own.

Each exposure (an agreement signed in the last five years, a dispute over territory in the last twenty …) is
added to the covariates of the relations mechanism, so that level, age, alliance, distance and regime are held
constant. Steps are taken where they have a chance, so the same exposure is also shifted into the future: what
a step of the *next* years seems to do to this year's moves cannot be its effect, and is the selection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.relations import equations
from detente.mechanisms.relations.fit import logit
from detente.mechanisms.relations.panel import Panel

WINDOW = 5
"""Years over which a step is looked back (or forward) upon."""
ERA = 5
"""Length of the periods, in years, that get a level of their own."""
Z90 = 1.6448536269514722


@dataclass(frozen=True)
class Association:
    """Change of the log-odds of a move that goes with an exposure, held constant the covariates."""

    exposure: str
    move: str
    log_odds: float
    error: float
    exposed: int
    """Pair-years exposed."""
    moves: int
    """Moves among them."""

    @property
    def interval(self) -> tuple[float, float]:
        """90 % interval."""
        return self.log_odds - Z90 * self.error, self.log_odds + Z90 * self.error


def exposed(panel: Panel, events: Iterable[tuple[str, str, int]], first: int, last: int) -> np.ndarray:
    """Whether an event of the row's pair fell in ``year + first`` … ``year + last``: booleans (row,).

    ``events`` are (state, state, year) in either order. ``first`` and ``last`` are negative for the past.
    """
    place = {code: k for k, code in enumerate(panel.states)}
    touched = {
        (*sorted((place[a], place[b])), year - shift)
        for a, b, year in events
        if a in place and b in place
        for shift in range(first, last + 1)
    }
    rows = zip(panel.a.tolist(), panel.b.tolist(), panel.year.tolist(), strict=True)
    return np.fromiter((row in touched for row in rows), dtype=bool, count=len(panel.year))


def associated(
    panel: Panel, exposure: np.ndarray, name: str, moved: np.ndarray, move: str, standings: tuple[str, ...]
) -> Association:
    """Log-odds that ``exposure`` adds to a move, among pairs in one of ``standings``.

    ``moved`` (row,) says where the move happened. Besides the mechanism's covariates every period of
    :data:`ERA` years has a level of its own: 1989-91 lifted everybody. Errors clustered by pair and year.
    """
    columns = [equations.COVARIATES.index(n) for n in (*standings, *equations.CONTINUOUS)]
    rows = panel.covariates[:, columns[: len(standings)]].any(axis=1)
    year = panel.year[rows]
    era = (year - year.min()) // ERA
    periods = np.eye(era.max() + 1)[era][:, 1:]
    x = np.column_stack([panel.covariates[rows][:, columns], periods, exposure[rows]])
    y = moved[rows].astype(float)
    pair = panel.a[rows].astype(np.int64) * 10_000 + panel.b[rows]
    mean, covariance = logit(x, y, len(standings), (pair, year))
    on = exposure[rows]
    error = float(np.sqrt(covariance[-1, -1]))
    return Association(name, move, float(mean[-1]), error, int(on.sum()), int(y[on].sum()))


RIVALS = equations.EQUATIONS["climb_rivalry"]
ALL_CLIMBING = (*RIVALS, *equations.EQUATIONS["climb_peace"])
FALLING = equations.EQUATIONS["fall"]


def of_step(panel: Panel, events: list[tuple[str, str, int]], name: str) -> list[Association]:
    """Climbs (all pairs, rivals) and falls after a step, and climbs before one (the selection)."""
    before, after = exposed(panel, events, -WINDOW, -1), exposed(panel, events, 1, WINDOW)
    up, down = panel.next > panel.level, panel.next < panel.level
    return [
        associated(panel, before, name, up, "climb", ALL_CLIMBING),
        associated(panel, before, name, up, "climb out of rivalry", RIVALS),
        associated(panel, before, name, down, "fall", FALLING),
        associated(panel, after, name, up, "climb before the step", ALL_CLIMBING),
    ]


def warmth(rows: Any, events: list[tuple[str, str, int]]) -> dict[str, float]:
    """Change of the log ratio of friendly to hostile events that goes with a step in the last five years.

    ``rows``: the bundle's ``event_warmth``. Two-way fixed effects (pair, year), weighted by the number of
    events, clustered by pair. Keys: effect, error, pairs.
    """
    a, b, year, good, bad = (rows[c].to_list() for c in ("a", "b", "year", "for_", "against"))
    after = {(*sorted((x, y)), t + lag) for x, y, t in events for lag in range(WINDOW)}
    on = np.array([(*sorted(k[:2]), k[2]) in after for k in zip(a, b, year, strict=True)], dtype=float)
    good, bad = np.array(good, dtype=float), np.array(bad, dtype=float)
    ratio, weight = np.log((good + 0.5) / (bad + 0.5)), 1 / (1 / (good + 0.5) + 1 / (bad + 0.5))
    _, pair = np.unique([f"{x}{y}" for x, y in zip(a, b, strict=True)], return_inverse=True)
    x, y = (_within(v, pair, np.array(year), weight) for v in (on, ratio))
    bread = float((weight * x * x).sum())
    effect = float((weight * x * y).sum()) / bread
    score = np.bincount(pair, weight * x * (y - effect * x))
    steps = np.bincount(pair, on)
    moving = (steps > 0) & (steps < np.bincount(pair))
    return {
        "effect": effect,
        "error": float(np.sqrt((score**2).sum()) / bread),
        "pairs": float(moving.sum()),
    }


def _within(v: np.ndarray, pair: np.ndarray, year: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Remainder after weighted means of pairs and of years, by alternating projections."""
    left = v.copy()
    when = year - year.min()
    for _ in range(50):
        for group in (pair, when):
            total = np.bincount(group, weight)
            left = left - (np.bincount(group, weight * left) / total)[group]
    return left


def events_of(steps: Any, kind: str) -> list[tuple[str, str, int]]:
    """Pairs and years of one kind of the bundle's ``steps`` (``any``: of every kind)."""
    rows = steps if kind == "any" else steps.filter(steps["kind"] == kind)
    return list(rows.select("a", "b", "year").iter_rows())


def between(panel: Panel, first: int, last: int, states: tuple[str, ...] = ()) -> Panel:
    """The panel's rows of the years given; with ``states``, only pairs with one of them."""
    rows = (panel.year >= first) & (panel.year <= last)
    if states:
        places = [panel.states.index(s) for s in states]
        rows &= np.isin(panel.a, places) | np.isin(panel.b, places)
    return panel.take(rows)


def ladder(panel: Panel, tables: Mapping[str, Any]) -> dict[str, list[Association]]:
    """Every kind of step on record, over the years in which it and its aftermath are coded."""
    majors = ("USA", "GBR", "FRA", "RUS", "CHN")
    spans = {
        "agreement": between(panel, 1985, 2011),
        "sector_agreement": between(panel, 1985, 2011),
        "exercise": between(panel, 1985, 2011),
        "visit": between(panel, 1955, 2013, majors),
    }
    return {kind: of_step(part, events_of(tables["steps"], kind), kind) for kind, part in spans.items()}


def quarrel(panel: Panel, tables: Mapping[str, Any], years: int = 20) -> list[Association]:
    """Falls, climbs out of rivalry and new disputes after a dispute over territory in the last ``years``.

    Disputes of another kind in the same years are the other exposure, so that land can be told from
    quarrelsomeness.
    """
    part = between(panel, 1956, 2014)
    land = list(tables["territorial_disputes"].select("a", "b", "year").iter_rows())
    mids = tables["disputes"].filter(tables["disputes"]["measure"] == "mid")
    every = list(mids.select("a", "b", "year").iter_rows())
    onsets = list(mids.filter(mids["onset"]).select("a", "b", "year").iter_rows())
    over_land, any_dispute = exposed(part, land, -years, -1), exposed(part, every, -years, -1)
    started = exposed(part, onsets, 0, 0)
    up, down = part.next > part.level, part.next < part.level
    out = []
    for exposure, name in ((over_land, "over territory"), (any_dispute & ~over_land, "of another kind")):
        for moved, move, standings in (
            (down, "fall", FALLING),
            (up, "climb out of rivalry", RIVALS),
            (started, "new dispute", equations.STATUS),
        ):
            out.append(associated(part, exposure, name, moved, move, standings))
    return out
