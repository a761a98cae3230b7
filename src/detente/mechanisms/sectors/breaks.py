"""Which goods broke most in the trade between Russia and those under sanction with it.

Sanctions are aimed: at machines and parts on the way in, at coal, oil and metals on the way out. Trade's
measure of the break of 2022 is of all goods together. Here the break of each sector relative to the
whole is read off the change of the *mix* between 2013, before any of these sanctions, and the base economy
(sectors of 2022, partners of 2023), net of how Russia's mix with everybody else changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.mechanisms.sectors.economy import Economy

if TYPE_CHECKING:
    import polars as pl

TARGET = "RUS"
UNBROKEN = ("KAZ",)
"""GSDB lists them as senders, but their trade with Russia did not break."""
YEAR = 2023
PATTERN = Path(__file__).parent / "pattern.yaml"
LEAST, MOST = 0.5, 1.5
"""Weights are held in here: one mix of one year should not carry more."""


def senders(sanctions: pl.DataFrame) -> list[str]:
    """Who had a trade sanction on the target in force in the base year."""
    import polars as pl

    now = (pl.col("target") == TARGET) & (pl.col("year") == YEAR) & (pl.col("complete") | pl.col("partial"))
    return sorted(set(sanctions.filter(now)["sender"]) - set(UNBROKEN))


def weights(before: pl.DataFrame, economy: Economy, under: Sequence[str]) -> dict[str, dict[str, float]]:
    """Break of each sector over that of all goods, {``sold`` or ``bought`` by partners: {sector: weight}}.

    ``before`` has sector, exporter, importer, value of 2013. A sector's log break is the whole's less the
    change of its share among partners ``under`` sanction plus that among the others, in either period
    over the same partners. The whole's is measured the same way, on totals.
    """
    import polars as pl

    others = sorted((set(before["exporter"]) | set(before["importer"])) - {TARGET})
    sectors = [s for s in economy.sectors if s in set(before["sector"])]
    at = {s: k for k, s in enumerate(economy.states)}
    found: dict[str, dict[str, float]] = {}
    for word, own, partner in (("sold", "importer", "exporter"), ("bought", "exporter", "importer")):
        logs = {}
        for group in (True, False):
            members = [s for s in others if (s in under) == group and s in at]
            old = before.filter((pl.col(own) == TARGET) & pl.col(partner).is_in(members))
            told = dict(old.group_by("sector").agg(pl.col("value").sum()).iter_rows())
            rows = economy.flow[[economy.sectors.index(s) for s in sectors]]
            cell = (slice(None), [at[s] for s in members], at[TARGET])
            new = rows[cell if word == "sold" else (cell[0], cell[2], cell[1])].sum(axis=1)
            logs[group] = (
                np.log(new),
                np.log([told[s] for s in sectors]),
                np.log(new.sum() / sum(told.values())),
            )
        fall = {g: new - old for g, (new, old, _) in logs.items()}
        whole = logs[False][2] - logs[True][2]
        held = ((fall[False] - fall[True]) / whole).clip(LEAST, MOST)
        found[word] = {s: round(float(w), 3) for s, w in zip(sectors, held, strict=True)}
    return found


def document(before: pl.DataFrame, sanctions: pl.DataFrame, economy: Economy) -> dict[str, Any]:
    """The generated file."""
    under = senders(sanctions)
    return {
        "made_by": "detente fit sectors; never edit by hand",
        "data": "BACI 2013 by sector, the base economy, GSDB v4 in 2023",
        "unit": "log break of the sector over that of all goods, in what partners sold to and bought in RUS",
        "weights": weights(before, economy, under),
        "partners": under,
    }


def spread(change: np.ndarray, flow: np.ndarray, weight: np.ndarray, rounds: int = 30) -> np.ndarray:
    """A log change of trade spread over sectors by weight, the whole's kept: (draw, sector, pair).

    ``change`` (draw, pair) of all goods at given prices, ``flow`` (sector, pair) base flows, ``weight``
    (sector,). Each sector's change is weight · x, with x such that Σ flow · exp(weight · x) is what
    Σ flow · exp(change) asks for (Newton's method; the sum is convex and increasing in x).
    """
    total = flow.sum(axis=0)
    share = np.divide(flow, total, out=np.full(flow.shape, 1.0 / len(flow)), where=total > 0)[None]
    w, x = weight[None, :, None], change[:, None, :].copy()
    for _ in range(rounds):
        parts = share * np.exp(w * x)
        value = parts.sum(axis=1, keepdims=True)
        x -= (np.log(value) - change[:, None, :]) * value / (w * parts).sum(axis=1, keepdims=True)
    return np.where(change[:, None, :] == 0.0, 0.0, w * x)


def read() -> Mapping[str, Any]:
    """The pattern that ships."""
    import yaml

    held: Mapping[str, Any] = yaml.safe_load(PATTERN.read_text(encoding="utf-8"))
    return held


def by_sector(
    change: np.ndarray, economy: Economy, goods: np.ndarray, measured: np.ndarray, pattern: Mapping[str, Any]
) -> np.ndarray:
    """Log changes by sector (draw, sector, n, n) from those of goods as a whole (draw, n, n).

    The same in every sector of ``goods`` (booleans); in draws where ``measured`` holds, spread by the
    measured weights between the target and its partners of the pattern.
    """
    found = np.where(goods[None, :, None, None], change[:, None], 0.0)
    draws = np.flatnonzero(measured)
    acting = np.flatnonzero(goods)
    partners = [k for k, s in enumerate(economy.states) if s in set(pattern["partners"])]
    t = economy.states.index(TARGET)
    for word in ("sold", "bought"):
        weight = np.array([pattern["weights"][word][economy.sectors[k]] for k in acting])
        if word == "sold":
            told = spread(change[draws][:, partners, t], economy.flow[acting][:, partners, t], weight)
            found[np.ix_(draws, acting, partners, [t])] = told[..., None]
        else:
            told = spread(change[draws][:, t, partners], economy.flow[acting][:, t, partners], weight)
            found[np.ix_(draws, acting, [t], partners)] = told[:, :, None, :]
    return found
