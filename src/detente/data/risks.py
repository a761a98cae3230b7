"""Chances of a fatal dispute of every pair since 1960, as they looked at the time."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def fatal_risks() -> Any:
    """Table a, b, year, risk: only chances of at least 0.0003 a year (made by ``detente fit conflict``).

    Each year by estimates from data before it (to 1990: by those of 1990); after 2014, where the record of
    disputes ends, with its expected memory. Derived numbers of our own.
    """
    import polars as pl

    packed = files("detente.data").joinpath("curated/fatal_risk.csv.gz").read_bytes()
    return pl.read_csv(gzip.decompress(packed))
