"""Drawings of force as Vega-Lite specifications: shares of the world as bars, warheads as stairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from detente.report.charts import SCHEMA, WIDTH, Spec
from detente.report.theme import COLOURS, config


def bars(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """Pairs of bars by side, one panel for each quantity; ``rows``: quantity, side, world, share (%)."""
    order = list(dict.fromkeys(r["side"] for r in rows))
    worlds = {"domain": ["without", "with"], "range": [COLOURS["base"], COLOURS["w1"]]}
    label = {"title": None, "labelFontSize": 12, "labelColor": COLOURS["ink"], "labelLimit": 150}
    panels = [
        {
            "title": {"text": quantity, "anchor": "start", "fontSize": 12, "color": COLOURS["soft"]},
            "data": {"values": [r for r in rows if r["quantity"] == quantity]},
            "mark": {"type": "bar"},
            "encoding": {
                "y": {"field": "side", "type": "nominal", "sort": order, "axis": label},
                "yOffset": {"field": "world", "sort": ["without", "with"]},
                "x": {
                    "field": "share",
                    "type": "quantitative",
                    "axis": {"grid": True, "tickCount": 5, "title": None},
                },
                "color": {"field": "world", "type": "nominal", "scale": worlds, "legend": None},
            },
            "width": WIDTH - 110,
            "height": {"step": 11},
        }
        for quantity in dict.fromkeys(r["quantity"] for r in rows)
    ]
    return _whole({"vconcat": panels})


def staircase(rows: Sequence[Mapping[str, Any]], allowed: Sequence[Mapping[str, Any]]) -> Spec:
    """One small drawing for each state: stockpile by year with its 90 % band, its ceiling dashed.

    ``rows``: state, year, low, warheads, high; ``allowed``: state, year, ceiling.
    """
    x = {"field": "year", "type": "quantitative", "axis": {"format": "d", "tickCount": 3, "title": None}}
    x["scale"] = {"zero": False, "nice": False}
    panels = []
    for state in dict.fromkeys(r["state"] for r in rows):
        mine = [r for r in rows if r["state"] == state]
        limits = [r for r in allowed if r["state"] == state]
        layers = [
            _steps(mine, {"type": "area", "opacity": 0.16, "color": COLOURS["w1"]}, x, "low", "high"),
            _steps(mine, {"type": "line", "strokeWidth": 2, "color": COLOURS["w1"]}, x, "warheads"),
        ]
        if limits:
            dash = {"type": "line", "strokeDash": [4, 3], "color": COLOURS["w2"]}
            layers.append(_steps(limits, dash, x, "ceiling"))
        title = {"text": state, "anchor": "start", "fontSize": 12, "color": COLOURS["ink"], "frame": "group"}
        panels.append({"title": title, "layer": layers, "width": 86, "height": 86})
    return _whole({"concat": panels, "columns": 3})


def fans(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """One small drawing for each panel: the record as a line, joined to both worlds with their 90 % bands.

    ``rows``: panel, world (observed, without, with), year, mean, and low and high but for the record.
    """
    years = [r["year"] for r in rows]
    x = {"field": "year", "type": "quantitative", "axis": {"format": "d", "tickCount": 3, "title": None}}
    x["scale"] = {"domain": [min(years, default=0), max(years, default=0)], "nice": False}
    axis = {"tickCount": 4, "title": None}
    y = {"field": "mean", "type": "quantitative", "axis": axis, "scale": {"zero": True, "nice": True}}
    panels = []
    for panel in dict.fromkeys(r["panel"] for r in rows):
        layers = []
        for world, colour in (("observed", "base"), ("without", "base"), ("with", "w1")):
            mine = [r for r in rows if r["panel"] == panel and r["world"] == world]
            data, shade = {"values": mine}, COLOURS[colour]
            if world != "observed":
                band = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
                layers.append(
                    {
                        "data": data,
                        "mark": {"type": "area", "opacity": 0.18, "color": shade},
                        "encoding": band,
                    }
                )
            line = {"type": "line", "strokeWidth": 1.3 if world == "observed" else 2, "color": shade}
            layers.append({"data": data, "mark": line, "encoding": {"x": x, "y": y}})
        name = panel[:1].upper() + panel[1:]
        title = {"text": name, "anchor": "start", "fontSize": 12, "color": COLOURS["ink"], "limit": 130}
        title["frame"] = "group"
        panels.append({"title": title, "layer": layers, "width": 104, "height": 92})
    apart = {"row": 48, "column": 44}
    return _whole({"concat": panels, "columns": 3, "bounds": "flush", "spacing": apart})


def _steps(rows: Sequence[Mapping[str, Any]], mark: Spec, x: Spec, field: str, until: str = "") -> Spec:
    axis = {"tickCount": 4, "title": None}
    encoding: Spec = {
        "x": x,
        "y": {"field": field, "type": "quantitative", "axis": axis, "scale": {"zero": True}},
    }
    if until:
        encoding["y2"] = {"field": until}
    return {
        "data": {"values": list(rows)},
        "mark": mark | {"interpolate": "step-after"},
        "encoding": encoding,
    }


def _whole(spec: Spec) -> Spec:
    return {"$schema": SCHEMA, "config": config(), **spec}
