"""Small made-up economies of several sectors."""

from __future__ import annotations

import numpy as np
import polars as pl

from detente.mechanisms.sectors.economy import Economy

SECTORS = ("food", "goods", "services")


def economy(n: int = 5, seed: int = 0, linked: bool = True, sectors: tuple[str, ...] = SECTORS) -> Economy:
    """Closed accounts: flows with a strong home market, inputs of up to six tenths of output (or none)."""
    rng = np.random.default_rng(seed)
    k = len(sectors)
    size = rng.lognormal(0, 1, (k, n, 1)) * rng.lognormal(0, 1, (k, 1, n))
    flow = size * rng.lognormal(-3, 0.7, (k, n, n))
    for j in range(k):
        np.fill_diagonal(flow[j], np.diag(size[j]) * rng.uniform(0.5, 2, n))
    share = rng.dirichlet(np.ones(k), (k, n)).transpose(0, 2, 1) * rng.uniform(0.1, 0.6, (k, 1, n))
    made = Economy(sectors, tuple(f"S{i:02d}" for i in range(n)), flow, share * linked)
    # Industries may want more of a sector than is bought: lower their shares until something is left.
    used = np.einsum("jkn,jn->kn", made.inputs, made.output)
    worst = (used / (0.8 * made.bought)).max(axis=0)
    return Economy(sectors, made.states, flow, made.inputs / np.maximum(worst, 1.0))


def shocks(made: Economy, seed: int, size: float = 0.5) -> np.ndarray:
    """Log changes of trade at given prices (sector, n, n), nothing at home."""
    rng = np.random.default_rng(1000 + seed)
    found = rng.normal(0, size, made.flow.shape)
    for j in range(len(found)):
        np.fill_diagonal(found[j], 0.0)
    return found


def long_flows(made: Economy) -> pl.DataFrame:
    j, i, n = (g.ravel() for g in np.meshgrid(*map(range, made.flow.shape), indexing="ij"))
    names = np.array(made.states)
    return pl.DataFrame(
        {
            "sector": np.array(made.sectors)[j],
            "exporter": names[i],
            "importer": names[n],
            "value": made.flow.ravel(),
        }
    )


def long_inputs(made: Economy) -> pl.DataFrame:
    j, k, n = (g.ravel() for g in np.meshgrid(*map(range, made.inputs.shape), indexing="ij"))
    return pl.DataFrame(
        {
            "use": np.array(made.sectors)[j],
            "sector": np.array(made.sectors)[k],
            "state": np.array(made.states)[n],
            "share": made.inputs.ravel(),
        }
    )
