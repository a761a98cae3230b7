"""Start values of balance, posture and warheads."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from importlib.resources import files

import numpy as np
import polars as pl

from detente.data.bundle import table
from detente.data.start_states import YEARS_AHEAD, Notes, Values, newest, note
from detente.model.world import Observation

Paths = dict[str, dict[int, np.ndarray]]
MEMORY = 0.8
"""Memory of the pace of a stockpile, as in the mechanism *warheads*; a test holds the two together."""
NO_TREATY = 1e6
"""The ceiling where no treaty binds; finite, since moves are blended with what was there."""
MOST = 0.3
"""Growth of a year beyond this counts as this, as there."""
PARTS = ("spending", "steel", "energy", "towns")
FEWEST = 0.1
"""Thousand soldiers in a host's land from which on they count as based there."""


def force(states: Sequence[str], year: int, seen: Mapping[str, np.ndarray]) -> tuple[Values, Paths, Notes]:
    """All that *balance* and *warheads* need; ``seen``: gdp and population at the start."""
    values, notes = components(states, year)
    for found, said in (soldiers(states, year), abroad(states, year), hosts(states, year)):
        values |= found
        notes |= said
    found, paths, said = stockpiles(states, year)
    values, notes = values | found, notes | said
    values["gdp_start"], values["population_start"] = seen["gdp"].copy(), seen["population"].copy()
    values["warhead_ceiling"] = np.full(len(states), NO_TREATY)
    values["deployed_ceiling"] = np.full(len(states), NO_TREATY)
    return values, paths, notes


def components(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Shares of the world's spending, steel, energy and towns in the newest year of the record.

    Spending is carried on to ``year`` by each state's real spending over its spending of the record's year.
    """
    rows = table("capabilities")
    at = min(year, int(rows["year"].max()))
    values: Values = {f"{part}_weight": np.full(len(states), np.nan) for part in PARTS}
    place = {s: i for i, s in enumerate(states)}
    for state, *shares in rows.filter(pl.col("year") == at).select("state", *PARTS).iter_rows():
        if state in place:
            for part, share in zip(PARTS, shares, strict=True):
                values[f"{part}_weight"][place[state]] = np.nan if share is None else share
    then, now = (newest("milex_share", states, y)[0] * newest("gdp_real", states, y)[0] for y in (at, year))
    ratio = now / np.where(then > 0, then, np.nan)
    values["spending_weight"] = values["spending_weight"] * np.where(np.isfinite(ratio), ratio, 1.0)
    rule = "" if at == year else f"spending carried on from {at} by real spending; the others as in {at}"
    said = {
        name: Observation("COW NMC 7.0", at, float(np.isfinite(v).mean()), rule) for name, v in values.items()
    }
    return values, said


def soldiers(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Personnel, thousand, and the goal of the armed forces, which is taken to be reached."""
    found, when = newest("milper", states, year)
    found = found / 1e3
    said = note("COW NMC 7.0", found, when)
    return {"personnel": found, "personnel_goal": found.copy()}, {"personnel": said, "personnel_goal": said}


def abroad(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Forces by sender and host, thousand: United States by count, rotations and others by a list of ours."""
    place = {s: i for i, s in enumerate(states)}
    based = np.zeros((len(states), len(states)))
    counts = table("forces_abroad").filter(pl.col("year") == year)
    for host, troops in counts.select("state", "troops").drop_nulls().iter_rows():
        if host in place and troops >= 1e3 * FEWEST:
            based[place["USA"], place[host]] = troops / 1e3
    for row in curated("forces_abroad"):
        if row["sender"] in place and row["host"] in place and int(row["from_year"]) <= year:
            based[place[row["sender"]], place[row["host"]]] += float(row["thousand"])
    rule = (
        f"United States on active duty by host ({FEWEST * 1e3:.0f} and more); rotations and others: listed, "
        "rounded, of the strength they had about 2023, from the year they came; not complete"
    )
    said = Observation("troopdata; IISS", year, float((based.sum(axis=0) > 0).mean()), rule)
    return {"forward_troops": based, "forward_troops_start": based.copy()}, {
        "forward_troops": said,
        "forward_troops_start": said,
    }


def hosts(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Foreign warheads on a state's soil: middle of the newest estimate; unknown before 2005."""
    rows = [r for r in curated("hosted_warheads") if int(r["year"]) <= year]
    found = np.zeros(len(states)) if rows else np.full(len(states), np.nan)
    place = {s: i for i, s in enumerate(states)}
    for row in sorted(rows, key=lambda r: int(r["year"])):
        if row["host"] in place:
            known = row["low"] and row["high"]
            found[place[row["host"]]] = (float(row["low"]) + float(row["high"])) / 2 if known else np.nan
    at = max((int(r["year"]) for r in rows), default=year)
    rule = "middle of the range; Belarus (from 2023): unknown" if rows else "no estimate by host before 2005"
    said = Observation("Kristensen and others", at, float(np.isfinite(found).mean()), rule)
    return {"hosted_warheads": found}, {"hosted_warheads": said}


def stockpiles(states: Sequence[str], year: int) -> tuple[Values, Paths, Notes]:
    """Military stockpiles, their pace, the share deployed, and what others foretell of them."""
    rows = table("warheads").filter(pl.col("year") <= year)
    at, place = int(rows["year"].max()), {s: i for i, s in enumerate(states)}
    stock, pace = np.zeros(len(states)), np.zeros(len(states))
    for state in rows["state"].unique():
        counts = dict(rows.filter(pl.col("state") == state).select("year", "warheads").iter_rows())
        if state in place and at in counts:
            stock[place[state]], pace[place[state]] = counts[at], pace_of(counts)
    values: Values = {
        "warheads": stock,
        "warheads_start": stock.copy(),
        "warhead_pace": pace,
        "deployed_share": deployed_share(states, year, stock),
    }
    paths = {"warhead_plan": plans(states, year, stock)}
    values["warhead_plan"] = paths["warhead_plan"][year + 1]
    said = Observation("FAS, Our World in Data", at, 1.0, "" if at == year else f"as at the end of {at}")
    planned = Observation(
        "US Department of Defense", min(year, 2023), float(np.isfinite(values["warhead_plan"]).mean())
    )
    return values, paths, dict.fromkeys(("warheads", "deployed_share"), said) | {"warhead_plan": planned}


def pace_of(counts: Mapping[int, int]) -> float:
    """Exponential mean of past yearly log growth; it begins with the first growth; 0 with none."""
    pace: float | None = None
    for year in sorted(counts):
        if year - 1 in counts:
            grown = float(np.clip(np.log(counts[year] / counts[year - 1]), -MOST, MOST))
            pace = grown if pace is None else MEMORY * pace + (1 - MEMORY) * grown
    return pace or 0.0


def deployed_share(states: Sequence[str], year: int, stock: np.ndarray) -> np.ndarray:
    """Strategic warheads deployed over the stockpile, 2023; unknown earlier; 0 for who has none."""
    rows = table("inventories").filter(pl.col("year") <= year)
    held = dict(rows.select("state", "strategic").iter_rows())
    counts = np.array([held.get(s, np.nan) for s in states])
    share = np.where(stock > 0, counts / np.where(stock > 0, stock, 1.0), 0.0)
    return np.minimum(share, 1.0)


def plans(states: Sequence[str], year: int, stock: np.ndarray) -> dict[int, np.ndarray]:
    """Yearly growth toward numbers foretold by ``year``, (n,) for each year ahead; NaN where none."""
    place = {s: i for i, s in enumerate(states)}
    path = {y: np.full(len(states), np.nan) for y in range(year + 1, year + YEARS_AHEAD + 1)}
    known = [r for r in curated("warhead_plans") if int(r["announced"]) <= year and r["state"] in place]
    for state in {r["state"] for r in known}:
        here, then = stock[place[state]], year
        for goal, number in sorted(
            (int(r["year"]), float(r["warheads"])) for r in known if r["state"] == state
        ):
            if goal <= then or here <= 0:
                continue
            for y in range(then + 1, goal + 1):
                path[y][place[state]] = np.log(number / here) / (goal - then)
            here, then = number, goal
    return path


def curated(name: str) -> list[dict[str, str]]:
    """Rows of one of our own lists in ``data/curated``."""
    text = files("detente.data").joinpath(f"curated/{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
