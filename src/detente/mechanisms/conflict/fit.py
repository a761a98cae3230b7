"""Estimation of the conflict mechanism: onset, what a dispute becomes, who begins it, how wars end, drift.

Every number of a vintage is computed from years up to that vintage alone. Disputes are on record to 2014;
later vintages keep the coefficients of 2014 and move only the drift and the ends of wars, by UCDP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from detente.mechanisms.conflict import bridge, entry, equations, record
from detente.mechanisms.conflict.logit import RIDGE, covariance, information, joint, level, newton
from detente.mechanisms.conflict.panel import Panel, dyad_years

VINTAGES = (1990, 1995, 2000, 2005, 2010, 2014, 2018, 2024)
LAST = record.LAST["mid"]
WINDOW, PSEUDO = 5, 5.0
"""Drift: onsets of the last five years against those expected, five added to both (chosen on 1961-1995)."""
LATE = 10
"""The second stage has fewer cases: its drift is that of ten years."""
ESCALATION_RIDGE = 0.5


def vintages(tables: Mapping[str, Any], years: Sequence[int] = VINTAGES) -> dict[int, Any]:
    """Estimates for each cut-off year."""
    whole = dyad_years(tables, until=min(max(years), LAST))
    return {year: estimate(tables, whole, year) for year in years}


def estimate(tables: Mapping[str, Any], whole: Panel, until: int) -> dict[str, Any]:
    """All estimates from years up to ``until``; ``whole`` is the panel, of which later rows are not used."""
    panel = whole.take(whole.year <= until)
    stand_in = panel.stand_in()
    x, y = panel.design(stand_in), panel.outcome["onset"]
    beta = newton(x, y)
    chance = equations.hazard(x @ beta)
    out = {"onset": joint(equations.TERMS, beta, covariance(x, y, beta, (panel.pair, panel.year)))}
    means = [stand_in[s] for s in equations.STAND_IN]
    k = len(means)
    out["stand_in"] = joint(equations.STAND_IN, np.array(means), np.zeros((k, k)))
    out["shielded_mean"] = {"fixed": round(float(x[:, equations.TERMS.index("shielded")].mean()), 5)}
    out |= escalation(panel, stand_in, chance, until)
    third = entry.entrants(panel, chance, entry.wars(panel, chance))
    out["enter"] = entry.entering([third, *later_wars(tables, panel, out, until)])
    out["initiator"] = initiator(tables["disputes"], panel, x)
    by_year = yearly(panel.year, y, chance)
    out["season"] = {"fixed": round(season(by_year), 4)}
    center, variance, moves = drift(by_year, min(until, LAST))
    if until > LAST:
        center, variance = bridge.drift(tables, panel, out, until, center, variance, moves)
    out["drift"] = multiplier(center, variance)
    for measure in ("mid", "ucdp"):
        out[f"war_end_{measure}"] = war_end(tables["disputes"], min(until, record.LAST[measure]), measure)
    return out


def yearly(year: np.ndarray, y: np.ndarray, chance: np.ndarray) -> dict[int, tuple[float, float]]:
    """Onsets and expected onsets of each year."""
    first = int(year.min())
    seen, due = (np.bincount(year - first, weights=v) for v in (y, chance))
    return {first + k: (float(a), float(b)) for k, (a, b) in enumerate(zip(seen, due, strict=True))}


def multiplier(log_ratio: float, variance: float) -> dict[str, Any]:
    """A log multiplier of a rate whose *mean multiplier* over draws is the ratio that was counted.

    Half the variance comes off: the mean of the exponential of a wide error lies above that of its middle.
    """
    return {"normal": {"mean": round(log_ratio - variance / 2, 4), "sd": round(variance**0.5, 4)}}


def drift(
    by_year: Mapping[int, tuple[float, float]], until: int, window: int = WINDOW
) -> tuple[float, float, float]:
    """Log ratio of events to expected events in the last ``window`` years, its variance, and how it moves.

    The third is the variance of the step from the ratio of one window to that of the next; the second
    holds the counts' own and one such step.
    """
    counts = [
        [sum(by_year.get(y, (0.0, 0.0))[k] for y in range(end - window + 1, end + 1)) for k in (0, 1)]
        for end in range(until, min(by_year) + window, -window)
    ]
    seen, due = np.array(counts).T + PSEUDO
    ratio = np.log(seen / due)
    moved = np.diff(ratio) ** 2 - (1 / seen[1:] + 1 / seen[:-1])
    moves = max(float(moved.mean()), 0.01)
    return float(ratio[0]), float(1 / seen[0]) + moves, moves


def season(by_year: Mapping[int, tuple[float, float]]) -> float:
    """Spread of the log rate of whole years around the expected, beyond what single disputes make."""
    seen, due = np.array(list(by_year.values())).T
    return float(np.sqrt(max(((seen - due) ** 2 - due).sum() / (due**2).sum(), 0.01)))


def later_wars(
    tables: Mapping[str, Any], panel: Panel, known: Mapping[str, Any], until: int
) -> list[tuple[np.ndarray, ...]]:
    """Third states and the wars of two states that UCDP saw begin past the record: :func:`entry.entrants`."""
    if until <= LAST:
        return []
    hot, out = bridge.begun_since(tables, panel.who, until), []
    for now, _ in bridge.forward(tables, known, until, 0.0) if hot else ():
        chance = bridge.chances(now, known)[0]
        rows = [
            r for r in range(len(now.year)) if (int(now.a[r]), int(now.b[r])) in hot.get(int(now.year[r]), ())
        ]
        if rows:
            out.append(entry.entrants(now, chance, [entry.War(r, (r,)) for r in rows]))
    return out


def escalation(
    panel: Panel, stand_in: Mapping[str, float], chance: np.ndarray, until: int = LAST
) -> dict[str, Any]:
    """Fatal given a dispute, and war given a fatal dispute: logits on the disputes that began.

    States that entered a war already begun (:func:`entry.coalition`) are left out: the engine lets allies
    and others join by itself. War has one logit for each theory of nuclear arms. ``*_drift``: what came in
    the last ten years against what was due (:func:`drift`), wider by how drifts move for each year past the
    record.
    """
    found = entry.wars(panel, chance)
    out = entry.kept_word(panel, found)
    for name, (rows, happened) in stages(panel, found).items():
        cases = panel.take(rows)
        kinds = {name: equations.FATAL}
        if name == "war":
            kinds = {f"war_{t}": (*equations.ESCALATION, *k) for t, k in equations.NUCLEAR_THEORIES.items()}
        for kind, terms in kinds.items():
            at, y = cases.design(stand_in, terms), happened[rows].astype(float)
            out[kind], p = stage(name, cases, at, y, terms)
            center, variance, moves = drift(yearly(cases.year, y, p), min(until, LAST), LATE)
            out[f"{kind}_drift"] = multiplier(center, variance + moves * max(until - LAST, 0) / LATE)
    return out


def stages(panel: Panel, found: Sequence[entry.War]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Rows of each stage (entrants of wars left out), and in which rows it happened: booleans (row,)."""
    others, war = entry.coalition(panel, found), np.zeros(len(panel.year), dtype=bool)
    war[[w.row for w in found]] = True
    begun = (panel.outcome["onset"] > 0) & ~others
    fatal = begun & ((panel.outcome["fatal"] > 0) | war)
    return {"fatal": (begun, fatal), "war": (fatal, war)}


def stage(
    name: str, cases: Panel, at: np.ndarray, y: np.ndarray, terms: Sequence[str]
) -> tuple[dict[str, Any], np.ndarray]:
    """One logit of the second stage as an estimate over :data:`equations.STAGES`, and its fitted chances.

    Terms that a theory leaves out are nought; the level is that of the count (:func:`logit.level`). Errors of
    the first step are clustered; those of war come from the information: clustered ones understate what has
    never happened.
    """
    ridge = np.array([entry.WIDTH**-2 if t in equations.NUCLEAR else ESCALATION_RIDGE for t in terms])
    ridge[0] = RIDGE
    beta = newton(at, y, ridge=ridge)
    p = equations.hazard(at @ beta)
    if name == "fatal":
        errors = covariance(at, y, beta, (cases.pair, cases.year), ridge)
    else:
        errors = np.linalg.inv(information(at, p, ridge))
    beta = level(beta, errors, lambda b: float(equations.hazard(at @ b).sum()), float(y.sum()))
    every = equations.STAGES[name]
    place = [every.index(t) for t in terms]
    mean, square = np.zeros(len(every)), np.zeros((len(every), len(every)))
    mean[place], square[np.ix_(place, place)] = beta, errors
    return joint(every, mean, square), p


def initiator(disputes: Any, panel: Panel, x: np.ndarray) -> dict[str, Any]:
    """How much likelier the stronger of the two is to begin: a logit on the gap of log capabilities.

    No intercept: which of the two is written first means nothing.
    """
    begun = panel.outcome["onset"] > 0
    gap = (panel.columns["log_power_a"] - panel.columns["log_power_b"])[begun].astype(float)
    codes = panel.who.codes
    rows = disputes.filter((disputes["measure"] == "mid") & disputes["onset"])
    first = {(a, b, y): by for a, b, y, by in rows.select("a", "b", "year", "by_a").iter_rows()}
    keys = zip(panel.a[begun], panel.b[begun], panel.year[begun], strict=True)
    by_a = np.array([first[codes[i], codes[j], int(y)] for i, j, y in keys], dtype=float)
    use = np.isfinite(gap)
    gap, by_a = gap[use][:, None], by_a[use]
    slope = np.zeros(1)
    for _ in range(30):
        p = equations.hazard(gap @ slope)
        slope = slope + (gap.T @ (by_a - p)) / ((gap[:, 0] ** 2 * p * (1 - p)).sum())
    spread = float(((gap[:, 0] * (by_a - p)) ** 2).sum() ** 0.5 / (gap[:, 0] ** 2 * p * (1 - p)).sum())
    return {"normal": {"mean": round(float(slope[0]), 4), "sd": round(spread, 4)}}


def spells(disputes: Any, until: int, measure: str) -> list[tuple[int, int, bool]]:
    """First year and length in calendar years of every war of two states since 1946, and whether it ended.

    A spell is a run of years with a row of the measure, of which at least one is a war.
    """
    rows = disputes.filter((disputes["measure"] == measure) & disputes["year"].is_between(1946, until))
    rows = rows.filter(rows["war"]) if measure == "mid" else rows
    out, open_spell = [], None
    for a, b, year, war in rows.sort("a", "b", "year").select("a", "b", "year", "war").iter_rows():
        if open_spell and open_spell[:2] == [a, b] and year == open_spell[3] + 1:
            open_spell[3], open_spell[4] = year, open_spell[4] or war
            continue
        out.append(open_spell)
        open_spell = [a, b, year, year, war]
    out.append(open_spell)
    return [(first, last - first + 1, last < until) for _, _, first, last, war in filter(None, out) if war]


def war_end(disputes: Any, until: int, measure: str) -> dict[str, Any]:
    """Yearly hazard that a war is not carried into the next year, by the log of the years it has lasted.

    Clustered by the year in which the wars began: coalitions begin and end theirs together.
    """
    x, y, begun = [], [], []
    for first, length, ended in spells(disputes, until, measure):
        for year in range(1, length + 1):
            if year < length or ended:
                x.append((1.0, np.log(year)))
                y.append(float(year == length))
                begun.append(first)
    at, over = np.array(x), np.array(y)
    beta = newton(at, over, ridge=ESCALATION_RIDGE)
    errors = covariance(at, over, beta, (np.array(begun),), ESCALATION_RIDGE)
    return joint(("intercept", "log_years"), beta, errors)


def write(path: Path, estimates: Mapping[int, Any]) -> None:
    """Write ``estimates.yaml``; the file says how it was made and from what."""
    import yaml

    text = {
        "made_by": "detente fit conflict",
        "data": "dyadic MID 4.03 to 2014, UCDP/PRIO 25.1 to 2024, COW contiguity, CShapes distances, "
        "NMC 7.0, COW major powers, V-Dem polyarchy, UNGA ideal points, ATOP 5.1, peace scale 3.1, "
        "FAS stockpiles; pair-years from 1946 to the vintage's year",
        "vintages": dict(estimates),
    }
    path.write_text(
        yaml.safe_dump(text, sort_keys=False, width=110, default_flow_style=None), encoding="utf-8"
    )
