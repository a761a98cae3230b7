"""Small multiples of defence.md: each state's path with our interval, persistence and the common trend."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import vl_convert

from detente.mechanisms.defence import score
from detente.mechanisms.defence.panel import Panel

INK, OURS, TREND = "#333333", "#2a6f97", "#c77b30"


def figure(seen: Panel, frame: pl.DataFrame, path: Path) -> None:
    """Write one panel for each state of D3: the record, our median with the 90 % interval, and the two rivals."""
    origin = int(frame["origin"][0])
    last = int(frame["year"].max())
    values = [*forecasts(frame), *record(seen, origin, last)]
    path.write_text(vl_convert.vegalite_to_svg(specification(values)), encoding="utf-8")


def forecasts(frame: pl.DataFrame) -> list[dict]:
    """Rows of the forecast, per cent of GDP; all begin at the record of the origin."""
    rows = []
    for r in (
        frame.filter(pl.col("state").is_in(score.D3))
        .drop_nulls(["median", "persistence"])
        .iter_rows(named=True)
    ):
        at = {"state": r["state"], "year": r["year"]}
        rows.append(
            at
            | {
                "what": "ours",
                "low": _percent(r["low"]),
                "high": _percent(r["high"]),
                "value": _percent(r["median"]),
            }
        )
        rows.append(at | {"what": "persistence", "value": _percent(r["persistence"])})
        rows.append(at | {"what": "common trend", "value": _percent(r["common_trend"])})
        if r["ahead"] == 1:
            start = {"state": r["state"], "year": r["origin"], "value": _percent(r["persistence"])}
            rows += [start | {"what": w} for w in ("persistence", "common trend")]
            rows.append(start | {"what": "ours", "low": start["value"], "high": start["value"]})
    return rows


def record(seen: Panel, first: int, last: int) -> list[dict]:
    """Rows of the record, per cent of GDP."""
    rows = []
    for state in score.D3:
        shares = seen.share[:, seen.states.index(state)]
        for year in range(first, last + 1):
            value = shares[seen.years.index(year)]
            if value == value:
                rows.append({"state": state, "year": year, "what": "record", "value": _percent(value)})
    return rows


def specification(values: list[dict]) -> dict:
    """The Vega-Lite document of the figure."""
    x = {
        "field": "year",
        "type": "quantitative",
        "axis": {"format": "d", "tickCount": 3, "title": None},
        "scale": {"zero": False},
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "axis": {"title": None, "tickCount": 3},
        "scale": {"zero": True},
    }
    kinds = ["record", "ours", "persistence", "common trend"]
    line = {
        "transform": [{"filter": "isValid(datum.value)"}],
        "mark": {"type": "line", "strokeWidth": 1.6},
        "encoding": {
            "x": x,
            "y": y,
            "color": {
                "field": "what",
                "scale": {"domain": kinds, "range": [INK, OURS, "#999999", TREND]},
                "legend": {"title": None, "orient": "top"},
            },
            "strokeDash": {
                "field": "what",
                "scale": {"domain": kinds, "range": [[1, 0], [1, 0], [2, 2], [5, 3]]},
                "legend": None,
            },
        },
    }
    band = {
        "transform": [{"filter": "datum.what == 'ours'"}],
        "mark": {"type": "area", "opacity": 0.2, "color": OURS},
        "encoding": {"x": x, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": values},
        "facet": {"field": "state", "type": "nominal", "sort": list(score.D3), "header": {"title": None}},
        "columns": 5,
        "spec": {"width": 120, "height": 80, "layer": [band, line]},
        "resolve": {"scale": {"y": "independent"}},
        "config": {"background": "white", "view": {"stroke": "#dddddd"}, "axis": {"grid": False}},
    }


def _percent(share: float) -> float:
    return round(100 * float(share), 3)
