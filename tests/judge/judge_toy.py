"""A small result held in memory, and small tables: everything a claim may ask, with known answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detente.model.scenario import BASELINE, Scenario
from detente.run.result import Result

STATES = ("USA", "CAN", "FRA", "DEU", "RUS", "CHN")
YEARS = (2025, 2045)
FIRST_MOVE = 2027
FIELDS = {
    "real_income": ((("state",), "ratio")),
    "milex_share": ((("state",), "share of GDP")),
    "milex": ((("state",), "billion USD")),
    "real_gdp": ((("state",), "billion USD")),
    "ideal_point": ((("state",), "idealpointfp")),
    "p4_agreement": (((), "share")),
    "trade_flow": ((("state", "partner"), "million USD")),
    "peace_level": ((("state", "partner"), "level")),
}
FRIENDS = Scenario.model_validate(
    {
        "id": "friends",
        "title": "Friends",
        "premise": "They make friends.",
        "interventions": [
            {
                "do": "shift",
                "field": "ideal_point",
                "at": {"state": "RUS"},
                "by": 1.0,
                "start": FIRST_MOVE,
                "why": "the premise",
            }
        ],
    }
)


class Toy(Result):
    """A :class:`Result` whose arrays are given and not read from files."""

    def _load(self, key: str) -> np.ndarray:
        return self._cache[key]


def toy(draws: int = 200, cards: list[dict] | None = None, **arrays: np.ndarray) -> Toy:
    """A result over 2025–2045 with a baseline and ``friends``.

    ``arrays`` are keyed ``field__baseline`` or ``field__friends`` with shapes (draw, year, …); what is
    not given is 1 everywhere. ``param__NAME`` gives the draws of a parameter.
    """
    pairs = [(i, j) for i in range(len(STATES)) for j in range(len(STATES)) if i != j and 4 in (i, j)]
    record = {
        "states": STATES,
        "slots": range(len(STATES)),
        "blocs": {"NATO": ["USA", "CAN", "FRA", "DEU"], "EU": ["FRA", "DEU"]},
        "names": {s: s for s in STATES},
        "years": YEARS,
        "scenarios": [s.model_dump(mode="json") for s in (BASELINE, FRIENDS)],
        "fields": [
            {
                "name": n,
                "dims": list(d),
                "unit": u,
                "kind": "stock",
                "meaning": n,
                "symmetric": False,
                "grid": [],
            }
            for n, (d, u) in FIELDS.items()
        ],
        "pairs": pairs,
        "parameters": cards or [],
    }
    result = Toy(Path("."), record)
    years = YEARS[1] - YEARS[0] + 1
    last = {0: (), 1: (len(STATES),), 2: (len(pairs),)}
    for scenario in ("baseline", "friends"):
        result._cache[f"{scenario}/failed"] = np.zeros(draws, dtype=bool)
        for name, (dims, _) in FIELDS.items():
            given = arrays.get(f"{name}__{scenario}")
            shape = (draws, years, *last[len(dims)])
            result._cache[f"{scenario}/{name}"] = np.broadcast_to(
                1.0 if given is None else given, shape
            ).copy()
    for key, value in arrays.items():
        if key.startswith("param__"):
            result._cache["param/" + key.removeprefix("param__").replace("__", ".")] = value
    return result


def spread(low: float, high: float, draws: int = 200) -> np.ndarray:
    """Evenly spread numbers, (draw, 1, 1): their 5 % and 95 % quantiles are known."""
    return np.linspace(low, high, draws).reshape(-1, 1, 1)


def claim(test: dict, **more: object) -> dict:
    """A claim as it stands in a file, around one test."""
    plain = {
        "id": "T000-99",
        "text": "Something would follow from it.",
        "where": {"text": "000", "place": "opening"},
        "row": 9,
        "kind": "counterfactual effect",
        "test": test,
    }
    return plain | more
