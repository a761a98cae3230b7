"""One row of the track record, and what the modules that fill it share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import nan
from typing import Any

from detente.judge.measurement import Tables


@dataclass(frozen=True)
class Row:
    """One comparison: a mechanism's forecasts from ``origin``, ``horizon`` years ahead, with one rival."""

    mechanism: str
    quantity: str
    score: str
    """Which score, in words; smaller is better."""
    origin: int
    horizon: int
    rival: str
    ours: float
    theirs: float
    n: int
    inside: float = nan
    """Share of outcomes inside our 90 % interval."""

    @property
    def skill(self) -> float:
        """1 − ours / theirs; NaN where the rival made no error at all."""
        return 1 - self.ours / self.theirs if self.theirs > 0 else nan


def fans(
    found: Iterable[Mapping[str, Any]], name: str, quantity: str, rivals: Mapping[str, str]
) -> Iterator[Row]:
    """Rows from forecasts with draws: by CRPS, and by the absolute error of the median."""
    for f in found:
        for key, rival in rivals.items():
            for short, score in (("crps", "CRPS"), ("mae", "mean absolute error")):
                ours, theirs = f[f"{short}_ours"], f[f"{short}_{key}"]
                yield Row(
                    name,
                    quantity,
                    score,
                    f["origin"],
                    f["horizon"],
                    rival,
                    ours,
                    theirs,
                    f["n"],
                    f["inside_ours"],
                )


def with_levels(tables: Tables) -> Tables:
    """The tables, and ``levels``: the peace scale continued to the newest year."""
    from detente.data.peace import levels

    return lambda name: levels(newest_year(tables("state_year")) - 1) if name == "levels" else tables(name)


def newest_year(frame: Any) -> int:
    """The newest year of a table."""
    return int(frame["year"].max())
