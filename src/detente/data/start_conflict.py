"""Start values of conflict: ground, power, warheads, and the memory of disputes and wars of every pair."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl

from detente.data.bundle import table
from detente.data.sources.contiguity import LAST as CONTIGUITY_TO
from detente.data.sources.majors import LAST as MAJORS_TO
from detente.data.sources.mids import LAST as RECORD_ENDS
from detente.data.start_pairs import both_ways, off_diagonal, place
from detente.data.start_states import Notes, Values, newest, note
from detente.data.states import by_code
from detente.model.world import Observation

KEPT = 0.5
"""Share of the memory of a dispute that lasts a year, as in the mechanism *conflict*."""
FATAL_KEPT = 0.5**0.125
"""The same of a fatal one."""
FIRST = 1816


def conflict(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Everything that the mechanism *conflict* needs beyond what others read, at the end of ``year``."""
    values, notes = standing(states, year)
    for found, said in (memory(states, year), wars(states, year)):
        values |= found
        notes |= said
    values["water_border"] = water(states, year)
    notes["water_border"] = Observation(
        "COW direct contiguity 3.2", min(year, CONTIGUITY_TO), 1.0, "later: as in 2016"
    )
    return values, notes


def standing(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Capabilities, major powers, states with warheads."""
    cinc, when = newest("cinc", states, year)
    powers = table("majors").filter(
        (pl.col("start") <= year) & ((pl.col("end") >= year) | (pl.col("end") == MAJORS_TO))
    )
    stock = table("warheads")
    seen = min(year, int(stock["year"].max()))
    armed = stock.filter(pl.col("year") == seen)["state"].to_list()
    values = {
        "capability": cinc,
        "major_power": np.isin(states, powers["state"].to_list()) * 1.0,
        "nuclear_armed": np.isin(states, armed) * 1.0,
    }
    return values, {
        "capability": note("COW NMC 7.0", cinc, when),
        "major_power": Observation("COW major powers 2016", min(year, MAJORS_TO), 1.0, "later: as in 2016"),
        "nuclear_armed": Observation("FAS, Our World in Data", seen, 1.0, "later: as in the newest year"),
    }


def water(states: Sequence[str], year: int) -> np.ndarray:
    """Pairs contiguous across water and not by land."""
    born = {s: by_code()[s].start.year for s in states}
    here = pl.col("a").is_in(list(states)) & pl.col("b").is_in(list(states))
    begun = pl.col("start") <= pl.max_horizontal(
        pl.lit(year), *(pl.col(c).replace_strict(born, default=9999) for c in ("a", "b"))
    )
    lasting = (pl.col("end") > year) | (pl.col("end") == CONTIGUITY_TO)
    spells = table("contiguity").filter(here & begun & lasting).with_columns(pl.lit(1.0).alias("is"))
    land, sea = (
        both_ways(place(spells.filter(kind), "a", "b", "is", states, 0.0))
        for kind in (pl.col("type") == 1, pl.col("type") > 1)
    )
    return off_diagonal(sea * (1.0 - land), 0.0)


def memory(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Recent disputes and years without one of every pair, by the record and the bridge after it."""
    n, at = len(states), min(year, RECORD_ENDS)
    born = np.array([by_code()[s].start.year for s in states])
    quiet = at - np.maximum(np.maximum(born[:, None], born[None, :]), FIRST) + 1.0
    recent, deadly, peace_years = np.zeros((n, n)), np.zeros((n, n)), np.maximum(quiet, 0.0)
    disputes = table("disputes").filter((pl.col("measure") == "mid") & (pl.col("year") <= at))
    spot = {s: k for k, s in enumerate(states)}
    columns = ("a", "b", "year", "onset", pl.col("fatal") | pl.col("war"))
    for a, b, when, onset, fatal in disputes.sort("year").select(*columns).iter_rows():
        if a in spot and b in spot and when >= max(born[spot[a]], born[spot[b]]):
            i, j = spot[a], spot[b]
            recent[i, j] += onset * KEPT ** (at - when)
            peace_years[i, j] = at - when
            deadly[i, j] += (onset and fatal) * FATAL_KEPT ** (at - when)
            for square in (recent, peace_years, deadly):
                square[j, i] = square[i, j]
    later = year - at
    recent, deadly, peace_years = recent * KEPT**later, deadly * FATAL_KEPT**later, peace_years + later
    for a, b, value, years, killed in _bridge().get(year, ()):
        if a in spot and b in spot:
            i, j = spot[a], spot[b]
            recent[i, j] = recent[j, i] = value
            peace_years[i, j] = peace_years[j, i] = years
            deadly[i, j] = deadly[j, i] = killed
    rule = "" if not later else (
        f"after {RECORD_ENDS}: expected, from the model's chances and the armed conflicts of UCDP"
    )  # fmt: skip
    said = Observation("dyadic MID 4.03", at, 1.0, rule)
    values = {
        "dispute_memory": off_diagonal(recent, 0.0),
        "fatal_memory": off_diagonal(deadly, 0.0),
        "peace_years": off_diagonal(peace_years, 0.0),
    }
    return values, dict.fromkeys(values, said)


@cache
def _bridge() -> dict[int, list[tuple[str, str, float, float, float]]]:
    """Expected memory after the end of the record (made by ``detente fit conflict``), by year."""
    text = files("detente.data").joinpath("curated/dispute_memory.csv").read_text(encoding="utf-8")
    out: dict[int, list[tuple[str, str, float, float, float]]] = {}
    for row in csv.DictReader(text.splitlines()):
        told = (row["a"], row["b"], *(float(row[k]) for k in ("recent", "peace_years", "deadly")))
        out.setdefault(int(row["year"]), []).append(told)
    return out


def wars(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Who is at war with whom in ``year`` and for how many years: UCDP's wars, primary parties.

    A war is a run of years of armed conflict up to ``year`` with at least one of 1,000 dead.
    """
    n, spot = len(states), {s: k for k, s in enumerate(states)}
    going, lasted = np.zeros((2, n, n))
    fights = table("conflict").filter(pl.col("year") <= year)
    known = {
        (a, b, when): hot for a, b, when, hot in fights.select("a", "b", "year", "intensity").iter_rows()
    }
    for a, b, when in known:
        if when == year and a in spot and b in spot:
            run = 0
            while (a, b, year - run) in known:
                run += 1
            if max(known[a, b, year - k] for k in range(run)) == 2:
                i, j = spot[a], spot[b]
                going[i, j] = going[j, i] = 1.0
                lasted[i, j] = lasted[j, i] = run
    said = Observation("UCDP/PRIO 25.1", min(year, int(fights["year"].max())), 1.0)
    values = {"at_war": going, "war_years": lasted, "at_war_start": going, "war_shadow": going}
    return values | {"war_output_loss": np.zeros(n)}, dict.fromkeys((*values, "war_output_loss"), said)
