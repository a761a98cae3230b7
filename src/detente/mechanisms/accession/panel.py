"""Every candidate-year of the record: who was a member, who was pending, who held out, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.mechanisms.accession import interests
from detente.mechanisms.accession.equations import COLD_WAR_TO
from detente.mechanisms.accession.places import eligible

Table = Callable[[str], Any]
FIRST = {"NATO": 1950, "EU": 1959}
LAST = 2024
TABLES = ("states", "state_year", "levels", "pacts", "contiguity", "trade", "blocs", "accession_bids")
TABLES += ("accession_holdouts", "economy")


@dataclass(frozen=True)
class Holding:
    """A member known to hold out at the start of a year."""

    member: str
    quarrel: str
    kind: str
    years: int


@dataclass(frozen=True)
class Case:
    """One candidate in one year: covariates of votes ``x`` (member, k) of ``members``, of readiness ``r``."""

    bloc: str
    state: str
    year: int
    bid: int
    consent: bool
    x: np.ndarray
    r: np.ndarray
    members: tuple[str, ...]
    refusing: tuple[str, ...]
    held: tuple[Holding, ...]
    """Members that were known to hold out the year before, and over what."""
    others_agreed: bool
    sounding: bool
    talks: bool | None = None
    """Whether talks were opened this year; None: they were open, the year brought consent, or a sounding."""


@dataclass(frozen=True)
class Chance:
    """One state that could bid in one year, and whether it did."""

    bloc: str
    state: str
    year: int
    bid: bool
    x: np.ndarray


@dataclass(frozen=True)
class Panel:
    """The record of one bloc."""

    bloc: str
    cases: tuple[Case, ...]
    chances: tuple[Chance, ...]


def panel(bloc: str, table: Table, last: int = LAST) -> Panel:
    """All candidate-years of a bloc up to ``last``; what is known is that of the year before."""
    bids = [b for b in table("accession_bids").iter_rows(named=True) if b["bloc"] == bloc]
    holds = [h for h in table("accession_holdouts").iter_rows(named=True) if h["bloc"] == bloc]
    cases: list[Case] = []
    chances: list[Chance] = []
    for year, codes, see in worlds(table, FIRST[bloc], last):
        inside = _members(table, bloc, year)
        members = np.array([[s in inside for s in codes]])
        who = np.array([k for k in eligible(bloc, codes) if codes[k] not in inside], dtype=int)
        rows = np.flatnonzero(members[0])
        press = interests.pressures(see, who)
        (burden, rival), (patron, _) = (
            interests.worst(press[k], members, np.arange(len(who))) for k in ("threat", "patron")
        )
        now = {b["state"]: b for b in bids if b["bid"] <= year and (b["end"] is None or year <= b["end"])}
        age = np.array([[year - now[codes[k]]["bid"] if codes[k] in now else 0 for k in who]], dtype=float)
        opened = np.array([[_talks(now.get(codes[k]), year) for k in who]])
        last = max(
            (b["consent"] for b in bids if b["consent"] and b["consent"] < year), default=FIRST[bloc] - 1
        )
        votes = interests.of_votes(see, members, rows, who, burden, rival)
        ready = interests.of_readiness(see, who, age, year < COLD_WAR_TO, opened, np.array([year - last]))
        hopes = interests.of_bids(see, members, rows, who, burden, patron)
        for j, k in enumerate(who):
            s = codes[k]
            started = now.get(s)
            if started is None or (started["bid"] == year and started["kind"] == "request"):
                chances.append(Chance(bloc, s, year, started is not None, hopes[0, j]))
            if started is not None:
                cases.append(
                    _case(bloc, started, year, codes, members[0], votes[0, :, j], ready[0, j], holds)
                )
    return Panel(bloc, tuple(cases), tuple(chances))


def _case(
    bloc: str,
    bid: Mapping[str, Any],
    year: int,
    codes: tuple[str, ...],
    members: np.ndarray,
    x: np.ndarray,
    r: np.ndarray,
    holds: list[dict[str, Any]],
) -> Case:
    mine = [h for h in holds if h["state"] == bid["state"] and h["phase"] == "invitation"]
    now = [h for h in mine if h["first"] <= year <= h["last"]]
    consent = bid["consent"] == year
    inside = tuple(codes[i] for i in np.flatnonzero(members))
    before = [
        h for h in mine if max(h["first"], bid["bid"]) < year <= h["last"] + 1 and h["member"] in inside
    ]
    return Case(
        bloc,
        bid["state"],
        year,
        bid["bid"],
        consent,
        x,
        r,
        inside,
        () if consent else tuple(h["member"] for h in now if h["member"] in inside),
        tuple(Holding(h["member"], h["quarrel"], h["kind"], year - h["first"]) for h in before),
        any(h["others"] for h in now),
        bid["kind"] == "sounding",
        None
        if consent or bid["kind"] == "sounding" or (bid["talks"] or 9999) < year
        else bid["talks"] == year,
    )


def _talks(bid: Mapping[str, Any] | None, year: int) -> float:
    """Years since talks (an action plan) were opened, as known at the start of ``year``; 0: none are open."""
    return 0.0 if bid is None or bid["talks"] is None else float(max(year - bid["talks"], 0))


def _members(table: Table, bloc: str, year: int) -> set[str]:
    """Members at the start of ``year``: those that had entered before it."""
    rows = [r for r in table("blocs").iter_rows(named=True) if r["bloc"] == bloc]
    return {
        r["state"] for r in rows if r["from_year"] < year and (r["to_year"] is None or r["to_year"] >= year)
    }


def worlds(
    table: Table, first: int, last: int
) -> Iterator[tuple[int, tuple[str, ...], dict[str, np.ndarray]]]:
    """Each year with the states and what was known at the end of the year before, draws first (one)."""
    rows = table("states").sort("slot")
    codes = tuple(rows["state"].to_list())
    start = rows["start_year"].to_numpy()
    end = rows["end_year"].fill_null(9999).to_numpy()
    by_state = _state_values(table("state_year"), codes, first - 6, last)
    by_state["governance"] = _column(table("economy"), "governance", codes, first - 6, last)
    levels = _levels(table("levels"), codes, first - 1, last)
    flows = _flows(table("trade"), codes, first - 1, last)
    pacts = _pairs(table("pacts"), codes, "defence", 0.0)
    border = table("contiguity")
    border = _square(border.filter(border["type"] == 1), codes)
    for year in range(first, last + 1):
        alive = (start <= year) & (end >= year)
        here = np.flatnonzero(alive)
        cut = np.ix_(here, here)
        t = year - 1 - (first - 6)
        see = {k: v[t][None, here] for k, v in by_state.items()}
        whole = flows[year - 1][cut]
        see["traded"] = (whole.sum(axis=0) + whole.sum(axis=1) - 2 * np.diag(whole))[None]
        see |= {"level": levels[year - 1][cut][None], "flow": whole[None]}
        see |= {"pact": pacts(year - 1)[cut][None], "border": border[cut][None]}
        yield year, tuple(codes[k] for k in here), see


def _state_values(frame: Any, codes: tuple[str, ...], first: int, last: int) -> dict[str, np.ndarray]:
    place = {s: k for k, s in enumerate(codes)}
    shape = (last - first + 1, len(codes))
    out = {k: np.full(shape, np.nan) for k in ("ideal", "polyarchy", "power", "income")}
    rows = frame.filter(frame["year"].is_between(first, last) & frame["state"].is_in(list(codes)))
    columns = ("state", "year", "ideal_point", "polyarchy", "cinc", "gdp_real", "population")
    for s, y, ideal, poly, cinc, gdp, people in rows.select(columns).iter_rows():
        at = (y - first, place[s])
        income = np.log(1e9 * gdp / people) if gdp and people else None
        for name, value in zip(out, (ideal, poly, cinc, income), strict=True):
            out[name][at] = np.nan if value is None else value
    return {k: _filled(v) for k, v in out.items()}


def _column(frame: Any, column: str, codes: tuple[str, ...], first: int, last: int) -> np.ndarray:
    place, out = {s: k for k, s in enumerate(codes)}, np.full((last - first + 1, len(codes)), np.nan)
    for s, y, value in frame.select("state", "year", column).drop_nulls().iter_rows():
        if s in place and first <= y <= last:
            out[y - first, place[s]] = value
    return _filled(out)


def _filled(x: np.ndarray, reach: int = 5) -> np.ndarray:
    """Gaps along the years filled with the newest earlier value, at most ``reach`` years old."""
    out = x.copy()
    for step in range(1, reach + 1):
        older = np.vstack([np.full((step, x.shape[1]), np.nan), x[:-step]])
        out = np.where(np.isnan(out), older, out)
    return out


def _levels(frame: Any, codes: tuple[str, ...], first: int, last: int) -> dict[int, np.ndarray]:
    """Levels at the end of each year; negative peace where nothing is coded."""
    place, n = {s: k for k, s in enumerate(codes)}, len(codes)
    by_year: dict[int, list[tuple[int, int, float]]] = {}
    for a, b, y, level in frame.select("a", "b", "year", "level").iter_rows():
        if a in place and b in place and level is not None and level <= 1:
            by_year.setdefault(y, []).append((place[a], place[b], level))
    out = {}
    for year in range(first, last):
        found = by_year.get(year, [])
        now = np.full((n, n), 0.5)
        for i, j, level in found:
            now[i, j] = now[j, i] = level
        out[year] = now
    return out


def _flows(frame: Any, codes: tuple[str, ...], first: int, last: int) -> dict[int, np.ndarray]:
    """Goods trade of each year, million USD; a year without a table takes the last one."""
    place, n = {s: k for k, s in enumerate(codes)}, len(codes)
    held, out = np.zeros((n, n)), {}
    kept = frame.filter(frame["exporter"].is_in(list(codes)) & frame["importer"].is_in(list(codes)))
    parts = {y[0]: g for y, g in kept.partition_by("year", as_dict=True).items()}
    for year in range(first, last):
        if year in parts:
            g = parts[year]
            i, j = (np.array([place[s] for s in g[c].to_list()]) for c in ("exporter", "importer"))
            held = np.zeros((n, n))
            held[i, j] = g["value"].fill_null(0.0).to_numpy()
        out[year] = held
    return out


def _pairs(frame: Any, codes: tuple[str, ...], column: str, fill: float) -> Callable[[int], np.ndarray]:
    parts = {y[0]: g for y, g in frame.partition_by("year", as_dict=True).items()}

    def square(year: int) -> np.ndarray:
        g = parts.get(min(max(parts), year))
        return np.full((len(codes),) * 2, fill) if g is None else _square(g.filter(g[column]), codes)

    return square


def _square(frame: Any, codes: tuple[str, ...]) -> np.ndarray:
    place, out = {s: k for k, s in enumerate(codes)}, np.zeros((len(codes),) * 2)
    for a, b in frame.select("a", "b").iter_rows():
        if a in place and b in place:
            out[place[a], place[b]] = out[place[b], place[a]] = 1.0
    return out
