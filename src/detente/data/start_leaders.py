"""Start values of leaders: who governs, for how long, what kind of regime, and when elections are due."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from detente.data.bundle import table
from detente.data.start_states import Notes, Values
from detente.model.world import Observation

REGIMES = ("parliamentary", "presidential", "party", "personal", "military", "monarchy", "unsettled")
AHEAD = 60
RECORD_TO = 2020
LAST_ELECTIONS = 4
USUAL_TERM = {"parliamentary": 4, "presidential": 4}
Paths = dict[str, dict[int, np.ndarray]]


def leaders(states: Sequence[str], year: int) -> tuple[Values, Paths, Notes]:
    """Values, paths and notes of the mechanism *leaders*, as known at the end of ``year``."""
    rows = {s: _rows().get(s, {}) for s in states}
    nan = float("nan")
    now = [rows[s].get(year) for s in states]
    regime = [nan if r is None or r["regime"] is None else float(REGIMES.index(r["regime"])) for r in now]
    stay = [nan if r is None else float(year - r["since"]) for r in now]
    due = np.array([_due(rows[s], year) for s in states])
    source = Observation(
        "Archigos 4.1; REIGN March 2021; public record",
        year if year <= RECORD_TO else year,
        float(np.mean([r is not None and r["source"] != "carried" for r in now])),
        "" if year <= RECORD_TO else "after March 2021 changes of 78 states are listed; others: none known",
    )
    ranks = _ranks(year)
    values: Values = {
        "leader_years": np.where(np.isnan(regime), nan, stay),
        "hardliner": np.array([nan if r is None or r["force"] is None else ranks(r["force"]) for r in now]),
        "regime": np.array(regime),
        "deciding_election": due[:, 1],
        "deciding_election_before": due[:, 0],
    }
    changed = [r is not None and bool(r["changed"]) for r in now]
    thrown = [c and r["exit"] in ("irregular", "foreign") for c, r in zip(changed, now, strict=True)]
    values |= {"leader_change": np.array(changed) * 1.0, "irregular_change": np.array(thrown) * 1.0}
    values["upheaval"] = np.zeros(len(states))
    paths = {
        "deciding_election": {year + k: due[:, k] for k in range(1, AHEAD + 1)},
        "deciding_election_before": {year + k: due[:, k - 1] for k in range(1, AHEAD + 1)},
    }
    notes = {"leader_years": source, "regime": Observation("REIGN", min(year, RECORD_TO), source.observed)}
    notes["hardliner"] = Observation("Carter & Smith 2020", min(year, 2015), _share(values["hardliner"]))
    rhythm = "the longest time between a state's last four elections, counted from the last"
    notes["deciding_election"] = Observation("REIGN elections", min(year, RECORD_TO), 1.0, rhythm)
    return values, paths, notes


def governing(state: str, year: int) -> dict[str, Any] | None:
    """The row of the table of leaders for a state and year; None where there is none."""
    return _rows().get(state, {}).get(year)


@cache
def _rows() -> dict[str, dict[int, dict[str, Any]]]:
    out: dict[str, dict[int, dict[str, Any]]] = {}
    for row in table("leaders").iter_rows(named=True):
        out.setdefault(row["state"], {})[row["year"]] = row
    return out


def _share(values: np.ndarray) -> float:
    return float(np.isfinite(values).mean())


def _ranks(year: int):  # noqa: ANN202
    """Rank of a score among all leaders known by ``year``, between 0 and 1."""
    seen = table("leaders").filter(table("leaders")["year"] <= year)["force"].drop_nulls().unique().sort()
    known = seen.to_numpy()
    return lambda score: float((np.searchsorted(known, score) + 0.5) / (len(known) + 1))


def _due(rows: dict[int, dict[str, Any]], year: int) -> np.ndarray:
    """Whether an election that decides is held or due in ``year`` + 0 … + 60, (61,)."""
    own = rows.get(year)
    regime = None if own is None else own["regime"]
    kind = "legislative" if regime == "parliamentary" else "executive"
    held = sorted(y for y, r in rows.items() if y <= year and r[kind])
    out = np.zeros(AHEAD + 1)
    out[0] = float(bool(held) and held[-1] == year)
    if not held:
        return out
    gaps = np.diff(held[-LAST_ELECTIONS:])
    term = int(gaps.max()) if len(gaps) else USUAL_TERM.get(regime or "", 5)
    if not gaps.size and regime not in USUAL_TERM:
        return out
    after = np.arange(AHEAD + 1) + year - held[-1]
    return np.where(after > 0, after % max(term, 1) == 0, out).astype(float)
