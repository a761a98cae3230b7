"""Who owes a state defence, as maps: without and with the premise, by the treaty that binds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from detente.judge.measurement import Tables
from detente.mechanisms.alliances import CLAUSE_OF_UNION
from detente.model.scenario import Scenario, Set
from detente.report import cells, maps
from detente.report.parties import Party, parties, party
from detente.report.politics_accession import bids_of
from detente.run import means
from detente.run.estimate import summary
from detente.run.result import BASE, Result

BODIES = {"NATO": ("nato_bound", "nato_member"), "CSTO": ("csto_member",), "EU": ("eu_member",)}
"""Bodies whose members owe each other defence, and the field that tells who is bound (the first kept)."""
OTHER = "OTHER"
WORDS = {
    "NATO": "NATO (Article 5)",
    "CSTO": "CSTO (Article 4)",
    "EU": "European Union (Article 42.7)",
    OTHER: "another treaty of mutual defence",
}
MOST, SOME = 0.5, 0.05
"""Shares of worlds from which a bond is drawn in full colour, and in pale."""
LEAST = 0.01
"""Change of a share of worlds below which the maps say nothing."""
FEW = 3
"""A move that makes or unmakes more members than this is about the body and not about them."""
NAMED = 8
"""States named of those that are bound in some worlds only, the most often bound first."""


@dataclass(frozen=True, slots=True)
class Bonds:
    """Share of worlds in which each state is bound to defend the party: by kind, over the states of the run.

    ``number`` counts the bound states in every draw, for the bodies.
    """

    share: Mapping[str, np.ndarray]
    number: Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class BondRow:
    """One kind of bond: how many states it binds at the start and in both worlds, and who they are."""

    words: str
    start: str
    here: str
    there: str
    change: str
    interval: str
    names: str


@dataclass(frozen=True, slots=True)
class Obligations:
    """The part of one scenario."""

    whom: str
    start: int
    year: int
    maps: tuple[tuple[str, Markup], ...]
    legend: tuple[tuple[str, str], ...]
    rows: tuple[BondRow, ...]
    several: bool
    """Whether the party has several states."""
    large: bool
    """Whether the party's own members are coloured by what binds them."""
    others: bool
    """Whether the run kept pacts outside the bodies."""

    @property
    def note(self) -> str:
        """What being bound means where the party is more than one state."""
        return " (being bound to one of them is enough)" if self.several else ""

    @property
    def own(self) -> str:
        """What the colour of the party itself means: of a large one, the members that nobody is bound to."""
        return f"{self.whom}, bound by none" if self.large else self.whom

    @property
    def caption(self) -> str:
        """What the maps show and what they do not."""
        other = (
            "A state bound by a body and by another treaty counts with the body; of other treaties the run "
            "keeps means over worlds only."
            if self.others
            else "Pacts outside NATO, the CSTO and the EU were not kept by this run and are not drawn."
        )
        return (
            f"Coloured by the treaty that binds a state in most worlds in {self.year}{self.note}: in full "
            "colour in at least half of the worlds, pale in at least one in twenty. It is the treaty that "
            f"binds, not what a state would do. {other} At the start: members of that year, and other pacts "
            "by ATOP. Hold the pointer over a state for its chances. Equal Earth projection; shapes: Natural "
            "Earth 1:50m (public domain). Lines on the map are no judgement on the status of any territory."
        )


def obligations(
    result: Result, scenario: str, year: int, areas: Sequence[maps.Shape], tables: Tables
) -> Obligations | None:
    """Maps and table of who owes the moved party defence; ``None`` if the premise moves none of it."""
    whom = moved_party(result.documents[scenario], result)
    if whom is None or not any(f in result.fields for fields in BODIES.values() for f in fields):
        return None
    bonds = {w: bonds_of(result, w, whom, year) for w in (BASE, scenario)}
    if not _moves(bonds[BASE], bonds[scenario]):
        return None
    start, size = at_start(result, whom, tables), len(result.index.members(whom.selector))
    titles = {BASE: "without the premise", scenario: "with the premise"}
    drawn = tuple(_drawings(result, bonds, whom, areas, titles, f"bonds-{scenario}"))
    kinds = [
        k for k in bonds[BASE].share if start[k] or any(b.share[k].max() >= SOME for b in bonds.values())
    ]
    return Obligations(
        whom.label,
        int(result.record["start_year"]),
        year,
        drawn,
        tuple((f"bond-{k.lower()}", WORDS[k]) for k in kinds),
        tuple(_row(result, k, start[k], bonds[BASE], bonds[scenario]) for k in kinds),
        size > 1,
        size > FEW,
        OTHER in bonds[BASE].share,
    )


def moved_party(document: Scenario, result: Result) -> Party | None:
    """The states of a bid or of a move of membership; a body that is dissolved; else the first side."""
    index = result.index
    asked = [b.state for b in bids_of(document, index)]
    for move in document.interventions:
        if asked or not (isinstance(move, Set) and move.field.endswith("_member")):
            continue
        if move.at.state == "all":
            return party(f"bloc:{move.field.removesuffix('_member').upper()}", index)
        states = index.members(move.at.state or ())
        asked = list(states) if len(states) <= FEW else []
    if asked:
        return party(tuple(dict.fromkeys(asked)), index)
    first = parties(document, index, 1)[0]
    return first if 0 < len(index.members(first.selector)) <= len(index) / 2 else None


def bonds_of(result: Result, world: str, whom: Party, year: int) -> Bonds:
    """Who is bound to at least one other state of the party, in one world and year."""
    at = result.index.positions(whom.selector)
    held = {k: _through(result, world, k, at, year) for k in BODIES}
    kept = ~result.failed(world)
    share = {k: v[kept].mean(axis=0) for k, v in held.items()}
    if "defence_pact" in result.averaged:
        body = np.any(list(held.values()), axis=0)[kept].mean(axis=0)
        share[OTHER] = _beyond(result, world, at, year, body)
    return Bonds(share, {k: np.where(kept, v.sum(axis=1), np.nan) for k, v in held.items()})


def _beyond(result: Result, world: str, at: np.ndarray, year: int, body: np.ndarray) -> np.ndarray:
    """Share of worlds in which a state has a pact with the party and no body binds them, (state,).

    From the mean of every pair: whom a body binds has a pact. Of several states of the party, the one that
    the state is most often bound to.
    """
    pact = np.nan_to_num(means.of(result, "defence_pact", world, year))[:, at].max(axis=1)
    beyond: np.ndarray = np.clip(pact - body, 0.0, 1.0)
    return np.where(beyond < LEAST, 0.0, beyond)


def _through(result: Result, world: str, body: str, at: np.ndarray, year: int) -> np.ndarray:
    """States bound by a body to another state at one of the positions, booleans (draw, state)."""
    name = next((f for f in BODIES[body] if f in result.fields), None)
    if name is None or (body == "EU" and year <= CLAUSE_OF_UNION):
        return np.zeros((int(result.record["draws"]), len(result.index)), dtype=bool)
    inside = result.values(name, world, state="all", year=year, how="each") > 0.5
    own = np.zeros(len(result.index), dtype=bool)
    own[at] = True
    others = inside[:, own].sum(axis=1)[:, None] - (inside & own)
    bound: np.ndarray = inside & (others > 0)
    return bound


def at_start(result: Result, whom: Party, tables: Tables) -> dict[str, set[str]]:
    """Who was bound when the run began, by kind: members of the bodies, and the record of other pacts."""
    import polars as pl

    index, year = result.index, int(result.record["start_year"])
    own, found = set(index.members(whom.selector)), {}
    for body in BODIES:
        inside = set(index.blocs.get(body, ())) if body != "EU" or year > CLAUSE_OF_UNION else set()
        found[body] = {s for s in inside if (inside & own) - {s}}
    pacts = tables("pacts").filter(pl.col("defence") & (pl.col("year") == year)).select("a", "b")
    both = [(a, b) for a, b in pacts.iter_rows()] + [(b, a) for a, b in pacts.iter_rows()]
    found[OTHER] = {a for a, b in both if b in own and a in index.states} - set().union(*found.values())
    return found


def _moves(here: Bonds, there: Bonds) -> bool:
    return any(np.abs(there.share[k] - here.share[k]).max() >= LEAST for k in here.share)


def _drawings(
    result: Result,
    bonds: Mapping[str, Bonds],
    whom: Party,
    areas: Sequence[maps.Shape],
    titles: Mapping[str, str],
    ident: str,
) -> Iterator[tuple[str, Markup]]:
    """The two maps; the second reuses the outlines of the first."""
    for n, (world, found) in enumerate(bonds.items()):
        shades = {s: _shade(result, s, found, whom) for s in result.index.states}
        title = f"States bound to defend {whom.label} {titles[world]}"
        count = "; ".join(f"{WORDS[k]} {v.sum():.1f} on average" for k, v in found.share.items() if v.any())
        words = f"{title}: {count or 'none'}. The table that follows names them."
        yield titles[world], drawing(areas, shades, title, words, ident, n)


def _shade(result: Result, state: str, found: Bonds, whom: Party) -> tuple[str, str]:
    """CSS class and caption of one state."""
    k, name = result.index.position(state), result.index.name(state)
    shares = {kind: float(v[k]) for kind, v in found.share.items()}
    said = "; ".join(f"{WORDS[kind]} in {cells.share(100 * p)} of worlds" for kind, p in shares.items() if p)
    most = max(shares, key=lambda kind: shares[kind])
    own = result.index.members(whom.selector)
    if state in own and (len(own) <= FEW or shares[most] < SOME):
        return "bond-own", f"{name}{': ' if said else ''}{said}"
    if shares[most] < SOME:
        return "level", f"{name}: {said or 'not bound'}"
    return f"bond-{most.lower()}{'' if shares[most] >= MOST else ' pale'}", f"{name}: {said}"


HATCH = Markup(
    '<pattern id="hatch-{}" width="40" height="40" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="40" height="40" class="hatch-paper"/>'
    '<rect width="13" height="40" class="hatch-line"/></pattern>'
)


def drawing(
    areas: Sequence[maps.Shape],
    shades: Mapping[str, tuple[str, str]],
    title: str,
    words: str,
    ident: str,
    place: int,
) -> Markup:
    """One of two maps side by side; the first defines the outlines that both use."""
    outlines = maps.outlines(tuple(areas))
    used, dots, defined = [], [], []
    for n, o in enumerate(outlines):
        kind, caption = _paint(o, shades, ident)
        if o.path:
            defined.append(Markup('<path id="{}-{}" d="{}"/>').format(ident, n, o.path))
            used.append((o.area.hatched, _use(kind, f"{ident}-{n}", caption, ident)))
        if o.size < maps.SMALL and shades.get(o.area.state or "", ("level",))[0] != "level":
            dots.append(_dot(kind, o, caption))
    hatch = HATCH.format(ident)
    shared = Markup("<defs>{}{}</defs>").format(hatch, Markup("").join(defined)) if place == 0 else Markup("")
    return Markup(
        '<svg class="map bonds" viewBox="0 0 {w} {h:.0f}" role="img" aria-labelledby="{i}-{n}-t {i}-{n}-d" '
        'xmlns="http://www.w3.org/2000/svg"><title id="{i}-{n}-t">{t}</title><desc id="{i}-{n}-d">{s}</desc>'
        "{shared}<g>{land}</g><g>{hatched}</g><g>{dots}</g></svg>"
    ).format(
        w=maps.WIDTH,
        h=maps.height(),
        i=ident,
        n=place,
        t=title,
        s=words,
        shared=shared,
        land=Markup("").join(u for hatched, u in used if not hatched),
        hatched=Markup("").join(u for hatched, u in used if hatched),
        dots=Markup("").join(dots),
    )


def _paint(o: maps.Outline, shades: Mapping[str, tuple[str, str]], ident: str) -> tuple[str, str]:
    if o.area.hatched:
        return "disputed", f"{o.area.name}: disputed" if o.area.name else "disputed"
    return shades.get(o.area.state or "", ("nodata", f"{o.area.name}: no state of this run"))


def _use(kind: str, target: str, caption: str, ident: str) -> Markup:
    fill = Markup(' fill="url(#hatch-{})"').format(ident) if kind == "disputed" else ""
    return Markup('<use class="{}"{} href="#{}"><title>{}</title></use>').format(kind, fill, target, caption)


def _dot(kind: str, o: maps.Outline, caption: str) -> Markup:
    return Markup('<circle class="{} dot" cx="{:.0f}" cy="{:.0f}" r="{}"><title>{}</title></circle>').format(
        kind, *o.middle, maps.DOT, caption
    )


def _row(result: Result, kind: str, start: set[str], here: Bonds, there: Bonds) -> BondRow:
    """Mean numbers; the interval over worlds for the bodies, whose members are kept draw by draw."""
    a, b = (float(x.share[kind].sum()) for x in (here, there))
    interval = ""
    if kind in here.number:
        change = summary(there.number[kind] - here.number[kind], "")
        low, high = (cells.written(v, 1, sign=True) for v in (change.low, change.high))
        interval = f"{low} to {high}"
    return BondRow(
        WORDS[kind],
        str(len(start)),
        cells.written(a, 1),
        cells.written(b, 1),
        cells.written(b - a, 1, sign=True),
        interval,
        _names(result, there.share[kind]),
    )


def _names(result: Result, share: np.ndarray) -> str:
    """Who is bound in most worlds with the premise, and who in some."""
    index = result.index
    most = [index.name(s) for s, p in zip(index.states, share, strict=True) if p >= MOST]
    some = [
        f"{index.name(s)} ({cells.share(100 * float(p))})"
        for s, p in sorted(zip(index.states, share, strict=True), key=lambda x: -x[1])
        if SOME <= p < MOST
    ]
    if len(some) > NAMED:
        some = [*some[:NAMED], f"and {len(some) - NAMED} others"]
    parts = [", ".join(most), f"in some worlds: {', '.join(some)}" if some else ""]
    return "; ".join(p for p in parts if p) or "nobody"
