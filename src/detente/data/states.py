"""The registry: every state alive at any time since 1946, in one permanent order.

Membership and dates follow the Correlates of War state system as continued in ``isard``; the order
is that of the COW code, ended states included. The order never changes: a new state is appended at
the end of ``registry.csv``, because a state's slot is the address of its luck.

One code for one line of statehood: Russia is also the USSR (``RUS``), COW 255 and 260 are both
``DEU``, COW 678 (Yemen Arab Republic) and 679 are both ``YEM``, COW 345 is ``SRB`` and also the
Yugoslavias before it. East Germany (``DDR``), Czechoslovakia (``CSK``), South Yemen (``YMD``),
South Vietnam (``VNS``) and Zanzibar (``ZAN``) ended. Inclusion says that a source lists a state,
and nothing about its recognition.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from detente.model.errors import DetenteError, Problem, nearest


@dataclass(frozen=True, slots=True)
class State:
    """One state: its code, place in the registry, codes elsewhere and lifetime."""

    state: str
    slot: int
    name: str
    cow: tuple[int, ...]
    gw: tuple[int, ...]
    iso_numeric: int | None
    region: str
    start: date
    end: date | None
    """Last day; None while the state exists."""

    def exists_after(self, year: int) -> bool:
        """Whether the state lives on past the end of ``year`` (it is there on the next 1 January)."""
        return self.start <= date(year + 1, 1, 1) and (self.end is None or self.end > date(year, 12, 31))

    def exists_during(self, year: int) -> bool:
        """Whether the state existed on at least one day of ``year``."""
        return self.start.year <= year and (self.end is None or self.end.year >= year)


def _state(row: dict[str, str]) -> State:
    def codes(text: str) -> tuple[int, ...]:
        return tuple(int(word) for word in text.split())

    return State(
        row["state"],
        int(row["slot"]),
        row["name"],
        codes(row["cow"]),
        codes(row["gw"]),
        int(row["iso_numeric"]) if row["iso_numeric"] else None,
        row["region"],
        date.fromisoformat(row["start"]),
        date.fromisoformat(row["end"]) if row["end"] else None,
    )


@cache
def registry() -> tuple[State, ...]:
    """All states since 1946 in their permanent order."""
    text = files("detente.data").joinpath("registry.csv").read_text(encoding="utf-8")
    return tuple(_state(row) for row in csv.DictReader(text.splitlines()))


@cache
def by_code() -> dict[str, State]:
    """The registry by our own code."""
    return {s.state: s for s in registry()}


def state(code: str) -> State:
    """One state by our code; raises :class:`DetenteError` naming the nearest valid code."""
    found = by_code().get(code)
    if found is None:
        known = [s.name for s in registry()]
        raise DetenteError(Problem("", f"unknown state '{code}'", nearest(code, [*by_code(), *known])))
    return found


@cache
def from_cow() -> dict[int, str]:
    """Our code for each Correlates of War code (COW 255 and 260 are both DEU)."""
    return {cow: s.state for s in registry() for cow in s.cow}


@cache
def from_gw() -> dict[int, str]:
    """Our code for each Gleditsch-Ward code since 1946.

    GW 260 is Germany throughout (255 only before 1946), 340 and 345 are both SRB, 678 is Yemen
    (COW: 679), 816 is Vietnam.
    """
    return {gw: s.state for s in registry() for gw in s.gw}


@cache
def from_iso_numeric() -> dict[int, str]:
    """Our code for each ISO 3166 numeric code; Kosovo, South Vietnam and Zanzibar have none."""
    return {s.iso_numeric: s.state for s in registry() if s.iso_numeric is not None}


def slots() -> dict[str, int]:
    """Place of each state in the permanent order."""
    return {s.state: s.slot for s in registry()}


def existing(year: int) -> tuple[State, ...]:
    """The states that exist past the end of ``year``, in registry order.

    Czechoslovakia ended on 31 December 1992, so the world at the end of 1992 holds its successors.
    """
    return tuple(s for s in registry() if s.exists_after(year))


@cache
def _aliases() -> dict[str, str]:
    import yaml

    text = files("detente.data").joinpath("aliases.yaml").read_text(encoding="utf-8")
    return {_fold(name): code for code, names in yaml.safe_load(text).items() for name in names}


def _fold(name: str) -> str:
    return " ".join(name.casefold().replace("’", "'").split())


def code_of(word: str) -> str:
    """Our code for a code, a name or what people call a state; the word in capitals where it is none."""
    upper = word.strip().upper()
    return upper if upper in by_code() else from_name(word) or spoken().get(_fold(word)) or upper


@cache
def spoken() -> dict[str, str]:
    """Our code for what people, though none of the sources, call a state."""
    import yaml

    text = files("detente.data").joinpath("spoken.yaml").read_text(encoding="utf-8")
    return {_fold(name): code for code, names in yaml.safe_load(text).items() for name in names}


def from_name(name: str) -> str | None:
    """Our code for a name in use in one of the sources; None if the name is not one of a state."""
    plain = {_fold(s.name): s.state for s in registry()}
    folded = _fold(name)
    return plain.get(folded) or _aliases().get(folded)
