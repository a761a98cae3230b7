"""Named computations on the observed panel, for claims that the record decides."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from detente.judge import (
    record_accession,
    record_alliances,
    record_conflict,
    record_defence,
    record_economy,
    record_energy,
    record_force,
    record_history,
    record_honour,
    record_ladder,
    record_law,
    record_leaders,
    record_pacts,
    record_pairs,
    record_safety,
    record_sanctions,
    record_states,
    record_territory,
    record_trade,
)
from detente.judge.measurement import Measurement, Tables
from detente.model.errors import DetenteError, Problem, Problems, nearest

FUNCTIONS: Mapping[str, Callable[..., Measurement]] = {
    f.__name__: f
    for f in (
        record_states.value,
        record_states.ideal_point_distance,
        record_states.share_of_years_beyond,
        record_states.spread_beyond,
        record_states.states_nearer,
        record_states.entrants_not_above,
        record_states.members_gained,
        record_states.entered_in,
        record_states.founded_after,
        record_states.outside_region,
        record_states.entry_after_entry,
        record_states.correlation,
        record_states.world_ratio_change,
        record_pairs.peace_level,
        record_pairs.pairs_at_least,
        record_pairs.share_of_years_rivals,
        record_pairs.years_from_rivalry_to_peace,
        record_pairs.relapse_chance,
        record_pairs.relapse_below,
        record_pairs.sanctions_lifted_after_rivalry,
        record_pairs.sanctioning_share,
        record_pairs.states_not_sanctioning,
        record_pairs.share_of_years_with_more_senders,
        record_defence.states_answering_threat,
        record_defence.states_cutting,
        record_force.force_share,
        record_force.inventory_share,
        record_force.soldiers_and_reserves,
        record_force.stockpile,
        record_force.stockpile_change,
        record_force.hosts,
        record_force.hosts_of_bases,
        record_pacts.pact_ratio_with_shared_enemy,
        record_conflict.disputes_elsewhere,
        record_honour.pact_effect_among_rivals,
        record_honour.allies_fight,
        record_honour.wars_widened,
        record_honour.allies_came,
        record_honour.pacts_failing,
        record_safety.attacks_on_members,
        record_safety.war_between_armed,
        record_safety.share_with_warheads,
        record_safety.half_centuries_with_great_war,
        record_safety.answered_incident,
        record_safety.fatal_disputes_of,
        record_safety.sanctions_among_members,
        record_alliances.pact_end_ratio,
        record_accession.criterion_value,
        record_accession.criterion_beyond_entrants,
        record_accession.criteria_missed,
        record_accession.years_from_to,
        record_accession.criteria_reached,
        record_accession.entry_effect,
        record_accession.bids_made,
        record_accession.holdout_years,
        record_law.law_holders,
        record_law.law_strength,
        record_law.promises_broken,
        record_law.eligible,
        record_law.accession_share,
        record_law.removal,
        record_law.treaty_parties,
        record_law.practice,
        record_law.covered_area,
        record_law.disputes_among_parties,
        record_history.on_record,
        record_history.day_of,
        record_history.days_between,
        record_history.took_part,
        record_history.part_of_fall,
        record_history.largest_break,
        record_ladder.steps_a_year,
        record_ladder.endings_without_steps,
        record_ladder.mediation_gain,
        record_ladder.warm_pairs_with_gap,
        record_ladder.relapse_by_gap,
        record_ladder.sanctions_after_decline,
        record_ladder.claims_on_land,
        record_territory.after_settlement,
        record_territory.former_ruler_fights,
        record_ladder.favourability_below,
        record_ladder.economy_value,
        record_ladder.disputes_in,
        record_trade.export_share,
        record_trade.trade_value,
        record_trade.separation_loss_ratio,
        record_sanctions.sanction_loss,
        record_sanctions.detour,
        record_energy.gas_share,
        record_energy.pipeline_capacity,
        record_energy.pipeline_use,
        record_energy.gas_cut_years,
        record_energy.withholding_price,
        record_economy.direct_investment,
        record_economy.government_debt,
        record_economy.arms_rank,
        record_economy.largest_seller_share,
        record_economy.arms_buyer_place,
        record_economy.visitors,
        record_economy.inputs_from,
        record_economy.sectors_in_exports,
        record_economy.trend,
        record_economy.defence_partners_trend,
        record_economy.consumption_without_cut,
        record_leaders.climb_after_new_leaders,
        record_leaders.military_share_and_rivalry,
        record_leaders.slump_and_disputes,
        record_leaders.new_rivals_after_loss,
        record_leaders.view,
        record_leaders.age_gap,
    )
}
"""What a claim may write after ``record:``; each is described by its own docstring."""


def measure(name: str, given: Mapping[str, Any], tables: Tables | None = None) -> Measurement:
    """Carry out a named computation on the shipped bundle, or on other ``tables``.

    Raises
    ------
    DetenteError : no such computation, a wrong argument, or a number that the panel lacks.
    """
    found = record_problems(name, given, "record")
    if found:
        raise DetenteError(found)
    return FUNCTIONS[name](tables or bundle_tables(), **given)


def record_problems(name: str, given: Mapping[str, Any], where: str) -> list[Problem]:
    """What is wrong with a call that a claim asks for; empty if nothing is."""
    if name not in FUNCTIONS:
        return [Problem(where, f"there is no record '{name}'", nearest(name, FUNCTIONS))]
    parameters = inspect.signature(FUNCTIONS[name]).parameters
    known = {k: p for k, p in parameters.items() if k != "tables"}
    problems = Problems()
    for key in given:
        if key not in known:
            problems.add(where, f"record '{name}' takes no '{key}'", nearest(key, known))
    for key, p in known.items():
        if key not in given and p.default is p.empty:
            problems.add(where, f"record '{name}' needs '{key}'", f"add `{key}: …` under 'given'")
    return problems.found


@cache
def bundle_tables() -> Tables:
    """The tables that ship with the package, each read once."""
    from detente.data import bundle

    return cache(bundle.table)
