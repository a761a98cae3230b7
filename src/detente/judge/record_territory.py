"""Computations on claims to territory: what followed settlements, and quarrels with former rulers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from math import log

import numpy as np

from detente.judge.measurement import Measurement, Tables, missing
from detente.judge.rule import Z90
from detente.mechanisms.logits import covariance, newton
from detente.mechanisms.territory.record import SETTLED, Spell, spells

BEFORE, AFTER = range(-5, 0), range(6, 11)
FEWEST = 3
"""Years that must be known on either side, and standing claims to compare with."""
MID_TO = 2014
Case = tuple[str, str, int]
Reading = Callable[[str, str, int], float | None]


def after_settlement(tables: Tables, *, what: str, since: int = 1950) -> Measurement:
    """Change from the five years before a claim was settled in peace to the years six to ten after it.

    ``what``: ``level`` (peace scale), ``dispute`` or ``fatal`` (yearly share with a new one), ``trade``
    (log, over the square root of both incomes), ``burden`` (the holder's military share of GDP). Less the
    mean change at the same time of claims that stood ten years longer. Error over settlements. Settlements
    come where things mend anyway: an association, not an effect.
    """
    read = _reading(tables, what)
    found = spells(tables("territorial_claims"))
    ended = [s for s in found if s.last is not None and s.how in SETTLED and s.last >= since]
    usual = {year: _usual(found, year, read) for year in {s.last for s in ended if s.last is not None}}
    gains = []
    for s in ended:
        moved = _change((s.claimant, s.holder, int(s.last or 0)), read)
        also = usual[int(s.last or 0)]
        if moved is not None and also is not None:
            gains.append(moved - also)
    mean, error = float(np.mean(gains)), float(np.std(gains, ddof=1) / np.sqrt(len(gains)))
    return Measurement(
        mean,
        UNITS[what][0],
        f"{UNITS[what][1]}: change around a settlement since {since}, less that of pairs whose claim stood",
        ("territorial_claims", *UNITS[what][2]),
        mean - Z90 * error,
        mean + Z90 * error,
        n=len(gains),
        interval="90 %, over settlements",
        remark="settlements come where things mend anyway",
    )


UNITS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "level": ("peace scale 0-1", "level on the peace scale", ("peace_scale",)),
    "dispute": ("chance a year", "new militarised disputes of the two", ("mids",)),
    "fatal": ("chance a year", "new fatal disputes of the two", ("mids",)),
    "trade": ("log points", "trade of the two over their incomes", ("cow_trade", "baci", "wdi")),
    "burden": ("share of GDP", "the holder's military burden", ("wdi",)),
}


def _usual(found: Iterable[Spell], year: int, read: Reading) -> float | None:
    stood = [
        (s.claimant, s.holder, year)
        for s in found
        if s.first < year - 5 and (s.last > year + 10 if s.last is not None else s.seen >= year + 10)
    ]
    moved = [m for m in (_change(case, read) for case in stood) if m is not None]
    return float(np.mean(moved)) if len(moved) >= FEWEST else None


def _change(case: Case, read: Reading) -> float | None:
    a, b, year = case
    spans = [[v for k in span if (v := read(a, b, year + k)) is not None] for span in (BEFORE, AFTER)]
    if min(len(s) for s in spans) < FEWEST:
        return None
    return float(np.mean(spans[1]) - np.mean(spans[0]))


def _reading(tables: Tables, what: str) -> Reading:
    if what not in UNITS:
        raise missing(f"'{what}' around settlements (has: {', '.join(UNITS)})")
    if what == "level":
        rows = tables("peace").drop_nulls("level").select("a", "b", "year", "level").iter_rows()
        levels = {(min(a, b), max(a, b), y): float(v) for a, b, y, v in rows if v <= 1}
        return lambda a, b, y: levels.get((min(a, b), max(a, b), y))
    if what in ("dispute", "fatal"):
        begun = _onsets(tables, what == "fatal")
        return lambda a, b, y: float((min(a, b), max(a, b), y) in begun) if y <= MID_TO else None
    if what == "burden":
        rows = (
            tables("state_year").drop_nulls("milex_share").select("state", "year", "milex_share").iter_rows()
        )
        burden = {(s, y): float(v) for s, y, v in rows}
        return lambda a, b, y: burden.get((b, y))
    return _trade(tables)


def _trade(tables: Tables) -> Reading:
    flows: dict[Case, float] = defaultdict(float)
    for a, b, year, value in tables("trade").select("exporter", "importer", "year", "value").iter_rows():
        flows[min(a, b), max(a, b), year] += value or 0.0
    rows = tables("state_year").drop_nulls("gdp_usd").select("state", "year", "gdp_usd").iter_rows()
    income = {(s, y): float(v) for s, y, v in rows if v > 0}

    def read(a: str, b: str, year: int) -> float | None:
        flow, one, two = (
            flows.get((min(a, b), max(a, b), year), 0.0),
            income.get((a, year)),
            income.get((b, year)),
        )
        return log(flow) - 0.5 * (log(one) + log(two)) if flow > 0 and one and two else None

    return read


def _onsets(tables: Tables, fatal: bool) -> set[Case]:
    rows = tables("disputes")
    rows = rows.filter((rows["measure"] == "mid") & rows["onset"])
    rows = rows.filter(rows["fatal"]) if fatal else rows
    return {(min(a, b), max(a, b), y) for a, b, y in rows.select("a", "b", "year").iter_rows()}


def former_ruler_fights(tables: Tables, *, years: int = 30, watched: int = 60) -> Measurement:
    """Odds that a state and its former ruler begin a militarised dispute, ``years`` after the loss over
    those at it.

    Logit on the years since independence, the first ``watched`` years of each, since 1816; clustered by
    pair.
    """
    begun = _onsets(tables, fatal=False)
    since, fought, pair = [], [], []
    for k, (state, ruler, year) in enumerate(
        tables("former_rulers").select("state", "ruler", "year").iter_rows()
    ):
        for t in range(max(year + 1, 1816), min(year + watched, MID_TO) + 1):
            since.append((1.0, float(t - year)))
            fought.append(float((min(state, ruler), max(state, ruler), t) in begun))
            pair.append(k)
    x, y = np.array(since), np.array(fought)
    beta = newton(x, y)
    error = float(np.sqrt(covariance(x, y, beta, (np.array(pair),))[1, 1]))
    low, mid, high = (float(np.exp(years * (beta[1] + z * error))) for z in (-Z90, 0.0, Z90))
    return Measurement(
        mid,
        "ratio of odds",
        f"odds of a militarised dispute with the former ruler {years} years after independence over those "
        "at it",
        ("icow_colonial", "mids"),
        low,
        high,
        n=int(y.sum()),
        interval="90 %, clustered by pair",
        remark=f"{len(y)} pair-years of {len(set(pair))} pairs; wars of independence are not counted",
    )
