"""Claims: assertions in words, each tied to a quantity that can decide it.

A claim file is YAML: ``claims:`` and a list. Every claim names the text and the place it was found
in, the row of the mission it belongs to, and one ``test``. Years in a test below 1000 count from
the scenario's first move (``at: 10`` is ten years later); others are calendar years.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PrivateAttr, TypeAdapter, ValidationError, model_validator
from pydantic import Field as Spec

from detente.model.documents import Document, read_document
from detente.model.errors import DetenteError, Problem, Problems, nearest
from detente.model.parameter import Strict
from detente.model.scenario import Selector

Relation = Literal[">", ">=", "<", "<="]
Kind = Literal[
    "counterfactual effect",
    "historical fact",
    "level today",
    "forecast",
    "conditional",
    "normative, testable part",
]
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


class Quantity(Strict):
    """What is measured in each world.

    ``where`` may be a list, whose parts are added up. ``apart_from``: the distance (absolute
    difference) to the mean over these states. ``share_of``: the sum as a share of the sum over
    these states. ``over``: the sum divided by the sum of another field over the same states.
    """

    field: str
    where: Places = (Where(state="all"),)
    how: Annotated[str, Spec(pattern=r"^(mean|sum|weighted:[a-z_]+)$")] = "mean"
    apart_from: Selector | None = None
    share_of: Selector | None = None
    over: str | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> Quantity:
        if sum(x is not None for x in (self.apart_from, self.share_of, self.over)) > 1:
            raise ValueError("give at most one of 'apart_from', 'share_of' and 'over'")
        return self


class Threshold(Strict):
    """The asserted side: ``is: ">="``, ``than: 0.1``.

    ``against``, where the claim's own rule has two thresholds: contradicted only beyond this one;
    between the two the claim stays undecided.
    """

    relation: Annotated[Relation, Spec(alias="is")]
    than: float | RecordValue
    against: float | None = None

    @model_validator(mode="after")
    def _against_lies_beyond(self) -> Threshold:
        if self.against is not None and isinstance(self.than, float):
            beyond = self.against <= self.than if self.relation in (">", ">=") else self.against >= self.than
            if not beyond:
                raise ValueError(f"'against' ({self.against}) must lie beyond 'than' ({self.than})")
        return self


class Level(Quantity, Threshold):
    """A level in one world, at a year or as the mean over the years of a span."""

    kind: Literal["level"]
    scenario: str = "baseline"
    at: Span


class Effect(Quantity, Threshold):
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

    relation: Annotated[Relation, Spec(alias="is")]
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
    stood that high before: with ``at_most``, a relapse.
    """

    field: str
    where: Where
    scenario: str
    across: Literal["all", "any", "mean"] = "mean"
    at_least: float | None = None
    at_most: float | None = None
    after_at_least: float | None = None
    lasting: Annotated[int, Spec(ge=1, le=100)] = 1
    by: Year

    @model_validator(mode="after")
    def _one_side(self) -> Happening:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give either 'at_least' or 'at_most'")
        return self


class Event(Threshold):
    """The chance of a happening; ``than`` is a chance between 0 and 1."""

    kind: Literal["event"]
    what: Happening


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


Simple = Level | Effect | Speed | Count | Event | ChanceRatio | YearsUntil | Record | OutOfReach
Test = Annotated[Simple | Combine, Spec(discriminator="kind")]
Combine.model_rebuild()


class Place(Strict):
    """Where an assertion stands: the number of the text, and the section or comment."""

    text: Annotated[str, Spec(pattern=r"^\d{3}$")]
    place: str


class Claim(Strict):
    """One assertion, in our own words, with the test that decides it.

    ``also`` are measurements shown beside the verdict; they do not decide it.
    """

    id: Annotated[str, Spec(pattern=r"^T\d{3}-[a-z0-9-]+$")]
    text: Annotated[str, Spec(min_length=10)]
    where: Place
    row: Annotated[int, Spec(ge=1, le=34)]
    kind: Kind
    crux: bool = False
    opposing: tuple[str, ...] = ()
    note: str = ""
    test: Test
    also: tuple[Test, ...] = ()

    _origin: str = PrivateAttr(default="")

    @property
    def origin(self) -> str:
        """``file:line`` where the claim is written."""
        return self._origin or self.id


_ONE = TypeAdapter(Claim)


def load_claims(paths: Iterable[Path | str]) -> tuple[Claim, ...]:
    """Read claim files; a folder stands for every ``*.yaml`` in it.

    Raises
    ------
    DetenteError : with every mistake in every file: what it is, in which line, and what would be valid.
    """
    problems, claims = Problems(), list[Claim]()
    for path in _files(paths, problems):
        try:
            document = read_document(path)
            claims.extend(_claims_of(document, problems))
        except DetenteError as error:
            problems.extend(error.problems)
    seen: dict[str, str] = {}
    for claim in claims:
        if claim.id in seen:
            problems.add(claim.origin, f"claim {claim.id} is already in {seen[claim.id]}", "keep one of them")
        seen.setdefault(claim.id, claim.origin)
    problems.raise_if_any()
    return tuple(claims)


def _files(paths: Iterable[Path | str], problems: Problems) -> Iterator[Path]:
    for path in map(Path, paths):
        inside = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
        if not inside:
            problems.add(str(path), "holds no claim files", "claim files end in .yaml")
        yield from inside


def _claims_of(document: Document, problems: Problems) -> Iterator[Claim]:
    unknown = set(document.content) - {"claims"}
    for key in sorted(unknown):
        problems.add(document.where(key), f"unknown key '{key}'", "a claim file has one key, 'claims'")
    listed = document.content.get("claims")
    if not isinstance(listed, list) or not listed:
        remedy = "write `claims:` and one `- id: …` for each"
        problems.add(document.where("claims"), "has no list 'claims'", remedy)
        return
    for number, raw in enumerate(listed):
        try:
            claim = _ONE.validate_python(raw)
        except ValidationError as error:
            said = {_problem(e, document, number, raw).where: e for e in reversed(error.errors())}
            problems.extend(_problem(e, document, number, raw) for e in reversed(said.values()))
            continue
        claim._origin = document.where("claims", number)
        yield claim


def _problem(error: Any, document: Document, number: int, raw: Any) -> Problem:
    """One pydantic mistake as a place and a remedy."""
    model = error["loc"]
    written = _written(model, raw)
    where = document.where("claims", number, *written)
    label = raw.get("id", f"claim {number + 1}") if isinstance(raw, dict) else f"claim {number + 1}"
    last = str(model[-1]) if model else "claim"
    if error["type"] == "extra_forbidden":
        return Problem(where, f"{label}: unknown key '{last}'", nearest(last, _keys_at(error["loc"])))
    if error["type"] == "missing":
        return Problem(where, f"{label}: '{last}' is missing", f"add `{last}: …`")
    if error["type"] == "union_tag_invalid":
        said = error["ctx"]["tag"]
        return Problem(where, f"{label}: there is no test of kind '{said}'", nearest(said, _TESTS))
    if error["type"] == "union_tag_not_found":
        return Problem(where, f"{label}: the test does not say its 'kind'", nearest("", _TESTS))
    if error["type"] == "literal_error":
        said = str(error["input"])
        valid = re.findall(r"'([^']+)'", error["ctx"]["expected"])
        return Problem(where, f"{label}: '{last}' cannot be '{said}'", nearest(said, valid))
    message = error["msg"].removeprefix("Value error, ")
    named = next((str(w) for w in reversed(written) if isinstance(w, str)), "claim")
    return Problem(where, f"{label}: {message}" if message.startswith("'") else f"{label}: {named}: {message}")


def _written(loc: Iterable[Any], raw: Any) -> list[Any]:
    """The part of a mistake's place that is in the file: without names of branches and missing keys."""
    path, node = [], raw
    for part in loc:
        inside = isinstance(node, dict) and part in node
        inside |= isinstance(node, list) and isinstance(part, int) and part < len(node)
        if inside:
            node = node[part]
            path.append(part)
    return path


_TESTS: dict[str, type[Strict]] = {
    "level": Level,
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
_INSIDE: dict[str, type[Strict]] = {"each": Side, "what": Happening, "rising": Trend}


def _keys_at(loc: tuple[Any, ...]) -> list[str]:
    """Keys that would be valid where an unknown one was found: those of the innermost known part."""
    model: type[Strict] = Claim
    for part in loc[:-1]:
        if part in _TESTS:
            model = _TESTS[part]
        elif part in _INSIDE:
            model = _INSIDE[part]
        elif part == "where":
            model = Place if model is Claim else Where
        elif part == "than":
            model = RecordValue
    return [f.alias or name for name, f in model.model_fields.items()]
