"""Risk on the page: the map before and after, what becomes of it in the quarrel and elsewhere, and the pairs
that move most and why.

Every part shows itself only where the run holds its fields and something moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.report import cells, maps, risk_parts
from detente.report.figures import Figure, legend
from detente.report.parties import Party, pairs
from detente.run import means
from detente.run.estimate import Estimate, summary
from detente.run.result import BASE, Result

STATE, PAIR, WORLD = "conflict_risk", "dispute_risk", "expected_disputes"
TOP, RISES = 10, 5
"""Pairs in the table of those that move most, and of those that rise most if few of the first do."""
TOLD = 3
"""Parts named for a pair, those that move most."""
LEAST_PART = 0.05
"""Parts below this share of the largest are not named."""
RARE = 0.05
"""Share of worlds below which a difference in who is at war ranks no pair."""
CALLED = {
    "contiguity and distance": "borders and distance",
    "relations": "relations",
    "years without a dispute, last disputes": "their last disputes",
    "both states' other disputes": "disputes with others",
    "power": "power",
    "major powers": "major powers",
    "regime": "regimes",
    "alignment": "votes in the UN",
    "pacts": "pacts",
    "nuclear arms": "nuclear arms",
    risk_parts.WAR: "a war that goes on",
    risk_parts.REST: "not told apart",
}


@dataclass(frozen=True, slots=True)
class RiskMap:
    """A map with its classes."""

    figure: Figure
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A quantity without the premise, with it, the difference, its interval, and whether that is clear."""

    name: str
    here: str
    there: str
    change: str
    interval: str
    says: str
    why: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """The part of one scenario."""

    year: int
    maps: tuple[RiskMap, ...]
    totals: tuple[Row, ...]
    elsewhere: tuple[str, str] | None
    pairs: tuple[Row, ...]
    rises: tuple[Row, ...]
    explained: bool
    draws: int

    def __bool__(self) -> bool:
        return bool(self.maps or self.totals or self.pairs)


def risk(result: Result, scenario: str, year: int, areas: Sequence[maps.Shape]) -> Risk:
    """All that the run can say of the risk of conflict in ``year``."""
    couples = pairs(result.documents[scenario], result, 1)
    known = set(result.averaged) >= {PAIR, "war_risk", "at_war"}
    moved = known and bool(np.nan_to_num(change_of_mean(result, PAIR, scenario, year)).any())
    rows, rises = movers(result, scenario, year) if moved else ((), ())
    return Risk(
        year,
        risk_maps(result, scenario, year, areas),
        totals(result, scenario, year, couples[0] if couples else None),
        rises_and_falls(result, scenario, year, couples[0]) if moved and couples else None,
        rows,
        rises,
        any(r.why for r in rows),
        int(result.all_means["draws"]) if known else 0,
    )


def risk_maps(result: Result, scenario: str, year: int, areas: Sequence[maps.Shape]) -> tuple[RiskMap, ...]:
    """Chance of a fatal dispute of every state without the premise, and its change with it."""
    if STATE not in result.fields or not areas:
        return ()
    here = 100 * result.values(STATE, BASE, state="all", year=year, how="each")
    change = 100 * result.differences(STATE, scenario, state="all", year=year, how="each")
    if not np.nan_to_num(change).any():
        return ()
    return (
        _drawn(result, here, f"Chance of a fatal dispute in {year}", f"risk-{scenario}", areas, change=False),
        _drawn(
            result,
            change,
            f"Change with the premise in {year}",
            f"risk-change-{scenario}",
            areas,
            change=True,
        ),
    )


def _drawn(
    result: Result, each: np.ndarray, title: str, ident: str, areas: Sequence[maps.Shape], *, change: bool
) -> RiskMap:
    """One map; more risk is orange, less is blue. ``each``: (draw, state), per cent or percentage points."""
    found = {s: summary(each[:, k], "") for k, s in enumerate(result.index.states)}
    known = {s: e for s, e in found.items() if not e.missing}
    limits = maps.class_limits([e.mean for e in known.values()])
    unit = "percentage points" if change else "%"
    shades, said = {}, {}
    for state, e in known.items():
        sure = not change or e.low > 0 or e.high < 0 or e.mean == e.low == e.high == 0
        mean, low, high = _numbers((e.mean, e.low, e.high), sign=change)
        said[state] = f"{result.index.name(state)}: {mean} {unit} (90 % of worlds: {low} to {high})"
        shades[state] = maps.Shade(-maps.step_of(e.mean, limits), sure, said[state])
    most = sorted(known, key=lambda s: -abs(known[s].mean))[:5]
    words = "world, without the premise" if not change else "difference between paired worlds"
    alt = f"World map. {title}, {unit}, {words}. The largest: " + "; ".join(said[s] for s in most)
    drawing = maps.world(areas, shades, title, alt, ident)
    source = (
        f"Means over {max((e.n for e in known.values()), default=0)} {'pairs of ' if change else ''}worlds."
    )
    classes = legend(limits) if change else level_legend(limits)
    flipped = tuple((_flipped(kind), label) for kind, label in classes)
    return RiskMap(Figure(title, unit, alt, drawing, source), flipped)


def _flipped(kind: str) -> str:
    """More risk is painted as a loss."""
    return kind.replace("down", "-").replace("up", "down").replace("-", "up")


def level_legend(limits: Sequence[float]) -> list[tuple[str, str]]:
    """Classes of a quantity that is never below zero."""
    if not limits:
        return [("level", "none")]
    a, b, c = (f"{x:g}" for x in limits)
    return [("level", f"below {a}"), ("up1", f"{a} to {b}"), ("up2", f"{b} to {c}"), ("up3", f"{c} or more")]


def totals(result: Result, scenario: str, year: int, couple: tuple[Party, Party] | None) -> tuple[Row, ...]:
    """Disputes expected to begin in ``year``: in the world, in the quarrel, elsewhere; fatal ones; wars."""
    rows: list[Row] = []
    if WORLD in result.fields:
        world = [result.values(WORLD, w, year=year) for w in (BASE, scenario)]
        rows.append(_row("Disputes in the whole world", *world))
        inside = [in_quarrel(result, w, year, couple) for w in (BASE, scenario)] if couple else [None, None]
        if couple and inside[0] is not None and inside[1] is not None:
            rows.append(_row(f"Between {couple[0].label} and {couple[1].label}", inside[0], inside[1]))
            rows.append(_row("Elsewhere", world[0] - inside[0], world[1] - inside[1]))
    for name, words in (("expected_fatal", "Fatal disputes"), ("expected_wars", "Wars")):
        if name in result.fields:
            rows.append(_row(words, *(result.values(name, w, year=year) for w in (BASE, scenario))))
    return tuple(r for r in rows if r.here != "no data")


def in_quarrel(result: Result, world: str, year: int, couple: tuple[Party, Party]) -> np.ndarray | None:
    """Disputes expected to begin between two sides, by draw; pairs at war begin none. None if not watched."""
    if PAIR not in result.fields or "at_war" not in result.fields or year == result.years[0]:
        return None
    one, other = (result.index.members(p.where) for p in couple)
    wanted = {frozenset((a, b)) for a in one for b in other if a != b}
    kept = result.selected_pairs(couple[0].where, couple[1].where, PAIR)
    place = {frozenset(p): k for k, p in enumerate(kept)}
    if wanted != set(place):
        return None
    columns = list(place.values())
    where = {"state": couple[0].where, "partner": couple[1].where, "how": "each"}
    chance = result.values(PAIR, world, year=year, **where)[:, columns]
    fought = result.values("at_war", world, year=year - 1, **where)[:, columns]
    found: np.ndarray = np.where(fought > 0.5, 0.0, chance).sum(axis=1)
    return found


def rises_and_falls(result: Result, scenario: str, year: int, couple: tuple[Party, Party]) -> tuple[str, str]:
    """Sums over pairs outside the quarrel of rises and of falls of the chance that a dispute begins."""
    moved = begins(result, scenario, year) - begins(result, BASE, year)
    one, other = (result.index.positions(p.where) for p in couple)
    outside = np.triu(np.ones(moved.shape, dtype=bool), 1)
    outside[np.ix_(one, other)] = outside[np.ix_(other, one)] = False
    rest = moved[outside & np.isfinite(moved)]
    up, down = _numbers((float(rest[rest > 0].sum()), float(rest[rest < 0].sum())), sign=True)
    return up, down


def movers(result: Result, scenario: str, year: int) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The pairs whose mean chance of a dispute moves most, either way, and what moves it; then those outside
    that list that rise most, where it has few rises."""
    i, j = np.triu_indices(len(result.index), 1)
    size = np.nan_to_num(counted(result, scenario, year)[i, j])
    shown = np.nan_to_num(change_of_mean(result, PAIR, scenario, year)[i, j])
    top = [k for k in np.argsort(-np.abs(size), kind="stable")[:TOP] if size[k] != 0]
    few = sum(shown[k] > 0 for k in top) < RISES
    risen = np.argsort(-np.where(shown > 0, size, 0.0), kind="stable")[: TOP + RISES] if few else []
    more = [k for k in risen if min(size[k], shown[k]) > 0 and k not in top]
    ends = [(int(i[k]), int(j[k])) for k in top + more[:RISES]]
    why = risk_parts.parts(result, scenario, year, ends)
    here, there = (means.of(result, PAIR, w, year) for w in (BASE, scenario))
    rows = [
        _mover(result, scenario, year, pair, (float(here[pair]), float(there[pair])), why[n] if why else {})
        for n, pair in enumerate(ends)
    ]
    return tuple(rows[: len(top)]), tuple(rows[len(top) :])


def change_of_mean(result: Result, field: str, scenario: str, year: int) -> np.ndarray:
    """Mean of a field over pairs with the premise less that without, (n, n)."""
    found: np.ndarray = means.of(result, field, scenario, year) - means.of(result, field, BASE, year)
    return found


def begins(result: Result, world: str, year: int) -> np.ndarray:
    """Mean chance that a dispute begins, (n, n): at war all three chances are that the war goes on, and else
    the third is next to nothing."""
    found: np.ndarray = means.of(result, PAIR, world, year) - means.of(result, "war_risk", world, year)
    return found


def counted(result: Result, scenario: str, year: int) -> np.ndarray:
    """Change by which pairs are ranked: of the chance that a dispute begins where there is no war, and that a
    war goes on where one world in twenty or more differs. So the single war of one world makes no list."""
    new, goes_on, fought = [], [], []
    for world in (BASE, scenario):
        war = means.of(result, "at_war", world, year - 1) if year > result.years[0] else np.zeros(1)
        new.append(begins(result, world, year) / np.maximum(1.0 - war, RARE))
        goes_on.append(means.of(result, "war_risk", world, year))
        fought.append(war)
    often = np.abs(fought[1] - fought[0]) >= RARE
    found: np.ndarray = new[1] - new[0] + np.where(often, goes_on[1] - goes_on[0], 0.0)
    return found


def _mover(
    result: Result,
    scenario: str,
    year: int,
    pair: tuple[int, int],
    level: tuple[float, float],
    why: dict[str, float],
) -> Row:
    one, two = (result.index.states[k] for k in pair)
    here, there = (100 * x for x in level)
    interval, says = "not kept", ""
    if pair in result.kept.of(PAIR) and PAIR in result.fields:
        each = result.differences(PAIR, scenario, state=one, partner=two, year=year)
        e = summary(100 * each, "")
        interval, says = " to ".join(_numbers((e.low, e.high), sign=True)), _says(e)
    change = there - here
    parts = {k: 100 * v for k, v in why.items()}
    least = LEAST_PART * max((abs(v) for v in parts.values()), default=0.0)
    order = sorted(parts, key=lambda k: -abs(parts[k]))[:TOLD]
    told = tuple(
        (CALLED.get(k, k), _numbers((parts[k],), sign=True)[0]) for k in order if abs(parts[k]) > least
    )
    level_text = _numbers((here, there))
    name = f"{result.index.name(one)} – {result.index.name(two)}"
    return Row(name, *level_text, _numbers((change,), sign=True)[0], interval, says, told)


def _row(name: str, here: np.ndarray, there: np.ndarray) -> Row:
    levels, e = [summary(x, "").mean for x in (here, there)], summary(there - here, "")
    low, mean, high = _numbers((e.low, e.mean, e.high), sign=True)
    return Row(name, *_numbers(levels), mean, f"{low} to {high}", _says(e))


def _says(e: Estimate) -> str:
    """An effect that nine worlds in ten do not have, and some do, is not clear."""
    if e.mean == e.low == e.high == 0:
        return "no change"
    return "clear" if e.low > 0 or e.high < 0 else "not clear"


def _numbers(values: Sequence[float], *, sign: bool = False) -> list[str]:
    """Numbers of one row with two figures of the largest."""
    places = cells.decimals(values)
    return [cells.written(v, max(places, cells.first_figure(v)), sign=sign) for v in values]
