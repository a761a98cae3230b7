"""Disputes, fatal disputes and wars as the engine makes them from a past year, and the record."""

from __future__ import annotations

from importlib import import_module

import numpy as np

EVENTS = ("dispute", "fatal_dispute", "war")
LEFT_OUT = ("arms", "budget", "commodities", "gas", "long_run", "sectors", "tourism")
"""Mechanisms that bear on no dispute."""
CHUNK = 5


def replayed(start: int, until: int, draws: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Events of each year after ``start`` in the whole world, arrays (draw, year), nothing later known.

    ``dispute``, ``fatal_dispute``, ``war``: pairs of states in which one began (wars entered included);
    ``expected``: disputes expected.
    """
    from detente.data.start import observed
    from detente.mechanisms import names
    from detente.model.chance import Chance
    from detente.model.mechanism import plan
    from detente.model.scenario import BASELINE, compile_scenario
    from detente.model.simulate import simulate

    kept = [n for n in names() if n not in LEFT_OUT]
    model = plan(tuple(import_module(f"detente.mechanisms.{n}").mechanism(start) for n in kept))
    world, years = observed(start), range(start + 1, until + 1)
    program = compile_scenario(BASELINE, model, world.index)
    out = {name: np.zeros((draws, len(years))) for name in (*EVENTS, "expected")}
    for first in range(0, draws, CHUNK):
        rows = range(first, min(first + CHUNK, draws))
        for year, lanes in simulate(model, world, (program,), years, Chance(seed), rows):
            found = lanes[0].world
            for name in EVENTS:
                out[name][rows, year - start - 1] = found[name].sum(axis=(1, 2)) / 2
            out["expected"][rows, year - start - 1] = found["expected_disputes"]
    return out


def recorded(start: int, until: int) -> dict[str, np.ndarray]:
    """The same by the dyadic MID file (to 2014): events that began in each year after ``start``."""
    import polars as pl

    from detente.data.bundle import table

    rows = table("disputes").filter((pl.col("measure") == "mid") & pl.col("onset"))
    kinds = {
        "dispute": pl.lit(True),
        "fatal_dispute": pl.col("fatal").cast(bool) | pl.col("war").cast(bool),
        "war": pl.col("war").cast(bool),
    }
    return {
        name: np.array(
            [rows.filter((pl.col("year") == y) & which).height for y in range(start + 1, until + 1)]
        )
        for name, which in kinds.items()
    }


def compared(start: int, until: int, draws: int, seed: int = 1) -> list[dict[str, float | str]]:
    """Events a year, ours (mean; 5 and 95 % of the draws' means over the span) and on record."""
    ours, record = replayed(start, until, draws, seed), recorded(start, until)
    out: list[dict[str, float | str]] = []
    for name in EVENTS:
        means = ours[name].mean(axis=1)
        low, high = np.quantile(means, (0.05, 0.95))
        told = float(record[name].mean())
        row = {"event": name, "ours": float(means.mean()), "low": float(low), "high": float(high)}
        out.append(row | {"record": told, "inside": float(low <= told <= high)})
    return out
