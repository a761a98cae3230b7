"""Institutions and politics on the page: who lets a candidate in, trust, votes, and who owes whom defence.

Every part shows itself only where the run holds its fields and something moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detente.report import maps
from detente.report.parties import answer_year
from detente.run.result import Result


@dataclass(frozen=True, slots=True)
class Politics:
    """The section of one scenario."""

    year: int

    def __bool__(self) -> bool:
        return False


def politics(result: Result, scenario: str, areas: Sequence[maps.Shape]) -> Politics:
    """All that the run can say of institutions and politics."""
    return Politics(answer_year(result.documents[scenario], result.years))
