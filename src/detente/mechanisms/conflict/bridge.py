"""From the end of the record of disputes (2014) to the present, by UCDP and by what the model expects.

Two things are missing after 2014: how often disputes begin, and which pairs had one. UCDP/PRIO goes on, but
counts the dead and not the hostility. The drift compares armed conflicts that UCDP saw with those that the
model's fatal disputes would have brought at the rate of the overlap; the memory of each pair is carried
forward in expectation: an armed conflict that UCDP saw counts as a dispute, one that it saw begin as a fatal
one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from detente.mechanisms.conflict import equations, record
from detente.mechanisms.conflict.panel import Panel, joined, known_by, rows
from detente.mechanisms.conflict.record import Memory, Registry

SINCE = 1990
"""The overlap from which the rate of armed conflicts for each fatal dispute is taken."""
RECORD_ENDS = record.LAST["mid"]
RISKS_SINCE, LEAST_RISK = 1960, 3e-4
"""The history of risk that the demand for arms is estimated on."""


def mean(estimate: Mapping[str, Any]) -> np.ndarray:
    """Means of a joint estimate."""
    return np.array(estimate["joint"]["mean"])


def chances(panel: Panel, estimates: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Chance of a dispute and of a fatal one for each row, at the means of ``estimates``, without drift."""
    stand_in = dict(zip(equations.STAND_IN, mean(estimates["stand_in"]), strict=True))
    found = panel.covariates(stand_in)
    onset = equations.hazard(equations.log_odds(found, mean(estimates["onset"])))
    deadly = equations.log_odds(found, mean(estimates["fatal"]), equations.FATAL)
    return onset, onset * equations.hazard(deadly)


def armed_conflicts(tables: Mapping[str, Any], who: Registry) -> dict[int, np.ndarray]:
    """Squares of each year: pairs that fight each other as primary parties (UCDP)."""
    fights = record.by_year(
        tables["conflict"].with_columns(tables["conflict"]["year"].is_not_null().alias("fight")),
        who,
        {"fight": 0.0},
    )
    return {y: square["fight"] for y, square in fights.items()}


def begun_since(tables: Mapping[str, Any], who: Registry, until: int) -> dict[int, set[tuple[int, int]]]:
    """Wars (1,000 dead in a year, primary parties) that began past the record: pairs by year."""
    hot = tables["conflict"].filter(tables["conflict"]["intensity"] == 2)
    first: dict[tuple[int, int], int] = {}
    for a, b, year in hot.select("a", "b", "year").sort("year").iter_rows():
        i, j = sorted((who.place[a], who.place[b]))
        first.setdefault((i, j), int(year))
    out: dict[int, set[tuple[int, int]]] = {}
    for pair, year in first.items():
        if RECORD_ENDS < year <= until:
            out.setdefault(year, set()).add(pair)
    return out


def beginnings(fights: Mapping[int, np.ndarray], first: int, last: int) -> int:
    """Pairs that begin to fight in the years given: fighting, and not the year before."""
    none = np.zeros_like(next(iter(fights.values())))
    begun = [np.triu(fights.get(y, none) > fights.get(y - 1, none)).sum() for y in range(first, last + 1)]
    return int(sum(begun))


def drift(
    tables: Mapping[str, Any],
    panel: Panel,
    estimates: Mapping[str, Any],
    until: int,
    center: float,
    variance: float,
    moves: float,
) -> tuple[float, float]:
    """Drift of the log rate of disputes by ``until``, and its variance.

    ``center`` and ``variance`` are those of 2014; five years add ``moves``. Armed conflicts begun since 2014,
    against those due at the rate of the overlap, are a second measure with its own error; the two are
    weighed by their precision.
    """
    fights = armed_conflicts(tables, panel.who)
    deadly = chances(panel.take(panel.year >= SINCE), estimates)[1].sum()
    due = sum(float(chances(now, estimates)[1].sum()) for now, _ in forward(tables, estimates, until, center))
    then, now = beginnings(fights, SINCE, RECORD_ENDS) + 0.5, beginnings(fights, RECORD_ENDS + 1, until) + 0.5
    measured = float(np.log(now / (due * then / deadly + 0.5)))
    error = 1 / then + 1 / now + rate_spread(panel, fights)
    prior = variance + moves * (until - RECORD_ENDS) / 5.0
    weight = (1 / error) / (1 / error + 1 / prior)
    return center + weight * (measured - center), 1.0 / (1 / error + 1 / prior)


def rate_spread(panel: Panel, fights: Mapping[int, np.ndarray]) -> float:
    """Variance between decades of the log of armed conflicts by fatal dispute, beyond the counts' own."""
    decades = range(1950, int(panel.year.max()) - 8, 10)
    seen = np.array([beginnings(fights, d, d + 9) for d in decades]) + 0.5
    deadly = panel.outcome["fatal"]
    fatal = np.array([deadly[(panel.year >= d) & (panel.year < d + 10)].sum() for d in decades]) + 0.5
    return max(float(np.log(seen / fatal).var(ddof=1) - (1 / seen + 1 / fatal).mean()), 0.05)


def forward(
    tables: Mapping[str, Any], estimates: Mapping[str, Any], until: int, shift: float
) -> Iterator[tuple[Panel, Memory]]:
    """Each year after 2014: its pairs with what was known and expected before it, and the memory after it.

    ``shift`` is the drift of the log rate by which disputes are expected.
    """
    who = record.registry(tables["states"])
    disputes = record.disputes_by_year(tables["disputes"], who, "mid")
    *_, (_, memory) = record.memories(disputes, who, RECORD_ENDS)
    fights = armed_conflicts(tables, who)
    none = np.zeros((len(who.codes),) * 2)
    years = range(RECORD_ENDS, until)
    for year, known in zip(years, known_by(tables, who, years), strict=True):
        panel = joined(who, [rows(who, year + 1, known, memory, None)])
        now, before = fights.get(year + 1, none), fights.get(year, none)
        expected = [none.copy(), none.copy()]
        for square, chance in zip(expected, chances(panel, estimates), strict=True):
            square[panel.a, panel.b] = square[panel.b, panel.a] = np.minimum(chance * np.exp(shift), 0.95)
        dispute, fatal = np.maximum(expected[0], now), np.maximum(expected[1], now > before)
        memory = memory.after(dispute, dispute, fatal)
        yield panel, memory


def memory_rows(
    tables: Mapping[str, Any], estimates: Mapping[str, Any], until: int, least: float = 0.01
) -> Iterator[tuple[str, str, int, float, float, float]]:
    """Pairs whose expected memory differs from silence after 2014: a, b, year, recent, years, deadly."""
    who = record.registry(tables["states"])
    for panel, memory in forward(tables, estimates, until, drift_of(estimates)):
        year = int(panel.year[0])
        for i, j in zip(panel.a, panel.b, strict=True):
            if memory.recent[i, j] >= least:
                yield (
                    who.codes[i],
                    who.codes[j],
                    year,
                    float(memory.recent[i, j]),
                    float(memory.peace_years[i, j]),
                    float(memory.deadly[i, j]),
                )


def risk_history(
    tables: Mapping[str, Any], whole: Panel, estimates: Mapping[int, Mapping[str, Any]], until: int
) -> Iterator[tuple[str, str, int, float]]:
    """Chance of a fatal dispute of every pair and year as it looked then: a, b, year, risk (least 0.0003).

    Each year by the newest estimates from data before it (years up to 1990 by those of 1990), without
    the luck of the year; two at war have the chance that it goes on. Later than the
    record the memory is the expected one.
    """
    wars = at_war(tables, whole.who)
    newest = estimates[RECORD_ENDS]
    late = (panel for panel, _ in forward(tables, newest, until, drift_of(newest)))
    years = (whole.take(whole.year == y) for y in range(RISKS_SINCE, RECORD_ENDS + 1))
    for panel in (*years, *late):
        year = int(panel.year[0])
        told = estimates[max((v for v in estimates if v < year), default=min(estimates))]
        risk = chances(panel, told)[1] * np.exp(drift_of(told) + drift_of(told, "fatal_drift"))
        ends = mean(told["war_end_mid"]), mean(told["war_end_ucdp"])
        for k in range(len(risk)):
            pair = int(panel.a[k]), int(panel.b[k])
            lasted = wars.get(year - 1, {}).get(pair, 0)
            if lasted:
                over = [equations.war_end(years=np.array(lasted), coefficients=c) for c in ends]
                yield whole.who.codes[pair[0]], whole.who.codes[pair[1]], year, 1.0 - float(np.mean(over))
            elif risk[k] >= LEAST_RISK:
                yield whole.who.codes[pair[0]], whole.who.codes[pair[1]], year, min(float(risk[k]), 0.95)


def drift_of(told: Mapping[str, Any], name: str = "drift") -> float:
    """Log of the mean multiplier of a vintage."""
    prior = told[name]["normal"]
    return float(prior["mean"] + prior["sd"] ** 2 / 2)


def at_war(tables: Mapping[str, Any], who: Registry) -> dict[int, dict[tuple[int, int], int]]:
    """Pairs at war in each year by MID or UCDP (1,000 dead), with the years that the war has lasted."""
    rows = tables["disputes"].filter((tables["disputes"]["measure"] == "mid") & tables["disputes"]["war"])
    hot = tables["conflict"].filter(tables["conflict"]["intensity"] == 2)
    place, found = who.place, {}
    keys = [*rows.select("a", "b", "year").iter_rows(), *hot.select("a", "b", "year").iter_rows()]
    pairs = {(*sorted((place[a], place[b])), int(y)) for a, b, y in keys if a in place and b in place}
    for i, j, year in sorted(pairs, key=lambda k: k[2]):
        found.setdefault(year, {})[i, j] = found.get(year - 1, {}).get((i, j), 0) + 1
    return found
