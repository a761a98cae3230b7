"""Entry criteria as a scorecard: where a state stands beside those who entered before it.

NATO: the Study on NATO Enlargement (1995). EU: the Copenhagen criteria (1993). Neither text has numbers;
every threshold is what entrants had in the year they entered, the lowest (the least that was ever taken) and
the median. Founders are no entrants. What no data here measure is listed and not scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import inf, isfinite, nan, sqrt
from statistics import median
from typing import Any

from detente.judge.criteria_data import CRITERIA, NEWEST, NOT_MEASURED, WINDOW, Criterion, readings
from detente.judge.measurement import Tables
from detente.model.errors import Problems, nearest

FIRST = {"NATO": 1949, "EU": 1958}
REACH = 5
"""Years for which an observation stands in."""


@dataclass(frozen=True)
class Line:
    """One criterion for one state and year. Years are infinite where the pace does not lead there."""

    key: str
    asks: str
    measure: str
    source: str
    value: float
    seen: int | None
    lowest: float
    lowest_by: str
    median: float
    entrants: int
    met: bool | None
    met_median: bool | None
    missed_by: float
    pace: float
    years: float
    years_low: float
    years_high: float
    best_pace: float
    best_by: str
    best_years: float


@dataclass(frozen=True)
class Scorecard:
    """All criteria of a bloc for one state and year."""

    state: str
    bloc: str
    year: int
    member_since: int | None
    entrants: int
    thresholds_to: int
    """Newest year of the entrants behind the thresholds: that of the score, or today if none had entered."""
    lines: tuple[Line, ...]
    not_measured: tuple[tuple[str, str], ...]

    def plain(self) -> dict[str, Any]:
        """As plain data; infinite and unknown numbers become null."""
        return _finite(asdict(self))


def scorecard(tables: Tables, state: str, bloc: str, year: int, since: int = 0) -> Scorecard:
    """Score ``state`` against those who entered ``bloc`` from ``since`` up to ``year`` (founders left out).

    Raises
    ------
    DetenteError : unknown state or bloc, a year outside the data, a state that did not exist then.
    """
    _refuse(tables, state, bloc, year)
    others = {s: y for s, y in entrants(tables, bloc).items() if s != state and since <= y}
    before = {s: y for s, y in others.items() if y <= year}
    entered, upto = (before, year) if before else (others, NEWEST)
    joined = _joined(tables, bloc).get(state)
    lines = tuple(_line(tables, c, state, year, entered, upto) for c in CRITERIA if bloc in c.blocs)
    since_year = joined if joined is not None and joined <= year else None
    return Scorecard(state, bloc, year, since_year, len(entered), upto, lines, NOT_MEASURED[bloc])


def _joined(tables: Tables, bloc: str) -> dict[str, int]:
    import polars as pl

    rows = tables("blocs").filter(pl.col("bloc") == bloc)
    return {s: int(y) for s, y in rows.select("state", "from_year").iter_rows()}


def entrants(tables: Tables, bloc: str) -> dict[str, int]:
    """States that entered a bloc after its founding, with the year."""
    return {s: y for s, y in _joined(tables, bloc).items() if y > FIRST[bloc]}


def _refuse(tables: Tables, state: str, bloc: str, year: int) -> None:
    problems = Problems()
    if bloc not in FIRST:
        problems.add("--bloc", f"no entry criteria are coded for '{bloc}'", nearest(bloc, list(FIRST)))
    names = {r[0]: r for r in tables("states").select("state", "name", "start_year", "end_year").iter_rows()}
    low = FIRST.get(bloc, 1949)
    if not low <= year <= NEWEST:
        problems.add("--year", f"no data to score {year}", f"valid: {low} to {NEWEST}")
    if state not in names:
        problems.add("--state", f"unknown state '{state}'", nearest(state, names))
    else:
        _, name, start, end = names[state]
        if not start <= year <= (end or 9999):
            span = f"{start} to {end}" if end else f"since {start}"
            problems.add("--state", f"{name} ({state}) did not exist in {year}", f"it is a state {span}")
    problems.raise_if_any()


def _line(tables: Tables, c: Criterion, state: str, year: int, entered: Mapping[str, int], upto: int) -> Line:
    data = readings(tables, c)
    value, seen = newest(data.get(state, {}), year)
    had = {s: v for s, y in entered.items() if isfinite(v := newest(data.get(s, {}), y)[0])}
    worst = min(had, key=lambda s: c.better * had[s]) if had else ""
    lowest, middle = (had[worst], median(had.values())) if had else (nan, nan)
    gap = max(0.0, c.better * (lowest - value)) if isfinite(lowest - value) else nan
    pace, low, high = own_pace(data.get(state, {}), year, c.better)
    best, who = best_pace(data, [*entered], upto, c.better)
    known = isfinite(lowest - value)
    return Line(
        c.key,
        c.asks,
        c.measure,
        c.source,
        value,
        seen,
        lowest,
        worst,
        middle,
        len(had),
        gap == 0 if known else None,
        c.better * (value - middle) >= 0 if known else None,
        gap,
        c.better * pace,
        years_to(gap, pace),
        years_to(gap, high),
        years_to(gap, low),
        c.better * best,
        who,
        years_to(gap, best),
    )


def years_to(gap: float, pace: float) -> float:
    """Years to close a gap at a yearly pace; infinite if the pace leads away, 0 if there is no gap."""
    if gap == 0:
        return 0.0
    if not isfinite(gap) or not isfinite(pace):
        return nan
    return gap / pace if pace > 0 else inf


def newest(values: Mapping[int, float], year: int) -> tuple[float, int | None]:
    """Newest value up to ``year``, at most five years old, and its year."""
    for y in range(year, year - REACH - 1, -1):
        if y in values:
            return values[y], y
    return nan, None


def own_pace(values: Mapping[int, float], year: int, better: int) -> tuple[float, float, float]:
    """Mean yearly gain over the last ten years with its 90 % interval (random walk with drift, Student t)."""
    from scipy.special import stdtrit  # scipy.stats takes two seconds to load

    last = newest(values, year)[1]
    span = [y for y in range((last or 0) - WINDOW, (last or 0) + 1) if y in values]
    gains = [better * (values[b] - values[a]) for a, b in zip(span, span[1:], strict=False) if b == a + 1]
    n = len(gains)
    if n < WINDOW // 2:
        return nan, nan, nan
    mean = sum(gains) / n
    half = float(stdtrit(n - 1, 0.95)) * sqrt(sum((g - mean) ** 2 for g in gains) / (n - 1) / n)
    return mean, mean - half, mean + half


def best_pace(
    data: Mapping[str, Mapping[int, float]], who: list[str], year: int, better: int
) -> tuple[float, str]:
    """Largest yearly gain over ten years by any entrant up to ``year``, and whose and when it was."""
    best, name = -inf, ""
    for s in who:
        values = data.get(s, {})
        for last, value in values.items():
            if last <= year and last - WINDOW in values:
                gain = better * (value - values[last - WINDOW]) / WINDOW
                if gain > best:
                    best, name = gain, f"{s} {last - WINDOW}-{last}"
    return (best, name) if name else (nan, "")


def _finite(x: Any) -> Any:
    if isinstance(x, float):
        return x if isfinite(x) else None
    if isinstance(x, dict):
        return {k: _finite(v) for k, v in x.items()}
    if isinstance(x, list | tuple):
        return [_finite(v) for v in x]
    return x


def resolve(tables: Tables, word: str) -> str:
    """A state's code from its code or name; the word itself in capitals if it is neither."""
    rows = tables("states").select("state", "name").iter_rows()
    by_name = {name.lower(): code for code, name in rows}
    return by_name.get(word.lower(), word.upper())
