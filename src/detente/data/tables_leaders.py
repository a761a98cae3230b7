"""Tables of leaders and of publics: who governed at the end of each year, and views of other countries."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import NamedTuple

import polars as pl

from detente.data.sources.archigos import LAST as ARCHIGOS_TO
from detente.data.states import by_code, slots
from detente.data.tables_state import Loaded

FIRST, NEWEST = 1945, 2024
REIGN_TO = 2020
LISTED_FROM = date(2021, 3, 1)


class Spell(NamedTuple):
    """One leader's time in office; ``exit`` says how it ended (null: not known or not ended)."""

    leader: str
    start: date
    exit: str | None
    force: float | None
    source: str


def leaders_table(loaded: Loaded) -> pl.DataFrame:
    """Who governed each state at the end of each year 1945-2024, and what the year was like at home.

    Columns: state, year, leader, since (year of entry), changed (another than a year before), exit (how the
    leader of a year before went: regular, irregular, natural, foreign, null unknown), force (Carter & Smith's
    theta1), regime (REIGN, seven groups; of 2020 after that), executive and legislative (elections held),
    handover (an election changed who holds power), source (archigos to 2015, reign to March 2021, listed:
    ``curated/leaders_since_2021.csv``, carried: nothing known since). Elections of 2021 on
    are unknown (null).
    """
    spells, rows = dict(_spells(loaded)), []
    home = _home(loaded["reign"])
    for code, own in spells.items():
        held = by_code()[code]
        for year in range(FIRST, NEWEST + 1):
            here, before = _ruling(own, year), _ruling(own, year - 1)
            if here is None or not held.exists_after(year):
                continue
            changed = None if before is None else here.start > date(year - 1, 12, 31)
            exit_ = before.exit if before is not None and changed else None
            source = here.source if year <= REIGN_TO or here.source == "listed" else "carried"
            rows.append(
                (code, year, here.leader, here.start.year, changed, exit_, here.force)
                + home.get((code, year), _carried(home, code, year))
                + (source,)
            )
    names = {
        "state": pl.String, "year": pl.Int16, "leader": pl.String, "since": pl.Int16, "changed": pl.Boolean,
        "exit": pl.String, "force": pl.Float64, "regime": pl.String, "executive": pl.Boolean,
        "legislative": pl.Boolean, "handover": pl.Boolean, "source": pl.String,
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(pl.col("force").round(4)).sort(pl.col("state").replace_strict(slots()), "year")


def _spells(loaded: Loaded) -> Iterator[tuple[str, list[Spell]]]:
    """Each state's leaders in order: Archigos to its end, then REIGN's new ones, then the list's."""
    old, new = loaded["archigos"], loaded["reign"].filter(pl.col("part") == "leader")
    listed = _listed()
    for code in sorted(set(old["state"]) | set(new["state"])):
        rows = old.filter(pl.col("state") == code).sort("start")
        own = [Spell(*row, "archigos") for row in rows.select("leader", "start", "exit", "force").iter_rows()]
        gone = own and not rows["last"][-1]  # Archigos knows that the last went, and not who followed
        since = own[-1].start if gone else date(ARCHIGOS_TO, 12, 31)
        later = new.filter((pl.col("state") == code) & (pl.col("start") < LISTED_FROM))
        own += [
            Spell(name, start, None, None, "reign")
            for name, start in later.select("what", "start").iter_rows()
            if start > since or not own
        ]
        for name, start, how in listed.get(code, ()):
            own = [*own[:-1], own[-1]._replace(exit=how or None)] if own else own
            own.append(Spell(name, start, None, None, "listed"))
        yield code, sorted(own, key=lambda s: s.start)


def _listed() -> dict[str, list[tuple[str, date, str]]]:
    """Changes of leader after REIGN ends, from the public record, by state."""
    text = files("detente.data").joinpath("curated/leaders_since_2021.csv").read_text(encoding="utf-8")
    out: dict[str, list[tuple[str, date, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        told = (row["leader"], date.fromisoformat(row["start"]), row["exit_before"])
        out.setdefault(row["state"], []).append(told)
    return out


def _ruling(spells: list[Spell], year: int) -> Spell | None:
    """The last to have taken office by the end of a year; None before the first."""
    begun = [s for s in spells if s.start <= date(year, 12, 31)]
    return begun[-1] if begun else None


Home = tuple[str | None, bool | None, bool | None, bool | None]


def _home(reign: pl.DataFrame) -> dict[tuple[str, int], Home]:
    """Regime at the end of the year, executive and legislative elections, handover by election."""
    out: dict[tuple[str, int], Home] = {}
    regimes = reign.filter(pl.col("part") == "regime").select("state", "start", "end", "what")
    for code, start, end, what in regimes.iter_rows():
        for year in range(max(start.year, FIRST), min((end or date(REIGN_TO, 12, 31)).year, REIGN_TO) + 1):
            if start <= date(year, 12, 31) and (end is None or end >= date(year, 12, 31)):
                out[code, year] = (what, False, False, False)
    held = reign.filter(pl.col("part") == "election").select("state", "start", "what", "change")
    for code, day, kind, change in held.iter_rows():
        if day.year <= REIGN_TO:
            what, executive, legislative, handover = out.get((code, day.year), (None, False, False, False))
            out[code, day.year] = (
                what,
                bool(executive or kind == "X"),
                bool(legislative or kind == "L"),
                bool(handover or change),
            )
    return out


def _carried(home: dict[tuple[str, int], Home], code: str, year: int) -> Home:
    """After REIGN ends the regime of its last year stands; elections are unknown."""
    if year <= REIGN_TO:
        return (None, None, None, None)
    return (home.get((code, REIGN_TO), (None,))[0], None, None, None)


def favourability_table(loaded: Loaded) -> pl.DataFrame:
    """Share of each public that views a country favourably: state, target, year, n, share, young, old, n_….

    ``target`` is one of our codes, ``EU`` or ``UN``. Derived: weighted shares of those who answered, by
    country and year, computed from Pew's respondents; no answer of a person ships.
    """
    return loaded["pew"]
