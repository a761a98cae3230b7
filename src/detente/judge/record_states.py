"""Computations on the record of single states and blocs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.judge.measurement import Measurement, Tables, at, column_source, members, missing, plain, series
from detente.judge.rule import SIGNS, Z90, wilson

Selector = str | Sequence[str]


def value(
    tables: Tables,
    *,
    column: str,
    state: Selector,
    year: int,
    minus_state: Selector | None = None,
    minus_year: int | None = None,
    relative: bool = False,
) -> Measurement:
    """A column of the panel for a state (or the mean of several), less the same elsewhere or earlier.

    ``relative``: the difference as a share of what is taken away.
    """
    here = at(series(tables, column, state), year, f"{column} of {plain(state)}")
    meaning = f"{column} of {plain(state)} in {year}"
    if minus_state is not None or minus_year is not None:
        other, then = minus_state or state, minus_year or year
        there = at(series(tables, column, other), then, f"{column} of {plain(other)}")
        here = (here - there) / there if relative else here - there
        meaning += f" less {plain(other)} in {then}"
    return Measurement(here, "share" if relative else "", meaning, (column_source(column),))


def ideal_point_distance(tables: Tables, *, state: Selector, apart_from: Selector, year: int) -> Measurement:
    """Distance on the idealpointfp scale between a state and the mean of others."""
    here = at(series(tables, "ideal_point", state), year, f"ideal point of {plain(state)}")
    there = at(series(tables, "ideal_point", apart_from), year, f"ideal point of {plain(apart_from)}")
    meaning = f"distance in UN votes between {plain(state)} and the mean of {plain(apart_from)} in {year}"
    return Measurement(abs(here - there), "scale points", meaning, ("ideal_points",))


def share_of_years_beyond(
    tables: Tables,
    *,
    column: str,
    state: Selector,
    year: int,
    years: Sequence[int],
    apart_from: Selector | None = None,
    side: str = ">",
) -> Measurement:
    """Share of the years of a span in which the series lay beyond its value of ``year``.

    ``apart_from``: the series is the distance to the mean of these states. ``side``: ``>`` or ``<``.
    """
    values = series(tables, column, state)
    if apart_from is not None:
        other = series(tables, column, apart_from)
        values = {y: abs(v - other[y]) for y, v in values.items() if y in other}
    here = at(values, year, f"{column} of {plain(state)}")
    known = [values[y] for y in range(years[0], years[1] + 1) if y in values and y != year]
    if not known:
        raise missing(f"{column} of {plain(state)} in {years[0]}–{years[1]}")
    beyond = sum(bool(SIGNS[side](v, here)) for v in known)
    words = f"distance to {plain(apart_from)}" if apart_from else column
    meaning = f"share of the years {years[0]}–{years[1]} with {words} of {plain(state)} {side} that of {year}"
    return Measurement(beyond / len(known), "share of years", meaning, (column_source(column),), n=len(known))


def spread_beyond(tables: Tables, *, column: str, bloc: str, year: int, years: Sequence[int]) -> Measurement:
    """Share of years in which members stood further apart (standard deviation) than in ``year``."""
    import polars as pl

    frame = tables("state_year").select("state", "year", column).drop_nulls()
    spread = {}
    for y in range(years[0], years[1] + 1):
        inside = frame.filter(
            (pl.col("year") == y) & pl.col("state").is_in(list(members(tables, f"bloc:{bloc}", y)))
        )
        if inside.height >= 3:
            spread[y] = float(inside[column].std())  # type: ignore[arg-type]
    here = at(spread, year, f"spread of {column} in {bloc}")
    share = float(np.mean([v > here for y, v in spread.items() if y != year]))
    span = f"{min(spread)}–{max(spread)}"
    meaning = f"share of the years {span} in which members of {bloc} stood further apart than in {year}"
    return Measurement(share, "share of years", meaning, (column_source(column), "nato"), n=len(spread) - 1)


def states_nearer(tables: Tables, *, to: str, than: str, year: int) -> Measurement:
    """Number of states whose UN position lies nearer to one state than to another."""
    import polars as pl

    points = tables("state_year").filter(pl.col("year") == year).select("state", "ideal_point").drop_nulls()
    by_state = {str(s): float(v) for s, v in points.iter_rows()}
    if to not in by_state or than not in by_state:
        raise missing(f"ideal point of {to} or {than} in {year}")
    others = {s: v for s, v in by_state.items() if s not in (to, than)}
    nearer = sum(abs(v - by_state[to]) < abs(v - by_state[than]) for v in others.values())
    meaning = f"states nearer to {to} than to {than} in UN votes of {year}, of {len(others)}"
    return Measurement(float(nearer), "states", meaning, ("ideal_points",), n=len(others))


def entrants_not_above(
    tables: Tables, *, bloc: str, column: str, years: Sequence[int], state: str, year: int
) -> Measurement:
    """How many entrants of a bloc stood, in their year of entry, no higher than a state in ``year``.

    An entrant without a value in that year is left out and named.
    """
    import polars as pl

    joined = tables("blocs").filter(
        (pl.col("bloc") == bloc) & pl.col("from_year").is_between(years[0], years[1])
    )
    if joined.is_empty():
        raise missing(f"entry into {bloc} in {years[0]}–{years[1]}")
    mark = at(series(tables, column, state), year, f"{column} of {state}")
    entries = {
        (str(s), int(y)): series(tables, column, str(s)).get(int(y))
        for s, y in joined.select("state", "from_year").iter_rows()
    }
    known = {k: v for k, v in entries.items() if v is not None}
    below = sorted(s for (s, _), v in known.items() if v <= mark)
    unknown = sorted(s for (s, y) in entries if (s, y) not in known)
    remark = "; ".join(
        p for p in (", ".join(below), f"without a value: {', '.join(unknown)}" if unknown else "") if p
    )
    span = f"{years[0]}–{years[1]}"
    meaning = f"entrants of {bloc} in {span} no higher on {column} than {state} in {year} ({mark:.2f})"
    return Measurement(
        float(len(below)), "states", meaning, (column_source(column), "nato"), n=len(known), remark=remark
    )


def members_gained(tables: Tables, *, bloc: str, since: int, until: int) -> Measurement:
    """Members at the end of ``until`` less members at the end of ``since``."""
    before, after = (len(members(tables, f"bloc:{bloc}", y)) for y in (since, until))
    meaning = f"members of {bloc}: {before} at the end of {since}, {after} at the end of {until}"
    return Measurement(float(after - before), "members", meaning, ("nato" if "NATO" in bloc else "blocs",))


def entered_in(tables: Tables, *, bloc: str, states: Sequence[str], years: Sequence[int]) -> Measurement:
    """How many of the states named entered a bloc in a span of years."""
    import polars as pl

    rows = tables("blocs").filter(
        (pl.col("bloc") == bloc)
        & pl.col("state").is_in(list(states))
        & pl.col("from_year").is_between(years[0], years[1])
    )
    meaning = f"of {', '.join(states)}: entered {bloc} in {years[0]}–{years[1]}"
    return Measurement(float(rows["state"].n_unique()), "states", meaning, ("nato",), n=len(states))


def founded_after(tables: Tables, *, bloc: str, other: str) -> Measurement:
    """Years from the first membership of another bloc to the first membership of this one."""
    import polars as pl

    first = dict(tables("blocs").group_by("bloc").agg(pl.col("from_year").min()).iter_rows())
    for name in (bloc, other):
        if name not in first:
            raise missing(f"bloc '{name}'")
    meaning = f"years from the founding of {other} ({first[other]}) to that of {bloc} ({first[bloc]})"
    return Measurement(float(first[bloc] - first[other]), "years", meaning, ("nato", "blocs"))


def outside_region(tables: Tables, *, bloc: str, region: str, year: int) -> Measurement:
    """Members of a bloc outside a region of the registry."""
    regions = dict(tables("states").select("state", "region").iter_rows())
    if not any(region in str(r) for r in regions.values()):
        raise missing(f"region '{region}' (has: {', '.join(sorted({str(r) for r in regions.values()}))})")
    outside = sorted(s for s in members(tables, f"bloc:{bloc}", year) if region not in str(regions.get(s)))
    meaning = f"members of {bloc} in {year} outside {region}"
    return Measurement(float(len(outside)), "states", meaning, ("states", "nato"), remark=", ".join(outside))


def entry_after_entry(
    tables: Tables, *, first: str, then: str, years: Sequence[int], within: int
) -> Measurement:
    """Of the states that entered one bloc, the share that entered another no later than so many years after.

    States that were in the other before count as not having followed, and are left out; those whose
    time is not over at the end of the table are left out too.
    """
    import polars as pl

    blocs = tables("blocs")
    joined = blocs.filter((pl.col("bloc") == first) & pl.col("from_year").is_between(years[0], years[1]))
    other = dict(
        blocs.filter(pl.col("bloc") == then).group_by("state").agg(pl.col("from_year").min()).iter_rows()
    )
    followed: list[str] = []
    stayed: list[str] = []
    for state, year in joined.select("state", "from_year").sort("state").iter_rows():
        if state in other and other[state] < year:
            continue
        (followed if state in other and other[state] <= year + within else stayed).append(state)
    n = len(followed) + len(stayed)
    low, high = wilson(len(followed), n)
    meaning = (
        f"share of entrants of {first} in {years[0]}–{years[1]} that entered {then} within {within} years"
    )
    return Measurement(
        len(followed) / n,
        "share",
        meaning,
        ("nato", "blocs"),
        low,
        high,
        n,
        "Wilson, 90 %",
        f"not: {', '.join(stayed)}" if stayed else "",
    )


def correlation(
    tables: Tables,
    *,
    first: str,
    second: str,
    years: Sequence[int],
    column: str = "ideal_point",
    against: str = "gdp_usd",
) -> Measurement:
    """Correlation over years of two states' nearness on a column with the second's weight in the world.

    The weight is the second state's share of the world sum of ``against``; nearness is minus the
    distance. Interval by Fisher's transformation with the effective number of years under
    first-order autocorrelation of both series (Bartlett).
    """
    import polars as pl

    a, b = series(tables, column, first), series(tables, column, second)
    world = tables("state_year").select("state", "year", against).drop_nulls()
    total = dict(world.group_by("year").agg(pl.col(against).sum()).iter_rows())
    weight = series(tables, against, second)
    span = [y for y in range(years[0], years[1] + 1) if y in a and y in b and y in weight and y in total]
    x = np.array([-abs(a[y] - b[y]) for y in span])
    z = np.array([weight[y] / total[y] for y in span])
    r = float(np.corrcoef(x, z)[0, 1])
    rx, rz = (float(np.corrcoef(s[:-1], s[1:])[0, 1]) for s in (x, z))
    n = max(4.0, len(span) * (1 - rx * rz) / (1 + rx * rz))
    half = Z90 / np.sqrt(max(n - 3, 0.5))
    low, high = (float(np.tanh(np.arctanh(r) + s * half)) for s in (-1, 1))
    meaning = f"correlation over {span[0]}–{span[-1]} of {first}'s nearness to {second} in {column}"
    meaning += f" with {second}'s share of world {against}"
    return Measurement(
        r,
        "",
        meaning,
        (column_source(column), column_source(against)),
        low,
        high,
        len(span),
        f"Fisher, {n:.0f} effective years",
    )


def world_ratio_change(tables: Tables, *, above: str, below: str, since: int, until: int) -> Measurement:
    """Change of a world ratio (sum of one column over sum of another) in states observed in both years."""
    import polars as pl

    frame = tables("state_year").select("state", "year", above, below).drop_nulls()
    one, two = (frame.filter(pl.col("year") == y) for y in (since, until))
    both = sorted(set(one["state"]) & set(two["state"]))
    if not both:
        raise missing(f"{above} in both {since} and {until}")
    ratios = []
    for part in (one, two):
        kept = part.filter(pl.col("state").is_in(both))
        ratios.append(float(kept[above].sum()) / float(kept[below].sum()))
    meaning = (
        f"world {above}/{below}: {ratios[0]:.2%} in {since}, {ratios[1]:.2%} in {until}, {len(both)} states"
    )
    return Measurement(
        ratios[1] / ratios[0] - 1,
        "relative change",
        meaning,
        (column_source(above), column_source(below)),
        n=len(both),
    )
