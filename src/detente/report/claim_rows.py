"""Verdicts made ready for reading: grouped by finding, in plain words, with their size and interval."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, isinf, isnan

from detente.judge.verdict import Outcome, Verdict
from detente.model.space import Index
from detente.report import cells
from detente.report.looks import LOOKS
from detente.report.parties import called

FINDINGS = ("supported", "contradicted", "undecided", "out of reach")


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A verdict made ready for reading."""

    id: str
    text: str
    where: str
    crux: bool
    finding: str
    tests: tuple[dict[str, str], ...]
    also: tuple[dict[str, str], ...]
    share: str
    note: str
    theories: tuple[str, ...]
    opposing: tuple[str, ...]


def claim_groups(verdicts: Sequence[Verdict], index: Index | None = None) -> list[tuple[str, list[ClaimRow]]]:
    """Claims by finding, cruxes first; empty findings are left out. ``index`` gives codes their names."""
    rows = [_claim(v, index) for v in verdicts]
    grouped = [
        (f, sorted((r for r in rows if r.finding == f), key=lambda r: (not r.crux, r.id))) for f in FINDINGS
    ]
    return [(f, found) for f, found in grouped if found]


def _claim(v: Verdict, index: Index | None) -> ClaimRow:
    tests = v.outcome.parts or (v.outcome,)
    theories = tuple(
        f"{t.parameter}: {t.theory} → {t.finding}"
        + (f" ({100 * t.share:.0f}{cells.THIN}% of {t.n} worlds)" if isfinite(t.share) else "")
        for t in v.theories
        if t.parameter in v.flips
    )
    share = f"{100 * v.outcome.share:.0f}{cells.THIN}%" if isfinite(v.outcome.share) else ""
    return ClaimRow(
        v.id,
        v.text,
        v.where,
        v.crux,
        v.finding,
        tuple(_outcome(t, index) for t in tests),
        tuple(_outcome(t, index) for t in v.also),
        share,
        v.note,
        theories,
        tuple(v.opposing),
    )


def _outcome(o: Outcome, index: Index | None) -> dict[str, str]:
    """One test in words; shares and chances in per cent."""
    o = _in_percent(o)
    values = [x for x in (o.size, o.low, o.high) if isfinite(x)]
    whole = o.unit == "states" and all(v == int(v) for v in values)
    places = 0 if whole else max([cells.decimals(values), *map(cells.first_figure, values[:1])])
    relation = o.relation.replace(">=", "≥").replace("<=", "≤")
    return {
        "quantity": named(o.quantity, index),
        "finding": o.finding,
        "size": _written(o.size, places) if not isnan(o.size) else "",
        "interval": _interval(o, places),
        "unit": o.unit,
        "rule": f"{relation} {_written(o.than, _places_of(o.than))}" if o.relation else "",
        "which": o.interval,
        "reason": named(o.reason, index),
        "data": ", ".join(o.data),
    }


def _interval(o: Outcome, places: int) -> str:
    """The interval as written; nothing where there is none, or where it is the size itself."""
    if isnan(o.low) or isnan(o.high) or o.low == o.high == o.size:
        return ""
    return f"{_written(o.low, places)} to {_written(o.high, places)}"


def _places_of(value: float) -> int:
    """Places after the point that a threshold was given with, up to three figures."""
    given = next((k for k in range(4) if isfinite(value) and round(value, k) == round(value, 9)), 4)
    return min(given, cells.decimals([value]) + 1)


def named(text: str, index: Index | None) -> str:
    """A phrase with names for codes of states and blocs, and plain words for fields."""
    if index is None:
        return text
    states = "|".join(index.states)
    code = rf"(?:(?:{states})|bloc:[A-Z_0-9]+)"
    # a selection: one code, or several with blanks between; a minus takes one away
    selection = re.compile(rf"(?<![\w-]){code}(?: -?{code})*(?![\w-])")
    text = selection.sub(lambda m: called(m[0].split(" "), index, most=8), text)
    text = re.sub(
        r"\bmilex\b|\b[a-z]+(?:_[a-z]+)+\b", lambda m: LOOKS[m[0]].noun if m[0] in LOOKS else m[0], text
    )
    return text.replace(">=", "≥").replace("<=", "≤")


def _in_percent(o: Outcome) -> Outcome:
    for word in ("share", "chance"):
        if o.unit.startswith(word):
            unit = "%" + o.unit.removeprefix(word)
            return replace(
                o, size=100 * o.size, low=100 * o.low, high=100 * o.high, than=100 * o.than, unit=unit
            )
    return o


def _written(value: float, places: int) -> str:
    if isinf(value):
        return "never" if value > 0 else f"{cells.MINUS}∞"
    return cells.written(value, places)
