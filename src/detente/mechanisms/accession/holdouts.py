"""What the record of holdouts says: how fast they give in, what a refusal asks for, how bids end.

Spells of one quarrel (a column of the table) stand and fall together: they share one case's weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.accession import equations as eq

Row = Mapping[str, Any]
HALF = 0.5
"""Jeffreys' prior: half a case on each side."""
PRIOR = np.array([5.0] + [1.0] * (len(eq.KINDS) + len(eq.HELD)))
"""Prior standard deviations of the rate: a wide common level, kinds and effects pooled towards none."""
SHIFT = 3.0
"""Prior standard deviation of how much rarer a refusal is once all have signed (log-odds)."""


@dataclass(frozen=True)
class Share:
    """A chance from ``hits`` in ``trials``, with Jeffreys' prior: mean and standard deviation of the beta."""

    hits: float
    trials: float

    @property
    def mean(self) -> float:
        """Posterior mean."""
        return (self.hits + HALF) / (self.trials + 2 * HALF)

    @property
    def sd(self) -> float:
        """Posterior standard deviation."""
        m = self.mean
        return float((m * (1 - m) / (self.trials + 2 * HALF + 1)) ** 0.5)


@dataclass(frozen=True)
class HoldoutYear:
    """One known holdout in one year: whether it gave in, and what share of its quarrel it is."""

    bloc: str
    state: str
    member: str
    quarrel: str
    kind: str
    year: int
    years: int
    others: int
    gave_in: bool
    weight: float


def holdout_years(known: Iterable[Row], last: int) -> list[HoldoutYear]:
    """Years in which a holdout known from the year before could give in, up to ``last``.

    A spell that was lifted gives in in the year after its last; one that is open or fell with the bid gives
    its own years only.
    """
    at_risk: list[tuple[Row, int]] = []
    for h in known:
        end = h["last"] + (h["end"] == "lifted")
        at_risk += [(h, t) for t in range(h["first"] + 1, min(end, last) + 1)]
    crowd: dict[tuple[Any, ...], set[str]] = {}
    shared: dict[tuple[Any, ...], int] = {}
    for h, t in at_risk:
        crowd.setdefault((h["bloc"], h["state"], t), set()).add(h["member"])
        shared[h["bloc"], h["quarrel"], t] = shared.get((h["bloc"], h["quarrel"], t), 0) + 1
    return [
        HoldoutYear(
            h["bloc"],
            h["state"],
            h["member"],
            h["quarrel"],
            h["kind"],
            t,
            t - h["first"],
            len(crowd[h["bloc"], h["state"], t]) - 1,
            h["end"] == "lifted" and t == h["last"] + 1,
            1.0 / shared[h["bloc"], h["quarrel"], t],
        )
        for h, t in at_risk
    ]


@dataclass(frozen=True)
class Rate:
    """Yearly chance that a known holdout gives in: log-odds of kinds, years held and other holdouts."""

    beta: np.ndarray
    covariance: np.ndarray

    def of(self, kind: str, years: int, others: int) -> np.ndarray:
        """The chance for one holdout, a number, or one for each draw where ``beta`` is (k, draw)."""
        return eq.chance(_design(kind, years, others) @ self.beta)


def _design(kind: str, years: float, others: float) -> np.ndarray:
    return np.array([1.0, *(float(kind == k) for k in eq.KINDS), np.log(years), float(others)])


def fit_rate(rows: Sequence[HoldoutYear]) -> Rate:
    """Ridge logit on holdout-years, each quarrel's year counting once; the prior alone without any."""
    width = 1 + len(eq.KINDS) + len(eq.HELD)
    x = np.array([_design(r.kind, r.years, r.others) for r in rows]).reshape(-1, width)
    y, weight = (np.array([getattr(r, n) for r in rows], dtype=float) for n in ("gave_in", "weight"))
    return Rate(*eq.ridge_logit(x, y, 1 / PRIOR**2, weight))


def demand_counts(known: Iterable[Row], last: int) -> np.ndarray:
    """How many quarrels up to ``last`` were of each kind, with half a case added to each, (kind,)."""
    kinds = {(h["bloc"], h["quarrel"]): h["kind"] for h in known if h["first"] <= last}
    return np.array([list(kinds.values()).count(k) + HALF for k in eq.KINDS])


def fit_late(odds: Sequence[float], weight: Sequence[float]) -> tuple[float, float]:
    """How much surer a yes is in ratification than in the vote: mean and standard deviation, log-odds.

    ``odds`` of a yes of every member that had signed, ``weight`` its share of a refusal (0: it ratified).
    """
    base, y = np.array(odds), np.array(weight)
    shift = 0.0
    for _ in range(100):
        no = 1 - eq.chance(base + shift)
        slope = (no - y).sum() - shift / SHIFT**2
        curve = (no * (1 - no)).sum() + 1 / SHIFT**2
        shift += slope / curve
        if abs(slope / curve) < 1e-9:
            break
    return shift, float(curve**-0.5)


def held_up(known: Iterable[Row], bloc: str, last: int) -> dict[tuple[str, str], tuple[int, float]]:
    """Members that held up ratification: (candidate, member) to first year and share of the quarrel."""
    rows = [h for h in known if h["bloc"] == bloc and h["phase"] == "ratification" and h["first"] <= last]
    size: dict[str, int] = {}
    for h in rows:
        size[h["quarrel"]] = size.get(h["quarrel"], 0) + 1
    return {(h["state"], h["member"]): (h["first"], 1.0 / size[h["quarrel"]]) for h in rows}


def withdrawals(bids: Iterable[Row], bloc: str, last: int) -> Share:
    """Yearly chance that a pending request is withdrawn by its own government."""
    hits = years = 0.0
    for b in bids:
        if b["bloc"] == bloc and b["kind"] == "request" and b["bid"] <= last:
            end = last if b["end"] is None else min(int(b["end"]), last)
            years += end - b["bid"] + 1
            hits += b["outcome"] == "withdrawn" and b["end"] <= last
    return Share(hits, years)


def not_used(bids: Iterable[Row], bloc: str, last: int) -> Share:
    """Share of consents that the candidate's own people then turned down."""
    given = [b for b in bids if b["bloc"] == bloc and b["consent"] is not None and b["consent"] <= last]
    return Share(float(sum(b["outcome"] == "consent not used" for b in given)), float(len(given)))


def rounds(
    bids: Iterable[Row], held: Mapping[tuple[str, str], Any], members: Mapping[int, int], bloc: str, last: int
) -> list[tuple[int, int, float]]:
    """Rounds of accession with year, number of ratifiers and months, those that were held up left out.

    ``members``: how many members a year began with.
    """
    late = {state for state, _ in held}
    seen = set()
    for b in bids:
        if (
            b["bloc"] == bloc
            and b["months"] is not None
            and b["accession"] <= last
            and b["state"] not in late
        ):
            seen.add((int(b["consent"]), members[int(b["consent"])], float(b["months"])))
    return sorted(seen)
