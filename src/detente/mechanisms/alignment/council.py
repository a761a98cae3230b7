"""Do ideal points foretell vetoes in the Council and like votes in the Assembly? Both asked out of time.

The distances of the later year are handed in as they turned out: the question is whether a change of
distance brings the change of vetoes or of like votes that the relation promises, because that is
what a what-if would use it for. Vetoes fail the test and have therefore no field in the engine;
like votes of four permanent members pass it (``p4_agreement``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import gammaln

from detente.mechanisms.alignment.fit import agreement

HORIZONS = (1, 5, 10)
FIRST_ORIGIN = 1985
SPREAD = 0.5
"""Overdispersion of the negative binomial under which all rivals' means are scored alike."""


def poisson_regression(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Constant and slope of a Poisson regression of counts (year,) on one regressor, by Newton steps."""
    design = np.stack([np.ones(len(x)), x], axis=1)
    beta = np.array([np.log(y.mean()), 0.0])
    for _ in range(50):
        mean = np.exp(design @ beta)
        step = np.linalg.solve(design.T @ (design * mean[:, None]), design.T @ (y - mean))
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    return beta


def log_score(y: float, mean: float) -> float:
    """Minus the log probability of a count under a negative binomial with the given mean."""
    size = 1 / SPREAD
    return -float(
        gammaln(y + size)
        - gammaln(size)
        - gammaln(y + 1)
        + size * np.log(size / (size + mean))
        + y * np.log(mean / (size + mean))
    )


def veto_record(state_year: Any, vetoes: Any) -> list[dict[str, Any]]:
    """Vetoed drafts a year on the distance USA–USSR/Russia, against persistence and the last ten years' mean.

    ``vetoes``: year, vetoes. One row a horizon: n, MAE and log score of each rival.
    """
    point = {
        (s, y): x
        for s, y, x in state_year.select("state", "year", "ideal_point").iter_rows()
        if x is not None
    }
    pairs = [
        (y, v, abs(point["USA", y] - point["RUS", y])) for y, v in vetoes.iter_rows() if ("USA", y) in point
    ]
    year, count, distance = (np.array(c, dtype=float) for c in zip(*pairs, strict=True))
    rows = []
    for h in HORIZONS:
        scored: dict[str, list[tuple[float, float]]] = {"distance": [], "persistence": [], "decade": []}
        for t in np.flatnonzero((year >= FIRST_ORIGIN) & (year <= year[-1] - h)):
            constant, slope = poisson_regression(count[: t + 1], distance[: t + 1])
            seen = count[t + h]
            means = {
                "distance": np.exp(constant + slope * distance[t + h]),
                "persistence": max(count[t], 0.3),
                "decade": count[t - 9 : t + 1].mean(),
            }
            for name, mean in means.items():
                scored[name].append((abs(seen - mean), log_score(seen, float(mean))))
        rows.append({"horizon": h, **summary(scored)})
    return rows


def agreement_record(state_year: Any, alike: Any) -> list[dict[str, Any]]:
    """Share of like votes of the four: the relation, and the last share moved by it, against naive rivals.

    Mean absolute errors; the rivals are persistence and the mean of the last ten years.
    """
    point = {
        (s, y): x
        for s, y, x in state_year.select("state", "year", "ideal_point").iter_rows()
        if x is not None
    }
    share = {y: a / v for y, a, v in alike.iter_rows() if v > 5}
    gap = {}
    for y in share:
        four = [point.get((s, y)) for s in ("USA", "GBR", "FRA", "RUS")]
        if all(x is not None for x in four):
            gap[y] = max(four) - min(four)  # type: ignore[type-var, operator]
    rows = []
    for h in HORIZONS:
        scored: dict[str, list[float]] = {"relation": [], "moved": [], "persistence": [], "decade": []}
        for t in range(FIRST_ORIGIN, max(share) - h + 1):
            if t not in gap or t + h not in gap:
                continue
            level, slope = agreement(state_year, alike, t)["mean"]
            now, then = (1 / (1 + np.exp(-(level + slope * gap[y]))) for y in (t, t + h))
            last = [share[y] for y in range(t - 9, t + 1) if y in share]
            guesses = {
                "relation": then,
                "moved": share[t] + then - now,
                "persistence": share[t],
                "decade": float(np.mean(last)),
            }
            for name, guess in guesses.items():
                scored[name].append(abs(share[t + h] - guess))
        rows.append(
            {
                "horizon": h,
                "n": len(scored["decade"]),
                **{f"mae_{k}": float(np.mean(v)) for k, v in scored.items()},
            }
        )
    return rows


def summary(scored: dict[str, list[tuple[float, float]]]) -> dict[str, Any]:
    """Number of cases, and mean absolute error and mean log score of each rival."""
    out: dict[str, Any] = {"n": len(next(iter(scored.values())))}
    for name, pairs in scored.items():
        out[f"mae_{name}"], out[f"log_{name}"] = (float(v) for v in np.mean(pairs, axis=0))
    return out
