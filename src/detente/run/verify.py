"""Verify a run offline: its files are what they were, and a sample of draws comes out again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detente.model.errors import DetenteError, Problem
from detente.model.mechanism import Model
from detente.model.scenario import Scenario
from detente.model.world import Start
from detente.run.ensemble import Ensemble
from detente.run.keep import Keep, recorded_keep
from detente.run.record import request_record, versions
from detente.run.store import Store


@dataclass(frozen=True)
class Verification:
    """What was checked, and what did not hold."""

    chunks: int
    recomputed: tuple[int, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything that was checked holds."""
        return not self.problems


def recorded_ensemble(record: dict) -> tuple[Ensemble, Keep]:
    """The request that a record describes."""
    scenarios = tuple(Scenario.model_validate(s) for s in record["scenarios"] if s["id"] != "baseline")
    first, last = record["years"]
    ensemble = Ensemble(
        scenarios,
        record["draws"],
        range(first, last + 1),
        record["seed"],
        record["texts"],
        chunk=record["chunk"],
    )
    return ensemble, recorded_keep(record)


def verify(folder: Path, model: Model, start: Start, sample: int = 1) -> Verification:
    """Check every file's hash, then recompute the first, last or middle chunks and compare bit for bit."""
    store = Store(folder)
    record = store.record()
    problems = list(store.damaged())
    remarks = [
        f"made with {name} {made}, checked with {now}"
        for name, now in versions().items()
        if (made := record["versions"].get(name)) != now
    ]
    ensemble, keep = recorded_ensemble(record)
    again = request_record(ensemble, model, start, keep)
    for part in ("start_hash", "model", "priors_hash"):
        if again[part] != record[part]:
            problems.append(
                Problem(
                    str(folder),
                    f"the {part.replace('_', ' ')} is not the one the run was made with",
                    "check it with the version of detente and of the data named in its record",
                )
            )
    chunks = ensemble.chunks()
    many = min(sample, len(chunks))
    chosen = sorted({round(k * (len(chunks) - 1) / max(1, many - 1)) for k in range(many)})
    for k in chosen if not problems else []:
        problems += _compare(store, ensemble, model, start, keep, chunks[k])
    return Verification(
        len(chunks), tuple(d for k in chosen for d in chunks[k]), tuple(problems), tuple(remarks)
    )


def _compare(
    store: Store, ensemble: Ensemble, model: Model, start: Start, keep: Keep, draws: tuple[int, ...]
) -> list[Problem]:
    fresh, _ = ensemble.compute(model, start, keep, draws)
    with np.load(store.path(draws)) as kept:
        if set(kept.files) != set(fresh):
            raise DetenteError(Problem(str(store.path(draws)), "holds other fields than the model writes"))
        differ = [k for k in kept.files if kept[k].tobytes() != fresh[k].astype(kept[k].dtype).tobytes()]
    return [
        Problem(
            str(store.path(draws)),
            f"'{k}' does not come out again",
            "the code, a library or the data differs",
        )
        for k in differ
    ]
