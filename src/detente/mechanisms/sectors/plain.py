"""The same equilibrium, slow and obvious: NumPy only; the oracle of the compiled kernel in tests."""

from __future__ import annotations

import numpy as np

from detente.mechanisms.sectors.economy import Economy


def fixed_point(
    economy: Economy,
    change: np.ndarray,
    *,
    theta: np.ndarray,
    imbalance: str = "share",
    damping: float = 0.3,
    tolerance: float = 1e-12,
    sweeps: int = 20_000,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Wages (n,), prices (sector, n) and flows (sector, n, n) by nested substitution.

    Prices are solved for given wages, spending for given prices, and wages move towards what clears the
    markets for value added. ``change`` (sector, n, n) log change of trade at given prices, ``theta``
    (sector,). Raises ``RuntimeError`` if wages still move after ``sweeps`` rounds.
    """
    e, power = economy, -theta[:, None]
    m = e.flow * np.exp(change)
    wage, price, spent = np.ones(len(e.states)), np.ones(e.output.shape), e.bought.copy()
    for _ in range(sweeps):
        for _ in range(500):
            cost = np.exp(e.value_share * np.log(wage) + np.einsum("jkn,kn->jn", e.inputs, np.log(price)))
            new = (np.einsum("jin,ji->jn", m, cost**power) / e.bought) ** (1 / power)
            moved, price = np.abs(new / price - 1).max(), new
            if moved < 1e-15:
                break
        share = m * (cost**power)[:, :, None] / (e.bought * price**power)[:, None, :]
        final = _spending(e, wage, imbalance)
        for _ in range(2000):
            output = np.einsum("jin,jn->ji", share, spent)
            new = np.einsum("kjn,kn->jn", e.inputs, output) + e.taste * final
            moved, spent = np.abs(new / spent - 1).max(), new
            if moved < 1e-15:
                break
        paid = (e.value_share * np.einsum("jin,jn->ji", share, spent)).sum(axis=0)
        gap = np.log(paid / (wage * e.value))
        if np.abs(gap).max() <= tolerance:
            return wage, price, share * spent[:, None, :]
        wage = wage * np.exp(damping * gap)
        wage *= e.value.sum() / (wage * e.value).sum()
    raise RuntimeError(f"no equilibrium after {sweeps} rounds; log excess demand {np.abs(gap).max():.1e}")


def _spending(e: Economy, wage: np.ndarray, imbalance: str) -> np.ndarray:
    income = wage * e.value
    if imbalance == "none":
        return income
    if imbalance == "ratio":
        wanted = wage * (e.value + e.deficit)
        return wanted * income.sum() / wanted.sum()
    return income + e.deficit * income.sum() / e.value.sum()
