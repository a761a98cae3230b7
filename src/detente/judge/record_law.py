"""Computations on the law of treaties, for claims about who owes what, who may join, who can be put out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import cos, radians
from typing import Any

from detente.judge import legal
from detente.judge.measurement import Measurement, Tables, missing
from detente.treaties.answer import Answer
from detente.treaties.checks import by_name, shipped
from detente.treaties.edits import apply, parse_assumption
from detente.treaties.geography import west_of_the_urals
from detente.treaties.membership import may_join, votes_needed
from detente.treaties.places import Place, capitals
from detente.treaties.scale import YES, rank
from detente.treaties.scope import matched

NOT_A_STATE = "none"
GRID = 0.25
"""Degrees between the points at which the share of an area is counted."""


def law_holders(
    tables: Tables,
    *,
    attacker: str,
    target: str,
    at: str,
    on: date | str,
    what: str = "armed_attack",
    treaty: str = "",
    article: str = "",
    kind: str = "assist",
    assume: Sequence[str] = (),
) -> Measurement:
    """States that owe help of a kind, beyond doubt, under any treaty or the one named."""
    answer = _asked(attacker, target, at, on, what, assume)
    lines = [x for x in answer.help(kind) if not treaty or x.treaty == by_name(treaty, shipped()).id]
    who = sorted({x.holder for x in lines if not article or x.article.split()[0] == article})
    under = f" under {treaty} {article}".rstrip() if treaty else ""
    meaning = f"states that owe {_to(kind)}{under} if {attacker} attacks {target} at {at} on {on}"
    return Measurement(float(len(who)), "states", meaning, _data(treaty), remark=", ".join(who))


def law_strength(
    tables: Tables,
    *,
    attacker: str,
    target: str,
    at: str,
    on: date | str,
    treaty: str,
    what: str = "armed_attack",
) -> Measurement:
    """Strongest duty to assist under a treaty on its ordered scale, 0 (nothing) to 6 (war at once)."""
    answer = _asked(attacker, target, at, on, what, ())
    found = [x.strength for x in answer.help() if x.treaty == by_name(treaty, shipped()).id]
    strength = max(found, key=rank, default="none")
    meaning = f"strength of the duty to assist under {treaty} (0 nothing … 6 war at once)"
    return Measurement(
        float(rank(strength)), "rank", meaning, _data(treaty), remark=strength.replace("_", " ")
    )


def promises_broken(tables: Tables, *, attacker: str, target: str, at: str, on: date | str) -> Measurement:
    """Commitments to the target that bind in law, beside the UN Charter, and that an attack would break."""
    answer = _asked(attacker, target, at, on, "armed_attack", ())
    broken = {x.short for x in answer.broken if x.verdict == YES and x.binding and x.treaty != "un-charter"}
    meaning = (
        f"commitments of {attacker} to {target} beside the UN Charter broken by an attack at {at} on {on}"
    )
    return Measurement(
        float(len(broken)), "treaties", meaning, ("treaties", "atop"), remark="; ".join(sorted(broken))
    )


def eligible(tables: Tables, *, treaty: str, state: str, on: date | str) -> Measurement:
    """1 if the treaty's own words let a state join on a day, else 0; ``none`` stands for what is no state."""
    on = _day(on)
    found = by_name(treaty, shipped())
    area = (
        "" if state == NOT_A_STATE else str(capitals()[legal.find_state(state, legal.lifetimes(), on)].area)
    )
    said, why = may_join(found, state, area, on)
    meaning = f"whether {found.short} lets {'what is no state' if not area else state} join on {on} (1 yes)"
    return Measurement(float(said != "no"), "yes or no", meaning, _data(treaty), remark=why)


def accession_share(tables: Tables, *, treaty: str, on: date | str) -> Measurement:
    """Share of the parties that must consent to an accession on a day."""
    on = _day(on)
    found = votes_needed(by_name(treaty, shipped()), on)
    if found is None:
        raise missing(f"rule of accession of {treaty} on {on}")
    needed, parties = found
    meaning = f"share of the parties of {treaty} that must consent to an accession on {on}"
    return Measurement(needed / parties, "share", meaning, _data(treaty), remark=f"{needed} of {parties}")


def removal(tables: Tables, *, treaty: str, on: date | str, how: str = "expulsion") -> Measurement:
    """1 if the treaty has a clause for the expulsion (or suspension) of a party, else 0."""
    on = _day(on)
    clauses = getattr(by_name(treaty, shipped()), how, None)
    if clauses is None:
        raise missing(f"kind of removal '{how}' (has: expulsion, suspension)")
    clause = next((c for c in clauses if c.on(on)), None)
    if clause is None:
        raise missing(f"word on {how} in {treaty}")
    meaning = f"whether {treaty} has a clause for the {how} of a party (1 yes)"
    return Measurement(float(clause.possible), "yes or no", meaning, _data(treaty), remark=clause.text)


def treaty_parties(
    tables: Tables,
    *,
    treaty: str,
    on: date | str,
    states: Sequence[str] = (),
    area: str = "",
    share: bool = False,
) -> Measurement:
    """Parties on a day among some states, or among all states whose capital lies in an area."""
    on = _day(on)
    found = by_name(treaty, shipped())
    alive = [s.state for s in legal.lifetimes() if s.on(on)]
    among = [s for s in alive if (s in states if states else not area or capitals()[s].area == area)]
    inside = [s for s in among if found.binds(s, on)]
    value = len(inside) / len(among) if share else float(len(inside))
    whom = ", ".join(states) or area or "all states"
    meaning = f"{'share' if share else 'number'} of parties of {treaty} among {whom} on {on}"
    return Measurement(value, "share" if share else "states", meaning, _data(treaty), n=len(among))


def practice(
    tables: Tables, *, treaty: str, what: str, state: str = "", years: Sequence[int] = (1946, 2025)
) -> Measurement:
    """Years on whose last day something stood that the treaty file records as practice."""
    records = [
        p for p in by_name(treaty, shipped()).practice if p.what == what and (not state or state in p.states)
    ]
    if not records:
        raise missing(f"practice '{what}' of {treaty}")
    stood = [y for y in range(years[0], years[1] + 1) if any(p.on(date(y, 12, 31)) for p in records)]
    meaning = f"years {years[0]}–{years[1]} in which this stood of {treaty}: {what.replace('_', ' ')}"
    return Measurement(float(len(stood)), "years", meaning, _data(treaty), remark=records[0].note)


def disputes_among_parties(
    tables: Tables,
    *,
    treaty: str,
    years: Sequence[int],
    states: Sequence[str] = (),
    fatal: bool = False,
    measure: str = "mid",
) -> Measurement:
    """Pair-years of militarised (or fatal) disputes between two parties of a treaty, all or some of them.

    A pair counts in a year if both are parties on its first day.
    """
    import polars as pl

    found = by_name(treaty, shipped())
    rows = tables("disputes").filter((pl.col("measure") == measure) & pl.col("year").is_between(*years))
    if rows.is_empty():
        raise missing(f"disputes '{measure}' in {years[0]}-{years[1]}")
    rows = rows.filter(pl.col("fatal")) if fatal else rows
    inside = [
        (a, b, y)
        for a, b, y in rows.select("a", "b", "year").unique().sort("year", "a", "b").iter_rows()
        if found.binds(a, date(y, 1, 1))
        and found.binds(b, date(y, 1, 1))
        and (not states or {a, b} <= {*states})
    ]
    kind = "fatal disputes" if fatal else "militarised disputes"
    whom = "-".join(states) or "all parties"
    meaning = f"pair-years of {kind} between parties of {treaty} ({whom}), {years[0]}–{years[1]}"
    last = f"last: {'-'.join(map(str, inside[-1]))}" if inside else ""
    return Measurement(
        float(len(inside)), "pair-years", meaning, ("treaties", "mids"), n=len(inside), remark=last
    )


def covered_area(tables: Tables, *, treaty: str, state: str, on: date | str) -> Measurement:
    """Share of a state's land, as the map draws it, on which an attack would fall under a treaty it joined.

    Counted on a grid of points weighted by the cosine of latitude. The readings that are open count as half
    covered in the value and as the interval.
    """
    on = _day(on)
    found = apply(
        shipped(),
        [parse_assumption(f"{state} in {treaty} from {on}")]
        if not by_name(treaty, shipped()).binds(state, on)
        else [],
    )
    rules = by_name(treaty, found).scope
    total, sure, perhaps = 0.0, 0.0, 0.0
    for lat, lon in _points(state):
        place = Place("", lat, lon, area=_area(state, lat, lon), title=state, held=state)
        verdict, _ = matched(rules.territory, place, on)
        weight = cos(radians(lat))
        total += weight
        sure += weight * (verdict == YES)
        perhaps += weight * (verdict == 1)
    if not total:
        raise missing(f"shape of {state} on the map")
    low, high = sure / total, (sure + perhaps) / total
    meaning = f"share of {state}'s land on which an attack would fall under {treaty} on {on}"
    spread = (low, high) if perhaps else (None, None)
    return Measurement(
        (low + high) / 2,
        "share",
        meaning,
        (*_data(treaty), "map"),
        *spread,
        remark="Europe ends at the Urals",
    )


def _points(state: str) -> list[tuple[float, float]]:
    from detente.data.geometry import world_map

    parts = [
        p
        for f in world_map()["features"]
        if f["properties"]["state"] == state
        for p in f["geometry"]["coordinates"]
    ]
    found = []
    for part in parts:
        xs, ys = zip(*part[0], strict=True)
        for i in range(int((max(ys) - min(ys)) / GRID) + 1):
            lat = min(ys) + (i + 0.5) * GRID
            found += [(lat, x) for x in _inside_at(part, lat, min(xs), max(xs))]
    return found


def _inside_at(
    part: Sequence[Sequence[Sequence[float]]], lat: float, west: float, east: float
) -> list[float]:
    """Longitudes of the grid that lie inside a polygon with holes on one parallel, by its crossings."""
    cuts = sorted(
        x1 + (x2 - x1) * (lat - y1) / (y2 - y1)
        for ring in part
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)
        if (y1 > lat) != (y2 > lat)
    )
    steps = [west + (i + 0.5) * GRID for i in range(int((east - west) / GRID) + 1)]
    return [x for x in steps if sum(c < x for c in cuts) % 2]


def _area(state: str, lat: float, lon: float) -> str:
    if state in ("RUS", "KAZ"):
        return "europe" if west_of_the_urals(lat, lon) else "asia"
    return str(capitals()[state].area)


def _asked(attacker: str, target: str, at: str, on: Any, what: str, assume: Sequence[str]) -> Answer:
    return legal.ask(attacker, target, at, on, what, [parse_assumption(text) for text in assume])


def _to(kind: str) -> str:
    return {"assist": "help", "consult": "consultation"}.get(kind, kind)


def _data(treaty: str) -> tuple[str, ...]:
    return ("treaties",) if treaty else ("treaties", "atop")


def _day(on: date | str) -> date:
    try:
        return on if isinstance(on, date) else date.fromisoformat(on)
    except ValueError:
        raise missing(f"day '{on}' (write YYYY-MM-DD)") from None
