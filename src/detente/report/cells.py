"""Result cells: one number of a run together with its address, and how it is written.

Every figure in the page's sentences is a cell. Its address stands in the ``data-cell`` attribute
beside the raw value, so that a reader (or a test) can ask the run for the same cell again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor, isfinite, log10
from typing import Any, Literal

import numpy as np
from markupsafe import Markup, escape

from detente.report.looks import Look, look
from detente.report.parties import Party
from detente.run.estimate import Estimate, summary
from detente.run.result import BASE, Result

Part = Literal["mean", "median", "low", "high", "share_above"]
THIN = "\u202f"
MINUS = "\u2212"
WARM = 0.75
"""Warm peace on the peace scale (Goertz, Diehl & Balas 2016)."""

FOLD = 10.0
"""A relative effect beyond tenfold is shown as a plain difference: the baseline is next to nothing."""

PAIR_MEASURES = ("peace_level", "warm_pairs", "ideal_distance", "trade_both")


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a run: what, in which world, for whom, when; with its estimate and its look."""

    kind: Literal["level", "effect"]
    measure: str
    scenario: str
    who: tuple[Party, ...]
    year: int
    estimate: Estimate
    look: Look
    given: str = ""
    """Only the draws in which this holds: ``parameter=theory``; all if empty."""

    @property
    def label(self) -> str:
        """For whom, in words."""
        return " and ".join(p.label for p in self.who) or "the world"

    @property
    def missing(self) -> bool:
        """No world has a value."""
        return self.estimate.missing

    @property
    def zero(self) -> bool:
        """Exactly nothing in every world that counts."""
        e = self.estimate
        return not e.missing and e.mean == e.low == e.high == 0.0

    @property
    def sure(self) -> bool:
        """Whether the 90 % interval lies wholly on one side of zero."""
        return self.estimate.low > 0 or self.estimate.high < 0

    @property
    def scale(self) -> float:
        """From the raw value to the value shown."""
        return self.look.scale if self.kind == "effect" else self.look.factor

    @property
    def unit(self) -> str:
        """Unit of the value shown."""
        return self.look.difference_unit if self.kind == "effect" else self.look.unit

    def shown(self, part: Part) -> float:
        """Value in display units."""
        return float(getattr(self.estimate, part)) * (100.0 if part == "share_above" else self.scale)

    def text(self, part: Part, *, sign: bool = False, size: bool = False) -> str:
        """The value as written: two figures of the largest of mean and bounds; ``size`` drops the sign."""
        if part == "share_above":
            return share(self.shown(part))
        value = self.shown(part)
        places = max(decimals([self.shown(p) for p in ("mean", "low", "high")]), first_figure(value))
        places = max(places, self.look.places) if self.kind == "level" else places
        return written(abs(value) if size else value, places, sign=sign) + short_unit(self.unit)

    def number(self, part: Part, *, sign: bool = False, size: bool = False) -> Markup:
        """The value as written, carrying its address and its raw value."""
        raw = float(getattr(self.estimate, part))
        text = self.text(part, sign=sign, size=size)
        return Markup('<data value="{}" data-cell="{} {}">{}</data>').format(
            f"{raw:.10g}", self.address, part, text
        )

    @property
    def worlds(self) -> Markup:
        """How many draws the estimate is made from, with its address."""
        return counted("n", self.estimate.n, self.address)

    @property
    def address(self) -> str:
        """Where the number stands in the run."""
        versus = f"{self.scenario}-{BASE}" if self.kind == "effect" else self.scenario
        relative = " relative" if self.kind == "effect" and self.look.relative else ""
        place = "~".join(p.code for p in self.who) or "world"
        given = f" given:{self.given}" if self.given else ""
        return f"{self.kind} {self.measure} {versus} {place} {self.year} {self.look.how}{relative}{given}"


def short_unit(unit: str) -> str:
    """What follows a number inside a sentence; only the per cent sign is short enough to be repeated."""
    return f"{THIN}%" if unit.startswith("%") else ""


def decimals(values: Sequence[float]) -> int:
    """Places after the point that show two figures of the largest value; at most four."""
    top = max((abs(v) for v in values if isfinite(v)), default=0.0)
    return 0 if top == 0 else int(min(max(1 - floor(log10(top)), 0), 4))


def first_figure(value: float) -> int:
    """Places after the point at which a small value stops looking like nothing; at most four."""
    return 0 if value == 0 or not isfinite(value) else int(min(max(-floor(log10(abs(value)) + 0.3), 0), 4))


def written(value: float, places: int, *, sign: bool = False) -> str:
    """A number for people: true minus sign, no sign before a rounded zero, thousands set apart."""
    if not isfinite(value):
        return "no data"
    text = f"{abs(value):,.{places}f}".replace(",", THIN)
    if float(f"{abs(value):.{places}f}") == 0:
        return text
    return (MINUS if value < 0 else "+" if sign else "") + text


def share(percent: float) -> str:
    """A share of worlds; what is not quite all or quite none is never written as if it were."""
    if not isfinite(percent):
        return ""
    if 99.5 <= percent < 100:
        return f"over 99{THIN}%"
    return f"under 1{THIN}%" if 0 < percent < 0.5 else f"{percent:.0f}{THIN}%"


def counted(name: str, value: int | float | str, address: str) -> Markup:
    """A count or a fact of the run record, with its address."""
    return Markup('<data value="{}" data-cell="{} {}">{}</data>').format(value, address, name, _plain(value))


def _plain(value: int | float | str) -> str:
    return (
        f"{value:,}".replace(",", THIN)
        if isinstance(value, int) and abs(value) >= 10_000
        else str(escape(value))
    )


def known(measure: str, result: Result) -> bool:
    """Whether this run can compute a measure."""
    needs = {"warm_pairs": "peace_level", "ideal_distance": "ideal_point", "trade_both": "trade_flow"}
    return needs.get(measure, measure) in result.fields


def draws(result: Result, measure: str, scenario: str, who: tuple[Party, ...]) -> np.ndarray:
    """Values of a measure: (draw, year); failed draws and unknown values are NaN.

    Beside the fields themselves: ``warm_pairs`` (share of the pairs between two parties at 0.75 or
    more on the peace scale), ``ideal_distance`` (mean distance of ideal points between the states of
    two parties), ``trade_both`` (flows in both directions, summed).
    """
    if measure == "warm_pairs":
        level = result.values("peace_level", scenario, state=who[0].where, partner=who[1].where, how="each")
        warm = np.where(np.isnan(level), np.nan, level >= WARM - 1e-6)
        return _mean(warm)
    if measure == "ideal_distance":
        one, other = (result.values("ideal_point", scenario, state=p.where, how="each") for p in who)
        return _mean_distance(one, other)
    if measure == "trade_both":
        there = result.values("trade_flow", scenario, state=who[0].where, partner=who[1].where, how="sum")
        back = result.values("trade_flow", scenario, state=who[1].where, partner=who[0].where, how="sum")
        both: np.ndarray = there + back
        return both
    return result.values(measure, scenario, **place(measure, who, result))


def shown_as(measure: str, result: Result) -> Look:
    """The look of a measure in this run; joined by the plain mean where its weights are not in the run."""
    shape = look(measure, result.fields.get(measure))
    weight = shape.how.removeprefix("weighted:")
    known_weight = weight == shape.how or weight in result.fields
    return shape if known_weight else replace(shape, how="mean")


def place(measure: str, who: tuple[Party, ...], result: Result) -> dict[str, Any]:
    """Arguments that select the parties in ``Result.values``."""
    how, dims = shown_as(measure, result).how, len(result.fields[measure].dims)
    if dims == 0:
        return {}
    if dims == 1:
        return {"state": who[0].where, "how": how}
    return {"state": who[0].where, "partner": who[1].where, "how": how}


def _mean(values: np.ndarray) -> np.ndarray:
    seen = ~np.isnan(values)
    total = seen.sum(-1)
    found: np.ndarray = np.divide(
        np.where(seen, values, 0.0).sum(-1), total, out=np.full(total.shape, np.nan), where=total > 0
    )
    return found


def _mean_distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Mean over all couples of |a − b|: one column at a time, to stay small in memory."""
    columns = [_mean(np.abs(other - one[..., [k]])) for k in range(one.shape[-1])]
    return _mean(np.stack(columns, axis=-1))


def level(result: Result, measure: str, scenario: str, who: tuple[Party, ...], year: int) -> Cell:
    """The cell of a level."""
    values = draws(result, measure, scenario, who)[:, result.years.index(year)]
    return Cell("level", measure, scenario, who, year, summary(values, ""), shown_as(measure, result))


def effect(result: Result, measure: str, scenario: str, who: tuple[Party, ...], year: int) -> Cell:
    """The cell of a paired effect against the baseline; relative to it where that says something."""
    values, shape = compared(result, measure, scenario, who)
    estimate = summary(values[:, result.years.index(year)], "")
    return Cell("effect", measure, scenario, who, year, estimate, shape)


def under(change: Cell, parameter: str, theory: str, values: np.ndarray) -> Cell:
    """The cell of an effect under one theory alone; ``values`` are those of the draws in which it holds."""
    return replace(change, estimate=summary(values, ""), given=f"{parameter}={theory}")


def differences(result: Result, measure: str, scenario: str, who: tuple[Party, ...]) -> np.ndarray:
    """Paired differences (draw, year), as :func:`compared` gives them."""
    return compared(result, measure, scenario, who)[0]


def compared(
    result: Result, measure: str, scenario: str, who: tuple[Party, ...], plain: bool = False
) -> tuple[np.ndarray, Look]:
    """Paired differences (draw, year) and how to show them.

    Ratios minus one where the measure is shown relative to the baseline; plain differences if
    ``plain``, or if the baseline comes so near zero that per cents of it say nothing (see ``FOLD``).
    """
    shape = shown_as(measure, result)
    there = draws(result, measure, scenario, who).astype(float)
    here: np.ndarray = draws(result, measure, BASE, who).astype(float)
    if shape.relative and not plain:
        ratio: np.ndarray = np.divide(there, here, out=np.full(there.shape, np.nan), where=here != 0)
        ratio -= 1.0
        if not _beyond_per_cent(ratio):
            return ratio, shape
    return there - here, replace(shape, relative=False)


def _beyond_per_cent(ratio: np.ndarray) -> bool:
    """Whether in some year one draw in twenty lies more than ``FOLD`` times the baseline away from it."""
    known = ratio[:, np.isfinite(ratio).any(axis=0)]
    return bool(known.size and (np.nanquantile(np.abs(known), 0.95, axis=0) > FOLD).any())
