"""Computations on small steps, mediation, values and claims on territory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from detente.judge.measurement import Measurement, Tables, members, missing, plain
from detente.judge.record_pairs import departures, paths
from detente.judge.rule import Z90, wilson

SOURCES = {
    "agreement": "dcad",
    "sector_agreement": "dcad",
    "exercise": "exercises",
    "visit": "signals",
}
STEPS = tuple(SOURCES)


def steps_a_year(
    tables: Tables, *, kind: str, state: str, years: Sequence[int], partner: str | Sequence[str] = ""
) -> Measurement:
    """Mean number of steps of a kind a year that a state took with others (anybody, if none is named)."""
    rows = tables("steps")
    if kind not in STEPS:
        raise missing(f"kind of step '{kind}' (has: {', '.join(STEPS)})")
    rows = rows.filter((rows["kind"] == kind) & ((rows["a"] == state) | (rows["b"] == state)))
    total = 0
    for a, b, year, number in rows.select("a", "b", "year", "number").iter_rows():
        other = b if a == state else a
        if years[0] <= year <= years[1] and (not partner or other in members(tables, partner, year)):
            total += number
    mean = total / (years[1] - years[0] + 1)
    whom = f" with {plain(partner)}" if partner else ""
    meaning = f"{kind.replace('_', ' ')}s of {state}{whom} a year, {years[0]}–{years[1]}"
    return Measurement(mean, "a year", meaning, (SOURCES[kind],), n=total)


def endings_without_steps(tables: Tables, *, within: int = 5) -> Measurement:
    """Share of rivalries ended in 1985–2011 without any known step of the two in the years before.

    Known steps: defence cooperation agreements, joint exercises, visits of a major power's leader. Others
    (talks, hotlines) are on no list, so the share is too high by an unknown amount.
    """
    taken = {(*sorted((a, b)), y) for a, b, y in tables("steps").select("a", "b", "year").iter_rows()}
    ended = [e for e in departures(tables) if 1985 <= e.left <= 2011]
    without = sum(
        not any((*sorted(e.pair), e.left - k) in taken for k in range(1, within + 1)) for e in ended
    )
    low, high = wilson(without, len(ended))
    return Measurement(
        without / len(ended),
        "share of endings",
        "rivalries ended in 1985–2011 with no agreement, exercise or leader's visit in the "
        f"{within} years before",
        ("peace_scale", "dcad", "exercises", "signals"),
        low,
        high,
        n=len(ended),
        interval="90 %, of a share",
        remark="steps that are on no list are missed",
    )


def mediation_gain(tables: Tables, *, what: str = "settled", since: int = 1946) -> Measurement:
    """How much more often mediated crises were ``settled`` (or came ``again``), severity held constant.

    Linear probability on mediation, violence, gravity, number of actors and decade; robust error.
    """
    rows = tables("crises").filter(tables("crises")["year"] >= since)
    rows = rows.drop_nulls([what, "mediated", "violence", "gravity", "actors"])
    y = rows[what].cast(float).to_numpy()
    decade = rows["year"].to_numpy() // 10
    x = np.column_stack(
        [rows["mediated"].cast(float)]
        + [rows["violence"].to_numpy() == k for k in (2, 3, 4)]
        + [rows["gravity"].to_numpy(), rows["actors"].to_numpy()]
        + [decade == d for d in np.unique(decade)]
    ).astype(float)
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    left = y - x @ beta
    error = float(np.sqrt((bread @ (x * left[:, None] ** 2).T @ x @ bread)[0, 0]))
    return Measurement(
        float(beta[0]),
        "share of crises",
        f"how much more often crises since {since} were {what} when mediated; violence, gravity, actors "
        "and decade held constant",
        ("icb",),
        float(beta[0] - Z90 * error),
        float(beta[0] + Z90 * error),
        n=rows.height,
        interval="90 %, robust error",
        remark=f"{int(rows['mediated'].sum())} mediated",
    )


def warm_pairs_with_gap(
    tables: Tables, *, gap: float = 0.5, level: float = 0.75, since: int = 1946
) -> Measurement:
    """Share of pair-years at warm peace or better with scores of democracy further apart than ``gap``."""
    score = _polyarchy(tables)
    warm = wide = 0
    pairs = set()
    for (a, b), path in paths(tables).items():
        for year, value in path.items():
            if year >= since and value >= level and (a, year) in score and (b, year) in score:
                warm += 1
                far = abs(score[a, year] - score[b, year]) > gap
                wide += far
                if far:
                    pairs.add((a, b))
    meaning = f"pair-years since {since} at {level} or above with a gap in electoral democracy beyond {gap}"
    return Measurement(
        wide / warm,
        "share of pair-years",
        meaning,
        ("peace_scale", "democracy"),
        n=warm,
        remark=f"{len(pairs)} pairs",
    )


def relapse_by_gap(
    tables: Tables, *, wide: float = 0.6, narrow: float = 0.2, since: int = 1946
) -> Measurement:
    """Ratio of the odds that a pair at peace falls in a year, at a wide and at a narrow gap in democracy.

    Logit on the gap, level, and log years at peace; pairs coded at 0.5 or above; clustered by pair and year.
    """
    from detente.mechanisms.relations.fit import logit

    rows, fell, pair, when = _at_peace(tables, since)
    beta, covariance = logit(np.array(rows), np.array(fell), 3, (np.array(pair), np.array(when)))
    span = wide - narrow
    mean, error = span * beta[-1], abs(span) * float(np.sqrt(covariance[-1, -1]))
    return Measurement(
        float(np.exp(mean)),
        "ratio of odds",
        f"odds of a fall in a year at a gap in electoral democracy of {wide} over those at {narrow}",
        ("peace_scale", "democracy"),
        float(np.exp(mean - Z90 * error)),
        float(np.exp(mean + Z90 * error)),
        n=int(sum(fell)),
        interval="90 %, clustered by pair and year",
        remark=f"{len(rows)} pair-years",
    )


def _at_peace(tables: Tables, since: int) -> tuple[list[list[float]], list[float], list[int], list[int]]:
    score = _polyarchy(tables)
    rows: list[list[float]] = []
    fell: list[float] = []
    pair: list[int] = []
    when: list[int] = []
    for k, ((a, b), path) in enumerate(paths(tables).items()):
        stay, last = 0, None
        for year in sorted(path):
            stay = stay + 1 if last == path[year] else 0
            last = path[year]
            known = (a, year) in score and (b, year) in score and year + 1 in path
            if year >= since and path[year] >= 0.5 and known:
                levels = [float(path[year] == x) for x in (0.5, 0.75, 1.0)]
                rows.append([*levels, float(np.log1p(stay)), abs(score[a, year] - score[b, year])])
                fell.append(float(path[year + 1] < path[year]))
                pair.append(k)
                when.append(year)
    return rows, fell, pair, when


def sanctions_after_decline(
    tables: Tables,
    *,
    sender: str,
    other: str,
    years: Sequence[int] = (1989, 2015),
    fall: float = 0.1,
    over: int = 5,
) -> Measurement:
    """Share of a sender's new sanctions that met a target less democratic than before, less another's share.

    New: no sanction of any kind the year before, and none over a resolution of the United Nations. Less
    democratic: polyarchy lower by ``fall`` or more than ``over`` years before.
    """
    one, two = (_declining(tables, s, years, fall, over) for s in (sender, other))
    (p, n), (q, m) = ((k / max(len_, 1), len_) for k, len_ in (one, two))
    error = float(np.sqrt(p * (1 - p) / max(n, 1) + q * (1 - q) / max(m, 1)))
    return Measurement(
        p - q,
        "share of new sanctions",
        f"new sanctions after a democratic decline, {years[0]}–{years[1]}: share of {sender}'s less that "
        f"of {other}",
        ("gsdb", "democracy"),
        p - q - Z90 * error,
        p - q + Z90 * error,
        n=n,
        interval="90 %, difference of two shares",
        remark=f"{sender} {p:.0%} of {n}, {other} {q:.0%} of {m}",
    )


def _declining(tables: Tables, sender: str, years: Sequence[int], fall: float, over: int) -> tuple[int, int]:
    score = _polyarchy(tables)
    rows = tables("sanctions")
    own = rows.filter((rows["sender"] == sender) & ~rows["un"])
    stood = {(t, y) for t, y in own.select("target", "year").iter_rows()}
    new = [
        (t, y)
        for t, y in sorted(stood)
        if years[0] <= y <= years[1]
        and (t, y - 1) not in stood
        and (t, y) in score
        and (t, y - over) in score
    ]
    return sum(score[t, y] - score[t, y - over] <= -fall for t, y in new), len(new)


def claims_on_land(
    tables: Tables, *, holder: str, claimants: str | Sequence[str], year: int, official: bool = True
) -> Measurement:
    """Claims of some governments, on the project's list, to land that a state holds at a year's end."""
    rows = tables("territories")
    who = members(tables, claimants, year)
    found = [
        f"{r['territory']} ({r['claimant']})"
        for r in rows.iter_rows(named=True)
        if r["holder"] == holder
        and r["claimant"] in who
        and r["official"] >= official
        and r["status"] != "settled"
        and r["first"] <= year
        and (r["last"] is None or r["last"] > year)
    ]
    meaning = f"claims of {plain(claimants)} to land held by {holder} or with its forces, end of {year}"
    return Measurement(float(len(found)), "claims", meaning, ("territories",), remark=", ".join(found))


def favourability_below(
    tables: Tables, *, states: Sequence[str], target: str, year: int, among: str | Sequence[str]
) -> Measurement:
    """How many surveyed publics viewed a state worse than the warmest public of ``states`` did.

    0: those named are the coldest of all. States not surveyed that year are left out and named.
    """
    rows = tables("favourability")
    rows = rows.filter((rows["target"] == target) & (rows["year"] == year))
    share: dict[str, Any] = dict(rows.select("state", "share").iter_rows())
    known = [share[s] for s in states if s in share]
    if not known:
        raise missing(f"view of {target} in {', '.join(states)} in {year}")
    others = [s for s in members(tables, among, year) if s in share and s not in states]
    below = [s for s in others if share[s] < max(known)]
    unknown = [s for s in states if s not in share]
    meaning = (
        f"publics of {plain(among)} colder towards {target} in {year} than the warmest of {', '.join(states)}"
    )
    remark = ", ".join(below) + (f"; not surveyed: {', '.join(unknown)}" if unknown else "")
    return Measurement(float(len(below)), "publics", meaning, ("pew",), n=len(others), remark=remark)


def economy_value(
    tables: Tables, *, column: str, state: str, year: int, minus_year: int | None = None
) -> Measurement:
    """A column of the table of economies (governance, debt …) of a state and year, less another year's."""
    rows = tables("economy").filter(tables("economy")["state"] == state).select("year", column).drop_nulls()
    values = dict(rows.iter_rows())
    for y in (year, *([minus_year] if minus_year else [])):
        if y not in values:
            raise missing(f"{column} of {state} in {y}")
    value = float(values[year]) - (float(values[minus_year]) if minus_year else 0.0)
    then = f" less {minus_year}" if minus_year else ""
    return Measurement(value, "", f"{column} of {state} in {year}{then}", ("ti_cpi",))


def disputes_in(
    tables: Tables, *, state: str, partner: str | Sequence[str], years: Sequence[int]
) -> Measurement:
    """Militarised disputes (MID) that began between a state and others in a span of years, by whoever."""
    rows = tables("disputes")
    rows = rows.filter((rows["measure"] == "mid") & rows["onset"])
    found = [
        f"{b if a == state else a} {y}"
        for a, b, y in rows.select("a", "b", "year").iter_rows()
        if state in (a, b)
        and years[0] <= y <= years[1]
        and (b if a == state else a) in members(tables, partner, y)
    ]
    meaning = f"pair-years with a new dispute of {state} with {plain(partner)}, {years[0]}–{years[1]}"
    return Measurement(float(len(found)), "disputes", meaning, ("mids",), remark=", ".join(found))


def _polyarchy(tables: Tables) -> dict[tuple[str, int], float]:
    rows = tables("state_year").select("state", "year", "polyarchy").drop_nulls()
    return {(s, y): float(v) for s, y, v in rows.iter_rows()}
