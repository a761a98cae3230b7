"""What entry criteria are measured by, and the readings of every state and year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from detente.judge.measurement import Tables

NEWEST = 2024
WINDOW = 10
"""Years of a pace, and years for which a fatal dispute counts."""


@dataclass(frozen=True)
class Criterion:
    """One yardstick: a column of a table, which way is better, and whose demand it stands for."""

    key: str
    asks: str
    measure: str
    table: str
    column: str
    better: int
    source: str
    blocs: tuple[str, ...] = ("NATO", "EU")


CRITERIA = (
    Criterion(
        "democracy", "democracy", "electoral democracy, 0-1", "state_year", "polyarchy", 1, "V-Dem v16"
    ),
    Criterion("freedom", "democracy", "ratings, 1 free to 7", "standards", "freedom", -1, "Freedom House"),
    Criterion(
        "liberty", "rule of law", "equality before the law, 0-1", "standards", "liberty", 1, "V-Dem v15"
    ),
    Criterion(
        "law", "rule of law", "rule of law, about -2.5 to 2.5", "economy", "rule_of_law", 1, "World Bank WGI"
    ),
    Criterion(
        "clean", "market economy: corruption", "score, 100 is clean", "economy", "governance", 1, "TI; WGI"
    ),
    Criterion(
        "corruption",
        "market economy: corruption",
        "political corruption, 0-1",
        "standards",
        "corruption",
        -1,
        "V-Dem v13, to 2022",
    ),
    Criterion(
        "minorities",
        "treatment of minorities",
        "equal treatment, 0-4",
        "standards",
        "equal_treatment",
        1,
        "Freedom House F4, since 2012",
    ),
    Criterion(
        "rivals",
        "peaceful settlement",
        "states at a rival's level",
        "levels",
        "rivals",
        -1,
        "peace scale 3.1",
    ),
    Criterion(
        "fatal",
        "peaceful settlement",
        "fatal disputes begun in ten years",
        "disputes",
        "fatal",
        -1,
        "MID 4.03, UCDP",
    ),
    Criterion(
        "territory",
        "peaceful settlement",
        "rivals over territory",
        "rivalry",
        "spatial",
        -1,
        "Thompson et al., to 2020",
    ),
    Criterion(
        "spending",
        "military contribution",
        "military spending, share of GDP",
        "state_year",
        "milex_share",
        1,
        "World Bank",
        ("NATO",),
    ),
    Criterion(
        "personnel",
        "military contribution",
        "soldiers per 1,000 people",
        "state_year",
        "milper",
        1,
        "COW NMC 7.0",
        ("NATO",),
    ),
)
NOT_MEASURED = {
    "NATO": (
        ("civilian control of the forces", "no index of it is in the data here"),
        ("interoperability", "no published count of standards met"),
        ("market economy beyond corruption", "no index that runs to the present may be passed on"),
    ),
    "EU": (
        (
            "a working market economy, competitive pressure",
            "no index that runs to the present may be passed on",
        ),
        ("the body of law adopted", "chapters opened and closed are not in the data here"),
    ),
}


def readings(tables: Tables, c: Criterion) -> dict[str, dict[int, float]]:
    """State → year → value of a criterion."""
    return _readings(tables, c.key)


@cache
def _readings(tables: Tables, key: str) -> dict[str, dict[int, float]]:
    c = next(c for c in CRITERIA if c.key == key)
    if c.key == "rivals":
        return _rivals(tables)
    if c.key == "fatal":
        return _fatal(tables)
    if c.key == "territory":
        return _territory(tables)
    frame = tables(c.table).select("state", "year", c.column).drop_nulls()
    out: dict[str, dict[int, float]] = {}
    people = _people(tables) if c.key == "personnel" else None
    for state, year, value in frame.iter_rows():
        if people is not None:
            if not people.get((state, year)):
                continue
            value = 1000 * value / people[state, year]
        out.setdefault(state, {})[year] = float(value)
    return out


def _people(tables: Tables) -> dict[tuple[str, int], float]:
    rows = tables("state_year").select("state", "year", "population").drop_nulls().iter_rows()
    return {(s, y): p for s, y, p in rows}


def _alive(tables: Tables) -> dict[str, dict[int, float]]:
    rows = tables("states").select("state", "start_year", "end_year").iter_rows()
    ends = ((s, max(a, 1946), NEWEST if b is None else b) for s, a, b in rows)
    return {s: dict.fromkeys(range(a, b + 1), 0.0) for s, a, b in ends}


def _rivals(tables: Tables) -> dict[str, dict[int, float]]:
    import polars as pl

    from detente.data.peace import levels

    out = _alive(tables)
    for a, b, y in levels(NEWEST).filter(pl.col("level") <= 0.25).select("a", "b", "year").iter_rows():
        for s in (a, b):
            if y in out.get(s, {}):
                out[s][y] += 1
    return out


def _fatal(tables: Tables) -> dict[str, dict[int, float]]:
    import polars as pl

    mid = (pl.col("measure") == "mid") | ((pl.col("measure") == "ucdp") & (pl.col("year") > 2014))
    rows = tables("disputes").filter(pl.col("fatal") & pl.col("onset") & mid)
    out = _alive(tables)
    for a, b, y in rows.select("a", "b", "year").iter_rows():
        for s in (a, b):
            for later in range(y + 1, y + WINDOW + 1):
                if later in out.get(s, {}):
                    out[s][later] += 1
    return out


def _territory(tables: Tables) -> dict[str, dict[int, float]]:
    import polars as pl

    out = _alive(tables)
    for a, b, first, last in (
        tables("rivalry").filter(pl.col("spatial")).select("a", "b", "start", "end").iter_rows()
    ):
        for s in (a, b):
            for y in range(first, (NEWEST if last is None or last >= 2020 else last) + 1):
                if y in out.get(s, {}):
                    out[s][y] += 1
    return out
