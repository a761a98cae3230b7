"""Estimation: how many of the claims on our list ended, by how many years they stood."""

from __future__ import annotations

from typing import Any

import numpy as np

FIRST = 1946
VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2024)


def claims(territories: Any, until: int) -> list[tuple[tuple[str, str, str], int, int | None]]:
    """Official claims begun by ``until``: (territory, claimant, holder), first year, last if ended by then.

    A claim that goes on under another status of the land is one claim.
    """
    found: dict[tuple[str, str, str], list[tuple[int, int | None]]] = {}
    rows = territories.filter(territories["official"] & (territories["status"] != "settled"))
    for where, who, holder, first, last in rows.select(
        "territory", "claimant", "holder", "first", "last"
    ).iter_rows():
        if first <= until:
            found.setdefault((where, who, holder), []).append((first, last))
    out = []
    for key, spells in sorted(found.items()):
        lasts = [last for _, last in spells]
        end = None if None in lasts else max(x for x in lasts if x is not None)
        out.append(
            (key, min(first for first, _ in spells), end if end is not None and end <= until else None)
        )
    return out


def ends(territories: Any, until: int) -> dict[str, Any]:
    """Log-odds a year that a claim ends (Jeffreys' half event, error of a count), as in estimates.yaml."""
    listed = claims(territories, until)
    years = sum((until if end is None else end) - max(first, FIRST) + 1 for _, first, end in listed)
    ended = sum(end is not None for _, _, end in listed)
    rate = (ended + 0.5) / (years + 1.0)
    error = (1 / (ended + 0.5) + 1 / (years - ended + 0.5)) ** 0.5
    return {
        "ends": {
            "normal": {
                "mean": float(f"{np.log(rate / (1 - rate)):.4g}"),
                "sd": float(f"{error:.4g}"),
            }
        }
    }


def vintages(territories: Any) -> dict[int, Any]:
    """One estimate for each cut-off year."""
    return {year: ends(territories, year) for year in VINTAGES}
