"""Computations on safety: whom a bloc protects, warheads and war, great powers, incidents short of war."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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

    y, x, target = _directed(tables, bloc, years, fatal, but)
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
        value, "times the odds", meaning, ("mids", "nmc", "contiguity"), low, high, len(y), words, remark
    )


def _directed(
    tables: Tables, bloc: str, years: Sequence[int], fatal: bool, but: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, covariates (1, member, land, water, powers, …) and number of the target of each pair-year."""
    attacks, power, majors = _attacks(tables, fatal), _power(tables), _majors(tables)
    borders = tables("contiguity").select("a", "b", "start", "end", "type").rows()
    rivals = tables("rivalry").select("a", "b", "start", "end").rows()
    span, blocks, targets = range(years[0], years[1] + 1), [], []
    for year in span:
        of = power.get(year - 1, {})
        states = sorted(of)
        at = {s: k for k, s in enumerate(states)}
        member = set(members(tables, f"bloc:{bloc}", year - 1))
        inside = np.array([s in member for s in states])
        great = np.array([any(s == m and a <= year <= b for m, a, b in majors) for s in states])
        near = _contiguity(borders, year, at)
        enemies = _marked(
            [(a, b) for a, b, first, last in rivals if first < year and (last is None or last >= year)], at
        )
        begun = _marked(attacks.get(year, ()), at)
        asked = ((near > 0) | great[:, None] | great) & ~inside[:, None] & ~np.eye(len(at), dtype=bool)
        left_out = np.array([s == but for s in states])
        one, two = np.nonzero(asked & ~left_out[:, None] & ~left_out)
        size = np.log([of[s] for s in states])
        here = (begun[one, two], np.ones(len(one)), inside[two], near[one, two] == 2, near[one, two] == 1)
        both = (size[one], size[two], great[one], great[two], (enemies | enemies.T)[one, two])
        decade = [np.full(len(one), year // 10 == d) for d in range(span[0] // 10 + 1, span[-1] // 10 + 1)]
        blocks.append(np.column_stack([*here, *both, *decade]).astype(float))
        targets += [states[k] for k in two]
    rows = np.concatenate(blocks)
    return rows[:, 0].copy(), rows[:, 1:].copy(), np.unique(targets, return_inverse=True)[1]


def _marked(pairs: Iterable[tuple[str, str]], at: Mapping[str, int]) -> np.ndarray:
    """True for the pairs named, (n, n)."""
    out = np.zeros((len(at), len(at)), dtype=bool)
    for a, b in pairs:
        if a in at and b in at:
            out[at[a], at[b]] = True
    return out


def _contiguity(
    borders: Sequence[tuple[str, str, int, int, int]], year: int, at: Mapping[str, int]
) -> np.ndarray:
    """2 for a land border in a year, 1 for at most 400 miles of water, else 0, (n, n)."""
    out = np.zeros((len(at), len(at)), dtype=int)
    for a, b, first, last, kind in borders:
        if first <= year <= last and a in at and b in at:
            out[at[a], at[b]] = max(out[at[a], at[b]], 2 if kind == 1 else 1)
    # What is listed in one direction only holds in the other.
    return np.where(out > 0, out, out.T)


def _attacks(tables: Tables, fatal: bool) -> dict[int, set[tuple[str, str]]]:
    """Attacker and attacked of each dispute, or fatal one, by the year it began (MID; by who moved first)."""
    rows = tables("disputes")
    rows = rows.filter(rows["fatal"] | rows["war"]) if fatal else rows
    rows = rows.filter((rows["measure"] == "mid") & rows["onset"] & rows["by_a"].is_not_null())
    out: dict[int, set[tuple[str, str]]] = {}
    for a, b, y, by in rows.select("a", "b", "year", "by_a").iter_rows():
        out.setdefault(y, set()).add((a, b) if by else (b, a))
    return out


def _power(tables: Tables) -> dict[int, dict[str, float]]:
    """Index of capability (COW) by year and state, at least a millionth."""
    rows = tables("state_year").select("state", "year", "cinc").drop_nulls()
    out: dict[int, dict[str, float]] = {}
    for s, y, v in rows.iter_rows():
        out.setdefault(y, {})[s] = max(float(v), 1e-6)
    return out


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
