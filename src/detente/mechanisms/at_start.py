"""What a scenario file asks that the world from which it starts cannot give."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.mechanisms.accession.places import eligible
from detente.mechanisms.vocabulary_accession import ApplyToJoin
from detente.mechanisms.vocabulary_force import ceilings_at_start
from detente.model.documents import Document
from detente.model.errors import Problem
from detente.model.space import Index

LEAVING = ("leave_treaty", "dissolve_treaty", "leave_pact", "amend_treaty")
"""Words after which a member may ask again, or others than the treaty's own text admits."""


def unfit(document: Document, index: Index, values: Mapping[str, np.ndarray]) -> list[Problem]:
    """Everything in a file that does not fit a world that starts with ``values``, by file and line."""
    return ceilings_at_start(document, index, values) + bids_at_start(document, index, values)


def bids_at_start(document: Document, index: Index, values: Mapping[str, np.ndarray]) -> list[Problem]:
    """Bids of states that are members already, or that the treaty's article on accession does not admit.

    Nothing is said of a file that also ends or amends a treaty: what holds then is for the engine to find.
    """
    moves = [m for m in document.content.get("interventions") or () if isinstance(m, dict)]
    if any(m.get("use") in LEAVING for m in moves):
        return []
    found: list[Problem] = []
    for number, raw in enumerate(document.content.get("interventions") or ()):
        if isinstance(raw, dict) and raw.get("use") == "apply_to_join":
            word = ApplyToJoin.model_validate(raw)
            if not index.problems(word.who, ""):
                where = document.where("interventions", number, "who")
                found += _bids(word, index, values, where)
    return found


def _bids(word: ApplyToJoin, index: Index, values: Mapping[str, np.ndarray], where: str) -> list[Problem]:
    member, admitted = values[f"{word.bloc.lower()}_member"], set(eligible(word.bloc, index.states).tolist())
    found = []
    for state in index.members(word.who):
        at = index.position(state)
        drop = f"take '{state}' out of 'who'"
        if member[at] > 0:
            found.append(Problem(where, f"{index.name(state)} is a member of {word.bloc} already", drop))
        elif at not in admitted:
            said = f"{index.name(state)} lies outside the area that {word.bloc}'s article on accession admits"
            found.append(Problem(where, said, f"{drop}, or amend the treaty first (use: amend_treaty)"))
    return found
