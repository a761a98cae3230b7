"""The tests that a claim may carry: what is measured, in which worlds, and which side is asserted.

Years below 1000 count from the scenario's first move (``at: 10`` is ten years later); others are
calendar years.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator
from pydantic import Field as Spec

from detente.model.parameter import Strict
from detente.model.scenario import Selector

Sign = Literal[">", ">=", "<", "<="]
Relation = Literal[">", ">=", "<", "<=", "covers"]
Year = Annotated[int, Spec(ge=-100, le=2200)]


class RecordValue(Strict):
    """A number computed from the observed panel by a named function of :mod:`detente.judge.record`."""

    record: str
    given: dict[str, Any] = {}


class Where(Strict):
    """States, or (with ``partner``) ordered pairs: state acting on partner."""

    state: Selector
    partner: Selector | None = None


Places = Annotated[tuple[Where, ...], BeforeValidator(lambda x: x if isinstance(x, list | tuple) else (x,))]
Span = Annotated[tuple[Year, Year], BeforeValidator(lambda x: x if isinstance(x, list | tuple) else (x, x))]


How = Annotated[str, Spec(pattern=r"^(mean|sum|weighted:[a-z_]+)$")]


class Term(Strict):
    """What is added to a quantity: another field, ``times`` a number that makes the units the same."""

    field: str
    where: Places = (Where(state="all"),)
    how: How = "mean"
    times: float = 1.0


class Quantity(Strict):
    """What is measured in each world.

    ``where`` may be a list, whose parts are added up. ``apart_from``: the distance (absolute
    difference) to the mean over these states. ``share_of``: the sum as a share of the sum over
    these states. ``over``: the sum divided by the sum of another field over the same states.
    ``plus``: other fields to be added.
    """

    field: str
    where: Places = (Where(state="all"),)
    how: How = "mean"
    apart_from: Selector | None = None
    share_of: Selector | None = None
    over: str | None = None
    plus: tuple[Term, ...] = ()

    @model_validator(mode="after")
    def _one_comparison(self) -> Quantity:
        given = [x is not None for x in (self.apart_from, self.share_of, self.over)] + [bool(self.plus)]
        if sum(given) > 1:
            raise ValueError("give at most one of 'apart_from', 'share_of', 'over' and 'plus'")
        return self


class Threshold(Strict):
    """The asserted side: ``is: ">="``, ``than: 0.1``. Left out in what is only shown (``also``).

    ``is: covers`` asserts that nothing can be told from ``than``: supported if the interval holds it,
    contradicted if not. Few cases then support; a claim that uses it says so.
    ``against``, where the claim's own rule has two thresholds: contradicted only beyond this one;
    between the two the claim stays undecided.
    """

    relation: Annotated[Relation | None, Spec(alias="is")] = None
    than: float | RecordValue | None = None
    against: float | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Threshold:
        if (self.relation is None) != (self.than is None):
            raise ValueError("'is' and 'than' belong together; give both")
        if self.against is not None and self.relation == "covers":
            raise ValueError("'against' needs a side; 'covers' has none")
        if self.against is not None and isinstance(self.than, float):
            beyond = self.against <= self.than if self.relation in (">", ">=") else self.against >= self.than
            if not beyond:
                raise ValueError(f"'against' ({self.against}) must lie beyond 'than' ({self.than})")
        return self


class Share(Threshold):
    """A threshold that need not hold in nine worlds of ten: ``in_worlds: 0.6`` asks for six.

    The share of worlds on the asserted side, with the sampling interval of a share, is then what is judged.
    """

    in_worlds: Annotated[float, Spec(gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _share_of_a_side(self) -> Share:
        if self.in_worlds is not None and (self.relation in (None, "covers") or self.against is not None):
            raise ValueError("'in_worlds' needs 'is' with a side and 'than', and no 'against'")
        return self


class Level(Quantity, Share):
    """A level in one world, at a year or as the mean over the years of a span."""

    kind: Literal["level"]
    scenario: str = "baseline"
    at: Span


class Inside(Quantity):
    """Whether a figure lies inside the middle ``part`` of the worlds; the interval is that part."""

    kind: Literal["inside"]
    scenario: str = "baseline"
    at: Span
    than: float
    part: Annotated[float, Spec(gt=0, lt=1)] = 0.8


class Effect(Quantity, Share):
    """The paired difference between two worlds; ``relative``: as a share of the second."""

    kind: Literal["effect"]
    scenario: str
    versus: str = "baseline"
    at: Span
    relative: bool = False


class Speed(Quantity, Threshold):
    """Which part of the effect at ``late`` is there by ``early``."""

    kind: Literal["speed"]
    scenario: str
    versus: str = "baseline"
    early: Year
    late: Year


class Side(Strict):
    """A side of a number, for single states inside a count."""

    relation: Annotated[Sign, Spec(alias="is")]
    than: float


class Count(Threshold):
    """How many states meet a condition on their own effect.

    ``within: draws`` counts in each world and gives the interval of the count over worlds;
    ``within: intervals`` counts the states whose own 90 % interval lies wholly on the side, and as
    the other end of the interval those of which it cannot be excluded.
    """

    kind: Literal["count"]
    field: str
    scenario: str
    versus: str = "baseline"
    states: Selector
    at: Year
    relative: bool = False
    each: Side
    within: Literal["draws", "intervals"] = "intervals"


class Happening(Strict):
    """Something that a world's path does or does not do between the first move and ``by``.

    The quantity stands at ``at_least`` (or ``at_most``) for ``lasting`` years in a row; ``across``
    says whether all, any, or the mean of the places must. With ``after_at_least`` it must have
    stood that high before: with ``at_most``, a relapse. Years before ``since`` do not count, so that
    ``since`` and ``by`` alike ask how things stand in that year.
    """

    field: str
    where: Where
    scenario: str
    across: Literal["all", "any", "mean"] = "mean"
    at_least: float | None = None
    at_most: float | None = None
    after_at_least: float | None = None
    lasting: Annotated[int, Spec(ge=1, le=100)] = 1
    since: Year | None = None
    by: Year

    @model_validator(mode="after")
    def _one_side(self) -> Happening:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give either 'at_least' or 'at_most'")
        if self.since is not None and self.since > self.by:
            raise ValueError(f"'since' ({self.since}) is after 'by' ({self.by})")
        return self


class Event(Threshold):
    """The chance of a happening; ``than`` is a chance between 0 and 1.

    With ``versus``, that chance compared with the same happening's in another world of the same draws, over
    the same years, or with the chance of another happening written out: ``than`` is then a difference of
    chances (``compare: difference``) or their ratio.
    """

    kind: Literal["event"]
    what: Happening
    versus: str | Happening | None = None
    compare: Literal["difference", "ratio"] | None = None

    @model_validator(mode="after")
    def _compares_with_something(self) -> Event:
        if (self.versus is None) != (self.compare is None):
            raise ValueError("'versus' and 'compare' (difference or ratio) belong together; give both")
        if self.versus == self.what.scenario:
            raise ValueError(f"'versus' is the same world as the happening's ('{self.versus}')")
        return self


class Trend(Quantity):
    """Whether a quantity rises between two years of a world."""

    between: tuple[Year, Year]


class ChanceRatio(Threshold):
    """Chance of a happening where a trend rises, divided by the chance where it falls."""

    kind: Literal["chance_ratio"]
    what: Happening
    rising: Trend


class YearsUntil(Threshold):
    """Median number of years from the first move to a happening."""

    kind: Literal["years_until"]
    what: Happening


class Record(Threshold):
    """A number computed from the observed panel, by code."""

    kind: Literal["record"]
    record: str
    given: dict[str, Any] = {}


class OutOfReach(Strict):
    """No mechanism or data of ours can speak; ``missing`` names the part that would."""

    kind: Literal["out_of_reach"]
    missing: Annotated[str, Spec(min_length=3)]
    why: str = ""


class Combine(Strict):
    """Several tests in one claim: supported when ``needs`` of them are (all, if not said);
    contradicted when ``fails_at`` of them are (as soon as ``needs`` is beyond reach, if not said).
    """

    kind: Literal["combine"]
    tests: Annotated[tuple[Test, ...], Spec(min_length=2)]
    needs: Annotated[int, Spec(ge=1)] | None = None
    fails_at: Annotated[int, Spec(ge=1)] | None = None

    @model_validator(mode="after")
    def _numbers_fit(self) -> Combine:
        for name in ("needs", "fails_at"):
            asked = getattr(self, name)
            if asked is not None and asked > len(self.tests):
                raise ValueError(f"'{name}' is {asked}, but there are only {len(self.tests)} tests")
        return self


Simple = Level | Inside | Effect | Speed | Count | Event | ChanceRatio | YearsUntil | Record | OutOfReach
Test = Annotated[Simple | Combine, Spec(discriminator="kind")]
Combine.model_rebuild()


def leaves(test: Any) -> Iterator[Any]:
    """The single tests inside a test."""
    if isinstance(test, Combine):
        for part in test.tests:
            yield from leaves(part)
    else:
        yield test


KINDS: dict[str, type[Strict]] = {
    "level": Level,
    "inside": Inside,
    "effect": Effect,
    "speed": Speed,
    "count": Count,
    "event": Event,
    "chance_ratio": ChanceRatio,
    "years_until": YearsUntil,
    "record": Record,
    "out_of_reach": OutOfReach,
    "combine": Combine,
}
