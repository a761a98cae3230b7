"""Computations on the record of entry criteria and of bids to join NATO and the EU."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np

from detente.judge.criteria import newest, scorecard
from detente.judge.criteria_data import CRITERIA, readings
from detente.judge.measurement import Measurement, Tables, members, missing, plain
from detente.judge.rule import Z90, wilson
from detente.model.errors import DetenteError, Problem, nearest

DATA = ("vdem_rights", "freedom_house", "ti_cpi", "wgi")


def _criterion(name: str):  # noqa: ANN202
    known = {c.key: c for c in CRITERIA}
    if name not in known:
        raise DetenteError(Problem("record", f"no criterion '{name}'", nearest(name, known)))
    return known[name]


def criterion_value(
    tables: Tables,
    *,
    criterion: str,
    state: str | Sequence[str],
    year: int,
    minus_state: str | Sequence[str] | None = None,
) -> Measurement:
    """A measure of the entry criteria for a state or the mean of several, less that of others."""
    c = _criterion(criterion)

    def mean(who: str | Sequence[str]) -> float:
        data = readings(tables, c)
        found = [v for s in members(tables, who, year) if isfinite(v := newest(data.get(s, {}), year)[0])]
        if not found:
            raise missing(f"{c.measure} of {plain(who)} in {year}")
        return float(np.mean(found))

    value, words = mean(state), f"{c.measure} of {plain(state)} in {year}"
    if minus_state is not None:
        value, words = value - mean(minus_state), f"{words} less {plain(minus_state)}"
    return Measurement(value, "", words, DATA)


def criterion_beyond_entrants(
    tables: Tables, *, criterion: str, state: str, bloc: str, year: int, since: int = 0
) -> Measurement:
    """How much worse than the lowest entrant at its entry a state is (0: as good or better)."""
    line = next(
        x for x in scorecard(tables, state, bloc, year, since).lines if x.key == _criterion(criterion).key
    )
    if not isfinite(line.missed_by):
        raise missing(f"{line.measure} of {state} in {year}")
    meaning = f"{line.measure}: {state} in {year} short of the lowest entrant of {bloc} ({line.lowest_by})"
    return Measurement(line.missed_by, "", meaning, DATA, n=line.entrants)


def criteria_missed(
    tables: Tables, *, state: str, bloc: str, year: int, criteria: Sequence[str], since: int = 0
) -> Measurement:
    """On how many of some measures a state is below the lowest entrant at its entry."""
    lines = {x.key: x for x in scorecard(tables, state, bloc, year, since).lines}
    known = [lines[_criterion(c).key] for c in criteria if c in lines and lines[c].met is not None]
    missed = [x.key for x in known if not x.met]
    meaning = f"measures on which {state} in {year} is below the lowest entrant of {bloc}"
    return Measurement(float(len(missed)), "of " + str(len(known)), meaning, DATA, remark=", ".join(missed))


def years_from_to(
    tables: Tables, *, criterion: str, at_most: float, at_least: float, years: Sequence[int]
) -> Measurement:
    """Median years that states took from a score at most ``at_most`` to one at least ``at_least``.

    Every state counts once, from the last year of its first stretch at or below the lower score; those that
    never got there count as not yet (Kaplan and Meier). Infinite where under half ever got there.
    """
    spells = []
    for values in readings(tables, _criterion(criterion)).values():
        span = sorted(y for y in values if years[0] <= y <= years[1])
        low = [y for y in span if values[y] <= at_most]
        if low:
            reached = [y for y in span if y > low[0] and values[y] >= at_least]
            spells.append((reached[0] - low[0], True) if reached else (span[-1] - low[0], False))
    if not spells:
        raise missing(f"state at {at_most} or below in {years[0]}-{years[1]}")
    value, low, high = _median(spells)
    hits = sum(done for _, done in spells)
    words = f"median years from {at_most:g} to {at_least:g}, {years[0]}–{years[1]}"
    remark = f"{hits} of {len(spells)} states got there"
    return Measurement(value, "years", words, DATA, low, high, len(spells), "Kaplan-Meier, 90 %", remark)


def _median(spells: Sequence[tuple[int, bool]]) -> tuple[float, float, float]:
    """Median of a survival curve and its 90 % interval (Greenwood), infinite where not reached."""
    alive, spent, found = 1.0, 0.0, [float("inf")] * 3
    for t in sorted({t for t, done in spells if done}):
        risk = sum(s >= t for s, _ in spells)
        died = sum(s == t and done for s, done in spells)
        alive *= 1 - died / risk
        spent += died / (risk * (risk - died)) if risk > died else 0.0
        half = Z90 * alive * spent**0.5
        for k, level in enumerate((alive, alive - half, alive + half)):
            if level <= 0.5 and found[k] == float("inf"):
                found[k] = float(t)
    return found[0], found[1], found[2]


def criteria_reached(
    tables: Tables, *, within: int, start_at_most: float, floors: dict[str, float], years: Sequence[int]
) -> Measurement:
    """Share of states at a low polyarchy that met all floors together in the year ``within`` years later.

    Every state counts once, from the first year of the span in which its polyarchy was at most
    ``start_at_most`` and in the five years after which it rose by a tenth: reform had begun. ``floors``:
    measure → the value that must be met (at most, for measures where less is better).
    """
    poly = readings(tables, _criterion("democracy"))
    hits = trials = 0
    for state, values in poly.items():
        begun = [
            y
            for y in range(years[0], years[1] + 1)
            if values.get(y, 9) <= start_at_most and values.get(y + 5, -9) >= values[y] + 0.1
        ]
        if begun:
            told = [_met(tables, name, state, begun[0] + within, floor) for name, floor in floors.items()]
            if all(t is not None for t in told):
                trials += 1
                hits += all(told)
    if not trials:
        raise missing("state that began to reform in these years")
    low, high = wilson(hits, trials)
    words = f"share of reforming states that met all of {', '.join(floors)} {within} years later"
    return Measurement(hits / trials, "share", words, DATA, low, high, trials, "Wilson, 90 %")


def _met(tables: Tables, name: str, state: str, year: int, floor: float) -> bool | None:
    c = _criterion(name)
    value, _ = newest(readings(tables, c).get(state, {}), year)
    return c.better * (value - floor) >= 0 if isfinite(value) else None


def entry_effect(tables: Tables, *, bloc: str, years: Sequence[int]) -> Measurement:
    """Effect of a tenth more polyarchy on the log-odds of consent in a pending year of a request.

    A logit of consent on the candidate's polyarchy the year before and the logarithm of the years pending,
    on all pending years of requests; errors clustered by bid.
    """
    poly = readings(tables, _criterion("democracy"))
    x, y, group = [], [], []
    for b in tables("accession_bids").iter_rows(named=True):
        if b["bloc"] != bloc or b["kind"] != "request":
            continue
        for year in range(b["bid"], (b["consent"] or b["end"] or 2024) + 1):
            value = newest(poly.get(b["state"], {}), year - 1)[0]
            if years[0] <= year <= years[1] and isfinite(value):
                x.append((1.0, 10 * value, np.log1p(year - b["bid"])))
                y.append(float(b["consent"] == year))
                group.append((b["state"], b["bid"]))
    effect, sd = _logit(np.array(x), np.array(y), group)
    words = f"log-odds of consent of {bloc} for a tenth more polyarchy, {years[0]}–{years[1]}"
    return Measurement(
        effect,
        "log-odds",
        words,
        ("democracy",),
        effect - Z90 * sd,
        effect + Z90 * sd,
        len(y),
        "by bid, 90 %",
    )


def _logit(x: np.ndarray, y: np.ndarray, group: Sequence[object]) -> tuple[float, float]:
    """Second coefficient of a logit and its clustered standard error."""
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ beta)))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(x.shape[1])
        beta = beta + np.linalg.solve(hessian, x.T @ (y - p))
    inverse = np.linalg.inv(hessian)
    names = sorted(set(map(str, group)))
    scores = np.zeros((len(names), x.shape[1]))
    for row, g in zip(x * (y - p)[:, None], map(str, group), strict=True):
        scores[names.index(g)] += row
    spread = inverse @ (scores.T @ scores) @ inverse * len(names) / max(len(names) - 1, 1)
    return float(beta[1]), float(spread[1, 1] ** 0.5)


def bids_made(
    tables: Tables,
    *,
    state: str,
    bloc: str,
    years: Sequence[int],
    kind: str = "request",
    refused: bool = False,
) -> Measurement:
    """How often a state asked (``kind``: request or sounding), or was refused, in the years of a span."""
    rows = [
        b
        for b in tables("accession_bids").iter_rows(named=True)
        if (b["state"], b["bloc"], b["kind"]) == (state, bloc, kind) and years[0] <= b["bid"] <= years[1]
    ]
    found = [b for b in rows if not refused or b["outcome"] == "refused"]
    what = f"{kind}s of {state} to {bloc}" + (" that were refused" if refused else "")
    return Measurement(
        float(len(found)), "", f"{what}, {years[0]}–{years[1]}", ("accession_table",), n=len(rows)
    )


def holdout_years(tables: Tables, *, bloc: str, state: str, member: str) -> Measurement:
    """Years for which a member is on record as holding out on a candidate."""
    rows = [
        h["last"] - h["first"] + 1
        for h in tables("accession_holdouts").iter_rows(named=True)
        if (h["bloc"], h["state"], h["member"]) == (bloc, state, member)
    ]
    words = f"years in which {member} held out on {state} in {bloc}"
    return Measurement(float(sum(rows)), "years", words, ("accession_table",), n=len(rows))
