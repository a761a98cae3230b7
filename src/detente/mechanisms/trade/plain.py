"""The same equilibrium, slow and obvious: NumPy only; the oracle of the compiled kernel in tests."""

from __future__ import annotations

import numpy as np


def fixed_point(
    base: np.ndarray,
    change: np.ndarray,
    *,
    sigma: float,
    quantity: np.ndarray | None = None,
    tolerance: float = 1e-13,
    sweeps: int = 200_000,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Prices, price indices and flows of the full-endowment equilibrium by damped substitution.

    ``base`` (n, n) flows with domestic sales, ``change`` (n, n) log change of the trade term,
    ``quantity`` (n,) output at base prices (default: unchanged). Raises ``RuntimeError`` if the
    log excess demand of some market still exceeds ``tolerance`` after ``sweeps`` rounds.
    """
    sold, bought = base.sum(axis=1), base.sum(axis=0)
    q = sold if quantity is None else quantity
    m, phi, x = base * np.exp(change), bought / sold, np.zeros(len(base))
    for _ in range(sweeps):
        a, output = np.exp((1 - sigma) * x), q * np.exp(x)
        spending = phi * output * output.sum() / (phi * output).sum()
        c = a @ m
        excess = np.log(a * (m @ (spending / c)) / output)
        if np.abs(excess).max() <= tolerance:
            flows = a[:, None] * m * spending / c
            return np.exp(x), (c / bought) ** (1 / (1 - sigma)), flows
        x = x + excess / sigma
        x -= np.log((q * np.exp(x)).sum() / q.sum())
    raise RuntimeError(f"no equilibrium after {sweeps} rounds; log excess demand {np.abs(excess).max():.1e}")


def newton(
    base: np.ndarray,
    change: np.ndarray,
    *,
    sigma: float,
    quantity: np.ndarray | None = None,
    tolerance: float = 1e-12,
    rounds: int = 100,
) -> tuple[np.ndarray, np.ndarray]:
    """Prices and price indices by damped Newton steps on the market-clearing conditions.

    A second oracle that shares no iteration with the others. One market is replaced by the
    numeraire, since the others clear it. Arguments as in :func:`fixed_point`.
    """
    sold, bought = base.sum(axis=1), base.sum(axis=0)
    q = sold if quantity is None else quantity
    m, phi, x = base * np.exp(change), bought / sold, np.zeros(len(base))
    for _ in range(rounds):
        a, output = np.exp((1 - sigma) * x), q * np.exp(x)
        spending = phi * output * output.sum() / (phi * output).sum()
        share = a[:, None] * m / (a @ m)
        gap = share @ spending - output
        income = np.diag(spending) + np.outer(spending, (output - spending) / output.sum())
        slope = (1 - sigma) * (np.diag(share @ spending) - (share * spending) @ share.T)
        slope += share @ income - np.diag(output)
        slope, gap = slope / output[:, None], gap / output
        slope[-1], gap[-1] = output / q.sum(), output.sum() / q.sum() - 1
        step = np.linalg.solve(slope, -gap)
        x = x + step * min(1.0, 0.5 / np.abs(step).max())
        if np.abs(step).max() <= tolerance:
            return np.exp(x), (np.exp((1 - sigma) * x) @ m / bought) ** (1 / (1 - sigma))
    raise RuntimeError(f"no equilibrium after {rounds} Newton steps")
