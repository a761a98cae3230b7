"""Computations on the chronology of dated events, and on turning points of series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from detente.judge.measurement import Measurement, Tables, column_source, members, missing, plain, series
from detente.model.errors import DetenteError, Problem, nearest

SOURCE = ("chronology",)
ON_RECORD = ("document", "public")
DAYS = 365.2425


def _events(tables: Tables, keys: Sequence[str]) -> list[dict[str, Any]]:
    rows = {row["event"]: row for row in tables("chronology").iter_rows(named=True)}
    unknown = [k for k in keys if k not in rows]
    if unknown:
        raise DetenteError(
            [Problem("record", f"the chronology has no event '{k}'", nearest(k, rows)) for k in unknown]
        )
    return [rows[k] for k in keys]


def on_record(tables: Tables, *, events: Sequence[str]) -> Measurement:
    """Share of the events named that a published document or a public act attests; the others are named."""
    found = _events(tables, events)
    weak = [
        f"{e['event'].replace('_', ' ')}: {e['certainty']}" for e in found if e["certainty"] not in ON_RECORD
    ]
    meaning = f"share attested by a document or a public act, of: {'; '.join(e['what'] for e in found)}"
    share = 1 - len(weak) / len(found)
    return Measurement(share, "share of events", meaning, SOURCE, n=len(found), remark="; ".join(weak))


def day_of(tables: Tables, *, event: str) -> Measurement:
    """When an event was, as a year with its fraction (1990.38 is mid-May 1990)."""
    (found,) = _events(tables, [event])
    day: date = found["date"]
    value = day.year + (day - date(day.year, 1, 1)).days / DAYS
    remark = f"{day}" + ("" if found["precision"] == "day" else f", to the {found['precision']}")
    return Measurement(value, "year", f"date of: {found['what']}", SOURCE, remark=remark)


def days_between(tables: Tables, *, first: str, then: str) -> Measurement:
    """Days from one event to another; negative if the second came before the first."""
    one, two = _events(tables, [first, then])
    days = (two["date"] - one["date"]).days
    meaning = f"days from {one['what']} ({one['date']}) to {two['what']} ({two['date']})"
    return Measurement(float(days), "days", meaning, SOURCE)


def took_part(tables: Tables, *, event: str, who: str) -> Measurement:
    """1 if a state or body is named as a party to an event, else 0."""
    (found,) = _events(tables, [event])
    parties = [p.strip() for p in str(found["who"]).replace(" and ", ", ").split(",")]
    meaning = f"whether {who} was a party to: {found['what']} (1 yes)"
    return Measurement(float(who in parties), "yes or no", meaning, SOURCE, remark=str(found["who"]))


def part_of_fall(tables: Tables, *, column: str, state: str, years: Sequence[int], until: int) -> Measurement:
    """Which part of a column's fall between two years had happened by a year in between."""
    values = series(tables, column, state)
    first, last = years
    for y in (first, until, last):
        if y not in values:
            raise missing(f"{column} of {state} in {y}")
    if values[first] <= values[last]:
        raise missing(f"fall of {column} of {state} between {first} and {last}")
    part = (values[first] - values[until]) / (values[first] - values[last])
    meaning = f"part of the fall of {column} of {plain(state)} {first}–{last} that had come by {until}"
    return Measurement(part, "share", meaning, (column_source(column),))


def largest_break(
    tables: Tables, *, what: str, state: str, partner: str, years: Sequence[int], window: int = 3
) -> Measurement:
    """The year of the largest break of a series: mean of ``window`` years from it less that of those before.

    Nothing later than the last of ``years`` is looked at.
    ``what``: ``opinion`` (share of the partner's publics with a good view of the state), ``alignment`` (UN
    position of the state), ``sanctions`` (share of the partner's members with a sanction on the state) or
    ``spending`` (the partner's mean military burden).
    """
    values = {"opinion": _opinion, "sanctions": _sanctions}.get(what, _panel)(tables, what, state, partner)
    values = {y: v for y, v in values.items() if y <= years[1]}
    breaks = {}
    for y in range(years[0], years[1] + 1):
        after = [values[k] for k in range(y, y + window) if k in values]
        before = [values[k] for k in range(y - window, y) if k in values]
        if after and before:
            breaks[y] = float(np.mean(after) - np.mean(before))
    if not breaks:
        raise missing(f"{what} of {state} in {years[0]}–{years[1]}")
    year = max(breaks, key=lambda y: abs(breaks[y]))
    meaning = f"year of the largest break of {what} ({state}, {plain(partner)}) in {years[0]}–{years[1]}"
    source = {"opinion": "pew", "sanctions": "gsdb", "alignment": "ideal_points", "spending": "wdi"}[what]
    return Measurement(float(year), "year", meaning, (source,), n=len(breaks), remark=f"{breaks[year]:+.3f}")


def _panel(tables: Tables, what: str, state: str, partner: str) -> dict[int, float]:
    columns = {"alignment": ("ideal_point", state), "spending": ("milex_share", partner)}
    if what not in columns:
        raise missing(f"series '{what}' (has: opinion, alignment, sanctions, spending)")
    column, who = columns[what]
    return series(tables, column, who)


def _opinion(tables: Tables, what: str, state: str, partner: str) -> dict[int, float]:
    rows = tables("favourability").filter(tables("favourability")["target"] == state)
    found: dict[int, list[float]] = {}
    for who, year, share in rows.select("state", "year", "share").iter_rows():
        if who in members(tables, partner, year):
            found.setdefault(year, []).append(float(share))
    return {y: float(np.mean(v)) for y, v in sorted(found.items())}


def _sanctions(tables: Tables, what: str, state: str, partner: str) -> dict[int, float]:
    rows = tables("sanctions")
    rows = rows.filter((rows["target"] == state) & ~rows["un"])
    last = int(tables("sanctions")["year"].max())
    senders: dict[int, set[str]] = {}
    for sender, year in rows.select("sender", "year").iter_rows():
        senders.setdefault(year, set()).add(sender)
    out = {}
    for year in range(1990, last + 1):
        inside = members(tables, partner, year)
        out[year] = sum(s in senders.get(year, ()) for s in inside) / max(len(inside), 1)
    return out
