"""Scenario files as people write them: read, checked with file and line, expanded to primitives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field as Spec
from pydantic import TypeAdapter, ValidationError

from detente.mechanisms.vocabulary import WORDS, Word
from detente.mechanisms.vocabulary_treaties import TreatyWord, expand_among, words_in
from detente.model.documents import Document, parse_document, read_document
from detente.model.errors import DetenteError, Problem, Problems, nearest
from detente.model.mechanism import Model
from detente.model.parameter import Strict
from detente.model.scenario import Assumption, Intervention, Param, Scale, Scenario, Selector, Set, Shift
from detente.model.space import Index

PRIMITIVES: dict[str, type[Strict]] = {"set": Set, "shift": Shift, "scale": Scale, "param": Param}


class ScenarioFile(Strict):
    """A scenario file: as :class:`Scenario`, with domain words (``use:``) beside primitives (``do:``)."""

    id: str
    title: str
    premise: str
    start: Annotated[
        int | None,
        Spec(ge=1800, le=2200, description="last observed year from which the scenario is meant to start"),
    ] = None
    interventions: tuple[Word | Intervention, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    watch: tuple[tuple[Selector, Selector], ...] = ()


@dataclass(frozen=True)
class Written:
    """A scenario read from a file: the primitives, and which written intervention each came from."""

    scenario: Scenario
    document: Document
    origins: tuple[int, ...]
    start: int | None = None
    """Last observed year from which it is meant to start; ``None``: the newest."""

    def problems(self, model: Model, index: Index, years: range | None = None) -> list[Problem]:
        """Everything wrong with it on this model, by file and line."""
        found: dict[str, Problem] = {}
        for number, mine in self.scenario.problems(model, index, years, self._called).items():
            for p in mine:
                path = ("watch",) if number is None else ("interventions", self.origins[number])
                where = self.document.where(*path, *_inner(self.document, path, p))
                found.setdefault(f"{where}{p.what}", Problem(where, p.what, p.remedy))
        return list(found.values())

    def _called(self, number: int) -> str:
        written = self.origins[number]
        line = self.document.where("interventions", written).rpartition(":")[2]
        return f"intervention {written + 1} (line {line})"


def read_scenario(path: Path) -> Written:
    """Read a scenario file.

    Raises
    ------
    DetenteError : everything wrong with the file, each with ``file:line`` and what would be valid.
    """
    return understand(read_document(path))


def parse_scenario(text: str, name: str = "scenario") -> Written:
    """As :func:`read_scenario`, from text."""
    return understand(parse_document(text, name))


def understand(document: Document) -> Written:
    """Check a document against the schema, word by word, and expand it."""
    problems, content = Problems(), dict(document.content)
    start = _start(document, content.pop("start", None), problems)
    moves = content.pop("interventions", None) or []
    if not isinstance(moves, list):
        problems.add(
            document.where("interventions"), "'interventions' is not a list", "begin each with a dash"
        )
        moves = []
    primitives: list[dict[str, Any]] = []
    origins: list[int] = []
    treaty_words = words_in(moves)
    for number, raw in enumerate(moves):
        expanded = _expanded(document, number, raw, problems, treaty_words)
        primitives += expanded
        origins += [number] * len(expanded)
    scenario = _whole(document, content, primitives, problems)
    problems.raise_if_any()
    assert scenario is not None  # noqa: S101  (nothing was wrong, so there is one)
    return Written(scenario, document, tuple(origins), start)


def _start(document: Document, given: Any, problems: Problems) -> int | None:
    """The year that the file names as its start, if it is one."""
    whole = isinstance(given, int) and not isinstance(given, bool)
    if given is None or (whole and 1800 <= given <= 2200):
        return given
    problems.add(
        document.where("start"), f"'start' is no year: {given}", "the last observed year, as in 1993"
    )
    return None


def _expanded(
    document: Document,
    number: int,
    raw: Any,
    problems: Problems,
    treaty_words: list[tuple[int, TreatyWord]],
) -> list[dict[str, Any]]:
    """The primitives of one written intervention; empty when something is wrong with it.

    Words about treaties are read together: what one of them changes depends on the others.
    """
    path = ("interventions", number)
    where = document.where(*path)
    if not isinstance(raw, dict) or ("do" in raw) == ("use" in raw):
        problems.add(
            where, "is no intervention", "begin with 'do:' (set, shift, scale, param) or 'use:' and a word"
        )
        return []
    key = "do" if "do" in raw else "use"
    kinds = PRIMITIVES if key == "do" else WORDS
    if not isinstance(raw[key], str) or raw[key] not in kinds:
        problems.add(document.where(*path, key), f"unknown verb '{raw[key]}'", nearest(str(raw[key]), kinds))
        return []
    try:
        written = kinds[raw[key]].model_validate(raw)
        if isinstance(written, TreatyWord):
            place = [n for n, _ in treaty_words].index(number)
            return expand_among([word for _, word in treaty_words], place)
        return [raw] if key == "do" else written.expand()  # type: ignore[attr-defined]
    except ValidationError as error:
        problems.extend(_readable(document, path, kinds[raw[key]], error))
        return []
    except DetenteError as error:
        problems.extend(Problem(where, p.what, p.remedy) for p in error.problems)
        return []


def _whole(
    document: Document, content: dict[str, Any], primitives: list[dict[str, Any]], problems: Problems
) -> Scenario | None:
    try:
        return Scenario.model_validate(content | {"interventions": primitives})
    except ValidationError as error:
        problems.extend(_readable(document, (), ScenarioFile, error))
        return None


def _readable(
    document: Document, path: tuple[str | int, ...], kind: type[Strict], error: ValidationError
) -> list[Problem]:
    """Pydantic's findings in our words."""
    found = []
    for e in error.errors():
        loc = tuple(
            x for x in e["loc"] if isinstance(x, int) or not x.startswith(("tuple", "str", "function-"))
        )
        where, name = document.where(*path, *loc), ".".join(str(x) for x in loc)
        if e["type"] == "extra_forbidden":
            found.append(Problem(where, f"unknown key '{name}'", nearest(name, kind.model_fields)))
        elif e["type"] == "missing":
            meaning = (
                kind.model_fields[str(loc[-1])].description
                if loc and str(loc[-1]) in kind.model_fields
                else ""
            )
            found.append(Problem(where, f"'{name}' is missing", meaning or f"add '{name}:'"))
        else:
            found.append(
                Problem(
                    where,
                    f"'{name}': {e['msg'].removeprefix('Value error, ')}"
                    if name
                    else e["msg"].removeprefix("Value error, "),
                )
            )
    unique = {(p.where, p.what): p for p in found}
    return list(unique.values())


def _inner(document: Document, path: tuple[str | int, ...], problem: Problem) -> tuple[str, ...]:
    """The key that a problem is about: the one it names, or the one where the name it quotes was written."""
    if problem.where and (*path, problem.where) in document.lines:
        return (problem.where,)
    quoted = problem.what.split("'")[1] if problem.what.count("'") > 1 else ""
    written: Any = document.content
    for step in path:
        written = written[step]
    keys = written if isinstance(written, dict) else {}
    return next(((key,) for key, value in keys.items() if quoted and quoted in _names_in(value)), ())


def _names_in(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*(_names_in(v) for v in value))
    return {value.removeprefix("-")} if isinstance(value, str) else set()


def file_schema() -> dict[str, Any]:
    """JSON schema of scenario files, for editors."""
    return TypeAdapter(ScenarioFile).json_schema()


def load_all(folder: Path) -> list[Written]:
    """Every scenario file of a folder, in the order of names.

    Raises
    ------
    DetenteError : everything wrong with any of them.
    """
    problems, found = Problems(), []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.append(read_scenario(path))
        except DetenteError as error:
            problems.extend(error.problems)
    problems.raise_if_any()
    return found
