"""Places by name or coordinates, and whose they are on a day."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field as Spec

from detente.model.errors import DetenteError, Problem, nearest
from detente.model.parameter import Strict
from detente.treaties.geography import sea_at, west_of_the_urals
from detente.treaties.treaty import Area, Dated, Sea, State

DISPUTED = "disputed"
COORDINATES = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*[,;]\s*(-?\d+(?:\.\d+)?)\s*$")
ANTARCTIC = -60.0
BORDERS_SINCE = date(1993, 1, 1)
"""Coordinates are read against the borders of today, which most of the world has had since then."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A state of the registry that is handed in: code, name, first and last day (None: it lasts)."""

    state: str
    name: str
    start: date
    end: date | None = None
    also: tuple[str, ...] = ()

    def on(self, day: date) -> bool:
        """Whether the state existed on a day."""
        return self.start <= day and (self.end is None or day <= self.end)


class Status(Dated):
    """Whose a place is during a spell."""

    title: str
    held: str = ""
    claimed: tuple[State, ...] = ()
    note: str = ""


class Site(Strict):
    """An entry of the gazetteer."""

    name: str
    also: tuple[str, ...] = ()
    at: tuple[Annotated[float, Spec(ge=-90, le=90)], Annotated[float, Spec(ge=-180, le=180)]]
    area: Area | None = None
    island: bool = False
    sea: Sea | None = None
    water: bool = False
    tags: tuple[str, ...] = ()
    title: str = ""
    held: str = ""
    claimed: tuple[State, ...] = ()
    before: State | None = None
    spells: tuple[Status, ...] = ()
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a day. ``title`` is '' at sea, 'disputed' where no state has it by general recognition."""

    name: str
    lat: float
    lon: float
    area: str = ""
    island: bool = False
    sea: str = ""
    water: bool = False
    tags: tuple[str, ...] = ()
    title: str = ""
    held: str = ""
    claimed: tuple[str, ...] = ()
    note: str = ""

    @property
    def whose(self) -> str:
        """One line: whose it is."""
        if self.water:
            return f"at sea ({self.sea.replace('_', ' ')})"
        first = "title disputed" if self.title == DISPUTED else f"territory of {self.title}"
        held = f", held by {self.held}" if self.held != self.title else ""
        claims = f", claimed also by {', '.join(self.claimed)}" if self.claimed else ""
        return first + held + claims


@dataclass(frozen=True)
class Gazetteer:
    """All places that can be named."""

    sites: tuple[Site, ...]
    spread: Mapping[str, tuple[str, ...]]
    by_name: Mapping[str, Site] = field(default_factory=dict)


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer that ships, with every capital; read once."""
    folder = Path(str(files("detente.treaties")))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load((folder / "gazetteer.yaml").read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    sites = [Site.model_validate(entry) for entry in content["places"]]
    named = {_fold(n) for s in sites for n in (s.name, *s.also)}
    rows = csv.DictReader((folder / "capitals.csv").read_text(encoding="utf-8").splitlines())
    for row in rows:  # Prague is the capital of two states, one after the other
        if _fold(row["capital"]) not in named:
            sites.append(_capital(row))
            named.add(_fold(row["capital"]))
    by_name: dict[str, Site] = {}
    for site in sites:
        for name in (site.name, *site.also):
            by_name.setdefault(_fold(name), site)
    spread = {state: tuple(names) for state, names in content["spread"].items()}
    return Gazetteer(tuple(sites), spread, by_name)


@cache
def capitals() -> dict[str, Site]:
    """Each state's capital, which stands for its main territory."""
    text = files("detente.treaties").joinpath("capitals.csv").read_text(encoding="utf-8")
    return {row["state"]: _capital(row) for row in csv.DictReader(text.splitlines())}


def _capital(row: Mapping[str, str]) -> Site:
    return Site(
        name=row["capital"],
        at=(float(row["lat"]), float(row["lon"])),
        area=row["area"],  # type: ignore[arg-type]  # checked by the model
        island=bool(row["island_in"]),
        sea=row["island_in"] or None,  # type: ignore[arg-type]
        title=row["state"],
    )


def _fold(name: str) -> str:
    return " ".join(name.casefold().replace("’", "'").split())


def find_state(word: str, states: Iterable[Lifetime], on: date) -> str:
    """A state by code or name that existed on that day.

    Raises
    ------
    DetenteError : unknown, or did not exist then; names what did, or the nearest valid word.
    """
    held = tuple(states)
    folded = _fold(word)
    known = [s for s in held if folded in (_fold(s.state), _fold(s.name), *map(_fold, s.also))]
    if not known:
        names = [n for s in held if s.on(on) for n in (s.state, s.name)]
        raise DetenteError(Problem("", f"unknown state '{word}'", nearest(word, names)))
    alive = [s for s in known if s.on(on)]
    if not alive:
        s = known[0]
        span = f"{s.start} to {s.end}" if s.end else f"since {s.start}"
        raise DetenteError(
            Problem(
                "",
                f"{s.name} is no state of the registry on {on} (it is one {span})",
                _instead(s.state, held, on),
            )
        )
    return alive[0].state


FORMERLY: Mapping[str, tuple[str, ...]] = {
    "RUS": ("EST", "LVA", "LTU", "UKR", "BLR", "MDA", "ARM", "GEO", "AZE", "TKM", "TJK", "KGZ", "UZB", "KAZ"),
    "CSK": ("CZE", "SVK"),
    "SRB": ("SVN", "HRV", "BIH", "MKD", "MNE", "XKX"),
    "ETH": ("ERI",),
    "SDN": ("SSD",),
    "PAK": ("BGD",),
    "IDN": ("TLS",),
    "DEU": ("DDR",),
    "YEM": ("YMD",),
    "VNM": ("VNS",),
    "TZA": ("ZAN",),
}
"""State that held (or took over) the territory of those whose lifetime is over or has not begun."""


def _instead(state: str, states: Iterable[Lifetime], on: date) -> str:
    alive = {s.state: s.name for s in states if s.on(on)}
    former = next((k for k, v in FORMERLY.items() if state in v and k in alive), None)
    heirs = [c for k, v in FORMERLY.items() if k == state for c in v if c in alive]
    if former:
        return f"its territory was then of {alive[former]} ({former})"
    if heirs:
        return "its territory was then of " + ", ".join(heirs)
    return "name a day on which it existed, or the state that held its territory"


def find_place(
    text: str,
    on: date,
    states: Iterable[Lifetime],
    owner: Callable[[float, float], Mapping[str, str]] | None = None,
) -> Place:
    """A place by name, by ``lat,lon``, or by the name of a state (its main territory) on a day.

    ``owner`` says whose land a point is today: a mapping with ``state``, ``title``, ``held``, ``claimed``;
    empty for a point at sea. Without it coordinates are refused.

    Raises
    ------
    DetenteError : unknown name (with the nearest ones), a state on both sides of a line that matters,
        coordinates at a time for which borders are not held.
    """
    held = tuple(states)
    if match := COORDINATES.match(text):
        return _at(float(match[1]), float(match[2]), on, held, owner)
    book = gazetteer()
    site = book.by_name.get(_fold(text))
    if site is None:
        return _state_as_place(text, on, held, book)
    return dated(site, on, held)


def _state_as_place(text: str, on: date, states: tuple[Lifetime, ...], book: Gazetteer) -> Place:
    folded = _fold(text)
    known = [s for s in states if folded in (_fold(s.state), _fold(s.name), *map(_fold, s.also))]
    if not known:
        names = [n for s in book.sites for n in (s.name, *s.also)] + [s.name for s in states]
        raise DetenteError(
            Problem("--at", f"'{text}' is not in the gazetteer", nearest(text, names) + "; or give LAT,LON")
        )
    state = find_state(text, states, on)
    if state in book.spread:
        listed = ", ".join(book.spread[state])
        raise DetenteError(
            Problem("--at", f"{text} lies on both sides of lines where duties end", f"name a place: {listed}")
        )
    return dated(capitals()[state], on, states)


def dated(site: Site, on: date, states: Iterable[Lifetime]) -> Place:
    """A site as it stood on a day: whose, held by whom, claimed by whom."""
    spell = next((s for s in site.spells if s.on(on)), None)
    title, held = (spell.title, spell.held) if spell else (site.title, site.held)
    claimed, note = (spell.claimed, spell.note or site.note) if spell else (site.claimed, site.note)
    life = {s.state: s for s in states}
    if title in life and not life[title].on(on):
        former = site.before or next((k for k, v in FORMERLY.items() if title in v), None)
        if former is None or former not in life or not life[former].on(on):
            span = life[title]
            raise DetenteError(
                Problem(
                    "--at",
                    f"{site.name} is of {span.name}, no state on {on}; who held it then is not coded",
                    f"{span.name} is a state of the registry from {span.start}"
                    + (f" to {span.end}" if span.end else ""),
                )
            )
        title, note = former, note or f"then of {life[former].name}"
    return Place(
        site.name, *site.at, site.area or "", site.island, site.sea or "", site.water, site.tags,
        "" if site.water else title, "" if site.water else (held or title), claimed, note,
    )  # fmt: skip


def _at(
    lat: float,
    lon: float,
    on: date,
    states: tuple[Lifetime, ...],
    owner: Callable[[float, float], Mapping[str, str]] | None,
) -> Place:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise DetenteError(
            Problem(
                "--at", f"{lat},{lon} is not on the globe", "LAT,LON in degrees, -90 to 90 and -180 to 180"
            )
        )
    near = nearest_sites(lat, lon)
    if owner is None:
        raise DetenteError(
            Problem("--at", "coordinates need the map, which was not handed in", f"name {near}")
        )
    if lat < ANTARCTIC:
        raise DetenteError(
            Problem(
                "--at",
                f"{lat:g},{lon:g} is in the area of the Antarctic Treaty, which is not coded",
                "name a place",
            )
        )
    found = owner(lat, lon)
    name = f"{lat:g},{lon:g}"
    if not found:
        return Place(name, lat, lon, sea=sea_at(lat, lon), water=True)
    if on < BORDERS_SINCE:
        raise DetenteError(
            Problem(
                "--at",
                f"{name} is land, and borders at coordinates are held only since {BORDERS_SINCE.year}",
                f"name a place; nearest: {near}",
            )
        )
    _refuse_undrawn(lat, lon, on, states, found)
    named = gazetteer().by_name.get(_fold(found.get("name", "")))
    if named is not None:  # a disputed area: the gazetteer knows more of it than the map
        return replace(dated(named, on, states), name=name, lat=lat, lon=lon)
    site = min(_sites_of(found.get("state", "")), key=lambda s: _apart(s, lat, lon), default=None)
    area = (site.area if site else None) or ""
    if found.get("state") in ("RUS", "KAZ"):
        area = "europe" if west_of_the_urals(lat, lon) else "asia"
    far = site is None or _apart(site, lat, lon) > 40
    if far and found.get("state") not in ("RUS", "USA", "CAN", "CHN", "AUS", "BRA", "KAZ"):
        raise DetenteError(
            Problem("--at", f"{name} is far from any place in the gazetteer", f"nearest: {near}")
        )
    same = site is not None and (site.island or bool(site.tags))
    claimed = tuple(found.get("claimed", "").split())
    like = site if same else None
    title = found.get("title", "")
    return Place(
        name, lat, lon, area, bool(like and like.island), (like.sea or "") if like else "", False,
        like.tags if like else (), title, found.get("held", "") or title, claimed, found.get("note", ""),
    )  # fmt: skip


def _refuse_undrawn(
    lat: float, lon: float, on: date, states: tuple[Lifetime, ...], found: Mapping[str, str]
) -> None:
    """Refuse land near a line that the map does not draw, between those who hold it and those with title."""
    for site in gazetteer().sites:
        near = any(s <= lat <= n and w <= lon <= e for s, w, n, e in site.boxes)
        if not near:
            continue
        place = dated(site, on, states)
        settled = place.title != DISPUTED and place.held == place.title
        if not settled and found.get("state") in (place.title, place.held, *place.claimed):
            raise DetenteError(
                Problem(
                    "--at",
                    f"{lat:g},{lon:g} is in or near {site.name}, whose line the map does not draw",
                    f"name the place, as {site.name}, or one clearly outside",
                )
            )


def _sites_of(state: str) -> list[Site]:
    sites = [s for s in gazetteer().sites if state in (s.title, *(x.title for x in s.spells))]
    return [*sites, capitals()[state]] if state in capitals() else sites


def _apart(site: Site, lat: float, lon: float) -> float:
    """Distance in degrees on a flat map, good enough to find the nearest name."""
    from math import cos, radians

    across = (site.at[1] - lon + 180) % 360 - 180
    return float(((site.at[0] - lat) ** 2 + (across * cos(radians((site.at[0] + lat) / 2))) ** 2) ** 0.5)


def nearest_sites(lat: float, lon: float, count: int = 3) -> str:
    """The names nearest to a point, for messages."""
    ordered = sorted(gazetteer().sites, key=lambda s: _apart(s, lat, lon))
    return ", ".join(s.name for s in ordered[:count])
