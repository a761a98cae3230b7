"""The record of all pairs of states, year by year, as the relations mechanism sees it.

Used for estimation and scoring, never in a simulated year. Tables are polars frames with the
columns of the bundle (``peace``, ``states``, ``state_year``, ``pacts``, ``contiguity``, ``distance``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from detente.mechanisms.relations import equations

FIRST_YEAR = 1900
Dating = Literal["begun", "completed"]
NEVER = 99.0


@dataclass(frozen=True)
class Year:
    """All pairs at the end of one year: square arrays over the panel's states."""

    year: int
    exists: np.ndarray
    level: np.ndarray
    years_in_level: np.ndarray
    years_since_fall: np.ndarray
    coded: np.ndarray


@dataclass(frozen=True)
class Panel:
    """Dyad-years at risk: one row for each pair that existed at the end of two years running.

    Columns are one-dimensional arrays of equal length; ``covariates`` has shape
    (row, len(equations.COVARIATES)). The move is from ``level`` (end of ``year`` − 1) to ``next``.
    """

    states: tuple[str, ...]
    year: np.ndarray
    a: np.ndarray
    b: np.ndarray
    level: np.ndarray
    coded: np.ndarray
    next: np.ndarray
    covariates: np.ndarray
    stand_in: Mapping[str, float]

    @property
    def entering(self) -> np.ndarray:
        """Whether the pair entered the European Union together in the year: booleans (row,)."""
        return self.covariates[:, equations.COVARIATES.index("entering")] > 0.5

    def take(self, rows: np.ndarray) -> Panel:
        """The same panel with only these rows."""
        cut = {k: getattr(self, k)[rows] for k in ("year", "a", "b", "level", "coded", "next", "covariates")}
        return Panel(self.states, stand_in=self.stand_in, **cut)


def existence(states: Any, codes: tuple[str, ...], years: range) -> np.ndarray:
    """Which states exist at the end of which year: booleans (year, state).

    ``end_year`` null means that the state still exists; a state is gone at the end of its last year.
    """
    place = {code: k for k, code in enumerate(codes)}
    alive = np.zeros((len(years), len(codes)), dtype=bool)
    for code, start, end in states.select("state", "start_year", "end_year").iter_rows():
        if code in place:
            stop = len(years) if end is None else max(end - years[0], 0)
            alive[max(start - years[0], 0) : stop, place[code]] = True
    return alive


def coded_levels(peace: Any, codes: tuple[str, ...], years: range) -> tuple[np.ndarray, np.ndarray]:
    """Peace levels as square arrays (year, n, n), NaN where unknown, and whether a row exists."""
    place = {code: k for k, code in enumerate(codes)}
    rows = peace.filter(peace["year"].is_between(years[0], years[-1]))
    rows = rows.filter(rows["a"].is_in(list(codes)) & rows["b"].is_in(list(codes)))
    i = np.array([place[c] for c in rows["a"]], dtype=np.intp)
    j = np.array([place[c] for c in rows["b"]], dtype=np.intp)
    y = rows["year"].to_numpy().astype(np.intp) - years[0]
    level = np.full((len(years), len(codes), len(codes)), np.nan)
    present = np.zeros(level.shape, dtype=bool)
    value = rows["level"].cast(float).fill_null(float("nan")).to_numpy()
    value = np.where(value > 1, np.nan, value)
    level[y, i, j] = level[y, j, i] = value
    present[y, i, j] = present[y, j, i] = True
    return level, present


def history(
    states: Any, peace: Any, codes: tuple[str, ...], until: int, dated: Dating = "begun"
) -> Iterator[Year]:
    """Every year from 1900 to ``until`` with levels, durations and memory of all pairs.

    Rules: a pair without a row has level 0.5 and is uncoded; once coded it stays coded. A null level
    is a transition in progress. ``begun`` (as for the start of a simulated world) dates the move by
    its beginning: one step above the last coded level if that was a rivalry (all but one of 72 such
    transitions ended higher), else that level. ``completed`` keeps the last coded level until the
    new one is in force. A pair that begins inside a transition is unknown (NaN) until its first level.
    """
    years = range(FIRST_YEAR, until + 1)
    alive = existence(states, codes, years)
    levels, present = coded_levels(peace, codes, years)
    shape = levels.shape[1:]
    held, last_coded, stay = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape)
    since, coded = np.full(shape, NEVER), np.zeros(shape, dtype=bool)
    before = np.zeros(shape, dtype=bool)
    for t, year in enumerate(years):
        exists = alive[t][:, None] & alive[t][None, :]
        coded = (coded & exists) | present[t]
        rising = (last_coded < 0.5) & (dated == "begun")
        turning = np.where(rising, last_coded + equations.STEP, last_coded)
        now = np.where(present[t], np.where(np.isnan(levels[t]), turning, levels[t]), 0.5)
        last_coded = np.where(np.isnan(levels[t]) & exists, last_coded, levels[t])
        now = np.where(exists, now, np.nan)
        stay, since = equations.memory(
            level=now,
            last_level=np.where(before, held, np.nan),
            last_years=stay,
            last_since=since,
        )
        held, before = now, exists
        yield Year(year, alive[t], now, stay, since, coded)


def state_columns(state_year: Any, codes: tuple[str, ...], years: range) -> dict[str, np.ndarray]:
    """Ideal point, polyarchy and power of every state and year: arrays (year, state), NaN unknown.

    Power is military spending (``milex_usd``, SIPRI) where known, else capabilities (``cinc``): see
    :func:`power`.
    """
    place = {code: k for k, code in enumerate(codes)}
    rows = state_year.filter(state_year["year"].is_between(years[0], years[-1]))
    rows = rows.filter(rows["state"].is_in(list(codes)))
    y = rows["year"].to_numpy().astype(np.intp) - years[0]
    s = np.array([place[c] for c in rows["state"]], dtype=np.intp)
    out = {}
    for name in ("ideal_point", "polyarchy", "milex_usd", "cinc"):
        out[name] = np.full((len(years), len(codes)), np.nan)
        out[name][y, s] = rows[name].cast(float).fill_null(float("nan")).to_numpy()
    return out


def power(milex: np.ndarray, cinc: np.ndarray) -> np.ndarray:
    """Military spending relative to the year's largest spender, else capabilities likewise; NaN if unknown.

    Relative to the largest and not to the world's sum: a bystander more or less changes nobody's power.
    """

    def relative(x: np.ndarray) -> np.ndarray:
        known = np.where(x > 0, x, np.nan)
        return known / np.nanmax(np.where(np.isnan(known), 0.0, known), axis=-1, keepdims=True).clip(1e-12)

    spending, capability = relative(milex), relative(cinc)
    return np.where(np.isnan(spending), capability, spending)


def members(blocs: Any, codes: tuple[str, ...], years: range, bloc: str = "EU") -> np.ndarray:
    """Membership (0/1) of a bloc at the end of every year: (year, state)."""
    out = np.zeros((len(years), len(codes)))
    for name, state, first, last in blocs.select("bloc", "state", "from_year", "to_year").iter_rows():
        if name == bloc and state in codes:
            stop = len(years) if last is None else max(last - years[0], 0)
            out[max(first - years[0], 0) : stop, codes.index(state)] = 1.0
    return out


def thrown(leaders: Any, codes: tuple[str, ...], years: range) -> np.ndarray:
    """Whether the leader was thrown out, from within or from abroad, in every year (0/1): (year, state)."""
    out = np.zeros((len(years), len(codes)))
    for state, year, changed, way in leaders.select("state", "year", "changed", "exit").iter_rows():
        if changed and way in ("irregular", "foreign") and year in years and state in codes:
            out[year - years[0], codes.index(state)] = 1.0
    return out


def pair_columns(
    pacts: Any, contiguity: Any, distance: Any, codes: tuple[str, ...], years: range
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """For every year: defence pact (0/1), land border (0/1), log(1 + km/100), as square arrays.

    A distance is carried from its last mapped year; before its first it is unknown (NaN). A border
    that stands in the table's last year is taken to stand still.
    """
    place = {code: k for k, code in enumerate(codes)}
    known = list(codes)

    def columns(table: Any, *names: str) -> list[np.ndarray]:
        rows = table.filter(table["a"].is_in(known) & table["b"].is_in(known))
        ends = [np.array([place[c] for c in rows[s]], dtype=np.intp) for s in ("a", "b")]
        return [*ends, *(rows[n].fill_null(9999).to_numpy() for n in names)]

    pa, pb, pyear = columns(pacts.filter(pacts["defence"]), "year")
    ca, cb, cstart, cend = columns(contiguity.filter(contiguity["type"] == 1), "start", "end")
    da, db, dstart, km = columns(distance.sort("start"), "start", "km")
    for year in years:
        pact, border = np.zeros((2, len(codes), len(codes)))
        log_km = np.full(pact.shape, np.nan)
        now = pyear == year
        pact[pa[now], pb[now]] = pact[pb[now], pa[now]] = 1.0
        now = (cstart <= year) & ((year <= cend) | (cend == cend.max()))
        border[ca[now], cb[now]] = border[cb[now], ca[now]] = 1.0
        now = dstart <= year
        log_km[da[now], db[now]] = log_km[db[now], da[now]] = np.log1p(km[now] / equations.KM)
        yield pact, border, log_km


def dyad_years(
    tables: Mapping[str, Any], *, first: int = 1946, until: int, memory_years: float, dated: Dating = "begun"
) -> Panel:
    """Assemble the panel of moves made in the years ``first`` … ``until``.

    ``tables`` maps the names of ``fit.TABLES`` to polars frames. Covariates are those of the year before
    the move, so that a vote or a pact that answers a move is not taken for its cause. Missing
    covariates get the mean of the panel and the flag ``incomplete``.
    """
    kept: list[dict[str, np.ndarray]] = []
    before: dict[str, np.ndarray] | None = None
    for now, standing in standings(tables, range(first - 1, until + 1), dated):
        if before is not None:
            kept.append(_moves(before, now, standing))
        before = standing
    columns = {k: np.concatenate([part[k] for part in kept]) for k in kept[0]}
    return _panel(state_codes(tables), columns, memory_years)


def state_codes(tables: Mapping[str, Any]) -> tuple[str, ...]:
    """The panel's states, in the order of their codes."""
    return tuple(sorted(set(tables["state_year"]["state"])))


def standings(
    tables: Mapping[str, Any], span: range, dated: Dating = "begun"
) -> Iterator[tuple[Year, dict[str, np.ndarray]]]:
    """Each year of ``span`` with the columns of all pairs (i < j of the panel's states) at its end."""
    codes = state_codes(tables)
    states = state_columns(tables["state_year"], codes, span)
    log_power = np.log(power(states["milex_usd"], states["cinc"]).clip(1e-8))
    states |= {
        "member": members(tables["blocs"], codes, span),
        "thrown": thrown(tables["leaders"], codes, span),
    }
    pairs = pair_columns(tables["pacts"], tables["contiguity"], tables["distance"], codes, span)
    upper = np.triu_indices(len(codes), 1)
    for now in history(tables["states"], tables["peace"], codes, span[-1], dated):
        if now.year in span:
            t = now.year - span[0]
            of_year = {k: v[t] for k, v in states.items()}
            yield now, _standing(now, upper, of_year, log_power[t], next(pairs))


def _standing(
    now: Year,
    upper: tuple[np.ndarray, np.ndarray],
    states: Mapping[str, np.ndarray],
    log_power: np.ndarray,
    pair: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> dict[str, np.ndarray]:
    i, j = upper
    columns = {
        "level": now.level[upper],
        "coded": now.coded[upper],
        "stay": now.years_in_level[upper],
        "since": now.years_since_fall[upper],
        "pact": pair[0][upper],
        "border": pair[1][upper],
        "log_km": pair[2][upper],
        "a": i,
        "b": j,
    }
    for name, values in (
        ("ideal", states["ideal_point"]),
        ("polyarchy", states["polyarchy"]),
        ("power", log_power),
        ("member", states["member"]),
    ):
        columns[name + "_a"], columns[name + "_b"] = values[i], values[j]
    columns["upheaval"] = np.maximum(states["thrown"][i], states["thrown"][j])
    columns["house"] = np.full(len(i), equations.house(now.level, states["member"]))
    return columns


def _moves(
    before: dict[str, np.ndarray], now: Year, standing: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    upper = before["a"], before["b"]
    then = now.level[upper]
    alive = (now.exists[:, None] & now.exists[None, :])[upper]
    rows = alive & ~np.isnan(before["level"]) & ~np.isnan(then)
    enters = equations.entering(
        member=(standing["member_a"], standing["member_b"]),
        before=(before["member_a"], before["member_b"]),
        level=before["level"],
        house=before["house"],
    )
    columns = {k: v[rows] for k, v in (before | {"entering": enters}).items()}
    return columns | {"next": then[rows], "year": np.full(rows.sum(), now.year)}


def _panel(codes: tuple[str, ...], c: dict[str, np.ndarray], memory_years: float) -> Panel:
    unknown = dict.fromkeys(equations.CONTINUOUS, np.nan)
    raw = dict(zip(equations.CONTINUOUS, covariates_of(c, memory_years, unknown), strict=True))
    stand_in = {k: float(np.nanmean(raw[k])) for k in equations.STAND_IN}
    values = np.stack(covariates_of(c, memory_years, stand_in), axis=1)
    status = np.eye(len(equations.STATUS))[equations.status_columns(c["level"], c["coded"])]
    occasions = np.stack([c[name] for name in equations.OCCASIONS], axis=1)
    return Panel(
        codes,
        c["year"],
        c["a"],
        c["b"],
        c["level"],
        c["coded"],
        c["next"],
        np.concatenate([status, values, occasions], axis=1),
        stand_in,
    )


def covariates_of(
    c: Mapping[str, np.ndarray], memory_years: float, stand_in: Mapping[str, float]
) -> tuple[np.ndarray, ...]:
    """The continuous covariates of rows made by :func:`standings`."""
    pairs = {k: (c[f"{k}_a"], c[f"{k}_b"]) for k in ("ideal", "polyarchy", "power")}
    return equations.continuous(
        years_in_level=c["stay"],
        years_since_fall=c["since"],
        ideal=pairs["ideal"],
        polyarchy=pairs["polyarchy"],
        log_power=pairs["power"],
        pact=c["pact"],
        border=c["border"],
        log_km=c["log_km"],
        memory_years=memory_years,
        stand_in=stand_in,
    )
