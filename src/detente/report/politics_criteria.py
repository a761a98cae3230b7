"""The entry criteria on the page: a candidate beside those who entered before it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, isinf
from typing import Any

from markupsafe import Markup

from detente.judge import criteria
from detente.judge.criteria_data import CRITERIA, NEWEST, readings
from detente.judge.measurement import Tables
from detente.report import cells, charts, politics_charts
from detente.report.figures import Figure
from detente.report.parties import state_name
from detente.report.politics_accession import Bid, bloc_name, code_named, upper_first
from detente.run.result import Result


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion as it stands in the table beside the chart."""

    asks: str
    measure: str
    value: str
    lowest: str
    median: str
    met: str
    own_pace: str
    best_pace: str


@dataclass(frozen=True, slots=True)
class Criteria:
    """The candidate beside those who entered before it."""

    candidate: str
    figure: Figure
    rows: tuple[CriterionRow, ...]
    not_measured: str


def criteria_chart(result: Result, bid: Bid, tables: Tables) -> Criteria | None:
    """The entry criteria of a bid on the record of the year of the start; ``None`` if nothing is measured."""
    year = min(int(result.record["start_year"]), NEWEST)
    card = criteria.scorecard(tables, bid.state, bid.bloc, year)
    rows = [_placed(tables, card, line) for line in card.lines if line.met is not None]
    if not rows:
        return None
    met = sum(r["met"] for r in rows)
    name, bloc = state_name(bid.state, result.index), bloc_name(bid.bloc)
    said = "; ".join(f"{r['label']}: {r['said']}" for r in rows)
    figure = Figure(
        f"{upper_first(name)} and the entry criteria of {bloc}, {year}",
        f"at or above the lowest entrant on {met} of {len(rows)} measures",
        f"{upper_first(name)} beside those who entered {bloc} before it, in {year}: {said}",
        Markup(charts.svg(politics_charts.criteria(rows))),  # noqa: S704
        f"Bars: from the lowest to the best of {card.entrants} entrants (founders left out) in the year in "
        "which each entered; each measure has its own scale, better to the right; the tick is their median. "
        "Arrows at the edge: further out. On record, not computed by the run.",
    )
    missing = "; ".join(f"{what} ({why})" for what, why in card.not_measured)
    return Criteria(upper_first(name), figure, tuple(_criterion_row(x) for x in card.lines), missing)


def _placed(tables: Tables, card: criteria.Scorecard, line: criteria.Line) -> dict[str, Any]:
    """A criterion on the scale of the chart: 0 the lowest entrant, 1 the best."""
    c = next(c for c in CRITERIA if c.key == line.key)
    data = readings(tables, c)
    entered = {s: y for s, y in criteria.entrants(tables, card.bloc).items() if s != card.state}
    had = [criteria.newest(data.get(s, {}), y)[0] for s, y in entered.items() if y <= card.thresholds_to]
    best = max((v for v in had if isfinite(v)), key=lambda v: c.better * v)
    span, far = abs(best - line.lowest) or 1.0, politics_charts.BEYOND
    at = c.better * (line.value - line.lowest) / span
    said = "met" if line.met else f"missed by {_figure(line.missed_by)}"
    return {
        "label": _label(c.measure),
        "at": min(max(at, -far), 1 + far),
        "beyond": "left" if at < -far else "right" if at > 1 + far else "",
        "least": 0.0,
        "median": c.better * (line.median - line.lowest) / span,
        "end": 1.0 if best != line.lowest else 0.0,
        "met": bool(line.met),
        "said": said,
    }


def _label(measure: str) -> str:
    """A measure without the span of its scale: 'electoral democracy'."""
    words = {
        "ratings": "freedom ratings",
        "score": "clean government",
        "rule of law": "rule of law (World Bank)",
        "states at a rival's level": "states in rivalry with it",
    }
    bare = measure.partition(", ")[0]
    return words.get(bare, bare)


def _scale(measure: str) -> str:
    """The span of a measure's scale, as it follows its name."""
    _, comma, span = measure.partition(", ")
    return f"{comma}{span}"


def _criterion_row(x: criteria.Line) -> CriterionRow:
    return CriterionRow(
        x.asks,
        f"{_label(x.measure)}{_scale(x.measure)} ({x.source})",
        _figure(x.value) + (f" ({x.seen})" if x.seen else ""),
        f"{_figure(x.lowest)} {_named(x.lowest_by)}",
        _figure(x.median),
        {None: "no data", True: "yes", False: f"missed by {_figure(x.missed_by)}"}[x.met],
        _years(x.years) if x.missed_by > 0 else "",
        f"{_years(x.best_years)} ({_named(x.best_by)})" if x.missed_by > 0 else "",
    )


def _named(text: str) -> str:
    """The state and years behind a figure: 'ESP 1973-1983' as 'Spain 1973–1983'."""
    return code_named(text).replace("-", "–")


def _figure(x: float) -> str:
    return f"{x:.3g}".replace("-", cells.MINUS) if isfinite(x) else "no data"


def _years(x: float) -> str:
    return "never" if isinf(x) else f"{x:.0f}" if isfinite(x) else "not known"
