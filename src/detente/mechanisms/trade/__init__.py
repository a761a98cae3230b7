"""Trade: structural gravity in general equilibrium, with sanctions that phase in and fade out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np

from detente.mechanisms import inputs
from detente.mechanisms.trade import equations
from detente.mechanisms.trade.gravity_fit import CASES
from detente.mechanisms.trade.rupture import known, pattern
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import Parameter, load_parameters

RUPTURES_KNOWN = 2023
"""First year whose data hold an estimate of a rupture by itself (trade of 2023)."""

KINDS = ("complete", "partial", "financial")
"""Kinds of sanction that act on trade, in the order of their effects."""

Breaks = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Case → partner → log points missing from what it ``sold`` to the target and ``bought`` there."""

LEVERS = "trade_cost (exporter × importer, log points of trade), sanction_complete, _partial or _financial"

SANCTION_BITE = Field(
    "sanction_bite",
    ("state", "partner"),
    "log points of trade",
    "stock",
    "trade from exporter to importer now suppressed by sanctions, relative to no sanctions",
)
SOLVED = (
    Field(
        "cost_change",
        ("state", "partner"),
        "log points of trade",
        "solved",
        "change of trade at given prices from exporter to importer since the base year: sanctions that came "
        "or went, wars, and trade_cost",
        instead=LEVERS,
    ),
    Field(
        "trade_flow",
        ("state", "partner"),
        "million USD of the base year",
        "solved",
        "goods sold by exporter to importer; the diagonal is domestic sales",
        0.0,
        instead=LEVERS,
    ),
    Field(
        "exports",
        ("state",),
        "million USD of the base year",
        "solved",
        "goods sold abroad",
        0.0,
        instead=LEVERS,
    ),
    Field(
        "imports",
        ("state",),
        "million USD of the base year",
        "solved",
        "goods bought abroad",
        0.0,
        instead=LEVERS,
    ),
    Field(
        "factory_price",
        ("state",),
        "ratio",
        "solved",
        "price of a state's goods at the gate, relative to unchanged trade costs; world average 1",
        0.0,
        instead=LEVERS,
    ),
    Field(
        "price_index",
        ("state",),
        "ratio",
        "solved",
        "price of the basket of goods bought, relative to unchanged trade costs",
        0.0,
        instead=LEVERS,
    ),
    Field(
        "real_income",
        ("state",),
        "ratio",
        "solved",
        "real income relative to the same year with the base year's trade costs",
        0.0,
        instead=LEVERS,
    ),
    Field(
        "real_gdp",
        ("state",),
        "billion 2023 USD",
        "solved",
        "GDP with the effect of trade costs: potential gdp times real_income",
        0.0,
        instead=LEVERS + ", or gdp",
    ),
)
BASE = (
    inputs.BASE_FLOW,
    inputs.BASE_SANCTION_COMPLETE,
    inputs.BASE_SANCTION_PARTIAL,
    inputs.BASE_SANCTION_FINANCIAL,
    inputs.BASE_SANCTION_AGE,
    inputs.BASE_YEAR,
    inputs.BASE_GDP,
    inputs.BASE_GDP_USD,
    inputs.TRADE_COST,
)


def parameters(as_of: int | None) -> tuple[Parameter, ...]:
    """Parameters as known in ``as_of``; those of a single rupture only once it had been measured."""
    folder = Path(__file__).parent
    told = load_parameters(folder, "trade", as_of) + load_parameters(folder / "effects", "trade", as_of)
    if ruptures_known(as_of):
        told += load_parameters(folder / "ruptures", "trade", as_of)
    return told


def ruptures_known(as_of: int | None) -> bool:
    """Whether data up to ``as_of`` hold a rupture measured by itself."""
    return as_of is None or as_of >= RUPTURES_KNOWN


def mechanism(as_of: int | None = None) -> Mechanism:
    """Trade, with sanction effects estimated on data up to ``as_of`` (default: all there is)."""
    return Mechanism(
        name="trade",
        purpose="what sanctions and trade costs do to flows, prices and real income of every state",
        reads=(
            "gdp",
            "sanction_complete",
            "sanction_partial",
            "sanction_financial",
            "last.sanction_complete",
            "last.sanction_partial",
            "last.sanction_financial",
            "last.sanction_bite",
            "last.factory_price",
            "war_trade_loss",
            *(f.name for f in BASE),
        ),
        writes=(SANCTION_BITE, *SOLVED),
        step=partial(step, measured=known() if ruptures_known(as_of) else {}),
        inputs=BASE,
        parameters=parameters(as_of),
    )


def step(see: View, p: Values, u: Uniforms, measured: Breaks) -> Mapping[str, np.ndarray]:
    """One year: sanctions bite, costs change, the base matrix grows, the world economy clears.

    ``measured`` are the breaks of :mod:`rupture` known at the start, by case and partner.
    The reference is the base matrix carried to this year's output at unchanged trade costs; what
    changed costs do is measured against it, so ``real_income`` is exactly 1 where nothing changed.
    """
    from detente.mechanisms.trade.equilibrium import solve

    bite, change = sanctions(see, p, measured)
    reference, in_reference = grown(see)
    world = solve(reference, change, sigma=p["sigma"], guess=see["last.factory_price"])
    failed = ~(world.converged & in_reference)
    for array in (world.flow, world.exports, world.imports, world.price, world.price_index):
        array[failed] = np.nan
    weight = equations.domar_weight(
        see["base_flow"][:1], see["base_gdp_usd"][:1], p["absorption_ceiling"][:, None]
    )
    income = equations.real_income(price=world.price, price_index=world.price_index, weight=weight)
    return {
        "sanction_bite": bite,
        "cost_change": change,
        "trade_flow": world.flow,
        "exports": world.exports,
        "imports": world.imports,
        "factory_price": world.price,
        "price_index": world.price_index,
        "real_income": income,
        "real_gdp": see["gdp"] * income,
        "failed": failed,
    }


def sanctions(see: View, p: Values, measured: Breaks) -> tuple[np.ndarray, np.ndarray]:
    """Suppressed trade this year, and the log change of the trade term since the base year."""
    from detente.mechanisms.trade.bite import sanctions_year

    years = np.where(p.holds("recovery", "slow"), p["slow_recovery_years"], p["fast_recovery_years"])
    gradual = p.holds("onset", "gradual")
    base_year = np.nanmax(see["base_year"][:1])
    return sanctions_year(
        now=tuple(see[f"sanction_{kind}"] for kind in KINDS),
        before=tuple(see[f"last.sanction_{kind}"] for kind in KINDS),
        base=tuple(see[f"base_sanction_{kind}"] for kind in KINDS),
        base_age=see["base_sanction_age"],
        bite=see["last.sanction_bite"],
        trade_cost=see["trade_cost"] + np.nan_to_num(see["war_trade_loss"]),
        years_since_base=see.year - 1 - base_year,
        effects=p["sanction_effect"],
        onset_at_once=np.where(gradual, p["onset_at_once"], 1.0),
        onset_speed=np.where(gradual, p["onset_speed"], 1.0),
        recovery=equations.recovery_speed(years),
        **broken(see, p, measured),
    )


def broken(see: View, p: Values, measured: Breaks) -> dict[str, np.ndarray]:
    """Flows that broke too deeply for the average of their kind: how much, and in which draws that counts.

    The measure is of everything that changed between the target and those under sanction with it since
    the rupture began, relative to all others. Where the theory holds that the sanctions did it, it takes
    the place of the average effect; elsewhere (NaN) the average effect stands.
    """
    pairs, scale = np.full((len(see.index), len(see.index)), np.nan), np.full(see.draws, np.nan)
    for case, breaks in measured.items():
        target, since = CASES[case]
        if np.nanmax(see["base_year"][0]) >= since:
            pairs = np.fmax(pairs, pattern(see.index, breaks, target))
            scale = np.where(p.holds("rupture", "sanctions"), p[case], np.nan)
    held = p.holds("rupture_end", "payments") if measured else np.zeros(see.draws)
    return {"rupture": pairs, "rupture_scale": scale, "rupture_held": np.where(held, 1.0, 0.0)}


def grown(see: View) -> tuple[np.ndarray, np.ndarray]:
    """Base flows carried to this year's output, and which draws that worked in; one matrix if all agree."""
    from detente.mechanisms.trade.equilibrium import balanced

    base, gdp = see["base_flow"][:1], see["gdp"]
    if (gdp == gdp[:1]).all():
        gdp = gdp[:1]
    output = equations.output_at_base_prices(base_flow=base, gdp=gdp, base_gdp=see["base_gdp"][:1])
    matrix = balanced(base, output)
    return matrix.flow, np.broadcast_to(matrix.converged, (see.draws,))
