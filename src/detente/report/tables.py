"""Tables of the page: headline figures, winners and losers, verdicts by finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, isinf
from typing import Any

import numpy as np

from detente.judge.verdict import Outcome, Verdict
from detente.report import cells
from detente.report.cells import Cell
from detente.report.figures import standardised
from detente.report.looks import look
from detente.report.parties import answer_year, pairs, parties
from detente.run.result import BASE, Result

USUAL = ("real_income", "milex")
FINDINGS = ("supported", "contradicted", "undecided", "out of reach")


@dataclass(frozen=True, slots=True)
class Headline:
    """One quantity of one side: without the premise, with it, and the paired effect."""

    here: Cell
    there: Cell
    change: Cell

    @property
    def title(self) -> str:
        """The quantity, in words."""
        return self.change.look.title

    @property
    def says(self) -> str:
        """'higher', 'lower', 'no change', 'cannot tell' or 'no data'."""
        if self.change.missing:
            return "no data"
        if self.change.zero:
            return "no change"
        if not self.change.sure:
            return "cannot tell"
        return self.change.look.more if self.change.estimate.mean > 0 else self.change.look.less


def headlines(result: Result, scenario: str, most: int = 12) -> list[Headline]:
    """The quantities that a reader asks for first, for the sides of the scenario.

    Pair measures of its main pair, then income and military spending of its two sides, then their
    other fields, strongest effect against its own spread first.
    """
    document = result.documents[scenario]
    year, couples = answer_year(document, result.years), pairs(document, result, 1)
    sides = couples[0] if couples else parties(document, result.index, 2)
    first = [(m, couples[0]) for m in cells.PAIR_MEASURES if cells.known(m, result)] if couples else []
    lead = [_headline(result, scenario, year, m, who) for m, who in first]
    blocks = [
        [_headline(result, scenario, year, n, (s,)) for s in sides]
        for n, f in result.fields.items()
        if len(f.dims) == 1 and n != "ideal_point"
    ]
    blocks.sort(key=lambda b: (b[0].change.measure not in USUAL, -max(standardised(h.change) for h in b)))
    rows = [h for h in (*lead, *(h for block in blocks for h in block)) if not h.change.missing]
    return rows[:most]


def _headline(result: Result, scenario: str, year: int, measure: str, who: tuple[Any, ...]) -> Headline:
    return Headline(
        cells.level(result, measure, BASE, who, year),
        cells.level(result, measure, scenario, who, year),
        cells.effect(result, measure, scenario, who, year),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """One state's effect, as it is shown in a table and in its small chart."""

    state: str
    name: str
    mean: float
    low: float
    high: float
    share: float
    """Share of worlds in which the state moves the way of its mean, %."""
    text: str
    interval: str

    @property
    def sign(self) -> str:
        """gain, loss, or unsure where the interval holds zero."""
        return "gain" if self.low > 0 else "loss" if self.high < 0 else "unsure"


def standings(result: Result, scenario: str, measure: str = "real_income") -> list[Standing]:
    """Effect on every state with data that is not exactly zero, largest gain first, in display units."""
    if measure not in result.fields:
        return []
    shape, year = look(measure, result.fields[measure]), answer_year(result.documents[scenario], result.years)
    table = result.effects_by_state(measure, scenario, year=year, relative=shape.relative).drop_nulls("mean")
    each = result.differences(measure, scenario, relative=shape.relative, year=year, state="all", how="each")
    rows = []
    for row in table.iter_rows(named=True):
        own = each[:, result.index.position(row["state"])]
        own = own[~np.isnan(own)]
        if row["mean"] == 0 and not own.any():
            continue
        mean, low, high = (row[k] * shape.scale for k in ("mean", "low", "high"))
        places = max(cells.decimals([mean, low, high]), cells.first_figure(mean))
        text, a, b = (cells.written(v, places, sign=True) for v in (mean, low, high))
        share = 100 * float((own > 0).mean() if mean > 0 else (own < 0).mean())
        rows.append(Standing(row["state"], row["name"], mean, low, high, share, text, f"{a} to {b}"))
    return sorted(rows, key=lambda r: -r.mean)


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


def claim_groups(verdicts: Sequence[Verdict]) -> list[tuple[str, list[ClaimRow]]]:
    """Claims by finding, cruxes first; empty findings are left out."""
    rows = [_claim(v) for v in verdicts]
    grouped = [
        (f, sorted((r for r in rows if r.finding == f), key=lambda r: (not r.crux, r.id))) for f in FINDINGS
    ]
    return [(f, found) for f, found in grouped if found]


def _claim(v: Verdict) -> ClaimRow:
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
        tuple(map(_outcome, tests)),
        tuple(map(_outcome, v.also)),
        share,
        v.note,
        theories,
        tuple(v.opposing),
    )


def _outcome(o: Outcome) -> dict[str, str]:
    """One test in words; shares and chances in per cent."""
    o = _in_percent(o)
    values = [x for x in (o.size, o.low, o.high, o.than) if isfinite(x)]
    whole = o.unit == "states" and all(v == int(v) for v in values)
    places = 0 if whole else cells.decimals(values)
    rule = (
        f"{o.relation.replace('>=', '≥').replace('<=', '≤')} {_written(o.than, places)}" if o.relation else ""
    )
    interval = (
        ""
        if not (isfinite(o.low) or isfinite(o.high))
        else f"{_written(o.low, places)} to {_written(o.high, places)}"
    )
    return {
        "quantity": o.quantity,
        "finding": o.finding,
        "size": "" if np.isnan(o.size) else _written(o.size, places),
        "interval": interval,
        "unit": o.unit,
        "rule": rule,
        "which": o.interval,
        "reason": o.reason,
        "data": ", ".join(o.data),
    }


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
