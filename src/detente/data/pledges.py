"""What heads of government of an alliance pledged to spend on defence, by a date."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def pledges() -> Any:
    """Table body, agreed, last (years; null: no end), share (fraction of GDP), what, source.

    Only pledges of heads of state and government that name a date or a rate; a pledge of growth has share 1,
    which no level meets. They bind from the year after they were agreed. What defence ministers agreed
    among themselves (two per cent, 2006) is not one.
    """
    import polars as pl

    path = files("detente.data").joinpath("curated/pledges.csv")
    return pl.read_csv(path.read_bytes(), schema_overrides={"share": pl.Float64})


def with_history(tables: Callable[[str], Any]) -> Callable[[str], Any]:
    """``tables`` and, by name, ``fatal_risk`` and ``pledges``, which are kept outside the bundle."""
    from detente.data.risks import fatal_risks

    beside = {"fatal_risk": fatal_risks, "pledges": pledges}
    return lambda name: beside[name]() if name in beside else tables(name)


def pledged(year: int, known: int) -> float:
    """Share of GDP that pledges agreed by the end of ``known`` ask for in ``year``; 0 where there is none."""
    rows = pledges()
    in_force = (rows["agreed"] < year) & (rows["last"].fill_null(year) >= year)
    rows = rows.filter((rows["agreed"] <= known) & in_force)
    return float(rows.sort("agreed")["share"][-1]) if rows.height else 0.0
