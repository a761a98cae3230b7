"""The yearly panel from which moves of ideal points are estimated: years × states, plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.alignment import equations as eq


@dataclass(frozen=True)
class Panel:
    """Observed years × states; NaN where unknown.

    ``warm`` and ``allied`` are the gaps between the mean position of a state's friends (peace level
    at least 0.75) or defence-pact partners and its own, as seen at the end of the year; 0 where a
    state with a position has no such partner.
    """

    years: np.ndarray
    states: tuple[str, ...]
    position: np.ndarray
    polyarchy: np.ndarray
    warm: np.ndarray
    allied: np.ndarray


def panel(state_year: Any, peace: Any, pacts: Any, until: int, first: int = 1946) -> Panel:
    """Arrange the tables ``state_year``, ``peace``, ``pacts`` (polars); no year after ``until`` is used.

    Peace levels and pacts are carried forward from their newest year up to ``until`` (the peace
    scale ends in 2020); nothing else is filled.
    """
    seen = state_year.filter(state_year["ideal_point"].is_not_null())
    states = tuple(sorted(seen["state"].unique().to_list()))
    years = np.arange(first, until + 1)
    position = table(state_year, "ideal_point", years, states)
    friends = pairs(peace.filter(peace["level"] >= eq.WARM_PEACE), peace, years, states)
    allies = pairs(pacts.filter(pacts["defence"].cast(bool)), pacts, years, states)
    return Panel(
        years,
        states,
        position,
        table(state_year, "polyarchy", years, states),
        gap(position, friends),
        gap(position, allies),
    )


def table(frame: Any, column: str, years: np.ndarray, states: tuple[str, ...]) -> np.ndarray:
    """One column of a state-year table as an array (years, states)."""
    out = np.full((len(years), len(states)), np.nan)
    place = {s: i for i, s in enumerate(states)}
    for state, year, value in frame.select("state", "year", column).iter_rows():
        if state in place and years[0] <= year <= years[-1] and value is not None:
            out[year - years[0], place[state]] = value
    return out


def pairs(chosen: Any, whole: Any, years: np.ndarray, states: tuple[str, ...]) -> np.ndarray:
    """Booleans (years, states, states) of pairs in ``chosen``; after ``whole`` ends its last year holds."""
    out = np.zeros((len(years), len(states), len(states)), dtype=bool)
    place = {s: i for i, s in enumerate(states)}
    for a, b, year in chosen.select("a", "b", "year").iter_rows():
        if a in place and b in place and years[0] <= year <= years[-1]:
            out[year - years[0], place[a], place[b]] = out[year - years[0], place[b], place[a]] = True
    newest = int(whole["year"].max())
    if years[0] <= newest < years[-1]:
        out[newest + 1 - years[0] :] = out[newest - years[0]]
    return out


def gap(position: np.ndarray, partners: np.ndarray) -> np.ndarray:
    """Mean of the partners minus own position, 0 without partners, NaN without a position."""
    mean = eq.mean_of_partners(position=position, partners=partners)
    return np.where(np.isnan(mean) & np.isfinite(position), 0.0, mean - position)


def lagged(values: np.ndarray, years: int) -> np.ndarray:
    """The same array ``years`` earlier: row t holds what row t − years held."""
    out = np.full_like(values, np.nan)
    out[years:] = values[:-years]
    return out
