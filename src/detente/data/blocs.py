"""Named groups of states with their years: facts from ``blocs.yaml`` and the table of NATO accessions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

Spell = tuple[str, str, int, int | None]
"""Bloc, state, year of entry, year in which membership ended (None: it lasts)."""

NOT_EUROPEAN = ("USA", "CAN")
"""Members of NATO across the Atlantic; Turkey is counted with the European members, as NATO does."""


def _spells(bloc: str, state: str, years: list[Any]) -> list[Spell]:
    if isinstance(years[0], list):
        return [spell for part in years for spell in _spells(bloc, state, part)]
    return [(bloc, state, int(years[0]), int(years[1]) if len(years) > 1 else None)]


@cache
def written() -> dict[str, dict[str, Any]]:
    """The text of ``blocs.yaml``: title, source and members of each bloc."""
    import yaml

    text = files("detente.data").joinpath("blocs.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def spells(nato: Iterable[tuple[str, int]] = ()) -> list[Spell]:
    """All membership spells, sorted; ``nato`` gives each member's state and year of accession."""
    found = [
        spell
        for bloc, entry in written().items()
        for state, years in entry["members"].items()
        for spell in _spells(bloc, state, years)
    ]
    for state, year in nato:
        found.append(("NATO", state, year, None))
        if state not in NOT_EUROPEAN:
            found.append(("EUROPEAN_NATO", state, year, None))
    return sorted(found, key=lambda s: s[:3])


def members(all_spells: Iterable[Spell], bloc: str, year: int) -> tuple[str, ...]:
    """The members of one bloc at the end of ``year``."""
    return tuple(
        state
        for name, state, first, ended in all_spells
        if name == bloc and first <= year and (ended is None or year < ended)
    )
