"""A made-up run for tests of the page: chosen numbers in the place of mechanisms.

It is a real :class:`Result` reading arrays from memory, so that the page is tested against the
true interface; only the numbers are invented.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.model.scenario import BASELINE, Scenario
from detente.run.result import Result

YEARS = (2026, 2045)
FIELDS = [
    ("gdp", ["state"], "billion USD", "stock", "potential output", False, []),
    ("ideal_point", ["state"], "scale", "stock", "position in UN votes", False, []),
    (
        "peace_level",
        ["state", "partner"],
        "0-1",
        "stock",
        "0 severe rivalry, 0.25 lesser rivalry, 0.5 negative peace, 0.75 warm peace, 1 security community",
        True,
        [0, 0.25, 0.5, 0.75, 1],
    ),
    ("trade_flow", ["state", "partner"], "million USD", "solved", "trade", False, []),
    ("exports", ["state"], "million USD", "solved", "exports", False, []),
    (
        "real_income",
        ["state"],
        "ratio",
        "solved",
        "real income against the start year's trade costs",
        False,
        [],
    ),
    ("milex_share", ["state"], "fraction", "stock", "military spending over GDP", False, []),
    ("milex", ["state"], "billion USD", "solved", "military spending", False, []),
]
SMALL = {
    "RUS": "Russia",
    "USA": "United States",
    "DEU": "Germany",
    "POL": "Poland",
    "CHN": "China",
    "KOR": "South Korea",
    "PRK": "North Korea",
    "FJI": "Fiji",
}
BLOCS = {"NATO": ["USA", "DEU", "POL"], "EU": ["DEU", "POL"]}

FRIENDSHIP = {
    "id": "friendship",
    "title": "Russia and NATO become friends",
    "premise": "From 2027 the two sides make peace.",
    "interventions": [
        {
            "do": "shift",
            "field": "peace_level",
            "at": {"between": ["RUS", "bloc:NATO"]},
            "by": 0.5,
            "start": 2027,
            "ramp": 5,
            "why": "the premise itself",
        },
        {
            "do": "shift",
            "field": "ideal_point",
            "at": {"state": "RUS"},
            "by": 0.4,
            "start": 2027,
            "why": "votes follow",
        },
        {"do": "param", "parameter": "defence.inertia", "to": 0.5, "start": 2027, "why": "a test"},
    ],
    "assumptions": [
        {"id": "S01", "name": "Cause", "stance": "untouched", "why": "the essay names none"},
        {"id": "S04", "name": "Speed", "stance": "set", "value": "5 years", "why": "most channels have lags"},
        {"id": "S38", "name": "No accident", "stance": "chance", "why": "shocks as in the record"},
    ],
    "watch": [["RUS", "bloc:NATO"]],
}
NOTHING = {"id": "nothing-changes", "title": "Nothing changes", "premise": "No move is made."}


class FakeResult(Result):
    """A Result whose arrays live in memory."""

    def __init__(self, record: dict, arrays: dict[str, np.ndarray]):
        super().__init__(Path("nowhere"), record)
        self._cache = arrays

    seconds = 12.5


def fake(
    scenarios: tuple[dict, ...] = (FRIENDSHIP,),
    *,
    names: dict[str, str] | None = None,
    blocs: dict[str, list[str]] | None = None,
    draws: int = 40,
    income: dict[str, tuple[float, float]] | None = None,
    peace: float = 0.5,
    failed: tuple[int, ...] = (),
    seed: int = 7,
) -> FakeResult:
    """A run with chosen effects: ``income[STATE] = (mean, sd)`` of the relative effect at the end.

    States without an entry have a small effect of no clear sign; Fiji has no data at all.
    """
    names, blocs = names or SMALL, blocs or BLOCS
    documents = [BASELINE, *(Scenario.model_validate(_tupled(s)) for s in scenarios)]
    states = list(names)
    watch = sorted({p for d in documents for p in _pairs(d, states, blocs)})
    rng = np.random.Generator(np.random.Philox(seed))  # noqa: NPY002
    arrays = _base(rng, states, watch, draws)
    for d in documents[1:]:
        ramp = _ramp(d.first_year)
        for key, value in _moved(rng, arrays, states, ramp, income or {}, peace).items():
            arrays[f"{d.id}/{key}"] = value.astype(np.float32)
        arrays[f"{d.id}/failed"] = np.isin(np.arange(draws), failed)
    arrays["param/trade.elasticity"] = rng.normal(4, 0.5, draws)
    arrays["param/defence.inertia"] = rng.uniform(0.5, 0.9, draws)
    return FakeResult(_record(documents, states, names, blocs, watch, draws), arrays)


def _tupled(s: dict) -> dict:
    def deep(x):
        return (
            tuple(map(deep, x))
            if isinstance(x, list)
            else {k: deep(v) for k, v in x.items()}
            if isinstance(x, dict)
            else x
        )

    return deep(s)


def _pairs(d: Scenario, states: list[str], blocs: dict) -> set[tuple[int, int]]:
    def members(w) -> list[int]:
        words = [w] if isinstance(w, str) else w
        return [
            states.index(s) for x in words for s in blocs.get(x.removeprefix("bloc:"), [x]) if s in states
        ]

    found = {(i, j) for a, b in d.watch for i in members(a) for j in members(b) if i != j}
    return found | {(j, i) for i, j in found}


def _ramp(first: int | None) -> np.ndarray:
    years = np.arange(YEARS[0], YEARS[1] + 1)
    return np.zeros(len(years)) if first is None else np.clip((years - first + 1) / 8, 0, 1)


def _base(rng, states: list[str], watch: list, draws: int) -> dict[str, np.ndarray]:
    t, n = YEARS[1] - YEARS[0] + 1, len(states)
    size = rng.lognormal(4, 1.5, n)
    drift = rng.normal(0, 0.01, (draws, t, n)).cumsum(1)
    gdp = size * np.exp(0.02 * np.arange(t)[:, None] + drift)
    share = np.broadcast_to(rng.uniform(0.01, 0.05, n), gdp.shape) * np.exp(
        rng.normal(0, 0.03, gdp.shape).cumsum(1)
    )
    base = {
        "gdp": gdp,
        "real_income": np.exp(drift * 0.02),
        "exports": gdp * 300,
        "milex_share": share,
        "milex": gdp * share,
        "ideal_point": rng.normal(0, 1, n) + rng.normal(0, 0.05, (draws, t, n)).cumsum(1),
        "peace_level": (rng.integers(0, 3, (draws, 1, len(watch))) / 4) * np.ones((1, t, 1)),
        "trade_flow": rng.lognormal(7, 1, len(watch))
        * np.exp(rng.normal(0, 0.02, (draws, t, len(watch))).cumsum(1)),
    }
    if "FJI" in states:
        for k in ("real_income", "milex", "milex_share", "gdp", "exports"):
            base[k][..., states.index("FJI")] = np.nan
    out = {f"baseline/{k}": v.astype(np.float32) for k, v in base.items()}
    return out | {"baseline/failed": np.zeros(draws, bool)}


def _moved(
    rng, arrays: dict, states: list[str], ramp: np.ndarray, income: dict, peace: float
) -> dict[str, np.ndarray]:
    base = {
        k.removeprefix("baseline/"): v.astype(float) for k, v in arrays.items() if k.startswith("baseline/")
    }
    draws, n = len(base["failed"]), len(states)
    if not ramp.any():
        return {k: base[k] for k in (f[0] for f in FIELDS)}
    mean = np.array([income.get(s, (0.00002, 0.0001))[0] for s in states])
    sd = np.array([income.get(s, (0.00002, 0.0001))[1] for s in states])
    effect = ramp[:, None] * (mean + sd * rng.normal(size=(draws, 1, n)))
    levels = (
        np.round((base["peace_level"] + ramp[:, None] * peace * rng.uniform(0.6, 1.4, (draws, 1, 1))) * 4) / 4
    )
    ideal = base["ideal_point"].copy()
    if "RUS" in states:
        ideal[..., states.index("RUS")] += ramp * rng.normal(0.4, 0.2, (draws, 1))
    cut = 1 - ramp[:, None] * rng.normal(0.08, 0.04, (draws, 1, 1))
    return base | {
        "real_income": base["real_income"] * (1 + effect),
        "exports": base["exports"] * (1 + 4 * effect),
        "peace_level": np.minimum(levels, 1),
        "ideal_point": ideal,
        "milex": base["milex"] * cut,
        "milex_share": base["milex_share"] * cut,
        "trade_flow": base["trade_flow"] * (1 + ramp[:, None] * rng.normal(0.6, 0.2, (draws, 1, 1))),
    }


def _record(documents, states, names, blocs, watch, draws) -> dict:
    return {
        "format": 1,
        "seed": 1,
        "draws": draws,
        "chunk": 10,
        "years": list(YEARS),
        "start_year": 2025,
        "start_hash": "0123456789abcdef",
        "scenarios": [d.model_dump(mode="json") for d in documents],
        "fingerprints": {d.id: d.fingerprint() for d in documents},
        "texts": {},
        "model": "The year, in order:\n1. growth",
        "fields": [
            dict(zip(("name", "dims", "unit", "kind", "meaning", "symmetric", "grid"), f, strict=True))
            for f in FIELDS
        ],
        "parameters": [
            {
                "name": "trade.elasticity",
                "unit": "1",
                "basis": "literature",
                "source": "head2014",
                "judgement": "",
                "why": "the middle of many studies",
                "low": 3.2,
                "median": 4.0,
                "high": 4.8,
            },
            {
                "name": "defence.inertia",
                "unit": "share a year",
                "basis": "judgement",
                "source": "",
                "judgement": "ours, from the spread of estimates",
                "why": "budgets move slowly",
                "low": 0.52,
                "median": 0.7,
                "high": 0.88,
            },
        ],
        "priors_hash": "f" * 32,
        "states": states,
        "slots": list(range(len(states))),
        "names": names,
        "blocs": blocs,
        "pairs": [list(p) for p in watch],
        "start_notes": {
            "gdp": {
                "source": "World Bank, World Development Indicators",
                "newest": 2024,
                "observed": 0.96,
                "rule": "missing",
            },
            "trade_flow": {
                "source": "CEPII BACI",
                "newest": 2023,
                "observed": 0.9,
                "rule": "gravity fit for domestic sales",
            },
        },
        "request_hash": "a" * 32,
        "versions": {"detente": "0.1.0", "numpy": "2.0", "python": "3.12"},
    }
