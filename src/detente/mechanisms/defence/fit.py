"""Estimation of the demand for military spending, one vintage for each cut-off year.

The equation needs no state dummies: each state's norm of threat and its last share stand for what is
peculiar to it and both are known beforehand, so the bias of dynamic panels with fixed effects (Nickell
1981) does not arise. ``fixed_effects`` gives the textbook alternative for comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np

from detente.mechanisms.defence import equations as eq
from detente.mechanisms.defence.estimation import Fit, Sample, clustered, part, student_regression
from detente.mechanisms.defence.panel import SMALLEST_SHARE, Panel, assemble, lagged, norms, threat_years

VINTAGES = (1985, 1990, 1995, 2000, 2005, 2010, 2014, 2018, 2024)
START = 1970
"""First year of the fits: earlier, few states report."""
SHARE_MEMORY = 5.5
"""Years; an exponential mean of this memory is as old, on average, as a plain mean of ten years."""
GROWTH_MEMORY = 10.0
"""Years over which expected growth is formed in the fit (a run uses the projection instead)."""
LARGEST = 0.999
"""Quantile of absolute residuals beyond which the record is unit errors, hyperinflation and collapse."""
GRID = {
    "sensitivity": (1e-5, 3e-5, 1e-4, 3e-4, 1e-3),
    "reach": (500.0, 1500.0, 4000.0),
}
MEMORIES = (5.0, 7.0, 10.0, 15.0, 20.0)
THEORIES = {
    "demand": eq.DEMAND,
    "demand_following": tuple(n for n in eq.DEMAND if n != "free_ride"),
    "demand_free_riding": tuple(n for n in eq.DEMAND if n != "follow"),
}


def estimates(table: Callable[[str], Any], vintages: Iterable[int] = VINTAGES) -> dict[int, dict[str, Any]]:
    """Estimates of every vintage, each from data up to its year alone; see ``parameters.yaml``."""
    return {v: vintage(assemble(table, v)) for v in vintages}


def vintage(seen: Panel) -> dict[str, Any]:
    """All estimates from one panel: constants of threat, demand under each theory, noise, common shock."""
    constants = best_constants(seen)
    parts = columns(seen, constants)
    out = {k: {"fixed": round(v, 6)} for k, v in constants.items()}
    for theory, names in THEORIES.items():
        found = demand_fit(seen, parts, names)
        out[theory] = _joint(eq.DEMAND, *_spread(found, names))
    full = demand_fit(seen, parts, eq.DEMAND)
    rows = sample(seen, parts, eq.DEMAND)
    out["noise"] = _joint(eq.NOISE, full.noise, full.noise_covariance)
    out["fiscal"] = _joint(eq.COURSE, *room_course(seen))
    out["tide"] = {"lognormal": common_sd(full, rows)}
    out["largest_shock"] = {"fixed": round(float(np.quantile(np.abs(full.residuals), LARGEST)), 4)}
    return out


def columns(seen: Panel, constants: Mapping[str, float]) -> np.ndarray:
    """The right-hand side of demand for every year and state: (year, n, 9), by the run's own equations."""
    log_share = np.log(np.where(seen.share >= SMALLEST_SHARE, seen.share, np.nan))
    menace = threat_years(seen, constants)
    deviation = lagged(log_share - norms(log_share, SHARE_MEMORY))
    return eq.regressors(
        log_share=lagged(log_share),
        threat=menace,
        threat_norm=lagged(norms(menace, constants["threat_memory"])),
        growth_surprise=surprises(seen),
        allies=eq.spill_in(pact=seen.pact, deviation=deviation),
        mighty=eq.spill_in(pact=seen.pact, deviation=deviation, weight=lagged(seen.milex)),
        pledged=seen.member * lagged(seen.pledged),
        room=lagged(seen.room),
    )


def surprises(seen: Panel) -> np.ndarray:
    """Growth of real GDP less what the past suggested, log points, (year, n)."""
    growth = np.log(seen.gdp) - lagged(np.log(seen.gdp))
    return growth - lagged(norms(growth, GROWTH_MEMORY))


def room_course(seen: Panel) -> tuple[np.ndarray, np.ndarray]:
    """How fiscal room goes on: its persistence and its answer to growth, with their covariance."""
    x = np.stack([lagged(seen.room), surprises(seen)], axis=-1)
    t, i = np.nonzero(np.isfinite(seen.room) & np.isfinite(x).all(-1))
    found = student_regression(Sample(seen.room[t, i], x[t, i], np.ones((len(t), 1)), i, t))
    return found.coefficients, found.covariance


def sample(seen: Panel, parts: np.ndarray, names: tuple[str, ...], start: int = START) -> Sample:
    """Rows with everything known, from ``start`` on."""
    log_share = np.log(np.where(seen.share >= SMALLEST_SHARE, seen.share, np.nan))
    change = log_share - lagged(log_share)
    x = parts[..., [eq.DEMAND.index(n) for n in names]]
    size = np.log(lagged(seen.gdp) / eq.GDP_UNIT)
    z = np.stack([np.ones_like(change), seen.polyarchy - 0.5, size], axis=-1)
    good = np.isfinite(change) & np.isfinite(x).all(-1) & np.isfinite(z).all(-1)
    good &= (np.array(seen.years) >= start)[:, None]
    t, i = np.nonzero(good)
    return Sample(change[t, i], x[t, i], z[t, i], i, t)


def demand_fit(seen: Panel, parts: np.ndarray, names: tuple[str, ...]) -> Fit:
    """Demand with the named regressors."""
    return student_regression(sample(seen, parts, names))


def best_constants(seen: Panel) -> dict[str, float]:
    """Sensitivity, reach and memory of threat with the highest likelihood on a coarse grid."""
    fixed = {"share_memory": SHARE_MEMORY}

    def height(choice: Mapping[str, float]) -> float:
        parts = columns(seen, choice)
        return student_regression(sample(seen, parts, eq.DEMAND), rounds=5).log_likelihood

    choices = (dict(zip(GRID, values, strict=True)) for values in product(*GRID.values()))
    trials = [{**choice, "threat_memory": 10.0, **fixed} for choice in choices]
    best = max(trials, key=height)
    return max(({**best, "threat_memory": m} for m in MEMORIES), key=height)


def common_sd(found: Fit, rows: Sample) -> dict[str, float]:
    """Standard deviation of what all states share in a year, net of sampling variance.

    Weighted means of the residuals by year; weights are inverse squared scales. Its own error from the
    number of years.
    """
    weight = np.exp(-2 * (rows.z @ found.noise[:-1]))
    weight = weight * (np.abs(found.residuals) * np.sqrt(weight) < 4)
    years = np.unique(rows.year)
    total = np.array([weight[rows.year == y].sum() for y in years])
    mean = np.array([(weight * found.residuals)[rows.year == y].sum() for y in years]) / total
    noise = np.array([((weight * found.residuals) ** 2)[rows.year == y].sum() for y in years]) / total**2
    variance = max(float((mean**2).mean() - noise.mean()), 1e-6)
    return {"median": round(variance**0.5, 6), "sigma": round((2 * len(years)) ** -0.5, 6)}


def fixed_effects(seen: Panel, constants: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """The textbook alternative: log share on its lag, threat and growth with state effects (weighted).

    Returns estimate and clustered error; ``inertia_jackknife`` is the half-panel jackknife (Dhaene &
    Jochmans 2015) of the coefficient of the lag.
    """
    parts = columns(seen, constants)
    names = ("pull", "threat_level", "growth")
    rows = sample(seen, parts, names)
    noise = demand_fit(seen, parts, eq.DEMAND).noise
    b, v = within(rows, noise)
    half = np.zeros(len(rows.y), dtype=bool)
    for s in np.unique(rows.state):
        mine = np.nonzero(rows.state == s)[0]
        half[mine[: len(mine) // 2]] = True
    halves = [within(part(rows, k), noise)[0] for k in (half, ~half)]
    found = {"inertia": (1 - b[0], float(v[0, 0] ** 0.5))}
    found |= {n: (float(b[k]), float(v[k, k] ** 0.5)) for k, n in enumerate(names) if k}
    pull = 2 * b[0] - (halves[0][0] + halves[1][0]) / 2
    found["inertia_jackknife"] = (1 - float(pull), float(v[0, 0] ** 0.5))
    return found


def within(rows: Sample, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Student-weighted regression after taking out weighted means by state; covariance by state."""
    size, df = np.exp(rows.z @ noise[:-1]), 2.0 + np.exp(noise[-1])
    weight = size**-2.0
    for _ in range(30):
        x, y = (demeaned(a, weight, rows.state) for a in (rows.x, rows.y))
        root = np.sqrt(weight)
        b = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
        rest = y - x @ b
        weight = (df + 1) / (df + (rest / size) ** 2) / size**2
    square = (rest / size) ** 2
    bend = (df + 1) * (df - square) / (df + square) ** 2 / size**2
    bread = np.linalg.pinv((x * bend[:, None]).T @ x)
    return b, bread @ clustered(x * (weight * rest)[:, None], rows.state) @ bread


def demeaned(a: np.ndarray, weight: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Values less their group's weighted mean."""
    _, place = np.unique(group, return_inverse=True)
    total = np.bincount(place, weight)
    flat = a.reshape(len(a), -1)
    means = np.stack([np.bincount(place, weight * c) / total for c in flat.T], 1)
    return (flat - means[place]).reshape(a.shape)


def _spread(found: Fit, names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Estimates in the order of all names; what a theory leaves out is 0 with no error."""
    place = [eq.DEMAND.index(n) for n in names]
    mean, covariance = np.zeros(len(eq.DEMAND)), np.zeros((len(eq.DEMAND),) * 2)
    mean[place] = found.coefficients
    covariance[np.ix_(place, place)] = found.covariance
    return mean, covariance


def _joint(names: tuple[str, ...], mean: np.ndarray, covariance: np.ndarray) -> dict[str, Any]:
    """Estimates as a joint prior, rounded so that the file stays readable."""

    def short(x: float) -> float:
        return float(f"{x:.6g}")

    return {
        "joint": {
            "names": list(names),
            "mean": [short(m) for m in mean],
            "covariance": [[short(c) for c in row] for row in covariance],
        }
    }


def as_yaml(found: Mapping[int, Mapping[str, Any]]) -> str:
    """Text of ``estimates.yaml``."""
    import yaml

    head = {
        "made_by": "detente fit defence",
        "data": "bundle tables state_year, pacts, distance; chances of fatal disputes (data.risks)",
    }
    document = {**head, "vintages": dict(found)}
    return yaml.safe_dump(document, sort_keys=False, width=110, default_flow_style=None)
