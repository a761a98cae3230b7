"""Computations on who keeps his word: what pacts do to hostile pairs, who comes to help, which pacts fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from detente.judge.measurement import Measurement, Tables, missing
from detente.judge.record_pairs import paths
from detente.judge.rule import Z90, katz, wilson

Pair = tuple[str, str]
DATA = ("mids", "atop")
FOLLOWED = 10
"""Years for which a signed pact is followed."""
QUANTILES = np.linspace(0.005, 0.995, 100)


def pact_effect_among_rivals(
    tables: Tables, *, years: Sequence[int], at_most: float = 0.25, from_level: float = 0.0
) -> Measurement:
    """Disputes of hostile pairs with each other after they signed a defence pact, over those of like pairs
    without.

    Signers: pairs without a pact and at a peace level from ``from_level`` to ``at_most`` the year before;
    like pairs: the same year, the same level, the same kind of contiguity, and no pact. Both are followed
    for ten years, the signers while the pact binds, the others while none does. Ratio of disputes begun
    (MID) to those expected of the like pairs. One treaty binds many pairs, so the interval is a jackknife
    over years of signature; half a dispute is added to both.
    """
    bound, level, begun = _bonds(tables), _levels(tables), _begun(tables)
    kind = _contiguity(tables)
    cells = []
    for year in range(years[0], min(years[1], max(y for _, _, y in begun)) + 1):
        alike: dict[tuple[float, int], list[Pair]] = {}
        for pair, value in level.get(year - 1, {}).items():
            if from_level <= value <= at_most and pair not in bound.get(year - 1, set()):
                alike.setdefault((value, kind.get(pair, 0)), []).append(pair)
        for group in alike.values():
            new = [p for p in group if p in bound.get(year, set())]
            rest = [p for p in group if p not in bound.get(year, set())]
            if new and rest:
                cells.append(
                    (year, *_followed(new, year, bound, begun, True), *_followed(rest, year, bound, begun))
                )
    if not cells:
        raise missing(f"defence pact signed by hostile pairs in {years[0]}-{years[1]}")
    rows = np.array([(y, d, n * (other + 0.5) / max(m, 1)) for y, d, n, other, m in cells])
    value, low, high = _jackknifed(rows)
    disputes, pairs = int(rows[:, 1].sum()), sum(c[2] for c in cells)
    meaning = (
        f"disputes of pairs at a peace level of {at_most:g} or less after they signed a defence pact, "
        f"over those of like pairs without one, {years[0]}-{years[1]}"
    )
    remark = f"{disputes} disputes in {pairs} pair-years under a pact, {rows[:, 2].sum():.1f} expected"
    return Measurement(
        value,
        "times",
        meaning,
        (*DATA, "peace_scale"),
        low,
        high,
        pairs,
        "jackknife over years, 90 %",
        remark,
    )


def _followed(
    group: Sequence[Pair], year: int, bound: dict[int, set[Pair]], begun: set, with_pact: bool = False
) -> tuple[int, int]:
    """Disputes begun and pair-years over ten years, as long as the pairs are bound, or are not."""
    disputes = lasted = 0
    for pair in group:
        for y in range(year, year + FOLLOWED):
            if y not in bound or (pair in bound[y]) != with_pact:
                break
            lasted += 1
            disputes += (*pair, y) in begun
    return disputes, lasted


def _jackknifed(rows: np.ndarray) -> tuple[float, float, float]:
    """Ratio of sums of the second to the third column, leaving out one value of the first at a time."""

    def log_ratio(part: np.ndarray) -> float:
        return float(np.log((part[:, 1].sum() + 0.5) / (part[:, 2].sum() + 0.5)))

    groups = np.unique(rows[:, 0])
    value, n = log_ratio(rows), len(groups)
    parts = np.array([log_ratio(rows[rows[:, 0] != g]) for g in groups])
    half = Z90 * float(np.sqrt((n - 1) / n * ((parts - parts.mean()) ** 2).sum()))
    return float(np.exp(value)), float(np.exp(value - half)), float(np.exp(value + half))


def allies_fight(tables: Tables, *, fewest: int = 1, followers: int = 0, lead: bool = True) -> Measurement:
    """Chance that at least ``fewest`` of an attacked state's allies fight, as the engine holds it.

    The engine's own rule (:func:`detente.mechanisms.conflict.equations.joined`): the alliances of the
    attacked are honoured together or not at all; then the strongest ally comes (``lead``) and each of
    ``followers`` more with a small chance of its own. Value: mean over the rival readings of how often
    alliances are honoured, equally weighted; interval: 5 to 95 % of readings and of their errors. Trust
    plays no part in it.
    """
    del tables  # the newest estimates that ship with the mechanism
    known = _engine_readings()
    follow = known["follow"]
    rest = max(fewest - (1 if lead else 0), 0)
    enough = _at_least(rest, followers, follow)
    by_theory = {t: np.outer(known[t], enough) for t in HONOUR}
    every = np.concatenate([v.ravel() for v in by_theory.values()])
    low, high = (float(q) for q in np.quantile(every, (0.05, 0.95)))
    who = (
        f"the strongest ally{f' and of {followers} more' if followers else ''}"
        if lead
        else f"{followers} ally"
    )
    meaning = f"chance that at least {fewest} of {who} fight for an attacked state, in the engine"
    remark = ", ".join(f"{t.replace('_', ' ')}: {v.mean():.0%}" for t, v in by_theory.items())
    words = "5 % to 95 % of rival readings and their errors"
    return Measurement(
        float(every.mean()), "chance", meaning, ("mids", "atop"), low, high, len(HONOUR), words, remark
    )


HONOUR = ("leeds", "pacts", "since_1945", "record")
"""Readings of how often alliances are honoured, as in the mechanism of conflict."""


def _at_least(fewest: int, n: int, chance: np.ndarray) -> np.ndarray:
    """Chance of at least so many successes in n independent trials (binomial)."""
    from scipy.special import betainc  # scipy.stats takes two seconds to load

    if fewest <= 0 or fewest > n:
        return np.full(chance.shape, float(fewest <= 0))
    return np.asarray(betainc(fewest, n - fewest + 1, chance))


@cache
def _engine_readings() -> Mapping[str, np.ndarray]:
    """Quantiles of the conflict mechanism's chances: each reading in :data:`HONOUR`, and ``follow``."""
    from importlib.resources import files
    from pathlib import Path

    from detente.model.parameter import load_parameters

    folder = Path(str(files("detente.mechanisms.conflict")))
    known = {p.name: p for p in load_parameters(folder, "conflict", None)}
    of = {t: f"conflict.honour_{t}" for t in HONOUR} | {"follow": "conflict.follow"}
    return {name: _quantiles(known[parameter]) for name, parameter in of.items()}


def _quantiles(parameter: Any) -> np.ndarray:
    """Evenly spaced quantiles of a parameter that is one chance."""
    return np.clip(parameter.at(QUANTILES[:, None]), 0.0, 1.0).ravel()


def wars_widened(tables: Tables, *, years: Sequence[int]) -> Measurement:
    """How often allies bound without conditions entered a war, over those bound on conditions.

    For each war of two states that began in the years (MID) and each side of it: the states that owed that
    side defence the year before (ATOP) and were not bound to the other; did they fight the other in that
    year or the next? Conditional: every pact that binds the two names an adversary, a place or a kind of
    conflict. Which pairs began a war of many: see :func:`_begun_by_themselves`.
    """
    wars, begun = _wars(tables), _begun_by_themselves(tables)
    owed = {year: _owed(tables, year) for year in range(years[0] - 1, years[1])}
    came: dict[bool, list[bool]] = {True: [], False: []}
    for one, two, year in sorted(begun):
        for side, foe in ((one, two), (two, one)) if years[0] <= year <= years[1] else ():
            for ally, free in owed[year - 1].get(side, {}).items():
                if ally != foe and ally not in owed[year - 1].get(foe, {}):
                    came[free].append(_fought(wars, ally, foe, year))
    hits = np.array(came[True] + came[False])
    free = np.arange(len(hits)) < len(came[True])
    if not len(came[True]) or not len(came[False]):
        raise missing(f"wars of states with pacts of both kinds in {years[0]}-{years[1]}")
    value, low, high = katz(hits, free)
    meaning = f"allies without conditions that entered a war, over those on conditions, {years[0]}-{years[1]}"
    remark = (
        f"{sum(came[True])} of {len(came[True])} without conditions, "
        f"{sum(came[False])} of {len(came[False])} with; "
        "the bundle holds no pact that ended before 1946"
    )
    return Measurement(
        value, "times", meaning, DATA, low, high, len(hits), "ratio of shares (Katz), 90 %", remark
    )


def allies_came(
    tables: Tables, *, years: Sequence[int], allies: str | Sequence[str] = (), but: str | Sequence[str] = ()
) -> Measurement:
    """Share of the cases in which a state that owed defence to the attacked fought the attacker.

    One case for each war of two states that began in the years (MID; the attacked is whom the other moved
    against first) and each state that owed the attacked defence the year before (ATOP) and was not bound to
    the attacker. Fighting: at war with the attacker that year or the next. ``allies`` keeps only these
    states as those who owe, ``but`` leaves some out. Interval: Wilson; cases of one war count as
    independent, so it is too narrow.
    """
    wars, kept = _wars(tables), []
    only = [allies] if isinstance(allies, str) else list(allies)
    never = [but] if isinstance(but, str) else list(but)
    for attacker, victim, year in sorted(_begun_by_themselves(tables)):
        if not years[0] <= year <= years[1]:
            continue
        owed = _owed(tables, year - 1)
        for ally in owed.get(victim, {}):
            bound = ally == attacker or ally in owed.get(attacker, {})
            if not bound and (not only or ally in only) and ally not in never:
                kept.append((_fought(wars, ally, attacker, year), f"{ally} for {victim} {year}"))
    if not kept:
        raise missing(f"war in {years[0]}-{years[1]} in which such an ally owed help")
    hits = sum(k for k, _ in kept)
    low, high = wilson(hits, len(kept))
    meaning = f"share of allies that fought for the attacked, {years[0]}-{years[1]}"
    if only:
        meaning += f", of {', '.join(only)}"
    remark = "came: " + (", ".join(w for k, w in kept if k) or "none")
    return Measurement(
        hits / len(kept), "share", meaning, DATA, low, high, len(kept), "Wilson, 90 %", remark[:300]
    )


def pacts_failing(tables: Tables, *, years: Sequence[int]) -> Measurement:
    """Yearly chance that a defence pact fails, with rivals among its members over without.

    A pact (ATOP alliance with a duty of defence, two or more members bound) is at risk in every year at
    whose start it binds; it has an inner rivalry if two members are strategic rivals then (Thompson, Sakuwa
    & Suhas). It fails in the year in which it ends, if the year after fewer than half of its pairs that
    still exist are bound by any defence pact; one renewed under another number has not failed. Half a case
    added to each cell (Katz).
    """
    bonds, lives = _bonds(tables), dict(tables("states").select("state", "end_year").iter_rows())
    rivals = tables("rivalry").select("a", "b", "start", "end").rows()
    failed, inner = [], []
    for year, pairs, ends in _in_force(tables, years):
        hostile = {
            frozenset((a, b))
            for a, b, first, last in rivals
            if first <= year and (last is None or last >= year)
        }
        alive = [p for p in pairs if all(lives.get(s) is None or lives[s] > year + 1 for s in p)]
        held = [tuple(sorted(p)) in bonds.get(year + 1, set()) for p in alive]
        failed.append(bool(ends and alive and 2 * sum(held) < len(held)))
        inner.append(any(p in hostile for p in pairs))
    hits, group = np.array(failed), np.array(inner)
    if not group.any() or group.all():
        raise missing(f"pacts with and without rivals in {years[0]}-{years[1]}")
    value, low, high = katz(hits, group)
    span = f"{years[0]}-{years[1]}"
    meaning = f"yearly chance that a defence pact fails, with rivals among its members over without, {span}"
    remark = (
        f"{int(hits[group].sum())} of {int(group.sum())} pact-years with, "
        f"{int(hits[~group].sum())} of {int((~group).sum()):,} without"
    )
    words = "ratio of shares (Katz), 90 %"
    return Measurement(value, "times", meaning, ("atop", "rivalries"), low, high, len(hits), words, remark)


def _in_force(tables: Tables, years: Sequence[int]):  # noqa: ANN202
    """Each year and pact in force at its start: the year, its pairs, and whether it ends in that year."""
    import polars as pl

    rows = tables("alliances").filter(pl.col("defence"))
    for (_,), spells in rows.group_by(["atopid"], maintain_order=True):
        listed = spells.select("state", "start", "end").rows()
        for year in range(years[0], years[1] + 1):
            bound = sorted({s for s, a, b in listed if a.year < year and (b is None or b.year >= year)})
            after = {s for s, a, b in listed if a.year <= year and (b is None or b.year > year)}
            if len(bound) > 1:
                pairs = [frozenset((x, y)) for i, x in enumerate(bound) for y in bound[i + 1 :]]
                yield year, pairs, len(after & set(bound)) < 2


@lru_cache(maxsize=4)
def _bonds(tables: Tables) -> dict[int, set[Pair]]:
    """Pairs bound by a defence pact in each year that ATOP codes."""
    out: dict[int, set[Pair]] = {}
    rows = tables("pacts")
    for a, b, year in rows.filter(rows["defence"] & ~rows["carried"]).select("a", "b", "year").iter_rows():
        out.setdefault(year, set()).add((min(a, b), max(a, b)))
    return out


@lru_cache(maxsize=4)
def _levels(tables: Tables) -> dict[int, dict[Pair, float]]:
    out: dict[int, dict[Pair, float]] = {}
    for (a, b), path in paths(tables).items():
        for year, level in path.items():
            out.setdefault(year, {})[min(a, b), max(a, b)] = level
    return out


@lru_cache(maxsize=4)
def _begun(tables: Tables) -> set[tuple[str, str, int]]:
    """Pairs and years in which a militarised dispute began."""
    rows = tables("disputes")
    rows = rows.filter((rows["measure"] == "mid") & rows["onset"])
    return {(min(a, b), max(a, b), y) for a, b, y in rows.select("a", "b", "year").iter_rows()}


@lru_cache(maxsize=4)
def _contiguity(tables: Tables) -> dict[Pair, int]:
    """2 for pairs with a land border at any time, 1 for at most 400 miles of water; others are left out."""
    out: dict[Pair, int] = {}
    for a, b, kind in tables("contiguity").select("a", "b", "type").iter_rows():
        pair = (min(a, b), max(a, b))
        out[pair] = max(out.get(pair, 0), 2 if kind == 1 else 1)
    return out


@lru_cache(maxsize=4)
def _wars(tables: Tables) -> set[tuple[str, str, int]]:
    """Pairs and years of wars (MID)."""
    rows = tables("disputes")
    rows = rows.filter((rows["measure"] == "mid") & rows["war"])
    return set(rows.select("a", "b", "year").iter_rows())


@lru_cache(maxsize=4)
def _begun_by_themselves(tables: Tables) -> set[tuple[str, str, int]]:
    """Attacker, attacked and year of the pairs that began a war; those of states that joined are left out.

    War pairs that begin in one year and share a state are one war. Of its pairs those of neighbours by land
    began it; where there are none, all did. A pair of which one was at war the year before has joined. The
    attacker is the side that moved first (MID).
    """
    rows = tables("disputes")
    rows = rows.filter((rows["measure"] == "mid") & rows["war"] & rows["onset"] & rows["by_a"].is_not_null())
    near = {pair for pair, kind in _contiguity(tables).items() if kind == 2}
    by_year: dict[int, list[tuple[str, str]]] = {}
    fighting: dict[int, set[str]] = {}
    for a, b, year in _wars(tables):
        fighting.setdefault(year, set()).update((a, b))
    for a, b, year, by in rows.select("a", "b", "year", "by_a").iter_rows():
        by_year.setdefault(year, []).append((a, b) if by else (b, a))
    out = set()
    for year, pairs in by_year.items():
        for war in _connected(pairs):
            began = [p for p in war if (min(p), max(p)) in near]
            out |= {(*p, year) for p in began or war if not set(p) & fighting.get(year - 1, set())}
    return out


def _connected(pairs: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Pairs put together that share a state, directly or through others."""
    groups: list[list[tuple[str, str]]] = []
    for pair in pairs:
        touching = [g for g in groups if any(set(pair) & set(p) for p in g)]
        groups = [g for g in groups if g not in touching]
        groups.append([pair, *(p for g in touching for p in g)])
    return groups


def _fought(wars: set[tuple[str, str, int]], one: str, two: str, year: int) -> bool:
    return any((a, b, y) in wars for y in (year, year + 1) for a, b in ((one, two), (two, one)))


@lru_cache(maxsize=512)
def _owed(tables: Tables, year: int) -> dict[str, dict[str, bool]]:
    """For each state, who owes it defence at the end of a year, and whether without conditions."""
    bound: dict[Any, dict[str, bool]] = {}
    for pact, state, conditions, first, last in _duties(tables):
        if first <= year and (last is None or last > year):
            bound.setdefault(pact, {}).setdefault(state, not conditions)
    out: dict[str, dict[str, bool]] = {}
    for members in bound.values():
        for one, free in members.items():
            for other in members:
                if one != other:
                    said = out.setdefault(other, {})
                    said[one] = said.get(one, False) or free
    return out


@lru_cache(maxsize=4)
def _duties(tables: Tables) -> list[tuple[Any, str, bool, int, int | None]]:
    """Pact, member, whether on conditions, first and last year of every duty of defence (ATOP)."""
    import polars as pl

    rows = tables("alliances").filter(pl.col("defence"))
    years = (pl.col("start").dt.year(), pl.col("end").dt.year())
    return rows.select("atopid", "state", "conditions", *years).rows()
