"""Force on the page: risk and spending, shares of the world's force before and after, and the staircase of
warheads.

Every part shows itself only where the run holds its fields and something moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from detente.model.scenario import Set
from detente.report import charts, force_charts
from detente.report.figures import Figure
from detente.report.maps import Shape
from detente.report.parties import Party, answer_year, parties, party
from detente.report.risk import Risk, risk
from detente.report.spending import Freed, freed, spending
from detente.run.result import BASE, Result
from detente.run.strength import FIELDS, armed, each

SHOWN = {
    "capability": "index of capability",
    "personnel": "soldiers",
    "spending": "military spending",
    "warheads": "warheads",
}
POWERS = ("USA", "CHN", "RUS")
LEAST = 0.0005
"""Share of the world below which a difference is not drawn."""


@dataclass(frozen=True, slots=True)
class Force:
    """The section of one scenario."""

    year: int
    risk: Risk
    spending: tuple[Figure, ...]
    freed: tuple[Freed, ...]
    bars: Figure | None
    staircase: Figure | None

    def __bool__(self) -> bool:
        return any((self.risk, self.spending, self.freed, self.bars, self.staircase))


def force(result: Result, scenario: str, areas: Sequence[Shape] = ()) -> Force:
    """Risk, spending, balance and warheads of a scenario, each where the run can tell."""
    document = result.documents[scenario]
    year = answer_year(document, result.years)
    who = sides(result, scenario)
    return Force(
        year,
        risk(result, scenario, year, areas),
        spending(result, scenario, who),
        freed(result, scenario, year, who),
        bars(result, scenario, year),
        staircase(result, scenario),
    )


def sides(result: Result, scenario: str) -> list[Party]:
    """The sides of the scenario and the great powers, each once."""
    found = list(parties(result.documents[scenario], result.index))
    named = {s.selector for s in found}
    powers = [party(p, result.index) for p in POWERS if p in result.index.states]
    return found + [p for p in powers if p.selector not in named]


def bars(result: Result, scenario: str, year: int) -> Figure | None:
    """Shares of the world's force of the sides and the great powers, without and with the premise."""
    if any(FIELDS[q] not in result.fields for q in SHOWN):
        return None
    rows: list[dict[str, Any]] = []
    for quantity, words in SHOWN.items():
        for world, label in ((BASE, "without"), (scenario, "with")):
            at = each(result, quantity, world)[:, result.years.index(year)]
            whole = np.nansum(at, axis=1)
            for side in sides(result, scenario):
                states = result.index.positions(side.selector)
                share = float(
                    np.median(np.nansum(at[:, states], axis=1) / np.where(whole > 0, whole, np.nan))
                )
                rows.append({"quantity": words, "side": side.label, "world": label, "share": 100 * share})
    moved = [abs(a["share"] - b["share"]) for a in rows for b in rows if _same(a, b)]
    if max(moved, default=0.0) < 100 * LEAST:
        return None
    said = "; ".join(f"{r['side']}, {r['quantity']}: {r['share']:.1f} % {r['world']}" for r in rows)
    return Figure(
        "The balance of force",
        f"share of the world's, %, in {year}: grey without the premise, coloured with it",
        f"Shares of the world's force in {year}. {said}",
        Markup(charts.svg(force_charts.bars(rows))),  # noqa: S704
        "Medians. Capability: the index of the Correlates of War Project, carried on. Groups may overlap.",
    )


def _same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return a["quantity"] == b["quantity"] and a["side"] == b["side"] and a["world"] != b["world"]


def staircase(result: Result, scenario: str) -> Figure | None:
    """Stockpiles year by year with their ceilings, where the scenario sets any or moves warheads."""
    if "warheads" not in result.fields:
        return None
    stock = {w: each(result, "warheads", w) for w in (BASE, scenario)}
    if np.array_equal(stock[BASE], stock[scenario], equal_nan=True):
        return None
    rows: list[dict[str, Any]] = []
    for state in armed(result, scenario):
        k = result.index.position(state)
        low, middle, high = np.quantile(stock[scenario][:, :, k], [0.05, 0.5, 0.95], axis=0)
        rows += [
            {"state": result.index.name(state), "year": y, "low": a, "warheads": m, "high": b}
            for y, a, m, b in zip(result.years, low, middle, high, strict=True)
        ]
    last = [r for r in rows if r["year"] == result.years[-1]]
    said = "; ".join(f"{r['state']} {r['warheads']:,.0f}" for r in last)
    return Figure(
        "Warheads",
        "military stockpiles with the premise, and what it allows (dashes)",
        f"Military stockpiles in {result.years[-1]} with the premise: {said}",
        Markup(charts.svg(force_charts.staircase(rows, ceilings(result, scenario)))),  # noqa: S704
        "Medians and 90 % of worlds; each drawing has its own scale. From public estimates of the "
        "Federation of American Scientists (2023); without retired warheads.",
    )


def ceilings(result: Result, scenario: str) -> list[dict[str, Any]]:
    """What the scenario allows each state in each year of the run."""
    found: list[dict[str, Any]] = []
    for move in result.documents[scenario].interventions:
        if isinstance(move, Set) and move.field == "warhead_ceiling":
            found += [
                {"state": result.index.name(s), "year": y, "ceiling": move.to}
                for s in result.index.members(move.at.state or ())
                for y in _active(result.years, move)
            ]
    return found


def _active(years: Sequence[int], move: Set) -> list[int]:
    return [y for y in years if move.active(y)]
