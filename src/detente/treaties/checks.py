"""Treaty files read and checked: every problem at once, with file and line."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from detente.model.documents import Document, read_document
from detente.model.errors import DetenteError, Problem, Problems, nearest
from detente.treaties.scale import EARLIEST
from detente.treaties.treaty import Treaty


def read_treaty(path: Path) -> Treaty:
    """Read one treaty file.

    Raises
    ------
    DetenteError : everything wrong with it, each with ``file:line`` and what would be valid.
    """
    return understand(read_document(path))


def understand(document: Document) -> Treaty:
    """A treaty from a document that has been read; raises with all problems."""
    problems = Problems()
    problems.extend(_missing(document))
    problems.extend(_spells(document))
    problems.extend(_dates(document))
    treaty = None
    try:
        treaty = Treaty.model_validate(document.content)
    except ValidationError as error:
        said = {p.what for p in problems.found}
        problems.extend(p for p in schema_problems(document, (), Treaty, error) if p.what not in said)
    if treaty is not None:
        problems.extend(_strangers(document, treaty))
    problems.raise_if_any()
    assert treaty is not None  # noqa: S101  (nothing was wrong, so there is one)
    return treaty


def read_treaties(paths: Iterable[Path]) -> tuple[Treaty, ...]:
    """Several files; the problems of all of them together, and ids written twice."""
    problems, found, seen = Problems(), [], {}
    for path in paths:
        try:
            treaty = read_treaty(path)
        except DetenteError as error:
            problems.extend(error.problems)
            continue
        if treaty.id in seen:
            problems.add(path.name, f"treaty '{treaty.id}' is already in {seen[treaty.id]}", "rename one")
        seen[treaty.id] = path.name
        found.append(treaty)
    problems.raise_if_any()
    return tuple(found)


@cache
def shipped() -> tuple[Treaty, ...]:
    """The treaties that ship with the package, read and checked once, in the order of their ids."""
    folder = Path(str(files("detente.treaties").joinpath("texts")))
    paths = sorted(folder.glob("*.yaml"))
    try:
        return tuple(_quickly(path) for path in paths)
    except (ValidationError, yaml.YAMLError):
        return read_treaties(paths)


def _quickly(path: Path) -> Treaty:
    """A file of ours, without keeping the line of everything; tests read them all with care."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Treaty.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=loader))  # noqa: S506


def by_name(word: str, treaties: Iterable[Treaty]) -> Treaty:
    """A treaty by id or short name, in any case; raises :class:`DetenteError` naming the nearest."""
    held = tuple(treaties)
    for treaty in held:
        if word.casefold() in (treaty.id.casefold(), treaty.short.casefold(), treaty.bloc.casefold()):
            return treaty
    names = [t.id for t in held if not t.id.startswith("atop-")] + [
        t.short for t in held if not t.id.startswith("atop-")
    ]
    raise DetenteError(Problem("", f"there is no treaty '{word}'", nearest(word, names)))


def _missing(document: Document) -> list[Problem]:
    articles = document.content.get("articles")
    if isinstance(articles, list) and articles:
        return []
    return [
        Problem(
            document.where("articles"), "the treaty has no articles", "write at least one under 'articles:'"
        )
    ]


def _spells(document: Document) -> list[Problem]:
    """Spells of one state that overlap."""
    found, seen = [], {}
    parties = document.content.get("parties") or []
    for number, party in enumerate(parties if isinstance(parties, list) else []):
        if not isinstance(party, dict):
            continue
        state, start, end = party.get("state"), party.get("from"), party.get("to")
        for first, last, where in seen.get(state, []):
            if _before(start, last) and _before(first, end):
                found.append(
                    Problem(
                        document.where("parties", number),
                        f"{state} is a party twice at the same time (the other spell: {where})",
                        "end one spell before the next begins",
                    )
                )
        seen.setdefault(state, []).append((start, end, document.where("parties", number)))
    return found


def _before(first: Any, second: Any) -> bool:
    """Whether ``first`` comes before ``second``; nothing stands for ever, on either side."""
    if first is None or second is None:
        return True
    try:
        return bool(first < second)
    except TypeError:
        return False


def _dates(document: Document) -> list[Problem]:
    content = document.content
    begins, ends = content.get("in_force"), content.get("ended")
    found = []
    for key in ("signed", "in_force"):
        day = content.get(key)
        if hasattr(day, "year") and day.year < EARLIEST:
            found.append(
                Problem(document.where(key), f"'{key}' is {day}, before {EARLIEST}", "coding begins in 1816")
            )
    if begins is not None and ends is not None and not _before(begins, ends):
        found.append(Problem(document.where("ended"), f"ends on {ends}, not after it begins on {begins}"))
    for number, party in enumerate(content.get("parties") or []):
        start = party.get("from") if isinstance(party, dict) else None
        if hasattr(start, "year") and begins is not None and _before(start, begins):
            found.append(
                Problem(
                    document.where("parties", number, "from"),
                    f"{party.get('state')} is a party from {start}, before the treaty is in force ({begins})",
                    "nobody is bound before entry into force",
                )
            )
    return found


def _strangers(document: Document, treaty: Treaty) -> list[Problem]:
    """States named in an article or suspension that were never parties."""
    if treaty.universal:
        return []
    known, found = {p.state for p in treaty.parties}, []
    if not known:
        return [Problem(document.where("parties"), "the treaty has no parties", "or say 'universal: true'")]
    for number, article in enumerate(treaty.articles):
        named = [*article.holders, *article.towards, *(s for r in article.reservations for s in r.states)]
        for state in named:
            if state not in known:
                found.append(
                    Problem(
                        document.where("articles", number),
                        f"article {article.article} names {state}, which is no party",
                        nearest(state, known),
                    )
                )
    return found


def schema_problems(
    document: Document, path: tuple[str | int, ...], kind: Any, errors: ValidationError | list[Any]
) -> list[Problem]:
    """Pydantic's findings in our words, by file and line."""
    found = {}
    for e in errors.errors() if isinstance(errors, ValidationError) else errors:
        loc = tuple(
            x for x in e["loc"] if isinstance(x, int) or not str(x).startswith(("function-", "tuple"))
        )
        where, name = document.where(*path, *loc), ".".join(str(x) for x in loc)
        if e["type"] == "extra_forbidden":
            problem = Problem(where, f"unknown key '{name}'", nearest(str(loc[-1]), _keys(kind, loc)))
        elif e["type"] == "missing":
            problem = Problem(where, f"'{name}' is missing", f"add '{loc[-1]}:'")
        elif e["type"] == "literal_error":
            problem = Problem(where, f"'{name}' cannot be '{e['input']}'", f"valid: {e['ctx']['expected']}")
        else:
            message = e["msg"].removeprefix("Value error, ")
            problem = Problem(where, f"'{name}': {message}" if name else message)
        found[problem.where, problem.what] = problem
    return list(found.values())


def _keys(kind: Any, loc: tuple[str | int, ...]) -> list[str]:
    """Keys that would be valid where an unknown one stands."""
    model = kind
    for part in loc[:-1]:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        if field is None:
            continue
        inner = [a for a in _arguments(field.annotation) if hasattr(a, "model_fields")]
        model = inner[0] if inner else model
    return [f.alias or name for name, f in model.model_fields.items()]


def _arguments(annotation: Any) -> list[Any]:
    from typing import get_args

    inside = get_args(annotation)
    return [annotation] if not inside else [x for a in inside for x in _arguments(a)]
