"""Entry into NATO and the EU over many years, as the mechanism makes it from a past year, and the record.

The mechanism is driven alone, with the estimates of that year, on the world as it was known at the end of it:
what the other mechanisms would move (relations, wealth, regimes) stands still. Rivals: the share that entered
in as many years before, with and without a pending request; and nobody enters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np

from detente.data import start_accession
from detente.judge.measurement import Tables
from detente.mechanisms import accession
from detente.mechanisms.accession.panel import FIRST, LAST, worlds
from detente.mechanisms.accession.places import eligible
from detente.model.chance import Chance
from detente.model.mechanism import Values, View, theories_of
from detente.model.simulate import draw_parameters
from detente.model.space import Index
from detente.model.world import Start

STARTS = (1990, 1995, 2000, 2005, 2010, 2014)
HORIZONS = (5, 10)
CHUNK = 20
"""Draws at a time: fields over pairs are large."""


def standing_world(tables: Tables, start: int) -> Start:
    """What the mechanism reads at the end of ``start``, for the states of the year after."""
    (_, states, see), *_ = worlds(tables, start + 1, start + 1)
    slots = dict(tables("states").select("state", "slot").iter_rows())
    index = Index(states, tuple(slots[s] for s in states), {}, {s: s for s in states})
    values = {field.removeprefix("last."): see[name][0] for name, field in accession.SEEN.items()}
    values |= {"population": np.ones(len(states)), "real_gdp": np.exp(see["income"][0]) / 1e9}
    values |= {"exports": see["traded"][0], "imports": np.zeros(len(states))}
    found, _ = start_accession.accession(states, start)
    return Start(index, start, values | found | {"nato_bound": found["nato_member"]})


def entries(
    tables: Tables, start: int, years: int, draws: int, seed: int = 1
) -> tuple[tuple[str, ...], dict]:
    """States, and for each bloc the members at the end of each simulated year, booleans (draw, year, n)."""
    world, mechanism = standing_world(tables, start), accession.mechanism(start)
    out = {b: np.zeros((draws, years, len(world.index)), dtype=bool) for b in accession.fields.BLOCS}
    for first in range(0, draws, CHUNK):
        rows = range(first, min(first + CHUNK, draws))
        for k, now in enumerate(_years(mechanism, world, range(start + 1, start + years + 1), rows, seed)):
            for bloc, inside in out.items():
                inside[rows.start : rows.stop, k] = now[f"{bloc.lower()}_member"] > 0.5
    return world.index.states, out


def _years(m: Any, world: Start, years: range, rows: range, seed: int) -> Iterator[dict[str, np.ndarray]]:
    """The mechanism's fields year by year, for some draws."""
    chance = Chance(seed)
    drawn = draw_parameters(m.parameters, chance, rows, world)
    p = Values({q.name.partition(".")[2]: drawn[q.name] for q in m.parameters}, theories_of(m.parameters))
    now = {name: np.broadcast_to(v, (len(rows), *np.shape(v))) for name, v in world.values.items()}
    for year in years:
        see = View(year, world.index, len(rows), {r: now[r.removeprefix("last.")] for r in m.reads})
        luck = {
            s: chance.uniforms(f"accession/{s}", rows, year, dims, world.index)
            for s, dims in m.chance.items()
        }
        now = now | dict(m.step(see, p, luck))
        now["nato_bound"] = now["nato_member"]
        yield now


@cache
def _spells(tables: Tables, bloc: str) -> dict[str, int]:
    rows = tables("blocs").filter(tables("blocs")["bloc"] == bloc).iter_rows(named=True)
    return {r["state"]: int(r["from_year"]) for r in rows}


def outsiders(tables: Tables, bloc: str, year: int) -> list[str]:
    """States of the year after that the treaty admits and that are not members at the end of ``year``."""
    rows = tables("states").sort("slot").iter_rows(named=True)
    codes = tuple(r["state"] for r in rows if r["start_year"] <= year + 1 <= (r["end_year"] or 9999))
    entered = _spells(tables, bloc)
    return [codes[k] for k in eligible(bloc, codes) if entered.get(codes[k], 9999) > year]


def asking(tables: Tables, bloc: str, year: int) -> set[str]:
    """Who has a request pending at the end of a year."""
    rows = tables("accession_bids").iter_rows(named=True)
    return {
        b["state"]
        for b in rows
        if (b["bloc"], b["kind"]) == (bloc, "request")
        and b["bid"]
        <= year
        < ((b["accession"] or b["end"] or 9999) if b["outcome"] == "entered" else (b["end"] or 9999))
    }


def base_rates(tables: Tables, bloc: str, start: int, ahead: int) -> dict[bool, float]:
    """Share of outsiders that entered within ``ahead`` years, by whether a request was pending.

    From every year of the record whose ``ahead`` years were over by ``start``; with Jeffreys' half cases.
    """
    hits, trials = {True: 0.5, False: 0.5}, {True: 1.0, False: 1.0}
    entered = _spells(tables, bloc)
    for year in range(FIRST[bloc], start - ahead + 1):
        pending = asking(tables, bloc, year)
        for s in outsiders(tables, bloc, year):
            trials[s in pending] += 1
            hits[s in pending] += entered.get(s, 9999) <= year + ahead
    return {k: hits[k] / trials[k] for k in hits}


def replayed(
    tables: Tables, starts: Iterable[int] = STARTS, draws: int = 200, seed: int = 1
) -> list[dict[str, Any]]:
    """Each outsider at each start and horizon: the chance of entry by ours and the rivals, and what came."""
    out = []
    for start in starts:
        spans = [h for h in HORIZONS if start + h <= LAST]
        states, inside = entries(tables, start, max(spans), draws, seed)
        for bloc, members in inside.items():
            entered, pending = _spells(tables, bloc), asking(tables, bloc, start)
            for ahead in spans:
                rates = base_rates(tables, bloc, start, ahead)
                ours = dict(zip(states, members[:, ahead - 1].mean(axis=0), strict=True))
                out += [
                    {
                        "bloc": bloc,
                        "start": start,
                        "ahead": ahead,
                        "state": s,
                        "came": entered.get(s, 9999) <= start + ahead,
                        "model": float(ours[s]),
                        "base rate": rates[s in pending],
                        "persistence": 0.0,
                    }
                    for s in outsiders(tables, bloc, start)
                ]
    return out


def summary(rows: list[dict[str, Any]]) -> dict[str, float]:
    """Brier scores, entries expected and on record, and the mean chance given to those that entered."""
    came = np.array([r["came"] for r in rows], dtype=float)
    told = {m: np.array([r[m] for r in rows]) for m in ("model", "base rate", "persistence")}
    found = {m: float(((p - came) ** 2).mean()) for m, p in told.items()}
    share = float(told["model"][came > 0].mean()) if came.any() else float("nan")
    return found | {
        "outsiders": len(rows),
        "entered": int(came.sum()),
        "expected": float(told["model"].sum()),
        "share": share,
        "base share": float(told["base rate"][came > 0].mean()) if came.any() else float("nan"),
    }
