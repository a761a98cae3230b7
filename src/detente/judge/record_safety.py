"""Computations on safety: whom a bloc protects, warheads and war, great powers, incidents short of war."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from detente.judge.measurement import Measurement, Tables, members, missing, plain
from detente.judge.rule import Z90, katz

EUROPEAN_POWERS = ("DEU", "FRA", "GBR", "ITA", "RUS")
"""Major powers in Europe that the panel's registry has; Austria-Hungary ended before its first year."""


def attacks_on_members(
    tables: Tables,
    *,
    bloc: str = "NATO",
    years: Sequence[int] = (1950, 2014),
    fatal: bool = False,
    but: str = "",
) -> Measurement:
    """Odds that a state attacks a member of a bloc, over those of a like state outside it.

    Directed pairs of states that are neighbours (by land, or over at most 400 miles of water) or of which
    one is a major power; the attacker is outside the bloc. Outcome: a dispute of the year that the attacker
    began (MID), or with ``fatal`` a fatal one; ``but`` leaves a state out on both sides. Logit with
    contiguity, both sides' capability, major powers, rivalry and calendar decade; errors clustered by
    target. What members would have met without the bloc cannot be seen: this compares like states.
    """
    from detente.mechanisms.conflict.logit import covariance, newton

    rows = [r for r in _directed(tables, bloc, years, fatal) if but not in (r[1], r[-1])]
    x = np.array([r[2:-1] for r in rows], dtype=float)
    y = np.array([r[0] for r in rows], dtype=float)
    target = np.unique([r[1] for r in rows], return_inverse=True)[1]
    beta = newton(x, y)
    error = Z90 * float(np.sqrt(covariance(x, y, beta, (target,))[1, 1]))
    inside = x[:, 1] > 0
    value = float(np.exp(beta[1]))
    meaning = f"odds of being attacked, members of {bloc} over like states outside it, {years[0]}-{years[1]}"
    remark = (
        f"{int(y[inside].sum())} attacks in {int(inside.sum()):,} directed pair-years with a member as "
        "target, "
        f"{int(y[~inside].sum())} in {int((~inside).sum()):,} others"
    )
    low, high = value * float(np.exp(-error)), value * float(np.exp(error))
    words = "logit, clustered by target, 90 %"
    return Measurement(
        value, "times the odds", meaning, ("mids", "nmc", "contiguity"), low, high, len(rows), words, remark
    )


def _directed(tables: Tables, bloc: str, years: Sequence[int], fatal: bool) -> Iterator[tuple]:
    """Outcome, target, covariates (1, member, land, water, powers, …) and attacker of each pair-year."""
    attacks = _attacks(tables, fatal)
    power, majors = _power(tables), _majors(tables)
    rivals = tables("rivalry").select("a", "b", "start", "end").rows()
    for year in range(years[0], years[1] + 1):
        kind = _contiguity(tables, year)
        inside = set(members(tables, f"bloc:{bloc}", year - 1))
        great = {s for s, first, last in majors if first <= year <= last}
        hostile = {(a, b) for a, b, first, last in rivals if first < year and (last is None or last >= year)}
        states = sorted(s for s, y in power if y == year - 1)
        decade = [float(year // 10 == d) for d in range(years[0] // 10 + 1, years[1] // 10 + 1)]
        for one in states:
            for two in states:
                near = kind.get((one, two), kind.get((two, one), 0))
                if one == two or one in inside or not (near or one in great or two in great):
                    continue
                enemies = (one, two) in hostile or (two, one) in hostile
                yield (
                    float((one, two, year) in attacks),
                    two,
                    1.0,
                    float(two in inside),
                    float(near == 2),
                    float(near == 1),
                    np.log(power[one, year - 1]),
                    np.log(power[two, year - 1]),
                    float(one in great),
                    float(two in great),
                    float(enemies),
                    *decade,
                    one,
                )


def _contiguity(tables: Tables, year: int) -> dict[tuple[str, str], int]:
    """2 for a land border in a year, 1 for at most 400 miles of water."""
    out: dict[tuple[str, str], int] = {}
    for a, b, first, last, kind in tables("contiguity").select("a", "b", "start", "end", "type").iter_rows():
        if first <= year <= last:
            out[a, b] = max(out.get((a, b), 0), 2 if kind == 1 else 1)
    return out


def _attacks(tables: Tables, fatal: bool) -> set[tuple[str, str, int]]:
    """Attacker, attacked and year of every dispute, or fatal one, that began (MID; by who moved first)."""
    rows = tables("disputes")
    rows = rows.filter(rows["fatal"] | rows["war"]) if fatal else rows
    rows = rows.filter((rows["measure"] == "mid") & rows["onset"] & rows["by_a"].is_not_null())
    return {
        (a, b, y) if by else (b, a, y) for a, b, y, by in rows.select("a", "b", "year", "by_a").iter_rows()
    }


def _power(tables: Tables) -> dict[tuple[str, int], float]:
    rows = tables("state_year").select("state", "year", "cinc").drop_nulls()
    return {(s, y): max(float(v), 1e-6) for s, y, v in rows.iter_rows()}


def _majors(tables: Tables) -> list[tuple[str, int, int]]:
    return [(s, a, b) for s, a, b in tables("majors").select("state", "start", "end").iter_rows()]


def war_between_armed(tables: Tables, *, years: Sequence[int] = (1950, 2014)) -> Measurement:
    """How often a dispute becomes war where both sides have warheads, over where they do not.

    Disputes of two states that began in the years (MID); armed: with warheads in the stockpile table the
    year before. Half a case added to each cell (Katz). Disputes of one crisis count as independent.
    """
    rows = tables("disputes")
    rows = rows.filter((rows["measure"] == "mid") & rows["onset"])
    armed = set(tables("warheads").select("state", "year").iter_rows())
    cases = [
        (bool(war), (a, y - 1) in armed and (b, y - 1) in armed)
        for a, b, y, war in rows.select("a", "b", "year", "war").iter_rows()
        if years[0] <= y <= years[1]
    ]
    hits, both = np.array(cases, dtype=bool).T
    if not both.any():
        raise missing(f"dispute of two armed states in {years[0]}-{years[1]}")
    value, low, high = katz(hits, both)
    meaning = (
        f"share of disputes that became war, two states with warheads over others, {years[0]}-{years[1]}"
    )
    remark = (
        f"{int(hits[both].sum())} of {int(both.sum())} with, "
        f"{int(hits[~both].sum())} of {int((~both).sum()):,} without"
    )
    words = "ratio of shares (Katz), 90 %"
    return Measurement(value, "times", meaning, ("mids", "stockpiles"), low, high, len(cases), words, remark)


def share_with_warheads(tables: Tables, *, states: str | Sequence[str], year: int) -> Measurement:
    """Share of some states that have warheads of their own in a year."""
    rows = tables("warheads")
    armed = set(rows.filter(rows["year"] == year)["state"].to_list())
    if not armed:
        raise missing(f"stockpiles in {year}")
    chosen = members(tables, states, year)
    have = [s for s in chosen if s in armed]
    meaning = f"share of {plain(states)} with warheads of their own in {year}"
    return Measurement(
        len(have) / len(chosen), "share", meaning, ("stockpiles",), n=len(chosen), remark=", ".join(have)
    )


def half_centuries_with_great_war(tables: Tables, *, years: Sequence[int] = (1816, 2014)) -> Measurement:
    """In how many of the stretches of fifty years two great powers of Europe went to war with each other
    (MID).

    Great powers: Germany with Prussia, France, Britain, Italy, Russia with the Soviet Union. The last
    stretch may be shorter.
    """
    rows = tables("disputes")
    rows = rows.filter((rows["measure"] == "mid") & rows["war"])
    wars = [
        (y, a, b)
        for a, b, y in rows.select("a", "b", "year").iter_rows()
        if a in EUROPEAN_POWERS and b in EUROPEAN_POWERS
    ]
    starts = range(years[0], years[1] + 1, 50)
    found = [[w for w in wars if s <= w[0] < s + 50] for s in starts]
    n = sum(bool(f) for f in found)
    named = "; ".join(
        f"{s}: {', '.join(sorted({f'{a}-{b} {y}' for y, a, b in f})) or 'none'}"
        for s, f in zip(starts, found, strict=True)
    )
    meaning = f"stretches of fifty years from {years[0]} with a war between great powers of Europe"
    return Measurement(float(n), f"of {len(found)}", meaning, ("mids",), n=len(wars), remark=named[:300])


def answered_incident(tables: Tables, *, state: str, by: str, year: int, points: float = 3.0) -> Measurement:
    """1 if an incident was followed by a worse view of the one behind it, or by a new sanction, else 0.

    Worse: the share with a good view of ``by`` among the people of ``state`` fell by ``points`` or more
    from the last survey up to the year before to the first within a year after. New: ``state`` has a kind
    of sanction on ``by`` in the year or the next that it had not the year before. Without a survey and
    without a new sanction nothing can be said (NaN).
    """
    rows = tables("favourability")
    views = dict(
        rows.filter((rows["state"] == state) & (rows["target"] == by)).select("year", "share").iter_rows()
    )
    before = [views[y] for y in sorted(views) if year - 4 <= y < year]
    after = [views[y] for y in sorted(views) if year <= y <= year + 1]
    fell = 100 * float(before[-1] - after[0]) if before and after else float("nan")
    kinds = {y: _kinds(tables, state, by, y) for y in (year - 1, year, year + 1)}
    new = (kinds[year] | kinds[year + 1]) - kinds[year - 1]
    said = "no survey" if np.isnan(fell) else f"good view down by {fell:.0f} points"
    meaning = (
        f"whether {state} answered the incident of {year} by {by} with a worse view or a new sanction (1 yes)"
    )
    remark = f"{said}; new sanctions: {', '.join(sorted(new)) or 'none'}"
    value = float("nan") if np.isnan(fell) and not new else float(fell >= points or bool(new))
    return Measurement(value, "yes or no", meaning, ("pew", "gsdb"), remark=remark)


KINDS = ("complete", "partial", "financial", "arms", "military", "travel", "other")


def _kinds(tables: Tables, sender: str, target: str, year: int) -> set[str]:
    import polars as pl

    chosen = (pl.col("sender") == sender) & (pl.col("target") == target) & (pl.col("year") == year)
    rows = tables("sanctions").filter(chosen & ~pl.col("un"))
    return {k for k in KINDS if rows.height and float(rows[k].cast(pl.Float64).fill_null(0).max() or 0) > 0}


def sanctions_among_members(tables: Tables, *, bloc: str, years: Sequence[int]) -> Measurement:
    """Share of the years in which a member of a bloc has a sanction of its own in force on another member."""
    rows = tables("sanctions")
    rows = rows.filter(~rows["un"])
    found: dict[int, set[str]] = {}
    for sender, target, year in rows.select("sender", "target", "year").iter_rows():
        if years[0] <= year <= years[1]:
            found.setdefault(year, set()).add(f"{sender} on {target}")
    hits = []
    for year in range(years[0], years[1] + 1):
        inside = set(members(tables, f"bloc:{bloc}", year))
        hits.append({x for x in found.get(year, ()) if set(x.split(" on ")) <= inside})
    named = sorted({x for h in hits for x in h})
    share = sum(bool(h) for h in hits) / len(hits)
    meaning = f"share of the years {years[0]}-{years[1]} with a sanction of one member of {bloc} on another"
    return Measurement(
        share, "share of years", meaning, ("gsdb",), n=len(hits), remark=", ".join(named)[:300]
    )


def fatal_disputes_of(
    tables: Tables, *, state: str, partner: str | Sequence[str], years: Sequence[int]
) -> Measurement:
    """Pair-years in which a fatal dispute or war (MID) of a state with others began in a span of years."""
    rows = tables("disputes")
    rows = rows.filter((rows["measure"] == "mid") & rows["onset"] & (rows["fatal"] | rows["war"]))
    found = [
        f"{other} {y}"
        for a, b, y in rows.select("a", "b", "year").iter_rows()
        if state in (a, b) and years[0] <= y <= years[1]
        for other in [b if a == state else a]
        if other in members(tables, partner, y)
    ]
    meaning = f"fatal disputes of {state} with {plain(partner)} begun {years[0]}-{years[1]}"
    return Measurement(float(len(found)), "disputes", meaning, ("mids",), remark=", ".join(found))
