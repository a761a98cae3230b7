"""Growth: potential output of every state, with an honest fan around its projected path.

Output follows the projection given from outside (``baseline_growth``), plus a shock to the whole world,
plus each state's own surprise of the year, plus a slowly fading departure of its trend. Sizes and tails are
those of the errors that such projections have made since 1980. The start value of ``growth_drift`` is 0:
the projection already contains what is known. What opening and investment added a year ago
(``know_how_gain``) comes on top, what a war destroyed (``war_output_loss``) comes off, and so does the
difference between a rival pathway and the projected one (parameter ``pathway``; SSP2 unless a scenario
holds another).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.special import ndtri

from detente.mechanisms.growth import equations as eq
from detente.mechanisms.inputs import BASELINE_GROWTH, GROWTH_VOLATILITY, PATHWAY_GAPS
from detente.model.field import Field
from detente.model.mechanism import Mechanism, Uniforms, Values, View
from detente.model.parameter import load_parameters

GDP = Field(
    "gdp",
    ("state",),
    "billion USD at 2023 prices",
    "stock",
    "real GDP along the projected path with its shocks, before any effect of trade costs",
    0.0,
)
DRIFT = Field(
    "growth_drift",
    ("state",),
    "log points a year",
    "stock",
    "how far trend growth has departed from its projection; 0 at the start",
    inner=True,
)


def mechanism(as_of: int | None = None) -> Mechanism:
    """The mechanism with estimates from data up to ``as_of`` (``None``: the newest)."""
    return Mechanism(
        name="growth",
        purpose="moves every state's potential output along its projected path, with shocks",
        reads=(
            "last.gdp",
            "last.growth_drift",
            "last.know_how_gain",
            "last.war_output_loss",
            "baseline_growth",
            "growth_volatility",
            *(gap.name for gap in PATHWAY_GAPS),
        ),
        writes=(GDP, DRIFT),
        inputs=(BASELINE_GROWTH, GROWTH_VOLATILITY, *PATHWAY_GAPS),
        parameters=load_parameters(Path(__file__).parent, "growth", as_of),
        chance={"world": (), "world_drift": (), "surprise": ("state",), "drift": ("state",)},
        step=step,
    )


def step(see: View, p: Values, u: Uniforms) -> dict[str, np.ndarray]:
    """One year of output; a state without output, projection or volatility stays unknown."""
    log_surprise, log_step, z_persistence, log_df = p["errors"].T
    log_world, log_world_df = p["world"].T
    largest = p["largest_deviation"]
    size, df = see["growth_volatility"], np.exp(log_df)[:, None]
    moved = eq.student(u=u["drift"], scale=np.exp(log_step)[:, None] * size, df=df, largest=largest[:, None])
    together = p["world_step"] * ndtri(u["world_drift"])
    drift = eq.drift(
        before=see["last.growth_drift"], persistence=np.tanh(z_persistence), step=moved + together[:, None]
    )
    surprise = eq.student(
        u=u["surprise"], scale=np.exp(log_surprise)[:, None] * size, df=df, largest=largest[:, None]
    )
    world = eq.student(u=u["world"], scale=np.exp(log_world), df=np.exp(log_world_df), largest=largest)
    gdp = eq.output(
        before=see["last.gdp"],
        baseline=projected(see, p)
        + np.nan_to_num(see["last.know_how_gain"], nan=0.0)
        - np.nan_to_num(see["last.war_output_loss"], nan=0.0),
        deviation=world[:, None] + drift + surprise,
    )
    return {"gdp": gdp, "growth_drift": np.where(np.isnan(gdp), np.nan, drift)}


def projected(see: View, p: Values) -> np.ndarray:
    """Growth along the pathway that holds in each draw, (draw, n); a state without a gap stays on SSP2."""
    growth = see["baseline_growth"]
    for gap in PATHWAY_GAPS:
        here = p.holds("pathway", gap.name.removesuffix("_gap"))
        if here.any():
            growth = growth + np.where(here[:, None], np.nan_to_num(see[gap.name], nan=0.0), 0.0)
    return growth
