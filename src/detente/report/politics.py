"""Institutions and politics on the page: who lets a candidate in, trust, votes, and who owes whom defence.

Every part shows itself only where the run holds its fields and something moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detente.judge.record import bundle_tables
from detente.report import maps
from detente.report.figures import Figure
from detente.report.parties import answer_year
from detente.report.politics_accession import Ledger, bids_of, ledger, made_members
from detente.report.politics_criteria import Criteria, criteria_chart
from detente.report.politics_map import Obligations, obligations
from detente.report.politics_paths import Ladder, alignment, ladder
from detente.run.result import Result

CHARTS = 4
"""Candidates whose criteria are drawn."""


@dataclass(frozen=True, slots=True)
class Politics:
    """The section of one scenario."""

    year: int
    ledgers: tuple[Ledger, ...]
    criteria: tuple[Criteria, ...]
    ladder: Ladder | None
    alignment: Figure | None
    obligations: Obligations | None

    def __bool__(self) -> bool:
        return any((self.ledgers, self.criteria, self.ladder, self.alignment, self.obligations))


def politics(result: Result, scenario: str, areas: Sequence[maps.Shape]) -> Politics:
    """All that the run can say of institutions and politics."""
    document, tables = result.documents[scenario], bundle_tables()
    year = answer_year(document, result.years)
    bids = bids_of(document, result.index)
    ledgers = {b: found for b in bids if (found := ledger(result, scenario, b, tables))}
    candidates = [*ledgers, *made_members(document, result.index)][:CHARTS]
    charts = [criteria_chart(result, b, tables) for b in candidates]
    return Politics(
        year,
        tuple(ledgers.values()),
        tuple(c for c in charts if c),
        ladder(result, scenario),
        alignment(result, scenario, tables),
        obligations(result, scenario, year, areas, tables),
    )
