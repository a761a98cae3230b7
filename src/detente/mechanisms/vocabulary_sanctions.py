"""The words of scenario files about sanctions: lift, impose, join a coalition, leave it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator

from detente.mechanisms.phrases import Primitive, Why, Year, when
from detente.model.errors import nearest
from detente.model.parameter import Strict
from detente.model.scenario import Selector

TRADE = ("sanction_complete", "sanction_partial")
OTHERS = ("sanction_financial", "sanction_arms", "sanction_travel")
FIELDS: dict[str, tuple[str, ...]] = {
    "all": TRADE + OTHERS,
    "trade": TRADE,
    "complete": TRADE[:1],
    "partial": TRADE[1:],
    "financial": OTHERS[:1],
    "arms": OTHERS[1:2],
    "travel": OTHERS[2:],
}
COALITION = "bloc:sanctioning-"
"""Before a state's code: those who had a sanction of their own on it at the start of the run."""

Kind = Literal["all", "trade", "complete", "partial", "financial", "arms", "travel"]


def _known(said: Any) -> Any:
    """Name the nearest kind for each that there is not; anything but words is left to the type."""
    words = [said] if isinstance(said, str) else said
    if isinstance(words, list | tuple):
        wrong = [w for w in words if isinstance(w, str) and w not in FIELDS]
        if wrong:
            raise ValueError("; ".join(f"no kind of sanction '{w}': {nearest(w, FIELDS)}" for w in wrong))
        if not words:
            raise ValueError("names no kind; leave 'kind' out or name one of " + ", ".join(FIELDS))
    return said


Kinds = Annotated[Kind | tuple[Kind, ...], BeforeValidator(_known)]


class LiftSanctions(Strict):
    """Senders end their sanctions on a target, of every kind or of those named.

    ``by`` left out: all who have a sanction of their own on the target at the start of the run
    (``bloc:sanctioning-RUS``, which ``by`` may use too: ``[bloc:sanctioning-RUS, -HUN]``). They stay lifted
    until ``stop`` (left out: for one year, after which the engine's own chance of new sanctions applies,
    which depends on how the two get on).
    """

    use: Literal["lift_sanctions"]
    by: Selector | None = None
    on: Selector
    start: Year
    stop: Year | None = None
    kind: Kinds = "all"
    why: Why

    @model_validator(mode="after")
    def _somebody(self) -> LiftSanctions:
        if self.by is None:
            _states_only(self.on, "'by' may be left out only if 'on'")
        return self

    def expand(self) -> list[Primitive]:
        """Set the chosen kinds of sanction to none."""
        stop = self.start if self.stop is None else self.stop
        pairs = [(self.by, self.on)] if self.by is not None else [(COALITION + t, t) for t in _words(self.on)]
        return [m for by, on in pairs for m in _kinds(by, on, fields(self.kind), 0, self, stop)]


class ImposeSanctions(Strict):
    """Senders impose sanctions on a target, until ``stop`` or until the engine lifts them.

    ``all`` is a complete trade sanction with financial, arms and travel sanctions; a trade sanction by
    itself is said to be ``complete`` or ``partial``.
    """

    use: Literal["impose_sanctions"]
    by: Selector
    on: Selector
    start: Year
    stop: Year | None = None
    kind: Kinds = "partial"
    why: Why

    @model_validator(mode="after")
    def _which_trade(self) -> ImposeSanctions:
        return _one_trade_sanction(self)

    def expand(self) -> list[Primitive]:
        """Set the chosen kinds of sanction."""
        stop = self.start if self.stop is None else self.stop
        return _kinds(self.by, self.on, imposed(self.kind), 1, self, stop)


class JoinSanctions(Strict):
    """States join those who sanction a target, until ``stop`` (left out: for good).

    ``kind`` left out: they take the kinds that the coalition has in force by then, by the weight of its
    members, and take them again while the word holds. A state that already sanctions the target's trade
    keeps what it has. ``kind`` named: they hold those kinds, whatever the coalition does.
    """

    use: Literal["join_sanctions"]
    who: Selector
    against: Selector
    start: Year
    stop: Year | None = None
    kind: Kinds | None = None
    why: Why

    @model_validator(mode="after")
    def _which_trade(self) -> JoinSanctions:
        return _one_trade_sanction(self)

    def expand(self) -> list[Primitive]:
        """Set the joining, or the kinds named."""
        held = ("joins_sanctions",) if self.kind is None else imposed(self.kind)
        return _kinds(self.who, self.against, held, 1, self, self.stop)


class LeaveSanctions(Strict):
    """States leave a coalition: they hold no sanctions on its target until ``stop`` (left out: for good)."""

    use: Literal["leave_sanctions"]
    who: Selector
    against: Selector
    start: Year
    stop: Year | None = None
    kind: Kinds = "all"
    why: Why

    def expand(self) -> list[Primitive]:
        """Set the chosen kinds of sanction to none, and keep them there."""
        return _kinds(self.who, self.against, fields(self.kind), 0, self, self.stop)


def fields(kind: str | tuple[str, ...]) -> tuple[str, ...]:
    """The fields of the kinds named, each once."""
    return tuple(dict.fromkeys(f for word in _words(kind) for f in FIELDS[word]))


def imposed(kind: str | tuple[str, ...]) -> tuple[str, ...]:
    """As :func:`fields`, for imposing: 'all' closes trade, and what is closed is not also restricted."""
    found = fields(kind)
    return tuple(f for f in found if f != TRADE[1]) if TRADE[0] in found else found


def _words(said: Selector) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def _states_only(selector: Selector, what: str) -> None:
    if any(w.startswith(("-", "bloc:")) or w == "all" for w in _words(selector)):
        raise ValueError(f"{what} names single states; say who lifts, as in by: [bloc:EU, USA]")


def _one_trade_sanction(word: Any) -> Any:
    if word.kind is not None and "trade" in _words(word.kind):
        raise ValueError("a trade sanction is imposed as 'complete' or as 'partial'; 'trade' means both")
    return word


def _kinds(
    by: Selector, on: Selector, held: tuple[str, ...], to: float, word: Any, stop: int | None
) -> list[Primitive]:
    at = {"state": by, "partner": on}
    return [
        {"do": "set", "field": field, "at": at, "to": to, "why": word.why} | when(word.start, stop)
        for field in held
    ]
