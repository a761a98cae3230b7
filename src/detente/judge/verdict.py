"""What a verdict carries: the finding, its size and interval, its parts, and what it hangs on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import isfinite, nan
from pathlib import Path
from typing import Any

import numpy as np

from detente.judge.rule import Finding


@dataclass(frozen=True)
class Outcome:
    """One test's answer: the finding with its size, interval, threshold and share of worlds."""

    finding: Finding
    quantity: str
    size: float = nan
    low: float = nan
    high: float = nan
    unit: str = ""
    relation: str = ""
    than: float = nan
    share: float = nan
    """Share of worlds on the asserted side; NaN for what no world decides (the record)."""
    n: int = 0
    interval: str = ""
    """Which interval it is, in words."""
    reason: str = ""
    """Why out of reach, or what to bear in mind."""
    data: tuple[str, ...] = ()
    parts: tuple[Outcome, ...] = ()


@dataclass(frozen=True)
class UnderTheory:
    """The same claim judged only on draws in which one rival theory holds."""

    parameter: str
    theory: str
    finding: Finding
    share: float
    size: float
    n: int


@dataclass(frozen=True)
class Verdict:
    """A claim with its finding, and what it hangs on."""

    id: str
    text: str
    where: str
    row: int
    kind: str
    crux: bool
    opposing: tuple[str, ...]
    note: str
    outcome: Outcome
    also: tuple[Outcome, ...] = ()
    theories: tuple[UnderTheory, ...] = ()
    flips: tuple[str, ...] = ()
    """Discrete parameters under whose rival theories the finding differs."""

    @property
    def finding(self) -> Finding:
        """Supported, contradicted, undecided or out of reach."""
        return self.outcome.finding


def combined(parts: Sequence[Outcome], needs: int | None, fails_at: int | None) -> Outcome:
    """Several findings as one: supported when ``needs`` are, contradicted when ``fails_at`` are.

    A part that is out of reach might have come out either way: where that would change the whole
    and nothing else stands open, the whole is out of reach.
    """
    needs = len(parts) if needs is None else needs
    fails_at = len(parts) - needs + 1 if fails_at is None else fails_at
    found = [p.finding for p in parts]

    def whole(unknown: Finding) -> Finding:
        filled = [unknown if f == "out of reach" else f for f in found]
        if filled.count("supported") >= needs:
            return "supported"
        return "contradicted" if filled.count("contradicted") >= fails_at else "undecided"

    best, worst = whole("supported"), whole("contradicted")
    open_ended: Finding = "undecided" if "undecided" in found else "out of reach"
    reasons = [p.reason for p in parts if p.finding == "out of reach" and p.reason]
    return Outcome(
        best if best == worst else open_ended,
        f"{needs} of {len(parts)} tests must hold",
        n=min((p.n for p in parts if p.n), default=0),
        reason="; ".join(dict.fromkeys(reasons)),
        data=tuple(dict.fromkeys(d for p in parts for d in p.data)),
        parts=tuple(parts),
    )


def with_share(outcome: Outcome, holds: np.ndarray) -> Outcome:
    """The outcome with the share of worlds in which all that is asserted holds (NaN: cannot be said)."""
    known = np.isfinite(holds)
    return replace(outcome, share=float(holds[known].mean()) if known.any() else nan)


def to_plain(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain JSON values; what is unknown is null."""
    return {"finding": verdict.finding, **_cleaned(asdict(verdict))}


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _cleaned(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(v) for v in value]
    if isinstance(value, float):
        return value if isfinite(value) else (None if value != value else ("∞" if value > 0 else "-∞"))
    return value


def write_verdicts(verdicts: Sequence[Verdict], path: Path) -> None:
    """Write ``verdicts.json``."""
    listed = [to_plain(v) for v in verdicts]
    path.write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
