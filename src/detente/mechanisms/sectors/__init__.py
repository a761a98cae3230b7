"""Sectors: the same sanctions and trade costs in an economy of ten sectors that buy from one another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detente.mechanisms import inputs
from detente.mechanisms.sectors import breaks, equations
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

if TYPE_CHECKING:
    from detente.mechanisms.sectors.economy import Economy

KNOWN_FROM = 2023
"""First start whose accounts are known: the table describes 2022, Russia's partners 2023."""

SECTORS = {
    "agriculture": "farms, fishing and food",
    "energy": "coal, crude oil and natural gas",
    "refining": "refined oil and coke",
    "chemicals": "chemicals, medicines, rubber and plastics",
    "metals": "steel and other metals",
    "machinery": "machines, electronics, metal goods, arms",
    "vehicles": "cars, ships, aircraft",
    "other_manufacturing": "textiles, wood, paper, minerals, furniture; ores and stone",
    "utilities": "electricity, gas supply, water",
    "services": "services and construction",
}
"""What each sector makes, in the order of the tables."""

GOODS = tuple(SECTORS)[:8]
"""Sectors on whose trade sanctions and trade costs act."""

LEVERS = "trade_cost (exporter × importer, log points of trade), sanctions, or gdp"
OUTPUT = {
    s: Field(
        f"output_{s}",
        ("state",),
        "ratio",
        "solved",
        f"real output of {what}, relative to the same year with the base year's trade costs",
        0.0,
        instead=LEVERS,
    )
    for s, what in SECTORS.items()
}
SECTOR_INCOME = Field(
    "sector_income",
    ("state",),
    "ratio",
    "solved",
    "real income in the economy of ten sectors, relative to the same year with the base year's trade costs; "
    "the many-sector answer beside real_income",
    0.0,
    instead=LEVERS,
)
INPUT_SHARE = Field(
    "input_share",
    ("state", "partner"),
    "share",
    "solved",
    "share of the seller (row) in all goods and services that the buyer's (column) industries use as inputs; "
    "the diagonal is what they buy at home",
    0.0,
    1.0,
    instead=LEVERS,
)
READS = ("gdp", "cost_change")
BASE = (inputs.BASE_FLOW, inputs.BASE_GDP)


pattern = cache(breaks.read)
"""How the break of 2022 spread over sectors, read once."""


@cache
def base() -> Economy:
    """The economy that ships, read once."""
    from detente.mechanisms.sectors.fit import read_economy

    return read_economy(Path(__file__).parent / "base.npz")


def known(as_of: int | None) -> bool:
    """Whether a run that starts at the end of ``as_of`` may know the accounts of 2022."""
    return as_of is None or as_of >= KNOWN_FROM


def mechanism(as_of: int | None = None) -> Mechanism:
    """The ten-sector economy; for starts before its accounts are known, fields stay unknown (NaN)."""
    return Mechanism(
        name="sectors",
        purpose="what changed trade costs do to output by sector and real income, with input-output links",
        reads=(*READS, *(f.name for f in BASE)),
        writes=(*OUTPUT.values(), SECTOR_INCOME, INPUT_SHARE),
        step=step if known(as_of) else unknown,
        inputs=BASE,
        parameters=load_parameters(Path(__file__).parent, "sectors", as_of) if known(as_of) else (),
    )


def unknown(see: View, p: Values, u: Uniforms) -> Mapping[str, np.ndarray]:
    """Nothing is known of sectors; every field NaN."""
    n = len(see.index)
    written = {f.name: np.full((see.draws, n), np.nan) for f in (*OUTPUT.values(), SECTOR_INCOME)}
    return written | {"input_share": np.full((see.draws, n, n), np.nan)}


def elasticities(p: Values) -> np.ndarray:
    """Trade elasticities (draw, sector) by the study that holds in the draw."""
    first = p.holds("elasticities", "fontagne")[:, None]
    return np.exp(np.where(first, p["log_theta_fontagne"], p["log_theta_hinz"]))


def step(see: View, p: Values, u: Uniforms) -> Mapping[str, np.ndarray]:
    """One year: trade costs move on the trade of goods between nodes, sizes with GDP, the economy clears.

    The change of all goods is that of every sector of goods, or, in draws that hold so and between Russia
    and those under sanction with it, spread over sectors as the break was (:mod:`breaks`).

    The reference is the base carried to this year's sizes at the base year's trade costs; every field is
    measured against it, so that without a change of costs outputs and income are exactly 1.
    """
    from detente.mechanisms.sectors.economy import solve

    economy = base()
    node = equations.node_of(see.index.states, economy.states)
    growth = equations.node_growth(
        gdp=see["gdp"], base_gdp=see["base_gdp"][0], node=node, nodes=economy.states
    )
    change = equations.node_change(
        change=see["cost_change"], base_flow=see["base_flow"][0], node=node, nodes=economy.states
    )
    goods = np.isin(economy.sectors, GOODS)
    moved = breaks.by_sector(change, economy, goods, p.holds("sector_pattern", "measured"), pattern())
    world = solve(economy, moved, theta=elasticities(p), growth=growth, input_shares=True)
    own = np.isin(see.index.states, economy.states)
    missing = ~np.isfinite(see["gdp"])
    place = partial(_spread, node=node, own=own, missing=missing)
    written = {f"output_{s}": place(world.quantity[:, k]) for k, s in enumerate(economy.sectors)} | {
        "sector_income": place(world.real_income)
    }
    written["input_share"] = _pairs(world.input_share, node, own)
    return written | {"failed": ~world.converged}


def _spread(values: np.ndarray, node: np.ndarray, own: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """Values by node (draw, node) on the axis of states; NaN without a node or GDP of one's own."""
    return np.where(own & ~missing, values[:, node], np.nan)


def _pairs(values: np.ndarray, node: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Pairs by node on the axes of states; NaN where either has no node of its own."""
    at = np.flatnonzero(own)
    held = np.full((len(values), len(node), len(node)), np.nan)
    held[:, at[:, None], at] = values[:, node[at][:, None], node[at]]
    return held
