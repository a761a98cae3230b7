"""Drawings of institutions and politics as Vega-Lite specifications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from detente.report.charts import SCHEMA, WIDTH, Spec
from detente.report.theme import COLOURS, config

BEYOND = 0.3
"""How far beyond the range of the entrants a dot may stand, in widths of that range."""
ROOM = 0.06
RUNGS = ("severe rivalry", "lesser rivalry", "negative peace", "warm peace", "security community")
"""Words for the levels of the peace scale, from the lowest."""
RUNG_COLOURS = (("loss", 1.0), ("loss", 0.5), ("unsure", 0.35), ("gain", 0.5), ("gain", 1.0))
"""Colour and opacity of each rung; the page's legend has the same."""

Rows = Sequence[Mapping[str, Any]]


def entry(rows: Rows) -> Spec:
    """Share of worlds by year as stairs; ``rows``: world, year, share (%)."""
    worlds = list(dict.fromkeys(r["world"] for r in rows))
    shades = {"domain": worlds, "range": [COLOURS["base"], COLOURS["w1"]]}
    last = max(r["year"] for r in rows)
    ends = _apart([dict(r) for r in rows if r["year"] == last], "share", 7.0)
    colour = {"field": "world", "type": "nominal", "scale": shades, "legend": None}
    x = _years(min(r["year"] for r in rows), last)
    y = _q("share") | {"axis": {"title": None, "tickCount": 5}, "scale": {"domain": [0, 100]}}
    mark = {"type": "line", "interpolate": "step-after", "strokeWidth": 2}
    words = {"type": "text", "align": "left", "dx": 6, "fontWeight": "bold"}
    return _whole(
        {
            "layer": [
                {"data": {"values": list(rows)}, "mark": mark, "encoding": {"x": x, "y": y, "color": colour}},
                {
                    "data": {"values": ends},
                    "mark": words,
                    "encoding": {"x": x, "y": _q("place"), "text": {"field": "world"}, "color": colour},
                },
            ],
            "width": WIDTH - 20,
            "height": 150,
        }
    )


def _apart(ends: list[dict[str, Any]], field: str, gap: float) -> list[dict[str, Any]]:
    """Ends of lines with a place for their label, pushed apart where they meet."""
    above = float("-inf")
    for end in sorted(ends, key=lambda r: r[field]):
        above = end["place"] = max(end[field], above + gap)
    return ends


def criteria(rows: Rows) -> Spec:
    """A dot for the candidate on a bar of the entrants, row by row.

    ``rows``: label, at, least, median, end (0 the lowest entrant, 1 the best), beyond (left, right or
    empty), met, said.
    """
    label = {"title": None, "labelFontSize": 12, "labelColor": COLOURS["ink"], "labelLimit": 190}
    y = {"field": "label", "type": "nominal", "sort": [r["label"] for r in rows], "axis": label}
    bare = {"title": None, "labels": False, "ticks": False, "domain": False, "grid": False}
    across = {"scale": {"domain": [-BEYOND - ROOM, 1 + BEYOND + ROOM], "nice": False}, "axis": bare}
    paint = {"domain": [True, False], "range": [COLOURS["gain"], COLOURS["loss"]]}
    colour = {"field": "met", "type": "nominal", "scale": paint, "legend": None}
    shape = {
        "field": "beyond",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": ["", "left", "right"], "range": ["circle", "triangle-left", "triangle-right"]},
    }
    bar = {"type": "bar", "height": 8, "color": COLOURS["unsure"], "opacity": 0.4}
    tick = {"type": "tick", "color": COLOURS["rule"], "thickness": 2, "size": 14}
    dot = {"type": "point", "filled": True, "size": 80, "opacity": 1}
    text = {"type": "text", "align": "left", "dx": 8}
    edge = {"value": WIDTH - 170}
    layers = [
        {"mark": bar, "encoding": {"y": y, "x": _q("least") | across, "x2": {"field": "end"}}},
        {"mark": tick, "encoding": {"y": y, "x": _q("median") | across}},
        {"mark": dot, "encoding": {"y": y, "x": _q("at") | across, "color": colour, "shape": shape}},
        {"mark": text, "encoding": {"y": y, "x": edge, "text": {"field": "said"}, "color": colour}},
    ]
    return _whole(
        {"data": {"values": list(rows)}, "layer": layers, "width": WIDTH - 170, "height": {"step": 22}}
    )


def alignment(seen: Rows, fans: Rows, start: int) -> Spec:
    """One small drawing for each side: what was observed, and the fan of both worlds from there.

    ``seen``: side, year, position, later (after the start); ``fans``: side, world (without or with), year,
    mean, low, high.
    """
    every = [r["position"] for r in seen] + [r[k] for r in fans for k in ("low", "high")]
    room = {"domain": [min(every), max(every)], "nice": True, "zero": False}
    y = {"axis": {"title": None, "tickCount": 4}, "scale": room}
    x = _years(min(r["year"] for r in (*seen, *fans)), max(r["year"] for r in fans), 3)
    panels = [
        _side(
            side, [r for r in seen if r["side"] == side], [r for r in fans if r["side"] == side], x, y, start
        )
        for side in dict.fromkeys(r["side"] for r in fans)
    ]
    return _whole({"concat": panels, "columns": 2, "spacing": 22})


def _side(title: str, seen: Rows, fans: Rows, x: Spec, y: Spec, start: int) -> Spec:
    worlds = {"domain": ["without", "with"], "range": [COLOURS["base"], COLOURS["w1"]]}
    colour = {"field": "world", "type": "nominal", "scale": worlds, "legend": None}
    before, later = ([r for r in seen if r["later"] == after] for after in (False, True))
    line = {"type": "line", "strokeWidth": 1.5, "color": COLOURS["ink"]}
    band = {"x": x, "y": _q("low") | y, "y2": {"field": "high"}, "color": colour}
    layers: list[Spec] = [
        {"data": {"values": list(fans)}, "mark": {"type": "area", "opacity": 0.2}, "encoding": band},
        *(_middle([r for r in fans if r["world"] == w], w, x, y, colour) for w in ("with", "without")),
        {"data": {"values": before}, "mark": line, "encoding": {"x": x, "y": _q("position") | y}},
    ]
    if later:
        dotted = line | {"strokeDash": [2, 2]}
        layers.append(
            {"data": {"values": later}, "mark": dotted, "encoding": {"x": x, "y": _q("position") | y}}
        )
    rule = {"type": "rule", "color": COLOURS["rule"], "strokeDash": [2, 3]}
    layers.append({"data": {"values": [{"year": start}]}, "mark": rule, "encoding": {"x": x}})
    head = {"text": title, "anchor": "start", "fontSize": 12, "color": COLOURS["ink"], "limit": 170}
    return {"title": head, "layer": layers, "width": 158, "height": 110}


def _middle(fan: Rows, world: str, x: Spec, y: Spec, colour: Spec) -> Spec:
    """The mean of one world; the baseline's is dashed and lies on top, so that both are seen."""
    mark: Spec = {"type": "line", "strokeWidth": 2}
    if world == "without":
        mark |= {"strokeDash": [4, 3]}
    return {
        "data": {"values": list(fan)},
        "mark": mark,
        "encoding": {"x": x, "y": _q("mean") | y, "color": colour},
    }


def ladder(rows: Rows) -> Spec:
    """Shares of pairs by level on top of each other, year by year, one drawing for each world.

    ``rows``: world (without or with), year, rung (0 lowest), low and high (edges of its share, %).
    """
    x = _years(min(r["year"] for r in rows), max(r["year"] for r in rows), 4)
    y = _q("low") | {"scale": {"domain": [0, 100]}, "axis": {"title": None, "tickCount": 5}}
    panels = []
    for world in dict.fromkeys(r["world"] for r in rows):
        layers = [
            {
                "data": {"values": [r for r in rows if (r["world"], r["rung"]) == (world, rung)]},
                "mark": {"type": "area", "interpolate": "step", "color": COLOURS[name], "opacity": clear},
                "encoding": {"x": x, "y": y, "y2": {"field": "high"}},
            }
            for rung, (name, clear) in enumerate(RUNG_COLOURS)
        ]
        head = {"text": world, "anchor": "start", "fontSize": 12, "color": COLOURS["ink"]}
        panels.append({"title": head, "layer": layers, "width": 170, "height": 170})
    return _whole({"hconcat": panels, "spacing": 20})


def _years(first: int, last: int, ticks: int = 6) -> Spec:
    axis = {"format": "d", "tickMinStep": 1, "tickCount": ticks, "title": None}
    return _q("year") | {"axis": axis, "scale": {"domain": [first, last], "nice": False}}


def _q(field: str) -> Spec:
    return {"field": field, "type": "quantitative"}


def _whole(spec: Spec) -> Spec:
    return {"$schema": SCHEMA, "config": config(), **spec}
