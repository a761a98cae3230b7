"""Accession on the page: who would say no to a candidate, and when it enters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, isfinite
from typing import Any

import numpy as np
from markupsafe import Markup

from detente.judge import accession as bids
from detente.judge.measurement import Tables
from detente.model.scenario import Scenario, Set
from detente.model.space import Index
from detente.report import cells, charts, politics_charts
from detente.report.figures import Figure
from detente.report.parties import state_name
from detente.run.estimate import summary
from detente.run.result import BASE, Result

OFTEN, SELDOM = 0.95, 0.5
"""Shares of worlds: a member that votes less often is told so, and stands at the end."""
HARDEST = 12
"""Members in the open table, the hardest to win; the others are folded."""


@dataclass(frozen=True, slots=True)
class Bid:
    """A state that a scenario has ask to join; ``given``: the year in which the premise makes it a member."""

    state: str
    bloc: str
    year: int
    given: int | None = None


@dataclass(frozen=True, slots=True)
class VoteRow:
    """One member: its chance of a no in both worlds, how often it holds out and is the last, its record."""

    member: str
    votes: str
    """Share of the worlds with a vote in which it votes, where that is not nearly all."""
    refuses: str
    refuses_without: str
    holds_out: str
    last: str
    asks: str
    """What it most often asks for in the run."""
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bargain:
    """One kind of demand on record: quarrels, how many ended in a yes, and what bought it."""

    words: str
    quarrels: str
    gave_in: str
    bought: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Who says no to one candidate, and when it enters."""

    candidate: str
    bloc: str
    sentences: tuple[str, ...]
    rows: tuple[VoteRow, ...]
    entry: Figure | None
    prices: tuple[tuple[str, str, str], ...]
    bargains: tuple[Bargain, ...]
    seen: bool
    """Whether the votes of members were kept by the run."""
    blocked: bool
    """Whether some member holds out in some world with the premise."""

    @property
    def bloc_words(self) -> str:
        """The bloc as it stands inside a sentence."""
        return bloc_name(self.bloc)

    @property
    def first(self) -> tuple[VoteRow, ...]:
        """The hardest to win."""
        return self.rows[:HARDEST]

    @property
    def others(self) -> tuple[VoteRow, ...]:
        """The rest."""
        return self.rows[HARDEST:]


def bids_of(document: Scenario, index: Index) -> tuple[Bid, ...]:
    """The bids for NATO or the EU that a scenario makes, in the order of its moves."""
    found = [
        Bid(s, bloc, move.start, _given(document, index, s, bloc))
        for move, bloc in _sets(document, "bid")
        for s in index.members(move.at.state or ())
    ]
    return tuple({(b.state, b.bloc): b for b in reversed(found)}.values())[::-1]


def made_members(document: Scenario, index: Index) -> tuple[Bid, ...]:
    """Memberships that the premise gives to single states without a bid, beside those in from the start."""
    asked = {(b.state, b.bloc) for b in bids_of(document, index)}
    return tuple(
        Bid(s, bloc, move.start, move.start)
        for move, bloc in _sets(document, "member")
        for s in index.members(move.at.state or ())
        if move.at.state != "all" and (s, bloc) not in asked and s not in index.blocs.get(bloc, ())
    )


def _sets(document: Scenario, kind: str) -> Iterator[tuple[Set, str]]:
    for move in document.interventions:
        if isinstance(move, Set) and move.to > 0:
            for bloc in bids.BLOCS:
                if move.field == f"{bloc.lower()}_{kind}":
                    yield move, bloc


def _given(document: Scenario, index: Index, state: str, bloc: str) -> int | None:
    years = [
        m.start
        for m, b in _sets(document, "member")
        if b == bloc and state in index.members(m.at.state or ())
    ]
    return min(years, default=None)


def ledger(result: Result, scenario: str, bid: Bid, tables: Tables) -> Ledger | None:
    """The ledger of one bid; ``None`` if the run lacks its fields or the candidate is in from the start."""
    b = bid.bloc.lower()
    if any(f"{b}_{kind}" not in result.fields for kind in ("member", "bid", "ready", "acceptance")):
        return None
    if (result.values(f"{b}_member", scenario, state=bid.state, year=result.years[0]) > 0.5).all():
        return None
    here, there = (bids.outcome(result, tables, bid.state, bid.bloc, w) for w in (BASE, scenario))
    rows = _rows(result, scenario, bid, here, there)
    return Ledger(
        result.index.name(bid.state),
        bid.bloc,
        tuple(_sentences(result, bid, here, there)),
        rows,
        _entry(result, bid, here, there),
        prices(result, bid.bloc),
        _bargains(tables, bid.bloc),
        bool(rows),
        any(v.holds_out for v in there.voters),
    )


def _rows(result: Result, scenario: str, bid: Bid, here: Any, there: Any) -> tuple[VoteRow, ...]:
    without = {v.member: v.acceptance for v in here.voters}
    votes = voting_shares(result, scenario, bid) if there.voters else {}
    return tuple(
        VoteRow(
            result.index.name(v.member),
            cells.share(100 * votes[v.member]) if votes[v.member] < OFTEN else "",
            cells.share(100 * (1 - v.acceptance)),
            cells.share(100 * (1 - without[v.member])) if v.member in without else "",
            cells.share(100 * v.holds_out),
            cells.share(100 * v.last),
            bids.WORDS.get(v.kind, ""),
            tuple(_plain(line) for line in v.asked),
        )
        for v in sorted(there.voters, key=lambda v: votes[v.member] < SELDOM)
    )


def voting_shares(result: Result, scenario: str, bid: Bid) -> dict[str, float]:
    """Of the worlds with a vote on the bid, the share in which each state is a member and votes."""
    field = f"{bid.bloc.lower()}_acceptance"
    values = result.values(field, scenario, state="all", partner=bid.state, how="each")
    members = [a for a, _ in result.selected_pairs("all", bid.state, field)]
    voted = (~np.isnan(values)).any(axis=1)
    voted = voted[voted.any(axis=1)]
    return {m: float(voted[:, k].mean()) for k, m in enumerate(members) if len(voted)}


def _bargains(tables: Tables, bloc: str) -> tuple[Bargain, ...]:
    """What it took on record to end a holdout, by what was asked for; quarrels of both bodies."""
    return tuple(
        Bargain(bids.WORDS[p.kind], f"{p.quarrels:.0f}", f"{p.gave_in:.0f}", p.bought)
        for p in bids.bargains(tables, bloc)
    )


def _plain(line: str) -> str:
    """A line of the record with the candidate's name for its code and no span of a single year."""
    line = code_named(line)
    line = re.sub(r"\b(\d{4})-\1\b", r"\1", line, count=1)
    return re.sub(r"\b(\d{4})-(\d{4}):", r"\1–\2:", line, count=1)


def code_named(line: str) -> str:
    """A line that begins with a code of a state, with its name instead."""
    from detente.data.states import by_code

    code, blank, rest = line.partition(" ")
    known = by_code()
    return f"{known[code].name if code in known else code}{blank}{rest}"


def entries(result: Result, scenario: str) -> Iterator[Markup]:
    """For a bid that the scenario makes and does not decide: in how many worlds the candidate comes in."""
    last = result.years[-1]
    for bid in bids_of(result.documents[scenario], result.index)[:2]:
        field = f"{bid.bloc.lower()}_member"
        if bid.given is not None or field not in result.fields:
            continue
        here, there = (
            result.chance_of(field, w, at_least=1, ever_by=last, state=bid.state) for w in (BASE, scenario)
        )
        address = f"{field} {bid.state} by {last}"
        yield Markup(
            "{who} is a member of {bloc} by {last} in {t} of worlds with the premise (90\u202f% interval of "
            "the chance: {low} to {high}) and in {h} without it."
        ).format(
            who=upper_first(state_name(bid.state, result.index)),
            bloc=bloc_name(bid.bloc),
            last=cells.counted("years[-1]", last, "record"),
            t=cells.counted(f"chance {scenario}", cells.share(100 * there.mean), address),
            low=cells.counted(f"chance low {scenario}", cells.share(100 * there.low), address),
            high=cells.counted(f"chance high {scenario}", cells.share(100 * there.high), address),
            h=cells.counted(f"chance {BASE}", cells.share(100 * here.mean), address),
        )


def _sentences(result: Result, bid: Bid, here: Any, there: Any) -> Iterator[str]:
    name, bloc, last = upper_first(state_name(bid.state, result.index)), bloc_name(bid.bloc), result.years[-1]
    alone = cells.share(100 * here.asked)
    yield (
        f"{name} asks to join {bloc} in {bid.year} by the premise; without it, it asks by itself in {alone} "
        f"of worlds by {last}."
    )
    if bid.given is not None and bid.given <= last:
        yield (
            f"The premise itself makes it a member in {bid.given}, whatever the members would have said; "
            f"without it, it is one by {last} in {_chance(here)} of worlds."
        )
    elif not (here.entered or there.entered):
        low, high = (cells.share(100 * x) for x in (there.entered_low, there.entered_high))
        yield (
            f"In none of {there.draws} pairs of worlds does it enter by {last}, with the premise or without "
            f"it (90{cells.THIN}% interval of the chance: {low} to {high})."
        )
    else:
        yield (
            f"It is a member by {last} in {_chance(there)} of {there.draws} worlds with the premise, and in "
            f"{_chance(here)} without; never by {last} in {cells.share(100 * (1 - there.entered))} with it."
        )
    if isfinite(there.ready):
        yield (
            f"In a year in which the bid waits, the members together judge it ready with a chance of "
            f"{_small(there.ready)}; each then votes for itself, and on average {there.refusing:.1f} would "
            "say no."
        )


def upper_first(name: str) -> str:
    """A name at the head of a sentence."""
    return name[:1].upper() + name[1:]


def bloc_name(bloc: str) -> str:
    """A bloc inside a sentence."""
    return "the EU" if bloc == "EU" else bloc


def _chance(found: Any) -> str:
    low, high = (cells.share(100 * x) for x in (found.entered_low, found.entered_high))
    return f"{cells.share(100 * found.entered)} (90{cells.THIN}% interval {low} to {high})"


def _small(share: float) -> str:
    percent = 100 * share
    return f"{cells.written(percent, cells.decimals([percent]))}{cells.THIN}%"


def prices(result: Result, bloc: str) -> tuple[tuple[str, str, str], ...]:
    """What moves a vote: words, factor on the odds of a yes, its 90 % interval, from the run's own draws."""
    from detente.mechanisms.accession.equations import VOTE

    b = f"accession.{bloc.lower()}"
    if f"{b}_beta" not in result.parameters or f"{b}_scale" not in result.parameters:
        return ()
    beta, scale = result.parameters[f"{b}_beta"], result.parameters[f"{b}_scale"]
    found = []
    for name, (words, step) in bids.PER.items():
        k = VOTE.index(name)
        e = summary(beta[:, k + 1] * step / scale[:, k], "")
        found.append((e.median, (words, _times(e.median), f"{_times(e.low)} to {_times(e.high)}")))
    return tuple(row for _, row in sorted(found, key=lambda x: -x[0]))


def _times(log_odds: float) -> str:
    factor = exp(log_odds)
    return cells.written(factor, cells.decimals([factor]))


def _entry(result: Result, bid: Bid, here: Any, there: Any) -> Figure | None:
    """Share of worlds in which the candidate is a member by year; none if it never enters of itself."""
    if not (here.entered or there.entered and bid.given is None):
        return None
    lines = {"without": here.by_year, "with the premise": there.by_year}
    rows = [
        {"world": w, "year": y, "share": 100 * share}
        for w, path in lines.items()
        for y, share in path.items()
    ]
    said = "; ".join(f"{w} {cells.share(100 * path[result.years[-1]])}" for w, path in lines.items())
    name = state_name(bid.state, result.index)
    return Figure(
        f"{upper_first(name)} in {bloc_name(bid.bloc)}",
        "share of worlds in which it is a member, %",
        f"Share of worlds in which {name} is a member of {bloc_name(bid.bloc)} by {result.years[-1]}: {said}",
        Markup(charts.svg(politics_charts.entry(rows))),  # noqa: S704 (drawn by us; the renderer escapes)
        f"Computed by detente. {_dates(there, result.years[-1])}",
    )


def _dates(found: Any, last: int) -> str:
    never = f"Never by {last} in {cells.share(100 * (1 - found.entered))} of worlds with the premise."
    if not found.entered:
        return never
    early, middle, late = (f"{y:.0f}" for y in found.years)
    if early == late:
        return f"All entries with the premise come in {early}. {never}"
    spread = f"a tenth come by {early}, half by {middle}, nine tenths by {late}"
    return f"Of the entries with the premise {spread}. {never}"
