"""State-years for the fits of *leaders*: who governed, how he went, and what the world was to him.

Tables are polars frames with the columns of the bundle: ``leaders``, ``state_year``, ``peace``, ``disputes``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.leaders import equations as eq

FIRST = 1946
REGIMES_TO = 2020
"""Regimes and elections are known to 2020, the peace scale to 2020."""
TABLES = ("leaders", "state_year", "peace", "disputes")


@dataclass(frozen=True)
class Panel:
    """One row for each state-year with a leader at its beginning; all columns (row,) of one length.

    ``changed``: another leader at the end of the year; ``irregular``: the old one was thrown out. The
    other columns are those that :func:`equations.design` takes, and ``force`` and ``force_before`` (theta1 of
    this and last year's leader), ``disputes`` (disputes that the state began in the year), ``growth_before``.
    """

    state: np.ndarray
    year: np.ndarray
    columns: Mapping[str, np.ndarray]

    def take(self, rows: np.ndarray) -> Panel:
        """The same panel with only these rows."""
        return Panel(self.state[rows], self.year[rows], {k: v[rows] for k, v in self.columns.items()})

    def until(self, year: int) -> Panel:
        """What was known by the end of ``year``."""
        return self.take(self.year <= year)


def assemble(table: Callable[[str], Any], until: int = REGIMES_TO) -> Panel:
    """The panel of the years from 1947 to ``until`` (at most 2020); ``table`` gives a table by name."""
    last = min(until, REGIMES_TO)
    held = {(r["state"], r["year"]): r for r in table("leaders").iter_rows(named=True)}
    gdp = _gdp(table("state_year"))
    rivals, begun = rival_counts(table("peace"), last), disputes_begun(table("disputes"), last)
    rows = []
    for (code, year), now in held.items():
        before = held.get((code, year - 1))
        if before is None or before["regime"] is None or not FIRST < year <= last:
            continue
        rows.append(_row(code, year, now, before, gdp, rivals, begun))
    names = list(rows[0])
    arrays = {k: np.array([r[k] for r in rows]) for k in names}
    state, when = arrays.pop("state"), arrays.pop("year")
    return Panel(state, when, arrays)


def _row(
    code: str,
    year: int,
    now: Mapping[str, Any],
    before: Mapping[str, Any],
    gdp: Mapping[tuple[str, int], float],
    rivals: Mapping[tuple[str, int], int],
    begun: Mapping[tuple[str, int], tuple[int, int]],
) -> dict[str, Any]:
    """One state-year; the leader, regime, rivals and tenure are those of the end of the year before."""
    regime = before["regime"]
    nan = float("nan")
    out: dict[str, Any] = {
        "state": code,
        "year": year,
        "changed": float(bool(now["changed"])),
        "irregular": float(bool(now["changed"]) and now["exit"] in ("irregular", "foreign")),
        "exit_known": float(not now["changed"] or now["exit"] is not None),
        "handover": float(bool(now["handover"])),
        "regime": eq.REGIMES.index(regime),
        "tenure": float(year - 1 - before["since"]),
        "election": eq.deciding(regime, now["executive"], now["legislative"]),
        "election_before": eq.deciding(regime, before["executive"], before["legislative"]),
        "growth": _growth(gdp, code, year),
        "growth_before": _growth(gdp, code, year - 1),
        "rivals": float(rivals.get((code, year - 1), 0)),
        "disputes": float(begun.get((code, year), (0, 0))[0]),
        "quarrels_before": float(begun.get((code, year - 1), (0, 0))[1]),
        "force": nan if now["force"] is None else now["force"],
        "force_before": nan if before["force"] is None else before["force"],
    }
    return out


def _gdp(state_year: Any) -> dict[tuple[str, int], float]:
    rows = state_year.select("state", "year", "gdp_real").drop_nulls()
    return {(s, y): v for s, y, v in rows.iter_rows() if v > 0}


def _growth(gdp: Mapping[tuple[str, int], float], code: str, year: int) -> float:
    """Log growth in the year, held within a fifth either way; NaN where unknown."""
    now, before = gdp.get((code, year)), gdp.get((code, year - 1))
    return float("nan") if now is None or before is None else float(np.clip(np.log(now / before), -0.2, 0.2))


def rival_counts(peace: Any, until: int) -> dict[tuple[str, int], int]:
    """How many states each state stood in rivalry with (level up to 0.25) at the end of each year."""
    rows = peace.filter((peace["level"] <= eq.RIVAL) & (peace["year"] <= until))
    out: dict[tuple[str, int], int] = {}
    for a, b, year in rows.select("a", "b", "year").iter_rows():
        for code in (a, b):
            out[code, year] = out.get((code, year), 0) + 1
    return out


def disputes_begun(disputes: Any, until: int) -> dict[tuple[str, int], tuple[int, int]]:
    """Disputes that each state began in each year, and disputes that began with it in any role (MID)."""
    rows = disputes.filter((disputes["measure"] == "mid") & disputes["onset"] & (disputes["year"] <= until))
    out: dict[tuple[str, int], tuple[int, int]] = {}
    for a, b, year, by_a in rows.select("a", "b", "year", "by_a").iter_rows():
        for code, first in ((a, by_a is True), (b, by_a is False)):
            mine, all_ = out.get((code, year), (0, 0))
            out[code, year] = (mine + first, all_ + 1)
    return out
