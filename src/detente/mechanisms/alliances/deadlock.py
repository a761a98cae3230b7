"""Do the members' spread, rivalries and wars foretell vetoes in the Security Council and the European
Council?

The distance between the United States and Russia alone lost to the mean of the last ten years
(``mechanisms/alignment/council.py``). Asked here: the ten-year mean *moved* by how far the five stand
apart, how
many pairs of them are rivals, how many of the five are at war, for each group of issues by itself; and in the
Union, member by member, the distance from the other members. What the later year's spread was is handed
in: the
question is whether a change of spread brings the change of vetoes that a what-if would use it for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from csv import DictReader
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from scipy.special import gammaln

FIVE = ("USA", "GBR", "FRA", "RUS", "CHN")
HORIZONS = (1, 5, 10)
FIRST_ORIGIN = 1985
DECADE = 10
FLOOR = 0.3
"""Least mean a year that any forecast may give, so that a quiet decade is no certainty."""
OVERDISPERSION = 0.5


@cache
def shipped(name: str) -> tuple[dict[str, str], ...]:
    """Rows of ``council_vetoes.csv`` (year, group, states) or ``eu_vetoes.csv`` (year, state, issue,
    about)."""
    text = files("detente.mechanisms.alliances").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(DictReader(line for line in text.splitlines() if not line.startswith("#")))


def counts(rows: Sequence[Mapping[str, str]], years: range, key: str) -> dict[str, np.ndarray]:
    """Vetoes a year of each value of a column, arrays (year,); a veto of two counts once."""
    out: dict[str, np.ndarray] = {}
    for row in rows:
        year = int(row["year"])
        if year in years:
            out.setdefault(row[key], np.zeros(len(years)))[year - years[0]] += 1
    return out


def five_apart(tables: Any, years: range) -> np.ndarray:
    """What may move the Council, (year, 3): mean distance of pairs of the five, share of their pairs that are
    rivals (0.25 or below on the peace scale), and how many of them are in an armed conflict between
    states."""
    point = {
        (s, y): x
        for s, y, x in tables("state_year").select("state", "year", "ideal_point").iter_rows()
        if s in FIVE and x is not None
    }
    level = {
        (a, b, y): v
        for a, b, y, v in tables("peace").select("a", "b", "year", "level").iter_rows()
        if a in FIVE and b in FIVE and v is not None
    }
    newest = max(y for _, _, y in level)
    fights: dict[int, set[str]] = {}
    for a, b, y in tables("conflict").select("a", "b", "year").iter_rows():
        fights.setdefault(y, set()).update({a, b} & set(FIVE))
    out = np.full((len(years), 3), np.nan)
    for t, year in enumerate(years):
        seen = [point[s, year] for s in FIVE if (s, year) in point]
        gaps = [abs(x - y) for k, x in enumerate(seen) for y in seen[:k]]
        rivals = [v <= 0.25 for (_, _, y), v in level.items() if y == min(year, newest)]
        out[t] = (np.mean(gaps) if gaps else np.nan, sum(rivals) / 10, len(fights.get(year, ())))
    return out


def moved_mean(count: np.ndarray, x: np.ndarray, until: int, ridge: float = 2.0) -> np.ndarray:
    """How the count answers to ``x`` less its own mean of the ten years before: slopes (k,), Poisson
    regression.

    The log of the ten-year mean is the offset; ``x`` (year, k) is in standard deviations, and a normal prior
    (precision ``ridge``) around no answer holds the slopes.
    """
    rows = np.arange(DECADE, until + 1)
    base = np.array([max(count[t - DECADE : t].mean(), FLOOR) for t in rows])
    move = np.array([x[t] - x[t - DECADE : t].mean(axis=0) for t in rows])
    slope = np.zeros(x.shape[1])
    for _ in range(50):
        mean = base * np.exp(np.clip(move @ slope, -3, 3))
        gradient = move.T @ (count[rows] - mean) - ridge * slope
        information = (move * mean[:, None]).T @ move + ridge * np.eye(len(slope))
        step = np.linalg.solve(information, gradient)
        slope = slope + step
        if np.abs(step).max() < 1e-9:
            break
    return slope


def council_record(tables: Any, columns: Sequence[int] = (0, 1, 2)) -> list[dict[str, Any]]:
    """Out-of-time scores of vetoed drafts a year, all issues added up: one row a horizon.

    ``moved``: each group of issues by its own ten-year mean, moved; ``decade``: the plain ten-year mean.
    """
    years = range(1946, 2022)
    by_group = counts(shipped("council_vetoes"), years, "group")
    raw = five_apart(tables, years)[:, list(columns)]
    total = np.sum(list(by_group.values()), axis=0)
    out = []
    for h in HORIZONS:
        scored: dict[str, list[tuple[float, float]]] = {"moved": [], "decade": []}
        for t in range(FIRST_ORIGIN - years[0], len(years) - h):
            known = raw[: t + 1]
            x = (raw - np.nanmean(known, axis=0)) / np.maximum(np.nanstd(known, axis=0), 1e-9)
            x = np.nan_to_num(x)
            guess = 0.0
            for count in by_group.values():
                slope = moved_mean(count, x, t)
                move = x[t + h] - x[t + 1 - DECADE : t + 1].mean(axis=0)
                guess += count[t + 1 - DECADE : t + 1].mean() * float(np.exp(np.clip(move @ slope, -3, 3)))
            plain = max(float(total[t + 1 - DECADE : t + 1].mean()), FLOOR)
            for name, mean in (("moved", max(guess, FLOOR)), ("decade", plain)):
                scored[name].append((abs(total[t + h] - mean), log_score(float(total[t + h]), mean)))
        row: dict[str, Any] = {"horizon": h, "n": len(scored["decade"])}
        gain = np.array([d[1] - m[1] for d, m in zip(scored["decade"], scored["moved"], strict=True)])
        row["gain"], row["gain_error"] = float(gain.mean()), long_run_error(gain, max(h, 3))
        for name, pairs in scored.items():
            row[f"mae_{name}"], row[f"log_{name}"] = (float(v) for v in np.mean(pairs, axis=0))
        out.append(row)
    return out


def long_run_error(x: np.ndarray, lags: int) -> float:
    """Standard error of a mean whose terms overlap (Newey & West 1987)."""
    e, n = x - x.mean(), len(x)
    total = float(e @ e)
    for k in range(1, lags + 1):
        total += 2 * (1 - k / (lags + 1)) * float(e[k:] @ e[:-k])
    return float(np.sqrt(max(total, 0.0)) / n)


def log_score(seen: float, mean: float) -> float:
    """Minus the log probability of a count under a negative binomial of fixed overdispersion."""
    size = 1 / OVERDISPERSION
    return -float(
        gammaln(seen + size)
        - gammaln(size)
        - gammaln(seen + 1)
        + size * np.log(size / (size + mean))
        + seen * np.log(mean / (size + mean))
    )


def union_panel(tables: Any, first: int = 1973, last: int = 2024) -> dict[str, np.ndarray]:
    """Member-years of the European Communities and the Union: vetoes, distance from the others' mean ideal
    point,
    electoral democracy, log of the number of members, and the member's own vetoes of the five years
    before."""
    inside: dict[int, list[str]] = {y: [] for y in range(first, last + 1)}
    for bloc, state, begin, end in tables("blocs").iter_rows():
        for y in inside:
            if bloc == "EU" and begin <= y and (end is None or y < end):
                inside[y].append(state)
    known = {
        (s, y): (x, d)
        for s, y, x, d in tables("state_year").select("state", "year", "ideal_point", "polyarchy").iter_rows()
        if x is not None
    }
    vetoes: dict[tuple[str, int], int] = {}
    for row in shipped("eu_vetoes"):
        key = (row["state"], int(row["year"]))
        vetoes[key] = vetoes.get(key, 0) + 1
    rows = []
    for y, members in inside.items():
        seen = {s: known[s, y - 1] for s in members if (s, y - 1) in known}
        for s, (x, d) in seen.items():
            others = [v[0] for k, v in seen.items() if k != s]
            recent = sum(vetoes.get((s, y - k), 0) for k in range(1, 6))
            rows.append(
                (y, vetoes.get((s, y), 0), abs(x - np.mean(others)), d or np.nan, np.log(len(seen)), recent)
            )
    year, count, distance, democracy, size, recent = (
        np.array(c, dtype=float) for c in zip(*rows, strict=True)
    )
    democracy = np.where(np.isnan(democracy), np.nanmean(democracy), democracy)
    return {
        "year": year,
        "vetoes": count,
        "x": np.column_stack([distance, democracy, size, np.log1p(recent)]),
    }


UNION_TERMS: tuple[str, ...] = ("distance", "democracy", "log_members", "own_recent")
VARIANTS: dict[str, list[int]] = {
    "spread": [0, 1, 2],
    "spread and past": [0, 1, 2, 3],
    "past": [3],
    "base": [],
}


def poisson(y: np.ndarray, x: np.ndarray, ridge: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Constant and slopes of a Poisson regression (slopes held by a normal prior), and their covariance."""
    design = np.column_stack([np.ones(len(y)), x])
    prior = np.diag([1e-3] + [ridge] * x.shape[1])
    beta = np.zeros(design.shape[1])
    beta[0] = np.log((y.sum() + 0.5) / len(y))
    for _ in range(100):
        mean = np.exp(np.clip(design @ beta, -20, 5))
        information = (design * mean[:, None]).T @ design + prior
        step = np.linalg.solve(information, design.T @ (y - mean) - prior @ beta)
        beta = beta + step * min(1.0, 1.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    return beta, np.linalg.inv(information)


def union_record(
    tables: Any, origins: Sequence[int] = (2000, 2005, 2010, 2014, 2018)
) -> list[dict[str, Any]]:
    """Log scores a member-year of the five years after each origin: with spread, with the past alone, base
    rate."""
    panel = union_panel(tables)
    out = []
    for origin in origins:
        known = panel["year"] <= origin
        later = (panel["year"] > origin) & (panel["year"] <= origin + 5)
        seen = panel["vetoes"][later]
        row: dict[str, Any] = {"origin": origin, "n": int(later.sum()), "vetoes": int(seen.sum())}
        for name, columns in (
            ("spread", [0, 1, 2]),
            ("spread and past", [0, 1, 2, 3]),
            ("past", [3]),
            ("base", []),
        ):
            beta, _ = poisson(panel["vetoes"][known], panel["x"][known][:, columns])
            mean = np.exp(beta[0] + panel["x"][later][:, columns] @ beta[1:])
            row[name] = float((mean - seen * np.log(mean) + gammaln(seen + 1)).mean())
        out.append(row)
    return out
