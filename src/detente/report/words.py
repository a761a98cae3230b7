"""The answer in a handful of plain sentences: templates whose every number is a result cell.

Nothing here decides what is true. A sentence says that a figure is higher or lower only when its
90 % interval lies on one side of zero; otherwise it says that the difference is not clear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from markupsafe import Markup

from detente.mechanisms import HINDSIGHT
from detente.report import cells
from detente.report.cells import Cell, counted
from detente.report.figures import state_measures
from detente.report.looks import look
from detente.report.parties import Party, answer_year, pairs, parties, party, state_name
from detente.report.politics_accession import entries
from detente.report.splits import disputes, sentence
from detente.report.tables import headlines
from detente.run.result import BASE, Result

FIVE = 5

FEW = 20
"""Pairs of worlds below which a run is a trial and says so."""
NEAR = 0.05
"""A mean this close to a step of the peace scale (steps are 0.25 apart) is said to be about there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one scenario: a line on how it was found, up to five sentences on effects, and
    one more where rival theories disagree on them."""

    scenario: str
    year: int
    lead: Markup
    sentences: tuple[Markup, ...]
    unchanged: bool


def answer(result: Result, scenario: str) -> Answer:
    """The sentences for a scenario of the run."""
    document = result.documents[scenario]
    year = answer_year(document, result.years)
    unchanged = nothing_changes(result, scenario)
    sentences = iter([_unchanged(result, scenario)]) if unchanged else _sentences(result, scenario, year)
    found = list(islice(sentences, FIVE))
    if not unchanged:
        found += [sentence(d) for d in disputes(result, headlines(result, scenario))[:1]]
    return Answer(scenario, year, _lead(result, scenario, year), tuple(found), unchanged)


def nothing_changes(result: Result, scenario: str) -> bool:
    """Whether every kept quantity is the same as in the baseline, in every world, year and place."""
    everywhere: dict[int, dict[str, Any]] = {0: {}, 1: {"state": "all", "how": "each"}}
    if result.pairs:
        everywhere[2] = {"state": "all", "partner": "all", "how": "each"}
    for name, field in result.fields.items():
        where = everywhere.get(len(field.dims))
        if where is not None:
            here, there = (result.values(name, s, **where) for s in (BASE, scenario))
            if not np.array_equal(here, there, equal_nan=True):
                return False
    return True


def _lead(result: Result, scenario: str, year: int) -> Markup:
    first, lost = result.documents[scenario].first_year, result.failures.get(scenario, 0)
    worlds = counted("draws", int(result.record["draws"]), "record")
    text = Markup(
        "Computed from {worlds} pairs of worlds from {a} to {b}: in each pair one world runs as it is and "
        "one with the premise, and both share all luck and all parameters. Figures are means for "
        "{year}{after}. “Nine in ten” gives the range that holds the middle nine tenths of the pairs; we "
        "call a difference clear only where that range leaves out zero."
    ).format(
        worlds=worlds,
        a=counted("years[0]", result.years[0], "record"),
        b=counted("years[1]", result.years[-1], "record"),
        year=counted("answer_year", year, "record"),
        after=_after(first, year),
    )
    if lost:
        text += Markup(" {n} of the pairs are left out because a solver found no balance.").format(
            n=counted(f"failures {scenario}", lost, "result")
        )
    for said in (few_worlds(result.record["draws"] - lost), hindsight_of(result)):
        text += Markup(" {said}").format(said=said) if said else Markup("")
    return text


def few_worlds(pairs: int) -> str:
    """What must be said of a run with fewer than :data:`FEW` pairs of worlds; empty for more."""
    if pairs >= FEW:
        return ""
    return (
        f"With fewer than {FEW} pairs of worlds the range of nine in ten is little more than lowest and "
        "highest, and what looks clear can be luck: run 100 or more before relying on a figure."
    )


def hindsight_of(result: Result) -> str:
    """What must be said of a run whose estimates know years after its start; empty where they do not."""
    return str(result.start_notes.get(HINDSIGHT, {}).get("rule", ""))


def _after(first: int | None, year: int) -> str:
    if first is None or year <= first:
        return ""
    return f", {year - first} year{'s' if year - first > 1 else ''} after the first move"


def _unchanged(result: Result, scenario: str) -> Markup:
    return Markup(
        "Nothing changes: each of the {fields} quantities that we compute is the same with and without the "
        "premise, in every state, in each of {draws} worlds and in each of {years} years (of pairs of "
        "states, those that the run watched){why}."
    ).format(
        fields=counted("fields", len(result.fields), "record"),
        draws=counted("draws", int(result.record["draws"]), "record"),
        years=counted("years", len(result.years), "record"),
        why="" if result.documents[scenario].interventions else ", as must be, since no move is made",
    )


def _sentences(result: Result, scenario: str, year: int) -> Iterator[Markup]:
    """Sentences in the order of the page, each made when it is asked for; those whose quantities this run
    lacks are left out."""
    document = result.documents[scenario]
    sides, couples = parties(document, result.index), pairs(document, result, 1)
    if couples:
        sides = (*couples[0], *(s for s in sides if s not in couples[0]))
    return (t for t in _topics(result, scenario, year, couples, sides[:2]) if t is not None)


def _topics(
    result: Result, scenario: str, year: int, couples: Sequence[tuple[Party, ...]], sides: tuple[Party, ...]
) -> Iterator[Markup | None]:
    yield from entries(result, scenario)
    if couples:
        yield _peace(result, scenario, year, couples[0])
        yield _votes(result, scenario, year, couples[0])
    yield _sides(result, "real_income", scenario, year, sides)
    yield _bystanders(result, "real_income", scenario, year)
    yield _sides(result, "milex", scenario, year, sides)
    for measure in _others(result):
        yield _sides(result, measure, scenario, year, sides)


def _others(result: Result) -> list[str]:
    """Fields that may fill a missing place among the five, most telling first."""
    told = {"real_income", "milex", "ideal_point"}
    preferred = [m for m in ("exports", "threat", "milex_share", "real_gdp") if m in result.fields]
    rest = [n for n in state_measures(result) if n not in told and n not in preferred]
    return [*preferred, *rest]


def _peace(result: Result, scenario: str, year: int, couple: tuple[Party, Party]) -> Markup | None:
    """The mean level first, which moves with every pair; then the share at warm peace or better."""
    if not cells.known("peace_level", result):
        return None
    three = _three(result, "peace_level", scenario, couple, year)
    if three[2].missing:
        return None
    between = f"between {couple[0].label} and {couple[1].label}"
    return _peace_level(result, three, between) + _warm(result, scenario, couple, year)


def _peace_level(result: Result, three: tuple[Cell, Cell, Cell], between: str) -> Markup:
    here, there, change = three
    ends = steps(result, "peace_level")
    scale = f", on a scale from {_end(ends[0])} to {_end(ends[-1])}," if ends else ""
    if change.zero:
        return Markup("The level of peace {b}{s} stays exactly at {x}{w}.").format(
            b=between, s=scale, x=here.number("mean"), w=_near(here, ends)
        )
    text = "The level of peace {b}{s} is {there}{tw} with the premise and {here}{hw} without: {v}."
    return Markup(text).format(  # noqa: S704 (a constant of ours)
        b=between,
        s=scale,
        there=there.number("mean"),
        tw=_near(there, ends),
        here=here.number("mean"),
        hw=_near(here, ends),
        v=_points(change, "higher", "lower"),
    )


def _warm(result: Result, scenario: str, couple: tuple[Party, Party], year: int) -> Markup:
    """How many relations, or how likely the one relation, stand at warm peace or better."""
    here, there, change = _three(result, "warm_pairs", scenario, couple, year)
    if change.missing:
        return Markup("")
    what = "The chance of warm peace or better" if _one_pair(result, couple) else None
    what = what or "The share of their relations at warm peace or better"
    if change.zero:
        return Markup(" {w} stays exactly at {x}.").format(w=what, x=here.number("mean"))
    return Markup(" {w} is {there} against {here}: {v}.").format(
        w=what, there=there.number("mean"), here=here.number("mean"), v=_points(change, "more", "less")
    )


def steps(result: Result, measure: str) -> list[tuple[float, str]]:
    """Values and names of the steps of an ordinal field, from its declaration; empty if it names none."""
    field = result.fields[measure]
    named = dict(re.findall(r"([\d.]+) ([^,;]+)", field.meaning))
    found = [(g, named.get(f"{g:g}", "").strip()) for g in field.grid]
    return found if found and all(name for _, name in found) else []


def _end(step: tuple[float, str]) -> str:
    return f"{step[1]} ({step[0]:g})"


def _near(cell: Cell, ends: list[tuple[float, str]]) -> str:
    """Where a mean stands among the steps: ' (about negative peace)', or between which two."""
    value = cell.estimate.mean
    below = [s for s in ends if s[0] <= value]
    above = [s for s in ends if s[0] > value]
    gap = min((abs(s[0] - value) for s in ends), default=1.0)
    near = next((s[1] for s in ends if abs(s[0] - value) == gap), "")
    if gap <= NEAR:
        return f" (about {near})"
    return f" (between {below[-1][1]} and {above[0][1]})" if below and above else ""


def _one_pair(result: Result, couple: tuple[Party, Party]) -> bool:
    return all(len(result.selected(p.where)) == 1 for p in couple)


def _votes(result: Result, scenario: str, year: int, couple: tuple[Party, Party]) -> Markup | None:
    if not cells.known("ideal_distance", result):
        return None
    here, there, change = _three(result, "ideal_distance", scenario, couple, year)
    if change.missing:
        return None
    one, other = couple[0].label, couple[1].label
    if change.zero:
        return Markup("In United Nations votes {a} and {b} stay exactly as far apart, at {x} points.").format(
            a=one, b=other, x=here.number("mean")
        )
    return Markup(
        "In United Nations votes {a} and {b} stand {there} points apart on the scale of alignment with the "
        "premise and {here} without it: {verdict}."
    ).format(
        a=one,
        b=other,
        there=there.number("mean"),
        here=here.number("mean"),
        verdict=_points(change, "wider", "narrower"),
    )


def _points(change: Cell, more: str, less: str) -> Markup:
    """'34 percentage points more (nine in ten: 12 to 51)', or that no clear difference is seen."""
    unit = "percentage points" if change.unit.startswith("percentage") else "points"
    word = more if change.estimate.mean > 0 else less
    if not change.sure:
        return Markup("{o} ({d} {u} on average; nine in ten: {low} to {high})").format(
            o=_unclear(change, word),
            d=change.number("mean", sign=True),
            u=unit,
            low=change.number("low", sign=True),
            high=change.number("high", sign=True),
        )
    return Markup("{d} {u} {w} (nine in ten: {low} to {high})").format(
        d=change.number("mean", size=True),
        u=unit,
        w=word,
        low=change.number("low"),
        high=change.number("high"),
    )


def _unclear(change: Cell, word: str) -> str:
    """Doubt in plain words: about the direction, or only about whether there is any difference."""
    both_ways = change.estimate.low < 0 < change.estimate.high
    return "no clear difference" if both_ways else f"perhaps {word}, perhaps the same"


def _sides(result: Result, measure: str, scenario: str, year: int, sides: tuple[Party, ...]) -> Markup | None:
    """One sentence on a quantity of each side: 'Real income is 1.2 % higher in A (…) and 0.3 % in B (…)'."""
    if measure not in result.fields or not sides:
        return None
    found = [cells.effect(result, measure, scenario, (s,), year) for s in sides]
    if all(c.missing for c in found):
        return None
    clauses = [_clause(c) for c in found]
    opening = f"{found[0].look.noun} "
    if len(clauses) == 2 and found[0].sure and found[1].sure:
        return _capital(Markup("{o}{a} and {b}.").format(o=opening, a=clauses[0], b=_short(clauses[1])))
    return _capital(Markup("{o}{rest}.").format(o=opening, rest=Markup("; ").join(clauses)))


def _clause(c: Cell) -> Markup:
    unit = "" if c.unit.startswith("%") else f" {c.unit}"
    if c.missing:
        return Markup("cannot be given for {who}, for want of data").format(who=c.label)
    if c.zero:
        return Markup("does not change at all in {who}").format(who=c.label)
    word = c.look.more if c.estimate.mean > 0 else c.look.less
    if not c.sure:
        return Markup("is {o} in {who} ({d}{u} on average; nine in ten: {low} to {high})").format(
            o=_doubt(c, word),
            who=c.label,
            d=c.number("mean", sign=True),
            u=unit,
            low=c.number("low", sign=True),
            high=c.number("high", sign=True),
        )
    return Markup("is {d}{u} {w} in {who} (nine in ten: {low} to {high})").format(
        d=c.number("mean", size=True),
        u=unit,
        w=word,
        who=c.label,
        low=c.number("low", sign=True),
        high=c.number("high", sign=True),
    )


def _doubt(c: Cell, word: str) -> str:
    both_ways = c.estimate.low < 0 < c.estimate.high
    return "not clearly higher or lower" if both_ways else f"perhaps {word}, perhaps the same"


def _short(clause: Markup) -> Markup:
    return Markup(str(clause).removeprefix("is "))


def _bystanders(result: Result, measure: str, scenario: str, year: int) -> Markup | None:
    """Who gains and who loses for sure, with the two ends."""
    if measure not in result.fields:
        return None
    table = result.effects_by_state(measure, scenario, year=year, relative=True).drop_nulls("mean")
    if not len(table):
        return None
    at = f"count {measure} {scenario}-{BASE} all {year} relative"
    gain, lose = table.filter(table["low"] > 0), table.filter(table["high"] < 0)
    text = Markup(
        "Of {n} states with data, {g} {gains} {noun} and {l} {loses} it in at least 95\u202f% of worlds; "
        "for {u} the effect is not clear"
    ).format(
        n=counted("states", len(table), at),
        g=counted("gain", len(gain), at),
        gains="gains" if len(gain) == 1 else "gain",
        loses="loses" if len(lose) == 1 else "lose",
        l=counted("lose", len(lose), at),
        u=counted("unsure", len(table) - len(gain) - len(lose), at),
        noun=look(measure).noun,
    )
    ends = []
    for rows, word, down in ((gain, "the largest such gain", True), (lose, "the largest such loss", False)):
        if len(rows):
            code = str(rows.sort("mean", descending=down)["state"][0])
            c = cells.effect(result, measure, scenario, (party(code, result.index),), year)
            ends.append(
                Markup("{w} is {who}’s ({d})").format(
                    w=word, who=state_name(code, result.index), d=c.number("mean", sign=True)
                )
            )
    return text + (Markup("; ") + Markup(" and ").join(ends) if ends else Markup("")) + Markup(".")


def _three(
    result: Result, measure: str, scenario: str, couple: tuple[Party, Party], year: int
) -> tuple[Cell, Cell, Cell]:
    return (
        cells.level(result, measure, BASE, couple, year),
        cells.level(result, measure, scenario, couple, year),
        cells.effect(result, measure, scenario, couple, year),
    )


def _capital(text: Markup) -> Markup:
    return Markup(str(text)[:1].upper() + str(text)[1:])
