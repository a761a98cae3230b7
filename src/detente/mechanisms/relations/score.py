"""Track record: fit to the past, foretell the levels of all pairs, score against naive rivals.

Rivals: *persistence* (every pair stays where it is) and *Markov* (yearly transition matrix by
present standing, no covariates). Covariates are frozen at the origin: nothing later is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from detente.mechanisms.relations import equations
from detente.mechanisms.relations.fit import counts, estimate, usual_upheaval
from detente.mechanisms.relations.panel import Panel, covariates_of, dyad_years, standings
from detente.model.chance import Chance

LEVELS = np.array(equations.GRID)
MEMORY_YEARS = 10.0


def score(
    tables: Mapping[str, Any],
    origins: Sequence[int] = (1990, 2000, 2010),
    horizons: Sequence[int] = (5, 10),
    draws: int = 200,
    seed: int = 1,
) -> dict[str, Any]:
    """Scores by origin, horizon, group of pairs and method.

    ``result[origin][horizon][group][method]`` holds ``rps`` (ranked probability score over the five
    levels, 0 best, the mean over pairs), ``brier_fall`` and ``brier_climb`` (level at the horizon
    below, above that at the origin), the forecast and the actual number of falls and climbs. Method
    ``told`` is the model told who came to be a member of the European Union.
    Groups: ``coded`` pairs, and ``all``. Pairs that ceased to exist are left out.
    """
    return {o: score_origin(tables, o, horizons, draws, seed) for o in origins}


def score_origin(
    tables: Mapping[str, Any], origin: int, horizons: Sequence[int], draws: int, seed: int
) -> dict[int, Any]:
    """As :func:`score`, for one origin."""
    panel = dyad_years(tables, first=1947, until=origin, memory_years=MEMORY_YEARS)
    estimates = estimate(tables, origin, MEMORY_YEARS)
    last = max(horizons)
    years = dict(_levels(tables, origin, origin + last))
    start = years[origin]
    trouble = usual_upheaval(panel, np.array(estimates["fall"]["joint"]["mean"]))
    forecast, told = (
        simulate(start, estimates, last, draws, seed, came, trouble)
        for came in (None, members(years, origin))
    )
    matrix = markov(panel)
    status = equations.status_columns(start["level"], start["coded"])
    out: dict[int, Any] = {}
    for h in horizons:
        actual = years[origin + h]["level"]
        known = ~np.isnan(actual) & ~np.isnan(start["level"])
        methods = {
            "model": forecast[h],
            "told": told[h],
            "persistence": _as_distribution(start["level"]),
            "markov": _ahead(matrix, h)[status],
        }
        groups = {"coded": known & start["coded"], "all": known}
        out[h] = {
            name: {m: judge(f[rows], start["level"][rows], actual[rows]) for m, f in methods.items()}
            for name, rows in groups.items()
        }
    return out


def members(
    years: Mapping[int, Mapping[str, np.ndarray]], origin: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The two states' membership of the European Union at the end of each year after ``origin``."""
    return [(years[y]["member_a"], years[y]["member_b"]) for y in sorted(years) if y > origin]


def _levels(tables: Mapping[str, Any], first: int, last: int) -> list[tuple[int, dict[str, np.ndarray]]]:
    return [(now.year, columns) for now, columns in standings(tables, range(first, last + 1))]


def simulate(
    start: Mapping[str, np.ndarray],
    estimates: Mapping[str, Any],
    years: int,
    draws: int,
    seed: int,
    came: Sequence[tuple[np.ndarray, np.ndarray]] | None = None,
    trouble: float = 0.0,
) -> dict[int, np.ndarray]:
    """Distributions over the five levels, shape (pair, 5), after 1 … ``years`` years.

    Coefficients at their means, the two theories of ``rivalry_age`` in turns; covariates other than
    the pair's own history as at the start. Members of the European Union as at the start, or, with
    ``came`` (the two states' membership at the end of each year), as they came: that is hindsight.
    ``trouble``: log-odds of a fall that the usual number of upheavals adds (``fit.usual_upheaval``).
    """
    mean = {k: np.array(v["joint"]["mean"]) for k, v in estimates.items() if "joint" in v}
    mean["usual_upheaval"] = np.array(trouble)
    mean["entry"] = np.array(estimates["entry"]["normal"]["mean"])
    stand_in = dict(zip(equations.STAND_IN, mean.pop("stand_in"), strict=True))
    pairs = len(start["level"])
    counts = {h: np.zeros((pairs, len(LEVELS))) for h in range(1, years + 1)}
    chance = Chance(seed)
    theories = mean, mean | {k: mean[f"{k}_completed"] for k in ("climb_rivalry", "farther")}
    for draw in range(draws):
        now, theory = dict(start), theories[draw % 2]
        for h in range(1, years + 1):
            luck = [chance.row(stream, [draw], h, pairs)[0] for stream in ("score.move", "score.size")]
            joined = (now["member_a"], now["member_b"]) if came is None else came[h - 1]
            now |= _advance(now, theory, stand_in, luck, joined)
            alive = ~np.isnan(now["level"])
            counts[h][np.flatnonzero(alive), np.rint(now["level"][alive] * 4).astype(int)] += 1
    return {h: c / draws for h, c in counts.items()}


def _advance(
    now: Mapping[str, np.ndarray],
    mean: Mapping[str, np.ndarray],
    stand_in: Mapping[str, float],
    luck: list[np.ndarray],
    members: tuple[np.ndarray, np.ndarray],
) -> dict[str, np.ndarray]:
    level, none = now["level"], np.zeros(len(now["level"]))
    enters = equations.entering(
        member=members, before=(now["member_a"], now["member_b"]), level=level, house=now["house"]
    )
    covariates = covariates_of(now, MEMORY_YEARS, stand_in)
    status = equations.status_columns(level, equations.known_to_be_coded(now["coded"], level, now["since"]))
    fall, climb = equations.chances(
        status=status,
        covariates=covariates,
        fall_effort=none + mean["usual_upheaval"],
        climb_effort=none,
        **{k: mean[k] for k in equations.EQUATIONS},
    )
    new = equations.moved(
        level=level,
        status=status,
        fall=fall,
        climb=climb,
        democracy=covariates[2],
        distance=covariates[1],
        u=luck[0],
        v=luck[1],
        deeper=mean["deeper"],
        farther=mean["farther"],
        leap=mean["leap"],
    )
    new = np.where(enters & (luck[0] > 1.0 - equations.hazard(mean["entry"])), now["house"], new)
    stay, since = equations.memory(
        level=new, last_level=level, last_years=now["stay"], last_since=now["since"]
    )
    return {"level": new, "stay": stay, "since": since, "member_a": members[0], "member_b": members[1]}


def markov(panel: Panel) -> np.ndarray:
    """Yearly transition matrix between the standings of ``equations.STATUS``, shape (6, 6).

    A move to level 0.5 leads to the coded standing; one pseudo-stay for each standing, so that a
    standing never seen stays as it is.
    """
    before = panel.covariates[:, : len(equations.STATUS)].argmax(axis=1)
    coded = panel.coded | (panel.next != panel.level)
    after = equations.status_columns(panel.next, coded)
    counts = np.eye(len(equations.STATUS))
    np.add.at(counts, (before, after), 1.0)
    return counts / counts.sum(axis=1, keepdims=True)


def _ahead(matrix: np.ndarray, years: int) -> np.ndarray:
    """Distributions over the five levels after so many years, by standing at the start: (6, 5)."""
    power = np.linalg.matrix_power(matrix, years)
    merge = np.zeros((len(equations.STATUS), len(LEVELS)))
    merge[np.arange(len(equations.STATUS)), [0, 1, 2, 2, 3, 4]] = 1.0
    return power @ merge


def _as_distribution(level: np.ndarray) -> np.ndarray:
    return (np.nan_to_num(level, nan=-1.0)[:, None] == LEVELS).astype(float)


def year_counts(
    tables: Mapping[str, Any], fits: Mapping[int, Any], last: int = 2020
) -> dict[str, dict[str, Any]]:
    """Moves of whole years after 1990, each foretold from the newest estimates (``fits``) older than it.

    By hazard: years, ``inside`` the 90 % interval of pairs that move each for itself (``alone``) and of
    pairs that share the luck of the year (``season``), their mean widths, moves seen and expected. What the
    covariates were at the end of the year before is known; errors of coefficients are not counted.
    """
    panel = dyad_years(tables, first=1991, until=last, memory_years=MEMORY_YEARS)
    cuts = [y for y in sorted(fits) if y < last]
    out: dict[str, dict[str, Any]] = {}
    for name in equations.EQUATIONS:
        rows = {kind: [] for kind in ("alone", "season")}
        for cut, end in zip(cuts, (*cuts[1:], last), strict=True):
            part = panel.take((panel.year > cut) & (panel.year <= end))
            pairs = counts(part, name, np.array(fits[cut][name]["joint"]["mean"]))
            spread = fits[cut][f"season_{name}"]["lognormal"]["median"]
            for seen, due in zip(*pairs, strict=True):
                rows["alone"].append((seen, due, *_interval(due, 0.0)))
                rows["season"].append((seen, due, *_interval(due, spread)))
        out[name] = {k: _coverage(np.array(v)) for k, v in rows.items()}
    return out


def _interval(due: float, spread: float) -> tuple[float, float]:
    """Where 90 % of a year's counts lie: Poisson, times a lognormal factor of mean 1."""
    from scipy.stats import norm, poisson

    factor = np.exp(spread * norm.ppf((np.arange(400) + 0.5) / 400) - spread**2 / 2)
    below = poisson.cdf(np.arange(1000)[:, None], due * factor).mean(axis=1)
    return float(np.searchsorted(below, 0.05)), float(np.searchsorted(below, 0.95))


def _coverage(rows: np.ndarray) -> dict[str, float]:
    seen, due, low, high = rows.T
    inside = (low <= seen) & (seen <= high)
    return {
        "years": len(rows),
        "inside": float(inside.mean()),
        "width": float((high - low).mean()),
        "seen": float(seen.sum()),
        "expected": float(due.sum()),
    }


def judge(forecast: np.ndarray, before: np.ndarray, actual: np.ndarray) -> dict[str, float]:
    """Scores of distributions (pair, 5) against the levels that came: see :func:`score`."""
    reached = _as_distribution(actual)
    rps = ((forecast.cumsum(axis=1) - reached.cumsum(axis=1)) ** 2)[:, :-1].sum(axis=1)
    down = (forecast * (before[:, None] > LEVELS)).sum(axis=1)
    up = (forecast * (before[:, None] < LEVELS)).sum(axis=1)
    fell, rose = actual < before, actual > before
    return {
        "pairs": len(before),
        "rps": float(rps.mean()),
        "brier_fall": float(((down - fell) ** 2).mean()),
        "brier_climb": float(((up - rose) ** 2).mean()),
        "falls_forecast": float(down.sum()),
        "falls": int(fell.sum()),
        "climbs_forecast": float(up.sum()),
        "climbs": int(rose.sum()),
    }


def levels_later(
    tables: Mapping[str, Any], origin: int = 1990, year: int = 2020, draws: int = 100, seed: int = 1
) -> dict[str, dict[float, float]]:
    """How many pairs stand on each level in ``year``: record, model, model told the members, rivals.

    Pairs that exist at both dates. The model knows nothing after ``origin``; ``low`` and ``high``
    are not given because pairs move in blocs, which independent draws do not show.
    """
    panel = dyad_years(tables, first=1947, until=origin, memory_years=MEMORY_YEARS)
    years = dict(_levels(tables, origin, year))
    start, actual = years[origin], years[year]["level"]
    rows = ~np.isnan(actual) & ~np.isnan(start["level"])
    estimates = estimate(tables, origin, MEMORY_YEARS)
    trouble = usual_upheaval(panel, np.array(estimates["fall"]["joint"]["mean"]))
    forecast, told = (
        simulate(start, estimates, year - origin, draws, seed, came, trouble)[year - origin]
        for came in (None, members(years, origin))
    )
    status = equations.status_columns(start["level"], start["coded"])
    counts = {
        "record": _as_distribution(actual)[rows],
        "model": forecast[rows],
        "told": told[rows],
        "persistence": _as_distribution(start["level"])[rows],
        "markov": _ahead(markov(panel), year - origin)[status][rows],
    }
    return {
        name: dict(zip(equations.GRID, c.sum(axis=0).tolist(), strict=True)) for name, c in counts.items()
    }
