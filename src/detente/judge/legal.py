"""Questions of law asked of the shipped treaties, the other alliances in the bundle, and the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from detente.model.errors import DetenteError, Problem, Problems, nearest
from detente.treaties.answer import Answer
from detente.treaties.checks import shipped
from detente.treaties.edits import apply
from detente.treaties.generic import LAST, treaties_of
from detente.treaties.law import NONSTATE, law
from detente.treaties.places import Lifetime, find_place, find_state
from detente.treaties.scale import EARLIEST, EVENTS
from detente.treaties.treaty import Treaty

FIRST = date(1946, 1, 1)
"""The registry holds the states alive since then, so no earlier question can name all who are bound."""
NOBODY = ("NONSTATE", "NON-STATE", "TERRORISTS", "INSURGENTS")


@cache
def lifetimes() -> tuple[Lifetime, ...]:
    """Every state of the registry, with the names that sources use for it."""
    from detente.data.states import _aliases, registry, spoken

    also: dict[str, list[str]] = {}
    for name, code in (_aliases() | spoken()).items():
        also.setdefault(code, []).append(name)
    return tuple(Lifetime(s.state, s.name, s.start, s.end, tuple(also.get(s.state, ()))) for s in registry())


@cache
def every_treaty() -> tuple[Treaty, ...]:
    """The treaties that ship as texts, and one generic treaty for each other alliance that ATOP codes."""
    from detente.data import bundle

    written = shipped()
    known = {number for t in written for number in t.atop}
    rows = bundle.table("alliances").iter_rows(named=True)
    return (*written, *treaties_of(r for r in rows if r["atopid"] not in known))


def ask(
    attacker: str,
    target: str,
    at: str,
    on: date | str,
    what: str = "armed_attack",
    edits: Sequence[Any] = (),
    treaties: Iterable[Treaty] | None = None,
) -> Answer:
    """Who owes what to whom if ``attacker`` does ``what`` to ``target`` at a place on a day.

    States by code or name, the place by name or ``LAT,LON``, the day as a date or ``YYYY-MM-DD``.

    Raises
    ------
    DetenteError : everything that is wrong with the question, and what would be valid.
    """
    problems = Problems()
    day = _day(on, problems)
    if what not in EVENTS:
        problems.add("--what", f"there is no event '{what}'", nearest(what, EVENTS))
    problems.raise_if_any()
    assert day is not None  # noqa: S101  (nothing was wrong)
    states, found = lifetimes(), {}
    for option, word in (("--attacker", attacker), ("--target", target)):
        found[option] = _state(option, word, states, day, problems)
    place = None
    try:
        place = find_place(at, day, states, whose_land)
    except DetenteError as error:
        problems.extend(error.problems)
    if found["--attacker"] and found["--attacker"] == found["--target"] and what != "internal":
        problems.add("--target", "attacker and target are the same state", "for unrest use --what internal")
    problems.raise_if_any()
    assert place is not None  # noqa: S101
    held = apply(tuple(every_treaty() if treaties is None else treaties), edits)
    return law(found["--attacker"] or "", found["--target"] or "", place, day, held, states, what)


def _state(option: str, word: str, states: tuple[Lifetime, ...], day: date, problems: Problems) -> str | None:
    if option == "--attacker" and word.upper() in NOBODY:
        return NONSTATE
    try:
        return find_state(word, states, day)
    except DetenteError as error:
        problems.extend(Problem(option, p.what, p.remedy) for p in error.problems)
        return None


def _day(on: date | str, problems: Problems) -> date | None:
    try:
        day = on if isinstance(on, date) else date.fromisoformat(on)
    except ValueError:
        problems.add("--on", f"'{on}' is no day", "write YYYY-MM-DD, as in 2022-02-24")
        return None
    if day.year < EARLIEST:
        problems.add("--on", f"{day} is before {EARLIEST}, where all coding begins", "name a later day")
    elif day < FIRST:
        problems.add(
            "--on",
            f"{day} is before {FIRST.year}: the registry holds states since then, so some would be missing",
            f"name a day since {FIRST}",
        )
    return day


def coverage_note(day: date) -> str:
    """What the answer leaves out on such a day."""
    if day.year > LAST:
        return f"alliances other than the written treaties are coded to {LAST} and carried on"
    return ""


def whose_land(lat: float, lon: float) -> Mapping[str, str]:
    """Whose land a point is on today's map; empty at sea, and for territory that is no state's."""
    from detente.data.geometry import world_map

    for feature in world_map()["features"]:
        if any(_in_part(lon, lat, part) for part in feature["geometry"]["coordinates"]):
            about: dict[str, Any] = feature["properties"]
            if about.get("disputed"):
                held = next((h for h in about.get("held_by", ()) if h), "")
                claimed = " ".join(c for c in about.get("claimed_by", ()) if len(c) == 3 and c != held)
                return {
                    "name": str(about["name"]).partition(" (")[0],
                    "state": held,
                    "title": "disputed",
                    "held": held,
                    "claimed": claimed,
                    "note": about["note"],
                }
            if not about.get("state"):
                raise DetenteError(
                    Problem(
                        "--at", f"{lat:g},{lon:g} lies in {about['name']}, which is no state", "name a place"
                    )
                )
            plain = {"state": about["state"], "title": about["state"]}
            return plain | ({"name": about["name"]} if about.get("claimed_by") else {})
    return {}


def _in_part(lon: float, lat: float, part: Sequence[Sequence[Sequence[float]]]) -> bool:
    """Whether a point lies inside the outer ring and in no hole."""
    return _in_ring(lon, lat, part[0]) and not any(_in_ring(lon, lat, hole) for hole in part[1:])


def _in_ring(lon: float, lat: float, ring: Sequence[Sequence[float]]) -> bool:
    found = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (x2 - x1) * (lat - y1) / (y2 - y1):
            found = not found
    return found


def edits_of(phrases: Iterable[str], paths: Iterable[Any], scenario: str | None) -> tuple[Any, ...]:
    """Edits from phrases, files and the treaty words of a scenario; every problem at once."""
    from detente.treaties.edits import parse_assumption, read_edits

    problems, found = Problems(), list[Any]()
    for phrase in phrases:
        try:
            found.append(parse_assumption(phrase))
        except DetenteError as error:
            problems.extend(error.problems)
    for path in paths:
        try:
            found += read_edits(path)
        except DetenteError as error:
            problems.extend(error.problems)
    if scenario is not None:
        found += of_scenario(scenario)
    problems.raise_if_any()
    return tuple(found)


def of_scenario(name: str) -> tuple[Any, ...]:
    """The treaty words of a scenario file, as edits of law."""
    from detente.library import find_scenario
    from detente.mechanisms.vocabulary_treaties import edits_in
    from detente.model.documents import read_document

    return edits_in(read_document(find_scenario(name)).content.get("interventions") or ())
