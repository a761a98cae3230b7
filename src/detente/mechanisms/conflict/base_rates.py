"""How often disputes begin, by group of pairs, and why allies seem to fight more than others.

The groups are those of the project's target C1 (Gibler-Miller-Little disputes, 1946-2010). Rivalry here is
the Thompson-Sakuwa-Suhas list, which knows the future: it describes, and enters no estimate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from detente.mechanisms.conflict import equations, record
from detente.mechanisms.conflict.logit import covariance, newton
from detente.mechanisms.conflict.panel import Panel

PUBLISHED = {
    "all": (722_480, 0.272, 0.094),
    "defence pact": (49_639, 0.83, 0.23),
    "no pact": (672_841, 0.231, 0.084),
    "land border, pact": (6_552, 4.70, 1.28),
    "land border, no pact": (8_147, 8.54, 3.41),
    "strategic rivals": (3_594, 20.0, 8.4),
    "not rivals": (718_886, 0.174, 0.052),
}
"""Target C1: pair-years, percent with an onset, percent with a fatal onset."""
LADDERS: Mapping[str, tuple[str, ...]] = {
    "pact alone": ("defence_pact",),
    "and contiguity, distance": ("land", "water", "log_km", "log_km_squared"),
    "and rivalry": ("severe", "lesser", "warm", "coded", "rival_km"),
    "and everything else": tuple(equations.COVARIATES),
}


def base_rates(
    tables: Mapping[str, Any], first: int = 1946, last: int = 2010
) -> dict[str, tuple[int, float, float]]:
    """Pair-years, percent with an onset and with a fatal one by group; pact and border of the year itself."""
    who = record.registry(tables["states"])
    disputes = record.disputes_by_year(tables["disputes"], who, "gml")
    pacts = record.by_year(tables["pacts"], who, {"defence": 0.0})
    groups = {name: np.zeros(3) for name in PUBLISHED}
    i, j = np.triu_indices(len(who.codes), 1)
    for year in range(first, last + 1):
        here = (who.alive(year)[:, None] & who.alive(year))[i, j]
        pact, land = pacts[year]["defence"][i, j] > 0, _border(tables, who, year)[i, j]
        rival = _rivals(tables["rivalry"], who, year)[i, j]
        rows = (here, pact, ~pact, land & pact, land & ~pact, rival, ~rival)
        onset = disputes[year]["onset"][i, j]
        fatal = onset * disputes[year]["fatal"][i, j]
        for name, at in zip(PUBLISHED, rows, strict=True):
            use = at & here
            groups[name] += (use.sum(), onset[use].sum(), fatal[use].sum())
    return {k: (int(n), 100 * y / n, 100 * f / n) for k, (n, y, f) in groups.items()}


def _border(tables: Mapping[str, Any], who: record.Registry, year: int) -> np.ndarray:
    i, j, rows = record.pair_rows(tables["contiguity"].filter(tables["contiguity"]["type"] == 1), who)
    at = (rows["start"].to_numpy() <= year) & (rows["end"].to_numpy() >= year)
    return record.both(len(who.codes), i[at], j[at]) > 0


def _rivals(rivalry: Any, who: record.Registry, year: int) -> np.ndarray:
    i, j, rows = record.pair_rows(rivalry, who)
    at = (rows["start"].to_numpy() <= year) & (rows["end"].to_numpy() >= year)
    return record.both(len(who.codes), i[at], j[at]) > 0


def allies(panel: Panel, ladders: Mapping[str, Sequence[str]] = LADDERS) -> list[dict[str, Any]]:
    """The coefficient of a defence pact with ever more held constant: name, effect, error, odds ratio."""
    stand_in = panel.stand_in()
    x, y = panel.design(stand_in), panel.outcome["onset"]
    held: list[str] = []
    out = []
    for name, terms in ladders.items():
        held += [t for t in terms if t not in held]
        columns = [0, *(equations.TERMS.index(t) for t in held)]
        at = np.ascontiguousarray(x[:, columns])
        beta = newton(at, y)
        error = covariance(at, y, beta, (panel.pair, panel.year))[1, 1] ** 0.5
        out.append(
            {"held": name, "effect": float(beta[1]), "error": float(error), "odds": float(np.exp(beta[1]))}
        )
    return out
