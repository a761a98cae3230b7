"""The words in which treaties are coded: kinds of duty, how strong they are, what sets them off.

Answers of law have three values, because treaties do: a condition is met (:data:`YES`), is not
(:data:`NO`), or can honestly be read either way and is for the parties to settle (:data:`OPEN`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Verdict = Literal[0, 1, 2]
NO: Verdict = 0
OPEN: Verdict = 1
YES: Verdict = 2
STATUS: Mapping[int, str] = {NO: "not owed", OPEN: "unsettled", YES: "owed"}

Kind = Literal["assist", "consult", "nonaggression", "settle", "respect", "neutrality", "no_aid", "right"]
"""assist, consult: help for the victim. nonaggression, settle, respect: what the attacker promised.
neutrality, no_aid: what keeps third states from the attacker's side. right: a freedom, no duty."""

HELP: tuple[str, ...] = ("assist", "consult")
PROMISES: tuple[str, ...] = ("nonaggression", "settle", "respect")
RESTRAINTS: tuple[str, ...] = ("neutrality", "no_aid")

Strength = Literal[
    "none", "consult", "by_own_processes", "as_deemed_necessary", "assist", "by_all_means", "war_at_once"
]
STRENGTHS: tuple[str, ...] = (
    "none",
    "consult",
    "by_own_processes",
    "as_deemed_necessary",
    "assist",
    "by_all_means",
    "war_at_once",
)
"""From nothing to war without further decision, by the treaty's own words; the place is the rank."""

STRENGTH_WORDS: Mapping[str, str] = {
    "none": "nothing",
    "consult": "to consult",
    "by_own_processes": "to act against the common danger by its own constitutional processes",
    "as_deemed_necessary": "to assist by the action that it deems necessary",
    "assist": "to assist",
    "by_all_means": "to assist by all means in its power",
    "war_at_once": "to join the war at once",
}

Event = Literal["armed_attack", "threat", "shooting_down", "blockade", "cyber", "internal", "terror"]
EVENTS: tuple[str, ...] = (
    "armed_attack",
    "threat",
    "shooting_down",
    "blockade",
    "cyber",
    "internal",
    "terror",
)

Trigger = Literal["armed_attack", "threat", "force", "force_or_threat", "internal", "terror"]

TRIGGERED: Mapping[str, Mapping[str, int]] = {
    "armed_attack": {
        "armed_attack": YES,
        "shooting_down": OPEN,
        "blockade": OPEN,
        "cyber": OPEN,
        "terror": OPEN,
    },
    "threat": dict.fromkeys(EVENTS, YES) | {"internal": OPEN},
    "force": {"armed_attack": YES, "shooting_down": YES, "blockade": YES, "cyber": OPEN},
    "force_or_threat": {
        "armed_attack": YES,
        "shooting_down": YES,
        "blockade": YES,
        "threat": YES,
        "cyber": OPEN,
    },
    "internal": {"internal": YES},
    "terror": {"terror": YES},
}
"""Whether an event (inner key) sets off a trigger (outer key); an event that is not there does not.

A blockade is listed among acts of aggression (General Assembly resolution 3314, article 3 c), one
aircraft shot down or one cyber operation may or may not reach the scale of an armed attack (ICJ,
Nicaragua 1986, paragraph 195): both are for the parties to judge.
"""

WHY_OPEN: Mapping[str, str] = {
    "shooting_down": "whether one incident is grave enough to be an armed attack is for the parties to judge",
    "blockade": "a blockade is an act of aggression (General Assembly 3314, art. 3 c); whether it is an "
    "armed attack is for the parties to judge",
    "cyber": "whether a cyber operation is an armed attack depends on its scale and effects and is judged "
    "case by case",
    "internal": "unrest from within; whether it endangers the state from outside is for the parties to judge",
    "terror": "an attack by persons who are no state; whether it counts is for the parties to judge",
}

EARLIEST = 1816
"""Year before which no treaty is coded."""


def rank(strength: str) -> int:
    """Place of a strength on the ordered scale, 0 (nothing) to 6 (war at once)."""
    return STRENGTHS.index(strength)
