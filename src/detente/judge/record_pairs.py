"""Computations on the record of pairs of states: peace scale, rivalries, sanctions, pacts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from detente.judge.measurement import Measurement, Tables, members, missing
from detente.judge.rule import Z90, median_interval, wilson
from detente.mechanisms.relations.record import Exit, exits

RIVAL = 0.25
SINCE = 1900
"""First year of the peace scale."""


@lru_cache(maxsize=4)
def paths(tables: Tables) -> dict[tuple[str, str], dict[int, float]]:
    """Coded peace levels of every pair by year; a transition keeps the level before it.

    A transition before the first level is left out. Found once for each panel: to be read, not changed.
    """
    rows = tables("peace").sort("a", "b", "year").select("a", "b", "year", "level")
    out: dict[tuple[str, str], dict[int, float]] = {}
    for a, b, year, level in rows.iter_rows():
        path = out.setdefault((a, b), {})
        if level is not None:
            path[year] = float(level)
        elif path:
            path[year] = path[max(path)]
    return {pair: path for pair, path in out.items() if path}


@lru_cache(maxsize=4)
def departures(tables: Tables) -> tuple[Exit, ...]:
    """Every departure from rivalry on the peace scale, found once for each panel."""
    return tuple(exits(tables("peace")))


def peace_level(tables: Tables, *, state: str, partner: str | Sequence[str], year: int) -> Measurement:
    """Mean coded peace level of a state with others at a year's end; uncoded pairs are left out."""
    coded = paths(tables)
    others = [s for s in members(tables, partner, year) if s != state]
    levels = [v for s in others if (v := _path(coded, state, s).get(year)) is not None]
    if not levels:
        raise missing(f"peace level of {state} with {partner} in {year}")
    remark = (
        f"{len(others) - len(levels)} of {len(others)} pairs are not coded"
        if len(levels) < len(others)
        else ""
    )
    where = partner if isinstance(partner, str) else ", ".join(partner)
    return Measurement(
        float(np.mean(levels)),
        "peace scale 0-1",
        f"mean peace level of {state} with {where} at the end of {year}",
        ("peace_scale",),
        n=len(levels),
        remark=remark,
    )


def _path(coded: dict[tuple[str, str], dict[int, float]], a: str, b: str) -> dict[int, float]:
    return coded.get((a, b)) or coded.get((b, a)) or {}


def pairs_at_least(tables: Tables, *, pairs: Sequence[Sequence[str]], level: float, year: int) -> Measurement:
    """How many of the pairs named stood at a level or above at the end of a year."""
    coded = paths(tables)
    found = {f"{a}-{b}": _path(coded, a, b).get(year) for a, b in pairs}
    reached = [k for k, v in found.items() if v is not None and v >= level]
    unknown = [k for k, v in found.items() if v is None]
    remark = ", ".join(reached) + (f"; not coded: {', '.join(unknown)}" if unknown else "")
    meaning = f"of {len(found)} pairs named, those at {level} or above at the end of {year}"
    return Measurement(
        float(len(reached)), "pairs", meaning, ("peace_scale",), n=len(found) - len(unknown), remark=remark
    )


def share_of_years_rivals(
    tables: Tables, *, state: str, partner: str, years: Sequence[int], source: str
) -> Measurement:
    """Share of the years of a span in which two states were rivals.

    ``source``: ``rivalry`` (Thompson, Sakuwa & Suhas: a rivalry in force) or ``peace`` (peace scale
    at 0.25 or below at the end of the year).
    """
    import polars as pl

    span = range(years[0], years[1] + 1)
    if source == "peace":
        path = _path(paths(tables), state, partner)
        marks = [path[y] <= RIVAL for y in span if y in path]
        keys: tuple[str, ...] = ("peace_scale",)
    elif source == "rivalry":
        both = pl.col("a").is_in([state, partner]) & pl.col("b").is_in([state, partner])
        spells = list(tables("rivalry").filter(both).select("start", "end").iter_rows())
        marks = [any(s <= y and (e is None or y <= e) for s, e in spells) for y in span]
        keys = ("rivalries",)
    else:
        raise missing(f"source '{source}' of rivalries (valid: peace, rivalry)")
    if not marks:
        raise missing(f"relation of {state} and {partner} in {years[0]}–{years[1]}")
    meaning = f"share of the years {years[0]}–{years[1]} in which {state} and {partner} were rivals"
    return Measurement(float(np.mean(marks)), "share of years", meaning, keys, n=len(marks))


def kaplan_meier(spells: Sequence[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share not yet arrived, after each year of arrival: (times, share, Greenwood's variance)."""
    length = np.array([s for s, _ in spells], dtype=float)
    event = np.array([e for _, e in spells], dtype=bool)
    times = np.unique(length[event])
    share, var, s, g = [], [], 1.0, 0.0
    for t in times:
        at_risk, d = float((length >= t).sum()), float(((length == t) & event).sum())
        s *= 1 - d / at_risk
        g += d / (at_risk * (at_risk - d)) if at_risk > d else 0.0
        share.append(s)
        var.append(s * s * g)
    return times, np.array(share), np.array(var)


def years_from_rivalry_to_peace(tables: Tables, *, arrived_only: bool = False) -> Measurement:
    """Median years from leaving rivalry (0.25 or below) to warm peace (0.75 or above).

    Of all pairs that left rivalry, those not yet arrived included (Kaplan & Meier 1958; interval by
    inverting the pointwise log-log band); the watch ends with a relapse or with the record.
    ``arrived_only``: the median of those that did arrive, which is shorter because the slow ones
    are missing from it.
    """
    left = departures(tables)
    done = [e.warm - e.left for e in left if e.warm is not None]
    data = ("peace_scale",)
    if arrived_only:
        low, high = median_interval(np.array(done, dtype=float))
        meaning = "median years from leaving rivalry to warm peace, of pairs that arrived"
        value = float(np.median(done))
        return Measurement(value, "years", meaning, data, low, high, len(done), "order statistics, 90 %")
    spells = [((e.warm or e.relapse or e.watched_until) - e.left, e.warm is not None) for e in left]
    times, share, var = kaplan_meier(spells)
    lower, upper = _log_log(share, var)
    value, low, high = (_first_at_half(times, s) for s in (share, lower, upper))
    meaning = "median years from leaving rivalry to warm peace, of all pairs that left it"
    remark = f"{len(done)} of {len(spells)} arrived by the end of the record"
    return Measurement(value, "years", meaning, data, low, high, len(spells), "Kaplan-Meier, 90 %", remark)


def _log_log(share: np.ndarray, var: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    inside = (share > 0) & (share < 1)
    safe = np.where(inside, share, 0.5)
    half = np.where(inside, Z90 * np.sqrt(var) / np.abs(safe * np.log(safe)), 0.0)
    return safe ** np.exp(half) * inside, np.where(inside, safe ** np.exp(-half), share)


def _first_at_half(times: np.ndarray, share: np.ndarray) -> float:
    reached = share <= 0.5
    return float(times[reached.argmax()]) if reached.any() else float("inf")


def relapse_chance(tables: Tables, *, within: int) -> Measurement:
    """Share of pairs that fell back into rivalry within so many years of leaving it (Kaplan-Meier)."""
    left = departures(tables)
    spells = [((e.relapse or e.watched_until) - e.left, e.relapse is not None) for e in left]
    times, share, var = kaplan_meier(spells)
    k = int((times <= within).sum()) - 1
    if k < 0:
        value, (low, high) = 0.0, wilson(0, len(spells))
    else:
        lower, upper = _log_log(share, var)
        value, low, high = 1 - float(share[k]), 1 - float(upper[k]), 1 - float(lower[k])
    meaning = f"chance that a pair which left rivalry is back in it within {within} years"
    remark = f"{sum(e for _, e in spells)} relapses in {len(spells)} departures, whenever they came"
    words = "Kaplan-Meier, 90 %"
    return Measurement(value, "chance", meaning, ("peace_scale",), low, high, len(spells), words, remark)


def relapse_below(tables: Tables) -> Measurement:
    """Share of relapses into rivalry that sank below the level of the rivalry left before."""
    back = [e for e in departures(tables) if e.relapse_level is not None and e.left >= SINCE]
    lower, n = sum(e.relapse_level < e.rivalry_level for e in back), len(back)
    low, high = wilson(lower, n)
    meaning = "share of relapses that went lower than the old level"
    remark = f"{lower} of {n}; a pair that had risen from level 0 cannot go lower"
    return Measurement(lower / n, "share", meaning, ("peace_scale",), low, high, n, "Wilson, 90 %", remark)


def sanctions_lifted_after_rivalry(tables: Tables, *, within: int) -> Measurement:
    """Share of trade sanctions in force when a pair left rivalry that were gone within so many years.

    One case for each sender, target and end of a rivalry on the peace scale; cases whose time runs
    past the end of the sanctions table are left out unless lifted before.
    """
    import polars as pl

    trade = tables("sanctions").filter(pl.col("complete").cast(bool) | pl.col("partial").cast(bool))
    in_force: dict[tuple[str, str], set[int]] = {}
    for sender, target, year in trade.select("sender", "target", "year").iter_rows():
        in_force.setdefault((sender, target), set()).add(year)
    newest, lifted, cases = int(trade["year"].max()), 0, 0  # type: ignore[arg-type]
    for (a, b), path in paths(tables).items():
        years = sorted(path)
        for before, year in zip(years[:-1], years[1:], strict=True):
            if not path[before] <= RIVAL < path[year]:
                continue
            for pair in ((a, b), (b, a)):
                force = in_force.get(pair, set())
                if before not in force:
                    continue
                gone = [y for y in range(year, min(year + within, newest) + 1) if y not in force]
                if gone or year + within <= newest:
                    cases, lifted = cases + 1, lifted + bool(gone)
    if not cases:
        raise missing("trade sanction in force at the end of a rivalry")
    low, high = wilson(lifted, cases)
    meaning = f"share of trade sanctions gone within {within} years of the pair's leaving rivalry"
    return Measurement(
        lifted / cases, "share", meaning, ("gsdb", "peace_scale"), low, high, cases, "Wilson, 90 %"
    )


def sanctioning_share(
    tables: Tables, *, bloc: str | Sequence[str], target: str, year: int, kinds: Sequence[str]
) -> Measurement:
    """Share of the members of a bloc with sanctions of some of these kinds on a target in a year."""
    inside = [s for s in members(tables, bloc, year) if s != target]
    senders = _senders(tables, target, year, kinds)
    without = sorted(s for s in inside if s not in senders)
    where = bloc if isinstance(bloc, str) else ", ".join(bloc)
    meaning = f"share of {where} with sanctions ({', '.join(kinds)}) on {target} in {year}"
    remark = f"without: {', '.join(without)}" if without else ""
    return Measurement(
        1 - len(without) / len(inside), "share", meaning, ("gsdb",), n=len(inside), remark=remark
    )


def _senders(tables: Tables, target: str, year: int, kinds: Sequence[str]) -> set[str]:
    import polars as pl

    rows = tables("sanctions").filter((pl.col("target") == target) & (pl.col("year") == year))
    unknown = [k for k in kinds if k not in rows.columns]
    if unknown:
        raise missing(f"kind of sanction '{unknown[0]}'")
    return set(rows.filter(pl.any_horizontal(pl.col(k).cast(bool) for k in kinds))["sender"])


def states_not_sanctioning(tables: Tables, *, target: str, year: int, kinds: Sequence[str]) -> Measurement:
    """Number of existing states without sanctions of these kinds on a target in a year."""
    import polars as pl

    states = tables("states").filter(
        (pl.col("start_year") <= year) & (pl.col("end_year").is_null() | (pl.col("end_year") > year))
    )["state"]
    senders = _senders(tables, target, year, kinds)
    left = [s for s in states if s != target and s not in senders]
    meaning = f"states without sanctions ({', '.join(kinds)}) on {target} in {year}, of {len(states) - 1}"
    return Measurement(float(len(left)), "states", meaning, ("gsdb", "states"), n=len(states) - 1)


def share_of_years_with_more_senders(
    tables: Tables, *, target: str, year: int, years: Sequence[int], kinds: Sequence[str]
) -> Measurement:
    """Share of the years of a span in which more states than in ``year`` had sanctions on a target."""
    here = len(_senders(tables, target, year, kinds))
    others = [len(_senders(tables, target, y, kinds)) for y in range(years[0], years[1] + 1) if y != year]
    span = f"{years[0]}–{years[1]}"
    meaning = f"share of the years {span} with more senders of sanctions on {target} than {year} ({here})"
    share = float(np.mean([v > here for v in others]))
    return Measurement(share, "share of years", meaning, ("gsdb",), n=len(others))
