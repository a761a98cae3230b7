"""What states are used to when a run opens: norms of spending and threat, spending imputed where unreported.

The observed world cannot know this mechanism's equations; whoever puts a run together calls
:func:`informed` with the bundle's tables. Without it a run begins with ``threat_norm`` unknown, and
states then take last year's threat for normal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from detente.mechanisms.defence.panel import NEWEST_YEARS, Panel, assemble, norms, threat_years
from detente.model.mechanism import Mechanism
from detente.model.parameter import Fixed
from detente.model.world import Observation, Start


def opening(
    states: Sequence[str],
    year: int,
    constants: Mapping[str, float],
    table: Callable[[str], Any],
) -> dict[str, np.ndarray]:
    """Start values of ``milex_norm``, ``threat_norm`` and the input ``unreported_milex``, each (n,).

    ``constants`` are the means of the parameters reach, sensitivity and threat_memory.
    Nothing later than ``year`` is read. NaN for states without data.
    """
    found = opening_of(assemble(table, year), constants)
    place = {s: i for i, s in enumerate(found.pop("states"))}
    rows = np.array([place.get(s, -1) for s in states])
    return {k: np.where(rows >= 0, v[rows], np.nan) for k, v in found.items()}


def informed(start: Start, machine: Mechanism, table: Callable[[str], Any]) -> Start:
    """The same start with ``threat_norm`` filled in: the threat to which each state had grown used.

    ``machine`` is this mechanism in the vintage of the run. Nothing later than ``start.year`` is read.
    Differences between worlds hardly depend on it; levels do: after 2022 threat is news in Europe.
    """
    found = opening(start.index.states, start.year, constants_of(machine), table)["threat_norm"]
    note = Observation(
        "mechanism conflict, SIPRI through WDI, CINC, CShapes",
        start.year,
        float(np.isfinite(found).mean()),
        "exponential mean of past threat by defence.equations",
    )
    return replace(
        start, values={**start.values, "threat_norm": found}, notes={**start.notes, "threat_norm": note}
    )


def opening_of(seen: Panel, constants: Mapping[str, float]) -> dict[str, Any]:
    """As :func:`opening`, for the last year and the states of a panel."""
    return {
        "states": seen.states,
        "milex_norm": recent_mean(seen.share),
        "threat_norm": norms(threat_years(seen, constants), constants["threat_memory"])[-1],
        "unreported_milex": seen.unreported[-1],
    }


def recent_mean(share: np.ndarray, newest: int = NEWEST_YEARS) -> np.ndarray:
    """Geometric mean of the last ``newest`` observed shares, (year, n) → (n,); NaN where there is none."""
    known = np.isfinite(share) & (share > 0)
    ahead = np.cumsum(known[::-1], axis=0)[::-1]
    used = known & (ahead <= newest)
    total = np.where(used, np.log(np.where(known, share, 1.0)), 0.0).sum(0)
    count = used.sum(0)
    return np.where(count > 0, np.exp(total / np.maximum(count, 1)), np.nan)


def constants_of(mechanism: Mechanism) -> dict[str, float]:
    """The fixed constants of a mechanism's vintage, by short name."""
    return {
        p.name.partition(".")[2]: p.prior.fixed for p in mechanism.parameters if isinstance(p.prior, Fixed)
    }
