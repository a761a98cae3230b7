"""Computations on the record of leaders, of need of an enemy, and of publics' views of other countries."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, sqrt
from statistics import median

import numpy as np

from detente.judge.measurement import Measurement, Tables, members, missing, plain
from detente.judge.rule import Z90, wilson

Selector = str | Sequence[str]
ESTIMATE = "estimate and its error, clustered by pair (state) and year"


def climb_after_new_leaders(tables: Tables) -> Measurement:
    """Odds of climbing out of rivalry in the two years after an irregular or party-changing turnover, as
    a ratio.

    See :func:`detente.mechanisms.leaders.windows.new_leaders`; all rivalries 1947-2020.
    """
    from detente.mechanisms.leaders.windows import moves, new_leaders

    found = moves(tables)
    mean, error = new_leaders(found)
    return Measurement(
        exp(mean),
        "ratio of odds",
        "odds that a rivalry eases in the two years after an irregular or party-changing turnover in either "
        "state, against other years",
        ("peace_scale", "archigos", "reign"),
        exp(mean - Z90 * error),
        exp(mean + Z90 * error),
        int((found.level <= 0.25).sum()),
        ESTIMATE,
    )


def military_share_and_rivalry(tables: Tables) -> Measurement:
    """Log-odds of easing a rivalry, per percentage point of the larger military share of GDP of the two.

    Military spending stands for the arms industry, of which no series for all states is at hand.
    """
    from detente.mechanisms.leaders.windows import military_interest, moves

    mean, error, n = military_interest(moves(tables), tables)
    return Measurement(
        mean,
        "log-odds a point of GDP",
        "what a point of GDP more of military spending adds to the log-odds that a rivalry eases next year",
        ("peace_scale", "wdi"),
        mean - Z90 * error,
        mean + Z90 * error,
        n,
        ESTIMATE,
    )


def slump_and_disputes(tables: Tables, *, elected: bool) -> Measurement:
    """Log-odds of beginning a dispute, per ten log points that output grew less than usual the year
    before.
    """
    from detente.mechanisms.leaders.fit import QUARREL, quarrel_logit
    from detente.mechanisms.leaders.panel import assemble

    panel = assemble(tables)
    beta, covariance = quarrel_logit(panel)
    place = QUARREL.index("elected_slump" if elected else "other_slump")
    mean, error = float(beta[place]) / 10, float(covariance[place, place] ** 0.5) / 10
    whose = "elected governments" if elected else "governments that are not elected"
    return Measurement(
        mean,
        "log-odds",
        f"what a slump of ten points adds to the log-odds that {whose} begin a dispute the year after",
        ("archigos", "reign", "wdi", "mids"),
        mean - Z90 * error,
        mean + Z90 * error,
        len(panel.year),
        ESTIMATE,
    )


def new_rivals_after_loss(tables: Tables, *, state: str, within: int, since: int) -> Measurement:
    """Share of lost rivalries followed by a new one within so many years: a major power's less the others'.

    Rivalries by Thompson, Sakuwa & Suhas that ended in ``since`` or later with time left to watch; other
    states: those on the COW list of major powers in the year of the end.
    """
    majors = list(tables("majors").iter_rows())
    rows = list(tables("rivalry").select("a", "b", "start", "end").iter_rows())
    last = max(end for *_, end in rows)
    counts = {True: [0, 0], False: [0, 0]}
    for a, b, _, end in rows:
        for who in (a, b):
            if not since <= end <= last - within or not any(
                m == who and first <= end <= until for m, first, until in majors
            ):
                continue
            again = any(who in (x, y) and end < begun <= end + within for x, y, begun, _ in rows)
            counts[who == state][0] += again
            counts[who == state][1] += 1
    if not counts[True][1] or not counts[False][1]:
        raise missing(f"ended rivalries of {state} and of other major powers since {since}")
    shares = {k: hits / n for k, (hits, n) in counts.items()}
    low, high = (wilson(*counts[k]) for k in (True, False))
    spread = {k: (b - a) / 2 / Z90 for k, (a, b) in ((True, low), (False, high))}
    error = sqrt(spread[True] ** 2 + spread[False] ** 2)
    value = shares[True] - shares[False]
    return Measurement(
        value,
        "share",
        f"share of {state}'s lost rivalries ({counts[True][1]}) followed by a new one within {within} "
        f"years, less that of other major powers ({counts[False][1]}), since {since}",
        ("rivalries", "majors"),
        value - Z90 * error,
        value + Z90 * error,
        counts[True][1] + counts[False][1],
        "two shares, normal approximation",
    )


def view(
    tables: Tables, *, state: Selector, target: str, year: int, minus_year: int | None = None
) -> Measurement:
    """Share of those with a view who see the target favourably (Pew); the median over several publics.

    ``state`` may be ``all``: every public that was asked.
    ``minus_year``: the change since then, of publics asked in both years. Interval: error of the samples.
    """
    held = _asked(tables, target)
    wanted = sorted({s for s, _ in held}) if state == "all" else members(tables, state, year)
    years = (year,) if minus_year is None else (year, minus_year)
    publics = [s for s in wanted if all((s, y) in held for y in years)]
    if not publics:
        raise missing(f"views of {target} in {plain(state)} in {', '.join(map(str, years))}")
    values, errors = [], []
    for public in publics:
        first = held[public, year]
        other = (0.0, 0.0) if minus_year is None else held[public, minus_year]
        values.append(first[0] - other[0])
        errors.append(sqrt(first[1] ** 2 + other[1] ** 2))
    value = median(values)
    error = float(np.mean(errors)) / sqrt(len(errors)) * (1.25 if len(errors) > 1 else 1.0)
    since = "" if minus_year is None else f" less that of {minus_year}"
    return Measurement(
        value,
        "share",
        f"share of those with a view in {plain(state)} who see {target} favourably in {year}{since} "
        f"({len(publics)} publics)",
        ("pew",),
        value - Z90 * error,
        value + Z90 * error,
        len(publics),
        "error of the samples, design effect 2",
    )


def age_gap(tables: Tables, *, state: Selector, target: str, years: Sequence[int]) -> Measurement:
    """Favourable share under 35 less that from 60 on: mean over publics and years of a span."""
    wanted = set(members(tables, state, years[1]))
    rows = tables("favourability").drop_nulls(["young", "old"])
    gaps = [
        young - old
        for who, what, year, young, old, n, m in rows.select(
            "state", "target", "year", "young", "old", "n_young", "n_old"
        ).iter_rows()
        if what == target and who in wanted and years[0] <= year <= years[1] and min(n, m) >= 50
    ]
    if len(gaps) < 2:
        raise missing(f"views of {target} by age in {plain(state)}")
    error = float(np.std(gaps, ddof=1)) / sqrt(len(gaps))
    mean = float(np.mean(gaps))
    place = plain(state)
    meaning = f"favourable views of {target}, under 35 less 60 and over, {place}, {years[0]}-{years[1]}"
    return Measurement(mean, "share", meaning, ("pew",), mean - Z90 * error, mean + Z90 * error, len(gaps))


def _asked(tables: Tables, target: str) -> dict[tuple[str, int], tuple[float, float]]:
    """Share and its sampling error by public and year."""
    rows = tables("favourability").filter(tables("favourability")["target"] == target)
    return {
        (s, y): (share, sqrt(2.0 * share * (1.0 - share) / n))
        for s, y, n, share in rows.select("state", "year", "n", "share").iter_rows()
    }
