"""Small made-up trade worlds and the views of them that a step is given."""

from __future__ import annotations

import numpy as np

from detente.mechanisms import trade
from detente.model.mechanism import Values, View
from detente.model.space import Index

BASE_YEAR = 2023
THEORIES = {
    "onset": ("gradual", "immediate"),
    "recovery": ("slow", "fast"),
    "rupture": ("sanctions", "other"),
    "rupture_end": ("trade", "payments"),
}


def flows(n: int, seed: int = 0, spread: float = 1.5, home: float = 3.0) -> np.ndarray:
    """Gravity-like flows (n, n) with mostly domestic sales and imbalances, by a fixed recipe."""
    rng = np.random.default_rng(seed)  # noqa: NPY002 - test data, not luck of the model
    size = np.exp(rng.normal(9, spread, n))
    place = rng.uniform(size=(n, 2))
    distance = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1)) + 0.05
    cost = -1.2 * np.log(distance) - home * (1 - np.eye(n)) + rng.normal(0, 0.7, (n, n))
    return np.outer(size, size) ** 0.5 * np.exp(cost)


def codes(n: int) -> tuple[str, ...]:
    return tuple(f"S{i:02d}" for i in range(n))


def parameters(draws: int, **given: object) -> Values:
    """Plain parameter values, the same in every draw unless given."""
    plain: dict[str, object] = {
        "sanction_effect": [-1.0, -0.4, -0.2],
        "rupture_end": 0,
        "sigma": 6.0,
        "onset": 1,
        "onset_at_once": 0.29,
        "onset_speed": 0.2,
        "recovery": 0,
        "slow_recovery_years": 8.0,
        "fast_recovery_years": 2.0,
        "absorption_ceiling": 2.5,
    }
    plain.update(given)
    arrays = {
        k: np.broadcast_to(np.asarray(v, float), (draws, *np.shape(np.atleast_1d(v))[1:]))
        if k != "sanction_effect"
        else np.broadcast_to(np.asarray(v, float), (draws, 3))
        for k, v in plain.items()
    }
    return Values(arrays, THEORIES)


def view(base: np.ndarray, draws: int = 1, year: int = BASE_YEAR + 1, **given: np.ndarray) -> View:
    """The year after the base year, nothing sanctioned, nothing grown, unless given."""
    n = len(base)
    nobody, gdp = np.zeros((n, n)), base.sum(axis=1) / 600.0
    plain = {
        "gdp": gdp,
        "sanction_complete": nobody,
        "sanction_partial": nobody,
        "sanction_financial": nobody,
        "last.sanction_complete": nobody,
        "last.sanction_financial": nobody,
        "base_sanction_financial": nobody,
        "last.sanction_partial": nobody,
        "last.sanction_bite": np.full((n, n), np.nan),
        "last.factory_price": np.ones(n),
        "base_flow": base,
        "base_sanction_complete": nobody,
        "base_sanction_partial": nobody,
        "base_sanction_age": nobody,
        "base_year": np.full(n, float(BASE_YEAR)),
        "base_gdp": gdp,
        "base_gdp_usd": gdp,
        "trade_cost": nobody,
        "war_trade_loss": nobody,
    }
    plain.update(given)
    arrays = {
        k: v if v.ndim > (2 if _pair(k) else 1) else np.broadcast_to(v, (draws, *v.shape))
        for k, v in plain.items()
    }
    return View(year, Index(codes(n), tuple(range(n))), draws, arrays)


def _pair(name: str) -> bool:
    return any(word in name for word in ("sanction", "flow", "trade_cost", "war_trade"))


def run(see: View, p: Values, breaks: trade.Breaks | None = None) -> dict[str, np.ndarray]:
    return dict(trade.step(see, p, {}, breaks or {}))
