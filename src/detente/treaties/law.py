"""Who owes what to whom if one state attacks another at a place on a day: treaties applied to facts.

Each duty is the conjunction of conditions (in force between the two, set off by such an event, at such
a place, against such an attacker, not reserved or suspended); each condition is met, not met or open,
and the worst of them decides. What a state will do is another question, for the mechanisms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from detente.treaties.answer import Answer, Conflict, Line
from detente.treaties.places import Lifetime, Place
from detente.treaties.scale import (
    HELP,
    NO,
    OPEN,
    PROMISES,
    RESTRAINTS,
    STRENGTH_WORDS,
    TRIGGERED,
    WHY_OPEN,
    YES,
    Verdict,
)
from detente.treaties.scope import READING, Finding, covered
from detente.treaties.treaty import Article, Treaty

NONSTATE = "NONSTATE"
"""An attacker that is no state: insurgents, terrorists."""

NEAR = timedelta(days=730)
"""How far from the day a party's entry or exit is still worth telling."""


@dataclass(frozen=True, slots=True)
class Incident:
    """The facts of a question."""

    attacker: str
    target: str
    place: Place
    on: date
    what: str


def law(
    attacker: str,
    target: str,
    place: Place,
    on: date,
    treaties: Iterable[Treaty],
    states: Iterable[Lifetime],
    what: str = "armed_attack",
) -> Answer:
    """Apply every treaty to one incident.

    Parameters
    ----------
    attacker : code of a state, or :data:`NONSTATE`.
    place : as :func:`detente.treaties.places.find_place` gives it, on the same day.
    treaties : those that ship, those made from a coding of alliances, or edited ones.
    states : lifetimes of the registry; who is neither bound nor in question is free.
    what : one of :data:`detente.treaties.scale.EVENTS`.
    """
    held, case = tuple(treaties), Incident(attacker, target, place, on, what)
    lines: list[Line] = []
    for treaty in held:
        lines += _under(treaty, case)
    helpers = {x.holder for x in lines if x.kind == "assist" and x.verdict > NO}
    alive = [s.state for s in states if s.on(on)]
    free = tuple(s for s in alive if s not in helpers and s not in (attacker, target))
    return Answer(
        attacker,
        target,
        place,
        on,
        what,
        tuple(lines),
        free,
        tuple(_conflicts(lines, held, case)),
        _notes(case),
    )


def _under(treaty: Treaty, case: Incident) -> Iterator[Line]:
    if not treaty.binds(case.target, case.on):
        yield from _absent(treaty, case)
    for article in treaty.articles:
        if not article.on(case.on):
            continue
        if article.kind in HELP and treaty.binds(case.target, case.on):
            yield from _help(treaty, article, case)
        elif article.kind in PROMISES:
            yield from _promise(treaty, article, case)
        elif article.kind in RESTRAINTS:
            yield from _restraint(treaty, article, case)
        elif article.kind == "right" and treaty.binds(case.target, case.on):
            found = _triggered(article, case)
            yield _line(treaty, article, "", case.target, *_worst([found]))


def _help(treaty: Treaty, article: Article, case: Incident) -> Iterator[Line]:
    if article.towards and case.target not in article.towards:
        return
    event = _triggered(article, case)
    if event[0] == NO and article.trigger in ("internal", "terror"):
        return
    common = [event, _attacker(treaty, article, case), _reading(article)]
    if not article.anywhere:
        scope = treaty.rules(article)
        common.append(covered(scope, case.place, case.target, case.on, lambda s: treaty.binds(s, case.on)))
    for holder in treaty.members(case.on):
        if holder in (case.target, case.attacker) or (article.holders and holder not in article.holders):
            continue
        strength, own = _own(treaty, article, holder, case)
        verdict, why = _worst([*common, *own])
        yield _line(treaty, article, holder, case.target, verdict, why, strength)


def _own(treaty: Treaty, article: Article, holder: str, case: Incident) -> tuple[str, list[Finding]]:
    """What is particular to one party: reservations, suspensions."""
    strength, found = str(article.strength), []
    for r in article.reservations:
        if holder in r.states and r.on(case.on):
            strength = r.strength or strength
            found.append((READING[r.reading] if r.reading else YES, r.note))
    for s in treaty.suspended:
        if (s.holder, s.towards) == (holder, case.target) and s.on(case.on):
            found.append((READING[s.reading], s.note))
    return strength, found


def _promise(treaty: Treaty, article: Article, case: Incident) -> Iterator[Line]:
    """What the attacker had promised to the target."""
    if case.attacker == NONSTATE or not (
        treaty.binds(case.attacker, case.on) and treaty.binds(case.target, case.on)
    ):
        return
    if (article.holders and case.attacker not in article.holders) or (
        article.towards and case.target not in article.towards
    ):
        return
    own_soil: Finding = (YES, "")
    if case.place.title == case.attacker and case.place.held != case.target:
        own_soil = (OPEN, f"the force is used on territory to which {case.attacker} itself has title")
    verdict, why = _worst([_triggered(article, case), _reading(article), own_soil])
    if verdict > NO:
        yield _line(treaty, article, case.attacker, case.target, verdict, why)


def _restraint(treaty: Treaty, article: Article, case: Incident) -> Iterator[Line]:
    """What keeps third states from the attacker's side, or out of the war."""
    if case.attacker == NONSTATE:
        return
    found = _triggered(article, case)
    if treaty.universal:
        if article.holders:
            for holder in article.holders:
                if holder not in (case.attacker, case.target) and treaty.binds(holder, case.on):
                    yield _line(treaty, article, holder, "", *_worst([found, _reading(article)]))
            return
        yield _line(treaty, article, "", case.target, *_worst([found, _reading(article)]))
        return
    if not treaty.binds(case.target, case.on) or (article.towards and case.target not in article.towards):
        return
    for holder in treaty.members(case.on):
        if holder not in (case.attacker, case.target) and (not article.holders or holder in article.holders):
            verdict, why = _worst([found, _attacker(treaty, article, case), _reading(article)])
            if verdict > NO:
                yield _line(treaty, article, holder, case.target, verdict, why)


def _triggered(article: Article, case: Incident) -> Finding:
    """Whether such an event sets the article off."""
    outsiders = case.attacker == NONSTATE or case.what == "terror"
    verdict: Verdict = TRIGGERED[article.trigger].get(case.what, NO)  # type: ignore[assignment]
    if article.trigger == "armed_attack" and outsiders and case.what in ("armed_attack", "terror"):
        verdict = READING[article.nonstate]
        return verdict, "" if verdict == YES else WHY_OPEN["terror"]
    if verdict == YES:
        return YES, ""
    if verdict == OPEN:
        return OPEN, WHY_OPEN[case.what]
    event, trigger = case.what.replace("_", " "), article.trigger.replace("_", " ")
    return NO, f"set off by {trigger}; this is a case of: {event}"


def _attacker(treaty: Treaty, article: Article, case: Incident) -> Finding:
    """Whether the duty runs against this attacker."""
    if article.attackers and case.attacker not in article.attackers:
        return NO, f"the duty is only against {', '.join(article.attackers)}"
    if case.attacker == NONSTATE or article.kind != "assist":
        return YES, ""
    if case.attacker in treaty.members(case.on):
        verdict = READING[article.among_parties]
        if verdict == YES:
            return YES, ""
        if verdict == OPEN:
            return OPEN, (
                f"{case.attacker} is itself a party: the text does not say whether the duty runs against one"
            )
        return NO, f"{case.attacker} is itself a party, and the duty is against outsiders"
    return YES, ""


def _reading(article: Article) -> Finding:
    verdict = READING[article.reading]
    return verdict, "" if verdict == YES else (article.note or "the text can be read either way")


def _worst(found: Iterable[Finding]) -> tuple[Verdict, tuple[str, ...]]:
    """The least of several findings, with the reasons that made it so (or notes, if all are met)."""
    listed = list(found)
    least = min((v for v, _ in listed), default=YES)
    return least, tuple(dict.fromkeys(why for v, why in listed if why and v == least))


def _line(
    treaty: Treaty,
    article: Article,
    holder: str,
    to: str,
    verdict: Verdict,
    why: tuple[str, ...],
    strength: str | None = None,
) -> Line:
    said = article.strength if strength is None else strength
    if article.kind == "consult":
        said = "consult"
    return Line(
        holder, to, treaty.id, treaty.short, article.article, article.kind, said, verdict, why, article.text,
        treaty.binding, article.on_request,
    )  # fmt: skip


def _absent(treaty: Treaty, case: Incident) -> Iterator[Line]:
    """Why a treaty of defence of the target says nothing on this day: not yet, or no longer."""
    assist = next((a for a in treaty.articles if a.kind == "assist"), None)
    if assist is None or treaty.coded_to is not None:
        return
    for p in treaty.parties:
        if p.state != case.target:
            continue
        start, end = max(p.from_, treaty.in_force), min((d for d in (p.to, treaty.ended) if d), default=None)
        if case.on < start <= case.on + NEAR:
            signed = f" (signed {p.signed})" if p.signed and p.signed <= case.on else ""
            why = f"{case.target} becomes a party only on {start}{signed}"
        elif end is not None and case.on - NEAR <= end <= case.on:
            why = f"{case.target} is no party any more since {end}"
        else:
            continue
        yield _line(treaty, assist, "", case.target, NO, (why,))
        return


def _conflicts(lines: list[Line], treaties: Iterable[Treaty], case: Incident) -> Iterator[Conflict]:
    """States that owe (or may owe) help to the target and are allied to the attacker."""
    helpers: dict[str, Line] = {}
    for x in lines:
        if x.kind == "assist" and x.verdict > NO and x.holder:
            helpers.setdefault(x.holder, x)
    if case.attacker == NONSTATE:
        return
    both: dict[str, str] = {}
    for treaty in treaties:
        binds = [a for a in treaty.articles if a.on(case.on) and a.kind in ("assist", "neutrality")]
        if not binds or treaty.universal or not treaty.binds(case.attacker, case.on):
            continue
        for state in treaty.members(case.on):
            if state in helpers and state not in (case.attacker, case.target):
                both.setdefault(state, f"{treaty.short} {binds[0].article}")
    for state in sorted(both):
        x = helpers[state]
        yield Conflict(state, f"{x.short} {x.article} ({x.status})", both[state])


def _notes(case: Incident) -> tuple[str, ...]:
    place, found = case.place, []
    if place.note:
        found.append(f"{place.name}: {place.note}")
    if place.water:
        found.append(
            f"{place.name} is at sea: the attack is taken to be on {case.target}'s forces, ships or aircraft"
        )
    elif case.target not in (place.title, place.held):
        found.append(
            f"{place.name} is not {case.target}'s: the attack is taken to be on its forces or people there"
        )
    return tuple(found)


def strength_in_words(line: Line) -> str:
    """The duty of a line in words."""
    return STRENGTH_WORDS[line.strength]
