"""The run record: everything that decides the numbers, bound together by a hash."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.model.mechanism import Model
from detente.model.parameter import Choice, Joint, Parameter
from detente.model.world import Start
from detente.run.keep import Keep

if TYPE_CHECKING:
    from detente.run.ensemble import Ensemble

FORMAT = 1


def request_record(ensemble: Ensemble, model: Model, start: Start, keep: Keep) -> dict[str, Any]:
    """The request as plain data; its ``request_hash`` covers all but the names of versions.

    Two runs with the same hash and versions are the same run, bit for bit.
    """
    index = start.index
    body: dict[str, Any] = {
        "format": FORMAT,
        "seed": ensemble.seed,
        "draws": ensemble.draws,
        "chunk": ensemble.chunk,
        "years": [ensemble.years.start, ensemble.years.stop - 1],
        "start_year": start.year,
        "start_hash": start_hash(start),
        "scenarios": [s.model_dump(mode="json") for s in ensemble.worlds],
        "fingerprints": {s.id: s.fingerprint() for s in ensemble.worlds},
        "texts": ensemble.texts,
        "model": str(model),
        "fields": [_field_card(f) for f in model.told],
        "averaged": [_field_card(model[name]) for name in keep.averaged],
        "parameters": [parameter_card(p) for p in model.parameters],
        "priors_hash": _hash([p.model_dump(mode="json") for p in model.parameters]),
        "states": list(index.states),
        "slots": list(index.slots),
        "names": {s: index.name(s) for s in index.states},
        "blocs": {b: list(m) for b, m in index.blocs.items()},
        "pairs": [list(p) for p in keep.pairs],
        "more_pairs": {name: [list(p) for p in pairs] for name, pairs in keep.more.items()},
        "start_notes": {
            k: {"source": o.source, "newest": o.newest, "observed": o.observed, "rule": o.rule}
            for k, o in sorted(start.notes.items())
        },
    }
    body["request_hash"] = request_hash(body)
    body["versions"] = versions()
    return body


def request_hash(body: dict[str, Any]) -> str:
    """Hash of a request: of everything in its record but the versions and the hash itself."""
    return _hash({k: v for k, v in body.items() if k not in ("request_hash", "versions")})


def versions() -> dict[str, str]:
    """Versions that may change the last bit of a number."""
    return {"detente": version("detente"), "numpy": np.__version__, "python": platform.python_version()}


def start_hash(start: Start) -> str:
    """Hash of all numbers of the observed start."""
    digest = hashlib.sha256()
    for name in sorted(start.values):
        digest.update(name.encode() + np.ascontiguousarray(start.values[name], dtype=np.float64).tobytes())
    for name in sorted(start.paths):
        for year in sorted(start.paths[name]):
            array = np.ascontiguousarray(start.paths[name][year], dtype=np.float64)
            digest.update(f"{name}{year}".encode() + array.tobytes())
    return digest.hexdigest()[:16]


def parameter_card(p: Parameter) -> dict[str, Any]:
    """What a reader wants to know of a parameter: unit, basis, why, middle and 90 % interval."""
    card: dict[str, Any] = {
        "name": p.name,
        "unit": p.unit,
        "basis": p.basis,
        "source": p.source,
        "judgement": p.judgement,
        "why": p.why,
    }
    if isinstance(p.prior, Choice):
        return card | {"theories": p.prior.choice}
    if isinstance(p.prior, Joint):
        spread = np.sqrt(np.diag(np.array(p.prior.joint.covariance)).clip(0))
        entries = zip(p.prior.joint.names, p.prior.joint.mean, spread, strict=True)
        return card | {"entries": [{"name": n, "mean": m, "se": float(s)} for n, m, s in entries]}
    low, median, high = p.at(np.array([[0.05], [0.5], [0.95]]))
    return card | {"low": float(low), "median": float(median), "high": float(high)}


def _field_card(f: Any) -> dict[str, Any]:
    return {
        "name": f.name,
        "dims": list(f.dims),
        "unit": f.unit,
        "kind": f.kind,
        "meaning": f.meaning,
        "symmetric": f.symmetric,
        "grid": list(f.grid),
    }


def _hash(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]
