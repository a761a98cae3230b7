"""Whether an attack at a place falls under a treaty's territorial rules, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from detente.treaties.geography import inside
from detente.treaties.places import DISPUTED, Place
from detente.treaties.scale import NO, OPEN, YES, Verdict
from detente.treaties.treaty import Rule, Scope

Finding = tuple[Verdict, str]
READING: dict[str, Verdict] = {"yes": YES, "open": OPEN, "no": NO}


def covered(scope: Scope, place: Place, target: str, on: date, is_party: Callable[[str], bool]) -> Finding:
    """Whether an attack on ``target`` at ``place`` is one that the treaty speaks of.

    On the target's territory the rules for territory decide; elsewhere those for forces, ships and
    aircraft, which also hold on the territory of any other party inside the area.
    """
    mine, why = whose(scope, place, target)
    if mine > NO:
        there, reason = matched(scope.territory, place, on, scope.article)
        return (there, reason) if there < mine else (mine, why)
    if not scope.forces:
        return NO, f"{why}, and the duty is about attacks on a party's territory"
    if not place.water and is_party(place.title):
        there, _ = matched(scope.territory, place, on, scope.article)
        if there > NO:
            return there, f"an attack on {target}'s forces on {place.title}'s territory"
    there, reason = matched(scope.forces, place, on, scope.article)
    about = f"an attack on {target}'s forces, ships or aircraft"
    return there, f"{about}: {reason}" if reason else about


def whose(scope: Scope, place: Place, target: str) -> Finding:
    """Whether the place is the target's territory in the sense of the treaty."""
    if place.water:
        return NO, f"{place.name} is at sea"
    if scope.basis == "administered":
        if place.held == target:
            return YES, ""
        return NO, f"{place.name} is not administered by {target}"
    if place.title == target:
        held = "" if place.held == target else f"territory of {target} though held by {place.held}"
        return YES, held
    if place.title == DISPUTED and (place.held == target or target in place.claimed):
        return OPEN, f"title to {place.name} is disputed ({place.whose})"
    if place.title == DISPUTED:
        return NO, f"{place.name} is not {target}'s: {place.whose}"
    return NO, f"{place.name} is territory of {place.title}, not of {target}"


def matched(rules: Sequence[Rule], place: Place, on: date, article: str = "") -> Finding:
    """What a list of rules says of a place.

    A 'no' that matches decides; else the best of the rules that name such places; else what holds everywhere.
    """
    hits = [r for r in rules if r.on(on) and fits(r, place)]
    refused = next((r for r in hits if r.reading == "no"), None)
    if refused is not None:
        return NO, refused.note or f"{place.name} is excepted"
    if not hits:
        where = "at sea" if place.water else f"in {place.area.replace('_', ' ')}"
        under = f" of article {article}" if article else ""
        return NO, f"{place.name} ({where}) lies outside the area{under}"
    best = max([r for r in hits if not r.everywhere] or hits, key=lambda r: READING[r.reading])
    return READING[best.reading], best.note if best.reading == "open" else ""


def fits(rule: Rule, place: Place) -> bool:
    """Whether every condition of one rule holds for a place."""
    if rule.everywhere:
        return True
    return (
        (not rule.areas or place.area in rule.areas)
        and (not rule.states or place.title in rule.states)
        and (not rule.tags or bool(set(rule.tags) & set(place.tags)))
        and (not rule.seas or place.sea in rule.seas)
        and (rule.island is None or place.island == rule.island)
        and (rule.north_of is None or place.lat > rule.north_of)
        and (not rule.within or inside(place.lat, place.lon, rule.within))
    )
