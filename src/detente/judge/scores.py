"""Which mechanisms can be scored on years that they had not seen, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from detente.judge import scores_economy, scores_politics
from detente.judge.measurement import Tables
from detente.judge.score_rows import Row

__all__ = ["SCORED", "Row"]

SCORED: Mapping[str, Callable[[Tables, tuple[int, ...], int, int], Iterator[Row]]] = {
    "relations": scores_politics.relations,
    "alignment": scores_politics.alignment,
    "growth": scores_economy.growth,
    "defence": scores_politics.defence,
    "sanctions": scores_economy.sanctions,
    "trade": scores_economy.trade,
    "investment": scores_economy.investment,
    "arms": scores_economy.arms,
    "commodities": scores_economy.commodities,
    "tourism": scores_economy.tourism,
    "conflict": scores_politics.conflict,
    "accession": scores_politics.accession,
    "alliances": scores_politics.alliances,
    "leaders": scores_politics.leaders,
    "opinion": scores_politics.opinion,
    "gas": scores_economy.gas,
    "hostility": scores_politics.hostility,
    "territory": scores_politics.territory,
}
"""The scores of each mechanism, from tables, origins, number of draws and seed."""
