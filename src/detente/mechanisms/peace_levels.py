"""The peace scale as squares over states, year by year: for estimation (frames are polars)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

NEGATIVE_PEACE = 0.5
"""Stands for pairs that the scale does not code."""


def ends(frame: Any, place: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray, Any]:
    """Places of both states of each row of a table of pairs, and the rows whose states are both known."""
    rows = frame.filter(frame["a"].is_in(list(place)) & frame["b"].is_in(list(place)))
    i, j = (np.array([place[c] for c in rows[s].to_list()], dtype=np.intp) for s in ("a", "b"))
    return i, j, rows


def levels(peace: Any, place: Mapping[str, int], years: range) -> np.ndarray:
    """Levels at the end of each year, (year, state, state), symmetric.

    A transition in progress keeps the level before it; years past the record keep its last.
    """
    newest = int(peace["year"].max())
    out = np.full((len(years), len(place), len(place)), NEGATIVE_PEACE, dtype=np.float32)
    i, j, rows = ends(peace.filter(peace["year"] >= years[0] - 1), place)
    year = rows["year"].to_numpy().astype(int)
    value = rows["level"].cast(float).fill_null(float("nan")).to_numpy()
    value = np.where((value >= 0) & (value <= 1), value, np.nan)
    held = np.full(out.shape[1:], NEGATIVE_PEACE, dtype=np.float32)
    for t, y in enumerate(range(years[0] - 1, years[-1] + 1)):
        if y <= newest:
            now = year == y
            fresh = np.full(held.shape, NEGATIVE_PEACE, dtype=np.float32)
            known = np.isfinite(value[now])
            fresh[i[now], j[now]] = np.where(known, value[now], held[i[now], j[now]])
            fresh[j[now], i[now]] = fresh[i[now], j[now]]
            held = fresh
        if t:
            out[t - 1] = held
    return out
