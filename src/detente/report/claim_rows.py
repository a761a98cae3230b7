"""Verdicts made ready for reading: grouped by finding, in plain words, with their size and interval."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, isinf, isnan

from detente.data.states import registry
from detente.judge.verdict import Outcome, Verdict
from detente.model.space import Index
from detente.report import cells
from detente.report.plain import named

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


COUNTS = ("states", "pairs", "years", "members")
"""Units of which there are no fractions."""


def claim_groups(
    verdicts: Sequence[Verdict], index: Index | None = None, scenario: str = ""
) -> list[tuple[str, list[ClaimRow]]]:
    """Claims by finding, cruxes first; empty findings are left out.

    ``index`` gives codes their names, those of today, for claims were written today; ``scenario`` is the only
    one of the run, which then needs no name.
    """
    rows = [_claim(v, _Names(index and _today(index), scenario)) for v in verdicts]
    grouped = [
        (f, sorted((r for r in rows if r.finding == f), key=lambda r: (not r.crux, r.id))) for f in FINDINGS
    ]
    return [(f, found) for f, found in grouped if found]


def _today(index: Index) -> Index:
    """The blocs of a run's world with every state there is, by its name of today."""
    states = registry()
    if not {s.state for s in states}.issuperset(index.states):
        return index  # a world of made-up states
    names = {s.state: s.name for s in states}
    return replace(index, states=tuple(names), slots=tuple(s.slot for s in states), names=names)


@dataclass(frozen=True, slots=True)
class _Names:
    """What turns codes into words."""

    index: Index | None
    scenario: str

    def __call__(self, text: str) -> str:
        if self.scenario and self.index is not None:
            name = re.escape(self.scenario)
            text = re.sub(rf"(?:in )?{name} against baseline", "with the premise against without it", text)
            text = re.sub(rf"(?:in )?{name}", "with the premise", text)
        return named(text, self.index)


def _claim(v: Verdict, names: _Names) -> ClaimRow:
    tests = v.outcome.parts or (v.outcome,)
    theories = tuple(
        f"{t.parameter}: {t.theory} → {t.finding}"
        + (f" ({100 * t.share:.0f}{cells.THIN}% of {t.n} worlds)" if isfinite(t.share) else "")
        for t in v.theories
        if t.parameter in v.flips and t.finding != v.finding
    )
    share = f"{100 * v.outcome.share:.0f}{cells.THIN}%" if isfinite(v.outcome.share) else ""
    return ClaimRow(
        v.id,
        v.text,
        v.where,
        v.crux,
        v.finding,
        tuple(_outcome(t, names) for t in tests),
        tuple(_outcome(t, names) for t in v.also),
        share,
        v.note,
        theories,
        tuple(v.opposing),
    )


def _outcome(o: Outcome, names: _Names) -> dict[str, str]:
    """One test in words; shares and chances in per cent."""
    o = _in_percent(o)
    values = [x for x in (o.size, o.low, o.high) if isfinite(x)]
    whole = o.unit in COUNTS and all(v == int(v) for v in values)
    places = 0 if whole else max([cells.decimals(values), *map(cells.first_figure, values[:1])])
    relation = o.relation.replace(">=", "≥").replace("<=", "≤")
    return {
        "quantity": names(o.quantity),
        "finding": o.finding,
        "size": _written(o.size, places) if not isnan(o.size) else "",
        "interval": _interval(o, places),
        "unit": "" if isinf(o.size) else _counted(names(o.unit), o.size),
        "rule_unit": _counted(names(o.unit), o.than),
        "percent": f"{cells.THIN}%" if o.unit.startswith("%") else "",
        "rule": f"{relation} {_written(o.than, _places_of(o.than))}" if o.relation else "",
        "which": o.interval,
        "reason": names(o.reason),
        "data": ", ".join(o.data),
    }


def _counted(unit: str, value: float) -> str:
    """'1 state', '2 states'."""
    return unit.removesuffix("s") if unit in COUNTS and value == 1 else unit


def _interval(o: Outcome, places: int) -> str:
    """The interval as written; nothing where there is none, or where it is the size itself."""
    if isnan(o.low) or isnan(o.high) or o.low == o.high == o.size:
        return ""
    return f"{_written(o.low, places)} to {_written(o.high, places)}"


def _places_of(value: float) -> int:
    """Places after the point that a threshold was given with, up to three figures."""
    given = next((k for k in range(4) if isfinite(value) and round(value, k) == round(value, 9)), 4)
    return min(given, cells.decimals([value]) + 1)


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
