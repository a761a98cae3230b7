"""The record that *arms* is fitted on: who sold what share of the world's arms to whom, over five years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

WINDOW = 5
FRIENDLY, RIVAL = 0.75, 0.25
"""Peace levels from which two states are close, and up to which they are rivals."""
REGRESSORS = ("past", "pact", "friendly", "rival", "ban")
FLOOR = 1e-4
"""Share of world deliveries that stands for none in the logarithm of the past: the rounding of the table."""


@dataclass(frozen=True)
class Windows:
    """Pairs (seller, buyer) by window.

    ``share`` (window, n, n) of world deliveries; ``x`` (window, n, n, 5) the regressors of
    :data:`REGRESSORS`; ``last`` the last year of each window.
    """

    last: tuple[int, ...]
    states: tuple[str, ...]
    share: np.ndarray
    x: np.ndarray

    def until(self, year: int) -> Windows:
        """Windows that have ended by ``year``."""
        keep = np.array([w <= year for w in self.last])
        return Windows(tuple(w for w in self.last if w <= year), self.states, self.share[keep], self.x[keep])


def assemble(table: Callable[[str], Any]) -> Windows:
    """All windows from tables arms, pacts, levels and sanctions; the first window lends only its past."""
    arms = table("arms")
    last = tuple(sorted(int(w) for w in arms["window"].unique()))
    states = tuple(sorted(set(arms["seller"].unique()) | set(arms["buyer"].unique())))
    place, n = {s: i for i, s in enumerate(states)}, len(states)
    share = np.zeros((len(last), n, n))
    for window, seller, buyer, value in arms.iter_rows():
        share[last.index(int(window)), place[seller], place[buyer]] = value
    x = np.zeros((len(last), n, n, len(REGRESSORS)))
    x[1:, ..., 0] = past(share[:-1])
    for k, end in enumerate(last):
        years = range(end - WINDOW + 1, end + 1)
        x[k, ..., 1] = _pairs(table("pacts"), "defence", years, place, n)
        level = _level(table("levels"), years, place, n)
        x[k, ..., 2], x[k, ..., 3] = level >= FRIENDLY, level <= RIVAL
        x[k, ..., 4] = _bans(table("sanctions"), years, place, n)
    return Windows(last[1:], states, share[1:], x[1:])


def past(share: np.ndarray) -> np.ndarray:
    """Logarithm of the share before, 0 where nothing was delivered."""
    return np.log1p(share / FLOOR)


def _pairs(frame: Any, column: str, years: range, place: dict[str, int], n: int) -> np.ndarray:
    """Share of the years in which a symmetric flag held; years after the newest are left out."""
    out, seen = np.zeros((n, n)), 0
    known = frame.filter((frame["year"] >= years[0]) & (frame["year"] <= years[-1]))
    seen = max(1, known["year"].n_unique())
    for a, b, held in known.select("a", "b", column).iter_rows():
        if held and a in place and b in place:
            out[place[a], place[b]] += 1.0 / seen
            out[place[b], place[a]] += 1.0 / seen
    return np.minimum(out, 1.0)


def _level(frame: Any, years: range, place: dict[str, int], n: int) -> np.ndarray:
    """Peace level in the middle of the window; negative peace where none is coded."""
    out = np.full((n, n), 0.5)
    for a, b, level in (
        frame.filter(frame["year"] == years[len(years) // 2]).select("a", "b", "level").iter_rows()
    ):
        if a in place and b in place and level is not None:
            out[place[a], place[b]] = out[place[b], place[a]] = level
    return out


def _bans(frame: Any, years: range, place: dict[str, int], n: int) -> np.ndarray:
    """Share of the years in which the seller had an embargo, or a complete trade sanction, on the buyer."""
    out = np.zeros((n, n))
    known = frame.filter((frame["year"] >= years[0]) & (frame["year"] <= years[-1]))
    seen = max(1, known["year"].n_unique())
    for sender, target, arms, complete in known.select("sender", "target", "arms", "complete").iter_rows():
        if (arms or complete) and sender in place and target in place:
            out[place[sender], place[target]] += 1.0 / seen
    return np.minimum(out, 1.0)
