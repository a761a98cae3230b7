"""Words of scenario files for small steps between states, and for what becomes of territory in dispute."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field as Spec
from pydantic import model_validator

from detente.mechanisms.phrases import Primitive, Why, Year, when
from detente.model.parameter import Strict
from detente.model.scenario import Selector

Kind = Literal[
    "agreement",
    "exercises",
    "exchange",
    "council",
    "hotline",
    "arms_control_talks",
    "mediation",
    "cooperation_terror",
    "cooperation_climate",
    "cooperation_pandemic",
    "cooperation_space",
]


@cache
def efforts() -> dict[str, dict[str, Any]]:
    """What each step adds to ``reconciliation``, with its basis and why (``ladder.yaml``)."""
    import yaml

    return yaml.safe_load((Path(__file__).parent / "ladder.yaml").read_text(encoding="utf-8"))


class Step(Strict):
    """Small steps of two sides towards each other, each of which adds to their effort while it lasts.

    ``kinds`` from the ladder: agreement (a framework of defence cooperation), exercises, exchange
    (visits of leaders, people), council, hotline, arms_control_talks, mediation, cooperation_terror,
    _climate, _pandemic, _space. How much each adds is estimated for one and judged for the others
    (``mechanisms/ladder.yaml``); all together are about two thirds of the most determined effort.
    Pairs under a ``rapprochement`` need none: small steps are what its effort is made of.
    """

    use: Literal["step"]
    between: tuple[Selector, Selector]
    kinds: Annotated[tuple[Kind, ...], Spec(min_length=1)]
    start: Year
    stop: Year | None = None
    ramp: Annotated[int, Spec(ge=0, le=50)] = 0
    why: Why

    @model_validator(mode="after")
    def _each_once(self) -> Step:
        if len(set(self.kinds)) < len(self.kinds):
            raise ValueError("a kind of step is named twice; a step counts once")
        return self

    def expand(self) -> list[Primitive]:
        """One addition to ``reconciliation`` for all kinds together."""
        by = round(sum(efforts()[kind]["effort"] for kind in self.kinds), 4)
        return [_effort(self.between, by, self.why) | when(self.start, self.stop, self.ramp)]


class SettleTerritory(Strict):
    """A claim of one state on land that another holds is settled in a year, or put on ice.

    ``status``: ``returned`` to the claimant, ``recognised`` as the holder's, ``autonomy`` under a
    treaty, or ``frozen`` (both go on as they are: the claim stands and nothing is gained). A settlement
    ends the claim and takes away what quarrels over land cost rivals on record (``settlement`` in
    ``mechanisms/ladder.yaml``) for ``lasting`` years. What it costs whom is written beside it, in the
    words for that: sanctions lifted, forces moved, gas delivered. Whether the people of the place
    consent is no quantity of the engine.
    """

    use: Literal["settle_territory"]
    claimant: Selector
    holder: Selector
    status: Literal["returned", "recognised", "autonomy", "frozen"]
    year: Year
    lasting: Annotated[int, Spec(ge=1, le=50)] = 20
    why: Why

    def expand(self) -> list[Primitive]:
        """End the claim (or keep it) in that year; effort from then on unless it is frozen."""
        claim = {
            "do": "set",
            "field": "territorial_claim",
            "at": {"state": self.claimant, "partner": self.holder},
            "to": 1.0 if self.status == "frozen" else 0.0,
            "why": self.why,
        } | when(self.year, self.year)
        if self.status == "frozen":
            return [claim]
        gain = _effort((self.claimant, self.holder), efforts()["settlement"]["effort"], self.why)
        return [claim, gain | when(self.year, self.year + self.lasting - 1)]


def _effort(between: tuple[Selector, Selector], by: float, why: str) -> Primitive:
    return {"do": "shift", "field": "reconciliation", "at": {"between": between}, "by": by, "why": why}


WORDS: dict[str, type[Strict]] = {"step": Step, "settle_territory": SettleTerritory}
