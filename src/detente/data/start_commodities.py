"""Start values of the commodity markets: who produces, which markets are closed, prices of the start year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from detente.data import blocs
from detente.data.bundle import table
from detente.data.start_pairs import place
from detente.data.start_states import Notes, Values
from detente.data.tables_commodities import facts
from detente.model.world import Observation

COMMODITIES = ("oil", "metals", "grain", "fertiliser")
STRUCTURE_FROM = 2010
"""Starts from here on use the one known structure of metals, wheat and fertiliser (2021-22); earlier ones
none."""
PRICES_FROM = 1960
LOOKED_BACK = 15
SLACK = 0.02


def commodities(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Inputs and stocks of the four markets at the end of ``year``, and what stands behind them."""
    n = len(states)
    former, note = former_market(states, year)
    values: Values = {
        "former_market": former,
        "opec_discipline": np.ones(n),
        "oil_price_cap": np.zeros(n),
        "commodity_trend": np.array(0.0),
        "opec_broken": np.array(0.0),
        "spare_sold": np.array(0.0),
    }
    notes: Notes = {"former_market": note}
    groups, said = opec(states, year)
    values |= groups
    notes |= said
    complete, partial = (sanctioned(states, year, kind) for kind in ("complete", "partial"))
    for of in COMMODITIES:
        mine, said = market(states, year, of)
        reach, since = barred(states, year, of, partial)
        closing = np.fmax(complete, partial * np.nan_to_num(reach)).T * former
        mine[f"{of}_reach"] = reach
        mine[f"{of}_closed_start"] = np.minimum(np.nansum(closing, axis=1), 0.98)
        if of == "oil":
            values["closed_years"] = mean_age(closing, since, complete.T, states, year)
        values |= mine
        notes |= said
    rule = (
        "commodities.yaml for what a partial sanction bars; a complete one bars all; GSDB for who sanctions"
    )
    notes |= {f"{of}_closed_start": Observation("GSDB v4, legal acts", year, 1.0, rule) for of in COMMODITIES}
    return values, notes


def market(states: Sequence[str], year: int, of: str) -> tuple[Values, Notes]:
    """Price, shares of output and stocks of one market."""
    n = len(states)
    share, exported, world, base = shares(states, year, of)
    price = table("commodity_prices").filter((pl.col("commodity") == of) & (pl.col("year") == year))["real"]
    values = {
        f"{of}_share": share,
        f"{of}_exported": exported,
        f"{of}_world": np.array(world),
        f"{of}_path": np.array(float(price[0]) if price.len() else np.nan),
        f"{of}_supply": np.where(np.isfinite(share), 1.0, np.nan),
        f"{of}_demand": np.array(1.0),
        f"{of}_rerouted": np.full(n, np.nan),
    }
    known = float(np.isfinite(share).mean())
    rule = "states that the source does not name stay unknown"
    if base is None:
        rule = f"no record of who produced this before {STRUCTURE_FROM}: the price moves, nobody earns"
        if not price.len():
            rule = f"no price of {of} before {PRICES_FROM} and no producers: the market stands aside"
    elif base > year:
        rule = f"the structure of {base} stands for {year}: later knowledge, used for shares only"
    made = {
        "oil": "Energy Institute 2024 (rounded shares)",
        "metals": "OECD ICIO 2022",
        "grain": "written down from USDA and FAOSTAT (memory)",
        "fertiliser": "written down from FAOSTAT and USGS (memory)",
    }[of]
    return values, {
        f"{of}_share": Observation(made, min(base or year, year), known, rule),
        f"{of}_path": Observation(
            "World Bank Pink Sheet, March 2026", year, float(price.len() > 0), "yearly mean in USD of 2023"
        ),
    }


def shares(states: Sequence[str], year: int, of: str) -> tuple[np.ndarray, np.ndarray, float, int | None]:
    """Shares of output, exported parts, world output and the year they are from; NaN where nothing is
    known."""
    rows = table("commodity_shares").filter(pl.col("commodity") == of)
    past = rows["year"].filter(rows["year"] <= year)
    nothing = np.full(len(states), np.nan)
    if past.len():
        base = int(past.max())  # type: ignore[arg-type]
    elif year >= STRUCTURE_FROM:
        base = int(rows["year"].min())  # type: ignore[arg-type]
    else:
        return nothing, nothing.copy(), float("nan"), None
    rows = rows.filter(pl.col("year") == base)
    held = {s: (a, b) for s, a, b in rows.select("state", "share", "exported").iter_rows()}
    both = np.array([held.get(s, (np.nan, np.nan)) for s in states], dtype=float)
    return both[:, 0], both[:, 1], float(rows["world"][0]), base


def former_market(states: Sequence[str], year: int) -> tuple[np.ndarray, Observation]:
    """Shares of every seller's goods exports by buyer in the last year in which few buyers sanctioned it,
    (n, n).

    For each seller that is the newest of the last fifteen years whose sanctioned part of exports was within
    ``SLACK`` of the smallest: later years show where exports went because others were closed.
    """
    trade, sanctions = table("trade"), table("sanctions")
    years = sorted(
        trade["year"].filter(trade["year"].is_between(year - LOOKED_BACK, year)).unique(), reverse=True
    )
    parts, hit = [], []
    for then in years:
        flow = place(trade.filter(pl.col("year") == then), "exporter", "importer", "value", states, np.nan)
        np.fill_diagonal(flow, 0.0)
        total = np.nansum(flow, axis=1, keepdims=True)
        part = np.divide(np.nan_to_num(flow), total, out=np.full_like(flow, np.nan), where=total > 0)
        by = sum(sanctioned(states, then, kind, sanctions) for kind in ("complete", "partial"))
        parts.append(part)
        hit.append(np.where(total[:, 0] > 0, (np.nan_to_num(part) * (by > 0).T).sum(axis=1), np.inf))
    few = np.array(hit) <= np.min(hit, axis=0) + SLACK
    chosen = few.argmax(axis=0)
    shares = np.array(parts)[chosen, np.arange(len(states))]
    rule = "all goods stand for each commodity; each seller's newest year in which few buyers sanctioned it"
    return shares, Observation(
        "trade of the bundle, GSDB v4", int(years[0]), float(np.isfinite(shares).mean()), rule
    )


def sanctioned(states: Sequence[str], year: int, kind: str, rows: pl.DataFrame | None = None) -> np.ndarray:
    """Sanctions of a kind in force in ``year``, sender × target, 0 or 1; the newest year stands for later
    ones."""
    rows = table("sanctions") if rows is None else rows
    at = min(year, int(rows["year"].max()))  # type: ignore[arg-type]
    return place(rows.filter(pl.col("year") == at), "sender", "target", kind, states, 0.0)


def barred(states: Sequence[str], year: int, of: str, partial: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What partial sanctions in force bar of a commodity (NaN: none in force), and since which year, (n,
    n)."""
    reach = np.where(partial > 0, 0.0, np.nan)
    since = np.full(partial.shape, np.nan)
    at = {s: i for i, s in enumerate(states)}
    for act in facts()["embargoes"]:
        steps = {y: r for y, r in act["reach"].items() if y <= year}
        if act["of"] != of or not steps or act["target"] not in at:
            continue
        for sender in senders(act["sender"], states, year):
            cell = at[sender], at[act["target"]]
            if partial[cell] > 0:
                reach[cell], since[cell] = steps[max(steps)], min(steps)
    return reach, since


def senders(by: Any, states: Sequence[str], year: int) -> list[str]:
    """States that a ``by`` of commodities.yaml names, as of ``year``."""
    if isinstance(by, str) and by.startswith("bloc:"):
        found = blocs.members(list(table("blocs").iter_rows()), by.removeprefix("bloc:"), year)
    else:
        found = [by] if isinstance(by, str) else by
    return [s for s in found if s in states]


def mean_age(
    closing: np.ndarray, since: np.ndarray, complete: np.ndarray, states: Sequence[str], year: int
) -> np.ndarray:
    """Years that the closed part of each seller's market had been closed, weighted by what it took, (n,)."""
    rows = table("sanctions")
    at = min(year, int(rows["year"].max()))  # type: ignore[arg-type]
    age = place(rows.filter(pl.col("year") == at), "sender", "target", "age", states, 0.0) + (year - at)
    years = np.where(complete > 0, age.T, year - since.T + 1)
    weight = np.where(np.isfinite(years), closing, 0.0)
    total = weight.sum(axis=1)
    mean = (np.nan_to_num(years) * weight).sum(axis=1)
    return np.divide(mean, total, out=np.zeros(len(states)), where=total > 0)


def opec(states: Sequence[str], year: int) -> tuple[Values, Notes]:
    """Members of OPEC (from 2017 OPEC+) with a quota at the end of ``year``, and the swing producers."""
    held = facts()["opec"]

    def member(spells: list[Any]) -> bool:
        return any(
            s[0] <= year and (len(s) == 1 or year < s[1])
            for s in (spells if isinstance(spells[0], list) else [spells])
        )

    quota = np.array([float(s in held["members"] and member(held["members"][s])) for s in states])
    swing = np.array([float(s in held["swing"]) for s in states]) * quota
    quota *= [float(s not in held["exempt"]) for s in states]
    said = Observation(held["source"], year, 1.0)
    return {"oil_quota": quota, "swing_producer": swing}, {"oil_quota": said, "swing_producer": said}
