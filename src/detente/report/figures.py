"""Which figures a page shows for its scenarios, and everything that stands around each drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from markupsafe import Markup

from detente.report import cells, charts, maps
from detente.report.cells import Cell
from detente.report.looks import Look, look
from detente.report.parties import Party, answer_year, pairs, parties
from detente.report.plain import source_named
from detente.run.estimate import summary
from detente.run.result import BASE, Result

EXTRA = 2
"""Further timelines, for the fields that move most against their own spread."""
TODAYS_BORDERS = 2011
"""Starts from here on have the states and borders of the map (South Sudan was the last to come)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One drawing with its title, its words for those who do not see it, and its source."""

    title: str
    subtitle: str
    alt: str
    svg: Markup
    source: str
    numbers: tuple[tuple[str, ...], ...] = ()
    """Rows of the table behind the drawing; the first is its head."""


def timelines(result: Result, scenarios: Sequence[str]) -> list[Figure]:
    """Paths of the main quantities of the first scenario's sides, in all worlds of the run."""
    if not scenarios:
        return []
    return [timeline(result, scenarios, m, who) for m, who in chosen(result, scenarios[0])]


def chosen(result: Result, scenario: str) -> list[tuple[str, tuple[Party, ...]]]:
    """What is worth a timeline: relations and trade of the main pair, income and spending of the sides,
    and then whatever else moves most for them."""
    document = result.documents[scenario]
    couples, sides = pairs(document, result), parties(document, result.index)
    if couples:
        sides = (*couples[0], *(s for s in sides if s not in couples[0]))
    wanted: list[tuple[str, tuple[Party, ...]]] = []
    if couples:
        wanted += [(m, couples[0]) for m in cells.PAIR_MEASURES if cells.known(m, result)]
    wanted += [("peace_level", c) for c in couples[1:2] if cells.known("peace_level", result)]
    wanted += [("trade_both", c) for c in couples[1:3] if cells.known("trade_both", result)]
    usual = [m for m in ("real_income", "milex") if m in result.fields]
    wanted += [(m, (s,)) for m in usual for s in sides[:2]]
    wanted = [w for w in wanted if _has_data(result, scenario, *w)]
    told = {*usual, "ideal_point"}
    rest = [n for n in state_measures(result) if n not in told]
    return wanted + strongest(result, scenario, [(m, (s,)) for m in rest for s in sides[:2]], EXTRA)


def state_measures(result: Result) -> list[str]:
    """Fields of states that may stand among the first figures, in the order of the run."""
    return [n for n, f in result.fields.items() if len(f.dims) == 1 and look(n, f).headline]


def strongest(
    result: Result, scenario: str, candidates: Sequence[tuple[str, tuple[Party, ...]]], most: int
) -> list[tuple[str, tuple[Party, ...]]]:
    """Candidates with the largest effect against its own spread, one for each measure."""
    year = answer_year(result.documents[scenario], result.years)
    ranked = sorted(
        ((standardised(cells.effect(result, m, scenario, who, year)), m, who) for m, who in candidates),
        key=lambda r: -r[0],
    )
    best: dict[str, tuple[str, tuple[Party, ...]]] = {}
    for size, measure, who in ranked:
        if size > 0:
            best.setdefault(measure, (measure, who))
    return list(best.values())[:most]


def standardised(cell: Cell) -> float:
    """Effect over the spread between worlds (interval width in standard deviations of a normal).

    The effect is the smaller of mean and median, so that what a few worlds alone have counts as none; one
    that all worlds have alike has no bound.
    """
    e = cell.estimate
    if e.missing or e.mean * e.median <= 0:
        return 0.0
    spread = (e.high - e.low) / 3.29
    return min(abs(e.mean), abs(e.median)) / spread if spread > 0 else float("inf")


def _has_data(result: Result, scenario: str, measure: str, who: tuple[Party, ...]) -> bool:
    return bool(np.isfinite(cells.draws(result, measure, scenario, who)).any())


def timeline(result: Result, scenarios: Sequence[str], measure: str, who: tuple[Party, ...]) -> Figure:
    """One timeline with its bands, its difference panel, and the numbers behind it."""
    changes = [cells.compared(result, measure, s, who) for s in scenarios]
    if len({shape.relative for _, shape in changes}) > 1:
        changes = [cells.compared(result, measure, s, who, plain=True) for s in scenarios]
    shape = changes[0][1]
    worlds = [BASE, *scenarios]
    names = _short_names(result, worlds)
    lines = [
        charts.Line(names[w], _points(result, cells.draws(result, measure, w, who), shape.factor))
        for w in worlds
    ]
    moved = [
        charts.Line(names[s], _points(result, values, shape.scale))
        for s, (values, _) in zip(scenarios, changes, strict=True)
    ]
    firsts = [y for s in scenarios if (y := result.documents[s].first_year) is not None]
    spec = charts.timeline(lines, moved, shape.unit, shape.difference_unit, min(firsts, default=None))
    return Figure(
        title=shape.title,
        subtitle=_subtitle(who),
        alt=_alt(shape, who, lines),
        svg=Markup(charts.svg(spec)),  # noqa: S704 (drawn by us; the renderer escapes all text)
        source=_source(result, measure),
        numbers=_numbers(result, lines, moved, shape),
    )


def _short_names(result: Result, worlds: Sequence[str]) -> dict[str, str]:
    """Labels at the ends of lines: 'with the premise' when there is one scenario, else its id."""
    one = len(worlds) == 2
    return {
        w: "baseline" if w == BASE else "with the premise" if one else w.replace("-", " ") for w in worlds
    }


def _subtitle(who: tuple[Party, ...]) -> str:
    label = " – ".join(p.label for p in who) or "the world"
    return label[:1].upper() + label[1:]


def _points(result: Result, values: np.ndarray, scale: float) -> tuple[charts.Point, ...]:
    found = []
    for k, year in enumerate(result.years):
        e = summary(values[:, k], "")
        known = [None if e.missing else round(float(x) * scale, 6) for x in (e.mean, e.low, e.high)]
        found.append(charts.Point(year, *known))
    return tuple(found)


def _alt(shape: Look, who: tuple[Party, ...], lines: Sequence[charts.Line]) -> str:
    parts = []
    for line in lines:
        last = next((p for p in reversed(line.points) if p.mean is not None), None)
        if last is not None:
            parts.append(
                f"{line.label} {_n(last.mean)} in {last.year} "
                f"(90 % interval {_n(last.low)} to {_n(last.high)})"
            )
    return f"{shape.title}, {_subtitle(who)}, {shape.unit}: " + "; ".join(parts)


def _n(value: float | None) -> str:
    if value is None or not isfinite(value):
        return "no data"
    return cells.written(value, max(cells.decimals([value]), 0))


def _numbers(
    result: Result, lines: Sequence[charts.Line], moved: Sequence[charts.Line], shape: Look
) -> tuple[tuple[str, ...], ...]:
    head = (
        "Year",
        *(f"{x.label}, {shape.unit}" for x in lines),
        *(f"difference, {x.label}, {shape.difference_unit}" for x in moved),
    )
    rows = [head]
    for k, year in enumerate(result.years):
        points = [x.points[k] for x in (*lines, *moved)]
        rows.append((str(year), *(f"{_n(p.mean)} [{_n(p.low)}, {_n(p.high)}]" for p in points)))
    return tuple(rows)


def _source(result: Result, measure: str) -> str:
    field = {"warm_pairs": "peace_level", "ideal_distance": "ideal_point", "trade_both": "trade_flow"}.get(
        measure, measure
    )
    note = result.start_notes.get(field)
    start = (
        f" Start: {source_named(note['source'], result.index)}; newest data of {note['newest']}."
        if note
        else ""
    )
    return f"Computed by detente; lines are means, bands hold 90 % of worlds.{start}"


def income_map(
    result: Result, scenario: str, areas: Sequence[maps.Shape], measure: str = "real_income"
) -> tuple[Figure, tuple[float, ...]]:
    """Map of the effect on every state, with the limits of its colour classes (in display units)."""
    shape, year = (
        look(measure, result.fields.get(measure)),
        answer_year(result.documents[scenario], result.years),
    )
    table = result.effects_by_state(measure, scenario, year=year, relative=shape.relative).drop_nulls("mean")
    limits = maps.class_limits([m * shape.scale for m in table["mean"]])
    shades = {}
    for row in table.iter_rows(named=True):
        mean, low, high = (row[k] * shape.scale for k in ("mean", "low", "high"))
        sure = low > 0 or high < 0 or (mean == low == high == 0)
        shades[row["state"]] = maps.Shade(
            maps.step_of(mean, limits), sure, _caption(row["name"], mean, low, high, shape)
        )
    gain, lose = int((table["low"] > 0).sum()), int((table["high"] < 0).sum())
    title = f"Effect on {shape.noun} in {year}"
    alt = (
        f"World map of the effect on {shape.noun} in {year}: of {len(table)} states with data {gain} gain "
        f"and {lose} lose in at least 95 % of worlds. The same figures stand in the tables that follow."
    )
    drawing = maps.world(areas, shades, title, alt, f"map-{scenario}")
    source = f"Computed by detente: mean effect over {max(table['n'].to_list(), default=0)} pairs of worlds."
    source += " The map has the borders of today." if result.record["start_year"] < TODAYS_BORDERS else ""
    return Figure(title, result.documents[scenario].title, alt, drawing, source), limits


def _caption(name: str, mean: float, low: float, high: float, shape: Look) -> str:
    places = max(cells.decimals([mean, low, high]), 0)
    value, a, b = (cells.written(v, places, sign=True) for v in (mean, low, high))
    return f"{name}: {value}{cells.short_unit(shape.difference_unit)} (90 % of worlds: {a} to {b})"


def legend(limits: Sequence[float]) -> list[tuple[str, str]]:
    """Colour classes with their labels, from loss to gain."""
    if not limits:
        return [("level", "no change")]
    a, b, c = (f"{x:g}" for x in limits)
    m = cells.MINUS
    down = [("down3", f"below {m}{c}"), ("down2", f"{m}{c} to {m}{b}"), ("down1", f"{m}{b} to {m}{a}")]
    up = [("up1", f"+{a} to +{b}"), ("up2", f"+{b} to +{c}"), ("up3", f"above +{c}")]
    return [*down, ("level", f"within ±{a}"), *up]
