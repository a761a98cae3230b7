"""Tables of the page: headline figures, winners and losers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.report import cells
from detente.report.cells import Cell
from detente.report.figures import standardised, state_measures
from detente.report.looks import look
from detente.report.parties import answer_year, pairs, parties
from detente.run.result import BASE, Result

USUAL = ("real_income", "milex")


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
        """'higher', 'lower', 'no change', 'not clear' or 'no data'."""
        if self.change.missing:
            return "no data"
        if self.change.zero:
            return "no change"
        if not self.change.sure:
            return "not clear"
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
        for n in state_measures(result)
        if n != "ideal_point"
    ]
    blocks.sort(key=lambda b: (b[0].change.measure not in USUAL, -max(standardised(h.change) for h in b)))
    chosen = _one_of_each_kind(blocks)
    rows = [h for h in (*lead, *(h for block in chosen for h in block)) if not h.change.missing]
    return rows[:most]


def _one_of_each_kind(blocks: list[list[Headline]]) -> list[list[Headline]]:
    """The first block of every kind of quantity, told by the first word of its name: ten figures on gas
    would hide all others."""
    kinds = {b[0].change.measure.partition("_")[0]: b for b in reversed(blocks)}
    return [
        b for b in blocks if b[0].change.measure in USUAL or kinds[b[0].change.measure.partition("_")[0]] is b
    ]


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
        places = cells.decimals([mean, low, high])
        text, a, b = (
            cells.written(v, max(places, cells.first_figure(v)), sign=True) for v in (mean, low, high)
        )
        share = 100 * float((own > 0).mean() if mean > 0 else (own < 0).mean())
        rows.append(Standing(row["state"], row["name"], mean, low, high, share, text, f"{a} to {b}"))
    return sorted(rows, key=lambda r: -r.mean)
