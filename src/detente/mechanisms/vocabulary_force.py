"""Words of scenario files about force: ceilings on warheads, hosts emptied, forces based abroad."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
from pydantic import Field as Spec
from pydantic import field_validator, model_validator

from detente.mechanisms.phrases import Primitive, Why, Year, setting, when
from detente.model.documents import Document
from detente.model.errors import Problem
from detente.model.parameter import Strict
from detente.model.scenario import Selector
from detente.model.space import Index

FIELD = {"stockpile": "warhead_ceiling", "deployed": "deployed_ceiling"}


class WarheadCeiling(Strict):
    """A treaty allows each of the states named no more than so many warheads, by a schedule.

    ``path`` gives the years from which a number holds, as ``{2028: 3000, 2032: 1500}``: each holds until the
    next, the last for good or until ``stop``. ``counts: stockpile`` is the military stockpile, deployed or
    in reserve; ``counts: deployed`` are deployed strategic warheads, as New START counted them (1,550),
    which leaves the reserve free. How fast a state can come down is a parameter (``warheads.fastest_cut``),
    so that it may stand above a steep ceiling for some years; ``over_ceiling`` tells by how much. A number
    above the present stockpile binds nothing yet and is refused unless ``headroom: true`` says that it is
    meant.
    """

    use: Literal["warhead_ceiling"]
    who: Selector
    path: Annotated[dict[Year, float], Spec(min_length=1)]
    counts: Literal["stockpile", "deployed"] = "stockpile"
    headroom: bool = False
    stop: Year | None = None
    why: Why

    @field_validator("path")
    @classmethod
    def _not_below_none(cls, path: dict[int, float]) -> dict[int, float]:
        below = {y: n for y, n in path.items() if not n >= 0}
        if below:
            raise ValueError(f"a ceiling cannot be below 0 ({_said(below)}); 0 means that none is allowed")
        return path

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> WarheadCeiling:
        if self.stop is not None and self.stop < max(self.path):
            raise ValueError(f"'stop' ({self.stop}) lies before the last year of 'path' ({max(self.path)})")
        return self

    def expand(self) -> list[Primitive]:
        """One ceiling for each step of the schedule."""
        years = sorted(self.path)
        ends = [y - 1 for y in years[1:]] + [self.stop]
        return [
            {
                "do": "set",
                "field": FIELD[self.counts],
                "at": {"state": self.who},
                "to": self.path[year],
                "why": self.why,
            }
            | when(year, end)
            for year, end in zip(years, ends, strict=True)
        ]


class RemoveHostedWarheads(Strict):
    """Hosts send back the warheads of another state that stand on their soil, over ``ramp`` years.

    The owner's stockpile does not change by it: warheads that come home count on until a ceiling takes them
    out.
    """

    use: Literal["remove_hosted_warheads"]
    hosts: Selector
    start: Year
    stop: Year | None = None
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    why: Why

    def expand(self) -> list[Primitive]:
        """Set hosted warheads to none."""
        move = {"do": "set", "field": "hosted_warheads", "at": {"state": self.hosts}, "to": 0.0}
        return [move | {"why": self.why} | when(self.start, self.stop, self.ramp)]


class BaseForces(Strict):
    """A state bases so many thousand soldiers or sailors in another's land or ports, over ``ramp`` years.

    It replaces what the state had there; ``thousand: 0`` withdraws them. A division is some 10 to 15
    thousand; the Baltic Fleet of Russia some 25.
    """

    use: Literal["base_forces"]
    of: Selector
    where: Selector
    thousand: Annotated[float, Spec(ge=0, le=5000)]
    start: Year
    stop: Year | None = None
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    why: Why

    def expand(self) -> list[Primitive]:
        """Set forward troops."""
        return [setting(self, "forward_troops", self.thousand, state=self.of, partner=self.where)]


WORDS: dict[str, type[Strict]] = {
    "warhead_ceiling": WarheadCeiling,
    "remove_hosted_warheads": RemoveHostedWarheads,
    "base_forces": BaseForces,
}


def loose_ceilings(
    word: WarheadCeiling, index: Index, stock: Mapping[str, float], where: str = "warhead_ceiling"
) -> list[Problem]:
    """Ceilings that lie above what a state has at the start, and those on states that have nothing.

    ``stock``: warheads of each state at the start, of the kind that the ceiling counts.
    """
    if word.headroom or index.problems(word.who, where):
        return []
    found = []
    for state in index.members(word.who):
        have, first = stock.get(state, 0.0), word.path[min(word.path)]
        if not have > 0:
            found.append(
                Problem(where, f"{state} has no {word.counts} warheads", f"take '{state}' out of 'who'")
            )
        elif first > have:
            found.append(
                Problem(
                    where,
                    f"the ceiling of {first:,.0f} binds nothing: {state} has {have:,.0f}",
                    f"write {have:,.0f} or less, or add 'headroom: true'",
                )
            )
    return found


def ceilings_at_start(document: Document, index: Index, values: Mapping[str, np.ndarray]) -> list[Problem]:
    """Loose ceilings of a scenario file, by file and line, in a world that starts with these ``values``."""
    found: list[Problem] = []
    for number, raw in enumerate(document.content.get("interventions") or ()):
        if isinstance(raw, dict) and raw.get("use") == "warhead_ceiling" and "warheads" in values:
            word = WarheadCeiling.model_validate(raw)
            have = values["warheads"]
            if word.counts == "deployed":
                have = have * values["deployed_share"]
            stock = dict(zip(index.states, have.tolist(), strict=True))
            found += loose_ceilings(word, index, stock, document.where("interventions", number))
    return found


def _said(path: Mapping[int, float]) -> str:
    return ", ".join(f"{y}: {n:g}" for y, n in sorted(path.items()))
