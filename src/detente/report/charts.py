"""Charts of a run: timelines with bands, intervals side by side, weights of parameters.

Each function returns a Vega-Lite specification as a plain dictionary (text that a test can
compare); :func:`svg` renders one offline. Estimates come in display units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.report.theme import COLOURS, FONT, config, follow_reader, world_colour

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
) -> dict[str, Any]:
    """Paths of all worlds with 90 % bands above, paired differences against the baseline below.

    ``lines`` begins with the baseline; ``differences`` has one line for every other world.
    """
    import altair as alt

    upper = _panel(alt, lines, 0, unit, 170, first_move, zero=False)
    panels = [upper]
    if differences:
        panels.append(
            _panel(alt, differences, 1, f"difference, {difference_unit}", 84, first_move, zero=True)
        )
    chart = alt.vconcat(*panels).resolve_scale(x="shared").configure(**config())
    return chart.to_dict()


def _panel(
    alt: Any, lines: Sequence[Line], first: int, title: str, height: int, first_move: int | None, zero: bool
) -> Any:
    rows, labels = _rows(lines), _end_labels(lines)
    colour = alt.Color(
        "world:N",
        legend=None,
        scale=alt.Scale(
            domain=[x.label for x in lines], range=[world_colour(first + i) for i in range(len(lines))]
        ),
    )
    years = [r["year"] for r in rows]
    x = alt.X(
        "year:Q",
        title=None,
        axis=alt.Axis(format="d", tickMinStep=1, tickCount=6, labels=zero or first == 0),
        scale=alt.Scale(domain=[min(years), max(years)], nice=False),
    )
    y = alt.Y(
        "mean:Q",
        title=title,
        scale=alt.Scale(zero=zero, nice=True),
        axis=alt.Axis(
            tickCount=3 if zero else 5,
            titleAnchor="end",
            titleAngle=0,
            titleAlign="left",
            titleX=0,
            titleY=-20 if first_move and not zero else -8,
            titleBaseline="bottom",
        ),
    )
    base = alt.Chart(alt.Data(values=rows))
    layers = [
        base.mark_area(opacity=0.16).encode(x=x, y=alt.Y("low:Q", title=title), y2="high:Q", color=colour),
        base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour),
    ]
    if zero:
        layers.insert(
            0,
            alt.Chart(alt.Data(values=[{"at": 0}]))
            .mark_rule(color=COLOURS["rule"], strokeWidth=1)
            .encode(y="at:Q"),
        )
    layers += _first_move(alt, first_move, years, label=not zero)
    if not zero:
        layers.append(
            alt.Chart(alt.Data(values=labels))
            .mark_text(align="left", dx=6, fontWeight="bold")
            .encode(x="year:Q", y="at:Q", text="world:N", color=colour)
        )
    return alt.layer(*layers).properties(width=WIDTH, height=height)


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
    gap = (max(every) - min(every)) * 0.085 or 0.085
    placed: list[dict[str, Any]] = []
    for label, end in sorted(ends, key=lambda e: e[1].mean or 0.0):
        at = end.mean or 0.0
        if placed and at < placed[-1]["at"] + gap:
            at = placed[-1]["at"] + gap
        placed.append({"world": label, "year": end.year, "at": at})
    return placed


def _first_move(alt: Any, year: int | None, years: Sequence[int], label: bool) -> list[Any]:
    if year is None or not min(years) <= year <= max(years):
        return []
    data = alt.Data(values=[{"year": year, "text": f"first move {year}"}])
    marks = [alt.Chart(data).mark_rule(color=COLOURS["rule"], strokeDash=[2, 3]).encode(x="year:Q")]
    if label:
        marks.append(
            alt.Chart(data)
            .mark_text(
                align="left",
                dx=4,
                dy=-4,
                baseline="bottom",
                color=COLOURS["soft"],
                fontSize=10,
            )
            .encode(x="year:Q", y=alt.value(0), text="text:N")
        )
    return marks


def intervals(rows: Sequence[Mapping[str, Any]], unit: str) -> dict[str, Any]:
    """Means as dots and 90 % intervals as lines, one row each, in the order given.

    ``rows`` have ``label``, ``mean``, ``low``, ``high`` and ``sign`` (gain, loss or unsure).
    """
    import altair as alt

    order = [r["label"] for r in rows]
    colour = alt.Color(
        "sign:N",
        legend=None,
        scale=alt.Scale(
            domain=["gain", "loss", "unsure"], range=[COLOURS[k] for k in ("gain", "loss", "unsure")]
        ),
    )
    y = alt.Y(
        "label:N",
        sort=order,
        title=None,
        axis=alt.Axis(labelFontSize=12, labelColor=COLOURS["ink"], labelLimit=190),
    )
    base = alt.Chart(alt.Data(values=list(rows)))
    chart = alt.layer(
        alt.Chart(alt.Data(values=[{"at": 0}])).mark_rule(color=COLOURS["rule"]).encode(x="at:Q"),
        base.mark_rule(strokeWidth=2.5, opacity=0.55).encode(
            y=y,
            x=alt.X("low:Q", title=unit, axis=alt.Axis(grid=True, tickCount=6, domain=False)),
            x2="high:Q",
            color=colour,
        ),
        base.mark_point(filled=True, size=58, opacity=1).encode(y=y, x="mean:Q", color=colour),
    ).properties(width=WIDTH - 40, height=alt.Step(22))
    return chart.configure(**config()).to_dict()


def weights(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Bars for the share of the spread that each parameter carries; ``rows``: label, share (%), basis."""
    import altair as alt

    order = [r["label"] for r in rows]
    shades = {
        "estimate": COLOURS["w1"],
        "literature": COLOURS["w3"],
        "judgement": COLOURS["w2"],
        "luck": COLOURS["base"],
    }
    y = alt.Y(
        "label:N",
        sort=order,
        title=None,
        axis=alt.Axis(labelFontSize=12, labelColor=COLOURS["ink"], labelLimit=240),
    )
    base = alt.Chart(alt.Data(values=list(rows)))
    x = alt.X(
        "share:Q",
        title="share of the spread between worlds, %",
        axis=alt.Axis(grid=True, tickCount=5, domain=False),
    )
    chart = alt.layer(
        base.mark_bar(height=9).encode(
            y=y,
            x=x,
            color=alt.Color(
                "basis:N", legend=None, scale=alt.Scale(domain=list(shades), range=list(shades.values()))
            ),
        ),
        base.mark_text(align="left", dx=5, color=COLOURS["soft"]).encode(y=y, x="share:Q", text="basis:N"),
    ).properties(width=WIDTH - 60, height=alt.Step(22))
    return chart.configure(**config()).to_dict()


__all__ = ["FONT", "Line", "Point", "intervals", "svg", "timeline", "weights"]
