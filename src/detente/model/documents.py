"""Read a YAML document a person wrote, remembering the line of everything in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from detente.model.errors import DetenteError, Problem

LARGEST = 1_000_000
"""Bytes; no scenario or claim a person writes comes near it."""

DEEPEST = 20
"""Levels of nesting; ours need six."""


@dataclass(frozen=True, slots=True)
class Document:
    """Plain content of a file, and the line on which each part begins."""

    name: str
    content: dict[str, Any]
    lines: dict[tuple[str | int, ...], int]

    def where(self, *path: str | int) -> str:
        """``file:line`` of a part, or of the nearest part around it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return f"{self.name}:{self.lines[path[:end]]}"
        return self.name


def read_document(path: Path) -> Document:
    """Read one document.

    Raises
    ------
    DetenteError : no such file, a folder, too large, not text, empty, not YAML, anchors (a few
        lines of which can unfold to gigabytes), a key written twice, or not a mapping.
    """
    return parse_document(_text(path), path.name)


def _text(path: Path) -> str:
    name = str(path)
    if not path.exists():
        raise DetenteError(Problem(name, "no such file", "see `detente scenario list` for those that ship"))
    if not path.is_file():
        raise DetenteError(Problem(name, "is not a file", "name one YAML file"))
    if path.stat().st_size > LARGEST:
        raise DetenteError(
            Problem(name, f"is larger than {LARGEST:,} bytes", "split it; a document is a few pages")
        )
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DetenteError(
            Problem(name, f"is not UTF-8 text (byte {error.start})", "save it as UTF-8 text")
        ) from None
    if "\0" in text:
        raise DetenteError(Problem(name, "is a binary file", "a document is YAML text"))
    return text


def parse_document(text: str, name: str) -> Document:
    """As :func:`read_document`, from text; ``name`` is used in messages."""
    if not text.strip():
        raise DetenteError(Problem(name, "is empty", "`detente scenario new` writes a template"))
    try:
        _refuse_anchors(text, name)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        raise DetenteError(
            Problem(where, f"is not valid YAML: {error.problem}", "check indentation, colons and quotes")
        ) from None
    except yaml.YAMLError as error:
        raise DetenteError(Problem(name, f"is not valid YAML: {error}")) from None
    if not isinstance(node, yaml.MappingNode):
        raise DetenteError(
            Problem(name, "is not a mapping of names to values", "begin with `id: my-scenario`")
        )
    lines: dict[tuple[str | int, ...], int] = {}
    content = _plain(node, (), lines, name)
    return Document(name, content, lines)


def _refuse_anchors(text: str, name: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        mark = event.start_mark
        line = f"{name}:{mark.line + 1}" if mark else name
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise DetenteError(
                Problem(
                    line,
                    "uses a YAML anchor or alias",
                    "write the value out; anchors are refused because they can unfold without end",
                )
            )
        if depth > DEEPEST:
            raise DetenteError(
                Problem(line, f"is nested deeper than {DEEPEST} levels", "a document has a handful of levels")
            )


def _plain(
    node: yaml.Node, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], name: str
) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), lines, name) for i, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise DetenteError(
                    Problem(f"{name}:{key_node.start_mark.line + 1}", "a list stands where a name belongs")
                )
            key = str(key_node.value)
            if key in out:
                raise DetenteError(
                    Problem(f"{name}:{key_node.start_mark.line + 1}", f"'{key}' is written twice", "keep one")
                )
            out[key] = _plain(value_node, (*path, key), lines, name)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return out
    try:
        return yaml.SafeLoader("").construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise DetenteError(
            Problem(f"{name}:{node.start_mark.line + 1}", f"cannot be read: {error}")
        ) from None
