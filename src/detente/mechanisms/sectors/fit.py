"""From the bundle's tables to a base economy and to priors of the trade elasticities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.mechanisms.sectors.economy import Economy

if TYPE_CHECKING:
    import polars as pl

STUDIES = ("fontagne", "hinz")
AGGREGATION = 0.15
"""Standard deviation of a log elasticity that comes on top of the spread of its parts: it is another
thing for a sector as a whole than for its parts."""
CONVENTION = 5.0
"""Services have no tariffs to estimate from; the handbook's convention (Costinot & Rodríguez-Clare 2014)."""
CONVENTION_ERROR = 0.35


def base_economy(flows: pl.DataFrame, inputs: pl.DataFrame) -> Economy:
    """The tables ``sector_flows`` and ``sector_inputs`` of the bundle as an economy."""
    sectors = tuple(flows["sector"].cast(str).unique(maintain_order=True))
    states = tuple(flows["exporter"].cast(str).unique(maintain_order=True))
    flow, share = (
        np.zeros((len(sectors), len(states), len(states))),
        np.zeros((len(sectors),) * 2 + (len(states),)),
    )
    at = {s: k for k, s in enumerate(sectors)}, {s: k for k, s in enumerate(states)}

    def place(frame: pl.DataFrame, column: str, which: int) -> np.ndarray:
        return np.asarray(frame[column].cast(str).replace_strict(at[which]).to_numpy())

    flow[place(flows, "sector", 0), place(flows, "exporter", 1), place(flows, "importer", 1)] = flows["value"]
    known = inputs.drop_nulls("share")
    share[place(known, "use", 0), place(known, "sector", 0), place(known, "state", 1)] = known["share"]
    return Economy(sectors, states, flow, share)


def write_economy(economy: Economy, path: Path) -> None:
    """Write an economy as a compressed NumPy file, single precision."""
    np.savez_compressed(
        path,
        sectors=np.array(economy.sectors),
        states=np.array(economy.states),
        flow=economy.flow.astype(np.float32),
        inputs=economy.inputs.astype(np.float32),
    )


def read_economy(path: Path) -> Economy:
    """Read what :func:`write_economy` wrote."""
    with np.load(path) as held:
        names = (tuple(str(s) for s in held[k]) for k in ("sectors", "states"))
        return Economy(*names, held["flow"].astype(float), held["inputs"].astype(float))


def elasticity_priors(table: pl.DataFrame, sectors: tuple[str, ...]) -> dict[str, Any]:
    """Joint priors of the log elasticities by study: a log-normal for each sector.

    ``table`` has study, gtap, sector, elasticity. The median is the geometric mean over the GTAP sectors
    that make up ours; its error is the spread between GTAP sectors of the same sector of ours (pooled)
    over the root of their number, and :data:`AGGREGATION`. A sector that a study lacks has the other
    study's; services, that both lack, the convention.
    """
    import polars as pl

    rows = table.with_columns(pl.col("elasticity").log().alias("log"))
    found = rows.group_by("study", "sector").agg(
        pl.col("log").mean().alias("mean"), pl.col("log").var().alias("var"), pl.len().alias("n")
    )
    within = found.drop_nulls("var")
    pooled = float((within["var"] * (within["n"] - 1)).sum() / (within["n"] - 1).sum())
    held = {(study, sector): (mean, n) for study, sector, mean, _, n in found.iter_rows()}
    return {f"log_theta_{study}": _joint(study, sectors, held, pooled) for study in STUDIES}


def _joint(
    study: str, sectors: tuple[str, ...], held: dict[tuple[str, str], tuple[float, int]], pooled: float
) -> dict[str, Any]:
    mean, variance = [], []
    for sector in sectors:
        told = [held[s, sector] for s in (study, *STUDIES) if (s, sector) in held]
        mean.append(round(float(told[0][0] if told else np.log(CONVENTION)), 4))
        variance.append(round(pooled / told[0][1] + AGGREGATION**2 if told else CONVENTION_ERROR**2, 5))
    covariance = np.diag(variance).tolist()
    return {"joint": {"names": list(sectors), "mean": mean, "covariance": covariance}}
