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

from pydantic import Field as Spec
from pydantic import PrivateAttr, TypeAdapter, ValidationError, model_validator

from detente.judge.questions import (
    KINDS,
    Happening,
    RecordValue,
    Side,
    Test,
    Threshold,
    Trend,
    Where,
    leaves,
)
from detente.model.documents import Document, read_document
from detente.model.errors import DetenteError, Problem, Problems, nearest
from detente.model.parameter import Strict

Kind = Literal[
    "counterfactual effect",
    "historical fact",
    "level today",
    "forecast",
    "conditional",
    "normative, testable part",
]


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

    @model_validator(mode="after")
    def _test_has_sides_and_the_rest_none(self) -> Claim:
        for leaf in leaves(self.test):
            if isinstance(leaf, Threshold) and leaf.relation is None:
                raise ValueError("'test' needs 'is' and 'than', the side that is asserted")
        for leaf in (leaf for test in self.also for leaf in leaves(test)):
            if isinstance(leaf, Threshold) and leaf.relation is not None:
                raise ValueError("'also' only shows; leave 'is' and 'than' out there")
        return self

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
        return Problem(where, f"{label}: there is no test of kind '{said}'", nearest(said, KINDS))
    if error["type"] == "union_tag_not_found":
        return Problem(where, f"{label}: the test does not say its 'kind'", nearest("", KINDS))
    if error["type"] == "literal_error":
        said = str(error["input"])
        valid = re.findall(r"'([^']+)'", error["ctx"]["expected"])
        return Problem(where, f"{label}: '{last}' cannot be '{said}'", nearest(said, valid))
    message = error["msg"].removeprefix("Value error, ")
    named = next((str(w) for w in reversed(written) if isinstance(w, str)), "claim")
    return Problem(
        where, f"{label}: {message}" if message.startswith("'") else f"{label}: {named}: {message}"
    )


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


_INSIDE: dict[str, type[Strict]] = {"each": Side, "what": Happening, "versus": Happening, "rising": Trend}


def _keys_at(loc: tuple[Any, ...]) -> list[str]:
    """Keys that would be valid where an unknown one was found: those of the innermost known part."""
    model: type[Strict] = Claim
    for part in loc[:-1]:
        if part in KINDS:
            model = KINDS[part]
        elif part in _INSIDE:
            model = _INSIDE[part]
        elif part == "where":
            model = Place if model is Claim else Where
        elif part == "than":
            model = RecordValue
    return [f.alias or name for name, f in model.model_fields.items()]
