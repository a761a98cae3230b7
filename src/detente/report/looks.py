"""How each field is shown to people: its plain name, how it is summed over states, its unit and scale.

A field without an entry is shown with the name, unit and meaning of its declaration, so a new
mechanism appears on the page before anyone has written a line in looks.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from detente.model.field import Field


@dataclass(frozen=True, slots=True)
class Look:
    """How a field is shown.

    ``how`` is the aggregation over several states (see ``Result.values``). An effect is shown in
    per cent of the baseline if ``relative``, otherwise as a difference in ``effect_unit``; levels
    and differences are multiplied by ``factor`` first.
    """

    title: str
    noun: str
    unit: str
    how: str = "mean"
    relative: bool = False
    factor: float = 1.0
    effect_unit: str = ""
    more: str = "higher"
    less: str = "lower"
    places: int = 0
    """Fewest places after the point of a level."""
    headline: bool = True
    """Whether it may stand among the figures that a reader asks for first; not what a scenario mostly
    decides itself, or what means something only beside other fields."""

    @property
    def scale(self) -> float:
        """What a raw effect is multiplied by before it is shown."""
        return 100.0 if self.relative else self.factor

    @property
    def difference_unit(self) -> str:
        """Unit of the effect as shown."""
        return "%" if self.relative else self.effect_unit or self.unit


@cache
def looks() -> dict[str, Look]:
    """The entries of ``looks.yaml`` by field."""
    text = (Path(__file__).parent / "looks.yaml").read_text(encoding="utf-8")
    return {name: Look(**said) for name, said in yaml.load(text, yaml.CSafeLoader).items()}


def look(name: str, field: Field | None = None) -> Look:
    """How to show a field; from its declaration where nothing special is known."""
    if name in looks():
        return looks()[name]
    words = (
        name.replace("_", " ")
        .replace("gdp", "GDP")
        .replace("usd", "USD")
        .replace("milex", "military spending")
    )
    return Look(words[:1].upper() + words[1:], words, field.unit if field else "")
