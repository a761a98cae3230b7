"""The observed world at the end of a year, from which a run starts.

A start in the past knows nothing later than its year: no later observation, membership, pact or
projection. Three things are seen from today all the same: real GDP is measured at the prices of 2023;
V-Dem and the ideal points are re-estimated by their makers on all years; and the share of goods output in
GDP is that of 2022.

Before 1991 the states are those of the day, in their borders (table ``early``), and those that came later
never come. What no source tells of a time is missing, and its note says so; mechanisms without their
inputs stand aside. Nothing can start before 1950: sanctions (GSDB), output in current dollars (PWT) and
forces abroad are on record from then.
"""

from __future__ import annotations

import numpy as np

from detente.data import (
    blocs,
    start_accession,
    start_alliances,
    start_arms,
    start_commodities,
    start_conflict,
    start_defence,
    start_economy,
    start_force,
    start_gas,
    start_hostility,
    start_leaders,
    start_opinion,
    start_pairs,
    start_sectors,
    start_states,
    start_territory,
    start_tourism,
)
from detente.data.bundle import table
from detente.data.states import existing
from detente.model.errors import DetenteError, Problem
from detente.model.space import Index
from detente.model.world import Observation, Start

FIRST, NEWEST = 1950, 2024
FORMER_NAMES = {
    "RUS": ("Soviet Union", 1990),
    "SRB": ("Yugoslavia", 1990),
    "DEU": ("West Germany", 1989),
    "YEM": ("North Yemen", 1989),
    "VNM": ("North Vietnam", 1974),
}
"""What states were called, to the last year at whose end they were."""


def observed(year: int | None = None) -> Start:
    """The world at the end of ``year`` (None: the newest, 2024); the first simulated year is the next.

    Values over states (n,) and pairs (n, n) of every field that the mechanisms need at the start; unknown
    is NaN, and ``notes`` say for each field its source, newest year, share observed and rule of imputation.
    Raises :class:`DetenteError` for a year before 1950 or after the newest.
    """
    at = NEWEST if year is None else int(year)
    if not FIRST <= at <= NEWEST:
        why = "; sanctions, output and forces abroad are on record from 1950" if at < FIRST else ""
        raise DetenteError(
            Problem("--start", f"there is no observed start for {at}{why}", f"valid: {FIRST} to {NEWEST}")
        )
    index = world_index(at)
    states = index.states
    values, notes = start_states.plain(states, at)
    ahead, paths, more = start_states.outlook(states, at, values["population"])
    pathways, routes, said = start_economy.pathways(states, at)
    paths = {**paths, **routes}
    parts = [(ahead, more), (pathways, said)] + [
        read(states, at)
        for read in (
            start_accession.accession,
            start_pairs.ground,
            start_pairs.pacts,
            start_alliances.alliances,
            start_pairs.relations,
            start_pairs.sanctions,
            start_pairs.trade,
            start_sectors.sectors,
            start_commodities.commodities,
            start_conflict.conflict,
            start_territory.territory,
            start_hostility.hostility,
            start_opinion.opinion,
            start_tourism.tourism,
            start_economy.investment,
            start_economy.weight,
        )
    ]
    for found, said in parts:
        values |= found
        notes |= said
    found, roads, said = start_gas.gas(states, at, index.blocs.get("EU", ()))
    paths, values, notes = {**paths, **roads}, values | found, notes | said
    found, rhythms, said = start_leaders.leaders(states, at)
    paths, values, notes = {**paths, **rhythms}, values | found, notes | said
    found, roads, said = start_defence.budgets(states, at)
    paths, values, notes = {**paths, **roads}, values | found, notes | said
    found, roads, said = start_force.force(states, at, values)
    paths, values, notes = {**paths, **roads}, values | found, notes | said
    values["unreported_milex"], notes["unreported_milex"] = start_states.unreported_milex(
        states, at, values["milex"]
    )
    values["ideal_point_passing"] = start_states.passing(states, at)
    values |= start_states.positions_before(states, at)
    trade, told = start_arms.trade(states, at, values)
    values |= trade
    notes |= told
    values |= untouched(len(states), values)
    notes["reconciliation"] = Observation(
        "none", at, 1.0, "0: the observed world is the measure of no extra effort"
    )
    return Start(index, at, {k: np.asarray(v, dtype=float) for k, v in values.items()}, paths, notes)


def world_index(year: int) -> Index:
    """The states that exist past the end of ``year`` in registry order, with the blocs of that moment.

    Beside the standing blocs there is ``sanctioning-XXX`` for every state under a sanction: its senders.
    """
    alive = existing(year)
    spells = list(table("blocs").iter_rows())
    codes = {s.state for s in alive}
    names = dict.fromkeys(spell[0] for spell in spells)
    inside = {b: tuple(s for s in blocs.members(spells, b, year) if s in codes) for b in names}
    order = {s.state: s.slot for s in alive}
    return Index(
        tuple(s.state for s in alive),
        tuple(s.slot for s in alive),
        {b: tuple(sorted(m, key=order.__getitem__)) for b, m in inside.items() if m}
        | start_pairs.coalitions([s.state for s in alive], year),
        {s.state: name_in(s.state, s.name, year) for s in alive},
    )


def name_in(state: str, today: str, year: int) -> str:
    """What a state was called at the end of ``year``."""
    former, last = FORMER_NAMES.get(state, ("", 0))
    return former if year <= last else today


def untouched(n: int, values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Fields that begin from nothing: no effort, no effect of ours, no memory of threat."""
    return {
        "reconciliation": np.zeros((n, n)),
        "real_gdp": values["gdp"].copy(),
        "milex_share_start": values["milex_share"].copy(),
        "threat": np.full(n, np.nan),
        "threat_norm": np.full(n, np.nan),
    }
