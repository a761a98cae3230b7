"""The observed panel behind the demand for military spending: square arrays from the bundle's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.defence import equations as eq

FIRST = 1960
"""First year of reported shares of GDP."""
SMALLEST_SHARE = 5e-4
"""Shares under 0.05 % of GDP are rounding in the source or states without armed forces; left out of fits."""
ROOM_MEMORY = 10.0
"""Years; memory of the balance of public money that is taken for usual."""
NEWEST_YEARS = 10
"""How many observed years the opening norm of the share averages over."""


@dataclass(frozen=True)
class Panel:
    """Observed state-years (year, n) and pair-years (year, n, n); NaN is unknown.

    ``capability`` is reported spending (billion 2023 USD), where missing what CINC suggests;
    ``pledged`` is the share of GDP that NATO's heads of government have pledged for the next year (0: none),
    ``member`` who is bound, ``room`` the balance of general government less its exponential mean.
    """

    states: tuple[str, ...]
    years: tuple[int, ...]
    share: np.ndarray
    gdp: np.ndarray
    polyarchy: np.ndarray
    capability: np.ndarray
    unreported: np.ndarray
    risk: np.ndarray
    pact: np.ndarray
    distance: np.ndarray
    member: np.ndarray
    pledged: np.ndarray
    room: np.ndarray

    @property
    def milex(self) -> np.ndarray:
        """Reported spending, billion 2023 USD."""
        return self.share * self.gdp

    def until(self, year: int) -> Panel:
        """The same panel without anything later than ``year``."""
        stop = self.years.index(year) + 1
        arrays = {k: v[:stop] for k, v in vars(self).items() if k != "states"}
        return Panel(self.states, **arrays)


def assemble(table: Callable[[str], Any], until: int, since: int = FIRST) -> Panel:
    """Panel with nothing later than ``until``; ``table`` gives tables by name.

    Needs state_year, economy, pacts, distance, blocs of the bundle; ``fatal_risk`` (a, b, year, risk:
    :mod:`detente.data.risks`) and ``pledges`` (:mod:`detente.data.pledges`). States are those
    with a share of GDP or an index of capabilities in some year.
    """
    years = tuple(range(since, until + 1))
    state_year, economy = table("state_year"), table("economy")
    known = state_year.filter(state_year["year"].is_between(since, until))
    useful = known.filter(known["milex_share"].is_not_null() | known["cinc"].is_not_null())
    states = tuple(sorted(set(useful["state"])))
    columns = {c: wide(known, c, states, years) for c in ("milex_share", "gdp_real", "polyarchy", "cinc")}
    share = columns["milex_share"]
    share = np.where(share > 0, share, np.nan)
    reported = share * columns["gdp_real"]
    imputed = imputed_spending(reported, columns["cinc"])
    balance = wide(economy.filter(economy["year"].is_between(since, until)), "balance", states, years)
    return Panel(
        states,
        years,
        share,
        columns["gdp_real"],
        columns["polyarchy"],
        np.where(np.isnan(reported), imputed, reported),
        np.where(np.isnan(reported), imputed, np.nan),
        risk_years(table("fatal_risk"), states, years),
        pact_years(table("pacts"), states, years),
        distances(table("distance"), states, years),
        member_years(table("blocs"), states, years),
        pledge_years(table("pledges"), years),
        balance - norms(balance, ROOM_MEMORY),
    )


def wide(frame: Any, column: str, states: Sequence[str], years: Sequence[int]) -> np.ndarray:
    """One column of a state-year table as (year, n)."""
    out = np.full((len(years), len(states)), np.nan)
    place = {s: i for i, s in enumerate(states)}
    rows = frame.select("state", "year", column).drop_nulls()
    rows = rows.filter(rows["state"].is_in(list(states)))
    i = [place[s] for s in rows["state"]]
    out[rows["year"].to_numpy().astype(int) - years[0], i] = rows[column].to_numpy()
    return out


def imputed_spending(reported: np.ndarray, cinc: np.ndarray) -> np.ndarray:
    """Spending suggested by capabilities: log on log in each year's cross-section, (year, n).

    A state whose index ends keeps its last imputed value (North Korea after 2022).
    """
    out = np.full(reported.shape, np.nan)
    log_spent, log_cinc = np.log(reported), np.log(np.where(cinc > 0, cinc, np.nan))
    for t in range(len(out)):
        both = np.isfinite(log_spent[t]) & np.isfinite(log_cinc[t])
        if both.sum() >= 30:
            slope, level = np.polyfit(log_cinc[t, both], log_spent[t, both], 1)
            out[t] = np.exp(level + slope * log_cinc[t])
        if t:
            gone = np.isnan(log_cinc[t:]).all(axis=0)
            out[t] = np.where(np.isnan(out[t]) & gone, out[t - 1], out[t])
    return out


def risk_years(risks: Any, states: Sequence[str], years: Sequence[int]) -> np.ndarray:
    """Chance of a fatal dispute as it looked at the time, (year, n, n); 0 where none is listed."""
    place = {s: i for i, s in enumerate(states)}
    out = np.zeros((len(years), len(states), len(states)), dtype=np.float32)
    rows = risks.filter(risks["a"].is_in(list(states)) & risks["b"].is_in(list(states)))
    rows = rows.filter(rows["year"].is_between(years[0], years[-1]))
    i, j = (np.array([place[s] for s in rows[c]], dtype=np.intp) for c in ("a", "b"))
    t = rows["year"].to_numpy().astype(np.intp) - years[0]
    out[t, i, j] = out[t, j, i] = rows["risk"].to_numpy()
    return out


def pact_years(pacts: Any, states: Sequence[str], years: Sequence[int]) -> np.ndarray:
    """Defence pacts in force, 0 or 1, (year, n, n)."""
    place = {s: i for i, s in enumerate(states)}
    out = np.zeros((len(years), len(states), len(states)))
    rows = pacts.filter(pacts["defence"] & pacts["year"].is_between(years[0], years[-1]))
    rows = rows.filter(rows["a"].is_in(list(states)) & rows["b"].is_in(list(states)))
    t = rows["year"].to_numpy().astype(np.intp) - years[0]
    i, j = (np.array([place[s] for s in rows[c]], dtype=np.intp) for c in ("a", "b"))
    out[t, i, j] = out[t, j, i] = 1.0
    return out


def member_years(blocs: Any, states: Sequence[str], years: Sequence[int]) -> np.ndarray:
    """Who was a member of NATO at the end of the year, 0 or 1, (year, n)."""
    place = {s: i for i, s in enumerate(states)}
    out = np.zeros((len(years), len(states)))
    rows = blocs.filter((blocs["bloc"] == "NATO") & blocs["state"].is_in(list(states)))
    for state, first, last in rows.select("state", "from_year", "to_year").iter_rows():
        stop = len(years) if last is None else max(last - years[0], 0)
        out[max(first - years[0], 0) : stop, place[state]] = 1.0
    return out


def pledge_years(pledges: Any, years: Sequence[int]) -> np.ndarray:
    """Share of GDP that is pledged at the end of each year for the next, (year, 1); 0 where there is none."""
    out = np.zeros((len(years), 1))
    for agreed, last, share in pledges.sort("agreed").select("agreed", "last", "share").iter_rows():
        stop = len(years) if last is None else max(last - years[0], 0)
        out[max(agreed - years[0], 0) : stop] = share
    return out


def distances(distance: Any, states: Sequence[str], years: Sequence[int]) -> np.ndarray:
    """Shortest distance between territories, km, (year, n, n); the last spell holds on after its end."""
    place = {s: i for i, s in enumerate(states)}
    out = np.full((len(years), len(states), len(states)), np.nan)
    newest = distance["end"].max()
    for a, b, start, end, km in distance.select("a", "b", "start", "end", "km").iter_rows():
        if a in place and b in place:
            stop = len(years) if end == newest else max(end - years[0] + 1, 0)
            out[max(start - years[0], 0) : stop, [place[a], place[b]], [place[b], place[a]]] = km
    return out


def lagged(x: np.ndarray) -> np.ndarray:
    """Last year's values; the first year is unknown."""
    return np.concatenate([np.full_like(x[:1], np.nan), x[:-1]])


def norms(x: np.ndarray, memory: float) -> np.ndarray:
    """Exponential mean of the past at the end of each year, (year, n), by :func:`equations.norm_moved`."""
    out, norm = np.empty_like(x), np.full(x.shape[1], np.nan)
    for t in range(len(x)):
        norm = eq.norm_moved(norm=norm, value=x[t], memory=memory)
        out[t] = norm
    return out


def threat_years(seen: Panel, constants: Mapping[str, float]) -> np.ndarray:
    """Threat index of every year from this year's risks and last year's spending, (year, n)."""
    weight = eq.danger(seen.risk)
    weight = weight * eq.proximity(distance=seen.distance, reach=constants["reach"])
    rivals = eq.rival_spending(weight=weight, capability=lagged(seen.capability))
    return eq.threat(rivals=rivals, gdp=lagged(seen.gdp), sensitivity=constants["sensitivity"])
