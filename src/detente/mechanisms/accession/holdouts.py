"""What the record of holdouts says: how fast they convert, how often a refusal gets a name, how bids end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

HALF = 0.5
"""Jeffreys' prior: half a case on each side."""


@dataclass(frozen=True)
class Share:
    """A chance from ``hits`` in ``trials``, with Jeffreys' prior: mean and standard deviation of the beta."""

    hits: float
    trials: float

    @property
    def mean(self) -> float:
        """Posterior mean."""
        return (self.hits + HALF) / (self.trials + 2 * HALF)

    @property
    def sd(self) -> float:
        """Posterior standard deviation."""
        m = self.mean
        return float((m * (1 - m) / (self.trials + 2 * HALF + 1)) ** 0.5)


def conversion(holdouts: Iterable[Mapping[str, Any]], negotiable: bool, last: int) -> Share:
    """Yearly chance that a known holdout gives in, by what it asked for.

    Spells of one member against several candidates over the same thing count as one together. Each year
    after the first is a trial; a spell lifted converts in the year after its last.
    """
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for h in holdouts:
        if h["negotiable"] == negotiable and h["first"] <= last:
            groups.setdefault((h["bloc"], h["member"], h["demand"], h["first"]), []).append(h)
    hits = trials = 0.0
    for spells in groups.values():
        for h in spells:
            until = min(h["last"], last)
            lifted = h["end"] == "lifted" and h["last"] + 1 <= last
            trials += (until - h["first"] + lifted) / len(spells)
            hits += lifted / len(spells)
    return Share(hits, trials)


def negotiable_share(holdouts: Iterable[Mapping[str, Any]], last: int) -> Share:
    """Share of named refusals that asked for something that could be given, counted by member and demand."""
    kinds = {
        (h["bloc"], h["member"], h["demand"], h["first"]): h["negotiable"]
        for h in holdouts
        if h["first"] <= last
    }
    return Share(float(sum(kinds.values())), float(len(kinds)))


def withdrawals(bids: Iterable[Mapping[str, Any]], bloc: str, last: int) -> Share:
    """Yearly chance that a pending request is withdrawn by its own government."""
    hits = years = 0.0
    for b in bids:
        if b["bloc"] == bloc and b["kind"] == "request" and b["bid"] <= last:
            end = last if b["end"] is None else min(int(b["end"]), last)
            years += end - b["bid"] + 1
            hits += b["outcome"] == "withdrawn" and b["end"] <= last
    return Share(hits, years)


def not_used(bids: Iterable[Mapping[str, Any]], bloc: str, last: int) -> Share:
    """Share of consents that the candidate's own people then turned down."""
    given = [b for b in bids if b["bloc"] == bloc and b["consent"] is not None and b["consent"] <= last]
    return Share(float(sum(b["outcome"] == "consent not used" for b in given)), float(len(given)))


def rounds(
    bids: Iterable[Mapping[str, Any]],
    holdouts: Iterable[Mapping[str, Any]],
    members: Mapping[int, int],
    bloc: str,
    last: int,
    with_held: bool = False,
) -> list[tuple[int, int, float]]:
    """Rounds of accession with year, number of ratifiers and months; on request those held up meanwhile.

    ``members``: how many members a year began with.
    """
    held = {(h["state"]) for h in holdouts if h["bloc"] == bloc and h["others"] and h["first"] >= 2022}
    seen: dict[tuple[int, float], tuple[int, int, float]] = {}
    for b in bids:
        if b["bloc"] != bloc or b["months"] is None or b["accession"] > last:
            continue
        if b["state"] in held and not with_held:
            continue
        months = float(b["months"])
        signed = b["consent"] if b["state"] not in held else b["bid"]
        seen[b["consent"], months] = (int(signed), members[int(signed)], months)
    return sorted(seen.values())
