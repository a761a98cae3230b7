"""Charts of a run: timelines with bands, intervals side by side, weights of parameters.

Each function returns a Vega-Lite specification as plain data (text that a test can compare), and
:func:`svg` renders one offline. Written without the altair package, which builds the same data
ten times slower. Estimates come in display units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.report.theme import COLOURS, config, follow_reader, world_colour

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""The language of the specifications: a name, never fetched; the renderer knows it."""

Spec = dict[str, Any]

WIDTH = 350
"""Width of the plotting area in pixels, before the page fits the drawing to its column."""


@dataclass(frozen=True, slots=True)
class Point:
    """Mean and 90 % interval of one quantity at one year, in display units; ``None`` where missing."""

    year: int
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """The path of one world."""

    label: str
    points: tuple[Point, ...]


def svg(spec: Mapping[str, Any]) -> str:
    """Render a specification to an SVG that scales to its column and follows light and dark paper."""
    import vl_convert

    return follow_reader(vl_convert.vegalite_to_svg(dict(spec)))


def timeline(
    lines: Sequence[Line],
    differences: Sequence[Line],
    unit: str,
    difference_unit: str,
    first_move: int | None,
) -> Spec:
    """Paths of all worlds with 90 % bands above, paired differences against the baseline below.

    ``lines`` begins with the baseline; ``differences`` has one line for every other world.
    """
    panels = [_levels(lines, unit, first_move)]
    if differences:
        panels.append(_differences(differences, f"difference, {difference_unit}", first_move))
    return _whole({"vconcat": panels, "resolve": {"scale": {"x": "shared"}}})


def _levels(lines: Sequence[Line], unit: str, first_move: int | None) -> Spec:
    rows, colour = _rows(lines), _world_colours(lines, 0)
    axes = _axes(rows, unit, zero=False, raised=first_move is not None)
    names = {
        "data": {"values": _end_labels(lines)},
        "mark": {"type": "text", "align": "left", "dx": 6, "fontWeight": "bold"},
        "encoding": {"x": _q("year"), "y": _q("at"), "text": {"field": "world"}, "color": colour},
    }
    layers = [*_bands(axes, colour), *_first_move(first_move, rows, label=True), names]
    return {"data": {"values": rows}, "layer": layers, "width": WIDTH, "height": 170}


def _differences(lines: Sequence[Line], title: str, first_move: int | None) -> Spec:
    rows, colour = _rows(lines), _world_colours(lines, 1)
    axes = _axes(rows, title, zero=True, raised=False)
    layers = [_zero("y"), *_bands(axes, colour), *_first_move(first_move, rows, label=False)]
    return {"data": {"values": rows}, "layer": layers, "width": WIDTH, "height": 84}


def _bands(axes: Spec, colour: Spec) -> list[Spec]:
    """The 90 % band and the line of means."""
    band = {"x": axes["x"], "y": {**axes["y"], "field": "low"}, "y2": {"field": "high"}, "color": colour}
    return [
        {"mark": {"type": "area", "opacity": 0.16}, "encoding": band},
        {"mark": {"type": "line", "strokeWidth": 2}, "encoding": {**axes, "color": colour}},
    ]


def _axes(rows: Sequence[Mapping[str, Any]], title: str, zero: bool, raised: bool) -> Spec:
    """Years across, the quantity upwards with its unit above the axis (``raised``: clear of a label)."""
    years = [r["year"] for r in rows]
    across = {"format": "d", "tickMinStep": 1, "tickCount": 6, "title": None}
    upwards = {
        "tickCount": 3 if zero else 5,
        "title": title,
        "titleAnchor": "end",
        "titleAngle": 0,
        "titleAlign": "left",
        "titleX": 0,
        "titleY": -20 if raised else -8,
        "titleBaseline": "bottom",
    }
    domain = [min(years, default=0), max(years, default=0)]
    return {
        "x": {**_q("year"), "axis": across, "scale": {"domain": domain, "nice": False}},
        "y": {**_q("mean"), "axis": upwards, "scale": {"zero": zero, "nice": True}},
    }


def _world_colours(lines: Sequence[Line], first: int) -> Spec:
    names = [x.label for x in lines]
    shades = [world_colour(first + i) for i in range(len(lines))]
    return {"field": "world", "type": "nominal", "legend": None, "scale": {"domain": names, "range": shades}}


def _zero(channel: str) -> Spec:
    return {
        "data": {"values": [{"at": 0}]},
        "mark": {"type": "rule", "color": COLOURS["rule"], "strokeWidth": 1},
        "encoding": {channel: _q("at")},
    }


def _q(field: str) -> Spec:
    return {"field": field, "type": "quantitative"}


def _whole(spec: Spec) -> Spec:
    return {"$schema": SCHEMA, "config": config(), **spec}


def _rows(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [
        {"world": line.label, "year": p.year, "mean": p.mean, "low": p.low, "high": p.high}
        for line in lines
        for p in line.points
        if p.mean is not None
    ]


def _end_labels(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Where each world's name stands: at the end of its line, pushed apart where lines meet."""
    ends = [
        (line.label, known[-1]) for line in lines if (known := [p for p in line.points if p.mean is not None])
    ]
    if not ends:
        return []
    every = [v for line in lines for p in line.points for v in (p.low, p.high) if v is not None]
    gap = (max(every) - min(every)) * 0.1 or 0.1
    placed: list[dict[str, Any]] = []
    for label, end in sorted(ends, key=lambda e: e[1].mean or 0.0):
        at = end.mean or 0.0
        if placed and at < placed[-1]["at"] + gap:
            at = placed[-1]["at"] + gap
        placed.append({"world": label, "year": end.year, "at": at})
    return placed


def _first_move(year: int | None, rows: Sequence[Mapping[str, Any]], label: bool) -> list[Spec]:
    years = [r["year"] for r in rows]
    if year is None or not years or not min(years) <= year <= max(years):
        return []
    data = {"values": [{"year": year, "text": f"first move {year}"}]}
    rule = {"type": "rule", "color": COLOURS["rule"], "strokeDash": [2, 3]}
    marks = [{"data": data, "mark": rule, "encoding": {"x": _q("year")}}]
    if label:
        text = {"type": "text", "align": "left", "dx": 4, "dy": -4, "baseline": "bottom", "fontSize": 10}
        text["color"] = COLOURS["soft"]
        where = {"x": _q("year"), "y": {"value": 0}, "text": {"field": "text"}}
        marks.append({"data": data, "mark": text, "encoding": where})
    return marks


def intervals(rows: Sequence[Mapping[str, Any]], unit: str) -> Spec:
    """Means as dots and 90 % intervals as lines, one row each, in the order given.

    ``rows`` have ``label``, ``mean``, ``low``, ``high`` and ``sign`` (gain, loss or unsure).
    """
    signs = ("gain", "loss", "unsure")
    colour = _named_colours("sign", signs, [COLOURS[k] for k in signs])
    y, across = (
        _row_labels(rows, 190),
        {"axis": {"grid": True, "tickCount": 6, "domain": False, "title": unit}},
    )
    span = {"y": y, "x": {**_q("low"), **across}, "x2": {"field": "high"}, "color": colour}
    layers = [
        _zero("x"),
        {"mark": {"type": "rule", "strokeWidth": 2.5, "opacity": 0.55}, "encoding": span},
        {
            "mark": {"type": "point", "filled": True, "size": 58, "opacity": 1},
            "encoding": {"y": y, "x": {**_q("mean"), **across}, "color": colour},
        },
    ]
    return _whole(
        {"data": {"values": list(rows)}, "layer": layers, "width": WIDTH - 40, "height": {"step": 22}}
    )


def weights(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """Bars for the share of the spread that each parameter carries; ``rows``: label, share (%), basis."""
    shades = {"estimate": "w1", "literature": "w3", "judgement": "w2", "luck": "base"}
    colour = _named_colours("basis", tuple(shades), [COLOURS[k] for k in shades.values()])
    title = "share of the spread between worlds, %"
    x = {**_q("share"), "axis": {"grid": True, "tickCount": 5, "domain": False, "title": title}}
    y = _row_labels(rows, 240)
    layers = [
        {"mark": {"type": "bar", "height": 9}, "encoding": {"y": y, "x": x, "color": colour}},
        {
            "mark": {"type": "text", "align": "left", "dx": 5, "color": COLOURS["soft"]},
            "encoding": {"y": y, "x": x, "text": {"field": "basis"}},
        },
    ]
    return _whole(
        {"data": {"values": list(rows)}, "layer": layers, "width": WIDTH - 60, "height": {"step": 22}}
    )


def _row_labels(rows: Sequence[Mapping[str, Any]], limit: int) -> Spec:
    axis = {"title": None, "labelFontSize": 12, "labelColor": COLOURS["ink"], "labelLimit": limit}
    return {"field": "label", "type": "nominal", "sort": [r["label"] for r in rows], "axis": axis}


def _named_colours(field: str, names: Sequence[str], shades: Sequence[str]) -> Spec:
    scale = {"domain": list(names), "range": list(shades)}
    return {"field": field, "type": "nominal", "legend": None, "scale": scale}
