"""Track record of *commodities*: fans of real prices from past years against what followed and a random walk.

Each forecast runs the mechanism's own path of prices with the estimates of the origin's vintage. Structural
effects (sanctions, OPEC+) are not scored here: they have no record of their own to be scored on. The naive
rival is a random walk without drift whose normal fan has the spread of past yearly changes, times the root
of the horizon.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri

from detente.mechanisms.commodities import mechanism, path
from detente.mechanisms.commodities.fields import COMMODITIES
from detente.mechanisms.commodities.fit import series
from detente.mechanisms.fans import compared
from detente.model.chance import Chance
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index

HORIZONS = (1, 5, 10)


def track_record(
    prices: Any, origins: tuple[int, ...], draws: int = 200, seed: int = 1
) -> list[dict[str, Any]]:
    """One row for each origin and horizon: four markets, errors of the log real price, ours and the
    walk's."""
    rows = []
    for origin in origins:
        past = [series(prices, of, origin)[1] for of in COMMODITIES]
        fans = forecast(np.array([p[-1] for p in past]), origin, max(HORIZONS), draws, seed)
        for h in HORIZONS:
            after = np.array([price_in(prices, of, origin + h) for of in COMMODITIES])
            if np.isfinite(after).all():
                both = {"ours": fans[h - 1], "walk": walk(past, h, draws)}
                rows.append({"origin": origin, "horizon": h, **compared(both, after)})
    return rows


def price_in(prices: Any, of: str, year: int) -> float:
    """Log real price of a commodity in a year; NaN if there is none."""
    found = prices.filter((prices["commodity"] == of) & (prices["year"] == year))["real"]
    return float(np.log(found[0])) if len(found) else float("nan")


def forecast(start: np.ndarray, origin: int, ahead: int, draws: int, seed: int) -> np.ndarray:
    """Simulated log prices (ahead, draw, market) from log prices ``start`` (market,) at the origin."""
    model, luck, numbers = mechanism(origin), Chance(seed), range(draws)
    index = Index(("AAA",), (0,))
    p = Values(
        {
            q.name.partition(".")[2]: q.at(luck.row(f"param/{q.name}", numbers, 0, q.width))
            for q in model.parameters
        },
        theories_of(model.parameters),
    )
    held = {f"last.{of}_path": np.full(draws, np.exp(v)) for of, v in zip(COMMODITIES, start, strict=True)}
    out = []
    for year in range(origin + 1, origin + ahead + 1):
        u = {s: luck.uniforms(f"{model.name}/{s}", numbers, year, d, index) for s, d in model.chance.items()}
        see = View(year, index, draws, held)
        held = {f"last.{of}_path": path(see, p, u, of, k) for k, of in enumerate(COMMODITIES)}
        out.append(np.log(np.stack([held[f"last.{of}_path"] for of in COMMODITIES], axis=1)))
    return np.array(out)


def walk(past: list[np.ndarray], h: int, draws: int) -> np.ndarray:
    """Fan (draw, market) of a random walk without drift, h years ahead, at evenly spaced quantiles."""
    quantiles = ndtri((np.arange(draws) + 0.5) / draws)
    return np.stack([p[-1] + np.diff(p).std() * np.sqrt(h) * quantiles for p in past], axis=1)
