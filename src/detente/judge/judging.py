"""Judging: every claim against a result and the observed panel, whole and under each rival theory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isfinite, nan
from typing import Any

import numpy as np

from detente.judge import worlds
from detente.judge.claims import Claim
from detente.judge.evidence import Evidence, found, gather
from detente.judge.measurement import Measurement, Tables
from detente.judge.questions import Combine, RecordValue, leaves
from detente.judge.record import bundle_tables, measure, record_problems
from detente.judge.rule import wilson
from detente.judge.theories import rival_theories
from detente.judge.verdict import Outcome, UnderTheory, Verdict, combined, with_share
from detente.judge.wording import describe
from detente.model.errors import DetenteError, Problems

FEWEST_UNDER_THEORY = 30
"""Draws needed before a verdict is given for one rival theory alone."""


@dataclass(frozen=True)
class Settled:
    """An outcome that no world can change: from the record, or out of reach."""

    found: Outcome
    holds: None = None

    def outcome(self, mask: np.ndarray | None = None) -> Outcome:
        """The same for any part of the worlds."""
        return self.found


@dataclass(frozen=True)
class Together:
    """Several tests of one claim."""

    parts: tuple[Prepared, ...]
    needs: int | None
    fails_at: int | None

    @property
    def holds(self) -> np.ndarray | None:
        """In which worlds as many parts as needed hold; None if a part is not about worlds."""
        each = [p.holds for p in self.parts]
        if any(h is None for h in each):
            return None
        held = np.stack([h for h in each if h is not None])
        enough = held.sum(axis=0) >= (self.needs or len(each))
        return np.where(np.isfinite(held).all(axis=0), enough.astype(float), nan)

    def outcome(self, mask: np.ndarray | None = None) -> Outcome:
        """All parts' outcomes, joined."""
        whole = combined([p.outcome(mask) for p in self.parts], self.needs, self.fails_at)
        holds = self.holds
        if holds is None:
            return whole
        return with_share(whole, holds if mask is None else holds[mask])


Prepared = Evidence | Settled | Together


def judge(result: Any, claims: Sequence[Claim], tables: Tables | None = None) -> tuple[Verdict, ...]:
    """Judge every claim on a result and the observed panel.

    Parameters
    ----------
    result : a :class:`detente.run.result.Result`.
    tables : gives an observed table by name; the shipped bundle if left out.

    Raises
    ------
    DetenteError : claims that name a field, state, bloc or record that does not exist; all at once.
    """
    problems = Problems()
    for claim in claims:
        for test in (claim.test, *claim.also):
            problems.extend(p for leaf in leaves(test) for p in claim_problems(result, leaf, claim.origin))
    problems.raise_if_any()
    tables = tables or bundle_tables()
    theories = rival_theories(result)
    return tuple(_verdict(result, claim, tables, theories) for claim in claims)


def claim_problems(result: Any, test: Any, origin: str) -> list[Any]:
    """Names in one test that mean nothing in this run or panel."""
    if test.kind == "out_of_reach":
        return []
    if test.kind == "record":
        return record_problems(test.record, test.given, origin)
    # A claim about a world that was not run is out of reach, whatever states this run's world has.
    parts = (test, getattr(test, "what", test), getattr(test, "versus", test))
    asked = {getattr(part, "scenario", None) for part in parts}
    was_run = all(scenario in result.scenarios for scenario in asked - {None})
    found = list(worlds.name_problems(result, test, origin)) if was_run else []
    than = test.than
    return found + (record_problems(than.record, than.given, origin) if isinstance(than, RecordValue) else [])


def _verdict(
    result: Any, claim: Claim, tables: Tables, theories: dict[str, dict[str, np.ndarray]]
) -> Verdict:
    try:
        prepared = _prepare(result, claim.test, tables)
        also = tuple(_prepare(result, test, tables).outcome() for test in claim.also)
    except DetenteError as error:
        problems = Problems()
        for p in error.problems:
            problems.add(claim.origin, f"{claim.id}: {p.what}", p.remedy)
        raise DetenteError(problems.found) from error
    under = () if isinstance(prepared, Settled) else tuple(_under(prepared, theories))
    return Verdict(
        claim.id,
        claim.text,
        f"{claim.where.text}, {claim.where.place}",
        claim.row,
        claim.kind,
        claim.crux,
        claim.opposing,
        claim.note,
        prepared.outcome(),
        also,
        under,
        tuple(sorted(_flipping(under))),
    )


def _prepare(result: Any, test: Any, tables: Tables) -> Prepared:
    if isinstance(test, Combine):
        return Together(tuple(_prepare(result, t, tables) for t in test.tests), test.needs, test.fails_at)
    if test.kind == "out_of_reach":
        why = f"needs {test.missing}" + (f": {test.why}" if test.why else "")
        return Settled(Outcome("out of reach", "", reason=why))
    than = _number(test.than, tables)
    if test.kind == "record":
        return Settled(_from_record(measure(test.record, test.given, tables), test, than))
    try:
        return gather(result, test, than)
    except worlds.Unreachable as gap:
        return Settled(Outcome("out of reach", describe(test), reason=str(gap)))


def _number(than: float | RecordValue | None, tables: Tables) -> float:
    if than is None:
        return nan
    return measure(than.record, than.given, tables).value if isinstance(than, RecordValue) else than


def _from_record(m: Measurement, test: Any, than: float) -> Outcome:
    low = m.value if m.low is None else m.low
    high = m.value if m.high is None else m.high
    finding = found(test, low, high, than)
    return Outcome(
        finding,
        m.meaning,
        m.value,
        low,
        high,
        m.unit,
        test.relation or "",
        than,
        n=m.n,
        interval=m.interval,
        reason=m.remark,
        data=m.data,
    )


def _under(prepared: Prepared, theories: dict[str, dict[str, np.ndarray]]) -> Iterator[UnderTheory]:
    """The claim under each rival theory that holds in enough draws."""
    for parameter, by_theory in theories.items():
        for theory, mask in by_theory.items():
            if mask.sum() >= FEWEST_UNDER_THEORY:
                o = prepared.outcome(mask)
                yield UnderTheory(parameter, theory, o.finding, o.share, o.size, int(mask.sum()))


def _flipping(under: Sequence[UnderTheory]) -> set[str]:
    """Parameters under whose theories the finding differs by more than the luck of which draws fell to each.

    Opposite findings; or different ones, where the shares of worlds in which the assertion holds have
    intervals (Wilson) that do not meet.
    """
    by: dict[str, list[UnderTheory]] = {}
    for one in under:
        by.setdefault(one.parameter, []).append(one)
    return {p for p, those in by.items() if any(_differ(a, b) for a, b in combinations(those, 2))}


def _differ(one: UnderTheory, two: UnderTheory) -> bool:
    findings = {one.finding, two.finding}
    if len(findings) == 1:
        return False
    if findings == {"supported", "contradicted"}:
        return True
    if not (isfinite(one.share) and isfinite(two.share)):
        return False
    (low, high), (other_low, other_high) = (wilson(x.share * x.n, x.n) for x in (one, two))
    return high < other_low or other_high < low
