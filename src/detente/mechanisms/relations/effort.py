"""How much faster did pairs climb while somebody worked hard at it? The basis of ``reconciliation``.

The cases in ``efforts.yaml`` are a judgement, and efforts are made where they have a chance: the
ratio found here is an upper sketch of an effect, not an estimate of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from detente.mechanisms.relations import equations
from detente.mechanisms.relations.panel import Panel


def cases() -> list[dict[str, Any]]:
    """The documented attempts: pair, from, to, what, most_determined."""
    return yaml.safe_load((Path(__file__).parent / "efforts.yaml").read_text(encoding="utf-8"))


def expected(panel: Panel, estimates: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Chances of falling and of climbing of every row of the panel at the estimates' means."""
    mean = {k: np.array(estimates[k]["joint"]["mean"]) for k in equations.EQUATIONS}
    status = panel.covariates[:, : len(equations.STATUS)].argmax(axis=1)
    first = len(equations.STATUS)
    covariates = tuple(panel.covariates[:, first : first + len(equations.CONTINUOUS)].T)
    upheaval = panel.covariates[:, equations.COVARIATES.index("upheaval")]
    fall, climb = equations.chances(
        status=status,
        covariates=covariates,
        fall_effort=upheaval * mean["fall"][-1],
        climb_effort=np.zeros(len(status)),
        **mean,
    )
    entry = float(equations.hazard(np.array(estimates["entry"]["normal"]["mean"])))
    return fall, np.where(panel.entering, entry, climb)


def faster_than_expected(
    panel: Panel, estimates: Mapping[str, Any], efforts: Sequence[Mapping[str, Any]], *, climbing: bool
) -> dict[str, float]:
    """Moves seen and expected during the efforts, and their log ratio with its standard error.

    Half an event is added to the moves seen (Jeffreys' rule for a rate); the error is that of a
    Poisson count.
    """
    place = {code: k for k, code in enumerate(panel.states)}
    during = np.zeros(len(panel.year), dtype=bool)
    for effort in efforts:
        i, j = sorted(place[code] for code in effort["pair"])
        spell = (panel.year >= effort["from"]) & (panel.year <= effort["to"])
        during |= (panel.a == i) & (panel.b == j) & spell
    chance = expected(panel, estimates)[int(climbing)]
    moves = (panel.next > panel.level) if climbing else (panel.next < panel.level)
    seen, due = float(moves[during].sum()), float(chance[during].sum())
    return {
        "efforts": len(efforts),
        "seen": seen,
        "expected": due,
        "log_ratio": float(np.log((seen + 0.5) / due)),
        "error": float((seen + 0.5) ** -0.5),
    }
