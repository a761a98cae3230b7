"""Codes, keys and names of columns turned into words for people."""

from __future__ import annotations

import re

from detente.model.space import Index
from detente.report import cells
from detente.report.looks import looks
from detente.report.parties import called

WORDS = {
    "idealpointfp": "points on the voting scale",
    "gdp_usd": "GDP",
    "milex_usd": "military spending",
    "milex": "military spending",
    "polyarchy": "electoral democracy",
}
"""Names of columns that are no fields of a run, in plain words."""


def named(text: str, index: Index | None) -> str:
    """A phrase with names for codes of states and blocs, and plain words for fields."""
    if index is None:
        return text
    states = "|".join(index.states)
    code = rf"(?:(?:{states})|bloc:[A-Z_0-9]+)"
    # a selection: one code, or several with blanks between; a minus takes one away
    selection = re.compile(rf"(?<![\w-]){code}(?: -?{code})*(?![\w-])")
    pair = re.compile(rf"(?<![\w-])({states})-({states})(?![\w-])")
    text = pair.sub(lambda m: f"{index.name(m[1])}–{index.name(m[2])}", text)
    text = re.sub(r"(?<![:\w])[A-Z]+(?:_[A-Z]+)+\b", lambda m: called((f"bloc:{m[0]}",), index), text)
    text = selection.sub(lambda m: called(m[0].split(" "), index, most=8), text)
    text = re.sub(r"\b[a-z]+(?:_[a-z]+)*\b", lambda m: _plain(m[0]), text)
    return _tidy(text)


def _plain(word: str) -> str:
    """A name of a field or column in plain words; other words as they are."""
    if word in WORDS:
        return WORDS[word]
    return looks()[word].noun if "_" in word and word in looks() else word


def _tidy(text: str) -> str:
    """Signs as they are printed: no powers of ten for what stands for zero, no span of a single year."""
    text = re.sub(r"< -?1e-0?6\b", "below zero", text)
    text = re.sub(r"> -?1e-0?6\b", "above zero", text)
    text = re.sub(r"\b(\d{4})–\1\b", r"\1", text)
    text = re.sub(r"(?<= )-(?=\d)", cells.MINUS, text)
    text = re.sub(r"\b0-1\b", "0–1", text)
    text = re.sub(r"(?<=\d) ?%", f"{cells.THIN}%", text).replace("states of all whose", "states whose")
    return text.replace(">=", "≥").replace("<=", "≤").replace(" → ", " toward ").replace(" -> ", " toward ")


def source_named(text: str, index: Index) -> str:
    """A source in words: keys of our tables and names of fields give way to what they stand for."""
    return named(re.sub(r"^[a-z]\w* \(([^)]*)\)", r"\1", text), index)


def one_line(text: str) -> str:
    """Text of a card on one line, with true quotation marks around words."""
    return re.sub(r"(?<!\w)'([^']+)'(?!\w)", r"“\1”", " ".join(str(text).split()))
