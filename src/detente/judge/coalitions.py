"""Who sanctions a state, what that costs it and them, and what a member more or less would change.

The value of coalitions after Chowdhry, Hinz, Kamin & Wanner (2024), with one sector: the observed matrix of
goods trade is solved again in general equilibrium without some or all of the sanctions on a target, and with
them as if only some members had them. A member's sanctions and the target's answer to them go together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detente.judge.measurement import Tables, missing
from detente.model.errors import Problems, nearest

if TYPE_CHECKING:
    import polars as pl

TRADE = ("complete", "partial")
KINDS = (*TRADE, "financial", "arms", "travel")
THEORIES = ("measured", "average")
"""Each broken flow by its own measured break (that of 2022), or by what its sanctions do on average."""
OUTSIDERS = ("CHN", "IND", "TUR", "BRA", "KAZ", "ARE", "VNM", "SAU", "ZAF", "MEX")
SIGMA = 6.0
CEILING = 2.5
"""Goods bought over GDP beyond which they are not used at home, as in the trade mechanism."""


@dataclass(frozen=True)
class World:
    """A year's goods trade: flows (n, n) with sales at home, weight of goods in income, GDP in billion."""

    year: int
    states: tuple[str, ...]
    flow: np.ndarray
    weight: np.ndarray
    gdp: np.ndarray

    def income(self, changes: np.ndarray, sigma: float = SIGMA) -> np.ndarray:
        """Real income of every state under each change of trade (k, n, n), relative to the record; (k, n)."""
        from detente.mechanisms.trade.equilibrium import solve

        found = []
        for part in np.array_split(changes, max(1, len(changes) // 16)):
            world = solve(self.flow, part, sigma=np.full(len(part), sigma))
            found.append(np.where(world.converged[:, None], world.real_income**self.weight, np.nan))
        return np.concatenate(found)


@dataclass(frozen=True)
class Coalition:
    """What sanctions on a target cost, all in per cent of real income (negative is a loss).

    ``target``: all members together. ``members``: one row each with ``own`` (its loss in the coalition),
    ``alone_own`` and ``alone_target`` (if it were the only one), ``leaves_target`` (how the target's income
    moves if it leaves) and ``leaves_own``. ``outsiders``: the same for a state that joins. ``senders``: the
    members' loss by the weight of their GDP; ``billion`` the same in billion dollars of the matrix's year.
    ``everybody``: the target's income if every state did as the members do at the median.
    """

    on: str
    theory: str
    year: int
    target: float
    target_billion: float
    senders: float
    billion: float
    everybody: float
    members: pl.DataFrame
    outsiders: pl.DataFrame


def senders(tables: Tables, on: str, year: int | None = None) -> pl.DataFrame:
    """Who has a sanction of its own on a state: sender, the kinds, ``since`` (first year without a gap).

    In ``year`` or the newest year of the record: its end is where coding stops, not where sanctions do.
    """
    import polars as pl

    rows = tables("sanctions").filter((pl.col("target") == on) & ~pl.col("un"))
    rows = rows.filter(pl.any_horizontal(*KINDS))
    newest = int(tables("sanctions")["year"].max())
    at = newest if year is None else min(year, newest)
    now = rows.filter(pl.col("year") == at)
    held = rows.filter(pl.col("year") <= at).sort("sender", "year")
    runs = held.with_columns(run=pl.col("year") - pl.int_range(pl.len()).over("sender"))
    first = runs.group_by("sender", "run").agg(since=pl.col("year").min(), last=pl.col("year").max())
    first = first.filter(pl.col("last") == at).select("sender", "since")
    return now.join(first, on="sender", how="left").select("sender", *KINDS, "since").sort("sender")


def world(tables: Tables, year: int) -> World:
    """The newest matrix of goods trade up to ``year`` with sales at home."""
    from detente.judge.record_trade import world_of

    years = set(tables("domestic")["year"].unique()) & set(tables("trade")["year"].unique())
    at = max((y for y in years if y <= year), default=None)
    if at is None:
        raise missing(f"matrix of trade up to {year}")
    rows = world_of(tables, at)
    states = tuple(sorted(set(rows["exporter"])))
    place = {s: k for k, s in enumerate(states)}
    flow = np.zeros((len(states),) * 2)
    for i, j, value in rows.iter_rows():
        flow[place[i], place[j]] = value
    gdp = _gdp(tables, at, states)
    weight = np.minimum(flow.sum(axis=0) / (1e3 * gdp), CEILING)
    return World(at, states, flow, np.nan_to_num(weight, nan=1.0), gdp)


def _gdp(tables: Tables, year: int, states: Sequence[str]) -> np.ndarray:
    import polars as pl

    rows = tables("state_year").filter(pl.col("year") == year).select("state", "gdp_usd")
    held = dict(rows.iter_rows())
    return np.array([(held.get(s) or np.nan) / 1e9 for s in states], dtype=float)


@cache
def effects() -> dict[str, float]:
    """Mean log effect on trade of each kind that has one, as the trade mechanism draws them."""
    from detente.mechanisms import trade
    from detente.model.parameter import Joint, load_parameters

    folder = Path(trade.__file__).parent / "effects"
    (prior,) = (p.prior for p in load_parameters(folder, "trade", None) if p.name == "trade.sanction_effect")
    if not isinstance(prior, Joint):
        raise TypeError("sanction_effect is not a joint estimate")
    return dict(zip(prior.joint.names, prior.joint.mean, strict=True))


def suppressed(
    here: World, on: str, who: pl.DataFrame, theory: str, kinds: Sequence[str] = KINDS
) -> dict[str, np.ndarray]:
    """Log points missing from what each member sells to the target and buys there, (sold, bought)."""
    known = effects()
    breaks = _breaks(on, here.year) if theory == "measured" else {}
    found = {}
    for row in who.iter_rows(named=True):
        sender = row["sender"]
        if sender not in here.states:
            continue
        held = {k for k in KINDS if row[k] and k in kinds}
        average = -sum(known.get(k, 0.0) for k in held)
        own = breaks.get(sender, {}) if held & {*TRADE, "financial"} else {}
        found[sender] = np.array([own.get("sold", average), own.get("bought", average)])
    return found


def _breaks(on: str, year: int) -> Mapping[str, Mapping[str, float]]:
    from detente.mechanisms.trade.gravity_fit import CASES
    from detente.mechanisms.trade.rupture import known

    cases = [case for case, (target, since) in CASES.items() if target == on and since <= year]
    return known()[cases[0]] if cases else {}


def lift(here: World, on: str, missing_trade: Mapping[str, np.ndarray]) -> np.ndarray:
    """Change of trade (n, n) that brings back what is missing between the target and some members."""
    change, aim = np.zeros(here.flow.shape), here.states.index(on)
    for member, (sold, bought) in missing_trade.items():
        k = here.states.index(member)
        change[k, aim], change[aim, k] = sold, bought
    return change


def coalition(
    tables: Tables,
    on: str,
    *,
    members: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS,
    outsiders: Sequence[str] = OUTSIDERS,
    year: int | None = None,
    theory: str = "measured",
    sigma: float = SIGMA,
) -> Coalition:
    """Costs of the sanctions on a state, and what each member and some outsiders add.

    ``members``: those taken as the coalition (left out: all who sanction). Raises :class:`DetenteError` where
    nobody sanctions the target or the matrix lacks it.
    """
    checked(tables, on, theory, kinds)
    who = senders(tables, on, year)
    if members is not None:
        who = who.filter(who["sender"].is_in(list(members)))
    here = world(tables, int(tables("trade")["year"].max()) if year is None else year)
    gone = suppressed(here, on, who, theory, kinds)
    if on not in here.states or not gone:
        raise missing(f"sanctions on {on} by states with a matrix of trade")
    others = [s for s in outsiders if s in here.states and s not in gone and s != on]
    joins = np.median(list(gone.values()), axis=0)
    free = lift(here, on, gone)
    worlds = [free, np.zeros_like(free)]
    worlds += [free - lift(here, on, {m: gone[m]}) for m in gone]
    worlds += [lift(here, on, {m: gone[m]}) for m in gone]
    worlds += [-lift(here, on, {s: joins}) for s in others]
    worlds += [-lift(here, on, {s: joins for s in here.states if s not in gone and s != on})]
    return _summed(here, on, theory, list(gone), others, here.income(np.array(worlds), sigma))


def checked(tables: Tables, on: str, theory: str, kinds: Sequence[str]) -> None:
    """Raise :class:`DetenteError` naming every unknown state, theory and kind, with the nearest there is."""
    problems, states = Problems(), tables("states")["state"].to_list()
    if on not in states:
        problems.add("on", f"unknown state '{on}'", nearest(on, states))
    if theory not in THEORIES:
        problems.add("theory", f"no theory '{theory}'", nearest(theory, THEORIES))
    for kind in kinds:
        if kind not in KINDS:
            problems.add("kind", f"no kind of sanction '{kind}'", nearest(kind, KINDS))
    problems.raise_if_any()


def _summed(
    here: World, on: str, theory: str, inside: list[str], others: list[str], income: np.ndarray
) -> Coalition:
    import polars as pl

    free, now, rest = income[0], income[1], income[2:]
    m, at = len(inside), {s: k for k, s in enumerate(here.states)}
    places, aim = np.array([at[s] for s in inside]), at[on]
    loss = 100 * (now / free - 1)
    alone, leaves = 100 * (rest[:m] / free - 1), 100 * (rest[m : 2 * m] / now - 1)
    joined = 100 * (rest[2 * m : -1] / now - 1)
    table = pl.DataFrame(
        {
            "state": inside,
            "own": loss[places],
            "alone_own": alone[np.arange(m), places],
            "alone_target": alone[:, aim],
            "leaves_own": leaves[np.arange(m), places],
            "leaves_target": leaves[:, aim],
        }
    ).sort("leaves_target", descending=True)
    outside = pl.DataFrame(
        {
            "state": others,
            "joins_own": [joined[k, at[s]] for k, s in enumerate(others)],
            "joins_target": joined[:, aim],
        },
        schema={"state": pl.String, "joins_own": pl.Float64, "joins_target": pl.Float64},
    ).sort("joins_target")
    billion = loss / 100 * here.gdp
    shared = np.nansum(here.gdp[places])
    return Coalition(
        on,
        theory,
        here.year,
        float(loss[aim]),
        float(billion[aim]),
        float(100 * np.nansum(billion[places]) / shared),
        float(np.nansum(billion[places])),
        float(100 * (rest[-1, aim] / free[aim] - 1)),
        table,
        outside,
    )
